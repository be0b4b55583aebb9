import { readdirSync, readFileSync } from "node:fs";

const has = (words: string) => (file: string) => readFileSync(file, "utf8").includes(words);

/** The files of which `npm test` runs a sample, and the campaigns more. */
export const sampled = readdirSync("test", { recursive: true, encoding: "utf8" })
  .map((file) => `test/${file.replaceAll("\\", "/")}`)
  .filter((file) => file.endsWith(".test.ts"))
  .filter(has('/support/runs.ts"'));

/** Those of them of which the campaigns run everything. */
export const whole = sampled.filter((file) => !has("itOnce as ")(file));
