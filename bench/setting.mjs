// A configuration and a Zivver for a bench: the accounts come from a server of its own, in a process of its own.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { path } from "./figures.mjs";
import { writeLive } from "./people.mjs";

/** The environment that `configure` counts on. */
export const KEYS = { ...process.env, ZIVVER_API_KEY: "key-of-the-bench", NO_COLOR: "1" };

/** Serves so many live accounts until `stop`. */
export async function serveLive(folder, count) {
  const file = join(folder, `live-${count}.json`);
  await writeLive(file, count);
  const child = spawn(process.execPath, [path("bench/live-server.mjs"), file], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [line] = await once(child.stdout.setEncoding("utf8"), "data");
  return { url: line.trim(), size: (await stat(file)).size, stop: () => child.kill() };
}

/** An organisation with one profile, whose one source is given as YAML; gives the folder. */
export async function configure(place, url, source, kinds = "personal") {
  await mkdir(join(place, "profiles"), { recursive: true });
  const header = (kind) => `apiVersion: zivsync/v1\nkind: ${kind}\n`;
  await writeFile(
    join(place, "organization.yaml"),
    `${header("Organization")}target: { url: "${url}", apiKey: { env: ZIVVER_API_KEY } }
loginMethod: password
claimedDomains: [example.org, example.com]
protected: none
guards: { create: off, update: off }
`,
  );
  await writeFile(
    join(place, "profiles/staff.yaml"),
    `${header("Profile")}name: staff\nmanages: { kinds: [${kinds}] }\nsources:\n  - ${source}\n`,
  );
  return place;
}
