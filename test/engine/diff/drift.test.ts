import { describe, expect, test } from "vitest";
import type { AccountMemory } from "../../../src/model/plan/state.ts";
import {
  desk,
  deskRecord,
  idOf,
  known,
  PLAIN_NAMES,
  person,
  planOf,
  record,
  type Setting,
} from "../../support/engine.ts";

/* Whether a difference comes of the source or was made in Zivver, by what was last applied. */

const A = "a@example.org";
const named = (
  field: Parameters<typeof PLAIN_NAMES.value>[1],
  value: Parameters<typeof PLAIN_NAMES.value>[2],
) => PLAIN_NAMES.value(idOf(A), field, value);
const fullName = (value: string) => ({ fullName: named("fullName", value) });
const remembered = (fields?: AccountMemory["fields"]) => [
  known(A, { id: "1", ...(fields === undefined ? {} : { fields }) }),
];
const LIVE = person(A, { fullName: "Live" });
const SOURCE = record(A, { id: "1", fullName: "Source", accountKey: null });
const ann = person("ann@example.org");
const ben = person("ben@example.org");
const others = [record(ann.address, { accountKey: null }), record(ben.address, { accountKey: null })];
const access = (...delegates: string[]) => [...others, record(A, { id: "1", accountKey: null, delegates })];

const marksOf = (setting: Setting) =>
  planOf(setting).body.changes.flatMap(({ fields }) =>
    fields.map((field) => ("changedIn" in field ? `${field.field} ${field.changedIn}` : field.field)),
  );

describe("a field that differs", () => {
  test.each<Setting & { name: string; expect: readonly string[] }>([
    { name: "is not marked without a state", desired: [SOURCE], live: [LIVE], expect: ["fullName"] },
    {
      name: "is not marked where nothing is remembered of the account",
      desired: [SOURCE],
      live: [LIVE],
      known: [],
      expect: ["fullName"],
    },
    {
      name: "is not marked where nothing was ever applied to it",
      desired: [SOURCE],
      live: [LIVE],
      known: remembered(),
      expect: ["fullName"],
    },
    {
      name: "is not marked where that field was never applied",
      desired: [SOURCE],
      live: [LIVE],
      known: remembered({ division: named("division", "/") }),
      expect: ["fullName"],
    },
    {
      name: "was changed in the source, where Zivver has what was applied",
      desired: [SOURCE],
      live: [LIVE],
      known: remembered(fullName("Live")),
      expect: ["fullName source"],
    },
    {
      name: "was changed in Zivver, where the source gives what was applied",
      desired: [SOURCE],
      live: [LIVE],
      known: remembered(fullName("Source")),
      expect: ["fullName zivver"],
    },
    {
      name: "was changed in both, where neither has what was applied",
      desired: [SOURCE],
      live: [LIVE],
      known: remembered(fullName("Other")),
      expect: ["fullName both"],
    },
    {
      name: "is marked each for itself",
      desired: [record(A, { id: "1", fullName: "Source", phone: "+31600000002", accountKey: null })],
      live: [person(A, { fullName: "Live", phone: "+31600000001" })],
      known: remembered({ ...fullName("Source"), phone: named("phone", "+31600000001") }),
      expect: ["fullName zivver", "phone source"],
    },
    {
      name: "an account key that was sent before was changed in the source",
      desired: [record(A, { id: "1", accountKey: "new" })],
      live: [person(A)],
      known: [known(A, { id: "1", key: "old" })],
      expect: ["accountKey source"],
    },
    {
      name: "an account key that is sent for the first time is not marked",
      desired: [record(A, { id: "1", accountKey: "new" })],
      live: [person(A)],
      known: [known(A, { id: "1", fields: fullName("Name of a") })],
      organization: { unknownAccountKeys: "send" },
      expect: ["accountKey"],
    },
    {
      name: "an address that Zivver has as it was applied was changed in the source",
      desired: [record("moved@example.org", { id: "1", fullName: "Name of a", accountKey: null })],
      live: [person(A)],
      known: remembered({}),
      expect: ["address source", "aliases"],
    },
    {
      name: "an address that was changed in Zivver",
      desired: [record(A, { id: "1", accountKey: null })],
      live: [person("moved@example.org", { zivverId: idOf(A), fullName: "Name of a", aliases: [A] })],
      known: remembered({}),
      expect: ["address zivver", "aliases"],
    },
    {
      name: "somebody who is missing was active when it was last applied: the source has changed",
      desired: others,
      live: [person(A), ann, ben],
      known: remembered({ active: named("active", true) }),
      expect: ["active source"],
    },
  ])("$name", ({ expect: marks, ...setting }) => {
    expect(marksOf(setting)).toEqual(marks);
  });
});

describe("delegates, by their ids", () => {
  const applied = (...addresses: string[]) =>
    remembered({ delegates: named("delegates", addresses.map(idOf).sort()) });

  test.each<Setting & { name: string; expect: readonly string[] }>([
    {
      name: "added in the source",
      desired: access(ben.address, ann.address),
      live: [ann, ben, person(A, { delegates: [ann.address] })],
      known: applied(ann.address),
      expect: ["delegates source"],
    },
    {
      name: "removed in Zivver: the source still gives both, in whichever order",
      desired: access(ben.address, ann.address),
      live: [ann, ben, person(A, { delegates: [ann.address] })],
      known: applied(ann.address, ben.address),
      expect: ["delegates zivver"],
    },
    {
      name: "changed in both",
      desired: access(ben.address),
      live: [ann, ben, person(A, { delegates: [ann.address] })],
      known: applied(),
      expect: ["delegates both"],
    },
    {
      name: "an address that nobody has counts as such",
      desired: access(ann.address),
      live: [ann, ben, person(A, { delegates: ["guest@example.net"] })],
      known: remembered({ delegates: named("delegates", ["guest@example.net"]) }),
      expect: ["delegates source"],
    },
    {
      name: "one who is created counts by name",
      desired: [...access("new@example.org"), record("new@example.org")],
      live: [ann, ben, person(A)],
      known: remembered({ delegates: named("delegates", ["new@example.org"]) }),
      expect: ["delegates zivver"],
    },
  ])("$name", ({ expect: marks, ...setting }) => {
    const { changes } = planOf(setting).body;
    const own = changes.filter(({ address }) => address === A).flatMap(({ fields }) => fields);
    expect(own.map(({ field, changedIn }) => `${field} ${changedIn}`)).toEqual(marks);
  });

  test("members of a group, which it loses since the source has changed", () => {
    const group = desk("d@example.org", [ann.zivverId]);
    const value = PLAIN_NAMES.value(group.zivverId, "delegates", [ann.zivverId]);
    const marks = marksOf({
      desired: [...others, deskRecord("d@example.org", { delegates: [] })],
      live: [ann, ben, group],
      known: [known("d@example.org", { kind: "functional", fields: { delegates: value } })],
    });
    expect(marks).toEqual(["delegates source"]);
  });
});
