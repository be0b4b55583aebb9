import { appendFile, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { JournalEntry } from "../../src/model/ports.ts";
import { ZivsyncError } from "../../src/model/values/errors.ts";
import {
  checkUnused,
  journalPath,
  openJournal,
  readEndedJournal,
  readJournalEntries,
} from "../../src/storage/journal.ts";
import { person } from "../support/engine.ts";
import { planOf } from "../support/plans.ts";

const plan = planOf([]);
const AT = "2026-11-23T12:00:00.000Z";
const begin = { type: "begin", at: AT, digest: plan.digest, seal: plan.seal, zivsync: plan.zivsync };
const done: JournalEntry = { type: "done", at: AT, change: "c-1", step: "change", zivverId: "caf\u00e9" };

let folder = "";
let path = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "zivsync-journal-"));
  path = join(folder, "plan.json.journal");
});
afterEach(() => rm(folder, { recursive: true }));

const lines = async () =>
  (await readFile(path, "utf8"))
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));

async function problemsOf(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof ZivsyncError) return [error.name, ...error.problems];
    throw error;
  }
  return "no error";
}

test("its name comes from the plan's place and seal", () => {
  expect(journalPath("out/plan.json", { ...plan, seal: "hmac-sha256:0123456789abcdef" })).toBe(
    "out/plan.json.89abcdef.journal",
  );
});

describe("opened", () => {
  test("again it begins, and takes lines in the order in which they were given", async () => {
    const journal = await openJournal(path, plan, AT);
    expect(journal.entries).toEqual([]);
    const many = Array.from({ length: 20 }, (_, index) => ({ ...done, change: `c-${index}` }));
    await Promise.all(many.map((entry) => journal.append(entry)));
    await journal.close();
    expect(await lines()).toEqual([begin, ...many]);
  });

  test("again it resumes, and says what was done", async () => {
    const first = await openJournal(path, plan, AT);
    await first.append(done);
    await first.close();
    const second = await openJournal(path, plan, "2026-11-23T13:00:00.000Z");
    expect(second.entries).toEqual([begin, done]);
    await second.close();
    expect(await lines()).toEqual([begin, done, { type: "resume", at: "2026-11-23T13:00:00.000Z" }]);
  });

  test.each([1, 10, JSON.stringify(done).length])(
    "after a crash that left %i characters of a line, it goes on without them",
    async (length) => {
      const first = await openJournal(path, plan, AT);
      await first.close();
      // Cut by bytes, which may be in the middle of a character.
      await appendFile(path, Buffer.from(JSON.stringify(done)).subarray(0, length));
      const second = await openJournal(path, plan, AT);
      expect(second.entries).toEqual([begin]);
      await second.append(done);
      await second.close();
      expect(await lines()).toEqual([begin, { type: "resume", at: AT }, done]);
    },
  );

  test("a crash in the very first line begins again", async () => {
    await writeFile(path, '{"type":"beg');
    const journal = await openJournal(path, plan, AT);
    await journal.close();
    expect([journal.entries, await lines()]).toEqual([[], [begin]]);
  });
});

describe("refused", () => {
  const write = (...entries: readonly unknown[]) =>
    writeFile(
      path,
      entries.map((entry) => `${typeof entry === "string" ? entry : JSON.stringify(entry)}\n`).join(""),
    );

  test("a plan that is used up", async () => {
    await write(begin, { type: "end", at: AT, outcomes: {} });
    expect(await problemsOf(openJournal(path, plan, AT))).toEqual([
      "RefusedError",
      {
        code: "plan-used",
        where: path,
        message: "The plan has been applied already, and a plan is used once.",
        remedy: "Make a new plan: it holds what is still to do, such as what was in conflict or failed.",
      },
    ]);
  });

  test.each<[string, unknown]>([
    ["another plan's beginning", { ...begin, seal: "other" }],
    ["no beginning", done],
  ])("%s", async (_, entry) => {
    await write(entry);
    expect(await problemsOf(openJournal(path, plan, AT))).toEqual([
      "RefusedError",
      {
        code: "journal-other-plan",
        where: path,
        message: "The journal belongs to another plan that was in this place.",
        remedy: "Move the journal away to keep it, then apply again.",
      },
    ]);
  });

  const start = {
    ...{ type: "start", at: AT, change: "c-1", step: "change", action: "update", kind: "personal" },
    ...{ address: "a@example.org", profile: "staff", fields: [], before: null },
  };
  const before = person("a@example.org");
  test.each([
    ...["not JSON", "", "null", "[]", "7", '{"type":"other"}', '{"type":"done"', '{"type":"toString"}'],
    ...[
      { type: "done", at: AT, change: "c-1", step: "change" },
      { type: "done", at: AT, change: 1, step: "change", zivverId: "x" },
      { type: "start" },
      { ...start, action: "destroy" },
      { ...start, step: "leap" },
      { ...start, fields: [{ field: "shoeSize", before: null, after: "44" }] },
      { ...start, fields: [{ field: "aliases", before: [], after: [7] }] },
      { ...start, before: { ...before, aliases: "x@example.org" } },
      { ...start, before: { ...before, fullName: "\ud800" } },
      { ...start, before: { zivverId: "x" } },
      { type: "outcome", at: AT, outcome: { change: "c-1", state: "fine", detail: "" } },
    ].map((entry) => JSON.stringify(entry)),
  ])("the line %s", async (line) => {
    await write(begin, line, done);
    expect(await problemsOf(openJournal(path, plan, AT))).toEqual([
      "RefusedError",
      {
        code: "journal-syntax",
        where: `${path}:2`,
        message: "The line is not a journal entry, so it is unknown what was done.",
        remedy: "Make a new plan; keep the journal for the record.",
      },
    ]);
    expect((await readFile(path, "utf8")).split("\n").length).toBe(4);
  });

  test("a folder that is not there", async () => {
    const nowhere = join(folder, "none", "journal");
    expect(await problemsOf(openJournal(nowhere, plan, AT))).toEqual([
      "InputError",
      {
        code: "file-unwritable",
        where: nowhere,
        message: "The journal cannot be written: its folder does not exist. Nothing is applied without one.",
        remedy: "Check the folder of the plan and its permissions.",
      },
    ]);
  });

  test("a folder in its place", async () => {
    await mkdir(path);
    expect(await problemsOf(openJournal(path, plan, AT))).toEqual([
      "InputError",
      { code: "file-unreadable", where: path, message: "The journal cannot be read: it is a folder." },
    ]);
  });
});

