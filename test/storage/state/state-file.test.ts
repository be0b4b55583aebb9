import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { validateStateLine } from "../../../src/config/schema/state.ts";
import { EMPTY_STATE, type State } from "../../../src/model/plan/state.ts";
import type { Address } from "../../../src/model/values/address.ts";
import { canonicalJson } from "../../../src/model/values/canonical-json.ts";
import { type Problem, RefusedError } from "../../../src/model/values/errors.ts";
import { Secret } from "../../../src/model/values/secret.ts";
import { deriveSealKeys } from "../../../src/storage/plan/seal.ts";
import {
  parseState,
  renderState,
  type StateLine,
  type StateMigrations,
  sealOfState,
} from "../../../src/storage/state/state-file.ts";
import { anyState, stateOf } from "../../support/arbitrary-state.ts";
import { runs } from "../../support/runs.ts";

const URL = "https://app.zivver.com/api/scim/v2";
const keys = deriveSealKeys(new Secret("key"), URL);
const reading = { keys, validate: validateStateLine };
const HMAC = `hmac-sha256:${"a".repeat(64)}`;

function problemsOf(text: string, migrations?: StateMigrations): readonly Problem[] {
  try {
    parseState(text, "state.jsonl", { ...reading, ...(migrations ? { migrations } : {}) });
    return [];
  } catch (error) {
    if (error instanceof RefusedError) return error.problems;
    throw error;
  }
}

/** A file whose seal fits, whatever is in it. */
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

const ACCOUNT = { type: "account", zivverId: "a", kind: "personal", address: "a@example.org" };
const TEXT = renderState(
  {
    ...stateOf("a", "b\u00e9"),
    sources: [{ profile: "p", name: "s", records: 2 }],
    applied: [
      {
        digest: `sha256:${"1".repeat(64)}`,
        seal: HMAC,
        at: "2026-01-05T08:00:00.000Z",
        expiresAt: "2026-01-06T08:00:00Z",
      },
    ],
  },
  keys,
  "0.1.0",
);

test("any state is read as it was written, and written as it was read", () => {
  fc.assert(
    fc.property(anyState, (state) => {
      const text = renderState(state, keys, "0.1.0");
      const read = parseState(text, "state.jsonl", reading);
      expect(read).toEqual(state);
      expect(renderState(read, keys, "0.1.0")).toBe(text);
    }),
    { numRuns: runs(40, 300) },
  );
});

test("a state in any order is one and the same text, one line for one account", () => {
  fc.assert(
    fc.property(anyState, (state) => {
      const mixed: State = {
        ...state,
        accounts: [...state.accounts].reverse(),
        sources: [...state.sources].reverse(),
      };
      const text = renderState(mixed, keys, "0.1.0");
      expect(text).toBe(renderState(state, keys, "0.1.0"));
      const lines = text.split("\n");
      expect(lines.pop()).toBe("");
      const data = lines.map((line) => JSON.parse(line));
      expect(data.map(({ type }) => type)).toEqual([
        "state",
        ...state.applied.map(() => "applied"),
        ...(state.standing ?? []).map(() => "standing"),
        ...(state.released ?? []).map(() => "released"),
        ...state.sources.map(() => "source"),
        ...state.accounts.map(() => "account"),
      ]);
      expect(data.slice(-state.accounts.length || data.length).map(({ zivverId }) => zivverId)).toEqual(
        state.accounts.map(({ zivverId }) => zivverId),
      );
    }),
  );
});

test("released addresses are sorted, whatever order they are known in", () => {
  const released = ["b@example.org", "c@example.org", "a@example.org"].map((address) => ({
    address: address as Address,
    zivverId: "z",
    account: "z@example.org" as Address,
    at: "2026-01-05T08:00:00.000Z",
  }));
  const text = renderState({ ...EMPTY_STATE, released }, keys, "0.1.0");
  expect([...text.matchAll(/"address":"(.)@/g)].map(([, letter]) => letter)).toEqual(["a", "b", "c"]);
});

test("the format, as others read it", () => {
  expect(TEXT.split("\n")).toEqual([
    `{"formatVersion":1,"lines":4,"organization":"${keys.organization}","seal":"${JSON.parse(TEXT.split("\n")[0] ?? "").seal}","type":"state","zivsync":"0.1.0"}`,
    `{"at":"2026-01-05T08:00:00.000Z","digest":"sha256:${"1".repeat(64)}","expiresAt":"2026-01-06T08:00:00Z","seal":"${HMAC}","type":"applied"}`,
    '{"name":"s","profile":"p","records":2,"type":"source"}',
    '{"address":"a@example.org","kind":"personal","type":"account","zivverId":"a"}',
    '{"address":"b\u00e9@example.org","kind":"personal","type":"account","zivverId":"b\u00e9"}',
    "",
  ]);
});

describe("no other text is taken", () => {
  test("cut off at any place", () => {
    expect(TEXT).not.toBe("");
    for (let end = 0; end < TEXT.length; end++)
      expect(problemsOf(TEXT.slice(0, end)), `${end}`).toHaveLength(1);
  });

  test("with any character replaced, taken out or doubled", () => {
    expect(TEXT).not.toBe("");
    for (let at = 0; at < TEXT.length; at++) {
      const [before, one = "", after] = [TEXT.slice(0, at), TEXT[at], TEXT.slice(at + 1)];
      const other = String.fromCharCode(one.charCodeAt(0) ^ 1);
      for (const middle of [other, " ", "", `${one}${one}`]) {
        if (middle !== one)
          expect(problemsOf(`${before}${middle}${after}`), `${at} ${middle}`).toHaveLength(1);
      }
    }
  });

  test("whatever it is", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: "binary" }), fc.json()), (text) => {
        expect(problemsOf(text)).toHaveLength(1);
      }),
    );
  });

  test("with lines in another order, or one of them from an older state", () => {
    const [first = "", ...lines] = renderState(stateOf("a", "b"), keys, "0.1.0").split("\n");
    expect(problemsOf([first, lines[1], lines[0], ""].join("\n"))).toHaveLength(1);
    const older = renderState(stateOf("a", "c"), keys, "0.1.0").split("\n");
    expect(problemsOf([first, lines[0], older[2], ""].join("\n"))).toHaveLength(1);
  });
});

