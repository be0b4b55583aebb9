import { spawnSync } from "node:child_process";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { type InputError, RefusedError } from "../../src/errors.ts";
import { takeLock } from "../../src/records/lock.ts";

const AT = "2026-01-05T08:00:00.000Z";

async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), "zivsync-lock-"));
  onTestFinished(() => rm(path, { recursive: true, force: true }));
  return path;
}

/** The id of a process that has ended. */
function deadPid(): number {
  return spawnSync(process.execPath, ["-e", ""]).pid;
}

test("one organisation, one lock; another organisation has its own", async () => {
  const place = await folder();
  const first = await takeLock("aa", AT, place);
  const refused = await takeLock("aa", AT, place).catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(RefusedError);
  expect((refused as RefusedError).problems).toEqual([
    {
      code: "plan-locked",
      where: join(place, "zivsync-aa.lock"),
      message: `Another apply to this organisation is under way since ${AT} (process ${process.pid} on ${hostname()}).`,
      remedy: "Wait until it has ended, then run again.",
    },
  ]);
  const other = await takeLock("bb", AT, place);
  await other.release();
  await first.release();
  await (await takeLock("aa", AT, place)).release();
  expect(await readdir(place)).toEqual([]);
});

test.each([
  ["of a process that has died", { pid: deadPid(), host: hostname(), since: AT }],
  ["that nobody can read", "{"],
  ["of nobody", {}],
])("a lock %s is taken over", async (_, content) => {
  const place = await folder();
  await writeFile(
    join(place, "zivsync-aa.lock"),
    typeof content === "string" ? content : JSON.stringify(content),
  );
  await (await takeLock("aa", AT, place)).release();
  expect(await readdir(place)).toEqual([]);
});

test("a lock from another machine stands", async () => {
  const place = await folder();
  await writeFile(
    join(place, "zivsync-aa.lock"),
    JSON.stringify({ pid: 1, host: "elsewhere.test", since: AT }),
  );
  await expect(takeLock("aa", AT, place)).rejects.toBeInstanceOf(RefusedError);
  expect(await readdir(place)).toEqual(["zivsync-aa.lock"]);
});

test("of many who find the lock of a dead process at once, one gets it", async () => {
  const place = await folder();
  const dead = JSON.stringify({ pid: deadPid(), host: hostname(), since: AT });
  for (let round = 0; round < 100; round++) {
    await writeFile(join(place, "zivsync-aa.lock"), dead);
    const takers = await Promise.allSettled(Array.from({ length: 8 }, () => takeLock("aa", AT, place)));
    const taken = takers.flatMap((taker) => (taker.status === "fulfilled" ? [taker.value] : []));
    expect(taken.length).toBe(1);
    for (const lock of taken) await lock.release();
  }
  expect(await readdir(place)).toEqual([]);
});

test("a folder that cannot be written to is an error for people", async () => {
  const place = join(await folder(), "missing");
  const error = await takeLock("aa", AT, place).catch((reason: unknown) => reason);
  expect((error as InputError).problems).toEqual([
    {
      code: "file-unwritable",
      where: join(place, "zivsync-aa.lock"),
      message: "The lock cannot be written: its folder does not exist.",
      remedy: "Check the folder for temporary files.",
    },
  ]);
});
