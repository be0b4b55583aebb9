import { describe, expect, test } from "vitest";
import type { AttributeMap, DirectoryConfig } from "../../../src/model/source-config/directory.ts";
import {
  byAddress,
  config,
  dnOf,
  functional,
  group,
  personal,
  ROOT,
  read,
  sid,
  table,
  user,
} from "./builders.ts";
import { entry, type MemoryEntry } from "./memory-session.ts";

/* What may not be read looks to us as if it were not there: so what no entry shows is not said. */

const text = (attribute: string) => ({ attribute, encoding: "text" as const });
const both = config({ personal: table(), functional: table() });
const speaks = async (of: DirectoryConfig, entries: readonly MemoryEntry[]) =>
  (await read(of, { entries })).speaks;

describe("a reading speaks of", () => {
  const proxies = { proxyAddresses: "SIP:x@example.org" };

  test("the fields whose attributes some entry shows, of each kind", async () => {
    const entries = [user("Jane", proxies), user("Kim"), group("Desk", [`CN=Jane,OU=Staff,${ROOT}`])];
    expect(await speaks(both, entries)).toEqual({
      personal: ["email", "fullName", "aliases", "accountKey", "active", "id"],
      functional: ["email", "fullName", "delegates", "id"],
    });
  });

  test("nothing that no entry shows", async () => {
    const bare = { displayName: [], objectGUID: [], userAccountControl: [], accountExpires: [] };
    expect(await speaks(personal(), [user("Jane", bare)])).toEqual({ personal: ["email"] });
    const map: AttributeMap = { phone: text("mobile"), division: text("department") };
    expect(await speaks(personal({ map }), [user("Jane", { mobile: "1" })])).toEqual({
      personal: ["email", "fullName", "accountKey", "active", "phone", "id"],
    });
  });

  test("a kind that was asked for and is empty, and no other", async () => {
    expect(await speaks(both, [user("Jane")])).toMatchObject({ functional: [] });
    expect(Object.keys((await speaks(functional(), [group("Desk", [])])) ?? {})).toEqual(["functional"]);
  });

  test("delegates where a group lists nobody and is somebody's primary group", async () => {
    const main = user("Main", { primaryGroupID: "1200", objectSid: sid(5, 3001) });
    const desk = group("Desk", [], { objectSid: sid(5, 1200) });
    expect(await speaks(both, [main, desk])).toMatchObject({
      functional: ["email", "fullName", "delegates", "id"],
    });
  });

  test("delegates of groups that a filter takes, where another group lists somebody", async () => {
    const of = config({ functional: table({ filter: "(department=Care)" }) });
    const entries = [group("Desk", [], { department: "Care" }), group("Other", [`CN=Jane,OU=Staff,${ROOT}`])];
    expect(await speaks(of, entries)).toEqual({ functional: ["email", "fullName", "delegates", "id"] });
  });

  test("mapped attributes in place of the usual ones", async () => {
    const map: AttributeMap = { active: text("employeeType"), delegates: text("publicDelegates") };
    const kim = user("Kim", { employeeType: "yes", publicDelegates: `CN=Jane,OU=Staff,${ROOT}` });
    expect(await speaks(personal({ map }), [user("Jane")])).toEqual({
      personal: ["email", "fullName", "accountKey", "id"],
    });
    expect(await speaks(personal({ map }), [user("Jane"), kim])).toEqual({
      personal: ["email", "fullName", "delegates", "accountKey", "active", "id"],
    });
  });
});

test("delegates that no group shows are not known, and a finding says so once", async () => {
  const { records, findings } = await read(functional(), {
    entries: [group("Desk", []), group("Other", [])],
  });
  expect(records.map(({ delegates, delegatesIncomplete }) => [delegates, delegatesIncomplete])).toEqual(
    ["Desk", "Other"].map((name) => [
      undefined,
      `Members may be missing from CN=${name},OU=Groups,${ROOT}: no entry that was read has anybody in it, so it may be that this may not be read.`,
    ]),
  );
  expect(findings).toEqual([
    {
      code: "delegates-incomplete",
      severity: "warning",
      summary:
        "The delegates of 2 functional accounts are not known, and stay as they are: no entry that was read has anybody in it, so it may be that this may not be read.",
      where: { source: "head-office", kind: "functional" },
    },
  ]);
});

