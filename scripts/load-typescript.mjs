import { build } from "esbuild";

/**
 * A module of ours in TypeScript, which Node does not run by itself: bundled, and loaded from memory. For scripts that
 * use the servers of the tests; `import.meta.url` says nothing in there.
 */
export async function loadTypeScript(entry) {
  const bundle = await build({
    entryPoints: [entry],
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20",
    write: false,
    logLevel: "warning",
  });
  const [file] = bundle.outputFiles;
  return import(`data:text/javascript;base64,${Buffer.from(file.contents).toString("base64")}`);
}
