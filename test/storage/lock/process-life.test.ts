import { readFile } from "node:fs/promises";
import { hostname } from "node:os";
import { expect, test } from "vitest";
import { lifeOf, markOfThisProcess } from "../../../src/storage/lock/process-life.ts";

const own = await markOfThisProcess();
const onLinux = process.platform === "linux";

/** More than any system gives out. */
const GONE = 2 ** 22 + 1;

/** The field of `/proc/PID/stat` with the start, counted from the end: a process may have brackets and spaces in its name. */
const startOf = async (pid: number) =>
  (await readFile(`/proc/${pid}/stat`, "utf8")).trim().split(" ").at(-31);

test("this process has a mark, and is alive", async () => {
  expect(own).toMatchObject({ pid: process.pid, host: hostname() });
  expect(await markOfThisProcess()).toEqual(own);
  expect(await lifeOf(own, own)).toBe(onLinux ? "alive" : "unsure");
});

test.runIf(onLinux)("the mark has the boot, the space of ids and the start", async () => {
  expect(own).toEqual({
    pid: process.pid,
    host: hostname(),
    boot: expect.stringMatching(/^[0-9a-f-]{36}$/),
    space: expect.stringMatching(/^pid:\[\d+\]$/),
    start: await startOf(process.pid),
  });
});

test.each([
  ["a process that has ended is dead", { ...own, pid: GONE }, "dead"],
  ["whatever else is known of it", { pid: GONE, host: own.host }, "dead"],
  ["one that does not say when it started may be another", { pid: process.pid, host: own.host }, "unsure"],
  [
    "only the name of the host says that a process is elsewhere",
    { ...own, host: "elsewhere.test" },
    "elsewhere",
  ],
  ["and then it is not asked after", { ...own, pid: GONE, host: "elsewhere.test" }, "elsewhere"],
] as const)("%s", async (_, mark, life) => {
  expect(await lifeOf(mark, own)).toBe(life);
});

test.runIf(onLinux).each([
  ["an id that another process has by now is that of a dead one", { start: "1" }, "dead"],
  ["with another boot, ids of processes say nothing", { boot: "other", pid: GONE }, "unsure"],
  ["nor with another space of ids", { space: "other", pid: GONE }, "unsure"],
  ["a boot that is not known is not another one", { boot: undefined, pid: GONE }, "dead"],
  ["nor is a space", { space: undefined, pid: GONE }, "dead"],
] as const)("%s", async (_, more, life) => {
  expect(await lifeOf({ ...own, ...more }, own)).toBe(life);
  expect(await lifeOf(own, { ...own, ...more, pid: own.pid })).toBe(
    "start" in more || life === "dead" ? "alive" : life,
  );
});

test.runIf(onLinux)("process 1 is alive by its start, and dead by another one", async () => {
  const start = await startOf(1);
  expect(await lifeOf({ ...own, pid: 1, start }, own)).toBe("alive");
  expect(await lifeOf({ ...own, pid: 1, start: `${start}0` }, own)).toBe("dead");
});

test("a process whose start the system hides may be another", async () => {
  expect(await lifeOf({ ...own, pid: GONE, start: "1" }, own, () => true)).toBe("unsure");
});

test("a process that may be sent no signal is there, and one that the system does not know is not", async () => {
  const asked: number[] = [];
  const refusing = (code: string) => (pid: number) => {
    asked.push(pid);
    throw Object.assign(new Error(code), { code });
  };
  const mark = { pid: 4711, host: own.host };
  expect(await lifeOf(mark, own, refusing("EPERM"))).toBe("unsure");
  expect(await lifeOf(mark, own, refusing("ESRCH"))).toBe("dead");
  expect(asked).toEqual([4711, 4711]);
});
