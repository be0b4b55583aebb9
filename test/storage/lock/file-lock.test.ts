import { execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdir, open, readdir, readFile, rm, symlink, utimes, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { hostname } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { describe, expect, onTestFinished, test } from "vitest";
import { type Lock, type LockTerms, takeFileLock } from "../../../src/storage/lock/file-lock.ts";
import { idOf } from "../../../src/storage/lock/lock-file.ts";
import { markOfThisProcess } from "../../../src/storage/lock/process-life.ts";
import { bundled } from "../../support/bundled.ts";
import { runs } from "../../support/runs.ts";
import { emptyFolder, troubleOf } from "../../support/state-places.ts";
import { workTime } from "../../support/work-time.ts";

const AT = "2026-01-05T08:00:00.000Z";
const TERMS: LockTerms = {
  at: AT,
  waitMs: 0,
  locked: ({ owner, path, elsewhere }) => ({
    code: "plan-locked",
    where: path,
    message: `Held by ${owner.pid} since ${owner.since}${elsewhere ? ", elsewhere" : ""}.`,
  }),
  remedy: "Look at the folder.",
  timing: { grace: 50, silence: 1_000, watch: 300, beat: 20, poll: 2, deadline: 1_000 },
};
const take = (path: string, more: Partial<LockTerms> = {}): Promise<Lock> =>
  takeFileLock(path, { ...TERMS, ...more });

/** The id of a process that has ended. */
const deadPid = () => spawnSync(process.execPath, ["-e", ""]).pid;
const dead = () => ({ pid: deadPid(), host: hostname(), since: AT });

/** A lock that something else than `take` wrote. */
async function planted(content: unknown): Promise<string> {
  const path = join(emptyFolder(), "x.lock");
  await writeFile(path, typeof content === "string" ? content : JSON.stringify(content));
  return path;
}

const longAgo = (path: string) => utimes(path, new Date("2026-01-01"), new Date("2026-01-01"));
/** A socket that nobody answers on. */
async function listenAt(path: string): Promise<void> {
  const server = createServer().listen(path);
  onTestFinished(() => void server.close());
  await once(server, "listening");
}

const filesBeside = (path: string) => readdir(join(path, ".."));

describe("a lock", () => {
  test("is one file that everybody may read, names its holder, and is gone when it is let go", async () => {
    const path = join(emptyFolder(), "x.lock");
    const mask = process.umask(0o077);
    const lock = await take(path).finally(() => process.umask(mask));
    expect(await filesBeside(path)).toEqual(["x.lock"]);
    expect(JSON.parse(await readFile(path, "utf8"))).toMatchObject({
      ...(await markOfThisProcess()),
      since: AT,
    });
    const handle = await open(path);
    const { mode } = await handle.stat();
    await handle.close();
    if (process.platform !== "win32") expect(mode & 0o777).toBe(0o644);
    expect(await troubleOf(take(path))).toEqual({
      name: "RefusedError",
      problems: [{ code: "plan-locked", where: path, message: `Held by ${process.pid} since ${AT}.` }],
    });
    await lock.release();
    expect(await filesBeside(path)).toEqual([]);
    await lock.release();
    await (await take(path)).release();
  });

  test("that a person removed and somebody else took is not let go by its first holder", async () => {
    const path = join(emptyFolder(), "x.lock");
    const first = await take(path);
    await rm(path);
    const second = await take(path);
    await first.release();
    expect(await filesBeside(path)).toEqual(["x.lock"]);
    await second.release();
    expect(await filesBeside(path)).toEqual([]);
  });

  test("is waited for", async () => {
    const path = join(emptyFolder(), "x.lock");
    const first = await take(path);
    const second = take(path, { waitMs: 5_000 });
    await setTimeout(100);
    await first.release();
    const lock = await second;
    expect(JSON.parse(await readFile(path, "utf8"))).toMatchObject({ pid: process.pid });
    await lock.release();
  });

  test("gives signs of life", async () => {
    const path = join(emptyFolder(), "x.lock");
    const lock = await take(path);
    await longAgo(path);
    await expect
      .poll(async () => {
        const handle = await open(path);
        const { mtimeMs } = await handle.stat();
        await handle.close();
        return Date.now() - mtimeMs;
      })
      .toBeLessThan(1_000);
    await lock.release();
  });
});

describe("whose holder", () => {
  test("has died is taken over, and nothing of either is left", async () => {
    const path = await planted(dead());
    const lock = await take(path);
    expect(await filesBeside(path)).toHaveLength(2);
    expect(await troubleOf(take(path))).toMatchObject({
      problems: [{ message: `Held by ${process.pid} since ${AT}.` }],
    });
    await lock.release();
    expect(await filesBeside(path)).toEqual([]);
  });

  test("has died on another machine, for all that is known, stands", async () => {
    const path = await planted({ ...dead(), host: "elsewhere.test", pid: 4 });
    await longAgo(path);
    expect(await troubleOf(take(path))).toEqual({
      name: "RefusedError",
      problems: [{ code: "plan-locked", where: path, message: `Held by 4 since ${AT}, elsewhere.` }],
    });
    expect(await filesBeside(path)).toEqual(["x.lock"]);
  });

  test.runIf(process.platform === "linux")(
    "has died, and whose id another process has by now, is taken over",
    async () => {
      const path = await planted({ ...(await markOfThisProcess()), since: AT, start: "1" });
      await (await take(path)).release();
      expect(await filesBeside(path)).toEqual([]);
    },
  );

  test.each([
    ["does not say when it started", async () => ({ pid: process.pid, host: hostname(), since: AT })],
    ["had another boot", async () => ({ ...(await markOfThisProcess()), since: AT, boot: "other" })],
    [
      "has process ids of its own",
      async () => ({ ...(await markOfThisProcess()), since: AT, space: "other" }),
    ],
  ])("%s is alive as long as it gives signs of life", async (_, owner) => {
    const path = await planted(await owner());
    expect(await troubleOf(take(path))).toMatchObject({ name: "RefusedError" });
    // Silent by the clock, as after a machine has slept; and then heard again.
    await longAgo(path);
    const timer = setInterval(() => void utimes(path, new Date(), new Date()).catch(() => undefined), 100);
    // It is refused as soon as it is heard, so a long watch costs no time.
    const patient = { ...TERMS.timing, watch: 5_000, deadline: 20_000 };
    const refused = await troubleOf(take(path, { timing: patient }));
    clearInterval(timer);
    expect(refused).toMatchObject({ name: "RefusedError" });
    await longAgo(path);
    const lock = await take(path);
    expect(await filesBeside(path)).toHaveLength(2);
    await lock.release();
    expect(await filesBeside(path)).toEqual([]);
  });
});

describe("in its place", () => {
  const FIFTY_KB = "x".repeat(50_000);
  test.each([
    ["nothing", ""],
    ["garbage", "{"],
    ["a list", "[]"],
    ["no process", "{}"],
    ["process 0", { ...dead(), pid: 0 }],
    ["all processes", { ...dead(), pid: -1 }],
    ["half a process", { ...dead(), pid: 1.5 }],
    ["a host that is not text", { ...dead(), host: 7 }],
    ["far too much", FIFTY_KB],
    ["lists in lists without end", "[".repeat(4_000)],
    ["objects in objects, with a holder in front", `{"pid":1,"host":"x","since":${'{"a":'.repeat(600)}`],
  ])("a file with %s is taken over, once it is clear that nobody is writing it", async (_, content) => {
    const path = await planted(content);
    const begun = performance.now();
    await (await take(path)).release();
    expect(performance.now() - begun).toBeGreaterThan(50);
    expect(await filesBeside(path)).toEqual([]);
  });

  test("a file that is being written is waited for", async () => {
    const path = await planted("");
    const taken = troubleOf(take(path, { timing: { ...TERMS.timing, grace: 5_000, deadline: 20_000 } }));
    await setTimeout(100);
    await writeFile(path, JSON.stringify({ ...(await markOfThisProcess()), since: AT }));
    expect(await taken).toMatchObject({ name: "RefusedError" });
  });

  test("a file of a gigabyte is not read", async () => {
    const path = await planted("");
    const file = await open(path, "r+");
    await file.truncate(1024 ** 3);
    await file.close();
    const begun = workTime();
    await (await take(path)).release();
    expect(workTime() - begun).toBeLessThan(1_000);
    expect(await filesBeside(path)).toEqual([]);
  });

  test.runIf(process.platform !== "win32").each([
    ["a folder", (path: string) => mkdir(path)],
    ["a link to a device without end", (path: string) => symlink("/dev/zero", path)],
    ["a link to nowhere", (path: string) => symlink("/nonexistent/x", path)],
    ["a pipe", async (path: string) => void execFileSync("mkfifo", [path])],
    ["a socket", listenAt],
  ])("%s is told, and touched by nobody", async (_, make) => {
    const path = join(emptyFolder(), "x.lock");
    await make(path);
    expect(await troubleOf(take(path))).toEqual({
      name: "InputError",
      problems: [
        {
          code: "file-unwritable",
          where: path,
          message:
            "The lock cannot be taken, for this file is in its place: it is not a regular file. Nothing is changed without the lock.",
          remedy: `If no other zivsync is at work, remove it, as its owner or an administrator: rm -r "${path}"`,
        },
      ],
    });
    expect(await filesBeside(path)).toEqual(["x.lock"]);
  });

  test.runIf(process.platform !== "win32")(
    "a link beside it, under the name of who follows, is not followed",
    async () => {
      const text = JSON.stringify(dead());
      const path = await planted(text);
      const victim = join(path, "..", "victim");
      const follower = `${path}.${idOf(Buffer.from(text))}`;
      await writeFile(victim, "kept");
      await symlink(victim, follower);
      expect(await troubleOf(take(path))).toMatchObject({
        name: "InputError",
        problems: [{ where: follower }],
      });
      expect(await readFile(victim, "utf8")).toBe("kept");
    },
  );

  test("dead ones without end are not followed without end", async () => {
    const path = await planted(dead());
    for (let last = path, round = 0; round < 3; round++) {
      const text = await readFile(last, "utf8");
      last = `${path}.${idOf(Buffer.from(text))}`;
      await writeFile(last, JSON.stringify({ ...dead(), round }));
    }
    expect(await filesBeside(path)).toHaveLength(4);
    expect(await troubleOf(take(path, { timing: { ...TERMS.timing, deadline: 0 } }))).toMatchObject({
      name: "InputError",
      problems: [{ message: expect.stringContaining("too many dead locks stand beside it") }],
    });
    await (await take(path)).release();
    expect(await filesBeside(path)).toEqual([]);
  });

  test("a folder that cannot be written to is an error for people", async () => {
    const path = join(emptyFolder(), "missing", "x.lock");
    expect(await troubleOf(take(path))).toEqual({
      name: "InputError",
      problems: [
        {
          code: "file-unwritable",
          where: path,
          message: "The lock cannot be written: its folder does not exist.",
          remedy: "Look at the folder.",
        },
      ],
    });
  });
});

describe("a holder that is told of", () => {
  test.runIf(process.platform === "linux")(
    "is process 1, which lives, and started at another time: taken over",
    async () => {
      const path = await planted({ ...(await markOfThisProcess()), pid: 1, start: "x", since: AT });
      await (await take(path)).release();
      expect(await filesBeside(path)).toEqual([]);
    },
  );

  test("is process 1, and does not say when it started: alive for as long as it gives signs of life, and no longer", async () => {
    const path = await planted({ pid: 1, host: hostname(), since: AT });
    expect(await troubleOf(take(path))).toMatchObject({
      name: "RefusedError",
      problems: [{ code: "plan-locked", where: path }],
    });
    await longAgo(path);
    await (await take(path)).release();
    expect(await filesBeside(path)).toEqual([]);
  });

  test("gave its last sign of life in the future: watched, and taken over", async () => {
    const path = await planted({ pid: process.pid, host: hostname(), since: "2999-01-01T00:00:00.000Z" });
    await utimes(path, new Date("2999-01-01"), new Date("2999-01-01"));
    const begun = performance.now();
    await (await take(path)).release();
    expect(performance.now() - begun).toBeGreaterThanOrEqual(TERMS.timing?.watch ?? 0);
    expect(await filesBeside(path)).toEqual([]);
  });
});

describe("the folder of the lock", () => {
  test("with thousands of other files changes nothing", async () => {
    const path = join(emptyFolder(), "x.lock");
    await Promise.all(Array.from({ length: 3_000 }, (_, at) => writeFile(`${path}.${at}`, "")));
    const begun = workTime();
    const lock = await take(path);
    expect(await troubleOf(take(path))).toMatchObject({ name: "RefusedError" });
    await lock.release();
    expect(workTime() - begun).toBeLessThan(5_000);
    expect(await filesBeside(path)).toHaveLength(3_000);
  });

  test.runIf(process.platform !== "win32")(
    "may be a link, as /var/lock is, and is one place for all that go by it",
    async () => {
      const folder = emptyFolder();
      const link = join(emptyFolder(), "link");
      await symlink(folder, link);
      const lock = await take(join(link, "x.lock"));
      expect(await troubleOf(take(join(folder, "x.lock")))).toMatchObject({ name: "RefusedError" });
      await lock.release();
      expect(await readdir(folder)).toEqual([]);
    },
  );

  test.runIf(process.platform !== "win32")(
    "that is removed while it is held ends in no error, and the lock can be taken there again",
    async () => {
      const folder = join(emptyFolder(), "gone");
      await mkdir(folder);
      const path = join(folder, "x.lock");
      const lock = await take(path);
      await rm(folder, { recursive: true });
      // Signs of life find nothing to be given to.
      await setTimeout(100);
      await lock.release();
      await mkdir(folder);
      await (await take(path)).release();
      expect(await readdir(folder)).toEqual([]);
    },
  );

  test.runIf(process.platform === "linux" && process.getuid?.() === 0)(
    "or the file that may not be read is told by another user, within the deadline",
    async () => {
      const script = bundled("lock-taker.ts");
      const folder = emptyFolder();
      const path = join(folder, "x.lock");
      await Promise.all([chmod(folder, 0o755), chmod(dirname(script), 0o755)]);
      const asNobody = () =>
        spawnSync(process.execPath, [script, path, "1"], {
          encoding: "utf8",
          timeout: 30_000,
          env: {
            PATH: process.env.PATH,
            NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent("process.setgroups([]); process.setgid(65534); process.setuid(65534);")}`,
          },
        });
      const unwritable = asNobody();
      expect([unwritable.status, unwritable.stdout]).toEqual([1, ""]);
      expect(unwritable.stderr).toContain("The lock cannot be written: permission denied.");
      await writeFile(path, "{}", { mode: 0o600 });
      await chmod(folder, 0o777);
      const unreadable = asNobody();
      expect([unreadable.status, unreadable.stdout]).toEqual([1, ""]);
      expect(unreadable.stderr).toContain(`it cannot be read: permission denied`);
      expect(unreadable.stderr).toContain(path);
    },
  );
});

/** Every third step, or every one. */
const STRIDE = runs(3, 1);

describe("of many processes", () => {
  const start = (script: string, words: readonly string[], env: NodeJS.ProcessEnv = {}) => {
    const child = spawn(process.execPath, [script, ...words], {
      stdio: ["ignore", "pipe", "pipe"],
      env: { PATH: process.env.PATH, ...env },
    });
    onTestFinished(() => void child.kill("SIGKILL"));
    let out = "";
    let err = "";
    child.stdout.on("data", (text) => {
      out += text;
    });
    child.stderr.on("data", (text) => {
      err += text;
    });
    const ended = once(child, "close").then(([code]) => ({ code, out, err }));
    return { child, ended };
  };

  const PRELOAD = fileURLToPath(new URL("../../support/signal-at-step.cjs", import.meta.url));
  const atStep = (step: number, signal: NodeJS.Signals) => ({
    NODE_OPTIONS: `--require=${PRELOAD}`,
    ZIVSYNC_TEST_STEP: String(step),
    ZIVSYNC_TEST_SIGNAL: signal,
  });

  test("two hold it many times each, and never at once", async () => {
    const path = join(emptyFolder(), "x.lock");
    const script = bundled("lock-taker.ts");
    const times = String(runs(80, 200));
    const both = [start(script, [path, times]), start(script, [path, times])];
    for (const run of await Promise.all(both.map(({ ended }) => ended)))
      expect(run).toEqual({ code: 0, out: `${times}\n`, err: "" });
    expect(await filesBeside(path)).toEqual([]);
  });

  test("several find a dead one at once, again and again, and one holds it at a time", async () => {
    const path = join(emptyFolder(), "x.lock");
    const script = bundled("lock-taker.ts");
    for (let round = 0; round < runs(2, 4); round++) {
      await writeFile(path, JSON.stringify(dead()));
      const all = Array.from({ length: 4 }, () => start(script, [path, "10"]));
      for (const run of await Promise.all(all.map(({ ended }) => ended)))
        expect(run).toEqual({ code: 0, out: "10\n", err: "" });
      expect(await filesBeside(path)).toEqual([]);
    }
  });

  test("in one process, of many who find a dead one at once, one gets it", async () => {
    const path = join(emptyFolder(), "x.lock");
    const gone = dead();
    for (let round = 0; round < runs(20, 50); round++) {
      await writeFile(path, JSON.stringify({ ...gone, round }));
      const takers = await Promise.allSettled(Array.from({ length: 8 }, () => take(path)));
      const taken = takers.flatMap((taker) => (taker.status === "fulfilled" ? [taker.value] : []));
      expect(taken.length).toBe(1);
      for (const lock of taken) await lock.release();
    }
    expect(await filesBeside(path)).toEqual([]);
  });

  test.each([
    ["where there is none", undefined],
    ["after one that died", dead()],
  ])("one that is killed at any step of taking it and letting it go, %s, stops nobody", async (_, before) => {
    const folder = emptyFolder();
    const script = bundled("lock-taker.ts");
    let kills = 0;
    for (let step = 1; ; step += STRIDE) {
      const path = join(folder, `${step}`, "x.lock");
      await mkdir(join(folder, `${step}`));
      if (before) await writeFile(path, JSON.stringify(before));
      const { code } = await start(script, [path, "1"], atStep(step, "SIGKILL")).ended;
      // What it made while it held the lock is no matter of the lock.
      await rm(`${path}-inside`, { force: true });
      const second = await take(path);
      expect(await troubleOf(take(path)), `step ${step}`).toMatchObject({ name: "RefusedError" });
      await second.release();
      // A draft, or a follower whose first file is gone, may be left; neither is ever looked at again.
      expect(await filesBeside(path), `step ${step}`).not.toContain("x.lock");
      await (await take(path)).release();
      if (code === 0) break;
      kills += 1;
    }
    expect(kills).toBeGreaterThan((before ? 30 : 15) / STRIDE);
  });

  test.runIf(process.getuid?.() === 0)(
    "one of another user passes by a dead lock that it may not remove, and is refused by a live one",
    async () => {
      const path = join(emptyFolder(), "x.lock");
      const script = bundled("lock-taker.ts");
      await Promise.all([chmod(dirname(path), 0o1777), chmod(dirname(script), 0o755)]);
      await writeFile(path, JSON.stringify(dead()));
      // Another user need not reach the Node that runs the tests, so the process gives up its rights once it runs.
      const giveUpRights = "process.setgroups([]); process.setgid(65534); process.setuid(65534);";
      const asNobody = { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(giveUpRights)}` };
      for (let round = 0; round < 2; round++) {
        expect(await start(script, [path, "1"], asNobody).ended).toEqual({
          code: 0,
          out: "1\n",
          err: "",
        });
        expect(await filesBeside(path)).toEqual(["x.lock"]);
      }
      const { child, ended } = start(script, [path, "1", "keep"], asNobody);
      await once(child.stdout, "data");
      expect(await troubleOf(take(path))).toMatchObject({
        name: "RefusedError",
        problems: [{ message: `Held by ${child.pid} since ${AT}.` }],
      });
      child.kill("SIGKILL");
      await ended;
      await (await take(path)).release();
      expect(await filesBeside(path)).toEqual([]);
    },
  );

  test.runIf(process.platform === "linux")(
    "one that stands still at any step, while others take it and let it go, does not hold it beside another",
    async () => {
      const folder = emptyFolder();
      const script = bundled("lock-taker.ts");
      let stops = 0;
      for (let step = 1; ; step += STRIDE) {
        const path = join(folder, `${step}`, "x.lock");
        await mkdir(join(folder, `${step}`));
        await writeFile(path, JSON.stringify(dead()));
        const { child, ended } = start(script, [path, "1"], atStep(step, "SIGSTOP"));
        const isStopped = await Promise.race([ended.then(() => false), stopped(child.pid)]);
        if (!isStopped) {
          expect(await ended, `step ${step}`).toMatchObject({ code: 0 });
          break;
        }
        stops += 1;
        const first = await take(path).catch(() => undefined);
        await first?.release();
        // The row of the dead is gone by now, and this is the first file of a new one.
        const second = await take(path).catch(() => undefined);
        if (second) await writeFile(`${path}-inside`, "", { flag: "wx" });
        child.kill("SIGCONT");
        if (second) {
          await setTimeout(30);
          await rm(`${path}-inside`);
          await second.release();
        }
        expect(await ended, `step ${step}`).toEqual({ code: 0, out: "1\n", err: "" });
        await (await take(path)).release();
      }
      expect(stops).toBeGreaterThan(30 / STRIDE);
    },
  );
});

/** Resolves once a process stands still. */
async function stopped(pid: number | undefined): Promise<boolean> {
  for (;;) {
    const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => undefined);
    if (stat === undefined) return new Promise(() => undefined);
    if (/\) T /.test(stat)) return true;
    await setTimeout(5);
  }
}
