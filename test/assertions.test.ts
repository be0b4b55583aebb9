import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { Asserting } from "./support/asserting.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const tests = readdirSync(join(root, "test"), { recursive: true, encoding: "utf8" })
  .filter((file) => /\.(test|campaign)\.ts$/.test(file))
  .map((file) => join(root, "test", file))
  .sort();

const quietOf = (text: string) => new Asserting(() => text).quietIn("/some.test.ts").map(({ name }) => name);

describe("every test", () => {
  it("has an assertion that always runs", () => {
    expect(tests.length).toBeGreaterThan(200);
    const asserting = new Asserting((file) => (existsSync(file) ? readFileSync(file, "utf8") : undefined));
    const quiet = tests.flatMap((file) => asserting.quietIn(file));
    expect(quiet.map(({ file, line, name }) => `${relative(root, file)}:${line} ${name}`)).toEqual([]);
  });
});

describe("a test is found", () => {
  it.each([
    ["with no assertion", `it("a", () => { run(); });`],
    [
      "with one in a loop that may be empty",
      `it("a", () => { for (const one of all()) expect(one).toBe(1); });`,
    ],
    ["with one in a branch", `it("a", () => { if (bad) expect(bad).toBe(1); });`],
    ["with one after &&", `it("a", () => { bad && expect(bad).toBe(1); });`],
    ["with one in a function that may not be called", `it("a", () => { on(() => expect(1).toBe(1)); });`],
    ["with one in a list's callback", `it("a", () => { all().forEach((one) => expect(one).toBe(1)); });`],
    ["with one in a catch", `it("a", () => { try { run(); } catch (error) { expect(error).toBe(1); } });`],
    [
      "whose helper has none",
      `it("a", () => { check(); });\nfunction check() { if (bad) expect(bad).toBe(1); }`,
    ],
    ["of a table", `it.each([1])("a", (one) => { if (one) expect(one).toBe(1); });`],
  ])("%s", (_, text) => {
    expect(quietOf(text)).toEqual(['"a"']);
  });
});

describe("a test is not found", () => {
  it.each([
    ["with one", `it("a", () => { expect(1).toBe(1); });`],
    ["with one that is waited for", `it("a", async () => { await expect(run()).rejects.toThrow(); });`],
    ["with one in both branches", `it("a", () => { if (b) expect(1).toBe(1); else expect(2).toBe(2); });`],
    [
      "with one in a list that is written out",
      `it("a", () => { for (const one of [1, 2]) expect(one).toBe(1); });`,
    ],
    [
      "with a property",
      `it("a", () => { fc.assert(fc.property(fc.nat(), (n) => { expect(n).toBe(n); })); });`,
    ],
    ["whose helper has one", `it("a", () => { check(); });\nconst check = () => expect(1).toBe(1);`],
  ])("%s", (_, text) => {
    expect(quietOf(text)).toEqual([]);
  });
});
