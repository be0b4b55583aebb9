import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { validatePlan } from "../../../src/config/schema/plan.ts";
import type { Plan } from "../../../src/model/plan/plan.ts";
import { canonicalJson } from "../../../src/model/values/canonical-json.ts";
import { ZivsyncError } from "../../../src/model/values/errors.ts";
import { Secret } from "../../../src/model/values/secret.ts";
import {
  type PlanFrame,
  parsePlan,
  readPlan,
  sealPlan,
  verifyPlan,
  writePlan,
} from "../../../src/storage/plan/plan-file.ts";
import {
  decryptAccountKey,
  deriveSealKeys,
  encryptAccountKey,
  sealOf,
  sha256,
  unsealChanges,
} from "../../../src/storage/plan/seal.ts";
import { at, deskRecord, inLine, person, planOf, record } from "../../support/engine.ts";
import { runs } from "../../support/runs.ts";

const URL = "https://zivver.example.org/scim";
const API_KEY = new Secret("an API key");
const CANARY = "canary-account-key";
const NOW = Date.UTC(2026, 10, 23, 12);
const keys = deriveSealKeys(API_KEY, URL);
const frame: PlanFrame = {
  zivsync: "0.1.0",
  createdAt: "2026-11-23T12:00:00.000Z",
  expiresAt: "2026-11-24T12:00:00.000Z",
  url: URL,
  configuration: { digest: sha256("configuration"), git: null, profiles: ["staff"], only: null },
};
const { body } = planOf({
  desired: [
    record("a@example.org", {
      accountKey: `${CANARY}-a`,
      fullName: "\u001b[31mEvil",
      aliases: ["x@example.org"],
    }),
    record("n@example.org", { accountKey: `${CANARY}-n` }),
    deskRecord("d@example.org"),
  ],
  live: [person("a@example.org"), person("gone@example.org")],
});
const plan = sealPlan(body, frame, keys);
const text = canonicalJson(plan);

function problemsOf(action: () => unknown): unknown {
  try {
    action();
  } catch (error) {
    if (error instanceof ZivsyncError) return [error.name, ...error.problems];
    throw error;
  }
  return "no error";
}

const verify = (given: Plan, { by = keys, url = URL, now = NOW } = {}) =>
  verifyPlan(given, "plan.json", by, url, now);
const refused = (code: string, message: string, remedy = "Make a new plan and have that one reviewed.") => [
  "RefusedError",
  { code, where: "plan.json", message, remedy },
];

describe("a plan that was not touched", () => {
  test("is read and verified as it was written, and its account keys come out", () => {
    const read = parsePlan(text, "plan.json", validatePlan);
    verify(read);
    expect(read).toEqual(plan);
    const open = unsealChanges(read, keys);
    expect(open.map(inLine)).toEqual(body.changes.map(inLine));
    expect(open.map((change) => ("accountKey" in change ? change.accountKey?.reveal() : undefined))).toEqual(
      body.changes.map((change) => ("accountKey" in change ? change.accountKey?.reveal() : undefined)),
    );
  });

  test("holds no account key in clear", () => {
    for (const encoding of ["utf8", "base64", "base64url", "hex"] as const) {
      for (const suffix of ["-a", "-n"])
        expect(text).not.toContain(Buffer.from(CANARY + suffix).toString(encoding));
    }
    expect(text).not.toContain(API_KEY.reveal());
  });

  test("made twice it has one digest, and other ciphertexts", () => {
    const again = sealPlan(body, { ...frame, createdAt: "2026-11-23T13:00:00.000Z" }, keys);
    expect(again.digest).toBe(plan.digest);
    expect(again.changes).not.toEqual(plan.changes);
    expect(again.seal).not.toBe(plan.seal);
  });
});

/** What becomes of a plan file with these bytes. */
function fateOf(bytes: Buffer): "unreadable" | "same" | "refused" | "passed" {
  let read: Plan;
  try {
    const decoded = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    read = parsePlan(decoded, "plan.json", () => []);
  } catch (error) {
    if (error instanceof ZivsyncError || error instanceof TypeError) return "unreadable";
    throw error;
  }
  if (canonicalJson(read) === text) return "same";
  if (validatePlan(read).length > 0) return "refused";
  return problemsOf(() => verify(read)) === "no error" ? "passed" : "refused";
}

