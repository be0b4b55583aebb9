import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { canonicalJson } from "../../../src/model/values/canonical-json.ts";
import type { JsonObject } from "../../../src/model/values/json.ts";
import { fingerprintOf, readResource } from "../../../src/zivver/scim/resource.ts";

const ZIVVER_USER = "urn:ietf:params:scim:schemas:zivver:0.1:User";
const ZIVVER_GROUP = "urn:ietf:params:scim:schemas:zivver:0.1:Group";
const ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

function read(kind: "personal" | "functional", resource: JsonObject) {
  const result = readResource(kind, resource);
  if ("wrong" in result) throw new Error(result.wrong.join("; "));
  const { fingerprint, ...account } = result.account;
  expect(fingerprint).toMatch(/^sha256:[0-9a-f]{64}$/);
  return account;
}

const fingerprint = (resource: JsonObject, kind: "personal" | "functional" = "personal") => {
  const result = readResource(kind, resource);
  return "account" in result ? result.account.fingerprint : result.wrong;
};

describe("a resource becomes an account", () => {
  test("personal, with everything", () => {
    const resource = {
      id: "u1",
      userName: " J.Doe@Example.ORG ",
      active: false,
      name: { formatted: "Jane Doe" },
      phoneNumbers: [{ type: "work", value: "+31 6" }, { value: "2" }],
      [ENTERPRISE]: { division: "/ward" },
      [ZIVVER_USER]: {
        aliases: ["z@example.org", "A@example.org", "a@example.org", "j.doe@example.org"],
        delegates: ["K@example.org"],
      },
    };
    expect(read("personal", resource)).toEqual({
      kind: "personal",
      zivverId: "u1",
      address: "j.doe@example.org",
      fullName: "Jane Doe",
      active: false,
      aliases: ["a@example.org", "z@example.org"],
      delegates: ["k@example.org"],
      members: [],
      division: "/ward",
      phone: "+31 6",
    });
  });

  test("personal, with the least, absent or null", () => {
    const least = { id: "u1", userName: "a@example.org", active: true };
    const nulls = { name: null, phoneNumbers: null, [ENTERPRISE]: null, [ZIVVER_USER]: { aliases: null } };
    const expected = {
      kind: "personal",
      zivverId: "u1",
      address: "a@example.org",
      fullName: "",
      active: true,
      aliases: [],
      delegates: [],
      members: [],
      division: "/",
      phone: "",
    };
    expect(read("personal", least)).toEqual(expected);
    expect(read("personal", { ...least, ...nulls })).toEqual(expected);
  });

  test("functional: its own id is not a member, and without another it is not active", () => {
    const members = [{ value: "u2" }, { value: "g1" }, { value: "u1" }, { value: "u2" }];
    const resource = { id: "g1", externalId: "desk@example.org", displayName: "Desk", members };
    const extension = {
      [ZIVVER_GROUP]: { aliases: ["front@example.org"], delegates: ["ignored@example.org"] },
    };
    expect(read("functional", { ...resource, ...extension })).toEqual({
      kind: "functional",
      zivverId: "g1",
      address: "desk@example.org",
      fullName: "Desk",
      active: true,
      aliases: ["front@example.org"],
      delegates: [],
      members: ["u1", "u2"],
      division: "/",
      phone: "",
    });
    expect(read("functional", { ...resource, members: [{ value: "g1" }] }).active).toBe(false);
    expect(read("functional", { ...resource, members: undefined }).active).toBe(false);
  });

  test("an address that is none is kept as it is, so that nobody takes the account for missing", () => {
    expect(read("personal", { id: "u1", userName: " Not An Address ", active: true }).address).toBe(
      "not an address",
    );
  });
});

describe("the fingerprint", () => {
  const arbitrary = fc.record({
    id: fc.uuid(),
    userName: fc.constantFrom("a@example.org", "b@example.org"),
    active: fc.boolean(),
    schemas: fc.uniqueArray(fc.string()),
    phoneNumbers: fc.uniqueArray(fc.record({ value: fc.string() }), { selector: ({ value }) => value }),
    [ZIVVER_USER]: fc.record({
      aliases: fc.uniqueArray(fc.emailAddress()),
      delegates: fc.uniqueArray(fc.emailAddress()),
      ExternalAccountId: fc.string(),
    }),
  });

  test("does not depend on the order of keys and sets, nor on meta", () => {
    fc.assert(
      fc.property(arbitrary, fc.string(), (resource, created) => {
        const extension = resource[ZIVVER_USER];
        const turned = {
          meta: { created },
          ...Object.fromEntries(Object.entries(resource).reverse()),
          schemas: resource.schemas.toReversed(),
          phoneNumbers: resource.phoneNumbers.toReversed(),
          [ZIVVER_USER]: {
            ...extension,
            delegates: extension?.delegates.toReversed(),
            aliases: extension?.aliases.toReversed(),
          },
        };
        expect(fingerprint(turned)).toBe(fingerprint(resource));
      }),
    );
  });

  test.each<[string, JsonObject]>([
    ["a name", { name: { formatted: "Other" } }],
    ["a value that zivsync does not know", { nickName: "J" }],
    [
      "an unknown key of the extension",
      { [ZIVVER_USER]: { aliases: ["a@example.org"], ExternalAccountId: "2" } },
    ],
    ["the case of an alias", { [ZIVVER_USER]: { aliases: ["A@example.org"] } }],
    ["one alias more", { [ZIVVER_USER]: { aliases: ["a@example.org", "b@example.org"] } }],
  ])("changes with %s", (_, change) => {
    const base = {
      id: "u1",
      userName: "j@example.org",
      active: true,
      [ZIVVER_USER]: { aliases: ["a@example.org"] },
    };
    expect(fingerprint({ ...base, ...change })).not.toBe(fingerprint(base));
  });

  test("is SHA-256 over canonical JSON without meta, each set of several a sorted list of their own", () => {
    const sortedSets = (object: JsonObject, names: readonly string[]) =>
      Object.fromEntries(
        names.flatMap((name) => {
          const value = object[name];
          if (!Array.isArray(value) || value.length < 2) return [];
          return [[name, value.map(canonicalJson).sort((a, b) => (a < b ? -1 : 1))]];
        }),
      );
    const anything = fc.dictionary(fc.string(), fc.jsonValue(), { maxKeys: 4 });
    fc.assert(
      fc.property(arbitrary, anything, anything, fc.jsonValue(), (resource, more, inside, odd) => {
        const own = { ...inside, ...resource[ZIVVER_USER] };
        const given = { meta: odd, ...more, ...resource, [ZIVVER_USER]: own };
        const { meta: _, ...rest } = given;
        const stable = {
          ...rest,
          ...sortedSets(rest, ["schemas", "members", "phoneNumbers"]),
          [ZIVVER_USER]: { ...own, ...sortedSets(own, ["aliases", "delegates"]) },
        };
        const expected = createHash("sha256").update(canonicalJson(stable)).digest("hex");
        expect(fingerprintOf(given, ZIVVER_USER)).toBe(`sha256:${expected}`);
      }),
      { numRuns: 500 },
    );
  });

  test("of members does not depend on their order", () => {
    const of = (...ids: string[]) => ({
      id: "g",
      externalId: "g@example.org",
      members: ids.map((value) => ({ value })),
    });
    expect(fingerprint(of("a", "b"), "functional")).toBe(fingerprint(of("b", "a"), "functional"));
    expect(fingerprint(of("a", "b"), "functional")).not.toBe(fingerprint(of("a", "c"), "functional"));
  });
});
