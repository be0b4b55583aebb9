import { describe, expect, test } from "vitest";
import type { AttributeMap } from "../../../../src/model/source-config/directory.ts";
import { addressReader, cameInPart } from "../../../../src/sources/directory/entries/addresses.ts";
import { received, type Values } from "../memory-session.ts";

type Given = Readonly<Record<string, Values>>;
type Addressing = Parameters<typeof addressReader>[0];

const AD: Addressing = { type: "active-directory", primary: "mail" };
const BY_PROXY: Addressing = { type: "active-directory", primary: "proxyAddresses" };
const LDAP: Addressing = { type: "ldap", primary: "mail" };
const mapped = (attribute: string) => ({ attribute, encoding: "text" as const });
const read = (addressing: Addressing, attributes: Given, map: AttributeMap = {}) =>
  addressReader(addressing, map).read(received("CN=Jane", attributes));

const NONE = { email: undefined, aliases: undefined, mismatch: [], problems: [] };
const aliases = (attribute: string, ...value: readonly string[]) => ({ value, attribute });
const problem = (attribute: string, field: "email" | "aliases", message: string) => ({
  attribute,
  message,
  field,
});
const IN_PART = "The server gave its values only in part, so not all addresses of the account are known.";
const WHICH =
  "The values that are not the primary address would be aliases, and nothing says which these are.";
const many = (count: number) =>
  `It has ${count} values, and nothing says which one is the primary address. Map \`email\` to an attribute that has one value only.`;
const [J, K, L] = ["jane@example.org", "j@example.org", "l@example.org"] as const;

describe("what is asked for", () => {
  test.each<readonly [string, Addressing, AttributeMap, readonly string[], string, readonly string[]]>([
    ["Active Directory", AD, {}, ["mail", "proxyAddresses", "proxyAddresses"], "mail", ["proxyAddresses"]],
    [
      "by proxyAddresses",
      BY_PROXY,
      {},
      ["proxyAddresses", "proxyAddresses"],
      "proxyAddresses",
      ["proxyAddresses"],
    ],
    [
      "another directory",
      LDAP,
      {},
      ["mail", "proxyAddresses", "proxyAddresses", "mailAlternateAddress"],
      "mail",
      ["proxyAddresses", "mailAlternateAddress"],
    ],
    [
      "a mapped address",
      AD,
      { email: mapped("x") },
      ["x", "proxyAddresses", "proxyAddresses"],
      "x",
      ["proxyAddresses"],
    ],
    ["mapped aliases", AD, { aliases: mapped("y") }, ["mail", "proxyAddresses", "y"], "mail", ["y"]],
    ["both mapped", AD, { email: mapped("x"), aliases: mapped("y") }, ["x", "y"], "x", ["y"]],
    [
      "mapped aliases, by proxyAddresses",
      BY_PROXY,
      { aliases: mapped("y") },
      ["proxyAddresses", "y"],
      "proxyAddresses",
      ["y"],
    ],
  ])("%s", (_, addressing, map, attributes, primary, looked) => {
    const reader = addressReader(addressing, map);
    expect([reader.attributes, reader.primary, reader.aliases]).toEqual([attributes, primary, looked]);
  });
});

