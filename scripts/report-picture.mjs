// docs/report.png for the README: the report of the example organisation's plan, as a browser shows it. Build first.
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { cp, mkdir, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { openBrowser } from "./open-browser.mjs";

const path = (name) => fileURLToPath(new URL(`../${name}`, import.meta.url));
const picture = path("docs/report.png");
const folder = await mkdtemp(join(tmpdir(), "zivsync-picture-"));
const start = {
  cwd: folder,
  encoding: "utf8",
  maxBuffer: 1 << 28,
  env: { ...process.env, ZIVVER_API_KEY: "key-for-the-simulator-only" },
};

function zivsync(...words) {
  const run = spawnSync(process.execPath, [path("dist/cli.js"), ...words], start);
  if (run.status !== 0) throw new Error(`zivsync ${words[0]} ended with ${run.status}:\n${run.stderr}`);
  return run.stdout;
}

/** The page, with the address that Zivver has instead of the simulator's. */
async function reportOfTheExample() {
  const seed = path("desired-state/simulator/live.json");
  const simulator = spawn(
    process.execPath,
    [path("dist/cli.js"), "simulator", "--port", "0", "--no-rate-limit", "--seed", seed],
    { ...start, stdio: ["ignore", "pipe", "ignore"] },
  );
  try {
    const [first] = await once(simulator.stdout.setEncoding("utf8"), "data");
    const url = first.trim();
    await cp(path("desired-state"), join(folder, "desired-state"), { recursive: true });
    const file = join(folder, "desired-state/organization.yaml");
    const yaml = await readFile(file, "utf8");
    const [, real] = /^ *url: *(\S+)/m.exec(yaml) ?? [];
    await writeFile(file, yaml.replace(real, url));
    zivsync("plan");
    return zivsync("show", "plan.json", "-f", "html").replaceAll(url, real);
  } finally {
    simulator.kill();
  }
}

try {
  const file = process.argv[2] ?? join(folder, "report.html");
  await writeFile(file, await reportOfTheExample());
  const browser = await openBrowser();
  const page = await browser.newPage({ viewport: { width: 1120, height: 1060 } });
  await page.goto(`file://${file}`);
  await mkdir(path("docs"), { recursive: true });
  await page.screenshot({ path: picture });
  await browser.close();
  console.log(`${picture}: ${Math.round((await stat(picture)).size / 1000)} kB`);
} finally {
  await rm(folder, { recursive: true, force: true });
}
