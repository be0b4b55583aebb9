import { readFile, stat, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { SYSTEM_PORTS } from "../../../src/storage/lock/lock-ports.ts";
import { markOfThisProcess } from "../../../src/storage/lock/process-life.ts";
import { emptyFolder } from "../../support/empty-folder.ts";

const { clock, folder, lifeOf } = SYSTEM_PORTS;

test("the clocks of this machine go on while it waits", async () => {
  const [wall, steady] = [clock.wall(), clock.steady()];
  expect(Math.abs(wall - Date.now())).toBeLessThan(1_000);
  await clock.sleep(20);
  expect(clock.steady() - steady).toBeGreaterThanOrEqual(19);
  expect(clock.steady() - steady).toBeLessThan(10_000);
});

test("what is done again and again is done until it is stopped", async () => {
  let times = 0;
  const stop = clock.every(1, () => {
    times += 1;
  });
  await expect.poll(() => times).toBeGreaterThan(2);
  stop();
  const then = times;
  await clock.sleep(20);
  expect(times).toBe(then);
});

test("a folder makes, reads, touches and removes a file, and removes none where none is", async () => {
  const path = join(emptyFolder(), "x.lock");
  expect(await folder.read(path)).toEqual({ kind: "none" });
  expect([await folder.create(path, "a"), await folder.create(path, "b")]).toEqual([true, false]);
  expect(await readFile(path, "utf8")).toBe("a");
  await utimes(path, 1, 1);
  await folder.touch(path);
  expect(Date.now() - (await stat(path)).mtimeMs).toBeLessThan(10_000);
  await folder.remove(path);
  await folder.remove(path);
  expect(await folder.read(path)).toEqual({ kind: "none" });
  await writeFile(path, "");
  expect(await folder.create(path, "c")).toBe(false);
});

test("this process lives", async () => {
  const own = await markOfThisProcess();
  expect(await lifeOf(own, own)).not.toBe("dead");
});
