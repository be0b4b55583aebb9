import { spawn } from "node:child_process";
import { readFileSync, statSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** Vitest over instrumented files, in a process that is ended when it hangs or the time is up. */

const config = fileURLToPath(new URL("vitest.config.mjs", import.meta.url));
const vitest = fileURLToPath(new URL("../../node_modules/vitest/vitest.mjs", import.meta.url));

function start(given) {
  const child = spawn(process.execPath, [vitest, "run", "--config", config], {
    env: { ...process.env, ZIVSYNC_MUTANTS: JSON.stringify(given) },
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (text) => (said += text));
  const ended = new Promise((resolve) => child.on("close", (code) => resolve({ code, said })));
  // The worker that hangs is a child of the child.
  return { ended, end: () => process.kill(-child.pid, "SIGKILL") };
}

/** The exit code and what was written; `code: null` where the time was up. */
export async function runWithin(given, ms) {
  const { ended, end } = start(given);
  const timer = setTimeout(end, Math.max(ms, 1));
  try {
    return await ended;
  } finally {
    clearTimeout(timer);
  }
}

/** The same, ended as soon as nothing was journalled for `eachMs`. */
export async function runWatched(given, ms, eachMs) {
  const { ended, end } = start(given);
  const until = Date.now() + ms;
  const timer = setInterval(() => {
    const quiet = Date.now() - statSync(given.journal).mtimeMs;
    if (quiet > eachMs || Date.now() > until) end();
  }, 500);
  try {
    return await ended;
  } finally {
    clearInterval(timer);
  }
}

export const journalOf = (journal) =>
  readFileSync(journal, "utf8")
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line));
