// A plan of many changes: the file, and what `show` makes of it, in process and as commands. The HTML report in a browser has
// its own part, report.mjs. Build first. Usage: node bench/plan-file.mjs [CHANGES] [ROUNDS]
import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadTypeScript } from "../scripts/load-typescript.mjs";
import { inTurn, machine, measure, median, path } from "./figures.mjs";
import { writeTable } from "./people.mjs";
import { configure, KEYS, serveLive } from "./setting.mjs";

const [changes = 100_000, rounds = 5] = process.argv.slice(2).map(Number);
console.log(`${changes} changes written, medians of ${rounds}; ${machine()}`);
await inProcess();
await asCommands();

async function inProcess() {
  const { canonicalJson, largePlan, renderMarkdown, renderText } = await loadTypeScript(
    path("bench/plan-file.ts"),
  );
  const plan = largePlan(changes);
  const writers = {
    "JSON.stringify (reference)": () => JSON.stringify(plan),
    "plan file": () => canonicalJson(plan),
    Markdown: () => renderMarkdown(plan, { sealChecked: "valid" }),
    text: () => renderText(plan, { color: false, width: 120, details: false, sealChecked: "valid" }),
  };
  for (const [name, write] of Object.entries(writers)) {
    const times = [];
    let size = 0;
    for (let round = 0; round < rounds; round++) {
      const from = performance.now();
      size = write().length;
      times.push((performance.now() - from) / 1000);
    }
    console.log(`  ${name.padEnd(26)} ${median(times).toFixed(2)} s, ${(size / 1e6).toFixed(2)} MB`);
  }
}

/** From an empty Zivver: everybody is created. */
async function asCommands() {
  const folder = await mkdtemp(join(tmpdir(), "zivsync-bench-"));
  const live = await serveLive(folder, 0);
  try {
    const place = await configure(
      join(folder, "desired-state"),
      live.url,
      "{ name: table, type: spreadsheet, personal: { file: ../users.csv } }",
    );
    await writeTable(join(place, "users.csv"), changes);
    const file = join(folder, "plan.json");
    const out = (format) => join(folder, `plan.${format}`);
    const show = (format) => () => {
      const words = [path("dist/cli.js"), "show", file, "-f", format, "-C", place];
      return measure(["sh", "-c", `exec "$0" "$@" > ${out(format)}`, process.execPath, ...words], {
        env: KEYS,
      });
    };
    const results = await inTurn(rounds, {
      plan: () =>
        measure([process.execPath, path("dist/cli.js"), "plan", "-o", file, "-C", place], { env: KEYS }),
      "JSON.parse of the file": () =>
        measure([process.execPath, "-e", `JSON.parse(require("fs").readFileSync("${file}", "utf8"))`]),
      "show -f text": show("text"),
      "show -f markdown": show("markdown"),
      "show -f html": show("html"),
    });
    const sizes = { plan: file, "show -f markdown": out("markdown"), "show -f html": out("html") };
    for (const [name, all] of Object.entries(results)) {
      const [wall, memory] = ["wall", "memory"].map((what) => median(all.map((one) => one[what])));
      const size =
        sizes[name] === undefined ? "" : `, ${((await stat(sizes[name])).size / 1e6).toFixed(2)} MB`;
      console.log(`  ${name.padEnd(26)} ${wall.toFixed(2)} s, peak ${Math.round(memory)} MB${size}`);
    }
  } finally {
    live.stop();
    await rm(folder, { recursive: true, force: true });
  }
}
