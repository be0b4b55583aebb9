import { expect, test } from "vitest";
import { type Eligibility, judgeChanges } from "../../../../src/engine/plan/standing/eligible.ts";
import type { LiveAccount } from "../../../../src/model/account/account.ts";
import type { Change } from "../../../../src/model/plan/change.ts";
import { type AccountMemory, EMPTY_STATE } from "../../../../src/model/plan/state.ts";
import { known, PLAIN_NAMES, person } from "../../../support/engine.ts";
import { creating, deleting, field, releasing, suspending, updating } from "../../apply/by-hand.ts";

/* Whether standing approval covers a change, by what is known beside the plan. */

const a = person("a@example.org");
const b = person("b@example.org");
const phone = field("phone", "", "1");
const rename = field("address", a.address, "moved@example.org");
const keeping = field("aliases", [], [a.address]);

type Case = {
  readonly name: string;
  readonly changes: readonly Change[];
  readonly protectedPatterns?: readonly string[];
  readonly profiles?: readonly string[];
  readonly remembered?: readonly AccountMemory[];
  readonly live?: readonly LiveAccount[];
  readonly expect: readonly string[];
};

function judged({ changes, protectedPatterns = [], profiles, remembered = [], live }: Case) {
  const eligibility: Eligibility = {
    policy: { windowMs: 1, numbers: {}, ...(profiles ? { profiles } : {}) },
    protectedPatterns,
    memory: { state: { ...EMPTY_STATE, accounts: remembered }, names: PLAIN_NAMES },
    now: 0,
    ...(live ? { accountOf: (id: string) => live.find(({ zivverId }) => zivverId === id) } : {}),
  };
  return [...judgeChanges(changes, eligibility)].map(([id, one]) =>
    "because" in one ? `${id} ${one.because}` : `${id} ${Object.keys(one.counts).join(" and ")}`,
  );
}

test.each<Case>([
  { name: "a change that nothing speaks against", changes: [updating(a, [phone])], expect: ["c-1 update"] },
  {
    name: "not one of a protected account",
    changes: [updating(a, [phone])],
    protectedPatterns: [a.address],
    expect: ["c-1 protected"],
  },
  {
    name: "not one that gives a protected address",
    changes: [updating(a, [field("aliases", [], ["x@example.org", "boss@example.org"])])],
    protectedPatterns: ["boss@example.org"],
    expect: ["c-1 protected"],
  },
  {
    name: "not one of an account that has a protected alias, by a reading",
    changes: [suspending(a)],
    protectedPatterns: ["boss@example.org"],
    live: [person(a.address, { aliases: ["boss@example.org"] })],
    expect: ["c-1 protected"],
  },
  {
    name: "not one of an account that is protected under the address it has, by a reading",
    changes: [suspending(a)],
    protectedPatterns: ["boss@example.org"],
    live: [person("boss@example.org", { zivverId: a.zivverId })],
    expect: ["c-1 protected"],
  },
  {
    name: "one of an account that no reading has",
    changes: [suspending(a)],
    protectedPatterns: ["boss@example.org"],
    live: [b],
    expect: ["c-1 suspend"],
  },
  {
    name: "a creation beside readings of others",
    changes: [creating("n@example.org")],
    protectedPatterns: ["boss@example.org"],
    live: [b],
    expect: ["c-1 create"],
  },
  {
    name: "one of a profile that is covered",
    changes: [updating(a, [phone])],
    profiles: ["x", "staff"],
    expect: ["c-1 update"],
  },
  {
    name: "not one of another profile",
    changes: [updating(a, [phone])],
    profiles: ["x"],
    expect: ["c-1 profile"],
  },
  {
    name: "not two between which an address moves",
    changes: [
      updating(a, [field("aliases", ["x@example.org", "y@example.org"], ["y@example.org"])]),
      updating(b, [field("aliases", [], ["z@example.org", "x@example.org"])], { id: "c-2" }),
      updating(person("c@example.org"), [field("aliases", [], ["w@example.org"])], { id: "c-3" }),
    ],
    expect: ["c-1 address-moves", "c-2 address-moves", "c-3 update"],
  },
  {
    name: "not one that gives its address up first",
    changes: [
      updating(a, [field("aliases", ["x@example.org"], [])], { release: releasing("p@example.org") }),
    ],
    expect: ["c-1 address-moves"],
  },
  {
    name: "a rename of an account that is linked",
    changes: [updating(a, [rename, keeping])],
    remembered: [known(a.address, { id: "1" })],
    expect: ["c-1 rename"],
  },
  {
    name: "not a rename of an account that is not linked",
    changes: [updating(a, [rename, keeping])],
    remembered: [known(a.address), known(b.address, { id: "1" })],
    expect: ["c-1 address-change"],
  },
  {
    name: "not a rename of an account of which nothing is remembered",
    changes: [updating(a, [rename, keeping])],
    expect: ["c-1 address-change"],
  },
  {
    name: "a change that is not a rename, of an account that is not linked",
    changes: [updating(a, [field("aliases", [], ["x@example.org"])])],
    remembered: [known(a.address)],
    expect: ["c-1 update"],
  },
  {
    name: "one with which the key goes along that was sent before",
    changes: [updating(a, [field("aliases", [], ["x@example.org"])], { accountKey: "key" })],
    remembered: [known(a.address, { key: "key" })],
    expect: ["c-1 update"],
  },
  {
    name: "not one with which another key goes along",
    changes: [updating(a, [field("aliases", [], ["x@example.org"])], { accountKey: "other" })],
    remembered: [known(a.address, { key: "key" })],
    expect: ["c-1 account-key"],
  },
  {
    name: "not one with which a key goes along where none is known",
    changes: [
      updating(a, [field("aliases", [], ["x@example.org"])], { accountKey: "key" }),
      updating(b, [field("aliases", [], ["y@example.org"])], { id: "c-2", accountKey: "key" }),
    ],
    remembered: [known(a.address)],
    expect: ["c-1 account-key", "c-2 account-key"],
  },
  {
    name: "a creation with its key",
    changes: [creating("n@example.org", [field("address", null, "n@example.org")], { accountKey: "key" })],
    expect: ["c-1 create"],
  },
  {
    name: "not a deletion, which is said although its address is given up",
    changes: [{ ...deleting(a), fields: [field("address", a.address, null)] }],
    expect: ["c-1 deletion"],
  },
  {
    name: "not a deletion whose address another account takes",
    changes: [
      { ...deleting(a), fields: [field("address", a.address, null)] },
      creating(a.address, [field("address", null, a.address)], { id: "c-2" }),
    ],
    expect: ["c-1 address-moves", "c-2 address-moves"],
  },
])("standing approval covers $name", (given) => {
  expect(judged(given)).toEqual(given.expect);
});
