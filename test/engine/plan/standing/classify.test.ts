import { describe, expect, test } from "vitest";
import { type AnyChange, ownAddresses } from "../../../../src/engine/diff/own-addresses.ts";
import { classify } from "../../../../src/engine/plan/standing/classify.ts";
import type { FieldName } from "../../../../src/model/account/fields.ts";
import type { Action } from "../../../../src/model/plan/change.ts";
import { person } from "../../../support/engine.ts";
import { access, creating, deleting, field, releasing, suspending, updating } from "../../apply/by-hand.ts";

/* What a change counts as for standing approval. What is not known here, or could let somebody else in, waits for people. */

const a = person("a@example.org");
const rename = field("address", a.address, "b@example.org");
const aliases = (before: readonly string[], after: readonly string[]) => field("aliases", before, after);
const reactivating = (...fields: Parameters<typeof updating>[1]): AnyChange => ({
  ...updating(a, fields),
  action: "reactivate",
});
const X = "x@example.org";

describe("a change counts as", () => {
  test.each<{ name: string; change: AnyChange; expect: unknown }>([
    {
      name: "a creation, whatever it has",
      change: creating("n@example.org", [
        field("address", null, "n@example.org"),
        field("fullName", null, "New"),
        aliases([], [X]),
        field("accountKey", null, "digest"),
        field("active", null, true),
      ]),
      expect: { create: 1 },
    },
    { name: "a suspension", change: suspending(a), expect: { suspend: 1 } },
    { name: "a reactivation", change: reactivating(field("active", false, true)), expect: { reactivate: 1 } },
    {
      name: "a reactivation and an update",
      change: reactivating(field("active", false, true), field("phone", "", "1")),
      expect: { reactivate: 1, update: 1 },
    },
    {
      name: "an update, once for several fields",
      change: updating(a, [field("fullName", "A", "B"), field("phone", "", "1")]),
      expect: { update: 1 },
    },
    {
      name: "an update, by its aliases alone",
      change: updating(a, [aliases([], [X])]),
      expect: { update: 1 },
    },
    {
      name: "an update, where a list is written again with the same people",
      change: updating(a, [access({ [X]: "1" }, { "y@example.org": "1" })]),
      expect: { update: 1 },
    },
    { name: "an update, without any field", change: updating(a, []), expect: { update: 1 } },
    {
      name: "delegates, one by one, by the accounts meant",
      change: updating(a, [
        access(
          { [X]: "1", "y@example.org": "2" },
          { "x2@example.org": "1", "z@example.org": "3", "w@example.org": "4" },
        ),
      ]),
      expect: { addDelegate: 2, removeDelegate: 1 },
    },
    {
      name: "delegates of a new account",
      change: creating("n@example.org", [access({}, { [X]: "1" })]),
      expect: { create: 1, addDelegate: 1 },
    },
    {
      name: "delegates without accounts by their names, which are never taken for ids",
      change: updating(a, [access({ "1": null }, { [X]: "1" })]),
      expect: { addDelegate: 1, removeDelegate: 1 },
    },
    {
      name: "delegates of a plan that says no accounts, by their names",
      change: updating(a, [field("delegates", [X], [X, "y@example.org"])]),
      expect: { addDelegate: 1 },
    },
    {
      name: "a rename alone, where the old address becomes an alias",
      change: updating(a, [rename, aliases([X], [a.address, X])]),
      expect: { rename: 1 },
    },
    {
      name: "a rename alone, where the new address was an alias",
      change: updating(a, [rename, aliases(["b@example.org", X], [a.address, X])]),
      expect: { rename: 1 },
    },
    {
      name: "a rename and an update, where one more alias comes in",
      change: updating(a, [rename, aliases([], [a.address, X])]),
      expect: { rename: 1, update: 1 },
    },
    {
      name: "a rename and an update, where one alias is exchanged for another",
      change: updating(a, [rename, aliases([X], [a.address, "y@example.org"])]),
      expect: { rename: 1, update: 1 },
    },
  ])("$name", ({ change, expect: counts }) => {
    expect(classify(change)).toEqual({ counts });
  });
});

describe("a change waits for people", () => {
  test.each<{ name: string; change: AnyChange; expect: string }>([
    { name: "a deletion", change: deleting(a), expect: "deletion" },
    {
      name: "of another action",
      change: { ...updating(a, []), action: "merge" as Action } as AnyChange,
      expect: "unknown-type",
    },
    {
      name: "of another field",
      change: updating(a, [field("pager" as FieldName, "1", "2")]),
      expect: "unknown-type",
    },
    {
      name: "of another field of a new account",
      change: creating("n@example.org", [field("pager" as FieldName, null, "2")]),
      expect: "unknown-type",
    },
    {
      name: "that updates whether an account is active",
      change: updating(a, [field("active", false, true)]),
      expect: "unknown-type",
    },
    {
      name: "of an account key",
      change: updating(a, [field("accountKey", null, "digest")]),
      expect: "account-key",
    },
    {
      name: "of an account key beside what is routine",
      change: updating(a, [field("phone", "", "1"), field("accountKey", null, "digest")]),
      expect: "account-key",
    },
    { name: "of an address, without aliases", change: updating(a, [rename]), expect: "address-change" },
    {
      name: "of an address that the account does not keep as an alias",
      change: updating(a, [rename, aliases([], [X])]),
      expect: "address-change",
    },
    {
      name: "of an address of which nothing was before",
      change: updating(a, [field("address", null, "b@example.org"), aliases([], [X])]),
      expect: "address-change",
    },
  ])("$name", ({ change, expect: because }) => {
    expect(classify(change)).toEqual({ because });
  });
});

test.each<{ name: string; change: AnyChange; expect: unknown }>([
  {
    name: "nothing, where it changes none",
    change: updating(a, [field("phone", "", "1")]),
    expect: { takes: [], gives: [], all: [a.address] },
  },
  {
    name: "a new account",
    change: creating("n@example.org", [field("address", null, "n@example.org"), aliases([], [X])]),
    expect: { takes: ["n@example.org", X], gives: [], all: ["n@example.org", X] },
  },
  {
    name: "a deleted account",
    change: deleting({ ...a, aliases: [] }),
    expect: { takes: [], gives: [], all: [a.address] },
  },
  {
    name: "a deleted account with all that it has",
    change: { ...deleting(a), fields: [field("address", a.address, null), field("aliases", [X], null)] },
    expect: { takes: [], gives: [a.address, X], all: [a.address, X] },
  },
  {
    name: "a rename that keeps the old address",
    change: updating(a, [rename, aliases([], [a.address])]),
    expect: { takes: ["b@example.org"], gives: [], all: ["b@example.org", a.address] },
  },
  {
    name: "a rename that does not, by way of another address",
    change: updating(a, [rename], { release: releasing("p@example.org") }),
    expect: {
      takes: ["b@example.org"],
      gives: [a.address],
      all: ["b@example.org", a.address, "p@example.org"],
    },
  },
])("the addresses that a change takes and gives: $name", ({ change, expect: addresses }) => {
  expect(ownAddresses(change)).toEqual(addresses);
});
