import { describe, expect, test } from "vitest";
import type { Origin } from "../../../src/model/account/account.ts";
import type { Change } from "../../../src/model/plan/change.ts";
import { Secret } from "../../../src/model/values/secret.ts";
import { at, desk, deskRecord, idOf, person, planOf, record, type Setting } from "../../support/engine.ts";

/* Changes with everything in them: each value with its place in the source, the accounts meant, and what is sent along. */

const A = "a@example.org";
const D = "d@example.org";
const ann = person("ann@example.org");
const from = (address: string, attribute: string): Origin => ({
  source: "hr",
  where: `row of ${address}`,
  attribute,
});
const live = person(A, { phone: "+31600000001", aliases: ["old@example.org"] });
const base = (account: { zivverId: string; fingerprint: string }) => ({
  zivverId: account.zivverId,
  base: account.fingerprint,
});
const changeOf = (setting: Setting, address: string) =>
  planOf(setting).body.changes.find((change) => change.address === address);
const none = { source: "profile staff", where: "in none of its sources", attribute: "missing" };

describe("a change, whole", () => {
  const common = { id: "c-1", profile: "staff", needs: [] };

  test.each<Setting & { name: string; of: string; expect: unknown }>([
    {
      name: "a new account",
      of: A,
      desired: [
        record(ann.address),
        record(A, { aliases: ["x@example.org"], delegates: [ann.address], phone: "+31600000002" }),
      ],
      live: [ann],
      expect: {
        ...common,
        action: "create",
        kind: "personal",
        address: A,
        accountKey: new Secret(`key of ${A}`),
        fields: [
          { field: "address", before: null, after: A, origin: from(A, "email") },
          { field: "fullName", before: null, after: "Name of a", origin: from(A, "name") },
          { field: "aliases", before: null, after: ["x@example.org"], origin: from(A, "aliases") },
          {
            field: "delegates",
            before: null,
            after: [ann.address],
            accounts: { before: [], after: [ann.zivverId] },
            origin: from(A, "delegates"),
          },
          { field: "phone", before: null, after: "+31600000002", origin: from(A, "phone") },
        ],
      },
    },
    {
      name: "a new account of which the source gives empty lists and no key",
      of: A,
      desired: [record(A, { aliases: [], delegates: [], accountKey: null })],
      organization: { loginMethod: "password" },
      expect: {
        ...common,
        action: "create",
        kind: "personal",
        address: A,
        fields: [
          { field: "address", before: null, after: A, origin: from(A, "email") },
          { field: "fullName", before: null, after: "Name of a", origin: from(A, "name") },
        ],
      },
    },
    {
      name: "aliases: the key goes along",
      of: A,
      desired: [record(A, { aliases: ["old@example.org", "x@example.org"] })],
      live: [live],
      expect: {
        ...common,
        action: "update",
        kind: "personal",
        address: A,
        ...base(live),
        accountKey: new Secret(`key of ${A}`),
        fields: [
          {
            field: "aliases",
            before: ["old@example.org"],
            after: ["old@example.org", "x@example.org"],
            origin: from(A, "aliases"),
          },
        ],
      },
    },
    {
      name: "a phone number: no key goes along",
      of: A,
      desired: [record(A, { phone: "+31600000002" })],
      live: [live],
      expect: {
        ...common,
        action: "update",
        kind: "personal",
        address: A,
        ...base(live),
        fields: [{ field: "phone", before: "+31600000001", after: "+31600000002", origin: from(A, "phone") }],
      },
    },
    {
      name: "aliases without a key",
      of: A,
      desired: [record(A, { aliases: [], accountKey: null })],
      live: [live],
      expect: {
        ...common,
        action: "update",
        kind: "personal",
        address: A,
        ...base(live),
        fields: [{ field: "aliases", before: ["old@example.org"], after: [], origin: from(A, "aliases") }],
      },
    },
    {
      name: "a rename of a source that gives no aliases: they come of the address",
      of: "b@example.org",
      desired: [record("b@example.org", { id: "1", fullName: "Name of a" })],
      live: [live],
      known: [
        {
          zivverId: idOf(A),
          kind: "personal",
          address: at(A),
          link: { profile: "staff", source: "hr", anchor: "staff/hr personal 1" },
        },
      ],
      expect: {
        ...common,
        action: "update",
        kind: "personal",
        address: "b@example.org",
        ...base(live),
        accountKey: new Secret("key of b@example.org"),
        fields: [
          { field: "address", before: A, after: "b@example.org", origin: from("b@example.org", "email") },
          {
            field: "aliases",
            before: ["old@example.org"],
            after: [A, "old@example.org"],
            origin: from("b@example.org", "email"),
          },
        ],
      },
    },
    {
      name: "members of a group without any: it comes back",
      of: D,
      desired: [record(ann.address), deskRecord(D, { delegates: [ann.address] })],
      live: [ann, desk(D)],
      expect: {
        ...common,
        action: "reactivate",
        kind: "functional",
        address: D,
        ...base(desk(D)),
        fields: [
          {
            field: "delegates",
            before: [],
            after: [ann.address],
            accounts: { before: [], after: [ann.zivverId] },
            origin: from(D, "delegates"),
          },
        ],
      },
    },
    {
      name: "a deletion, with all that goes",
      of: A,
      profile: { personal: { missing: "delete" } },
      desired: [record(ann.address)],
      live: [ann, person(A, { aliases: ["x@example.org"], delegates: [ann.address] })],
      expect: {
        ...common,
        action: "delete",
        kind: "personal",
        address: A,
        ...base(person(A, { aliases: ["x@example.org"], delegates: [ann.address] })),
        fields: [
          { field: "address", before: A, after: null, origin: none },
          { field: "fullName", before: "Name of a", after: null, origin: none },
          { field: "aliases", before: ["x@example.org"], after: null, origin: none },
          {
            field: "delegates",
            before: [ann.address],
            after: null,
            accounts: { before: [ann.zivverId], after: [] },
            origin: none,
          },
        ],
      },
    },
    {
      name: "a deletion of an account without lists",
      of: A,
      profile: { personal: { missing: "delete" } },
      desired: [record(ann.address)],
      live: [ann, person(A)],
      expect: {
        ...common,
        action: "delete",
        kind: "personal",
        address: A,
        ...base(person(A)),
        fields: [
          { field: "address", before: A, after: null, origin: none },
          { field: "fullName", before: "Name of a", after: null, origin: none },
        ],
      },
    },
    {
      name: "a group that is emptied since no source has it",
      of: D,
      desired: [record(ann.address), deskRecord("other@example.org")],
      live: [ann, desk("other@example.org"), desk(D, [ann.zivverId])],
      expect: {
        ...common,
        action: "suspend",
        kind: "functional",
        address: D,
        fullName: "Name of d",
        ...base(desk(D, [ann.zivverId])),
        fields: [
          {
            field: "delegates",
            before: [ann.address],
            after: [],
            accounts: { before: [ann.zivverId], after: [] },
            origin: none,
          },
        ],
      },
    },
  ])("$name", ({ of, expect: change, ...setting }) => {
    expect(changeOf(setting, of)).toEqual(change);
  });
});

