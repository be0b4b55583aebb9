// Installs the newest Node that calls itself a long-term release, from the npm registry, and prints the path of its binary.
// Usage: node scripts/newest-lts.mjs FOLDER
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const folder = process.argv[2];
if (folder === undefined) throw new Error("usage: node scripts/newest-lts.mjs FOLDER");
const name = `node-${process.platform === "win32" ? "win" : process.platform}-${process.arch}`;
const npm = (...words) =>
  execFileSync("npm", words, {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
    shell: process.platform === "win32",
  });

const newest = new Map();
for (const version of JSON.parse(npm("view", name, "versions", "--json"))) {
  const [major, minor, patch] = version.split(".").map(Number);
  if (major % 2 !== 0 || !/^\d+\.\d+\.\d+$/.test(version)) continue;
  const [, otherMinor, otherPatch] = (newest.get(major) ?? "0.-1.0").split(".").map(Number);
  if (minor > otherMinor || (minor === otherMinor && patch > otherPatch)) newest.set(major, version);
}
mkdirSync(folder, { recursive: true });
writeFileSync(join(folder, "package.json"), "{}");
for (const major of [...newest.keys()].sort((a, b) => b - a)) {
  npm("install", "--prefix", folder, "--no-save", `${name}@${newest.get(major)}`);
  const binary = join(
    folder,
    "node_modules",
    name,
    "bin",
    process.platform === "win32" ? "node.exe" : "node",
  );
  const lts = spawnSync(binary, ["-p", "process.release.lts ?? ''"], { encoding: "utf8" });
  if (lts.status === 0 && lts.stdout.trim() !== "") {
    console.log(binary);
    process.exit(0);
  }
}
throw new Error("the registry has no long-term release of Node for this machine");
