import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildSync } from "esbuild";
import { emptyFolder } from "./state-places.ts";

/** A file of this folder as a program of its own, for processes of which a test needs more than one. Gives its path. */
export function bundled(file: string): string {
  const outfile = join(emptyFolder(), file.replace(/\.ts$/, ".mjs"));
  buildSync({
    entryPoints: [fileURLToPath(new URL(file, import.meta.url))],
    outfile,
    bundle: true,
    format: "esm",
    platform: "node",
    target: "node20",
    banner: {
      js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);',
    },
  });
  return outfile;
}
