import { createHash } from "node:crypto";
import { readdir, realpath, stat } from "node:fs/promises";
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { readFileBytes } from "../../file-bytes.ts";
import { InputError } from "../../model/values/errors.ts";
import { asObject, parseJson } from "../../model/values/json.ts";
import { LARGEST_TEXT } from "../../storage/files/files.ts";
import type { NewFiles } from "./files.ts";

/** The place that a repository installs zivsync from, as package.json and its lock file say it. */
export type PackageSource = {
  /** The dependency of package.json: a URL, or `file:` with a path from the top of the repository. Never a bare name. */
  readonly dependency: string;
  /** `sha512-…`; undefined for a folder, whose files are in the repository. */
  readonly integrity?: string;
};

/** The folder of this package, seen from the bundle. */
const OWN_FOLDER = fileURLToPath(new URL("..", import.meta.url));
const INTEGRITY = /^sha512-[A-Za-z0-9+/]{86}==$/;
/** Bytes of a packed zivsync that is looked at; it has 1.5 MB. */
export const LARGEST_PACKAGE = 16 * 1024 * 1024;

/** The meaning of `--package`. Throws InputError: nothing is installed that has no checksum and is not in the repository. */
export async function parsePackage(text: string, root: string): Promise<PackageSource> {
  if (/^https?:/i.test(text)) return parseUrl(text);
  const path = resolve(text.replace(/^file:/, ""));
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) throw wrong(text, "There is no such file or folder, and it is not a URL.", FORMS);
  await refuseAround(text, path, root);
  const place = await pathFrom(root, path);
  if (place === undefined)
    throw wrong(
      text,
      "It lies outside of the repository, where the workflows of GitHub do not find it.",
      "Copy the packed zivsync into the repository, and name that file.",
    );
  if (found.isDirectory()) return folderSource(text, path, place);
  if (!path.endsWith(".tgz")) throw wrong(text, "It is neither a folder nor a packed zivsync (.tgz).", FORMS);
  return { dependency: `file:${place}`, integrity: await integrityOf(path, text) };
}

/** Refuses the folder of the repository itself, and one that holds the repository: a package in it is what was meant. */
async function refuseAround(text: string, path: string, root: string): Promise<void> {
  const [top, folder] = await Promise.all([root, path].map((one) => realpath(one).catch(() => one)));
  const isTop = top === folder;
  if (!isTop && (await pathFrom(path, root)) === undefined) return;
  const message = isTop
    ? "This is the folder of the configuration repository itself, not a package in it."
    : "The configuration repository lies in this folder, so it is not a package that the repository could install.";
  const packed = isTop ? (await readdir(path)).filter((name) => /^zivsync-.*\.tgz$/.test(name)).sort() : [];
  const [first] = packed;
  const own = asObject(parseJson((await readOwn(join(path, "package.json"))) ?? ""))?.name === "zivsync";
  if (first !== undefined)
    throw wrong(text, message, `Name the packed zivsync in it: \`--package ${first}\`.`);
  if (own)
    throw wrong(
      text,
      message,
      "It is zivsync's own folder: run `npm pack` here, copy the packed zivsync into a repository for your configuration, and run `init` there.",
    );
  throw wrong(text, message, FORMS);
}

/** How people start this zivsync in the repository: by npm where it is installed there, and not on their PATH. */
export async function ownCommand(root: string): Promise<string> {
  const [modules, installed] = await Promise.all(
    [join(root, "node_modules"), dirname(resolve(OWN_FOLDER))].map((one) =>
      realpath(one).catch(() => undefined),
    ),
  );
  return modules !== undefined && modules === installed ? "npx --no zivsync" : "zivsync";
}

/** The record that npm made when it installed this zivsync; undefined where it recorded nothing that the repository could use. */
export async function recordedPackage(root: string, own = OWN_FOLDER): Promise<PackageSource | undefined> {
  const modules = dirname(resolve(own));
  if (basename(modules) !== "node_modules") return undefined;
  const text = await readFileBytes(join(modules, ".package-lock.json"), LARGEST_TEXT).catch(() => "");
  const packages = asObject(asObject(parseJson(String(text)))?.packages);
  const { resolved, integrity } = asObject(packages?.["node_modules/zivsync"]) ?? {};
  if (typeof resolved !== "string" || typeof integrity !== "string" || !INTEGRITY.test(integrity))
    return undefined;
  if (isUrl(resolved)) return { dependency: resolved, integrity };
  const file = resolve(dirname(modules), resolved.replace(/^file:/, ""));
  const place = resolved.startsWith("file:") ? await pathFrom(root, file) : undefined;
  // npm's record is used only while the file is the same.
  const isSame = place !== undefined && (await integrityOf(file, file).catch(() => "")) === integrity;
  return isSame ? { dependency: `file:${place}`, integrity } : undefined;
}

/**
 * Writes package.json and its lock file where the repository has none, so that `npm ci` installs this zivsync and asks no
 * registry. Gives notes for the person.
 */