describe("who is enabled", () => {
  const person = (uid: string, more = {}) =>
    entry(`uid=${uid},${ROOT}`, {
      objectClass: ["person", "inetOrgPerson"],
      entryUUID: uid,
      mail: `${uid}@example.org`,
      ...more,
    });
  const active = async (of: DirectoryConfig, entries: readonly MemoryEntry[]) =>
    byAddress(await read(of, { entries }), "active");

  test("is not said where no entry shows a lock: they may not be read", async () => {
    const ldap = { ...personal(), type: "ldap" as const };
    expect(await active(ldap, [person("jane"), person("kim")])).toEqual({
      "jane@example.org": undefined,
      "kim@example.org": undefined,
    });
    expect(await speaks(ldap, [person("jane")])).toEqual({ personal: ["email", "accountKey", "id"] });
  });

  test("is said of all where one entry shows a lock", async () => {
    const ldap = { ...personal(), type: "ldap" as const };
    const entries = [
      person("jane"),
      person("kim", { nsAccountLock: "TRUE" }),
      person("lee", { nsAccountLock: "FALSE" }),
    ];
    const { records } = await read(ldap, { entries });
    expect(records.map((one) => one.active && [one.active.value, one.active.origin.attribute])).toEqual([
      [true, "nsAccountLock, pwdAccountLockedTime"],
      [false, "nsAccountLock"],
      [true, "nsAccountLock, pwdAccountLockedTime"],
    ]);
    expect((await read(ldap, { entries })).speaks).toEqual({
      personal: ["email", "accountKey", "active", "id"],
    });
  });

  test("is not known of one whose accountExpires is not shown, where that of others is", async () => {
    const { records } = await read(personal(), {
      entries: [user("Jane", { accountExpires: [] }), user("Kim")],
    });
    expect(records.map((one) => [one.active?.value, one.problems])).toEqual([
      [
        undefined,
        [
          {
            attribute: "accountExpires",
            message:
              "It is not there, or may not be read, so it is not known whether the account has expired.",
            field: "active",
          },
        ],
      ],
      [true, []],
    ]);
  });

  test("is not said of enabled users where nobody's accountExpires is shown, as in a global catalogue", async () => {
    const hidden = { accountExpires: [] };
    const entries = [user("Jane", hidden), user("Kim", { ...hidden, userAccountControl: "514" })];
    expect(await active(personal(), entries)).toEqual({
      "jane@example.org": undefined,
      "kim@example.org": false,
    });
  });

  test("is not said of one without the attribute that a map names", async () => {
    const of = personal({ map: { active: text("employeeType") } });
    expect(await active(of, [user("Jane"), user("Kim", { employeeType: "no" })])).toEqual({
      "jane@example.org": undefined,
      "kim@example.org": false,
    });
  });

  test("keeps the digest apart from where it is not said", async () => {
    const ldap = { ...personal(), type: "ldap" as const };
    const hidden = (await read(ldap, { entries: [person("jane")] })).digest;
    const shown = await read(ldap, { entries: [person("jane", { nsAccountLock: "FALSE" })] });
    expect(shown.digest).not.toBe(hidden);
  });
});

