import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";
import { BaseSequencer } from "vitest/node";

/** `tests` in their order, with the files of `src` replaced by copies that have their mutants in them. */

const { texts, tests, only } = JSON.parse(process.env.ZIVSYNC_MUTANTS);
const root = fileURLToPath(new URL("../..", import.meta.url)).replaceAll("\\", "/");
const copies = JSON.parse(readFileSync(texts, "utf8"));
const order = new Map(tests.map((test, at) => [root + test, at]));

class InOrder extends BaseSequencer {
  async sort(files) {
    return [...files].sort((a, b) => order.get(a.moduleId) - order.get(b.moduleId));
  }
}

const switchOn = (text) =>
  only === undefined
    ? text
    : text.replace("globalThis.__zivsyncMutant ?? (() => false)", `(id) => id === ${only}`);

export default defineConfig({
  root,
  plugins: [
    {
      name: "mutants",
      enforce: "pre",
      transform: (_, id) => {
        const text = copies[id.slice(root.length)];
        return text === undefined ? undefined : { code: switchOn(text), map: null };
      },
    },
  ],
  test: {
    include: tests,
    isolate: false,
    fileParallelism: false,
    maxWorkers: 1,
    testTimeout: 600_000,
    reporters: ["dot"],
    sequence: { sequencer: InOrder },
    ...(only === undefined
      ? // A mutant may leave a promise behind that fails later, which says nothing of the test that runs then.
        { runner: `${root}scripts/mutants/runner.mjs`, dangerouslyIgnoreUnhandledErrors: true }
      : { bail: 1, testTimeout: 20_000 }),
  },
});
