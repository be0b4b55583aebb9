import { type ChildProcess, spawn } from "node:child_process";
import { rename } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { expect, it, onTestFinished } from "vitest";
import { bundled } from "../support/bundled.ts";
import { remoteWith } from "../support/state-places.ts";

/*
 * Machines with clocks of their own share one branch of Git, are killed at random, and lose the remote for a while. Two of them never
 * have requests under way at once, and after all that whoever is left gets the lease.
 */

const SECONDS = 20;
type Span = { readonly host: string; readonly from: number; readonly to: number };

function machines(
  clones: readonly { readonly host: string; readonly folder: string; readonly skew: number }[],
) {
  const script = bundled("lease-machine.ts");
  const spans: Span[] = [];
  const begin = ({ host, folder, skew }: (typeof clones)[number]) => {
    const child = spawn(process.execPath, [script, folder, host, String(skew)], {
      stdio: ["ignore", "pipe", "inherit"],
      env: { PATH: process.env.PATH },
    });
    const open: number[] = [];
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      for (const line of text.split("\n")) {
        const [what, time] = line.split(" ");
        if (what === "+") open.push(Number(time));
        if (what === "-") spans.push({ host, from: open.shift() ?? Number.NaN, to: Number(time) });
      }
    });
    // What was under way when a machine was killed was sent at least.
    child.on("close", () => {
      for (const from of open) spans.push({ host, from, to: from });
    });
    onTestFinished(() => void child.kill("SIGKILL"));
    return child;
  };
  const running = new Map<string, ChildProcess>(clones.map((one) => [one.host, begin(one)]));
  return { spans, running, begin };
}

it.each([
  [2, [0, 3_600_000]],
  [3, [0, -3_600_000, 86_400_000]],
])(
  "%i machines, killed and cut off at random, never apply at once, and none is kept out for ever",
  async (count, skews) => {
    const hosts = ["one", "two", "three"].slice(0, count);
    const { folder, remote } = remoteWith(...hosts);
    const clones = hosts.map((host, at) => ({ host, folder: join(folder, host), skew: skews[at] ?? 0 }));
    const { spans, running, begin } = machines(clones);
    const end = performance.now() + SECONDS * 1_000;
    while (performance.now() < end) {
      await setTimeout(1_000 + Math.random() * 2_500);
      const one = clones[Math.floor(Math.random() * count)];
      if (one && Math.random() < 0.5) {
        running.get(one.host)?.kill("SIGKILL");
        running.set(one.host, begin(one));
      } else {
        await rename(remote, `${remote}-gone`);
        await setTimeout(500 + Math.random() * 5_000);
        await rename(`${remote}-gone`, remote);
      }
    }
    // Whoever holds it now dies, and somebody gets it within its duration, the watch and some time for Git.
    const [first] = clones;
    for (const one of clones.slice(1)) running.get(one.host)?.kill("SIGKILL");
    const killed = Date.now();
    await expect
      .poll(() => spans.some(({ host, from }) => host === first?.host && from > killed), { timeout: 40_000 })
      .toBe(true);
    const rows = spans.toSorted((a, b) => a.from - b.from);
    const overlaps = rows.filter((one) =>
      rows.some((other) => other.host !== one.host && other.from <= one.to && one.from <= other.to),
    );
    expect(overlaps).toEqual([]);
    expect(rows.length).toBeGreaterThan(10);
  },
);
