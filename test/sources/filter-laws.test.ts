import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Reading } from "../../src/model/ports.ts";
import type { FilterField, RecordCondition } from "../../src/model/source-config/filter.ts";
import { runs } from "../support/runs.ts";
import { type Account, asCsv, asDeclared, asWorkbook, directoryOf } from "./filtered-people.ts";

const SOURCES = {
  csv: asCsv,
  xlsx: asWorkbook,
  declared: asDeclared,
  "active-directory": directoryOf("active-directory"),
  ldap: directoryOf("ldap"),
};
const where = "profiles/staff.yaml:7:9";

const domain = fc.constantFrom("example.org", "example.com", "Example.NET");
const names = fc.uniqueArray(fc.constantFrom(..."abcdefgh"), { minLength: 3, maxLength: 8 });

/** Some people and some shared accounts, with members of both kinds, circles included. */
const accounts: fc.Arbitrary<readonly Account[]> = names.chain((all) =>
  fc.tuple(
    ...all.map((name, index) =>
      fc.record({
        kind: fc.constant(index % 3 === 0 ? ("functional" as const) : ("personal" as const)),
        name: fc.constant(name),
        email: domain.map((end) => `${name}.${index}@${end}`),
        fullName: fc.constantFrom("Jane Doe", "JANE  doe", "Kim Roe", "Shared Desk", "Zoë"),
        aliases: fc
          .uniqueArray(domain, { maxLength: 2 })
          .map((ends) => ends.map((end) => `alias-${name}@${end}`)),
        delegates: index % 3 === 0 ? fc.subarray([...all]) : fc.constant([]),
        division: fc.constantFrom("", "/care", "/care/night", "/cure"),
        phone: fc.constantFrom("", "+31612345678"),
        active: fc.boolean(),
      }),
    ),
  ),
);

const VALUES: Readonly<Record<string, readonly string[]>> = {
  email: ["*@example.org", "*@EXAMPLE.com", "a*", "*.1@*", "nobody@example.org", "*"],
  fullName: ["jane doe", "*doe", "ZOË", "Shared *", ""],
  aliases: ["*@example.com", "alias-a*", "", "*"],
  division: ["/CARE", "/care*", "/cure", "", "*"],
  phone: ["+316*", ""],
  active: ["yes", "no"],
  kind: ["personal", "functional"],
};

const condition = (shared: readonly string[]): fc.Arbitrary<RecordCondition> => {
  const fields = Object.keys(VALUES) as FilterField[];
  const onField = fc.constantFrom(...fields).chain((field) =>
    fc.record({
      field: fc.constant(field),
      values: fc.subarray([...(VALUES[field] ?? [])], { minLength: 1 }),
      exclude: fc.boolean(),
      where: fc.constant(where),
    }),
  );
  const onMembers = fc.record({
    memberOf: fc.subarray([...shared], { minLength: 1 }),
    exclude: fc.boolean(),
    where: fc.constant(where),
  });
  return fc.oneof({ arbitrary: onField, weight: 3 }, { arbitrary: onMembers, weight: 1 });
};

const withFilter = (most: number) =>
  accounts.chain((all) => {
    const shared = all.filter(({ kind }) => kind === "functional").map(({ email }) => email);
    const filter = fc.array(condition(shared), { minLength: 1, maxLength: most });
    return fc.record({ all: fc.constant(all), filter });
  });

/** Says the same in the plainest way. */
function holds(all: readonly Account[], one: Account, asked: RecordCondition): boolean {
  if ("memberOf" in asked) {
    const inside = new Set<string>();
    const open = all.filter(({ email }) => asked.memberOf.includes(email));
    for (const group of open) {
      for (const name of group.delegates) {
        if (inside.has(name)) continue;
        inside.add(name);
        open.push(...all.filter((member) => member.name === name && member.kind === "functional"));
      }
    }
    return inside.has(one.name) !== asked.exclude;
  }
  if (!("field" in asked)) throw new Error("only fields");
  const told = { ...one, active: one.kind === "functional" || one.active ? "yes" : "no", id: "" };
  const values = [told[asked.field]].flat().filter((value) => value !== "");
  const plain = (text: string) => text.toLowerCase().replaceAll(/\s+/g, " ");
  const fits = asked.values.some((pattern) => {
    if (pattern === "") return values.length === 0;
    const parts = plain(pattern).split("*").map(escaped);
    return values.some((value) => new RegExp(`^${parts.join(".*")}$`).test(plain(value)));
  });
  return fits !== asked.exclude;
}

function escaped(text: string): string {
  return text.replace(/[.+?^${}()|[\]\\]/g, "\\$&");
}

const taken = ({ records }: Reading) => records.map(({ email }) => email?.value).sort();

describe.each(Object.entries(SOURCES))("a filter on %s", (_, read) => {
  test("takes the records of which every condition holds", async () => {
    await fc.assert(
      fc.asyncProperty(withFilter(3), async ({ all, filter }) => {
        const wanted = all.filter((one) => filter.every((asked) => holds(all, one, asked)));
        const reading = await read(all, filter);
        expect(taken(reading)).toEqual(wanted.map(({ email }) => email).sort());
        if (wanted.length === 0) expect(reading.complete).toBe(false);
      }),
      { numRuns: runs(8, 30) },
    );
  });

  test("a condition and its opposite part the records into two halves", async () => {
    await fc.assert(
      fc.asyncProperty(withFilter(1), async ({ all, filter }) => {
        const opposite = filter.map((one) => ({ ...one, exclude: !one.exclude }));
        const halves = [...taken(await read(all, filter)), ...taken(await read(all, opposite))];
        expect(halves.sort()).toEqual(taken(await read(all, [])));
        expect(halves).toHaveLength(all.length);
      }),
      { numRuns: runs(5, 20) },
    );
  });
});
