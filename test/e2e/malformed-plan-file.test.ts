import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Plan } from "../../src/model/plan.ts";
import { Secret } from "../../src/model/secret.ts";
import { deriveSealKeys, sealOf } from "../../src/records/seal.ts";
import { type Simulator, startSimulator, worldFromSeed } from "../../src/zivver/simulator/index.ts";
import { API_KEY, organizationYaml, type Workplace, workplace } from "../support/cli.ts";
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
  readonly planning?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly words: readonly string[];
  readonly code: number;
  readonly err: readonly string[];
};

/** Approves whatever digest stands in the file, as somebody would who does not look. */
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
  { name: "empty", file: () => "", words: APPLY, code: 1, err: [] },
  { name: "cut off", file: (made) => made.slice(0, -100), words: APPLY, code: 1, err: [] },
  { name: "a web page", file: () => "<!DOCTYPE html>\n<html></html>\n", words: APPLY, code: 1, err: [] },
  { name: "no text", file: () => Uint8Array.of(0xff, 0xfe, 0x00, 0xd8), words: APPLY, code: 1, err: [] },
  { name: "an empty object", file: () => "{}", words: APPLY, code: 1, err: [] },
  { name: "a package.json", file: () => '{"name":"x","version":"1.0.0"}', words: SHOW, code: 1, err: [] },
  { name: "a list", file: () => "[]", words: SHOW, code: 1, err: [] },
  {
    name: "an action that does not exist",
    file: (made) => made.replace('"action":"create"', '"action":"creates"'),
    words: APPLY,
    code: 1,
    err: [],
  },
  {
    name: "another format version",
    file: (made) => made.replace('"formatVersion":1', '"formatVersion":2'),
    words: APPLY,
    code: 3,
    err: [],
  },
  {
    name: "a changed byte, shown",
    file: (made) => made.replace("Claire Dam", "Claire Ham"),
    words: SHOW,
    code: 3,
    err: [],
  },
  {
    name: "a changed byte, applied",
    file: (made) => made.replace("Claire Dam", "Claire Ham"),
    words: APPLY,
    code: 3,
    err: [],
  },
  {
    name: "a digest that was changed together with the seal",
    file: resealed((plan) => ({ changes: plan.changes.slice(1) })),
    words: APPLY,
    code: 3,
    err: [],
  },
  {
    name: "an account key from another plan",
    file: resealed((plan) => ({ createdAt: new Date(Date.parse(plan.createdAt) - 1000).toISOString() })),
    words: APPLY,
    code: 3,
    err: [],
  },
  {
    name: "another API key",
    environment: { ZIVVER_API_KEY: "canary-api-key-of-another-organisation" },
    words: APPLY,
    code: 3,
    err: [],
  },
  {
    name: "another target",
    files: () => ({ "desired-state/organization.yaml": organizationYaml("http://localhost:9/api/scim/v2") }),
    words: APPLY,
    code: 3,
    err: [],
  },
  {
    name: "expired",
    file: resealed(() => ({ expiresAt: "2026-01-02T00:00:00.000Z" })),
    words: APPLY,
    code: 3,
    err: [],
  },
  {
    name: "made in the future",
    file: resealed(() => ({ createdAt: "2999-01-01T00:00:00.000Z", expiresAt: "2999-01-02T00:00:00.000Z" })),
    words: APPLY,
    code: 3,
    err: [],
  },
  {
    name: "other configuration",
    files: (url) => ({
      "desired-state/organization.yaml": organizationYaml(url, "protected: [anna@example.org]\n"),
    }),
    words: APPLY,
    code: 3,
    err: [],
  },
  {
    name: "another digest approved",
    words: ["apply", "plan.json", "--approve", `sha256:${"0".repeat(64)}`],
    code: 3,
    err: [],
  },
  {
    name: "half of the digest approved",
    words: ["apply", "plan.json", "--approve", "sha256:abcd"],
    code: 3,
    err: [],
  },
  { name: "nobody to ask", words: ["apply", "plan.json"], code: 3, err: [] },
  { name: "a folder", words: ["apply", "desired-state", "--approve", "<digest>"], code: 1, err: [] },
  { name: "not there", words: ["apply", "plam.json", "--approve", "<digest>"], code: 1, err: [] },
];

/** Makes the plan and lets the case spoil it; the words with the digest of the file as it then is. */
async function prepare(place: Workplace, one: Case): Promise<readonly string[]> {
  const { url } = simulator;
  await place.write(soundFiles(url));
  expect((await place.zivsync("plan", ...(one.planning ?? []))).code).toBe(0);
  const made = await place.read("plan.json");
  await place.write({ "plan.json": one.file?.(made, url) ?? made, ...one.files?.(url) });
  const { digest } = JSON.parse(made) as Plan;
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
});
