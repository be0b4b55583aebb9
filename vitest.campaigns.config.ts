import { defineConfig } from "vitest/config";
import { sampled } from "./test/support/sampled.ts";
import { seedOfCheckout } from "./test/support/seed-of-checkout.ts";
import { SlowestFirst } from "./test/support/slowest-first.ts";

/** Longer campaigns than `npm test` has time for: `npm run campaigns`. */
export default defineConfig({
  test: {
    include: ["test/campaigns/**/*.campaign.ts", ...sampled],
    env: { ZIVSYNC_ALL_RUNS: "yes", ZIVSYNC_SEED: String(seedOfCheckout()) },
    setupFiles: ["test/support/repeatable.ts"],
    globalSetup: ["test/support/global-setup.ts"],
    maxWorkers: 5,
    isolate: false,
    sequence: { sequencer: SlowestFirst },
    // A suite may be told in `npm test` alone.
    passWithNoTests: true,
    testTimeout: 30 * 60_000,
    expect: { poll: { timeout: 20_000 } },
  },
});
