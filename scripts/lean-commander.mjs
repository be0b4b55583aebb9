import { readFile } from "node:fs/promises";

const REQUIRE = "const childProcess = require('node:child_process');";

/**
 * Plugin of esbuild: commander without `node:child_process`, which takes milliseconds to load at every start and is for
 * subcommands that are programs of their own. We have none.
 */
export const leanCommander = {
  name: "lean-commander",
  setup(build) {
    build.onLoad({ filter: /[\\/]commander[\\/]lib[\\/]command\.js$/ }, async ({ path }) => {
      const text = await readFile(path, "utf8");
      if (!text.includes(REQUIRE)) throw new Error(`${path} does not have the line: ${REQUIRE}`);
      return { contents: text.replace(REQUIRE, "const childProcess = {};"), loader: "js" };
    });
  },
};
