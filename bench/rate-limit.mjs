// How much of Zivver's rate budget an apply uses, in real time: mixed changes through the command line against the simulator
// at 50 requests per 10 s, by one client, then half of them by two clients at once that share the budget. 1,000 changes take
// seven minutes. Usage: node bench/rate-limit.mjs [CHANGES]
import { spawn } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import { machine, path } from "./figures.mjs";

const LIMIT = { requests: 50, seconds: 10 };
const API_KEY = "bench-key-of-the-simulator";
const changes = Number(process.argv[2] ?? 1000);
const folder = await mkdtemp(join(tmpdir(), "zivsync-bench-"));

/** The simulator, bundled from its sources: its log says what arrived, and when. */
async function loadSimulator() {
  const outfile = join(folder, "simulator.mjs");
  await build({
    entryPoints: [path("src/simulator/index.ts")],
    outfile,
    bundle: true,
    format: "esm",
    platform: "node",
    logLevel: "error",
  });
  return await import(pathToFileURL(outfile).href);
}

/** `home` is a temporary folder, where the lock of an apply lies: another one is another machine. */
async function zivsync(words, home = folder) {
  const child = spawn(process.execPath, [path("dist/cli.js"), ...words], {
    cwd: folder,
    env: { ...process.env, ZIVVER_API_KEY: API_KEY, TMPDIR: home },
    stdio: ["ignore", "pipe", "inherit"],
  });
  let out = "";
  child.stdout.setEncoding("utf8").on("data", (text) => {
    out += text;
  });
  const code = await new Promise((resolve) => child.on("close", resolve));
  if (code !== 0) throw new Error(`zivsync ${words[0]} ended with ${code}:\n${out}`);
  return out;
}

const PROFILES = ["one", "two"];

/** A quarter each: created, renamed in full, suspended, given an alias. Odd ones are the second profile's. */
const WHAT = ["create", "name", "suspend", "alias"];
const addressOf = (at) => `p${at}@${at % 2 === 0 ? "example.org" : "example.com"}`;
const whatOf = (at) => WHAT[(at >> 1) % WHAT.length];

async function writeConfiguration(url, count) {
  await mkdir(join(folder, "desired-state/profiles"), { recursive: true });
  await writeFile(
    join(folder, "desired-state/organization.yaml"),
    `apiVersion: zivsync/v1
kind: Organization
target: { url: "${url}", apiKey: { env: ZIVVER_API_KEY } }
loginMethod: password
claimedDomains: [example.org, example.com]
protected: none
guards: { create: off, update: off, suspend: off }
`,
  );
  for (const [nth, name] of PROFILES.entries()) {
    const domain = nth === 0 ? "example.org" : "example.com";
    await writeFile(
      join(folder, `desired-state/profiles/${name}.yaml`),
      `apiVersion: zivsync/v1
kind: Profile
name: ${name}
manages: { kinds: [personal], include: [{ domain: ${domain} }] }
sources: [{ name: list, type: spreadsheet, personal: { file: ../${name}.csv } }]
`,
    );
    const rows = Array.from({ length: count }, (_, at) => at)
      .filter((at) => at % 2 === nth)
      .map((at) => {
        const what = whatOf(at);
        const name = what === "name" ? `New name ${at}` : `Name ${at}`;
        const alias = what === "alias" ? `also-${addressOf(at)}` : "";
        return `${addressOf(at)},${name},${alias},${what === "suspend" ? "no" : "yes"}`;
      });
    await writeFile(
      join(folder, `desired-state/${name}.csv`),
      `Email,Full name,Aliases,Active\n${rows.join("\n")}\n`,
    );
  }
}

async function start({ startSimulator, worldFromSeed }, count) {
  const people = Array.from({ length: count }, (_, at) => at).filter((at) => whatOf(at) !== "create");
  const simulator = await startSimulator({
    apiKey: API_KEY,
    world: worldFromSeed({
      claimedDomains: ["example.org", "example.com"],
      personal: people.map((at) => ({ address: addressOf(at), fullName: `Name ${at}` })),
    }),
    rateLimit: LIMIT,
  });
  await writeConfiguration(simulator.url, count);
  return simulator;
}

/** Applies these plans at once, and says what the simulator saw of it. */
async function applyAll(simulator, plans) {
  // The lists that the plans read are out of the window when the measured part begins.
  await pause(LIMIT.seconds * 1000);
  const from = simulator.log.length;
  const before = performance.now();
  const ended = await Promise.all(
    plans.map(async ({ file, digest }) => {
      const home = join(folder, `machine-of-${file}`);
      await mkdir(home, { recursive: true });
      await zivsync(["apply", file, "--approve", digest], home);
      return (performance.now() - before) / 1000;
    }),
  );
  const log = simulator.log.slice(from);
  const refused = log.filter(({ status }) => status === 429).length;
  const took = (log.at(-1).at - log[0].at) / 1000;
  const least = Math.floor((log.length - refused - 1) / LIMIT.requests) * LIMIT.seconds;
  console.log(
    `  ${log.length} requests, ${refused} answered with 429; ${took.toFixed(1)} s from first to last, the least possible ${least.toFixed(1)} s: ${((100 * least) / took).toFixed(1)} % of the budget used`,
  );
  return ended;
}

async function planned(file, ...more) {
  const { digest, summary, changes } = JSON.parse(await zivsync(["plan", "--json", "-o", file, ...more]));
  return { file, digest, summary, changes: changes.length };
}

async function alone(loaded, count) {
  const simulator = await start(loaded, count);
  try {
    const plan = await planned("plan.json");
    console.log(
      `${plan.changes} mixed changes by one client (${plan.summary.requests} requests announced), once:`,
    );
    await applyAll(simulator, [plan]);
  } finally {
    await simulator.close();
  }
}

/** Two clients with one budget, and neither knows of the other; each has a profile of its own. */
async function together(loaded, count) {
  const simulator = await start(loaded, count);
  try {
    const plans = [];
    for (const name of PROFILES) plans.push(await planned(`${name}.json`, "--profile", name));
    console.log(
      `${plans.map(({ changes }) => changes).join(" and ")} mixed changes by two clients at once, once:`,
    );
    const ended = await applyAll(simulator, plans);
    console.log(
      `  both ended well, after ${ended.map((one) => one.toFixed(1)).join(" s and ")} s (fair: 1.00): ${(Math.max(...ended) / Math.min(...ended)).toFixed(2)}`,
    );
  } finally {
    await simulator.close();
  }
}

try {
  const loaded = await loadSimulator();
  console.log(`the rate limit of ${LIMIT.requests} requests per ${LIMIT.seconds} s; ${machine()}`);
  await alone(loaded, changes);
  await together(loaded, changes >> 1);
} finally {
  await rm(folder, { recursive: true, force: true });
}