describe("a protected group that would lose all its members", () => {
  const group = desk("admin@example.org", [ann.zivverId]);
  const setting: Setting = {
    desired: [record(ann.address), deskRecord(group.address, { delegates: [], fullName: "New" })],
    live: [ann, group],
  };

  test("keeps them, which is said, and is changed otherwise", () => {
    const { changes, findings } = planOf(setting).body;
    expect(changes.map(({ action, fields }) => [action, fields.map(({ field }) => field)])).toEqual([
      ["update", ["fullName"]],
    ]);
    expect(findings).toEqual([
      {
        code: "account-protected",
        severity: "warning",
        summary:
          "All members would be removed, which suspends a functional account, but organization.yaml protects it. Its members are left as they are.",
        where: { profile: "staff", kind: "functional", address: group.address },
      },
    ]);
  });
});

describe("somebody whom a change names comes first", () => {
  const NEW = "new@example.org";
  const order = (setting: Setting) =>
    planOf(setting).body.changes.map(({ id, address, needs }: Change) => `${id} ${address} ${needs.join()}`);

  test.each<Setting & { name: string; expect: readonly string[] }>([
    {
      name: "a delegate who is renamed, where aliases are written: the delegates go along",
      desired: [
        record("z@example.org", { id: "1", fullName: "Name of ann" }),
        record(A, { aliases: ["x@example.org"] }),
      ],
      live: [ann, person(A, { delegates: [ann.address] })],
      known: [
        {
          zivverId: ann.zivverId,
          kind: "personal",
          address: ann.address,
          link: { profile: "staff", source: "hr", anchor: "staff/hr personal 1" },
        },
      ],
      expect: ["c-1 z@example.org ", "c-2 a@example.org c-1"],
    },
    {
      name: "not a delegate who is renamed, where only a phone number is written",
      desired: [
        record("z@example.org", { id: "1", fullName: "Name of ann" }),
        record(A, { phone: "+31600000002" }),
      ],
      live: [ann, person(A, { delegates: [ann.address] })],
      known: [
        {
          zivverId: ann.zivverId,
          kind: "personal",
          address: ann.address,
          link: { profile: "staff", source: "hr", anchor: "staff/hr personal 1" },
        },
      ],
      expect: ["c-1 a@example.org ", "c-2 z@example.org "],
    },
    {
      name: "not a member who is renamed, where aliases of a group are written: members are ids",
      desired: [
        record("z@example.org", { id: "1", fullName: "Name of ann" }),
        deskRecord(D, { aliases: ["x@example.org"] }),
      ],
      live: [ann, desk(D, [ann.zivverId])],
      known: [
        {
          zivverId: ann.zivverId,
          kind: "personal",
          address: ann.address,
          link: { profile: "staff", source: "hr", anchor: "staff/hr personal 1" },
        },
      ],
      expect: ["c-1 z@example.org ", `c-2 ${D} `],
    },
    {
      name: "somebody who is created",
      desired: [record(NEW), record(A, { delegates: [NEW] })],
      live: [person(A)],
      expect: [`c-1 ${NEW} `, "c-2 a@example.org c-1"],
    },
  ])("$name", ({ expect: lines, ...setting }) => {
    expect(order(setting)).toEqual(lines);
  });
});
