import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Plan } from "../../src/model/plan/plan.ts";
import { Secret } from "../../src/model/values/secret.ts";
import { type Simulator, startSimulator, worldFromSeed } from "../../src/simulator/index.ts";
import { deriveSealKeys, sealOf } from "../../src/storage/plan/seal.ts";
import { API_KEY, organizationYaml, simulated, type Workplace, workplace } from "../support/cli.ts";
import { SEED, soundFiles, text, withoutChance } from "../support/malformed.ts";

/* Plan files that must not be applied. Zivver is there all the time, and must stay as it is. */

let simulator: Simulator;
beforeAll(async () => {
  simulator = await startSimulator({ apiKey: API_KEY, world: worldFromSeed(SEED), rateLimit: null });
});
afterAll(() => simulator.close());

type Case = {
  readonly name: string;
  /** The plan file as it is found, from the one that was made. */
  readonly file?: (made: string, url: string) => string | Uint8Array;
  /** Written after the plan was made. */
  readonly files?: (url: string) => Readonly<Record<string, string>>;
  readonly environment?: Readonly<Record<string, string>>;
  readonly words: readonly string[];
  readonly code: number;
  readonly err: readonly string[];
};

/** Approves the digest of the sound plan, as somebody would who does not look at the file. */
const APPLY = ["apply", "plan.json", "--approve", "<digest>"];
const SHOW = ["show", "plan.json"];

/** What somebody can write who has the API key: another plan, properly sealed. */
function resealed(change: (plan: Plan) => Partial<Plan>): (made: string, url: string) => string {
  return (made, url) => {
    const plan: Plan = JSON.parse(made);
    const altered = { ...plan, ...change(plan) };
    return JSON.stringify({ ...altered, seal: sealOf(altered, deriveSealKeys(new Secret(API_KEY), url)) });
  };
}

