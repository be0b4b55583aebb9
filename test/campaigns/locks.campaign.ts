import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { bundled } from "../support/bundled.ts";
import { emptyFolder } from "../support/state-places.ts";

/*
 * Two processes that find a dead lock stand still, each at a step of its own of taking the lock and letting it go; then the first goes
 * on, a third one comes, and the second goes on. Each proves that it alone holds the lock.
 */

const PAIRS = 500;
const PRELOAD = fileURLToPath(new URL("../support/signal-at-step.cjs", import.meta.url));
const { pid: DEAD } = spawnSync(process.execPath, ["-e", ""]);

type Taker = { readonly child: ChildProcess; readonly ended: Promise<number | null> };

function begin(script: string, path: string, step?: number): Taker {
  const stops = {
    NODE_OPTIONS: `--require=${PRELOAD}`,
    ZIVSYNC_TEST_SIGNAL: "SIGSTOP",
    ZIVSYNC_TEST_STEP: `${step}`,
  };
  const env = { PATH: process.env.PATH, ...(step === undefined ? {} : stops) };
  const child = spawn(process.execPath, [script, path, "1"], { env, stdio: "ignore" });
  return { child, ended: once(child, "close").then(([code]) => code) };
}

/** Resolves once the process stands still or has ended. */
async function isSettled({ child: { pid } }: Taker): Promise<void> {
  for (;;) {
    const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => ") Z ");
    if (/\) [TZ] /.test(stat)) return;
    await setTimeout(3);
  }
}

const upTo = (most: number) => 1 + Math.floor(Math.random() * most);

it("never has two holders, wherever two processes stand still", async () => {
  const script = bundled("lock-taker.ts");
  const folder = emptyFolder();
  for (let pair = 0; pair < PAIRS; pair++) {
    const place = join(folder, `${pair}`);
    const path = join(place, "x.lock");
    await mkdir(place);
    await writeFile(path, JSON.stringify({ pid: DEAD, host: hostname(), since: "", pair }));
    const steps = [upTo(32), upTo(45)] as const;
    const first = begin(script, path, steps[0]);
    await isSettled(first);
    const second = begin(script, path, steps[1]);
    await isSettled(second);
    first.child.kill("SIGCONT");
    await Promise.race([first.ended, setTimeout(40)]);
    const third = begin(script, path);
    await Promise.race([third.ended, setTimeout(60)]);
    second.child.kill("SIGCONT");
    const codes = await Promise.all([first, second, third].map(({ ended }) => ended));
    expect(codes, `stopped at ${steps.join(" and ")}`).toEqual([0, 0, 0]);
    expect(await readdir(place), `stopped at ${steps.join(" and ")}`).toEqual([]);
  }
});
