import fc from "fast-check";
import { expect, test } from "vitest";
import type { Given, SourceRecord } from "../../../src/model/account/account.ts";
import { Secret } from "../../../src/model/values/secret.ts";
import { digestOfRecords } from "../../../src/sources/records/digest.ts";

const given = <T>(value: T): Given<T> => ({
  value,
  origin: { source: "hr", where: "row 1", attribute: "any" },
});

/** What a record says, as a value that can be compared; the account key in clear. */
const said = fc.record(
  {
    where: fc.constantFrom("row 1", "row 2", 'row "3"'),
    email: fc.constantFrom("", "a@example.org", "b@example.org"),
    division: fc.constantFrom("", "a@example.org", "/North"),
    aliases: fc.constantFrom<readonly string[]>([], ["a"], ["a", "b"], ['a","b']),
    active: fc.boolean(),
    accountKey: fc.constantFrom("", "k1", "k2"),
    delegatesIncomplete: fc.constantFrom("why", "why not"),
    problem: fc.constantFrom("one", "another"),
  },
  { requiredKeys: ["where"] },
);
type Said = typeof said extends fc.Arbitrary<infer T> ? T : never;

function recordOf({ where, problem, delegatesIncomplete, accountKey, ...fields }: Said): SourceRecord {
  return {
    kind: "personal",
    where,
    supplement: false,
    ...Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, given(value)])),
    ...(accountKey === undefined ? {} : { accountKey: given(new Secret(accountKey)) }),
    ...(delegatesIncomplete === undefined ? {} : { delegatesIncomplete }),
    problems: problem === undefined ? [] : [{ attribute: "any", message: problem }],
  };
}

const digestOf = (all: readonly Said[]) => digestOfRecords(all.map(recordOf));
const canonical = (all: readonly Said[]) =>
  JSON.stringify(all.map((one) => JSON.stringify(Object.entries(one).sort())).sort());

test("the digest of records is the same in whatever order they come", () => {
  const shuffled = fc
    .array(said, { maxLength: 8 })
    .chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length })));
  fc.assert(
    fc.property(shuffled, ([all, others]) => {
      expect(digestOf(others)).toBe(digestOf(all));
    }),
  );
});

test("records that say anything else have another digest", () => {
  const few = fc.array(said, { maxLength: 3 });
  fc.assert(
    fc.property(few, few, (one, other) => {
      expect(digestOf(one) === digestOf(other)).toBe(canonical(one) === canonical(other));
    }),
  );
  const jane = { where: "row 1", accountKey: "k1" } as const;
  expect(digestOf([{ ...jane, accountKey: "k2" }])).not.toBe(digestOf([jane]));
  expect(digestOf([jane, jane])).not.toBe(digestOf([jane]));
  expect(digestOf([{ where: "row 1", active: false }])).not.toBe(digestOf([{ where: "row 1" }]));
});
