import { spawn, spawnSync } from "node:child_process";
import { chmod, readFile } from "node:fs/promises";
import { dirname } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { lifeOf, markOfThisProcess } from "../../../src/storage/lock/process-life.ts";
import { bundled } from "../../support/bundled.ts";

const own = await markOfThisProcess();
const onLinux = process.platform === "linux";

test.runIf(onLinux)("a process whose name has brackets and spaces is known by its start", async () => {
  const child = spawn("bash", ["-c", "printf ') S 1 (x' > /proc/self/comm; read -r _"]);
  onTestFinished(() => void child.kill());
  await expect.poll(() => readFile(`/proc/${child.pid}/comm`, "utf8")).toBe(") S 1 (x\n");
  const text = await readFile(`/proc/${child.pid}/stat`, "utf8");
  const start = text.trim().split(" ").at(-31);
  expect(Number(start)).toBeGreaterThan(Number(own.start));
  const mark = { ...own, pid: child.pid ?? 0, ...(start === undefined ? {} : { start }) };
  expect(await lifeOf(mark, own)).toBe("alive");
});

test("a process that has ended is dead, whatever else is known of it", async () => {
  const { pid } = spawnSync(process.execPath, ["-e", ""]);
  expect(await lifeOf({ ...own, pid }, own)).toBe("dead");
  expect(await lifeOf({ pid, host: own.host }, own)).toBe("dead");
});

test.runIf(onLinux)("a process that was killed is dead, also before its parent asks after it", async () => {
  const parent = spawn("bash", ["-c", "sleep 60 & echo $!; exec sleep 60"]);
  onTestFinished(() => void parent.kill());
  const pid = Number(await new Promise((resolve) => parent.stdout.once("data", resolve)));
  const stat = async () => (await readFile(`/proc/${pid}/stat`, "utf8")).trim().split(" ");
  const start = (await stat()).at(-31);
  await expect.poll(() => readFile(`/proc/${parent.pid}/comm`, "utf8")).toBe("sleep\n");
  process.kill(pid, "SIGKILL");
  await expect.poll(stat).toContain("Z");
  expect(await lifeOf({ ...own, pid, start }, own)).toBe("dead");
  expect(await lifeOf({ pid, host: own.host }, own)).toBe("dead");
});

test.runIf(process.platform !== "win32")(
  "process 1, of somebody else on most machines, is there",
  async () => {
    const { pid: gone } = spawnSync(process.execPath, ["-e", ""]);
    expect(await lifeOf({ pid: 1, host: own.host }, own)).toBe("unsure");
    expect(await lifeOf({ pid: gone, host: own.host }, own)).toBe("dead");
  },
);

test.runIf(onLinux && process.getuid?.() === 0)(
  "process 1 is there for a user who may send it no signal",
  async () => {
    const giveUpRights = "process.setgroups([]); process.setgid(65534); process.setuid(65534);";
    const ask = "try { process.kill(1, 0); console.log('may') } catch (error) { console.log(error.code) }";
    const asked = spawnSync(process.execPath, ["-e", `${giveUpRights}${ask}`], { encoding: "utf8" });
    expect(asked.stdout.trim()).toBe("EPERM");
    const module = bundled("life-asker.ts");
    await chmod(dirname(module), 0o755);
    const told = spawnSync(process.execPath, [module, "1"], {
      encoding: "utf8",
      env: {
        PATH: process.env.PATH,
        NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(giveUpRights)}`,
      },
    });
    expect(told.stdout.trim()).toBe("unsure");
  },
);
