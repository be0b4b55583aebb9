import { describe, expect, test } from "vitest";
import { changed, problemsOf } from "./folder.ts";

/** Numbers of standing approval that nobody can have meant are errors, never a larger number. */
describe("approval.standing", () => {
  test.each([
    ["a number below 0", "{ window: 7d, create: -1 }"],
    ["a number that is none", "{ window: 7d, create: 1e3.5 }"],
    ["infinity", "{ window: 7d, create: .inf }"],
    ["a fraction", "{ window: 7d, create: 2.5 }"],
    ["a number as text", '{ window: 7d, create: "25" }'],
    ["more than any organisation needs", "{ window: 7d, create: 100001 }"],
    ["a number that a program cannot hold", "{ window: 7d, create: 99999999999999999999 }"],
    ["the same type twice", "{ window: 7d, create: 1, create: 25 }"],
    ["a type that is never approved in advance", "{ window: 7d, delete: 5 }"],
    ["no window", "{ create: 5 }"],
    ["a window of nothing", "{ window: 0d, create: 5 }"],
    ["a window in minutes", "{ window: 5m, create: 5 }"],
    ["a window without a unit", "{ window: 7, create: 5 }"],
    ["a profile that there is not", "{ window: 7d, create: 5, profiles: [nobody-has-this] }"],
  ])("%s is an error at its place", async (_, standing) => {
    const to = `kind: Organization\napproval: { standing: ${standing} }\n`;
    const problems = await problemsOf(changed("organization", "kind: Organization\n", to));
    expect(problems.length).toBeGreaterThan(0);
    expect(problems.every(({ where }) => where?.startsWith("organization.yaml:3:"))).toBe(true);
  });
});
