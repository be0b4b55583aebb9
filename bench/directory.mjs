// `zivsync records` on 100,000 users of an OpenLDAP server, beside `ldapsearch` with the same filter, attributes and page
// size, over ldaps. Usage: node bench/directory.mjs [USERS] [ROUNDS]
import { execFileSync, spawnSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { loadTypeScript } from "../scripts/load-typescript.mjs";
import { BASE, organization } from "./people.mjs";

const path = (name) => fileURLToPath(new URL(`../${name}`, import.meta.url));
const users = Number(process.argv[2] ?? 100_000);
const rounds = Number(process.argv[3] ?? 5);
const PAGE = 500;
const READER = `cn=reader,${BASE}`;
const password = randomUUID();
const FILTER = "(&(objectCategory=person)(objectClass=user)(mail=*))";
// What zivsync asks for by default.
const ATTRIBUTES =
  "mail proxyAddresses objectGUID displayName givenName sn name userAccountControl accountExpires";

const { ensureInstalled } = await loadTypeScript(path("test/servers/installed.ts"));
await ensureInstalled(["openldap", "ldapsearch"]);
const { startOpenLdap } = await loadTypeScript(path("test/servers/openldap.ts"));
const server = await startOpenLdap({
  entries: [...organization(users)],
  database: ["index objectCategory eq", `rootdn "${READER}"`, `rootpw ${password}`],
});
const folder = await mkdtemp(join(tmpdir(), "zivsync-bench-"));
try {
  await writeConfiguration();
  const search = [
    "-x",
    "-LLL",
    "-o",
    "ldif-wrap=no",
    "-H",
    server.ldaps,
    "-b",
    BASE,
    "-E",
    `pr=${PAGE}/noprompt`,
  ];
  const words = {
    ldapsearch: ["ldapsearch", ...search, FILTER, ...ATTRIBUTES.split(" ")],
    check: [process.execPath, path("dist/cli.js"), "check", "directory", "-C", folder],
    records: [process.execPath, path("dist/cli.js"), "records", "-C", folder],
    "records --json": [process.execPath, path("dist/cli.js"), "records", "--json", "-C", folder],
  };
  checkWhole(words["records --json"]);
  const searched = [];
  const results = Object.fromEntries(Object.keys(words).map((name) => [name, []]));
  for (let round = 0; round <= rounds; round++) {
    for (const [name, command] of Object.entries(words)) {
      const result = measure(command);
      // The first round fills caches.
      if (round > 0) results[name].push(result);
      if (round > 0 && name === "check") searched.push(secondsOfSearch(command));
    }
  }
  print(results, searched);
} finally {
  await server.close();
  await rm(folder, { recursive: true, force: true });
}

async function writeConfiguration() {
  await mkdir(join(folder, "profiles"));
  const header = (kind) => `apiVersion: zivsync/v1\nkind: ${kind}\n`;
  await writeFile(
    join(folder, "organization.yaml"),
    `${header("Organization")}target: { url: "http://127.0.0.1:1/", apiKey: { env: UNUSED } }
claimedDomains: [example.org, example.com]
`,
  );
  await writeFile(
    join(folder, "profiles", "staff.yaml"),
    `${header("Profile")}name: staff
manages: { kinds: [personal] }
sources:
  - name: directory
    type: active-directory
    urls: ${server.ldaps}
    caFile: ${server.ca}
    bind: { user: "${READER}", password: { env: READER_PASSWORD } }
    baseDns: ${BASE}
    pageSize: ${PAGE}
`,
  );
}

/** A bench of something that does not work says nothing. */
function checkWhole([command, ...words]) {
  const out = execFileSync(command, words, { maxBuffer: 2 ** 30, encoding: "utf8", env: environment() });
  const [{ complete, records }] = JSON.parse(out).sources;
  if (!complete || records.length !== users) throw new Error(`records gave ${records.length} of ${users}`);
}

/** How long the search itself took within a run: the first page asked for to the last record made. */
function secondsOfSearch([command, ...words]) {
  const out = execFileSync(command, [...words, "--json"], { encoding: "utf8", env: environment() });
  const [{ facts }] = JSON.parse(out).sources;
  return Number(/in ([\d.]+) s$/.exec(facts.find(({ label }) => label === "personal accounts").value)[1]);
}

function measure(command) {
  const run = spawnSync("python3", [path("bench/measure.py"), ...command], {
    encoding: "utf8",
    env: environment(),
  });
  const result = JSON.parse(run.stdout);
  if (result.code !== 0) throw new Error(`${command.join(" ")} ended with ${result.code}:\n${run.stderr}`);
  return result;
}

function environment() {
  return { ...process.env, LDAPTLS_CACERT: server.ca, READER_PASSWORD: password, NO_COLOR: "1" };
}

function print(results, searched) {
  const median = (name, what) => results[name].map((one) => one[what]).sort((a, b) => a - b)[rounds >> 1];
  console.log(
    `${users} users over ldaps, pages of ${PAGE}, medians of ${rounds}; Node ${process.version}, ${cpus().length} cores`,
  );
  for (const name of Object.keys(results)) {
    const [wall, cpu, memory] = ["wall", "cpu", "memory"].map((what) => median(name, what));
    const ratio = (wall / median("ldapsearch", "wall")).toFixed(2);
    const of = name === "ldapsearch" ? "" : `; ${ratio} x ldapsearch`;
    console.log(
      `${name.padEnd(15)} ${wall.toFixed(2)} s, ${cpu.toFixed(2)} s of CPU, ${Math.round(memory)} MB${of}`,
    );
  }
  const search = searched.sort((a, b) => a - b)[rounds >> 1];
  console.log(
    `the search alone, records made: ${search.toFixed(2)} s; ${(search / median("ldapsearch", "wall")).toFixed(2)} x ldapsearch`,
  );
}
