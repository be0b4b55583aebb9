// Makes what people install: `zivsync-VERSION.tgz` for npm, and bundles with a Node of their own for Windows and Linux, which
// need nothing else on the machine; and the list of materials of them all. Usage: node scripts/package.mjs [--only tgz|win-x64|linux-x64] [FOLDER]
// The same sources give the same bytes. The bundle for Linux is made by GNU tar.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { chmod, cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { gzipSync } from "node:zlib";
import { zipSync } from "fflate";
import { librariesOf, materials } from "./materials.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const { version } = JSON.parse(await readFile(join(root, "package.json"), "utf8"));

/** The Node in the bundles, by packages of the npm registry and the SHA-512 of each: a long-term release. */
const NODE = {
  version: "22.23.3",
  "win-x64":
    "sha512-lJNBVsNw5Zf+VEHAwatmQxF8eY5hHVEd1ufVYn+5XVrSNB0x55V1cd/rJyOeElCnY2cRebGq//siePEGRZKYjg==",
  "linux-x64":
    "sha512-qHnz5tFsHoj/WM+uRENVjWONi5hVvmwrgq8A4V76KpuVNAc4+jwK8x4gwbobE9BtHNg/AKR2583eYorLF/c7ng==",
};

/** The date of every file in the bundles, which is npm's own for what it packs. A zip has local time. */
const DATE = "1985-10-26T08:15:00";
const MOST_BYTES = 300 * 1024 * 1024;

const { values, positionals } = parseArgs({
  options: { only: { type: "string", multiple: true, default: ["win-x64", "linux-x64"] } },
  allowPositionals: true,
});
// npm packs files with the modes that they have.
process.umask(0o022);
const out = resolve(positionals[0] ?? join(root, "packages"));
await mkdir(out, { recursive: true });
const work = await mkdtemp(join(tmpdir(), "zivsync-package-"));
try {
  const tarball = packed([root], out);
  const made = [tarball, await listOfMaterials()];
  if (values.only.includes("win-x64")) made.push(await windowsBundle(tarball));
  if (values.only.includes("linux-x64")) made.push(await linuxBundle(tarball));
  await writeFile(join(out, "SHA512SUMS"), (await Promise.all(made.sort().map(checksumLine))).join(""));
  for (const file of made) console.log(await described(file));
} finally {
  await rm(work, { recursive: true, force: true });
}

/** What npm packs of a folder or fetches from the registry, as the name of a file in `folder`. */
function packed(words, folder) {
  const text = execFileSync("npm", ["pack", ...words, "--json", "--pack-destination", folder], {
    cwd: root,
    encoding: "utf8",
    maxBuffer: MOST_BYTES,
    stdio: ["ignore", "pipe", "inherit"],
    shell: process.platform === "win32",
  });
  // A `prepare` that prints comes before the list, which newer releases of npm give as an object.
  const [{ filename }] = Object.values(JSON.parse(text.slice(text.search(/^[[{]$/m))));
  return filename;
}

async function listOfMaterials() {
  const listed = execFileSync("npm", ["sbom", "--sbom-format", "cyclonedx", "--package-lock-only"], {
    cwd: root,
    encoding: "utf8",
    maxBuffer: MOST_BYTES,
    shell: process.platform === "win32",
  });
  const licences = await readFile(join(root, "dist", "THIRD-PARTY-LICENCES.txt"), "utf8");
  const name = `zivsync-${version}.cdx.json`;
  await writeFile(join(out, name), materials(listed, librariesOf(licences), NODE.version));
  return name;
}

async function unpack(file, folder) {
  await mkdir(folder, { recursive: true });
  execFileSync("tar", ["-xzf", file, "-C", folder, "--strip-components=1"]);
}

/** The folder of Node's package for a platform. Throws where it is another one than was looked at. */
async function fetchNode(platform) {
  const folder = join(work, `node-${platform}`);
  if (existsSync(folder)) return folder;
  const file = join(work, packed([`node-${platform}@${NODE.version}`], work));
  const digest = createHash("sha512")
    .update(await readFile(file))
    .digest("base64");
  if (`sha512-${digest}` !== NODE[platform]) throw new Error(`${file} is another file than its SHA-512 says`);
  await unpack(file, folder);
  return folder;
}

/** A folder with zivsync, a Node and the licences of all. Node's own is in its package for Linux alone. */
async function bundleFolder(tarball, platform, binary) {
  const folder = join(work, `zivsync-${version}-${platform}`);
  await unpack(join(out, tarball), join(folder, "app"));
  const node = await fetchNode(platform);
  const linux = platform === "linux-x64" ? node : await fetchNode("linux-x64");
  await cp(join(node, "bin", binary), join(folder, binary));
  await cp(join(linux, "LICENSE"), join(folder, "NODE-LICENCE.txt"));
  await cp(join(folder, "app", "LICENSE"), join(folder, "LICENCE.txt"));
  await cp(join(folder, "app", "dist", "THIRD-PARTY-LICENCES.txt"), join(folder, "THIRD-PARTY-LICENCES.txt"));
  return folder;
}

async function windowsBundle(tarball) {
  const folder = await bundleFolder(tarball, "win-x64", "node.exe");
  for (const name of ["zivsync.cmd", "install-task.ps1"]) {
    const text = await readFile(join(root, "templates", "windows", name), "utf8");
    await writeFile(join(folder, name), text.replaceAll("\n", "\r\n"));
  }
  const files = Object.fromEntries(
    await Promise.all(
      (await filesIn(folder)).map(async (file) => [
        `zivsync-${version}-win-x64/${file}`,
        [await readFile(join(folder, file)), { mtime: DATE }],
      ]),
    ),
  );
  const name = `zivsync-${version}-win-x64.zip`;
  await writeFile(join(out, name), zipSync(files, { level: 9 }));
  return name;
}

async function linuxBundle(tarball) {
  const folder = await bundleFolder(tarball, "linux-x64", "node");
  await cp(join(root, "templates", "linux", "zivsync"), join(folder, "zivsync"));
  for (const name of ["node", "zivsync"]) await chmod(join(folder, name), 0o755);
  const same = [
    "--sort=name",
    "--owner=0",
    "--group=0",
    "--numeric-owner",
    "--mode=go=rX,u+rwX",
    "--format=ustar",
  ];
  const tar = execFileSync(
    "tar",
    [...same, `--mtime=${DATE}Z`, "-C", work, "-cf", "-", `zivsync-${version}-linux-x64`],
    { maxBuffer: MOST_BYTES },
  );
  const name = `zivsync-${version}-linux-x64.tar.gz`;
  await writeFile(join(out, name), gzipSync(tar, { level: 9 }));
  return name;
}

async function filesIn(folder) {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(folder.length + 1)
        .replaceAll("\\", "/"),
    )
    .sort();
}

async function checksumLine(file) {
  return `${createHash("sha512")
    .update(await readFile(join(out, file)))
    .digest("hex")}  ${file}\n`;
}

/** `integrity` is what package.json's lock file and `zivsync init --package` take. */
async function described(file) {
  const content = await readFile(join(out, file));
  const integrity = createHash("sha512").update(content).digest("base64");
  return `${file}  ${(content.length / 1024 / 1024).toFixed(1)} MB\n  sha512-${integrity}`;
}
