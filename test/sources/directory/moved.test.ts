import { describe, expect, test } from "vitest";
import { readEntries } from "../../../src/sources/directory/read-directory.ts";
import { byAddress, config, group, NOW, ROOT, table, user } from "./builders.ts";
import { failure, type Memory, type MemoryEntry, memorySession } from "./memory-session.ts";

const A = `OU=A,${ROOT}`;
const B = `OU=B,${ROOT}`;
const C = `OU=C,${ROOT}`;

const at = (base: string, one: MemoryEntry): MemoryEntry => ({
  ...one,
  dn: one.dn.replace(/,OU=.*$/, `,${base}`),
});
const [jane, kim, lee] = [user("Jane"), user("Kim"), user("Lee")];
const before = [at(A, jane), at(B, kim), at(C, lee)];

async function read(after: Memory["after"], more: Partial<Memory> = {}, baseDns = [A, B, C]) {
  const session = memorySession({ entries: before, rootDse: {}, ...more, ...(after ? { after } : {}) });
  const of = config({ personal: table({ baseDns }) });
  const reading = await readEntries(session, of, { now: () => NOW });
  return { reading, log: session.log };
}
const told = (dns: string, were: string, they: string) => ({
  code: "source-incomplete",
  severity: "error",
  summary: `While the directory was read, ${were} moved, and ${they} not found again: ${dns}. Run the plan again. Until then, no personal account is removed because of this source.`,
  where: { source: "head-office", kind: "personal" },
});

describe("somebody who is moved between two bases while they are searched", () => {
  test("to one that was searched already is read all the same, with all that the entry says", async () => {
    const { reading } = await read({ 1: [at(A, jane), at(A, kim), at(C, lee)] });
    expect(byAddress(reading, "fullName")).toEqual({
      "jane@example.org": "Jane",
      "lee@example.org": "Lee",
      "kim@example.org": "Kim",
    });
    expect([reading.complete, reading.findings]).toEqual([true, []]);
  });

  test("to one that is still to come is one record", async () => {
    const { reading } = await read({ 1: [at(B, jane), at(B, kim), at(C, lee)] });
    expect(reading.records.map(({ where }) => where)).toEqual([`CN=Jane,${A}`, `CN=Kim,${B}`, `CN=Lee,${C}`]);
  });

  test("as many others are: each is read", async () => {
    const many = Array.from({ length: 40 }, (_, index) => user(`u${index}`));
    const inC = [...before, ...many.map((one) => at(C, one))];
    const inA = [...before, ...many.map((one) => at(A, one))];
    const { reading, log } = await read({ 2: inA }, { entries: inC });
    expect([reading.complete, reading.records.length]).toEqual([true, 43]);
    expect(log.mostAtOnce).toBe(16);
  });

  test("and is not found where the directory said: the source is incomplete, and says so", async () => {
    const session = memorySession({
      entries: before,
      after: { 1: [at(A, jane), at(A, kim), at(C, lee)], 4: [at(A, jane), at(C, lee)] },
    });
    const of = config({ personal: table({ baseDns: [A, B, C] }), functional: table({ baseDns: [A] }) });
    const reading = await readEntries(session, of, { now: () => NOW });
    expect([reading.complete, reading.incompleteKinds, reading.findings]).toEqual([
      true,
      ["personal"],
      [told(`CN=Kim,${A}`, "1 entry was", "it was")],
    ]);
  });

  test("where only that kind is read, all of it is incomplete", async () => {
    const many = ["1", "2", "3", "4"].map((name) => user(name));
    const { reading } = await read({
      3: [...before, ...many.map((one) => at(A, one))],
      4: before,
    });
    const named = ["1", "2", "3"].map((name) => `CN=${name},${A}`).join("; ");
    expect([reading.complete, reading.findings]).toEqual([
      false,
      [told(`${named}; and 1 more`, "4 entries were", "they were")],
    ]);
  });

  test("and the connection breaks off while they are searched again", async () => {
    const lost = failure("directory-unreachable", "ldaps://dc1.corp.example.test was lost.");
    const { reading } = await read(undefined, { failAfter: { entries: 3, failure: lost } });
    expect([reading.complete, reading.records.length]).toEqual([false, 3]);
  });
});

test("functional accounts are looked for in the same way", async () => {
  const [desk, other] = [group("Desk", []), group("Other", [jane.dn])];
  const session = memorySession({
    entries: [at(A, other), at(B, desk)],
    after: { 1: [at(A, other), at(A, desk)] },
  });
  const of = config({ functional: table({ baseDns: [A, B] }) });
  const { records } = await readEntries(session, of, { now: () => NOW });
  expect(records.map(({ email }) => email?.value)).toEqual(["other@example.org", "desk@example.org"]);
});

test("costs one search more for every base but the last, for the ids alone", async () => {
  const { log } = await read(undefined);
  expect(log.searches.map(({ base, attributes }) => [base, attributes.length === 1])).toEqual([
    [A, false],
    [B, false],
    [C, false],
    [A, true],
    [B, true],
  ]);
  expect(log.searches.at(-1)?.attributes).toEqual(["objectGUID"]);
  expect((await read(undefined, {}, [ROOT])).log.searches.length).toBe(1);
});
