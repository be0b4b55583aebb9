import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Simulator, startSimulator, worldFromSeed } from "../../src/simulator/index.ts";
import { API_KEY, workplace } from "../support/cli.ts";
import { type Malformed, refused, runMalformed, SEED } from "../support/malformed.ts";

/* Command lines that mean nothing. */

let simulator: Simulator;
beforeAll(async () => {
  simulator = await startSimulator({ apiKey: API_KEY, world: worldFromSeed(SEED), rateLimit: null });
});
afterAll(() => simulator.close());

const CASES: readonly Malformed[] = [
  {
    name: "an unknown command",
    words: ["pln"],
    err: [
      "error: unknown command 'pln'",
      "(Did you mean plan?)",
      "Run `zivsync --help` for the commands and their options.",
    ],
  },
  {
    name: "an unknown option",
    words: ["plan", "--dry-run"],
    err: ["error: unknown option '--dry-run'", "Run `zivsync plan --help` for its options."],
  },
  {
    name: "an unknown format",
    words: ["show", "plan.json", "-f", "xml"],
    err: [
      "error: option '-f, --format <format>' argument 'xml' is invalid. Allowed choices are text, markdown, html, json.",
      "Run `zivsync show --help` for its options.",
    ],
  },
  {
    name: "no plan named",
    words: ["apply"],
    err: ["error: missing required argument 'plan'", "Run `zivsync apply --help` for its options."],
  },
  {
    name: "one argument too many",
    words: ["validate", "desired-state"],
    err: [
      "error: too many arguments for 'validate'. Expected 0 arguments but got 1.",
      "Run `zivsync validate --help` for its options.",
    ],
  },
  {
    name: "an option without its value",
    words: ["plan", "-o"],
    err: [
      "error: option '-o, --output <file>' argument missing",
      "Run `zivsync plan --help` for its options.",
    ],
  },
  {
    name: "an acceptance that is none",
    words: ["plan", "--accept", "nonsense"],
    err: [
      "error[usage] --accept",
      '  "nonsense" is not GUARD=COUNT with one of the guards create, update, suspend, reactivate, delete, rename, memberRemoval, addDelegate, accountKey, sourceShrink.',
      "  Write it as the refused plan says, for example --accept suspend=37.",
    ],
  },
  {
    name: "two acceptances that are none",
    words: ["plan", "--accept", "suspend=all", "--accept", "removals=3"],
    err: [
      "error[usage] --accept",
      '  "suspend=all" is not GUARD=COUNT with one of the guards create, update, suspend, reactivate, delete, rename, memberRemoval, addDelegate, accountKey, sourceShrink.',
      "  Write it as the refused plan says, for example --accept suspend=37.",
      "",
      "error[usage] --accept",
      '  "removals=3" is not GUARD=COUNT with one of the guards create, update, suspend, reactivate, delete, rename, memberRemoval, addDelegate, accountKey, sourceShrink.',
      "  Write it as the refused plan says, for example --accept suspend=37.",
      "",
      "2 problems.",
    ],
  },
  {
    name: "an address that nobody has",
    words: ["plan", "--only", "nobody@example.org"],
    err: [
      "error[address-not-found] --only",
      "  Neither the sources nor Zivver know nobody@example.org.",
      "  Check the spelling; `zivsync accounts` and `zivsync records` list what there is.",
    ],
  },
  {
    name: "an address that is none",
    words: ["plan", "--only", "anna"],
    err: ["error[usage] --only", '  "anna" is not an e-mail address.', "  Give the address of one account."],
  },
  {
    name: "two addresses where one is planned",
    words: ["plan", "--only", "a@example.org", "--only", "b@example.org"],
    err: [
      "error: option '--only <address>' argument 'b@example.org' is invalid. One account can be planned alone, not several.",
      "Run `zivsync plan --help` for its options.",
    ],
  },
  {
    name: "an unknown profile",
    words: ["plan", "--profile", "al"],
    err: ["error[unknown-profile]", '  There is no profile named "al".', "  Did you mean `all`?"],
  },
  {
    name: "an unknown source",
    words: ["records", "list"],
    err: ["error[unknown-source]", '  No profile has a source named "list".', "  Did you mean `lists`?"],
  },
  {
    name: "a plan file in a folder that is not there",
    words: ["plan", "-o", "plans/today.json"],
    err: [
      "error[file-unwritable] <folder>/plans/today.json",
      "  The file cannot be written: its folder does not exist.",
      "  Check the folder and its permissions.",
    ],
  },
  {
    name: "a plan file in the place of a folder",
    words: ["plan", "-o", "desired-state"],
    err: [
      "error[file-unwritable] <folder>/desired-state",
      "  The file cannot be written: it is a folder.",
      "  Check the folder and its permissions.",
    ],
  },
  {
    name: "a plan that is not there",
    words: ["show", "plam.json"],
    err: ["error[file-not-found] <folder>/plam.json", "  There is no such file.", "  Check the path."],
  },
  {
    name: "a fault that is none",
    words: ["simulator", "--fault", "kind=504"],
    err: [
      "error[usage] --fault kind=504",
      "  `kind=504`: no setting of a fault, or given twice.",
      "  Write for example kind=503,every=10,method=PUT. Kinds: 429, 500, 503, html, reset-before, reset-after, cut-off, truncated, stall, slow. Settings: kind, at, every, probability, method, path, times, milliseconds, done.",
    ],
  },
  {
    name: "a port that is none",
    words: ["simulator", "--port", "http"],
    err: [
      "error: option '--port <port>' argument 'http' is invalid. It must be a whole number.",
      "Run `zivsync simulator --help` for its options.",
    ],
  },
  {
    name: "a port past the last one",
    words: ["simulator", "--port", "65536"],
    err: [
      "error: option '--port <port>' argument '65536' is invalid. A port is at most 65535.",
      "Run `zivsync simulator --help` for its options.",
    ],
  },
];

describe("command lines that mean nothing", () => {
  test.each(CASES)("$name", async (one) => {
    expect(await runMalformed(await workplace(), one, simulator.url)).toEqual(refused(one));
    expect(simulator.world.writes).toBe(0);
  });
});
