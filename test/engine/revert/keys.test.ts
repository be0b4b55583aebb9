import { expect, test } from "vitest";
import { accountKeysOf } from "../../../src/engine/revert/keys.ts";
import type { DesiredAccount, LiveAccount } from "../../../src/model/account/account.ts";
import type { FieldChange } from "../../../src/model/plan/change.ts";
import { type AccountMemory, EMPTY_STATE } from "../../../src/model/plan/state.ts";
import type { JournalEntry } from "../../../src/model/ports.ts";
import { Secret } from "../../../src/model/values/secret.ts";
import { at, known, PLAIN_NAMES, person } from "../../support/engine.ts";

const origin = { source: "hr", where: "row 2", attribute: "x" };
const given = <T>(value: T) => ({ value, origin });

/** Ann's account; a record of a name, with the key of that name. */
const ann = person("ann@example.org", { fullName: "Ann Ash" });
const pairOf = (live: LiveAccount, name: string | undefined, id?: string) => {
  const desired: DesiredAccount = {
    profile: "staff",
    kind: "personal",
    address: live.address,
    addressOrigin: origin,
    active: true,
    activeOrigin: origin,
    accountKey: given(new Secret(`key of ${name}`)),
    ...(name === undefined ? {} : { fullName: given(name) }),
    ...(id === undefined ? {} : { id: given(id) }),
  };
  return { desired, live, renamed: false, waiting: new Set<never>() };
};
const changed = (before: LiveAccount, ...fields: readonly FieldChange[]): JournalEntry => ({
  type: "start",
  at: "2026-11-23T12:00:00.000Z",
  change: "c-1",
  step: "change",
  action: "update",
  kind: "personal",
  address: before.address,
  profile: "staff",
  fields,
  before,
});
const moved: FieldChange = { field: "address", before: "ann@example.org", after: "bob@example.org" };
const movedAnn = { ...ann, address: at("bob@example.org") };
const linked = [known("ann@example.org", { id: "1" })];

test.each<{
  name: string;
  pair: ReturnType<typeof pairOf>;
  memory?: readonly AccountMemory[];
  entries?: readonly JournalEntry[];
  key?: string;
}>([
  {
    name: "the record that it is linked to, whatever its name",
    pair: pairOf(ann, "Bea", "1"),
    memory: linked,
    key: "Bea",
  },
  {
    name: "the record that it is linked to, also after a move",
    pair: pairOf(movedAnn, "Ann", "1"),
    memory: linked,
    entries: [changed(ann, moved)],
    key: "Ann",
  },
  { name: "another record than the one that it is linked to", pair: pairOf(ann, "Ann", "2"), memory: linked },
  { name: "a record without an id, where it is linked", pair: pairOf(ann, "Ann"), memory: linked },
  {
    name: "without a link, a record of its address and given name",
    pair: pairOf(ann, "A. Maiden"),
    key: "A. Maiden",
  },
  { name: "without a link, a record that gives no name", pair: pairOf(ann, undefined), key: "undefined" },
  { name: "without a link, another person's record", pair: pairOf(ann, "Bob Birch") },
  {
    name: "rows that are mixed up: the name of now is the plan's own, the one before counts",
    pair: pairOf({ ...ann, fullName: "Bob Birch" }, "Bob Birch"),
    entries: [changed(ann, { field: "fullName", before: "Ann Ash", after: "Bob Birch" })],
  },
  {
    name: "without a link, an account that the plan moved to another's address",
    pair: pairOf(movedAnn, "Ann Ash"),
    entries: [changed(ann, moved)],
  },
  {
    name: "without a link, although others have one",
    pair: pairOf(ann, "Ann"),
    memory: [known("bob@example.org", { id: "1" }), known("ann@example.org")],
    key: "Ann",
  },
  {
    name: "without a link, of an account whose name the plan changed and nothing else",
    pair: pairOf(ann, "Ann Ash"),
    entries: [
      { type: "resume", at: "2026-11-23T12:00:00.000Z" },
      { ...changed(ann), before: null } as JournalEntry,
      changed(ann, { field: "fullName", before: "Ann Ash", after: "Ann Oak" }),
    ],
    key: "Ann Ash",
  },
  {
    name: "without a link, by the name that it had first, whatever a later request found",
    pair: pairOf(ann, "Bob Birch"),
    entries: [changed(ann), changed({ ...ann, fullName: "Bob Birch" })],
  },
  {
    name: "without a link, an account that the plan moved and renamed",
    pair: pairOf(movedAnn, "Ann Ash"),
    entries: [changed(ann, { field: "fullName", before: "Ann Ash", after: "Ann Oak" }, moved)],
  },
])("$name", ({ pair, memory, entries = [], key }) => {
  const state = { ...EMPTY_STATE, accounts: memory ?? [] };
  const keys = accountKeysOf([pair], memory && { state, names: PLAIN_NAMES }, entries);
  expect(keys.get(ann.zivverId)?.reveal()).toBe(key && `key of ${key}`);
});
