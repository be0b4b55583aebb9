import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { LiveAccount } from "../../../src/model/account/account.ts";
import type { AccountFields, Write } from "../../../src/model/ports.ts";
import type { Address } from "../../../src/model/values/address.ts";
import type { JsonObject } from "../../../src/model/values/json.ts";
import { Secret } from "../../../src/model/values/secret.ts";
import { escapeFilterValue, keptOf, requestsOf } from "../../../src/zivver/scim/requests.ts";

const USER = "urn:ietf:params:scim:schemas:core:2.0:User";
const GROUP = "urn:ietf:params:scim:schemas:core:2.0:Group";
const ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
const ZIVVER_USER = "urn:ietf:params:scim:schemas:zivver:0.1:User";
const ZIVVER_GROUP = "urn:ietf:params:scim:schemas:zivver:0.1:Group";
const at = (text: string) => text as Address;

const jane: LiveAccount = {
  kind: "personal",
  zivverId: "u1",
  address: at("j.doe@example.org"),
  fullName: "Jane Doe",
  active: true,
  aliases: [at("jd@example.org")],
  delegates: [at("k.roe@example.org")],
  members: [],
  division: "/",
  phone: "1",
  fingerprint: "sha256:0",
};
const desk: LiveAccount = {
  ...jane,
  kind: "functional",
  zivverId: "g/1",
  address: at("desk@example.org"),
  fullName: "Desk",
  aliases: [],
  delegates: [],
  members: ["u1"],
  division: "/front",
  phone: "",
};
const user = (more: JsonObject) => ({
  userName: "j.doe@example.org",
  name: { formatted: "Jane Doe" },
  ...more,
});
const group = (more: JsonObject) => ({
  schemas: [GROUP, ENTERPRISE, ZIVVER_GROUP],
  externalId: "desk@example.org",
  displayName: "Desk",
  members: [{ value: "u1" }],
  [ENTERPRISE]: { division: "/front" },
  [ZIVVER_GROUP]: { aliases: [] },
  ...more,
});
const update = (live: LiveAccount, fields: AccountFields): Write => ({ op: "update", live, fields });
const key = new Secret("guid");

