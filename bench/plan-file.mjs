// A plan of many changes as the file, as Markdown and as text: time, size, memory. The HTML report has its own part,
// report.mjs. Usage: node bench/plan-file.mjs [CHANGES] [ROUNDS]
import { loadTypeScript } from "../scripts/load-typescript.mjs";
import { machine, mb, median, path } from "./figures.mjs";

const [changes = 100_000, rounds = 5] = process.argv.slice(2).map(Number);
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
console.log(`${changes} changes written, medians of ${rounds}; ${machine()}`);
for (const [name, write] of Object.entries(writers)) {
  const times = [];
  let size = 0;
  for (let round = 0; round < rounds; round++) {
    const from = performance.now();
    size = write().length;
    times.push((performance.now() - from) / 1000);
  }
  console.log(
    `  ${name.padEnd(26)} ${median(times).toFixed(2)} s, ${(size / 1e6).toFixed(2)} MB; ${mb(process.memoryUsage.rss())} MB in all`,
  );
}
