import { describe, expect, test } from "vitest";
import { parseYaml } from "../../src/config/yaml/yaml.ts";
import type { Problem } from "../../src/model/values/errors.ts";
import { runs } from "../support/runs.ts";
import { workTime } from "../support/work-time.ts";

const read = (text: string) => {
  const problems: Problem[] = [];
  const startedAt = workTime();
  const document = parseYaml(text, "x.yaml", problems);
  return { document, problems, milliseconds: workTime() - startedAt };
};
const KEYS = runs(5_000, 60_000);
const TOO_DEEP = [
  {
    code: "yaml-syntax",
    where: "x.yaml:1:1",
    message: "The values are nested too deeply.",
    remedy: "Write them out flat.",
  },
];

describe("YAML within its bounds", () => {
  test.each([
    ["lists", (depth: number) => `${"[".repeat(depth)}${"]".repeat(depth)}`],
    ["maps", (depth: number) => Array.from({ length: depth }, (_, at) => `${" ".repeat(at)}a:`).join("\n")],
    ["lists of dashes", (depth: number) => `${"- ".repeat(depth)}a`],
  ])("%s inside of each other: 64, and not 65", (_, text) => {
    expect(read(text(64)).problems).toEqual([]);
    expect(read(text(65)).problems).toEqual(TOO_DEEP);
  });

  test.each([
    ["brackets", "[".repeat(200_000)],
    ["dashes", `${"- ".repeat(20_000)}a`],
    ["keys", `${"? ".repeat(20_000)}a`],
  ])("%s without end are refused soon", (_, text) => {
    const { problems, milliseconds } = read(text);
    expect(problems).toEqual(TOO_DEEP);
    expect(milliseconds).toBeLessThan(5_000);
  });

  test.each([
    ["lines", (keys: readonly string[]) => keys.map((key) => `${key}: 1`).join("\n")],
    ["braces", (keys: readonly string[]) => `{${keys.map((key) => `${key}: 1`).join(",")}}`],
  ])("many keys of one map in %s are read in a time that grows with their number", (_, text) => {
    const keys = Array.from({ length: KEYS }, (_, at) => `k${at}`);
    const { document, problems, milliseconds } = read(text(keys));
    expect(problems).toEqual([]);
    expect(Object.keys(document?.data as object)).toHaveLength(KEYS);
    expect(milliseconds).toBeLessThan(10_000);
    expect(read(text([...keys, "k0"])).problems).toMatchObject([{ code: "config-duplicate" }]);
  });
});
