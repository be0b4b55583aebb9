// The HTML report in Chromium: how large it is, how long it takes to write, to open and to filter. Build first.
// Usage: node bench/report.mjs [CHANGES ...]
import { createHash } from "node:crypto";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { loadTypeScript } from "../scripts/load-typescript.mjs";
import { openBrowser } from "../scripts/open-browser.mjs";

const TIMES = 5;
const path = (name) => fileURLToPath(new URL(`../${name}`, import.meta.url));
const sizes = process.argv.slice(2).map(Number);
const { renderHtml } = await loadTypeScript(path("src/review/html/report.ts"));
const { largePlan } = await loadTypeScript(path("test/support/large-plans.ts"));
const hashOf = (text) => `sha256-${createHash("sha256").update(text).digest("base64")}`;
const [style, script] = await Promise.all(
  ["page.css", "page.js"].map((name) => readFile(path(`dist/report/${name}`), "utf8")),
);
const page = { style, script, styleHash: hashOf(style), scriptHash: hashOf(script) };
const folder = await mkdtemp(join(tmpdir(), "zivsync-bench-"));
const median = (times) => times.sort((a, b) => a - b)[Math.floor(times.length / 2)];
const ms = (times) =>
  `${median(times).toFixed(0)} ms (${Math.min(...times).toFixed(0)} to ${Math.max(...times).toFixed(0)})`;

/** Filters in the page: from the key to the frame that shows what was found. */
const FILTER = `async (words) => {
  const input = document.querySelector("#changes input");
  const from = performance.now();
  input.value = words;
  input.dispatchEvent(new Event("input", { bubbles: true }));
  document.querySelector("#changes .list").getBoundingClientRect();
  return performance.now() - from;
}`;

async function measure(browser, count) {
  const plan = largePlan(count);
  const from = performance.now();
  const html = renderHtml(plan, { sealChecked: "valid", page });
  const rendered = performance.now() - from;
  const file = join(folder, `${count}.html`);
  await writeFile(file, html);
  const opened = [];
  const first = [];
  const next = [];
  for (let time = 0; time < TIMES; time++) {
    const tab = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    await tab.goto(`file://${file}`, { waitUntil: "load" });
    const { loadEventEnd, paint } = await tab.evaluate(
      `new Promise((done) => requestAnimationFrame(() => setTimeout(() => done({ paint: performance.now(),
        loadEventEnd: performance.getEntriesByType("navigation")[0].loadEventEnd }))))`,
    );
    opened.push(Math.max(loadEventEnd, paint));
    await tab.waitForTimeout(500);
    first.push(await tab.evaluate(`(${FILTER})("müller cardio")`));
    for (const words of ["mailbox", "mailbox-00", "person-0001", "row 12", "eva permits"])
      next.push(await tab.evaluate(`(${FILTER})(${JSON.stringify(words)})`));
    await tab.close();
  }
  console.log(`${count} changes
  size    ${(html.length / 1e6).toFixed(2)} MB, ${(gzipSync(html).length / 1e6).toFixed(2)} MB with gzip (style ${style.length}, script ${script.length} bytes)
  written ${rendered.toFixed(0)} ms
  opened  ${ms(opened)}
  first filter ${ms(first)}
  filter  ${ms(next)}`);
}

const browser = await openBrowser();
try {
  for (const count of sizes.length > 0 ? sizes : [10_000, 100_000]) await measure(browser, count);
} finally {
  await browser.close();
  await rm(folder, { recursive: true, force: true });
}