export async function writePackage(
  root: string,
  source: PackageSource | undefined,
  files: NewFiles,
): Promise<readonly string[]> {
  const [manifest, lock] = await Promise.all(
    ["package.json", "package-lock.json"].map((name) => readOwn(join(root, name))),
  );
  const written = asObject(parseJson(manifest ?? ""));
  const [named] = ["dependencies", "devDependencies"].flatMap(
    (key) => asObject(written?.[key])?.zivsync ?? [],
  );
  if (named !== undefined) return outsideNotes(String(named), root);
  if (source === undefined) return [UNKNOWN];
  if (manifest !== undefined || lock !== undefined)
    return [
      `The workflows install zivsync by \`npm ci\`, and the package.json that was there does not name it: run \`npm install --save-exact --ignore-scripts ${source.dependency}\`, and commit package.json and package-lock.json.`,
    ];
  const dependencies = { zivsync: source.dependency };
  await files.write(join(root, "package.json"), json({ private: true, dependencies }));
  await files.write(join(root, "package-lock.json"), json(lockFile(source)));
  // Otherwise npm would link the folder, and install what its developers need as well.
  if (isFolder(source)) await files.write(join(root, ".npmrc"), "install-links=true\n");
  return [];
}

/** A file outside of the repository is on this machine alone. */
async function outsideNotes(dependency: string, root: string): Promise<readonly string[]> {
  const [, file] = /^file:(.+)$/.exec(dependency) ?? [];
  if (file === undefined || (await pathFrom(root, resolve(root, file))) !== undefined) return [];
  const name = basename(file);
  return [
    `package.json installs zivsync from ${file}, outside of the repository, where \`npm ci\` of the workflows does not find it: copy ${name} into the repository, run \`npm install --save-exact --ignore-scripts ./${name}\`, and commit ${name}, package.json and package-lock.json.`,
  ];
}

const UNKNOWN =
  "The workflows install zivsync by `npm ci`, and package.json does not name it yet: run `zivsync init` again with `--package`, and the packed zivsync that you trust (a file in this repository, or its URL with `#sha512-…` behind it). Then commit package.json and package-lock.json.";
const FORMS =
  "Give the URL of a packed zivsync with its checksum behind it (`https://…/zivsync-0.1.0.tgz#sha512-…`), a .tgz file, or a folder; files and folders of the repository.";

/** Without a version: with one, npm would ask a registry what is known of a package of that name. */
function lockFile({ dependency, integrity }: PackageSource): object {
  return {
    lockfileVersion: 3,
    requires: true,
    packages: {
      "": { dependencies: { zivsync: dependency } },
      "node_modules/zivsync": {
        resolved: dependency,
        ...(integrity === undefined ? {} : { integrity }),
        bin: { zivsync: "dist/cli.js" },
      },
    },
  };
}

function isFolder({ dependency, integrity }: PackageSource): boolean {
  return dependency.startsWith("file:") && integrity === undefined;
}

function parseUrl(text: string): PackageSource {
  const [address = "", integrity = ""] = text.split("#");
  if (!isUrl(address)) throw wrong(text, "It is not a URL that a package can be fetched from.", FORMS);
  const { username, password } = new URL(address);
  if (username !== "" || password !== "")
    throw wrong(
      "URL",
      "The URL holds a user name or a password, which would be in the repository for all to read.",
      "Leave them out, and give npm what it needs by a .npmrc of the machine.",
    );
  if (!INTEGRITY.test(integrity))
    throw wrong(
      text,
      "The URL has no checksum behind it, so anyone who can change that file could run anything with your secrets.",
      "Add `#sha512-` and the Base64 of its SHA-512: `openssl dgst -sha512 -binary FILE | base64 -w0`.",
    );
  return { dependency: address, integrity };
}

function isUrl(text: string): boolean {
  return /^https?:\/\/[^\s/]+\/\S+$/i.test(text) && URL.canParse(text);
}

async function folderSource(text: string, path: string, place: string): Promise<PackageSource> {
  const { name } = asObject(parseJson((await readOwn(join(path, "package.json"))) ?? "")) ?? {};
  const built = await stat(join(path, "dist", "cli.js")).catch(() => undefined);
  if (name !== "zivsync" || built === undefined)
    throw wrong(
      text,
      "The folder does not hold a built zivsync.",
      "Unpack a packed zivsync there: it has package.json and dist/cli.js.",
    );
  if (!/(?:^|\/)\./.test(place))
    throw wrong(
      text,
      "The folder has an example of a configuration, which `zivsync matrix` would treat as one of yours.",
      "Put the package below a folder whose name begins with a dot, such as `.zivsync`: those are not looked into.",
    );
  return { dependency: `file:${place}` };
}

async function integrityOf(path: string, text: string): Promise<string> {
  const content = await readFileBytes(path, LARGEST_PACKAGE).catch(() => {
    throw wrong(text, "The file cannot be read.", "Check that it is a packed zivsync that you may read.");
  });
  return `sha512-${createHash("sha512").update(content).digest("base64")}`;
}

/** A path from the top of the repository, with `/`; undefined for one outside of it. Links are followed first. */
async function pathFrom(root: string, path: string): Promise<string | undefined> {
  const [top, file] = await Promise.all([root, path].map((one) => realpath(one).catch(() => one)));
  const way = relative(top ?? root, file ?? path);
  const isInside = way !== "" && way !== ".." && !way.startsWith(`..${sep}`) && !isAbsolute(way);
  return isInside ? way.split(sep).join("/") : undefined;
}

/** A file of the repository; undefined where it cannot be read. */
async function readOwn(path: string): Promise<string | undefined> {
  return readFileBytes(path, LARGEST_TEXT).then(String, () => undefined);
}

function json(value: object): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

function wrong(where: string, message: string, remedy: string): InputError {
  return new InputError({ code: "usage", where: `--package ${where}`, message, remedy });
}
