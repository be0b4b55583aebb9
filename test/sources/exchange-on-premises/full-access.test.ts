import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { AccessEntry } from "../../../src/sources/exchange-on-premises/descriptor.ts";
import { fullAccessOf } from "../../../src/sources/exchange-on-premises/shared-mailboxes.ts";

const ANN = "S-1-5-21-1-2-3-1104";
const BOB = "S-1-5-21-1-2-3-1105";
const allow = (sid: string, more: Partial<AccessEntry> = {}): AccessEntry => ({
  effect: "allow",
  sid,
  mask: 0x20001,
  inherited: false,
  inheritOnly: false,
  narrowed: false,
  conditional: false,
  ...more,
});
const deny = (sid: string, more: Partial<AccessEntry> = {}) => allow(sid, { effect: "deny", ...more });
const access = (more: object) => ({ allowed: [], denied: [], gaps: [], ...more });
const lets = (who: string) => access({ gaps: [`a permission lets in ${who}, and they cannot be listed`] });

const CASES: readonly (readonly [string, readonly AccessEntry[] | "everybody", unknown])[] = [
  ["is nobody's without permissions", [], access({})],
  ["is theirs who are allowed", [allow(ANN), allow(BOB), allow(ANN)], access({ allowed: [ANN, BOB] })],
  [
    "names those who are denied",
    [deny(BOB), allow(ANN), allow(BOB)],
    access({ allowed: [ANN, BOB], denied: [BOB] }),
  ],
  [
    "is not inherited, for a property, or of the folders",
    [
      allow(ANN, { inherited: true }),
      deny(ANN, { inherited: true }),
      allow(ANN, { inheritOnly: true }),
      allow(BOB, { narrowed: true }),
    ],
    access({}),
  ],
  ["is more than sending as somebody", [allow(ANN, { mask: 0xf0002 }), deny(BOB, { mask: 2 })], access({})],
  [
    "is not the mailbox's own, the system's or the administrators'",
    ["S-1-5-10", "S-1-5-18", "S-1-5-19", "S-1-5-20", "S-1-5-32-544", "S-1-3-0", "S-1-3-4", "S-1-0-0"].map(
      (sid) => allow(sid),
    ),
    access({}),
  ],
  [
    "can be denied to administrators",
    [deny("S-1-5-32-544"), deny("S-1-5-10"), deny("S-1-5-18")],
    access({ denied: ["S-1-5-32-544"] }),
  ],
  ["of Everyone cannot be listed", [allow("S-1-1-0")], lets("S-1-1-0 (Everyone)")],
  ["of Authenticated Users cannot be listed", [allow("S-1-5-11")], lets("S-1-5-11 (Authenticated Users)")],
  ["of other groups of the machine cannot be listed", [allow("S-1-5-32-545")], lets("S-1-5-32-545")],
  ["denied to everybody is nobody's", [allow(ANN), allow("S-1-1-0"), deny("S-1-5-11")], access({})],
  [
    "denied to everybody under a condition is in doubt",
    [allow(ANN), deny("S-1-1-0", { conditional: true })],
    access({
      allowed: [ANN],
      denied: ["S-1-1-0"],
      gaps: ["a permission denies access to S-1-1-0 under a condition"],
    }),
  ],
  [
    "under a condition is in doubt",
    [allow(ANN, { conditional: true }), deny(BOB, { conditional: true })],
    access({
      denied: [BOB],
      gaps: [
        `a permission allows access to ${ANN} under a condition`,
        `a permission denies access to ${BOB} under a condition`,
      ],
    }),
  ],
  [
    "as everything at once is in doubt",
    [allow(ANN, { mask: 0x10000000 })],
    access({
      gaps: [`a permission allows ${ANN} everything at once, which Exchange does not call full access`],
    }),
  ],
  [
    "as everything and full access is certain",
    [allow(ANN, { mask: 0x10000001 })],
    access({ allowed: [ANN] }),
  ],
  [
    "without a list of permissions is everybody's",
    "everybody",
    access({ gaps: ["it has no list of permissions, so everybody may open it, and they cannot be listed"] }),
  ],
];

describe("full access", () => {
  test.each(CASES)("%s", (_, list, expected) => {
    expect(fullAccessOf(list)).toEqual(expected);
  });
});

const entry: fc.Arbitrary<AccessEntry> = fc.record({
  effect: fc.constantFrom("allow", "deny"),
  sid: fc.constantFrom(ANN, BOB, "S-1-5-21-9-9-9-9", "S-1-1-0", "S-1-5-10", "S-1-5-32-544"),
  mask: fc.constantFrom(0x1, 0x2, 0x10000000, 0xf01ff),
  inherited: fc.boolean(),
  inheritOnly: fc.boolean(),
  narrowed: fc.boolean(),
  conditional: fc.boolean(),
});
/** Who is let in for certain. */
const letIn = (list: readonly AccessEntry[]) => {
  const { allowed, denied } = fullAccessOf(list);
  return new Set(allowed.filter((sid) => !denied.includes(sid)));
};

test("nobody is let in who is not allowed by an entry of the mailbox's own, and a denial never lets anybody in", () => {
  fc.assert(
    fc.property(fc.array(entry), entry, (list, one) => {
      const before = letIn(list);
      for (const sid of before) {
        const own = list.filter((entry) => entry.sid === sid && !entry.inherited && (entry.mask & 1) === 1);
        expect(own.some(({ effect }) => effect === "allow")).toBe(true);
        expect(own.some((ace) => ace.effect === "deny" && !ace.inheritOnly && !ace.narrowed)).toBe(false);
      }
      for (const sid of letIn([...list, { ...one, effect: "deny" }])) expect(before.has(sid)).toBe(true);
    }),
  );
});

test("neither the order of entries nor an inherited one changes anything", () => {
  fc.assert(
    fc.property(fc.array(entry), entry, (list, one) => {
      expect(letIn([...list].reverse())).toEqual(letIn(list));
      expect(fullAccessOf([...list, { ...one, inherited: true }])).toEqual(fullAccessOf(list));
    }),
  );
});
