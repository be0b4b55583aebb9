// What the parts of the bench have in common: medians, the machine's name, one run of a program measured from outside.
import { spawn } from "node:child_process";
import { cpus, loadavg, totalmem } from "node:os";
import { fileURLToPath } from "node:url";

export const path = (name) => fileURLToPath(new URL(`../${name}`, import.meta.url));

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1];
}

export const mb = (bytes) => Math.round(bytes / 1e6);

/** One line that every part begins with: figures without a machine say nothing. */
export function machine() {
  const model = cpus()[0]?.model ?? "unknown processor";
  const load = loadavg()[0].toFixed(1);
  return `Node ${process.version}, ${cpus().length} cores (${model}), ${Math.round(totalmem() / 2 ** 30)} GB, load ${load}`;
}

/** Runs a program to its end, its output thrown away: seconds, CPU seconds, peak MB. Throws where it ends with trouble. */
export async function measure(command, { env = process.env, codes = [0], cwd } = {}) {
  const child = spawn("python3", [path("bench/measure.py"), ...command], {
    env,
    cwd,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let out = "";
  let errors = "";
  child.stdout.setEncoding("utf8").on("data", (text) => {
    out += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text) => {
    errors += text;
  });
  await new Promise((resolve) => child.on("close", resolve));
  const result = JSON.parse(out);
  if (!codes.includes(result.code))
    throw new Error(`${command.join(" ")} ended with ${result.code}:\n${errors.slice(-2000)}`);
  return result;
}

/** Runs each of the named tasks so many times, in turn, so that a busy moment hits all alike. */
export async function inTurn(rounds, tasks) {
  const results = Object.fromEntries(Object.keys(tasks).map((name) => [name, []]));
  for (let round = 0; round < rounds; round++)
    for (const [name, task] of Object.entries(tasks)) results[name].push(await task());
  return results;
}