/** The same bits of every byte; in a sample one bit, and of every second byte. */
const BITS = [5, 0, 2, 7].slice(0, runs(1, 4));
const STRIDE = runs(2, 1);

test("every flipped bit is refused, or changes nothing", () => {
  const bytes = Buffer.from(text);
  const count = { unreadable: 0, same: 0, refused: 0, passed: 0 };
  for (const [position, byte] of bytes.entries()) {
    if (position % STRIDE !== 0) continue;
    for (const bit of BITS) {
      bytes[position] = byte ^ (1 << bit);
      count[fateOf(bytes)]++;
    }
    bytes[position] = byte;
  }
  expect(count.passed).toBe(0);
  expect(count.refused).toBeGreaterThan((bytes.length * BITS.length) / STRIDE / 4);
});

describe("what is refused", () => {
  const other = deriveSealKeys(new Secret("another API key"), URL);
  const reseal = (changed: object): Plan => {
    const next = { ...plan, ...changed };
    return { ...next, seal: sealOf(next, keys) };
  };
  test.each<[string, () => void, unknown]>([
    [
      "another API key",
      () => verify(plan, { by: other }),
      refused(
        "plan-other-target",
        `The plan was made for another organisation, or with another API key: its target is ${URL}.`,
      ),
    ],
    [
      "another address",
      () => verify(plan, { url: "https://other.example.org" }),
      refused(
        "plan-other-target",
        `The plan was made for another organisation, or with another API key: its target is ${URL}.`,
      ),
    ],
    [
      "a change left out",
      () => verify({ ...plan, changes: plan.changes.slice(1) }),
      refused("plan-tampered", "The seal does not fit: the plan was changed after it was made."),
    ],
    [
      "a finding left out",
      () => verify({ ...plan, findings: [], live: { ...plan.live, personal: 7 } }),
      refused("plan-tampered", "The seal does not fit: the plan was changed after it was made."),
    ],
    [
      "a later expiry",
      () => verify({ ...plan, expiresAt: "2027-11-24T12:00:00.000Z" }),
      refused("plan-tampered", "The seal does not fit: the plan was changed after it was made."),
    ],
    [
      "a seal cut short",
      () => verify({ ...plan, seal: plan.seal.slice(0, -1) }),
      refused("plan-tampered", "The seal does not fit: the plan was changed after it was made."),
    ],
    [
      "text that is not Unicode",
      () => verify({ ...plan, zivsync: "\ud800" }),
      refused("plan-tampered", "The seal does not fit: the plan was changed after it was made."),
    ],
    [
      "a digest of something else",
      () => verify(reseal({ digest: sha256("else") })),
      refused("plan-tampered", "The digest does not fit the changes."),
    ],
    [
      "the moment it expires",
      () => verify(plan, { now: NOW + 86_400_000 }),
      refused(
        "plan-expired",
        "The plan expired at 2026-11-24T12:00:00.000Z: what it was based on may have changed.",
      ),
    ],
    [
      "a clock set back",
      () => verify(plan, { now: NOW - 300_001 }),
      refused(
        "plan-clock",
        "The plan was made at 2026-11-23T12:00:00.000Z, and this machine's clock says that it is earlier than that.",
        "Set the clock right.",
      ),
    ],
  ])("%s", (_, action, problems) => expect(problemsOf(action)).toEqual(problems));

  test("not the last millisecond, nor a clock that is five minutes off", () => {
    for (const now of [NOW + 86_400_000 - 1, NOW - 300_000])
      expect(() => verify(plan, { now })).not.toThrow();
  });
});

