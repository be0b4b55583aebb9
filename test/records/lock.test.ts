import { spawnSync } from "node:child_process";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { RefusedError } from "../../src/errors.ts";
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