describe("by mail", () => {
  test.each<readonly [string, Given, object]>([
    ["one address", { mail: J }, { email: J }],
    ["nothing", {}, {}],
    [
      "one that is none",
      { mail: "n/a" },
      { problems: [problem("mail", "email", "It does not hold an email address.")] },
    ],
    [
      "several that are none",
      { mail: ["x", "y"] },
      { problems: [problem("mail", "email", "It does not hold an email address.")] },
    ],
    [
      "several: the first counts, and the others are aliases",
      { mail: [J, "x", K] },
      {
        email: J,
        aliases: aliases("mail", K),
        problems: [problem("mail", "email", many(3)), problem("mail", "aliases", WHICH)],
      },
    ],
    [
      "one address beside what is none",
      { mail: ["x", J] },
      { email: J, problems: [problem("mail", "email", many(2)), problem("mail", "aliases", WHICH)] },
    ],
    [
      "values that came in part",
      { "mail;range=0-1": [J] },
      { problems: [problem("mail", "email", IN_PART)] },
    ],
    [
      "bytes that are not text",
      { mail: new Uint8Array([0xff]) },
      {
        problems: [
          problem(
            "mail",
            "email",
            "Its bytes are not UTF-8 text. A binary attribute needs an `encoding` in the map.",
          ),
        ],
      },
    ],
    [
      "with further addresses",
      { mail: J, proxyAddresses: ["SMTP:jane@example.org", "smtp:j@example.org"] },
      { email: J, aliases: aliases("proxyAddresses", K) },
    ],
    [
      "with none of them",
      { mail: J, proxyAddresses: ["SIP:jane@example.org"] },
      { email: J, aliases: aliases("proxyAddresses") },
    ],
    [
      "with another primary address, which is told",
      { mail: ` ${J} `, proxyAddresses: ["SMTP:JANE@example.org", "SMTP:l@example.org"] },
      { email: ` ${J} `, aliases: aliases("proxyAddresses"), mismatch: [L] },
    ],
    [
      "no address, and another one: nothing is compared",
      { proxyAddresses: ["SMTP:l@example.org"] },
      { aliases: aliases("proxyAddresses") },
    ],
    [
      "several, with further addresses",
      { mail: [J, K], proxyAddresses: ["smtp:l@example.org"] },
      {
        email: J,
        aliases: aliases("proxyAddresses", K, L),
        problems: [problem("mail", "email", many(2)), problem("mail", "aliases", WHICH)],
      },
    ],
    [
      "with further addresses that came in part",
      { mail: J, "proxyAddresses;range=0-1": ["smtp:j@example.org"] },
      { email: J, problems: [problem("proxyAddresses", "aliases", IN_PART)] },
    ],
  ])("%s", (_, attributes, expected) => {
    expect(read(AD, attributes)).toEqual({ ...NONE, ...expected });
  });
});

describe("by the one SMTP value", () => {
  test.each<readonly [string, Given, object]>([
    [
      "one",
      { proxyAddresses: ["smtp:j@example.org", "SMTP:jane@example.org"] },
      { email: J, aliases: aliases("proxyAddresses", K) },
    ],
    ["nothing", {}, {}],
    [
      "none among further ones",
      { proxyAddresses: ["smtp:j@example.org"] },
      {
        aliases: aliases("proxyAddresses", K),
        problems: [
          problem(
            "proxyAddresses",
            "email",
            "None of its values begins with `SMTP:`, which would be the primary address.",
          ),
        ],
      },
    ],
    ["no mail address at all", { proxyAddresses: ["SIP:x"] }, { aliases: aliases("proxyAddresses") }],
    [
      "several",
      { proxyAddresses: ["SMTP:jane@example.org", "SMTP:j@example.org"] },
      {
        email: J,
        aliases: aliases("proxyAddresses", K),
        problems: [
          problem(
            "proxyAddresses",
            "email",
            "2 of its values begin with `SMTP:`, and only one can be the primary address. Write the others with `smtp:`.",
          ),
          problem("proxyAddresses", "aliases", WHICH),
        ],
      },
    ],
    [
      "values that came in part",
      { "proxyAddresses;range=0-1": ["SMTP:jane@example.org"] },
      {
        problems: [
          problem("proxyAddresses", "email", IN_PART),
          problem("proxyAddresses", "aliases", IN_PART),
        ],
      },
    ],
  ])("%s", (_, attributes, expected) => {
    expect(read(BY_PROXY, attributes)).toEqual({ ...NONE, ...expected });
  });
});