describe("what cannot be read", () => {
  const remedy = "Give the file that `zivsync plan -o` wrote, unchanged.";
  const notJson = (message: string) => [
    "InputError",
    { code: "plan-syntax", where: "plan.json", message, remedy },
  ];
  const empty = notJson("The file is empty.");
  const notWhole = notJson("The file is not a whole plan: it was cut off or changed, and is no longer JSON.");
  test.each<[string, string, unknown]>([
    ["an empty file", "", empty],
    ["white space", " \n", empty],
    ["HTML", "<!doctype html><html></html>", notJson("The file is not a plan: it is not JSON.")],
    ["a plan cut off", text.slice(0, -20), notWhole],
    ["a plan edited by hand", `${text.slice(0, -1)},}`, notWhole],
    [
      "JSON of something else",
      '{"name":"x"}',
      [
        "InputError",
        {
          code: "plan-shape",
          where: "plan.json",
          message: "The file is JSON, but no plan: it has no format version.",
          remedy,
        },
      ],
    ],
    [
      "another format version",
      canonicalJson({ ...plan, formatVersion: 2 }),
      [
        "RefusedError",
        {
          code: "plan-version",
          where: "plan.json",
          message: "The plan has format version 2, and this zivsync reads version 1.",
          remedy: "Make a new plan with the zivsync that applies it.",
        },
      ],
    ],
    [
      "another shape",
      canonicalJson({ ...plan, applicable: "yes" }),
      [
        "InputError",
        { code: "plan-shape", where: "plan.json: /applicable", message: "It must be boolean.", remedy },
      ],
    ],
  ])("%s", (_, given, problems) =>
    expect(problemsOf(() => parsePlan(given, "plan.json", validatePlan))).toEqual(problems),
  );

  test("of many problems the first ten", () => {
    const many = Array.from({ length: 12 }, (_, index) => ({
      code: "internal" as const,
      message: `${index}`,
    }));
    expect(problemsOf(() => parsePlan('{"formatVersion":1}', "plan.json", () => many))).toEqual([
      "InputError",
      ...many.slice(0, 10).map(({ message }) => ({ code: "plan-shape", where: "plan.json", message })),
    ]);
  });
});

describe("account keys", () => {
  const bound = { address: at("a@example.org"), createdAt: frame.createdAt, digest: plan.digest };
  const sealed = encryptAccountKey(new Secret(CANARY), bound, keys);
  const tampered = [
    "RefusedError",
    {
      code: "plan-tampered",
      message:
        "The account key in the plan cannot be decrypted: it was made for another account, another plan or another API key.",
      remedy: "Make a new plan.",
    },
  ];
  const [name, problem] = tampered;

  test("come out where they belong", () =>
    expect(decryptAccountKey(sealed, bound, keys).reveal()).toBe(CANARY));

  test.each<[string, string, typeof bound, typeof keys]>([
    ["another account", sealed, { ...bound, address: at("b@example.org") }, keys],
    ["another plan of another time", sealed, { ...bound, createdAt: "2026-11-23T12:00:01.000Z" }, keys],
    ["another plan of another content", sealed, { ...bound, digest: sha256("other") }, keys],
    ["another API key", sealed, bound, deriveSealKeys(new Secret("other"), URL)],
    ["nothing at all", "", bound, keys],
    ["a part of it", sealed.slice(0, 20), bound, keys],
    [
      "a tag cut short",
      Buffer.from(encryptAccountKey(new Secret(""), bound, keys), "base64")
        .subarray(0, 16)
        .toString("base64"),
      bound,
      keys,
    ],
  ])("do not for %s", (_, ciphertext, binding, by) => {
    expect(problemsOf(() => decryptAccountKey(ciphertext, binding, by))).toEqual([
      name,
      { ...(problem as object), where: binding.address },
    ]);
  });

  test("one account's ciphertext put in another's place is refused, even with a seal that fits", () => {
    const [first, second] = plan.changes.filter((change) => "accountKey" in change);
    if (!first || !second || !("accountKey" in first)) throw new Error("the sample has two keys");
    const swapped = plan.changes.map((change) =>
      change.id === second.id ? { ...change, accountKey: first.accountKey } : change,
    ) as Plan["changes"];
    expect(problemsOf(() => unsealChanges({ ...plan, changes: swapped }, keys))).toEqual([
      name,
      { ...(problem as object), where: second.address },
    ]);
  });
});

describe("on disc", () => {
  let folder = "";
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "zivsync-plan-"));
  });
  afterAll(() => rm(folder, { recursive: true }));

  test("written and read again it is the same, in canonical JSON", async () => {
    const path = join(folder, "plan.json");
    await writePlan(path, plan);
    expect(await readFile(path, "utf8")).toBe(text);
    expect(await readPlan(path, validatePlan)).toEqual(plan);
  });

  test("a file that is not text", async () => {
    const path = join(folder, "binary.json");
    await writeFile(path, Buffer.from([0xff, 0xfe, 0x00]));
    await expect(readPlan(path, validatePlan)).rejects.toMatchObject({
      problems: [
        {
          code: "file-unreadable",
          where: path,
          message: "The file cannot be read: it is not UTF-8 text.",
          remedy: "Check that it is a text file that you may read.",
        },
      ],
    });
  });
});
