import { readFile } from "node:fs/promises";
import { loadTypeScript } from "./load-typescript.mjs";

/**
 * Plugin of esbuild: in the place of each of our schemas the bundle gets the function that ajv makes of it. Compiling took
 * each command a quarter of a second, and the bundle needs no ajv any more.
 */
export function compiledSchemas(values, schemaCode) {
  return {
    name: "compiled-schemas",
    setup(build) {
      const loaded = loadTypeScript(schemaCode);
      build.onLoad({ filter: /[\\/]schemas[\\/][\w-]+\.schema\.json$/ }, async ({ path }) => {
        const { codeOf } = await loaded;
        const contents = codeOf(JSON.parse(await readFile(path, "utf8")));
        return { contents, loader: "js", resolveDir: values };
      });
      build.onLoad({ filter: /[\\/]src[\\/]config[\\/]schema[\\/]ajv\.ts$/ }, () => ({
        contents: "export const compile = (compiled) => compiled;",
        loader: "js",
      }));
    },
  };
}
