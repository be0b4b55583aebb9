import { defineConfig, mergeConfig } from "vitest/config";
import { testFiles } from "./test/support/quick.ts";
import { whole } from "./test/support/sampled.ts";
import all from "./vitest.config.ts";

const inMemory = testFiles().quick.filter((file) => !/^test\/(model|network|sources|storage)\//.test(file));

/**
 * What `.ci/run` repeats on the newest long-term release of Node, after the campaigns that it runs there. Releases differ in processes,
 * streams, network, files, cryptography and the handling of texts. Of the quick tests, those of texts, files and the network are
 * repeated (`inMemory` are the others). The long stories of the pipeline and of nights are not: their parts are tested one by one.
 */
export default mergeConfig(
  all,
  defineConfig({
    test: {
      exclude: ["test/e2e/{github,sync,workflows}-*", "test/e2e/workflows.test.ts", ...inMemory, ...whole],
    },
  }),
);
