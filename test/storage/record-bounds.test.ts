import { execFileSync } from "node:child_process";
import { mkdtemp, open, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { validatePlan } from "../../src/config/schema/plan.ts";
import { validateStateLine } from "../../src/config/schema/state.ts";
import { readFileBytes } from "../../src/file-bytes.ts";
import { type Problem, ZivsyncError } from "../../src/model/values/errors.ts";
import { DEEPEST_JSON, isTooDeep, parseJson } from "../../src/model/values/json.ts";
import { Secret } from "../../src/model/values/secret.ts";
import { parseSeed } from "../../src/simulator/world/seed.ts";
import { LONGEST_MARKER, markedOrganization } from "../../src/storage/approvals/comment-marker.ts";
import { readApprovals } from "../../src/storage/approvals/signatures.ts";
import { readCleanUpFile } from "../../src/storage/conformance/clean-up-file.ts";
import { LARGEST_REPORT, readReport } from "../../src/storage/conformance/report-file.ts";
import { LARGEST_BYTES, LARGEST_TEXT, readTextFile } from "../../src/storage/files/files.ts";
import { openJournal } from "../../src/storage/journal.ts";
import { LARGEST_LEASE, parseLeaseCommit } from "../../src/storage/lock/lease-record.ts";
import { LARGEST_LOCK, readLockFile, renderLock } from "../../src/storage/lock/lock-file.ts";
import { openPasswordFile } from "../../src/storage/password-file.ts";
import { parsePlan } from "../../src/storage/plan/plan-file.ts";
import { deriveSealKeys } from "../../src/storage/plan/seal.ts";
import { parseState } from "../../src/storage/state/state-file.ts";
import { planOf } from "../support/plans.ts";

/** JSON of lists (or objects) inside of each other, brackets in its texts left out. */
const lists = (depth: number) => `${"[".repeat(depth - 1)}["\\"[[["]${"]".repeat(depth - 1)}`;
const objects = (depth: number) => `${'{"a":'.repeat(depth)}1${"}".repeat(depth)}`;
const within = (depth: number) => `{"formatVersion":1,"a":${lists(depth - 1)}}`;
const DEEP = 200_000;

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "zivsync-bounds-"));
});
afterEach(() => rm(folder, { recursive: true }));

async function problemsOf(work: () => unknown): Promise<readonly Problem[]> {
  try {
    await work();
    return [];
  } catch (error) {
    if (error instanceof ZivsyncError) return error.problems;
    throw error;
  }
}

test("a report of the experiments, and what a killed run has left, are read to the bound", async () => {
  const file = join(folder, "conformance.json");
  await writeFile(file, "{}");
  await truncate(file, LARGEST_REPORT + 1);
  const reason = "it is larger than 1 MB";
  for (const read of [() => readReport(file, () => []), () => readCleanUpFile(file)])
    expect(await problemsOf(read)).toMatchObject([
      { code: "file-unreadable", message: `The file cannot be read: ${reason}.` },
    ]);
});

describe("JSON", () => {
  test.each([
    ["lists", lists],
    ["objects", objects],
  ])("of %s is nested to the bound, and no deeper", (_, json) => {
    expect(parseJson(json(DEEPEST_JSON))).toEqual(JSON.parse(json(DEEPEST_JSON)));
    expect([isTooDeep(json(DEEPEST_JSON + 1)), parseJson(json(DEEPEST_JSON + 1))]).toEqual([true, undefined]);
    expect(parseJson(json(DEEP))).toBeUndefined();
  });

  test("side by side is not nested", () => {
    expect(isTooDeep(`[${Array(1_000).fill('{"a":[]}').join(",")}]`)).toBe(false);
  });
});

describe("a plan", () => {
  test("is nested to the bound; one that is nested deeper is refused before anything looks into it", async () => {
    const parse = (text: string) => problemsOf(() => parsePlan(text, "plan.json", validatePlan));
    const messages = async (text: string) => (await parse(text)).map(({ message }) => message);
    expect((await messages(within(DEEPEST_JSON))).join()).not.toContain("nested");
    for (const depth of [DEEPEST_JSON + 1, DEEP]) {
      expect(await parse(within(depth))).toEqual([
        {
          code: "plan-shape",
          where: "plan.json",
          message: "The file is not a plan: its values are nested deeper than 64 levels.",
          remedy: "Give the file that `zivsync plan -o` wrote, unchanged.",
        },
      ]);
    }
  });
});

test("a line of a state that is nested too deeply is not a line of a state", async () => {
  const keys = deriveSealKeys(new Secret("an API key"), "https://zivver.example.org/scim");
  const first = (depth: number) =>
    `{"type":"state","formatVersion":1,"organization":"other","a":${lists(depth - 1)}}\n`;
  const codes = async (text: string) =>
    (await problemsOf(() => parseState(text, "state", { keys, validate: validateStateLine }))).map(
      ({ code }) => code,
    );
  expect(await codes(first(DEEPEST_JSON))).toEqual(["state-other-organization"]);
  for (const depth of [DEEPEST_JSON + 1, DEEP]) expect(await codes(first(depth))).toEqual(["state-syntax"]);
});

