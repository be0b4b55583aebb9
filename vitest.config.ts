import { defineConfig } from "vitest/config";
import { testFiles } from "./test/support/quick.ts";
import { seedOfCheckout } from "./test/support/seed-of-checkout.ts";
import { SlowestFirst } from "./test/support/slowest-first.ts";

const { quick, others } = testFiles();

export default defineConfig({
  test: {
    include: [...others, ...quick],
    globalSetup: ["test/support/global-setup.ts"],
    setupFiles: ["test/support/repeatable.ts"],
    env: { ZIVSYNC_SEED: String(seedOfCheckout()) },
    // What is waited for comes at once on a quiet machine; a busy one may take its time.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    expect: { poll: { timeout: 20_000 } },
    // Five at a time also where there are two cores: most tests wait for processes and servers.
    maxWorkers: 5,
    sequence: { sequencer: SlowestFirst },
    // A worker reads each module once, and not once a file: that was a fifth of all the work.
    isolate: false,
  },
});
