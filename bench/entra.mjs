// `zivsync` on a tenant of Entra ID, beside `curl` fetching the same pages, over HTTPS with the same number of requests at once.
// Build first. Usage: node bench/entra.mjs [USERS] [GROUPS] [MEMBERS] [ROUNDS]
import { execFileSync, fork } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inTurn, machine, measure, median, path } from "./figures.mjs";
import { guidOf } from "./people.mjs";
import { configure, KEYS, serveLive } from "./setting.mjs";

const [users = 100_000, groups = 5_000, members = 40, rounds = 3] = process.argv.slice(2).map(Number);
/** Requests at once, the default of the source. */
const CONCURRENCY = 4;
const SECRET = "secret-of-the-bench";
const server = fork(path("bench/graph-server.mjs"), [users, groups, members, SECRET].map(String));
const [{ origin, ca }] = await once(server, "message");
const folder = await mkdtemp(join(tmpdir(), "zivsync-bench-"));
const live = await serveLive(folder, users);
const env = { ...KEYS, ENTRA_SECRET: SECRET };
try {
  const source = `{ name: entra, type: entra-id, tenant: example.test, auth: { clientId: ${guidOf("application")}, secret: { env: ENTRA_SECRET } }, baseUrl: "${origin}", authority: "${origin}", caFile: "${ca}", map: { accountKey: id } }`;
  await configure(folder, live.url, source, "personal, functional");
  const zivsync = (...words) => [process.execPath, path("dist/cli.js"), ...words, "-C", folder];
  const requests = checkWhole(zivsync("check", "entra", "--json"));
  const tasks = {
    curl: await curlOfSamePages(),
    check: zivsync("check", "entra"),
    plan: zivsync("plan", "-o", join(folder, "plan.json")),
  };
  const results = await inTurn(
    rounds,
    Object.fromEntries(Object.entries(tasks).map(([name, words]) => [name, () => measure(words, { env })])),
  );
  print(results, requests);
} finally {
  live.stop();
  server.disconnect();
  await rm(folder, { recursive: true, force: true });
}

/** A bench of something that does not work says nothing. Gives the number of requests. */
function checkWhole([command, ...words]) {
  const [{ complete, records, facts }] = JSON.parse(
    execFileSync(command, words, { encoding: "utf8", env }),
  ).sources;
  const { personal, functional } = records;
  if (!complete || personal !== users || functional !== groups)
    throw new Error(`${personal} of ${users} users, ${functional} of ${groups} groups`);
  return facts.find(({ label }) => label === "requests").value;
}

/** What the run before fetched, by a client that throws it away. */
async function curlOfSamePages() {
  server.send("pages");
  const [{ pages, token }] = await once(server, "message");
  const file = join(folder, "pages.curl");
  const lines = pages.map((page) => `url = "${page}"\noutput = "/dev/null"\n`);
  await writeFile(
    file,
    `silent\nshow-error\nfail\ncacert = "${ca}"\nheader = "authorization: Bearer ${token}"\nheader = "consistencylevel: eventual"\n${lines.join("")}`,
  );
  return ["curl", "--parallel", "--parallel-max", String(CONCURRENCY), "-K", file];
}

function print(results, requests) {
  console.log(
    `${users} users, ${groups} groups of ${members}, ${requests} requests, ${CONCURRENCY} at once, medians of ${rounds}; ${machine()}`,
  );
  const beside = median(results.curl.map(({ wall }) => wall));
  for (const [name, all] of Object.entries(results)) {
    const [wall, cpu, memory] = ["wall", "cpu", "memory"].map((what) => median(all.map((one) => one[what])));
    const of = name === "curl" ? "" : `; ${(wall / beside).toFixed(2)} x curl`;
    console.log(
      `${name.padEnd(10)} ${wall.toFixed(2)} s, ${cpu.toFixed(2)} s of CPU, ${Math.round(memory)} MB${of}`,
    );
  }
}
