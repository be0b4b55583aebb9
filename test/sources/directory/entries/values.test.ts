import { describe, expect, test } from "vitest";
import {
  readProxyAddresses,
  splitProxyAddresses,
} from "../../../../src/sources/directory/entries/values/proxy-addresses.ts";
import {
  foundActivity,
  readMapped,
  readMappedActive,
  readName,
  readPlain,
} from "../../../../src/sources/directory/entries/values.ts";
import { Unclear } from "../../../../src/sources/records/findings.ts";
import { received, type Values } from "../memory-session.ts";

type Given = Readonly<Record<string, Values>>;
const entryWith = (attributes: Given) => received("CN=Jane", attributes);
const text = (attribute: string) => ({ attribute, encoding: "text" as const });
const TWO = "It has 2 values, and nothing says which one is meant.";

describe("a full name is that of the first choice that says one thing", () => {
  const CHOICES = [["displayName"], ["givenName", "sn"], ["name"]];
  const unclear = (attribute: string) => ({ attribute, message: TWO, field: "fullName" });
  test.each<readonly [string, Given, unknown]>([
    [
      "the first",
      { displayName: "Jane Doe", givenName: "J" },
      { value: "Jane Doe", attribute: "displayName" },
    ],
    [
      "two attributes side by side",
      { givenName: "Jane", sn: "Doe", name: "n" },
      { value: "Jane Doe", attribute: "givenName, sn" },
    ],
    ["one of two attributes", { sn: "Doe", name: "n" }, { value: "Doe", attribute: "sn" }],
    ["the last", { displayName: " ", name: "jdoe" }, { value: "jdoe", attribute: "name" }],
    ["none", {}, undefined],
    [
      "one with several values is passed over",
      { displayName: ["Jane", "J."], name: "jdoe" },
      { value: "jdoe", attribute: "name" },
    ],
    [
      "also beside a clear one",
      { givenName: "Jane", sn: ["Doe", "Smith"], name: "jdoe" },
      { value: "jdoe", attribute: "name" },
    ],
    ["unless it is all there is", { displayName: ["Jane", "J."] }, unclear("displayName")],
    [
      "the first of several is named",
      { displayName: ["Jane", "J."], sn: ["Doe", "Smith"] },
      unclear("displayName"),
    ],
  ])("%s", (_, attributes, expected) => {
    expect(readName(entryWith(attributes), CHOICES)).toEqual(expected);
  });
});

describe("a mapped value", () => {
  const CONTROL = { attribute: "x", message: "Its value holds control characters.", field: "phone" };
  test.each<readonly [string, Given, unknown, unknown]>([
    ["one", { x: "a" }, { value: "a", attribute: "x" }, undefined],
    ["none", {}, undefined, undefined],
    ["several", { x: ["a", "b"] }, { attribute: "x", message: TWO, field: "phone" }, undefined],
    ["one with a control character", { x: "a\u0007" }, { value: "a\u0007", attribute: "x" }, CONTROL],
    ["one with a later control character", { x: "\u0085" }, { value: "\u0085", attribute: "x" }, CONTROL],
  ])("%s", (_, attributes, expected, plain) => {
    expect(readMapped(entryWith(attributes), "phone", text("x"))).toEqual(expected);
    expect(readPlain(entryWith(attributes), "phone", text("x"))).toEqual(plain ?? expected);
  });
});

describe("whether somebody is active", () => {
  test.each<readonly [string, Given, unknown]>([
    ["yes", { x: "yes" }, { value: true, attribute: "x" }],
    ["no", { x: "FALSE" }, { value: false, attribute: "x" }],
    ["nothing", {}, undefined],
    [
      "neither",
      { x: "perhaps" },
      { attribute: "x", message: "It says neither yes nor no.", field: "active" },
    ],
    ["several", { x: ["yes", "no"] }, { attribute: "x", message: TWO, field: "active" }],
  ])("by a map: %s", (_, attributes, expected) => {
    expect(readMappedActive(entryWith(attributes), text("x"))).toEqual(expected);
  });

  test.each<readonly [string, Parameters<typeof foundActivity>[0], unknown]>([
    ["a value", { value: false, attribute: "x" }, { value: false, attribute: "x" }],
    ["nothing", undefined, undefined],
    [
      "unclear",
      { attribute: "x", unclear: new Unclear("Why.") },
      { attribute: "x", message: "Why.", field: "active" },
    ],
  ])("by a rule: %s", (_, activity, expected) => {
    expect(foundActivity(activity)).toEqual(expected);
  });
});

describe("proxyAddresses", () => {
  const values = [
    "SMTP: jane@example.org",
    "smtp:j@example.org ",
    "Smtp:x@example.org",
    "SIP:s@example.org",
    "smtp:",
    "SMTP: ",
  ];
  const expected = { primary: ["jane@example.org"], further: ["j@example.org"] };
  test("are the addresses behind SMTP and smtp, empty ones left out", () => {
    expect(readProxyAddresses(entryWith({ proxyAddresses: values }))).toEqual(expected);
    expect(splitProxyAddresses(values)).toEqual(expected);
  });

  test("are none without values", () => {
    const none = { primary: [], further: [] };
    expect([readProxyAddresses(entryWith({})), splitProxyAddresses([])]).toEqual([none, none]);
  });
});
