import { existsSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";

/** Which quick tests import a file of `src`, directly or through others; the suites of the file's own folder first. */

const root = fileURLToPath(new URL("../..", import.meta.url));

const importsOf = new Map();
function imported(path) {
  const known = importsOf.get(path);
  if (known) return known;
  const text = readFileSync(path, "utf8");
  const found = [...text.matchAll(/(?:\bfrom|\bimport)\s*\(?\s*"(\.[^"]+\.ts)"/g)]
    .filter(([whole]) => !whole.startsWith("import type"))
    .map(([, target]) => resolve(dirname(path), target))
    .filter(existsSync);
  importsOf.set(path, found);
  return found;
}

function reachedFrom(path) {
  const found = new Map([[path, 0]]);
  for (const [one, distance] of found)
    for (const target of imported(one)) if (!found.has(target)) found.set(target, distance + 1);
  return found;
}

/** Suites of the file's own name first, then of its folder, then of its room, each the nearest by imports first. */
function rankOf(test, files) {
  const paths = files.map((file) => file.replace(/^src/, "test").replace(/\.ts$/, ""));
  if (paths.some((path) => test === `${path}.test.ts`)) return 0;
  if (paths.some((path) => dirname(path) === dirname(test))) return 1;
  const room = (path) => path.split("/")[1];
  return paths.some((path) => room(path) === room(test)) ? 2 : 3;
}

/** `tests`: paths of the quick test files. Paths are relative to the root. */
export function related(files, tests) {
  const mine = new Set(files.map((file) => join(root, file)));
  const found = [];
  for (const test of tests) {
    const ways = [...reachedFrom(join(root, test))].filter(([path]) => mine.has(path));
    if (ways.length > 0)
      found.push({ test, rank: rankOf(test, files), far: Math.min(...ways.map(([, far]) => far)) });
  }
  return found
    .sort((a, b) => a.rank - b.rank || a.far - b.far || (a.test < b.test ? -1 : 1))
    .map(({ test }) => test);
}

/** The tests of the projects `quick` and `others`, by the module that vitest.config.ts goes by. */
export async function allTests() {
  const entry = join(root, "test/support/quick.ts");
  const bundle = await build({
    entryPoints: [entry],
    bundle: true,
    platform: "node",
    format: "esm",
    write: false,
    define: { "import.meta.url": JSON.stringify(pathToFileURL(entry).href) },
  });
  const text = Buffer.from(bundle.outputFiles[0].contents).toString("base64");
  const { testFiles } = await import(`data:text/javascript;base64,${text}`);
  return testFiles();
}

export const pathOf = (file) => relative(root, resolve(file)).replaceAll("\\", "/");