test("once a line could not be written, no later one is", async () => {
  const journal = await openJournal(path, plan, AT);
  await journal.close();
  await expect(journal.append(done)).rejects.toThrow();
  await expect(journal.append(done)).rejects.toThrow();
  expect(await lines()).toEqual([begin]);
});

describe("an apply that ended, read again", () => {
  const end = { type: "end", at: AT, outcomes: {} };
  const write = (...entries: readonly unknown[]) =>
    writeFile(path, entries.map((entry) => `${JSON.stringify(entry)}\n`).join(""));

  test.each<{ name: string; entries: readonly unknown[]; expect: readonly unknown[] | undefined }>([
    { name: "all its lines", entries: [begin, done, end], expect: [begin, done, end] },
    { name: "nothing where it did not end", entries: [begin, done], expect: undefined },
    { name: "nothing of another plan", entries: [{ ...begin, seal: "other" }, end], expect: undefined },
    { name: "nothing of what has no beginning", entries: [done, end], expect: undefined },
  ])("$name", async ({ entries, expect: lines }) => {
    await write(...entries);
    expect(await readEndedJournal(path, plan)).toEqual(lines);
  });

  test("nothing where there is no journal", async () => {
    expect(await readEndedJournal(path, plan)).toBeUndefined();
  });
});

describe("what a journal says was done", () => {
  const remedy = "Give the file that `zivsync apply` names at its end; it is beside the plan.";

  test("is all its lines, whether it ended or not", async () => {
    await writeFile(path, `${JSON.stringify(begin)}\n${JSON.stringify(done)}\n`);
    expect(await readJournalEntries(path)).toEqual([begin, done]);
  });

  test.each([
    { name: "no file", content: undefined },
    { name: "an empty file", content: "" },
    { name: "a first line without an end", content: JSON.stringify(begin) },
  ])("is refused of $name", async ({ content }) => {
    if (content !== undefined) await writeFile(path, content);
    expect(await problemsOf(readJournalEntries(path))).toEqual([
      "InputError",
      {
        code: "file-not-found",
        where: path,
        message: "There is no such file, or no entry of a journal is in it.",
        remedy,
      },
    ]);
  });

  test("is refused of lines without a beginning", async () => {
    await writeFile(path, `${JSON.stringify(done)}\n`);
    expect(await problemsOf(readJournalEntries(path))).toEqual([
      "InputError",
      { code: "journal-syntax", where: path, message: "This is not a journal of an apply.", remedy },
    ]);
  });

  test("is refused where it cannot be read", async () => {
    await mkdir(path);
    expect(await problemsOf(readJournalEntries(path))).toEqual([
      "InputError",
      {
        code: "file-unreadable",
        where: path,
        message: expect.stringMatching(/^The journal cannot be read: .+\.$/),
      },
    ]);
  });
});

describe("a plan is unused", () => {
  test("where it has no journal, and none is made", async () => {
    await checkUnused(path, plan);
    await expect(readFile(path)).rejects.toThrow("ENOENT");
  });

  test("where its journal did not end", async () => {
    await writeFile(path, `${JSON.stringify(begin)}\n`);
    await expect(checkUnused(path, plan)).resolves.toBeUndefined();
  });

  test("not where its journal ended", async () => {
    await writeFile(
      path,
      `${JSON.stringify(begin)}\n${JSON.stringify({ type: "end", at: AT, outcomes: {} })}\n`,
    );
    expect(await problemsOf(checkUnused(path, plan))).toMatchObject(["RefusedError", { code: "plan-used" }]);
  });
});

test("a plan that no person approved says so where it begins and where it goes on", async () => {
  const approval = { type: "standing", policy: "p", before: {}, after: { create: 1 } } as const;
  for (const _ of [1, 2]) await (await openJournal(path, plan, AT, approval)).close();
  expect(await lines()).toEqual([
    { ...begin, approval },
    { type: "resume", at: AT, approval },
  ]);
});
