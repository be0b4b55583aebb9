// Changes src in one small place at a time and says which changes no quick test notices: `npm run mutants [FILE_OR_FOLDER...]`.
import {
  appendFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { equivalents } from "./mutants/equivalent.mjs";
import { instrument } from "./mutants/instrument.mjs";
import { journalOf, runWatched, runWithin } from "./mutants/process.mjs";
import { allTests, pathOf, related } from "./mutants/related.mjs";

const HELP = `npm run mutants [-- OPTIONS] FILE_OR_FOLDER...

  --minutes N   in all; what was not tried by then is said (default 30)
  --seconds N   for one mutant (default 60)
  --slow MS     tests that take longer are left out, and said (default 1500)
  --tests N     test files, the nearest by imports (default 20)
  --others      tests that start servers or processes as well
  --json FILE   writes every mutant and what became of it
  --again FILE  leaves out what an earlier run, which wrote this file, saw killed`;

/** Tests that take longer are tried after all others. */
const QUICK_MS = 100;

/** Test files for a mutant that needs a process of its own. */
const NEAREST = 3;

const root = fileURLToPath(new URL("..", import.meta.url));
process.chdir(root);

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    minutes: { type: "string", default: "30" },
    seconds: { type: "string", default: "60" },
    slow: { type: "string", default: "1500" },
    tests: { type: "string", default: "20" },
    others: { type: "boolean" },
    json: { type: "string" },
    again: { type: "string" },
    help: { type: "boolean" },
  },
});
if (values.help || positionals.length === 0) {
  console.log(HELP);
  process.exit(values.help ? 0 : 2);
}

const until = Date.now() + Number(values.minutes) * 60_000;
const left = () => until - Date.now();
const eachMs = Number(values.seconds) * 1000;
const progress = (text) => process.stderr.write(`${text}\n`);

