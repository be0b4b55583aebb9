// The licences of the libraries that are in the bundle, as one text. They ask to be handed on with every copy.
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

const HEAD = `zivsync holds parts of the libraries below. Each is under its own licence.\n`;
const LICENCE = /^(?:licen[cs]e|copying|notice)/i;

/** The text for what is in the outputs of esbuild's metafiles, whose paths are relative to `root`. */
export async function licencesOf(metafiles, root) {
  const folders = new Map();
  const outputs = metafiles.flatMap(({ outputs }) => Object.values(outputs));
  const inputs = outputs.flatMap(({ inputs }) => Object.entries(inputs));
  for (const [path, { bytesInOutput }] of inputs) {
    const folder = bytesInOutput === 0 ? undefined : packageFolder(path);
    if (folder === undefined) continue;
    const { name, version } = JSON.parse(await readFile(join(root, folder, "package.json"), "utf8"));
    folders.set(`${name} ${version}`, join(root, folder));
  }
  const names = [...folders.keys()].sort();
  const parts = await Promise.all(names.map(async (name) => `${name}\n\n${await textOf(folders.get(name))}`));
  return [HEAD, ...parts].join(`\n${"-".repeat(80)}\n\n`);
}

/** `node_modules/NAME` of the innermost package that a file lies in; undefined for a file of zivsync. */
function packageFolder(input) {
  const path = input.replaceAll("\\", "/").replace(/^[\w-]+:/, "");
  const at = path.lastIndexOf("node_modules/");
  if (at === -1) return undefined;
  const [first, second] = path.slice(at + "node_modules/".length).split("/");
  return `${path.slice(0, at)}node_modules/${first.startsWith("@") ? `${first}/${second}` : first}`;
}

async function textOf(folder) {
  const files = (await readdir(folder)).filter((file) => LICENCE.test(file)).sort();
  if (files.length === 0) throw new Error(`${folder} has no licence that could be handed on`);
  const texts = await Promise.all(files.map((file) => readFile(join(folder, file), "utf8")));
  return texts.map((text) => `${text.replaceAll("\r\n", "\n").trim()}\n`).join("\n");
}
