import { defineConfig } from "vitest/config";
import { testFiles } from "./test/support/quick.ts";
import { SlowestFirst } from "./test/support/slowest-first.ts";

const { quick, others } = testFiles();

const shared = { testTimeout: 60_000, hookTimeout: 60_000 };

export default defineConfig({
  test: {
    // Four at a time also where there are two cores: most tests wait for processes and servers.
    maxWorkers: 4,
    sequence: { sequencer: SlowestFirst },
    projects: [
      {
        test: {
          ...shared,
          name: "others",
          include: [...others],
          globalSetup: ["test/support/global-setup.ts"],
        },
      },
      // They share modules, so each module is read once and not once a file. No process, no server, no build: `npm run test:quick`.
      { test: { ...shared, name: "quick", include: [...quick], isolate: false } },
    ],
  },
});
