// `zivsync records` on 100,000 users of an OpenLDAP server, beside `ldapsearch` with the same filter, attributes and page
// size, over ldaps. Build first. Usage: node bench/directory.mjs [USERS] [ROUNDS]
import { execFileSync } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inTurn, machine, measure, median, path } from "./figures.mjs";
import { startDirectory } from "./openldap.mjs";
import { configure, KEYS } from "./setting.mjs";

const [users = 100_000, rounds = 5] = process.argv.slice(2).map(Number);
const directory = await startDirectory(users);
const folder = await mkdtemp(join(tmpdir(), "zivsync-bench-"));
const env = { ...KEYS, ...directory.environment };
try {
  // Nobody asks this Zivver anything.
  await configure(folder, "http://127.0.0.1:1/", directory.source);
  const zivsync = (...words) => [process.execPath, path("dist/cli.js"), ...words, "-C", folder];
  const commands = {
    ldapsearch: directory.search,
    check: zivsync("check", "directory"),
    records: zivsync("records"),
    "records --json": zivsync("records", "--json"),
  };
  checkWhole(commands["records --json"]);
  const tasks = Object.fromEntries(
    Object.entries(commands).map(([name, words]) => [name, () => measure(words, { env })]),
  );
  const search = zivsync("check", "directory", "--json");
  // Once unmeasured: the first round fills caches.
  await inTurn(1, tasks);
  const results = await inTurn(rounds, { ...tasks, "the search": () => secondsOfSearch(search) });
  print(results);
} finally {
  await directory.close();
  await rm(folder, { recursive: true, force: true });
}

/** A bench of something that does not work says nothing. */
function checkWhole([command, ...words]) {
  const out = execFileSync(command, words, { maxBuffer: 2 ** 30, encoding: "utf8", env });
  const [{ complete, records }] = JSON.parse(out).sources;
  if (!complete || records.length !== users) throw new Error(`records gave ${records.length} of ${users}`);
}

/** How long the search itself took within a run: the first page asked for to the last record made. */
function secondsOfSearch([command, ...words]) {
  const out = execFileSync(command, words, { encoding: "utf8", env });
  const [{ facts }] = JSON.parse(out).sources;
  return Number(/in ([\d.]+) s$/.exec(facts.find(({ label }) => label === "personal accounts").value)[1]);
}

function print({ "the search": searches, ...results }) {
  console.log(
    `${users} users over ldaps, pages of ${directory.pageSize}, medians of ${rounds}; ${machine()}`,
  );
  const beside = median(results.ldapsearch.map(({ wall }) => wall));
  for (const [name, all] of Object.entries(results)) {
    const [wall, cpu, memory] = ["wall", "cpu", "memory"].map((what) => median(all.map((one) => one[what])));
    const of = name === "ldapsearch" ? "" : `; ${(wall / beside).toFixed(2)} x ldapsearch`;
    console.log(
      `${name.padEnd(15)} ${wall.toFixed(2)} s, ${cpu.toFixed(2)} s of CPU, ${Math.round(memory)} MB${of}`,
    );
  }
  const search = median(searches);
  console.log(
    `the search alone, records made: ${search.toFixed(2)} s; ${(search / beside).toFixed(2)} x ldapsearch`,
  );
}
