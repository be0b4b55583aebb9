// `zivsync plan` of a large organisation, beside `ldapsearch` and `curl` fetching the same data, and beside the script that
// an administrator would write (bare.mjs). Build first.
// Usage: node bench/plan.mjs [USERS] [ROUNDS] [ROWS]; ROWS 0 leaves out the large table.
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inTurn, machine, mb, measure, median, path } from "./figures.mjs";
import { startDirectory } from "./openldap.mjs";
import { writeTable } from "./people.mjs";
import { configure, KEYS, serveLive } from "./setting.mjs";

const [users = 100_000, rounds = 5, rows = 1_000_000] = process.argv.slice(2).map(Number);
const folder = await mkdtemp(join(tmpdir(), "zivsync-bench-"));

const plan = (place, env) => () =>
  measure(
    [
      process.execPath,
      ...(process.env.BENCH_NODE_OPTIONS ?? "").split(" ").filter(Boolean),
      path("dist/cli.js"),
      "plan",
      "-C",
      place,
      "-o",
      join(place, "plan.json"),
    ],
    { env },
  );
const curl = (url) => () => measure(["curl", "-sSf", "-o", "/dev/null", `${url}/Users`]);

async function readBack(place) {
  return JSON.parse(await readFile(join(place, "plan.json"), "utf8"));
}

function say(name, results, beside) {
  const [wall, cpu, memory] = ["wall", "cpu", "memory"].map((what) =>
    median(results.map((one) => one[what])),
  );
  const ratio = beside === undefined ? "" : `; ${(wall / beside).toFixed(2)} x the slower reference`;
  console.log(
    `  ${name.padEnd(12)} ${wall.toFixed(2)} s (least ${Math.min(...results.map((one) => one.wall)).toFixed(2)} s), ${cpu.toFixed(2)} s of CPU, ${Math.round(memory)} MB${ratio}`,
  );
  return wall;
}

async function withDirectory() {
  const directory = await startDirectory(users);
  const live = await serveLive(folder, users);
  const env = { ...KEYS, ...directory.environment };
  try {
    const place = await configure(join(folder, "directory"), live.url, directory.source);
    await plan(place, env)();
    checkPlan(await readBack(place), users);
    const search = () => measure(directory.search, { env });
    const asked = JSON.stringify({ ...directory.bare, target: live.url });
    const bare = () => measure([process.execPath, path("bench/bare.mjs"), asked], { env });
    const results = await inTurn(rounds, { search, curl: curl(live.url), bare, plan: plan(place, env) });
    console.log(
      `${users} people of a directory, ${users} live accounts (${mb(live.size)} MB), medians of ${rounds}:`,
    );
    const slower = Math.max(say("ldapsearch", results.search), say("curl", results.curl));
    const script = say("bare script", results.bare);
    const wall = say("plan", results.plan, slower);
    console.log(`  plan takes ${(wall / script).toFixed(2)} x the time of the bare script`);
  } finally {
    live.stop();
    await directory.close();
  }
}

/** A bench of something that does not work says nothing. */
function checkPlan({ changes, sources, live }, count) {
  const renamed = Array.from({ length: count }, (_, at) => at).filter((at) => at % 100 === 1).length;
  if (live.personal !== count || !sources[0].complete || changes.length !== renamed)
    throw new Error(`${live.personal} live, ${changes.length} changes of ${renamed}`);
}

async function withTable(count, times) {
  const live = await serveLive(folder, count);
  try {
    const place = await configure(
      join(folder, `table-${count}`),
      live.url,
      "{ name: table, type: spreadsheet, personal: { file: ../users.csv } }",
    );
    await writeTable(join(place, "users.csv"), count);
    const results = await inTurn(times, { curl: curl(live.url), plan: plan(place, KEYS) });
    checkPlan(await readBack(place), count);
    console.log(
      `${count} rows of a table, ${count} live accounts (${mb(live.size)} MB), medians of ${times}:`,
    );
    const beside = say("curl", results.curl);
    return say("plan", results.plan, beside);
  } finally {
    live.stop();
  }
}

console.log(`planning; ${machine()}`);
try {
  if (users > 0) await withDirectory();
  if (rows > 0) {
    const small = await withTable(Math.round(rows / 10), 3);
    const large = await withTable(rows, 1);
    console.log(`  ${(large / small).toFixed(1)} x the time for 10 x as many`);
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}
