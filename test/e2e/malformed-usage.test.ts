import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Simulator, startSimulator, worldFromSeed } from "../../src/zivver/simulator/index.ts";
import { API_KEY, workplace } from "../support/cli.ts";
import { type Malformed, refused, runMalformed, SEED } from "../support/malformed.ts";

/* Command lines that mean nothing. */

let simulator: Simulator;
beforeAll(async () => {
  simulator = await startSimulator({ apiKey: API_KEY, world: worldFromSeed(SEED), rateLimit: null });
});
afterAll(() => simulator.close());

const CASES: readonly Malformed[] = [
  { name: "an unknown command", words: ["pln"], err: [] },
  { name: "an unknown option", words: ["plan", "--dry-run"], err: [] },
  { name: "an unknown format", words: ["show", "plan.json", "-f", "xml"], err: [] },
  { name: "no plan named", words: ["apply"], err: [] },
  { name: "one argument too many", words: ["validate", "desired-state"], err: [] },
  { name: "an option without its value", words: ["plan", "-o"], err: [] },
  { name: "an acceptance that is none", words: ["plan", "--accept", "nonsense"], err: [] },
  {
    name: "two acceptances that are none",
    words: ["plan", "--accept", "suspend=all", "--accept", "removals=3"],
    err: [],
  },
  { name: "an acceptance of a source that shrank", words: ["plan", "--accept", "sourceShrink=3"], err: [] },
  {
    name: "the same guard accepted twice",
    words: ["plan", "--accept", "suspend=1", "--accept", "suspend=2"],
    err: [],
  },
  { name: "an address that nobody has", words: ["plan", "--only", "nobody@example.org"], err: [] },
  { name: "an address that is none", words: ["plan", "--only", "anna"], err: [] },
  { name: "an unknown profile", words: ["plan", "--profile", "al"], err: [] },
  { name: "an unknown source", words: ["records", "list"], err: [] },
  { name: "a plan file in a folder that is not there", words: ["plan", "-o", "plans/today.json"], err: [] },
  { name: "a plan file in the place of a folder", words: ["plan", "-o", "desired-state"], err: [] },
  { name: "a plan that is not there", words: ["show", "plam.json"], err: [] },
  { name: "a fault that is none", words: ["simulator", "--fault", "kind=504"], err: [] },
  { name: "a port that is none", words: ["simulator", "--port", "http"], err: [] },
];

describe("command lines that mean nothing", () => {
  test.each(CASES)("$name", async (one) => {
    expect(await runMalformed(await workplace(), one, simulator.url)).toEqual(refused(one));
    expect(simulator.world.writes).toBe(0);
  });
});
