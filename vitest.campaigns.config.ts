import { readdirSync, readFileSync } from "node:fs";
import { defineConfig } from "vitest/config";
import { seedOfCheckout } from "./test/support/seed-of-checkout.ts";
import { SlowestFirst } from "./test/support/slowest-first.ts";

/** The files of which `npm test` runs a sample. */
const sampled = readdirSync("test", { recursive: true, encoding: "utf8" })
  .map((file) => `test/${file.replaceAll("\\", "/")}`)
  .filter((file) => file.endsWith(".test.ts") && readFileSync(file, "utf8").includes('/support/runs.ts"'));

/** Longer campaigns than `npm test` has time for: `npm run campaigns`. */
export default defineConfig({
  test: {
    include: ["test/campaigns/**/*.campaign.ts", ...sampled],
    env: { ZIVSYNC_ALL_RUNS: "yes", ZIVSYNC_SEED: String(seedOfCheckout()) },
    setupFiles: ["test/support/repeatable.ts"],
    globalSetup: ["test/support/global-setup.ts"],
    maxWorkers: 5,
    sequence: { sequencer: SlowestFirst },
    // A suite may be told in `npm test` alone.
    passWithNoTests: true,
    testTimeout: 30 * 60_000,
    expect: { poll: { timeout: 20_000 } },
  },
});