describe("a field in doubt", () => {
  const mail = { mail: "on leave" };

  test("holds no other: aliases of others say that this one has none", async () => {
    const of = personal({ map: { phone: text("mobile") } });
    const jane = user("Jane", { mobile: ["1", "2"] });
    const kim = user("Kim", { proxyAddresses: "smtp:k@example.org" });
    expect(byAddress(await read(of, { entries: [jane, kim] }), "aliases")).toEqual({
      "jane@example.org": [],
      "kim@example.org": ["k@example.org"],
    });
  });

  test("does not hide that a filter cannot judge the record", async () => {
    const conditions = [{ own: "department", values: ["Care"], exclude: false, where: "p.yaml:9:5" }];
    const of = personal({ conditions, map: { phone: text("mobile") } });
    const jane = user("Jane", { mobile: ["1", "2"], department: new Uint8Array([0xff]) });
    const { records } = await read(of, { entries: [jane] });
    expect(records[0]?.problems.map(({ attribute, field }) => [attribute, field])).toEqual([
      ["mobile", "phone"],
      ["department", undefined],
    ]);
  });

  test("of a member's address: the delegates may lack somebody", async () => {
    const jane = user("Jane", mail);
    const kim = user("Kim");
    const { records } = await read(both, { entries: [jane, kim, group("Desk", [dnOf(jane), dnOf(kim)])] });
    const desk = records.at(-1);
    expect([desk?.delegates?.value, desk?.delegatesIncomplete]).toEqual([
      ["kim@example.org"],
      `zivsync cannot identify a member: ${dnOf(jane)} (1 not readable enough to identify them).`,
    ]);
  });
});

test("a kind of which the filter takes nothing leaves the other kind complete", async () => {
  const of = config({ personal: table(), functional: table({ filter: "(department=Nowhere)" }) });
  const reading = await read(of, { entries: [user("Jane"), group("Desk", [])] });
  expect([reading.complete, reading.incompleteKinds, reading.unseen, reading.findings]).toEqual([
    true,
    undefined,
    ["functional"],
    [
      {
        code: "source-empty",
        severity: "warning",
        summary:
          "The directory gives no functional record that the filter takes. No functional account is removed because of this source.",
        where: { source: "head-office", kind: "functional" },
      },
    ],
  ]);
});

describe("disabled users that are shared mailboxes, of whom none is shown", () => {
  const disabledUsers = { map: {} };
  const boxes = { ...table(), disabledUsers };
  const desk = group("Desk", [`CN=Jane,OU=Staff,${ROOT}`]);
  const hidden = { userAccountControl: [] };
  const incomplete = {
    code: "source-incomplete",
    severity: "error",
    summary:
      "`disabledUsers` asks for disabled users, and none is shown. Let the account that binds read userAccountControl, or leave `disabledUsers` out. No functional account is removed because of this source.",
    where: { source: "head-office", kind: "functional" },
  };
  const told = async (of: DirectoryConfig, entries: readonly MemoryEntry[]) => {
    const { complete, incompleteKinds, findings } = await read(of, { entries });
    return [complete, incompleteKinds, findings];
  };

  test("may be there, where nobody shows who is disabled", async () => {
    const of = config({ personal: table(), functional: boxes });
    expect(await told(of, [user("Jane", hidden), user("Box", hidden), desk])).toEqual([
      true,
      ["functional"],
      [incomplete],
    ]);
  });

  test("may be there, where nobody was asked", async () => {
    const of = config({ functional: boxes });
    expect(await told(of, [user("Jane"), desk])).toEqual([false, ["functional"], [incomplete]]);
  });

  test("may be there, where a map says in another way who is enabled", async () => {
    const of = config({ personal: table({ map: { active: text("employeeType") } }), functional: boxes });
    expect(await told(of, [user("Jane"), desk])).toEqual([true, ["functional"], [incomplete]]);
  });

  test("are not there, where somebody shows who is disabled", async () => {
    const of = config({ personal: table(), functional: boxes });
    expect(await told(of, [user("Jane"), desk])).toEqual([true, undefined, []]);
  });
});

test("a disabled user who is read as functional is not a personal record, and keeps the id", async () => {
  const disabledUsers = { map: {} };
  const of = config({ personal: table(), functional: { ...table(), disabledUsers } });
  const left = user("Left", { userAccountControl: "514" });
  const now = await read(of, { entries: [user("Jane"), left] });
  const earlier = await read(both, { entries: [user("Jane"), left] });
  const kinds = (reading: typeof now) =>
    reading.records
      .filter(({ email }) => email?.value === "left@example.org")
      .map(({ kind, id, active }) => [kind, id?.value, active?.value]);
  const [[, id] = []] = kinds(earlier);
  expect(id).toBeDefined();
  expect(kinds(earlier)).toEqual([["personal", id, false]]);
  expect(kinds(now)).toEqual([["functional", id, undefined]]);
});
