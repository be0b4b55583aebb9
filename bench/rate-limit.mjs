// How much of Zivver's rate budget an apply uses, in real time: 500 changes through the command line against the simulator
// at 50 requests per 10 s. Takes two minutes. Usage: node bench/rate-limit.mjs [CHANGES]
import { spawn } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";

const LIMIT = { requests: 50, seconds: 10 };
const API_KEY = "bench-key-of-the-simulator";
const changes = Number(process.argv[2] ?? 500);
const path = (name) => fileURLToPath(new URL(`../${name}`, import.meta.url));
const folder = await mkdtemp(join(tmpdir(), "zivsync-bench-"));

/** The simulator, bundled from its sources: its log says what arrived, and when. */
async function loadSimulator() {
  const outfile = join(folder, "simulator.mjs");
  await build({
    entryPoints: [path("src/zivver/simulator/index.ts")],
    outfile,
    bundle: true,
    format: "esm",
    platform: "node",
    logLevel: "error",
  });
  return await import(pathToFileURL(outfile).href);
}

async function zivsync(...words) {
  const child = spawn(process.execPath, [path("dist/cli.js"), ...words], {
    cwd: folder,
    env: { ...process.env, ZIVVER_API_KEY: API_KEY },
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

async function writeConfiguration(url, people) {
  await mkdir(join(folder, "desired-state/profiles"), { recursive: true });
  await writeFile(
    join(folder, "desired-state/organization.yaml"),
    `apiVersion: zivsync/v1
kind: Organization
target: { url: "${url}", apiKey: { env: ZIVVER_API_KEY } }
loginMethod: sso
claimedDomains: [example.org]
guards: { update: off }
`,
  );
  await writeFile(
    join(folder, "desired-state/profiles/all.yaml"),
    `apiVersion: zivsync/v1
kind: Profile
name: all
manages: { kinds: [personal] }
sources: [{ name: list, type: spreadsheet, personal: { file: ../users.csv } }]
`,
  );
  const rows = people.map((address, at) => `${address},New name ${at},key-${at}`);
  await writeFile(
    join(folder, "desired-state/users.csv"),
    `Email,Full name,Account key\n${rows.join("\n")}\n`,
  );
}

try {
  const { startSimulator, worldFromSeed } = await loadSimulator();
  const people = Array.from({ length: changes }, (_, at) => `p${at}@example.org`);
  const simulator = await startSimulator({
    apiKey: API_KEY,
    world: worldFromSeed({
      claimedDomains: ["example.org"],
      personal: people.map((address) => ({ address, fullName: "Old name" })),
    }),
    rateLimit: LIMIT,
  });
  await writeConfiguration(simulator.url, people);
  const { digest, summary } = JSON.parse(await zivsync("plan", "--json"));
  // The two lists that the plan read are out of the window when the measured part begins.
  await pause(LIMIT.seconds * 1000);
  const from = simulator.log.length;
  const before = performance.now();
  await zivsync("apply", "plan.json", "--approve", digest);
  const whole = (performance.now() - before) / 1000;
  const log = simulator.log.slice(from);
  await simulator.close();
  const refused = log.filter(({ status }) => status === 429).length;
  const passed = log.length - refused;
  const took = (log.at(-1).at - log[0].at) / 1000;
  const least = Math.floor((passed - 1) / LIMIT.requests) * LIMIT.seconds;
  console.log(`changes              ${changes}`);
  console.log(`requests             ${log.length} (the plan announced ${summary.requests})`);
  console.log(`answered with 429    ${refused}`);
  console.log(
    `least time possible  ${least.toFixed(1)} s at ${LIMIT.requests} requests per ${LIMIT.seconds} s`,
  );
  console.log(`first to last        ${took.toFixed(1)} s; the whole command ${whole.toFixed(1)} s`);
  console.log(`budget used          ${((100 * least) / took).toFixed(1)} %`);
} finally {
  await rm(folder, { recursive: true, force: true });
}
