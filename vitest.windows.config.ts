import { defineConfig } from "vitest/config";

/** The command line on Windows' Node: on Windows itself, elsewhere under Wine. `npm run test:windows`. */
export default defineConfig({
  test: {
    include: ["test/windows/**/*.windows.ts"],
    globalSetup: ["test/windows/support/global-setup.ts"],
    // The bundles are made of a new build, which the other tests run.
    fileParallelism: false,
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
