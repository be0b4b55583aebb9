import { defineConfig } from "vitest/config";

/** Longer campaigns than `npm test` has time for: `npm run campaigns`. */
export default defineConfig({
  test: {
    include: ["test/campaigns/**/*.campaign.ts"],
    globalSetup: ["test/support/global-setup.ts"],
    maxWorkers: 2,
    testTimeout: 30 * 60_000,
  },
});
