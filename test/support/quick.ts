import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";

/*
 * Which test files start no process and no server and need no build: `npm run test:quick` runs them alone. It is read from
 * what they import, so no list is kept.
 */

const root = fileURLToPath(new URL("../..", import.meta.url));
const tests = join(root, "test");

/** Starts something, makes a program, or reads what the build makes. */
const HEAVY =
  /"node:(child_process|net|http|https|tls|worker_threads)"|\.\.\/dist\/|startSimulator\(|process\.(chdir|umask)|0o755/;

function importsOf(text: string): string[] {
  return [...text.matchAll(/(?:\bfrom|\bimport)\s*\(?\s*"(\.[^"]+)"/g)].map(([, target]) => target ?? "");
}

/** The files of `test` that this one imports, directly or through others, and itself. */
function reached(file: string): ReadonlySet<string> {
  const found = new Set([file]);
  for (const one of found) {
    for (const target of importsOf(readFileSync(one, "utf8"))) {
      const path = resolve(dirname(one), target);
      if (path.startsWith(tests) && path.endsWith(".ts")) found.add(path);
    }
  }
  return found;
}

function isQuick(file: string): boolean {
  return [...reached(file)].every((one) => !HEAVY.test(readFileSync(one, "utf8")));
}

const paths = (files: readonly string[]) =>
  files.map((file) => relative(root, file).replaceAll("\\", "/")).sort();

/** Paths of the quick test files, and of all others, relative to the root. */
export function testFiles(): { readonly quick: readonly string[]; readonly others: readonly string[] } {
  const all = readdirSync(tests, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".test.ts"))
    .map((file) => join(tests, file));
  return { quick: paths(all.filter(isQuick)), others: paths(all.filter((file) => !isQuick(file))) };
}