test("a line of a journal that is nested too deeply is not a line of a journal", async () => {
  const plan = planOf([]);
  const { digest, seal, zivsync } = plan;
  const path = join(folder, "plan.json.journal");
  const begin = JSON.stringify({ type: "begin", at: "2026-11-23T12:00:00.000Z", digest, seal, zivsync });
  const write = (depth: number) => writeFile(path, `${begin.slice(0, -1)},"more":${lists(depth - 1)}}\n`);
  const open = async () => (await openJournal(path, plan, "2026-11-23T12:00:00.000Z")).close();
  await write(DEEPEST_JSON);
  const fine = await problemsOf(open);
  for (const depth of [DEEPEST_JSON + 1, DEEP]) {
    await write(depth);
    expect((await problemsOf(open)).map(({ code, where }) => [code, where])).toEqual([
      ["journal-syntax", `${path}:1`],
    ]);
  }
  expect(fine).toEqual([]);
});

test("a file is read to the bound (LARGEST_BYTES), and no further", async () => {
  const path = join(folder, "file");
  await writeFile(path, "x".repeat(1_000));
  expect(await readTextFile(path, 1_000)).toHaveLength(1_000);
  await expect(readFileBytes(path, 999)).rejects.toThrow(RangeError);
  await writeFile(path, "x".repeat(1024 * 1024 + 1));
  expect(await problemsOf(() => readTextFile(path, 1024 * 1024))).toEqual([
    {
      code: "file-unreadable",
      where: path,
      message: "The file cannot be read: it is larger than 1 MB.",
      remedy: "Check that it is a text file that you may read.",
    },
  ]);
  expect(LARGEST_BYTES).toBeLessThan(2 ** 29 - 24); // The longest text of V8.
});

test.skipIf(process.platform === "win32")(
  "a pipe that gives a little at a time is read to its end",
  async () => {
    const path = join(folder, "pipe");
    execFileSync("mkfifo", [path]);
    const [, bytes] = await Promise.all([write(path), readFileBytes(path, 10_000)]);
    expect(bytes.toString()).toBe("0123456789".repeat(1_000));
    await expect(Promise.all([write(path), readFileBytes(path, 9_999)])).rejects.toThrow(RangeError);

    async function write(to: string): Promise<void> {
      const pipe = await open(to, "w");
      for (let count = 0; count < 1_000; count++) await pipe.write("0123456789").catch(() => {});
      await pipe.close();
    }
  },
);

test("a lock is read to the bound, and no further", async () => {
  const path = join(folder, "lock");
  const owner = { pid: 1, host: "h", since: "2026-11-23T12:00:00.000Z" };
  const lock = renderLock(owner as never);
  await writeFile(path, lock.padEnd(LARGEST_LOCK));
  const fine = await readLockFile(path);
  await writeFile(path, lock.padEnd(LARGEST_LOCK + 1));
  expect([fine.kind, (await readLockFile(path)).kind]).toEqual(["owned", "unclear"]);
});

test("a marker of a comment is read to 20,000 characters, and no further", () => {
  const hex = (length: number) => "0".repeat(length);
  const marker = {
    v: 2,
    organization: hex(32),
    digest: `sha256:${hex(64)}`,
    head: hex(40),
    run: 1,
    seal: `hmac-sha256:${hex(64)}`,
  };
  const body = (length: number) =>
    `<!-- zivsync ${JSON.stringify(marker)
      .slice(0, -1)
      .padEnd(length + 1)}} -->\n`;
  expect([markedOrganization(body(LONGEST_MARKER)), markedOrganization(body(LONGEST_MARKER + 1))]).toEqual([
    hex(32),
    undefined,
  ]);
});

test("approvals, approvers and temporary passwords are read to the bound (LARGEST_TEXT), and no further", async () => {
  const path = join(folder, "text");
  const sized = async (bytes: number) => {
    await writeFile(path, "");
    await truncate(path, bytes);
    return problemsOf(() => readApprovals(path));
  };
  expect(await sized(LARGEST_TEXT)).toEqual([]);
  expect((await sized(LARGEST_TEXT + 1)).map(({ code, message }) => [code, message])).toEqual([
    ["file-unreadable", "The approvals cannot be read: it is larger than 16 MB."],
  ]);
  const passwords = () => openPasswordFile(path, { resumed: true, addresses: new Set() });
  expect((await problemsOf(passwords)).map(({ message }) => message)).toEqual([
    "The file cannot be read: it is larger than 16 MB.",
  ]);
});

test("a lease is read to the bound (LARGEST_LEASE), and no further", () => {
  const lease = {
    pid: 1,
    host: "h",
    token: "t",
    organization: "o",
    since: "2026-11-23T12:00:00.000Z",
    until: "2026-11-23T12:10:00.000Z",
    renewal: 1,
  };
  const parse = (length: number) =>
    parseLeaseCommit(`tree 0\n\nLease: ${JSON.stringify(lease).padEnd(length)}\n`).lease;
  expect([parse(LARGEST_LEASE), parse(LARGEST_LEASE + 1)]).toEqual([lease, undefined]);
});

test("a seed of the simulator is nested to the bound, and no deeper (parseSeed)", async () => {
  const told = async (depth: number) =>
    (await problemsOf(() => parseSeed(lists(depth), "seed.json"))).map(({ message }) => message);
  expect((await told(DEEPEST_JSON)).join()).not.toContain("nested");
  const beyond = ["Its values are nested deeper than 64 levels, and no organisation is."];
  expect([await told(DEEPEST_JSON + 1), await told(DEEP)]).toEqual([beyond, beyond]);
});
