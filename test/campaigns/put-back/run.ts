import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { build, type Plugin } from "esbuild";
import { type Edit, editedTexts } from "./edit.ts";
import type { Verdict } from "./oracle.ts";

/* Runs the oracle, or one test file, against `src` with a bug in it. Nothing in `src` is written. */

const run = promisify(execFile);
const ROOT = fileURLToPath(new URL("../../../", import.meta.url));
const here = (name: string) => fileURLToPath(new URL(name, import.meta.url));
const MINUTES = 2;
const LIMITS = { timeout: MINUTES * 60_000, maxBuffer: 64 * 1024 * 1024, cwd: ROOT } as const;

/** What the oracle finds. `laws`: those that it stops at; all, where absent. `day`: words in the name of a scripted day. */
export async function askOracle(
  edits: readonly Edit[],
  lives: number,
  { laws, day = "" }: { readonly laws?: readonly number[]; readonly day?: string | undefined } = {},
): Promise<Verdict> {
  const folder = await mkdtemp(join(tmpdir(), "zivsync-put-back-"));
  const outfile = join(folder, "oracle.mjs");
  try {
    await build({
      entryPoints: [here("oracle.ts")],
      outfile,
      bundle: true,
      format: "esm",
      platform: "node",
      target: "node20",
      logLevel: "silent",
      plugins: [withEdits(edits)],
      banner: {
        js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);',
      },
    });
    const { stdout } = await run(
      process.execPath,
      [outfile, laws?.join(",") ?? "all", String(lives), day],
      LIMITS,
    );
    return JSON.parse(stdout);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function withEdits(edits: readonly Edit[]): Plugin {
  const texts = editedTexts(edits);
  return {
    name: "put-back",
    setup(bundler) {
      bundler.onLoad({ filter: /\/src\/.*\.ts$/ }, ({ path }) => {
        const contents = texts.get(path);
        return contents === undefined ? undefined : { contents, loader: "ts" };
      });
    },
  };
}

/** The names of the tests of a file that fail. `name`: of all whose name has it. */
export async function failedTests(
  edits: readonly Edit[],
  file: string,
  name: string,
): Promise<readonly string[]> {
  editedTexts(edits);
  const folder = await mkdtemp(join(tmpdir(), "zivsync-put-back-"));
  const outputFile = join(folder, "results.json");
  const args = [
    join(ROOT, "node_modules/vitest/vitest.mjs"),
    "run",
    ...["--config", join(ROOT, "vitest.put-back.config.ts")],
    ...["--reporter=json", `--outputFile=${outputFile}`],
    ...["-t", name.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")],
    file,
  ];
  const env = { ...process.env, ZIVSYNC_PUT_BACK: JSON.stringify(edits) };
  try {
    // A failed test is exit code 1, and what this is for.
    await run(process.execPath, args, { ...LIMITS, env }).catch(() => undefined);
    const results: Results = JSON.parse(await readFile(outputFile, "utf8"));
    const tests = results.testResults.flatMap(({ assertionResults }) => assertionResults);
    const asked = tests.filter(({ fullName }) => fullName.includes(name));
    if (asked.length === 0) throw new Error(`${file} has no test "${name}", or could not be loaded.`);
    return asked.filter(({ status }) => status === "failed").map(({ fullName }) => fullName);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

type Results = {
  readonly testResults: readonly {
    readonly assertionResults: readonly { readonly fullName: string; readonly status: string }[];
  }[];
};