const RENAMED = "Without it an account that was renamed looks like a new one. Nothing was changed.";
const ANEW =
  "begin again with `zivsync adopt --replace`, which finds accounts by their addresses and keeps what is there now: a file as PATH.replaced-TIME beside it, a branch in its history.";
const RESTORE = `Restore the state from a backup or from Git's history, or ${ANEW}`;
const FOREIGN: Problem = {
  code: "state-other-organization",
  where: "state.jsonl",
  message: `The state belongs to another organisation, or was written with another API key. ${RENAMED}`,
  remedy: `Check \`target\` and \`state\` in organization.yaml. After a change of the API key, ${ANEW} With \`sealKey\` in organization.yaml, state and plans do not depend on the API key.`,
};
const damaged = (message: string, where = "state.jsonl"): Problem => ({
  code: "state-damaged",
  where,
  message: `${message}. ${RENAMED}`,
  remedy: RESTORE,
});
const noState: Problem = {
  code: "state-syntax",
  where: "state.jsonl:1",
  message: `This is not a state of zivsync: the first line is not the one that zivsync writes. ${RENAMED}`,
  remedy: RESTORE,
};

describe("says what is wrong", () => {
  const lines = TEXT.split("\n");
  test.each<[string, string, readonly Problem[]]>([
    [
      "empty",
      "",
      [
        {
          code: "state-syntax",
          where: "state.jsonl",
          message: `The state is empty, though zivsync never writes it without its first line. ${RENAMED}`,
          remedy: RESTORE,
        },
      ],
    ],
    ["no JSON", "<<<<<<< HEAD\n{}\n", [noState]],
    ["another JSON", '{"formatVersion":1}\n', [noState]],
    ["a list", "[1]\n", [noState]],
    ["a version that is not a number", '{"formatVersion":"1","type":"state"}\n', [noState]],
    [
      "cut off between lines",
      `${lines.slice(0, 3).join("\n")}\n`,
      [damaged("The state is cut off: of 4 lines after the first, 2 are there")],
    ],
    ["cut off in a line", TEXT.slice(0, -9), [damaged("The state is cut off in the middle of a line")]],
    [
      "edited",
      TEXT.replace("a@example.org", "x@example.org"),
      [damaged("The seal does not fit: the state was changed by something else than zivsync")],
    ],
    [
      "half a character in the first line, which no seal can be made of",
      TEXT.replace('"zivsync":"0.1.0"', '"zivsync":"\\ud800"'),
      [damaged("The seal does not fit: the state was changed by something else than zivsync")],
    ],
    [
      "line ends of Windows",
      TEXT.replaceAll("\n", "\r\n"),
      [damaged("The seal does not fit: the state was changed by something else than zivsync")],
    ],
    [
      "of a newer zivsync",
      sealed([], { formatVersion: 7 }),
      [
        {
          code: "state-version",
          where: "state.jsonl",
          message: `The state has format version 7, and this zivsync reads versions up to 1. ${RENAMED}`,
          remedy: `Use the newest zivsync, or ${ANEW}`,
        },
      ],
    ],
    [
      "of an older zivsync that there never was",
      sealed([], { formatVersion: 0 }),
      [
        {
          code: "state-version",
          where: "state.jsonl",
          message: `The state has format version 0, and this zivsync cannot bring it to version 1. ${RENAMED}`,
          remedy: `Use the zivsync that wrote it, or ${ANEW}`,
        },
      ],
    ],
    [
      "under another API key",
      renderState(EMPTY_STATE, deriveSealKeys(new Secret("other"), URL), "0.1.0"),
      [FOREIGN],
    ],
    [
      "of another Zivver",
      renderState(EMPTY_STATE, deriveSealKeys(new Secret("key"), `${URL}/2`), "0.1.0"),
      [FOREIGN],
    ],
    [
      "an account twice",
      sealed([ACCOUNT, { ...ACCOUNT, zivverId: "b" }, ACCOUNT]),
      [damaged("The account a@example.org is in the state twice", "state.jsonl:4")],
    ],
    [
      "lines that no state has",
      sealed([
        { ...ACCOUNT, link: { profile: "p", source: "s", anchor: "plain" } },
        { ...ACCOUNT, zivverId: "b", name: "x" },
        { type: "group" },
        { type: "source", profile: "p", name: "s" },
        [1],
      ]),
      [damaged("The line is not a JSON object", "state.jsonl:6")],
    ],
    [
      "lines that do not fit the schema",
      sealed([
        { ...ACCOUNT, link: { profile: "p", source: "s", anchor: "plain" } },
        { ...ACCOUNT, zivverId: "b", name: "x" },
        { type: "group" },
        { type: "source", profile: "p", name: "s" },
        { type: "source", profile: "p", name: "s", records: "1" },
      ]),
      [
        damaged("It is not written as a state has it", "state.jsonl:2: /link/anchor"),
        damaged("A state has no such key", "state.jsonl:3"),
        damaged("It is not written as a state has it", "state.jsonl:4: /type"),
        damaged("`records` is missing", "state.jsonl:5"),
        damaged("It must be integer", "state.jsonl:6: /records"),
      ],
    ],
    [
      "a first line with more in it",
      sealed([], { extra: 1 }),
      [damaged("A state has no such key", "state.jsonl:1")],
    ],
  ])("%s", (_, text, problems) => {
    expect(problemsOf(text)).toEqual(problems);
  });

  test("of many wrong lines, the first ten", () => {
    const problems = problemsOf(sealed(Array.from({ length: 30 }, () => ({ type: "group" }))));
    expect(problems).toHaveLength(10);
    expect(problems[0]?.where).toBe("state.jsonl:2: /type");
  });
});