const CASES: readonly Case[] = [
  {
    name: "empty",
    file: () => "",
    words: APPLY,
    code: 1,
    err: [
      "error[plan-syntax] <folder>/plan.json",
      "  The file is empty.",
      "  Give the file that `zivsync plan -o` wrote, unchanged.",
    ],
  },
  ...[
    ["ending in a line break", (made: string) => `${made}\n`],
    ["with its keys in lines", (made: string) => JSON.stringify(JSON.parse(made), null, 2)],
    ["with other changes before its own", (made: string) => made.replace("{", '{"changes":[],')],
    ["with a letter written as its number", (made: string) => made.replace('"create"', '"cre\\u0061te"')],
    ["with half of a character", (made: string) => made.replace(/"zivsync":"/, "$&\\ud800")],
  ].flatMap(([name, file]) =>
    [APPLY, SHOW].map((words) => ({
      name: `${name}, to ${words[0]}`,
      file: file as (made: string) => string,
      words,
      code: 3,
      err: [
        "error[plan-tampered] <folder>/plan.json",
        "  The file is not as `zivsync plan` wrote it: another program has written it again, or somebody edited it. White space, line ends and the order of keys count, too.",
        "  Make a new plan and have that one reviewed.",
      ],
    })),
  ),
  {
    name: "cut off",
    file: (made) => made.slice(0, -100),
    words: APPLY,
    code: 1,
    err: [
      "error[plan-syntax] <folder>/plan.json",
      "  The file is not a whole plan: it was cut off or changed, and is no longer JSON.",
      "  Give the file that `zivsync plan -o` wrote, unchanged.",
    ],
  },
  {
    name: "a web page",
    file: () => "<!DOCTYPE html>\n<html></html>\n",
    words: APPLY,
    code: 1,
    err: [
      "error[plan-syntax] <folder>/plan.json",
      "  The file is not a plan: it is not JSON.",
      "  Give the file that `zivsync plan -o` wrote, unchanged.",
    ],
  },
  {
    name: "no text",
    file: () => Uint8Array.of(0xff, 0xfe, 0x00, 0xd8),
    words: APPLY,
    code: 1,
    err: [
      "error[file-unreadable] <folder>/plan.json",
      "  The file cannot be read: it is not UTF-8 text.",
      "  Check that it is a text file that you may read.",
    ],
  },
  {
    name: "an empty object",
    file: () => "{}",
    words: APPLY,
    code: 1,
    err: [
      "error[plan-shape] <folder>/plan.json",
      "  The file is JSON, but no plan: it has no format version.",
      "  Give the file that `zivsync plan -o` wrote, unchanged.",
    ],
  },
  {
    name: "a package.json",
    file: () => '{"name":"x","version":"1.0.0"}',
    words: SHOW,
    code: 1,
    err: [
      "error[plan-shape] <folder>/plan.json",
      "  The file is JSON, but no plan: it has no format version.",
      "  Give the file that `zivsync plan -o` wrote, unchanged.",
    ],
  },
  {
    name: "a list",
    file: () => "[]",
    words: SHOW,
    code: 1,
    err: [
      "error[plan-shape] <folder>/plan.json",
      "  The file is JSON, but no plan: it has no format version.",
      "  Give the file that `zivsync plan -o` wrote, unchanged.",
    ],
  },
  {
    name: "an action that does not exist",
    file: (made) => made.replace('"action":"create"', '"action":"creates"'),
    words: APPLY,
    code: 1,
    err: [
      "error[plan-shape] <folder>/plan.json: /changes/0/action",
      "  It is not written as a plan has it.",
      "  Give the file that `zivsync plan -o` wrote, unchanged.",
    ],
  },
  {
    name: "another format version",
    file: (made) => made.replace('"formatVersion":1', '"formatVersion":2'),
    words: APPLY,
    code: 3,
    err: [
      "error[plan-version] <folder>/plan.json",
      "  The plan has format version 2, and this zivsync reads version 1.",
      "  Make a new plan with the zivsync that applies it.",
    ],
  },
  {
    name: "a changed byte, shown",
    file: (made) => made.replace("Claire Dam", "Claire Ham"),
    words: SHOW,
    code: 3,
    err: [
      "error[plan-tampered] plan.json",
      "  The seal does not fit: the plan was changed after it was made, so nothing it says can be believed.",
      "  Make a new plan and have that one reviewed.",
    ],
  },
  {
    name: "a changed byte, applied",
    file: (made) => made.replace("Claire Dam", "Claire Ham"),
    words: APPLY,
    code: 3,
    err: [
      "error[plan-tampered] plan.json",
      "  The seal does not fit: the plan was changed after it was made.",
      "  Make a new plan and have that one reviewed.",
    ],
  },
  {
    name: "a digest that was changed together with the seal",
    file: resealed((plan) => ({ changes: plan.changes.slice(1) })),
    words: APPLY,
    code: 3,
    err: [
      "error[plan-tampered] plan.json",
      "  The digest does not fit the changes.",
      "  Make a new plan and have that one reviewed.",
    ],
  },
  {
    name: "an account key from another plan",
    file: resealed((plan) => ({ createdAt: new Date(Date.parse(plan.createdAt) - 1000).toISOString() })),
    words: APPLY,
    code: 3,
    err: [
      "error[plan-tampered] claire@example.org",
      "  The account key in the plan cannot be decrypted: it was made for another account, another plan or another API key.",
      "  Make a new plan.",
    ],
  },
  {
    name: "another API key",
    environment: { ZIVVER_API_KEY: "canary-api-key-of-another-organisation" },
    words: APPLY,
    code: 3,
    err: [
      "error[plan-other-target] plan.json",
      "  The plan was made for another organisation, or with another API key: its target is http://127.0.0.1:<port>/api/scim/v2.",
      "  Make a new plan and have that one reviewed.",
    ],
  },
  {
    name: "another target",
    files: () => ({ "desired-state/organization.yaml": organizationYaml("http://localhost:9/api/scim/v2") }),
    words: APPLY,
    code: 3,
    err: [
      "error[plan-other-target] plan.json",
      "  The plan was made for another organisation, or with another API key: its target is http://127.0.0.1:<port>/api/scim/v2.",
      "  Make a new plan and have that one reviewed.",
    ],
  },
  {
    name: "expired",
    file: resealed(() => ({ expiresAt: "2026-01-02T00:00:00.000Z" })),
    words: APPLY,
    code: 3,
    err: [
      "error[plan-expired] plan.json",
      "  The plan expired at <time>: what it was based on may have changed.",
      "  Make a new plan and have that one reviewed.",
    ],
  },
  {
    name: "made in the future",
    file: resealed(() => ({ createdAt: "2999-01-01T00:00:00.000Z", expiresAt: "2999-01-02T00:00:00.000Z" })),
    words: APPLY,
    code: 3,
    err: [
      "error[plan-clock] plan.json",
      "  The plan was made at <time>, and this machine's clock says that it is earlier than that.",
      "  Set the clock right.",
    ],
  },
  {
    name: "other configuration",
    files: (url) => ({
      "desired-state/organization.yaml": organizationYaml(url, "protected: [anna@example.org]\n"),
    }),
    words: APPLY,
    code: 3,
    err: [
      "error[plan-other-configuration] plan.json",
      "  The plan was made from other configuration files than those in this folder.",
      "  Check out the commit that the plan names, or make a new plan.",
    ],
  },
  {
    name: "another digest approved",
    words: ["apply", "plan.json", "--approve", `sha256:${"0".repeat(64)}`],
    code: 3,
    err: [
      "error[plan-unapproved] --approve",
      "  The plan's digest is another one than sha256:<hex>.",
      "  Review the plan, then give its digest: sha256:<hex>",
    ],
  },
  {
    name: "half of the digest approved",
    words: ["apply", "plan.json", "--approve", "sha256:abcd"],
    code: 3,
    err: [
      "error[plan-unapproved] --approve",
      "  The plan's digest is another one than sha256:abcd.",
      "  Review the plan, then give its digest: sha256:<hex>",
    ],
  },
  {
    name: "nobody to ask",
    words: ["apply", "plan.json"],
    code: 3,
    err: [
      "error[plan-unapproved] apply",
      "  Nobody is there to approve the plan: this is not a terminal.",
      "  Review the plan, then run again with --approve sha256:<hex>",
    ],
  },
  {
    name: "a folder",
    words: ["apply", "desired-state", "--approve", "<digest>"],
    code: 1,
    err: [
      "error[file-unreadable] <folder>/desired-state",
      "  The file cannot be read: it is a folder.",
      "  Check that it is a text file that you may read.",
    ],
  },
  {
    name: "not there",
    words: ["apply", "plam.json", "--approve", "<digest>"],
    code: 1,
    err: ["error[file-not-found] <folder>/plam.json", "  There is no such file.", "  Check the path."],
  },
];

let made: Promise<string> | undefined;

/** The plan that everything starts from, made once. */
async function makePlan(): Promise<string> {
  const place = await workplace();
  await place.write(soundFiles(simulator.url));
  expect((await place.zivsync("plan")).code).toBe(0);
  return place.read("plan.json");
}

/** Lays the spoilt plan out; gives the words, with the digest of the sound plan where one is approved. */
async function prepare(place: Workplace, one: Case): Promise<readonly string[]> {
  const { url } = simulator;
  made ??= makePlan();
  const plan = await made;
  await place.write({ ...soundFiles(url), "plan.json": one.file?.(plan, url) ?? plan, ...one.files?.(url) });
  const { digest } = JSON.parse(plan) as Plan;
  return one.words.map((word) => (word === "<digest>" ? digest : word));
}

describe("plan files that must not be applied", () => {
  test.each(CASES)("$name", async (one) => {
    const place = await workplace();
    const words = await prepare(place, one);
    const run = withoutChance(await place.zivsyncWith(one.environment ?? {}, ...words), place);
    expect({ ...run, written: await place.written() }).toEqual({
      code: one.code,
      out: "",
      err: text(one.err),
      written: [],
    });
    expect(simulator.world.writes).toBe(0);
  });

  test("refused by its guards, whoever approves it", async () => {
    const place = await workplace();
    const strict = organizationYaml(simulator.url, "guards: { suspend: { count: 0 } }\n");
    await place.write({ ...soundFiles(simulator.url), "desired-state/organization.yaml": strict });
    expect((await place.zivsync("plan")).code).toBe(3);
    const { digest } = JSON.parse(await place.read("plan.json")) as Plan;
    const run = withoutChance(await place.zivsync("apply", "plan.json", "--approve", digest), place);
    expect(run).toEqual({
      code: 3,
      out: "",
      err: text([
        "error[plan-not-applicable] plan.json",
        "  The plan was refused by its guards: suspend (1, the limit is 0).",
        "  Make a new plan; `zivsync show` says how to accept exactly this effect.",
      ]),
    });
    expect(await place.written()).toEqual(["plan.json"]);
    expect(simulator.world.writes).toBe(0);
  });

  test("used up", async () => {
    const own = await simulated(SEED);
    const place = await workplace();
    await place.write(soundFiles(own.url));
    expect((await place.zivsync("plan")).code).toBe(0);
    const { digest } = JSON.parse(await place.read("plan.json")) as Plan;
    expect((await place.zivsync("apply", "plan.json", "--approve", digest)).code).toBe(0);
    const { writes } = own.world;
    expect(writes).toBeGreaterThan(0);
    const before = await place.written();
    const run = withoutChance(await place.zivsync("apply", "plan.json", "--approve", digest), place);
    expect(run).toEqual({
      code: 3,
      out: "",
      err: text([
        "error[plan-used] <folder>/plan.json.<seal>.journal",
        "  The plan has been applied already, and a plan is used once.",
        "  Make a new plan: it holds what is still to do, such as what was in conflict or failed.",
      ]),
    });
    expect(own.world.writes).toBe(writes);
    expect(await place.written()).toEqual(before);
  });

  test("a journal beside it that is none", async () => {
    const place = await workplace();
    const words = await prepare(place, { name: "", words: APPLY, code: 3, err: [] });
    const { seal } = JSON.parse(await place.read("plan.json")) as Plan;
    await place.write({ [`plan.json.${seal.slice(-8)}.journal`]: "not a journal\n" });
    const run = withoutChance(await place.zivsync(...words), place);
    expect(run).toEqual({
      code: 3,
      out: "",
      err: text([
        "error[journal-syntax] <folder>/plan.json.<seal>.journal:1",
        "  The line is not a journal entry, so it is unknown what was done.",
        "  Make a new plan; keep the journal for the record.",
      ]),
    });
    expect(simulator.world.writes).toBe(0);
  });
});
