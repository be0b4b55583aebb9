import { appendFileSync, readFileSync } from "node:fs";
import { VitestTestRunner } from "vitest/runners";
import { getFn } from "vitest/suite";

/*
 * Runs each test once as it is, noting which mutants it reaches, and then again with each of those switched on that no test
 * has killed yet. What was reached outside a test (when modules are loaded, and in hooks) is left to a process of its own.
 */

const { journal, slowMs } = JSON.parse(process.env.ZIVSYNC_MUTANTS);
const { setTimeout: later, clearTimeout: never } = globalThis;

const killed = new Set();
const done = new Set();
for (const line of readFileSync(journal, "utf8").split("\n").filter(Boolean)) {
  const { kill, finished } = JSON.parse(line);
  if (kill !== undefined) killed.add(kill);
  if (finished !== undefined) done.add(finished);
}
const note = (said) => appendFileSync(journal, `${JSON.stringify(said)}\n`);

let active = 0;
let reached;
let ticks = 0;
let bound = Number.POSITIVE_INFINITY;
const outside = new Set();

globalThis.__zivsyncMutant = (id) => {
  ticks++;
  if (active === 0) {
    (reached ?? outside).add(id);
    return false;
  }
  if (ticks > bound) throw new Error("a mutant that runs on");
  return id === active;
};

const nameOf = (task) =>
  task.suite ? `${nameOf(task.suite)} > ${task.name}` : `${task.file.name} > ${task.name}`;

/** Does the test fail with this mutant? 0: with none. */
async function fails(test, id, most) {
  const before = test.result;
  test.result = { ...before, state: "run", errors: undefined };
  active = id;
  reached = id === 0 ? new Set() : undefined;
  ticks = 0;
  bound = most.ticks;
  let timer;
  const late = new Promise((_, reject) => {
    timer = later(() => reject(new Error("late")), most.ms);
  });
  try {
    await Promise.race([getFn(test)(), late]);
    return test.result.state === "fail";
  } catch {
    return true;
  } finally {
    never(timer);
    active = 0;
    reached = undefined;
    bound = Number.POSITIVE_INFINITY;
    test.result = before;
  }
}

async function tryMutants(test, ids, most) {
  const unsure = (left) => note({ unsure: left, file: test.file.name });
  if (await fails(test, 0, most)) return unsure(ids);
  for (const [at, id] of ids.entries()) {
    note({ begin: id, by: nameOf(test) });
    if (!(await fails(test, id, most))) continue;
    // A mutant may leave something behind that makes the test fail from then on.
    if (await fails(test, 0, most)) return unsure(ids.slice(at));
    killed.add(id);
    note({ kill: id, by: nameOf(test) });
  }
}

class MutantRunner extends VitestTestRunner {
  /** The file and what it imports are loaded, and none of its hooks has run. */
  onBeforeRunFiles() {
    note({ loading: [...outside] });
    outside.clear();
  }

  async runTask(test) {
    const began = performance.now();
    const mine = new Set();
    reached = mine;
    ticks = 0;
    try {
      await getFn(test)();
    } finally {
      reached = undefined;
    }
    const ms = performance.now() - began;
    const name = nameOf(test);
    if (test.result?.state === "fail" || done.has(name)) return;
    note({ reached: [...mine] });
    const ids = [...mine].filter((id) => !killed.has(id));
    if (ids.length > 0 && ms > slowMs) {
      note({ slow: name, ms: Math.round(ms), ids });
      return;
    }
    if (ids.length > 0) await tryMutants(test, ids, { ms: ms * 10 + 2000, ticks: ticks * 50 + 100_000 });
    note({ finished: name });
  }

  onAfterRunFiles(files) {
    note({ hooks: [...outside] });
    outside.clear();
    return super.onAfterRunFiles?.(files);
  }
}

export { MutantRunner as default };