describe("since when something is held", () => {
  const heldSince = { "alias-waits": "2026-11-23T11:00:00.000Z" };

  test("is not in a state that an earlier zivsync wrote: that is read as it stands, and nothing counts days in it", () => {
    expect(parseState(sealed([ACCOUNT]), "state.jsonl", reading).accounts).toEqual([
      { zivverId: "a", kind: "personal", address: "a@example.org" },
    ]);
    expect(parseState(sealed([{ ...ACCOUNT, heldSince }]), "state.jsonl", reading).accounts).toEqual([
      { zivverId: "a", kind: "personal", address: "a@example.org", heldSince },
    ]);
  });

  test("is refused by a zivsync that does not know it, as is whatever a later one may add, and not dropped", () => {
    const before = problemsOf(sealed([{ ...ACCOUNT, heldSince }]).replaceAll("heldSince", "heldUntil"));
    expect(before.map(({ code }) => code)).toEqual(["state-damaged"]);
    expect(problemsOf(sealed([{ ...ACCOUNT, heldUntil: heldSince }]))).toEqual([
      damaged("A state has no such key", "state.jsonl:2"),
    ]);
    expect(problemsOf(sealed([ACCOUNT], { formatVersion: 2 })).map(({ code }) => code)).toEqual([
      "state-version",
    ]);
  });
});

describe("older versions", () => {
  const old = { type: "person", id: "a", mail: "a@example.org" };
  const migrations: StateMigrations = {
    [-1]: (lines) => lines.map(({ id, ...rest }) => ({ ...rest, zivverId: id })),
    0: (lines) =>
      lines.map(({ mail, ...rest }) => ({ ...rest, type: "account", kind: "personal", address: mail })),
  };

  test("are lifted step by step, under the seal that they had", () => {
    const text = sealed([old], { formatVersion: -1 });
    expect(parseState(text, "state.jsonl", { ...reading, migrations })).toEqual(stateOf("a"));
    expect(problemsOf(text.replace("a@example.org", "b@example.org"), migrations)).toEqual([
      damaged("The seal does not fit: the state was changed by something else than zivsync"),
    ]);
  });

  test("are refused where a step is missing, and where a step leaves what does not fit", () => {
    const text = sealed([old], { formatVersion: -1 });
    expect(problemsOf(text, { 0: (lines) => lines }).map(({ code }) => code)).toEqual(["state-version"]);
    // What every object has by its nature is no step.
    const inherited: StateMigrations = Object.create({ [-1]: () => [ACCOUNT] });
    expect(problemsOf(text, inherited).map(({ code }) => code)).toEqual(["state-version"]);
    expect(problemsOf(text, { [-1]: (lines) => lines, 0: (lines) => lines })).toEqual([
      damaged("It is not written as a state has it", "state.jsonl:2: /type"),
    ]);
  });
});

test("one changed account is one changed line for Git, the first one aside", () => {
  const diff = (a: State, b: State) => {
    const [one, other] = [a, b].map((state) => renderState(state, keys, "0.1.0").split("\n"));
    return other?.filter((line) => !one?.includes(line)).length;
  };
  const many = stateOf(...Array.from({ length: 100 }, (_, index) => `id-${index}`));
  const [first, ...rest] = many.accounts;
  if (first === undefined) throw new Error("no accounts");
  expect(diff(many, { ...many, accounts: [{ ...first, kind: "functional" }, ...rest] })).toBe(2);
});
