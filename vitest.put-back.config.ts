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
    env: { ZIVSYNC_ALL_RUNS: "yes" },
    maxWorkers: 1,
    testTimeout: 120_000,
  },
});
