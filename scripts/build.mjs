// Bundles the command line and the library with code splitting, so that a command loads only the libraries it needs.
import { spawnSync } from "node:child_process";
import { chmod, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { compiledSchemas } from "./compiled-schemas.mjs";
import { leanCommander } from "./lean-commander.mjs";
import { licencesOf } from "./licences.mjs";
import { manualPage, readProgram } from "./manual-page.mjs";
import { buildReportPage } from "./report-page.mjs";

const root = new URL("..", import.meta.url);
const path = (name) => fileURLToPath(new URL(name, root));
const { version } = JSON.parse(await readFile(path("package.json"), "utf8"));

await rm(path("dist"), { recursive: true, force: true });
const bundle = await build({
  // `command-line` is what `cli` runs, without the process around it: tests run it in a process of their own.
  entryPoints: {
    cli: path("src/cli.ts"),
    "command-line": path("src/commands/cli/command-line.ts"),
    index: path("src/index.ts"),
  },
  outdir: path("dist"),
  bundle: true,
  splitting: true,
  format: "esm",
  platform: "node",
  target: "node20",
  minifySyntax: true,
  minifyWhitespace: true,
  sourcemap: false,
  metafile: true,
  absWorkingDir: fileURLToPath(root),
  legalComments: "linked",
  define: { ZIVSYNC_VERSION: JSON.stringify(version) },
  // Libraries in CommonJS call require for Node's own modules; an ES module has none of its own.
  banner: {
    js: 'import { createRequire as zivsyncCreateRequire } from "node:module"; const require = zivsyncCreateRequire(import.meta.url);',
  },
  plugins: [compiledSchemas(path("src/config/values"), path("scripts/schema-code.mjs")), leanCommander],
  logLevel: "warning",
});
await chmod(path("dist/cli.js"), 0o755);
// Beside the bundle, and not in it: only `show -f html` reads them.
const page = await buildReportPage(path("src/review/html/page"));
await mkdir(path("dist/report"), { recursive: true });
await writeFile(path("dist/report/page.js"), page.script);
await writeFile(path("dist/report/page.css"), page.style);
await writeFile(
  path("dist/THIRD-PARTY-LICENCES.txt"),
  await licencesOf([bundle.metafile, page.metafile], path(".")),
);

const program = await readProgram(path("src/commands/cli/program.ts"), version);
await writeFile(path("dist/zivsync.1"), manualPage(program, version));

if (!process.argv.includes("--no-types")) {
  const tsc = spawnSync(
    process.execPath,
    [path("node_modules/typescript/bin/tsc"), "-p", path("tsconfig.build.json")],
    { stdio: "inherit" },
  );
  process.exitCode = tsc.status ?? 1;
}
