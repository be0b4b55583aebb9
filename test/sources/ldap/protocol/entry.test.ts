import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BerCursor, MalformedAnswer } from "../../../../src/sources/ldap/protocol/ber.ts";
import { WireEntry } from "../../../../src/sources/ldap/protocol/entry.ts";
import { entry, octets, tlv } from "../../../servers/ldap-messages.ts";

type Values = Record<string, readonly (string | Uint8Array)[]>;

/** The entry between other bytes, as it lies in a chunk of the network. */
function decoded(operation: Buffer): WireEntry {
  const bytes = Buffer.concat([Buffer.from("before"), operation, Buffer.from("behind")]);
  const cursor = new BerCursor(bytes, 6);
  const end = cursor.open(0x64, 6 + operation.length);
  return new WireEntry(bytes, cursor.at, end);
}

const decodedEntry = (dn: string, values: Values) => decoded(entry(dn, values).operation);

const aName = fc.stringMatching(/^[A-Za-z][A-Za-z0-9-]{0,12}(;[a-z0-9=*-]{1,8})?$/);
const aValue = fc.oneof(
  fc.string({ unit: "grapheme", maxLength: 20 }),
  fc.uint8Array({ maxLength: 20 }),
  fc.constantFrom("", "x".repeat(127), "x".repeat(128), "y".repeat(65_535), "z".repeat(65_536)),
);
const someValues = fc.dictionary(aName, fc.array(aValue, { maxLength: 4 }), { maxKeys: 8 });

describe("an entry", () => {
  it("gives every value as it was sent, as bytes and as text", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), someValues, (dn, sent) => {
        const wire = decodedEntry(dn, sent);
        expect(wire.dn).toBe(Buffer.from(dn).toString("utf8"));
        const names = Object.keys(sent);
        for (const name of names) {
          // Names that differ only in case are one attribute, and none of its values is lost.
          const values = names
            .filter((n) => n.toLowerCase() === name.toLowerCase())
            .flatMap((n) => sent[n] ?? []);
          const bytes = values.map((value) => Buffer.from(value as Uint8Array));
          const got = wire.bytes(name);
          expect(got.map((value, i) => bytes[i]?.equals(value))).toEqual(bytes.map(() => true));
          const texts = bytes.map((value) => value.toString("utf8"));
          expect(wire.texts(name.toUpperCase()).map((text, i) => text === texts[i])).toEqual(
            texts.map(() => true),
          );
        }
        const withValues = names
          .filter((name) => (sent[name] ?? []).length > 0)
          .map((name) => name.toLowerCase());
        expect([...wire.names()].sort()).toEqual(withValues.sort());
      }),
      { numRuns: 200 },
    );
  });

  it("tells attributes apart that begin alike, and knows none that was not sent", () => {
    const wire = decodedEntry("CN=g", { member: [], "member;range=0-1499": ["CN=a"], memberOf: ["CN=h"] });
    expect(wire.names()).toEqual(["member;range=0-1499", "memberof"]);
    expect(wire.texts("member")).toEqual([]);
    expect(wire.texts("MEMBER;RANGE=0-1499")).toEqual(["CN=a"]);
    expect(wire.bytes("mail")).toEqual([]);
    const asked = ["Member", "memberof", "membero", "member;range=0-1499", "mail", ""];
    expect(asked.filter((name) => wire.has(name))).toEqual(["Member", "memberof", "member;range=0-1499"]);
  });

  it("has an attribute that came in part, in whatever case its option is written (RFC 4512, 2.5)", () => {
    for (const option of ["range", "Range", "RANGE"]) {
      expect(decodedEntry("CN=g", { [`Member;${option}=0-0`]: ["CN=a"] }).has("member")).toBe(true);
    }
    expect(decodedEntry("CN=g", { "member;ranges=0-0": ["CN=a"] }).has("member")).toBe(false);
  });

  it("gives values without what they begin with, and only those", () => {
    const proxyAddresses = [
      "smtp:a@example.org",
      "SMTP:B@example.org",
      "smtp:",
      "sip:c",
      "smtp",
      "smtp:é",
      "",
    ];
    const wire = decodedEntry("CN=a", { proxyAddresses });
    expect(wire.textsBehind("smtp:", "PROXYADDRESSES")).toEqual(["a@example.org", "", "é"]);
    expect(wire.textsBehind("SMTP:", "proxyAddresses")).toEqual(["B@example.org"]);
    expect(wire.textsBehind("smtp:", "mail")).toEqual([]);
  });

  it("marks what is not UTF-8, and keeps a byte order mark", () => {
    const wire = decodedEntry("", { cn: [Buffer.of(0xff, 0x41), Buffer.of(0xef, 0xbb, 0xbf, 0x41)] });
    expect(wire.texts("cn")).toEqual(["\ufffdA", "\ufeffA"]);
  });

  it("holds 70,000 values", () => {
    const members = Array.from({ length: 70_000 }, (_, i) => `CN=${i},DC=example,DC=org`);
    expect(decodedEntry("CN=g", { member: members }).texts("member")).toEqual(members);
  });

  it("gives bytes that are a copy of their own", () => {
    const { operation } = entry("CN=a", { objectGUID: [Buffer.of(1, 2, 3)] });
    const cursor = new BerCursor(operation);
    const end = cursor.open(0x64, operation.length);
    const [guid] = new WireEntry(operation, cursor.at, end).bytes("objectguid");
    operation.fill(0);
    expect(guid).toEqual(new Uint8Array([1, 2, 3]));
  });

  it("says the same whenever it is looked at, others having come since", () => {
    const first = decodedEntry("CN=a", { cn: ["a"] });
    const second = decodedEntry("CN=b", { cn: ["b"], sn: ["c"] });
    expect([second.texts("cn"), first.texts("cn"), first.dn, first.names()]).toEqual([
      ["b"],
      ["a"],
      "CN=a",
      ["cn"],
    ]);
  });

  it.each([
    ["a value that reaches out of the entry", Buffer.from("640b0400300730050402636e3109", "hex")],
    ["an attribute without values", tlv(0x64, octets("CN=a"), tlv(0x30, tlv(0x30, octets("cn"))))],
    [
      "a value that is not an octet string",
      tlv(0x64, octets(""), tlv(0x30, tlv(0x30, octets("cn"), tlv(0x31, tlv(0x02))))),
    ],
    ["no attributes", tlv(0x64, octets("CN=a"))],
    ["nothing", tlv(0x64)],
  ])("is refused with %s", (_, operation) => {
    expect(() => decoded(operation)).toThrow(MalformedAnswer);
  });
});
