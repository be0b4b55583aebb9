import { format, inspect } from "node:util";
import { expect, test } from "vitest";
import { Secret } from "../../../src/model/values/secret.ts";

const secret = new Secret("canary-value");

test.each<[string, () => unknown]>([
  ["String", () => String(secret)],
  ["a template", () => `${secret}`],
  ["JSON", () => JSON.stringify({ secret })],
  ["inspect", () => inspect(secret)],
  [
    "inspect, with all shown",
    () =>
      inspect({ deep: { secret } }, { showHidden: true, depth: null, customInspect: false, getters: true }),
  ],
  ["format", () => format("%s %o %j %O", secret, secret, secret, secret)],
  ["an error", () => new Error(`${secret}`, { cause: secret }).message],
  [
    "a copy",
    () => JSON.stringify([{ ...secret }, Object.entries(secret), Object.getOwnPropertyNames(secret)]),
  ],
  ["a structured clone", () => inspect(structuredClone({ secret }))],
])("%s does not show it", (_, show) => {
  expect(String(show())).not.toContain("canary");
});

test("it says what it is, and gives the value when asked by name", () => {
  expect([String(secret), JSON.stringify(secret), inspect(secret), secret.reveal()]).toEqual([
    "[secret]",
    '"[secret]"',
    "[secret]",
    "canary-value",
  ]);
});
