import { defineConfig } from "vitest/config";

/** The command line on Windows' Node: on Windows itself, elsewhere under Wine. `npm run test:windows`. */
export default defineConfig({
  test: {
    include: ["test/windows/**/*.windows.ts"],
    globalSetup: ["test/windows/support/global-setup.ts"],
    // Most of the time a test waits for Wine to start.
    maxWorkers: 4,
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