describe("by a map", () => {
  test.each<readonly [string, Given, AttributeMap, object]>([
    [
      "an address of its own, and no comparison",
      { x: J, mail: L, proxyAddresses: ["SMTP:l@example.org", "smtp:j@example.org"] },
      { email: mapped("x") },
      { email: J, aliases: aliases("proxyAddresses", K) },
    ],
    [
      "aliases of its own",
      {
        mail: J,
        y: ["smtp:j@example.org", " l@example.org ", "SMTP:x@example.org", "SIP:s@example.org", " "],
        proxyAddresses: ["smtp:z@example.org"],
      },
      { aliases: mapped("y") },
      { email: J, aliases: aliases("y", K, L) },
    ],
    ["no aliases", { mail: J }, { aliases: mapped("y") }, { email: J }],
    [
      "aliases that came in part",
      { mail: J, "y;range=0-1": [K] },
      { aliases: mapped("y") },
      { email: J, problems: [problem("y", "aliases", IN_PART)] },
    ],
    [
      "aliases that are not text",
      { mail: J, y: new Uint8Array([0xff]) },
      { aliases: mapped("y") },
      {
        email: J,
        problems: [
          problem(
            "y",
            "aliases",
            "Its bytes are not UTF-8 text. A binary attribute needs an `encoding` in the map.",
          ),
        ],
      },
    ],
    [
      "aliases of its own, and the comparison all the same",
      { mail: J, y: K, proxyAddresses: "SMTP:l@example.org" },
      { aliases: mapped("y") },
      { email: J, aliases: aliases("y", K), mismatch: [L] },
    ],
    [
      "both: proxyAddresses are not looked at",
      { x: J, y: K, proxyAddresses: "SMTP:l@example.org" },
      { email: mapped("x"), aliases: mapped("y") },
      { email: J, aliases: aliases("y", K) },
    ],
  ])("%s", (_, attributes, map, expected) => {
    expect(read(AD, attributes, map)).toEqual({ ...NONE, ...expected });
  });
});

describe("in other directories", () => {
  test.each<readonly [string, Given, AttributeMap, object]>([
    ["an address without aliases says nothing of these", { mail: J }, {}, { email: J }],
    [
      "proxyAddresses of other kinds say nothing of these",
      { mail: J, proxyAddresses: "SIP:x" },
      {},
      { email: J },
    ],
    [
      "a primary address says that there are none",
      { mail: J, proxyAddresses: "SMTP:jane@example.org" },
      {},
      { email: J, aliases: aliases("proxyAddresses") },
    ],
    [
      "further addresses",
      { mail: J, proxyAddresses: "smtp:j@example.org" },
      {},
      { email: J, aliases: aliases("proxyAddresses", K) },
    ],
    [
      "alternate addresses",
      { mail: J, mailAlternateAddress: [K, "smtp:l@example.org"] },
      {},
      { email: J, aliases: aliases("mailAlternateAddress", K, L) },
    ],
    [
      "both",
      { mail: J, mailAlternateAddress: K, proxyAddresses: "smtp:l@example.org" },
      {},
      { email: J, aliases: aliases("proxyAddresses, mailAlternateAddress", L, K) },
    ],
    [
      "further addresses that came in part",
      { mail: J, mailAlternateAddress: K, "proxyAddresses;range=0-1": "smtp:l@example.org" },
      {},
      { email: J, problems: [problem("proxyAddresses", "aliases", IN_PART)] },
    ],
  ])("%s", (_, attributes, map, expected) => {
    expect(read(LDAP, attributes, map)).toEqual({ ...NONE, ...expected });
  });

  test("by proxyAddresses alone, no value says that there are none", () => {
    const addressing: Addressing = { type: "ldap", primary: "proxyAddresses" };
    expect(read(addressing, { proxyAddresses: "SIP:x" })).toEqual({
      ...NONE,
      aliases: aliases("proxyAddresses"),
    });
  });
});

test("an attribute came in part where it is there and has no values", () => {
  const some = received("CN=Jane", { "member;range=0-1": "x", mail: J });
  expect([cameInPart(some, "member"), cameInPart(some, "mail"), cameInPart(some, "y")]).toEqual([
    true,
    false,
    false,
  ]);
});
