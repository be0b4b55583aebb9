import { describe, expect, test } from "vitest";
import { validateStateLine } from "../../../src/config/schema/state.ts";
import { EMPTY_STATE, type State } from "../../../src/model/plan/state.ts";
import { canonicalJson } from "../../../src/model/values/canonical-json.ts";
import { type Problem, RefusedError } from "../../../src/model/values/errors.ts";
import { Secret } from "../../../src/model/values/secret.ts";
import { deriveSealKeys, sha256 } from "../../../src/storage/plan/seal.ts";
import { refuseOlder, refuseVersion } from "../../../src/storage/state/errors.ts";
import { createPseudonyms } from "../../../src/storage/state/pseudonyms.ts";
import {
  parseState,
  renderState,
  type StateLine,
  sealOfState,
  serialOf,
  witnessOf,
} from "../../../src/storage/state/state-file.ts";
import { at } from "../../support/engine.ts";

/* One state with a line of each kind, as text and read again, and each way in which such a text can be wrong. */

const keys = deriveSealKeys(new Secret("key"), "https://app.zivver.com/api/scim/v2");
const HMAC = `hmac-sha256:${"a".repeat(64)}`;
const accountOf = (zivverId: string) =>
  ({ zivverId, kind: "personal", address: at(`${zivverId}@example.org`) }) as const;
const STATE: State = {
  accounts: [accountOf("a"), accountOf("b"), accountOf("c")],
  sources: [
    { profile: "p", name: "s", records: 2 },
    { profile: "p", name: "t", records: 3 },
    { profile: "q", name: "a", records: 4 },
  ],
  applied: [
    {
      digest: `sha256:${"1".repeat(64)}`,
      seal: HMAC,
      at: "2026-01-05T08:00:00.000Z",
      expiresAt: "2026-01-06T08:00:00Z",
    },
  ],
  standing: [{ seal: HMAC, at: "2026-01-05T08:00:00.000Z", counts: { create: 1 } }],
};
const text = (serial?: number) => renderState(STATE, keys, "0.1.0", serial);
const parse = (given: string) => parseState(given, "state.jsonl", { keys, validate: validateStateLine });

function problemsOf(work: () => unknown): readonly Problem[] {
  try {
    work();
    return [];
  } catch (error) {
    if (error instanceof RefusedError) return error.problems;
    throw error;
  }
}

/** A text whose seal fits, whatever is in it. */
function sealed(lines: readonly unknown[], first: StateLine = {}): string {
  const body = lines.map((line) => `${canonicalJson(line)}\n`).join("");
  const header: StateLine = {
    type: "state",
    formatVersion: 1,
    organization: keys.organization,
    lines: lines.length,
    ...first,
  };
  return `${canonicalJson({ ...header, seal: sealOfState(header, body, keys) })}\n${body}`;
}

describe("a state with a line of each kind", () => {
  test("is written line by line", () => {
    const [first = "", ...lines] = text(7).split("\n");
    const { seal, ...header } = JSON.parse(first);
    expect(header).toEqual({
      type: "state",
      formatVersion: 1,
      zivsync: "0.1.0",
      organization: keys.organization,
      lines: 8,
      serial: 7,
    });
    expect(seal).toMatch(/^hmac-sha256:[0-9a-f]{64}$/);
    expect(lines.pop()).toBe("");
    expect(lines.map((line) => JSON.parse(line))).toEqual([
      { type: "applied", ...STATE.applied[0] },
      { type: "standing", ...STATE.standing?.[0] },
      ...STATE.sources.map((source) => ({ type: "source", ...source })),
      ...STATE.accounts.map((account) => ({ type: "account", ...account })),
    ]);
  });

  test("is written the same in whichever order its accounts and sources come", () => {
    const [a, b, c] = STATE.accounts;
    const [s, t, q] = STATE.sources;
    const mixed = { ...STATE, accounts: [b, c, a], sources: [q, t, s] } as State;
    expect(renderState(mixed, keys, "0.1.0")).toBe(text());
  });

  test("is read as it was written", () => {
    expect(parse(text())).toEqual(STATE);
    expect(parse(text(7))).toEqual(STATE);
  });

  test("is read sorted, also where it was not written so", () => {
    const lines = STATE.accounts.toReversed().map((account) => ({ type: "account", ...account }));
    expect(parse(sealed(lines))).toEqual({ ...EMPTY_STATE, accounts: STATE.accounts });
  });

  test("without any, has its first line alone", () => {
    expect(parse(renderState(EMPTY_STATE, keys, "0.1.0"))).toEqual(EMPTY_STATE);
    expect(renderState(EMPTY_STATE, keys, "0.1.0").split("\n")).toHaveLength(2);
  });

  test("what is kept of runs is read as it was written, once", () => {
    const runs = { type: "runs" };
    const [problem, ...more] = problemsOf(() =>
      parseState(sealed([runs, runs]), "state.jsonl", { keys, validate: () => [] }),
    );
    expect([problem?.code, problem?.where, problem?.message.split(". ")[0], more]).toEqual([
      "state-damaged",
      "state.jsonl",
      "What is kept of runs is in the state twice",
      [],
    ]);
    const kept = { ...EMPTY_STATE, runs: { anything: 1 } } as unknown as State;
    const written = renderState(kept, keys, "0.1.0");
    expect(JSON.parse(written.split("\n")[1] ?? "")).toEqual({ type: "runs", anything: 1 });
    expect(parseState(written, "state.jsonl", { keys, validate: () => [] })).toEqual(kept);
  });
});

