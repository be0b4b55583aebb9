import fc from "fast-check";
import { expect, test } from "vitest";
import { runs } from "../../../support/runs.ts";
import { byAddress, config, functional, group, ROOT, read, table, user } from "../builders.ts";
import type { MemoryEntry } from "../memory-session.ts";

const GROUPS = 8;
const USERS = 6;
const groupDn = (index: number) => `CN=g${index},OU=Groups,${ROOT}`;
const userDn = (index: number) => `CN=u${index},OU=Staff,${ROOT}`;

/** Who is in what: of each group the numbers of its members, groups first, users after them. */
const graphs = fc.array(fc.uniqueArray(fc.nat(GROUPS + USERS - 1), { maxLength: 6 }), {
  minLength: GROUPS,
  maxLength: GROUPS,
});
/** Groups that have no address, users that are disabled, and groups that no search brings. */
const kinds = fc.record({
  silent: fc.uniqueArray(fc.nat(GROUPS - 1)),
  disabled: fc.uniqueArray(fc.nat(USERS - 1)),
  outside: fc.uniqueArray(fc.nat(GROUPS - 1)),
});

function entriesOf(
  graph: readonly (readonly number[])[],
  kind: { silent: number[]; disabled: number[]; outside: number[] },
) {
  const dn = (number: number) => (number < GROUPS ? groupDn(number) : userDn(number - GROUPS));
  const groups: MemoryEntry[] = graph.map((members, index) =>
    group(`g${index}`, members.map(dn), {
      ...(kind.silent.includes(index) ? { mail: [] } : {}),
      ...(kind.outside.includes(index) ? { objectCategory: "elsewhere" } : {}),
    }),
  );
  const users = Array.from({ length: USERS }, (_, index) =>
    user(`u${index}`, kind.disabled.includes(index) ? { userAccountControl: "514" } : {}),
  );
  // One group has somebody in it for certain: where none has, members may not be readable at all.
  return [...users, ...groups, group("sure", [userDn(0)], { mail: [] })];
}

/** The slow way: whoever is in a group is in all groups that this one is in, until nothing changes. */
function naive(graph: readonly (readonly number[])[]): readonly ReadonlySet<number>[] {
  const sets = graph.map((members) => new Set(members));
  for (let changed = true; changed; ) {
    changed = false;
    for (const set of sets) {
      for (const number of [...set]) {
        for (const inner of sets[number] ?? []) {
          if (set.has(inner)) continue;
          set.add(inner);
          changed = true;
        }
      }
    }
  }
  return sets;
}

test.each([
  ["personal accounts known", config({ personal: table(), functional: table() })],
  ["everybody looked up", functional()],
])("delegates are what the slow way finds: %s", async (_, of) => {
  await fc.assert(
    fc.asyncProperty(
      graphs,
      kinds,
      fc.option(fc.integer({ min: 1, max: 3 })),
      async (graph, kind, rangeOf) => {
        const entries = entriesOf(graph, kind);
        const reading = await read(of, rangeOf === null ? { entries } : { entries, rangeOf });
        const closure = naive(graph);
        const expected = graph.flatMap((_, index) => {
          if (kind.silent.includes(index) || kind.outside.includes(index)) return [];
          const users = [...(closure[index] ?? [])].filter(
            (number) => number >= GROUPS && !kind.disabled.includes(number - GROUPS),
          );
          return [[`g${index}@example.org`, users.map((number) => `u${number - GROUPS}@example.org`).sort()]];
        });
        const groups = reading.records.filter((record) => record.kind === "functional");
        expect(byAddress({ ...reading, records: groups }, "delegates")).toEqual(Object.fromEntries(expected));
        expect(groups.map(({ delegatesIncomplete }) => delegatesIncomplete).filter(Boolean)).toEqual([]);
      },
    ),
    { numRuns: runs(10, 60) },
  );
});

test("5,000 groups in twelve levels, and a chain of 2,000", { timeout: 60_000 }, async () => {
  const levels = 12;
  const perLevel = 400;
  const name = (level: number, index: number) => `CN=l${level}x${index},OU=Groups,${ROOT}`;
  const groups: MemoryEntry[] = [];
  for (let level = 0; level < levels; level++) {
    for (let index = 0; index < perLevel; index++) {
      const below = [0, 1, 2].map((step) => name(level + 1, (index * 3 + step) % perLevel));
      const members = [userDn(index % 50), ...(level + 1 < levels ? below : [])];
      groups.push(group(`l${level}x${index}`, members));
    }
  }
  for (let index = 0; index < 2000; index++) {
    groups.push(
      group(`c${index}`, [`CN=c${(index + 1) % 2000},OU=Groups,${ROOT}`, userDn(index % 50)], { mail: [] }),
    );
  }
  const users = Array.from({ length: 50 }, (_, index) => user(`u${index}`));
  const start = group("start", [`CN=c0,OU=Groups,${ROOT}`, name(0, 0)]);
  const reading = await read(config({ personal: table(), functional: table() }), {
    entries: [...users, ...groups, start],
  });
  const delegates = byAddress(reading, "delegates");
  expect(delegates["start@example.org"]).toEqual(users.map((_, index) => `u${index}@example.org`).sort());
  expect(delegates["l11x7@example.org"]).toEqual(["u7@example.org"]);
  expect(reading.records.length).toBe(50 + levels * perLevel + 1);
});
