import { defineConfig, mergeConfig } from "vitest/config";
import { whole } from "./test/support/sampled.ts";
import all from "./vitest.config.ts";

/**
 * What `.ci/run` repeats on the newest long-term release of Node, after the campaigns that it runs there. Releases differ in processes,
 * streams, network, files, cryptography and the handling of texts. What computes in memory, the engine and its oracle, is not repeated;
 * nor are the long stories of the pipeline and of nights, whose parts are tested one by one.
 */
export default mergeConfig(
  all,
  defineConfig({
    test: {
      exclude: [
        "test/engine/**",
        "test/truth/**",
        "test/e2e/{github,sync,workflows}-*",
        "test/e2e/workflows.test.ts",
        ...whole,
      ],
    },
  }),
);