describe("the number of a state", () => {
  test.each<{ name: string; text: string; expect: number }>([
    { name: "as it was written", text: text(7), expect: 7 },
    { name: "none, as an older zivsync wrote it", text: text(), expect: 0 },
    { name: "none of nothing", text: "", expect: 0 },
    { name: "none of one line without an end", text: '{"serial":7}', expect: 0 },
    { name: "none that is not JSON", text: "{\n", expect: 0 },
    { name: "none that is a text", text: '{"serial":"7"}\n', expect: 0 },
    { name: "none that is not whole", text: '{"serial":1.5}\n', expect: 0 },
    { name: "none below one", text: '{"serial":-1}\n', expect: 0 },
    { name: "none that is too large to count on from", text: '{"serial":1000000000000000}\n', expect: 0 },
    { name: "the largest", text: '{"serial":999999999999999}\n', expect: 999_999_999_999_999 },
  ])("$name", ({ text: given, expect: serial }) => {
    expect(serialOf(given)).toBe(serial);
  });

  test("and a digest are what bears witness of it", () => {
    expect([witnessOf(text(7)), witnessOf(undefined)]).toEqual([
      { serial: 7, digest: sha256(text(7)) },
      undefined,
    ]);
  });
});

describe("is refused", () => {
  const codes = (work: () => unknown) => problemsOf(work).map(({ code, where }) => `${code} ${where}`);

  test.each<{ name: string; text: string; expect: readonly string[] }>([
    { name: "a blank first line", text: " \n", expect: ["state-syntax state.jsonl"] },
    {
      name: "a version that is not whole",
      text: sealed([], { formatVersion: 0.5 }),
      expect: ["state-syntax state.jsonl:1"],
    },
    {
      name: "of no organisation, by its seal",
      text: text().replace(/"organization":"[^"]*",/, ""),
      expect: ["state-damaged state.jsonl"],
    },
    {
      name: "a first line in another order",
      text: sealed([]).replace(/^\{"formatVersion":1,(.*)\}/, '{$1,"formatVersion":1}'),
      expect: ["state-damaged state.jsonl"],
    },
    {
      name: "a seal of another length",
      text: text().replace(/"seal":"[^"]*"/, '"seal":"x"'),
      expect: ["state-damaged state.jsonl"],
    },
    {
      name: "the first of several accounts that are there twice, by its last line",
      text: sealed([..."abab"].map((id) => ({ type: "account", ...accountOf(id) }))),
      expect: ["state-damaged state.jsonl:4"],
    },
  ])("$name", ({ text: given, expect: refused }) => {
    expect(codes(() => parse(given))).toEqual(refused);
  });

  test("with ten problems at most, and no more is looked at", () => {
    let asked = 0;
    const validate = () => {
      asked++;
      return Array.from(
        { length: 3 },
        () => ({ code: "schema", message: "A sentence. And another." }) as never,
      );
    };
    const given = sealed(Array.from({ length: 30 }, () => ({ type: "x" })));
    const problems = problemsOf(() => parseState(given, "state.jsonl", { keys, validate }));
    expect([problems.length, asked]).toEqual([10, 4]);
    expect(problems[0]?.message).toMatch(/^A sentence\. And another\. Without it/);
  });

  test("an old one that was put back, with both numbers", () => {
    expect(problemsOf(() => refuseOlder("state.jsonl", 3, 9))).toEqual([
      {
        code: "state-rolled-back",
        where: "state.jsonl",
        message:
          "An old state was put back: this one was written as number 3, and number 9 is known. It would give back links, keys and applied plans that are out of date. Nothing was changed.",
        remedy:
          "Find out who put it back, and bring the newest one back. If the old one is meant, run `zivsync adopt` once with ZIVSYNC_STATE_RESTORED=3 in the environment: it counts on from the newest.",
      },
    ]);
  });

  test("one of the version that there is, as one that cannot be brought to it", () => {
    expect(problemsOf(() => refuseVersion("state.jsonl", 1, 1))[0]?.message).toMatch(
      /^The state has format version 1, and this zivsync cannot bring it to version 1\./,
    );
  });
});

test("names of keys and values are of one account, and a list is one in whichever order", () => {
  const names = createPseudonyms(keys);
  const key = (id: string, secret: string) => names.accountKey(id, new Secret(secret));
  expect(key("a", "1")).toMatch(/^hmac-sha256:[0-9a-f]{64}$/);
  expect(new Set([key("a", "1"), key("b", "1"), key("a", "2")]).size).toBe(3);
  const list = (...value: string[]) => names.value("a", "delegates", value);
  expect(list("x", "y")).toBe(list("y", "x"));
  expect(
    new Set([list("x"), list("y"), names.value("b", "delegates", ["x"]), names.value("a", "aliases", ["x"])])
      .size,
  ).toBe(4);
});
