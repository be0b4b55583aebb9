import { defineConfig, mergeConfig } from "vitest/config";
import { testFiles } from "./test/support/quick.ts";
import all from "./vitest.config.ts";

const { globalSetup: _, include: __, ...test } = all.test ?? {};

/** The tests that start no process and no server and need no build: `npm run test:quick`. */
export default mergeConfig({ test }, defineConfig({ test: { include: [...testFiles().quick] } }));
