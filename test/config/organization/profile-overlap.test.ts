import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { findOverlap, ownsNothing } from "../../../src/config/organization/profile-overlap.ts";
import type { Condition, Manages } from "../../../src/model/plan/policy.ts";
import { ORGANIZATION, PROFILE, problemsOf } from "../folder.ts";

const CLAIMED = ["example.org", "example.com"];
const W = "zivsync-example";
const ORG: Condition = { domain: "example.org" };

function manages(include: readonly Condition[], exclude: readonly Condition[] = []): Manages {
  return { kinds: ["personal"], include, exclude };
}

const OVERLAPS: readonly (readonly [
  name: string,
  one: Manages,
  other: Manages,
  example: string | undefined,
])[] = [
  ["one domain", manages([ORG]), manages([ORG]), `${W}@example.org`],
  ["two domains", manages([ORG]), manages([{ domain: "example.com" }]), undefined],
  ["another kind", manages([ORG]), { ...manages([ORG]), kinds: ["functional"] }, undefined],
  ["all and one domain", manages([]), manages([ORG]), `${W}@example.org`],
  ["all, without that domain", manages([], [ORG]), manages([ORG]), undefined],
  ["all and all", manages([]), manages([]), `${W}@example.org`],
  ["an address in the domain", manages([ORG]), manages([{ address: "a@example.org" }]), "a@example.org"],
  [
    "an address left out",
    manages([ORG], [{ address: "a@example.org" }]),
    manages([{ address: "a@example.org" }]),
    undefined,
  ],
  ["a pattern", manages([{ address: "a*@example.org" }]), manages([ORG]), `a${W}@example.org`],
  ["a pattern over domains", manages([{ address: "admin@*" }]), manages([ORG]), "admin@example.org"],
  [
    "a division in the domain",
    manages([{ ...ORG, divisionUnder: "/a" }]),
    manages([ORG]),
    `${W}@example.org`,
  ],
  [
    "a division left out",
    manages([{ ...ORG, divisionUnder: "/a/b" }]),
    manages([ORG], [{ divisionUnder: "/a" }]),
    undefined,
  ],
  ["two divisions", manages([{ divisionUnder: "/a" }]), manages([{ divisionUnder: "/ab" }]), undefined],
  [
    "a division below",
    manages([{ divisionUnder: "/a" }]),
    manages([{ divisionUnder: "/a/b" }]),
    `${W}@example.org`,
  ],
  ["one name", manages([{ fullName: "Test *" }]), manages([{ fullName: "Test *" }]), `${W}@example.org`],
  ["a name and a domain", manages([{ fullName: "Test *" }]), manages([ORG]), undefined],
];

describe("two profiles own one account", () => {
  for (const [name, one, other, example] of OVERLAPS) {
    test(name, () => {
      const found = findOverlap(one, other, CLAIMED) ?? findOverlap(other, one, CLAIMED);
      expect(found?.example).toBe(example);
    });
  }
});

const NOTHING: readonly (readonly [name: string, manages: Manages, nothing: boolean])[] = [
  ["no kinds", { ...manages([ORG]), kinds: [] }, true],
  ["the same domain", manages([ORG], [ORG]), true],
  ["the domain as a pattern", manages([ORG], [{ address: "*@example.org" }]), true],
  [
    "only a part of the domain",
    manages([ORG], [{ address: "z*@example.org" }, { ...ORG, divisionUnder: "/a" }]),
    false,
  ],
  ["an address of the domain", manages([{ address: "a@example.org" }], [ORG]), true],
  ["a division above", manages([{ divisionUnder: "/a/b" }], [{ divisionUnder: "/a" }]), true],
  ["a division below", manages([{ divisionUnder: "/a" }], [{ divisionUnder: "/a/b" }]), false],
  ["one of two", manages([ORG, { domain: "example.com" }], [ORG]), false],
  ["every claimed domain", manages([], [ORG, { domain: "example.com" }]), true],
  ["one claimed domain", manages([], [ORG]), false],
];

describe("a profile owns nothing", () => {
  for (const [name, profile, nothing] of NOTHING) {
    test(name, () => expect(ownsNothing(profile, CLAIMED)).toBe(nothing));
  }
});

const condition: fc.Arbitrary<Condition> = fc.record(
  {
    domain: fc.constantFrom(...CLAIMED),
    address: fc.constantFrom("a@example.org", "*@example.com", "a*", "*"),
    divisionUnder: fc.constantFrom("/", "/a", "/a/b"),
    fullName: fc.constantFrom("Test *", "*"),
  },
  { requiredKeys: [] },
);
const anyManages = fc.record({
  kinds: fc.constantFrom<Manages["kinds"]>(["personal"], ["functional"], ["personal", "functional"]),
  include: fc.array(condition, { maxLength: 3 }),
  exclude: fc.array(condition, { maxLength: 2 }),
});

test("a profile that owns nothing overlaps with none", () => {
  fc.assert(
    fc.property(anyManages, anyManages, (one, other) => {
      fc.pre(ownsNothing(one, CLAIMED));
      expect(findOverlap(one, other, CLAIMED)).toBeUndefined();
    }),
    {
      numRuns: 500,
      // An account of which only the name is asked for has an address all the same, and `*` takes in any.
      examples: [
        [
          { kinds: ["functional"], include: [{ fullName: "Test *" }], exclude: [{ address: "*" }] },
          { kinds: ["functional"], include: [], exclude: [] },
        ],
      ],
    },
  );
});

test("what is told of an overlap and of a copied profile", async () => {
  const files = (name: string) => ({
    "organization.yaml": ORGANIZATION,
    "profiles/a.yaml": PROFILE,
    "profiles/b.yaml": PROFILE.replace("name: staff", `name: ${name}`),
  });
  expect(await problemsOf(files("temps"))).toEqual([
    {
      code: "profiles-overlap",
      where: "profiles/b.yaml:6:13",
      message: `The profile "staff" in profiles/a.yaml owns the same personal accounts, for example "${W}@example.org", and two profiles would undo each other's changes.`,
      remedy:
        "Exclude them in one of the two: add a condition to `manages.exclude` in profiles/b.yaml or profiles/a.yaml.",
    },
  ]);
  expect(await problemsOf(files("staff"))).toEqual([
    {
      code: "config-duplicate",
      where: "profiles/b.yaml:3:7",
      message: 'The profile "staff" is in profiles/a.yaml already, and plans name a profile by its name.',
      remedy: "Rename one of the two.",
    },
  ]);
});
