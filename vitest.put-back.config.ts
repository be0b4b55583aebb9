import { defineConfig } from "vitest/config";
import { editedTexts } from "./test/campaigns/put-back/edit.ts";

/** One test file against `src` with the edits of `ZIVSYNC_PUT_BACK` in it; without the build, which such tests do not need. */

const texts = editedTexts(JSON.parse(process.env.ZIVSYNC_PUT_BACK ?? "[]"));

export default defineConfig({
  plugins: [
    {
      name: "put-back",
      enforce: "pre",
      transform: (_, id) => texts.get(id),
    },
  ],
  test: {
    include: ["test/**/*.test.ts"],
    // Of one seed, so that a property which finds a bug finds it again.
    env: { ZIVSYNC_ALL_RUNS: "yes", ZIVSYNC_SEED: "20260101" },
    setupFiles: ["test/support/repeatable.ts"],
    maxWorkers: 1,
    testTimeout: 120_000,
  },
});