function filesIn(place) {
  if (!statSync(place).isDirectory()) return [pathOf(place)];
  return readdirSync(place, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts") && !file.endsWith(".d.ts"))
    .map((file) => pathOf(join(place, file)))
    .sort();
}

function take(line, state) {
  if (line.kill !== undefined) state.killed.set(line.kill, line.by);
  for (const name of ["reached", "loading", "unsure", "hooks"])
    for (const id of line[name] ?? []) state[name].add(id);
  if (line.slow) state.slow.set(line.slow, line.ms);
  if (line.finished) state.slow.delete(line.finished);
}

/** Every test on every mutant that it reaches; started anew where a mutant hangs. */
async function runAll(given, state) {
  for (;;) {
    const { code, said } = await runWatched(given, left(), eachMs);
    const lines = journalOf(given.journal);
    for (const line of lines) take(line, state);
    for (const file of new Set(lines.filter(({ unsure }) => unsure).map((line) => line.file)))
      progress(`unsure: ${file}`);
    if (code === 0) return;
    if (code !== null) throw new Error(`The tests fail without a mutant:\n${said}`);
    const last = lines.at(-1);
    if (left() <= 0 || last?.begin === undefined) {
      state.isOver = true;
      return;
    }
    progress(`mutant ${last.begin} hangs`);
    appendFileSync(given.journal, `${JSON.stringify({ kill: last.begin, by: "it hangs" })}\n`);
  }
}

/**
 * What is reached while modules are loaded or by hooks needs a process of its own for each mutant, unless a test has killed it: a test
 * file may load what another one only calls.
 */
async function runApart(given, mutants, state) {
  const isOutside = (id) => state.loading.has(id) || state.hooks.has(id);
  const isApart = (id) => state.unsure.has(id) || isOutside(id);
  const open = mutants.filter(({ id }) => isApart(id) && !state.killed.has(id));
  for (const [at, { id, file }] of open.entries()) {
    if (left() <= 0) {
      state.isOver = true;
      for (const one of open.slice(at)) state.untried.add(one.id);
      return;
    }
    state.reached.add(id);
    const tests = related([file], given.tests).slice(0, NEAREST);
    const { code } = await runWithin({ ...given, tests, only: id }, Math.min(eachMs, left()));
    if (code === 1) state.killed.set(id, "in a process of its own");
    if (code === null) state.late.add(id);
    if (at % 10 === 9) progress(`${at + 1} of ${open.length} in processes of their own`);
  }
}

const short = (text) => {
  const line = text.replace(/\s+/g, " ");
  return line.length > 90 ? `${line.slice(0, 87)}...` : line;
};

function verdictOf({ id }, state) {
  if (state.killed.has(id)) return "killed";
  if (state.untried.has(id)) return "not tried";
  return state.reached.has(id) ? "survived" : "not covered";
}

function report(files, mutants, state, same) {
  const rows = [];
  const total = { mutants: 0, killed: 0, survived: 0, "not covered": 0, "not tried": 0, equivalent: 0 };
  for (const file of files) {
    const row = { mutants: 0, killed: 0, survived: 0, "not covered": 0, "not tried": 0, equivalent: 0 };
    for (const mutant of mutants.filter((one) => one.file === file)) {
      mutant.verdict = verdictOf(mutant, state);
      if (mutant.verdict !== "killed" && same.has(mutant)) mutant.verdict = "equivalent";
      row.mutants++;
      row[mutant.verdict]++;
    }
    for (const key of Object.keys(total)) total[key] += row[key];
    if (row.mutants > 0) rows.push([file, row]);
  }
  rows.push(["all", total]);
  for (const one of mutants.filter(({ verdict }) => !["killed", "equivalent"].includes(verdict))) {
    console.log(
      `${one.file}:${one.line}:${one.column} ${one.verdict}${state.late.has(one.id) ? " (time was up)" : ""}`,
    );
    console.log(`  - ${short(one.before)}\n  + ${short(one.after)}`);
  }
  for (const [test, ms] of state.slow) console.log(`left out, ${ms} ms: ${test}`);
  console.log("\n| file | mutants | killed | survived | not covered | not tried | equivalent | score |");
  console.log("|---|---|---|---|---|---|---|---|");
  for (const [file, row] of rows) {
    const score = Math.floor((1000 * row.killed) / Math.max(row.mutants - row.equivalent, 1)) / 10;
    console.log(`| ${file} | ${Object.values(row).join(" | ")} | ${score} % |`);
  }
  return total;
}

/** The mutants that an earlier run saw killed: in lines of today, wherever they are now. */
function killedBefore(mutants) {
  if (values.again === undefined) return [];
  const nameOf = ({ file, code, before, after }) => JSON.stringify([file, code, before, after]);
  const earlier = JSON.parse(readFileSync(values.again, "utf8"));
  const left = new Set(earlier.filter(({ verdict }) => verdict !== "killed").map(nameOf));
  const known = new Set(earlier.map(nameOf));
  return mutants.filter((one) => known.has(nameOf(one)) && !left.has(nameOf(one)));
}

const files = [...new Set(positionals.flatMap(filesIn))];
const mutants = [];
const copies = {};
for (const file of files) {
  const made = instrument(file, readFileSync(file, "utf8"), mutants.length + 1);
  mutants.push(...made.mutants);
  copies[file] = made.text;
}

const folder = mkdtempSync(join(tmpdir(), "mutants-"));
try {
  const given = {
    texts: join(folder, "texts.json"),
    journal: join(folder, "journal"),
    slowMs: Number(values.slow),
  };
  writeFileSync(given.texts, JSON.stringify(copies));
  const before = killedBefore(mutants).map(({ id }) => JSON.stringify({ kill: id, by: "an earlier run" }));
  writeFileSync(given.journal, before.map((line) => `${line}\n`).join(""));
  const { quick, others } = await allTests();
  const tests = values.others ? [...quick, ...others] : quick;
  given.tests = related(files, tests).slice(0, Number(values.tests));
  progress(`${mutants.length} mutants in ${files.length} files, ${given.tests.length} test files`);
  const state = {
    killed: new Map(),
    reached: new Set(),
    loading: new Set(),
    unsure: new Set(),
    hooks: new Set(),
    untried: new Set(),
    late: new Set(),
    slow: new Map(),
    isOver: false,
  };
  // Most mutants are killed by some quick test, and need not be tried with slow ones.
  for (const slowMs of [Math.min(QUICK_MS, given.slowMs), given.slowMs]) {
    if (given.tests.length > 0 && !state.isOver) await runAll({ ...given, slowMs }, state);
    progress(`${state.killed.size} killed by tests of up to ${slowMs} ms`);
  }
  const { loading, unsure, hooks } = state;
  progress(`reached while loading ${loading.size}, in hooks ${hooks.size}, unsure ${unsure.size}`);
  await runApart(given, mutants, state);
  const same = equivalents(join(root, "test/mutants/equivalent.yaml"));
  const total = report(files, mutants, state, same);
  for (const { file, before } of same.unused(files))
    console.log(`listed as equivalent, and not among the survivors: ${file}: ${short(before)}`);
  if (state.isOver) console.log("The time was up before everything was tried.");
  if (values.json) writeFileSync(values.json, JSON.stringify(mutants, null, 1));
  process.exitCode = total.survived + total["not covered"] + total["not tried"] > 0 ? 1 : 0;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