const rows: { name: string; write: Write; raw?: JsonObject; expect: [string, JsonObject] }[] = [
  {
    name: "the least personal account",
    write: { op: "create", kind: "personal", fields: { address: at("n@example.org"), fullName: "N" } },
    expect: [
      "POST /Users",
      {
        schemas: [USER, ZIVVER_USER],
        userName: "n@example.org",
        name: { formatted: "N" },
        active: true,
        [ZIVVER_USER]: { aliases: [], delegates: [] },
      },
    ],
  },
  {
    name: "a personal account with everything",
    write: {
      op: "create",
      kind: "personal",
      fields: {
        address: at("n@example.org"),
        fullName: "N",
        aliases: [at("a@example.org")],
        delegates: [at("d@example.org")],
        division: "/x",
        phone: "2",
        accountKey: key,
        password: new Secret("begin-with-this"),
      },
    },
    expect: [
      "POST /Users",
      {
        schemas: [USER, ENTERPRISE, ZIVVER_USER],
        userName: "n@example.org",
        name: { formatted: "N" },
        active: true,
        password: "begin-with-this",
        phoneNumbers: [{ value: "2" }],
        [ENTERPRISE]: { division: "/x" },
        [ZIVVER_USER]: { aliases: ["a@example.org"], delegates: ["d@example.org"], SsoAccountKey: "guid" },
      },
    ],
  },
  {
    name: "a functional account",
    write: {
      op: "create",
      kind: "functional",
      fields: { address: at("n@example.org"), fullName: "N", members: ["u1"], division: "/x" },
    },
    expect: [
      "POST /Groups",
      {
        schemas: [GROUP, ENTERPRISE, ZIVVER_GROUP],
        externalId: "n@example.org",
        displayName: "N",
        members: [{ value: "u1" }],
        [ENTERPRISE]: { division: "/x" },
        [ZIVVER_GROUP]: { aliases: [] },
      },
    ],
  },
  {
    name: "suspending leaves the extension alone",
    write: update(jane, { active: false }),
    raw: { [ZIVVER_USER]: { ExternalAccountId: "x" } },
    expect: ["PUT /Users/u1", user({ schemas: [USER], active: false })],
  },
  {
    name: "a new address alone leaves the extension alone",
    write: update(jane, { address: at("jane@example.org") }),
    expect: ["PUT /Users/u1", user({ schemas: [USER], userName: "jane@example.org" })],
  },
  {
    name: "aliases take delegates and key along",
    write: update(jane, { aliases: [], accountKey: key }),
    raw: { [ZIVVER_USER]: { aliases: ["old@example.org"], ExternalAccountId: "x" } },
    expect: [
      "PUT /Users/u1",
      user({
        schemas: [USER, ZIVVER_USER],
        [ZIVVER_USER]: {
          aliases: [],
          delegates: ["k.roe@example.org"],
          ExternalAccountId: "x",
          SsoAccountKey: "guid",
        },
      }),
    ],
  },
  {
    name: "a division keeps what else the enterprise extension holds",
    write: update(jane, { division: "/y" }),
    raw: { [ENTERPRISE]: { division: "/", costCenter: "7" } },
    expect: [
      "PUT /Users/u1",
      user({ schemas: [USER, ENTERPRISE], [ENTERPRISE]: { division: "/y", costCenter: "7" } }),
    ],
  },
  {
    name: "a phone number keeps its type and the other numbers",
    write: update(jane, { phone: "2" }),
    raw: { phoneNumbers: [{ type: "work", value: "1" }, { value: "9" }] },
    expect: [
      "PUT /Users/u1",
      user({ schemas: [USER], phoneNumbers: [{ type: "work", value: "2" }, { value: "9" }] }),
    ],
  },
  {
    name: "no phone number",
    write: update(jane, { phone: "" }),
    raw: { phoneNumbers: [{ value: "1" }] },
    expect: ["PUT /Users/u1", user({ schemas: [USER], phoneNumbers: [] })],
  },
  {
    name: "a personal account without a name is not given an empty one",
    write: update({ ...jane, fullName: "" }, { active: true }),
    expect: ["PUT /Users/u1", { schemas: [USER], userName: "j.doe@example.org", active: true }],
  },
  {
    name: "a functional account goes whole, its own id included where it was",
    write: update(desk, { fullName: "Front desk" }),
    raw: {
      id: "g/1",
      members: [{ value: "g/1" }, { value: "u1" }],
      [ZIVVER_GROUP]: { ExternalAccountId: "x" },
    },
    expect: [
      "PUT /Groups/g%2F1",
      group({
        displayName: "Front desk",
        members: [{ value: "u1" }, { value: "g/1" }],
        [ZIVVER_GROUP]: { aliases: [], ExternalAccountId: "x" },
      }),
    ],
  },
  {
    name: "members that are given replace those that were",
    write: update(desk, { members: ["u2", "u3"] }),
    expect: ["PUT /Groups/g%2F1", group({ members: [{ value: "u2" }, { value: "u3" }] })],
  },
  {
    name: "no division is not made one",
    write: update({ ...desk, division: "/" }, { aliases: [at("front@example.org")] }),
    expect: [
      "PUT /Groups/g%2F1",
      {
        schemas: [GROUP, ZIVVER_GROUP],
        externalId: "desk@example.org",
        displayName: "Desk",
        members: [{ value: "u1" }],
        [ZIVVER_GROUP]: { aliases: ["front@example.org"] },
      },
    ],
  },
];

describe("a write becomes one request", () => {
  test.each(rows)("$name", ({ write, raw, expect: [request, body] }) => {
    const kept = write.op === "update" && raw ? keptOf(write.live.kind, raw) : undefined;
    const made = requestsOf(write, kept);
    expect(made.map(({ method, path }) => `${method} ${path}`)).toEqual([request]);
    expect(made[0]?.body).toEqual(body);
    expect(made[0]?.mediaType).toBe("application/json");
  });

  test("a delete has no body", () => {
    expect(requestsOf({ op: "delete", live: desk }, undefined)).toEqual([
      { method: "DELETE", path: "/Groups/g%2F1", mediaType: "application/json" },
    ]);
  });

  test("no members for an account that has none needs no PATCH", () => {
    const made = requestsOf(update({ ...desk, members: [] }, { members: [], fullName: "D" }), undefined);
    expect(made.map(({ method }) => method)).toEqual(["PUT"]);
  });
});

test("a filter value stays within its quotes, whatever it holds", () => {
  expect(escapeFilterValue('a"b\\c')).toBe('a\\"b\\\\c');
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom('"', "\\", "a", "\n", " ") }), (value) => {
      const escaped = escapeFilterValue(value);
      expect(JSON.parse(`"${escaped}"`)).toBe(value);
      expect(escaped.replace(/\\./g, "")).not.toContain('"');
    }),
  );
});
