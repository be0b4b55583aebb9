import { describe, expect, test } from "vitest";
import {
  activeDirectoryRule,
  LDAP_RULE,
  readYesNo,
} from "../../../../src/sources/directory/entries/activity.ts";
import { Unclear } from "../../../../src/sources/records/findings.ts";
import { NOW } from "../builders.ts";
import { received, type Values } from "../memory-session.ts";

const entryWith = (attributes: Readonly<Record<string, Values>>) => received("CN=Jane", attributes);
const UNKNOWN_CONTROL = new Unclear(
  "It is not there, or may not be read, so it is not known whether the account is enabled.",
);
const UNKNOWN_EXPIRY = new Unclear(
  "It is not there, or may not be read, so it is not known whether the account has expired.",
);
const SEVERAL = new Unclear("It has several values, and nothing says which one is meant.");

describe("Active Directory", () => {
  const rule = activeDirectoryRule(NOW);
  const control = (value: boolean) => ({ value, attribute: "userAccountControl" });
  const expired = { value: false, attribute: "accountExpires" };
  /** NOW in units of 100 ns since 1601. */
  const instant = BigInt(NOW) * 10_000n + 116_444_736_000_000_000n;

  test("is asked for whether somebody is enabled, and until when", () => {
    expect([rule.attributes, rule.decisive]).toEqual([
      ["userAccountControl", "accountExpires"],
      ["userAccountControl"],
    ]);
  });

  test.each<readonly [string, Readonly<Record<string, Values>>, unknown]>([
    ["enabled, and never expires", { userAccountControl: "512", accountExpires: "0" }, control(true)],
    [
      "enabled, and never expires by the other number",
      { userAccountControl: "512", accountExpires: "9223372036854775807" },
      control(true),
    ],
    [
      "enabled, and expires later",
      { userAccountControl: "512", accountExpires: `${instant + 1n}` },
      control(true),
    ],
    ["expires now", { userAccountControl: "512", accountExpires: `${instant}` }, expired],
    ["has expired", { userAccountControl: "512", accountExpires: "1" }, expired],
    ["disabled", { userAccountControl: "514", accountExpires: "0" }, control(false)],
    ["disabled, and has expired", { userAccountControl: "514", accountExpires: "1" }, control(false)],
    ["a negative number", { userAccountControl: "-2", accountExpires: "0" }, control(false)],
    ["an expiry before all times", { userAccountControl: "512", accountExpires: "-5" }, expired],
    [
      "two values of the control",
      { userAccountControl: ["512", "514"], accountExpires: "0" },
      { attribute: "userAccountControl", unclear: SEVERAL },
    ],
    [
      "two values of the expiry",
      { userAccountControl: "512", accountExpires: ["0", "1"] },
      { attribute: "accountExpires", unclear: SEVERAL },
    ],
    ["nothing of the expiry", { userAccountControl: "512" }, undefined],
    ["nothing", {}, { attribute: "userAccountControl", unclear: UNKNOWN_CONTROL }],
    [
      "no number",
      { userAccountControl: "512 ", accountExpires: "0" },
      { attribute: "userAccountControl", unclear: UNKNOWN_CONTROL },
    ],
    [
      "a word before the number",
      { userAccountControl: "x512" },
      { attribute: "userAccountControl", unclear: UNKNOWN_CONTROL },
    ],
    [
      "no point in time",
      { userAccountControl: "512", accountExpires: "never" },
      { attribute: "accountExpires", unclear: new Unclear("It holds no point in time.") },
    ],
    [
      "a number and more",
      { userAccountControl: "512", accountExpires: "5 days" },
      { attribute: "accountExpires", unclear: new Unclear("It holds no point in time.") },
    ],
    [
      "a word and a number",
      { userAccountControl: "512", accountExpires: "day 5" },
      { attribute: "accountExpires", unclear: new Unclear("It holds no point in time.") },
    ],
  ])("%s", (_, attributes, says) => {
    expect(rule.read(entryWith(attributes))).toEqual(says);
  });

  test("who says nothing of the expiry is unclear where others do", () => {
    const ofSilent = (shown: string) => rule.ofSilent((attribute) => attribute === shown);
    expect(ofSilent("accountExpires")).toEqual({ attribute: "accountExpires", unclear: UNKNOWN_EXPIRY });
    expect(ofSilent("userAccountControl")).toBeUndefined();
  });

  test("parts of a millisecond do not count", () => {
    const read = activeDirectoryRule(NOW + 0.9).read;
    expect(read(entryWith({ userAccountControl: "512", accountExpires: `${instant + 1n}` }))).toEqual(
      control(true),
    );
  });
});

describe("other directories", () => {
  const NOT_LOCKED = { value: true, attribute: "nsAccountLock, pwdAccountLockedTime" };
  test("are asked for both kinds of locks", () => {
    const both = ["nsAccountLock", "pwdAccountLockedTime"];
    expect([LDAP_RULE.attributes, LDAP_RULE.decisive]).toEqual([both, both]);
  });

  test.each<readonly [string, Readonly<Record<string, Values>>, unknown]>([
    ["locked", { nsAccountLock: "TRUE" }, { value: false, attribute: "nsAccountLock" }],
    ["not locked", { nsAccountLock: "false" }, NOT_LOCKED],
    [
      "locked for good",
      { pwdAccountLockedTime: "000001010000Z" },
      { value: false, attribute: "pwdAccountLockedTime" },
    ],
    ["locked by wrong passwords", { pwdAccountLockedTime: "20260101000000Z" }, NOT_LOCKED],
    [
      "not locked, and locked for good",
      { nsAccountLock: "false", pwdAccountLockedTime: "000001010000Z" },
      { value: false, attribute: "pwdAccountLockedTime" },
    ],
    ["nothing", {}, undefined],
  ])("%s", (_, attributes, says) => {
    expect(LDAP_RULE.read(entryWith(attributes))).toEqual(says);
  });

  test("who says nothing is not locked where others say something", () => {
    expect([
      LDAP_RULE.ofSilent((attribute) => attribute === "pwdAccountLockedTime"),
      LDAP_RULE.ofSilent((attribute) => attribute === "mail"),
    ]).toEqual([NOT_LOCKED, undefined]);
  });
});

test.each<readonly [string, unknown]>([
  ["true", true],
  [" Yes ", true],
  ["1", true],
  ["FALSE", false],
  ["no", false],
  ["0", false],
  ["perhaps", new Unclear("It says neither yes nor no.")],
  ["", new Unclear("It says neither yes nor no.")],
])("%j as a yes or no", (text, says) => {
  expect(readYesNo(text)).toEqual(says);
});
