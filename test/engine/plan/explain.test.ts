import { describe, expect, test } from "vitest";
import { explainAccount } from "../../../src/engine/plan/explain.ts";
import {
  at,
  desk,
  deskRecord,
  inputOf,
  known,
  person,
  profile,
  reading,
  record,
  type Setting,
} from "../../support/engine.ts";

const ANN = "ann@example.org";
const BOB = "bob@example.org";
const OLD = "old@example.org";

/** What is said of an account, in a few words. */
function storyOf(setting: Setting, address: string) {
  const { records, candidates, live, memory, change, findings, general, others } = explainAccount(
    inputOf(setting),
    at(address),
  );
  return {
    records: records.map(({ profile: name, source, record: { where }, fields }) => [
      `${name}/${source} ${where}`,
      fields.map(({ field, counts }) => (counts ? field : `(${field})`)).join(" "),
    ]),
    candidates: candidates.map(({ account }) => account.address),
    ...(live ? { live: [live.account.address, live.standing, live.delegates.join(" ")] } : {}),
    ...(memory ? { memory: memory.zivverId } : {}),
    ...(change ? { change: `${change.action} ${change.address}` } : {}),
    findings: findings.map(({ code }) => code),
    general: general.map(({ code }) => code),
    others,
  };
}

const ann = record(ANN, { id: "1", aliases: ["a@example.org"], active: true });
const annOf = (source: string) => `staff/${source} row of ${ANN}`;
const QUIET = { findings: [], general: [], others: [] };

describe("an account is found", () => {
  const setting: Setting = {
    desired: [ann, record(BOB)],
    live: [person(ANN, { aliases: ["a@example.org"], delegates: [BOB] }), person(BOB)],
    known: [known(ANN, { id: "1" })],
  };
  const story = {
    records: [[annOf("hr"), "fullName active aliases accountKey"]],
    candidates: [ANN],
    live: [ANN, "managed", BOB],
    memory: `id-${ANN}`,
    ...QUIET,
  };
  test.each([
    ["its address", ANN],
    ["an alias of it, at the source and in Zivver", "a@example.org"],
  ])("by %s", (_, address) => {
    const found = storyOf(setting, address);
    expect({
      ...found,
      records: found.records.map(([where, fields]) => [where, fields?.split(" ").sort()]),
    }).toEqual({
      ...story,
      records: story.records.map(([where, fields]) => [where, fields?.split(" ").sort()]),
    });
  });

  test("by the address that it has in Zivver, and by that which it gets", () => {
    const renamed: Setting = {
      ...setting,
      desired: [record(ANN, { id: "1", fullName: "Name of old" })],
      live: [person(OLD)],
      known: [known(OLD, { id: "1" })],
    };
    for (const address of [OLD, ANN])
      expect(storyOf(renamed, address)).toMatchObject({
        candidates: [ANN],
        live: [OLD, "managed", ""],
        memory: `id-${OLD}`,
        change: `update ${ANN}`,
      });
  });

  test("at the source alone, where it is created", () => {
    expect(storyOf({ desired: [ann], live: [person(BOB)] }, ANN)).toMatchObject({
      candidates: [ANN],
      change: `create ${ANN}`,
      others: [],
    });
    expect(storyOf({ desired: [ann], live: [person(BOB)] }, ANN)).not.toHaveProperty("live");
  });

  test("in Zivver alone, where it leaves", () => {
    expect(storyOf({ desired: [ann], live: [person(ANN), person(BOB)] }, BOB)).toEqual({
      records: [],
      candidates: [],
      live: [BOB, "managed", ""],
      change: `suspend ${BOB}`,
      ...QUIET,
    });
  });

  test("nowhere: then it is said who there is", () => {
    const { others, ...rest } = storyOf(
      { desired: [ann], live: [person(BOB, { aliases: ["b@example.org"] })] },
      "nobody@example.org",
    );
    expect([...others].sort()).toEqual([ANN, "b@example.org", BOB]);
    expect(rest).toEqual({ records: [], candidates: [], findings: [], general: [] });
  });
});

test("of several records, it is said which field of which one counts", () => {
  const setting: Setting = {
    readings: [
      reading([record(ANN, { fullName: "Ann One", phone: "+31600000001" }), record(BOB)]),
      reading(
        [record(ANN, { fullName: "Ann Two", aliases: ["a@example.org"], accountKey: null, where: "line 2" })],
        {
          source: "more",
        },
      ),
    ],
  };
  const { records } = storyOf(setting, ANN);
  expect(records.map(([where, fields]) => [where, fields?.split(" ").sort()])).toEqual([
    [annOf("hr"), ["accountKey", "fullName", "phone"]],
    ["staff/more line 2", expect.arrayContaining(["(fullName)"])],
  ]);
});

test("a record that makes no account is shown under the address that it names", () => {
  const setting: Setting = {
    profile: { manages: { kinds: ["personal"] } },
    desired: [ann, deskRecord("d@example.org")],
  };
  expect(storyOf(setting, "d@example.org").records).toEqual([
    ["staff/hr row of d@example.org", expect.stringContaining("(fullName)")],
  ]);
});

test("members are shown by address, and one that no listing shows by its id", () => {
  const setting: Setting = {
    desired: [ann, deskRecord("d@example.org")],
    live: [person(ANN), desk("d@example.org", ["x", `id-${ANN}`])],
  };
  expect(storyOf(setting, "d@example.org").live).toEqual(["d@example.org", "managed", `${ANN} id:x`]);
});

test("what holds everything back is said beside what is said of the account itself", () => {
  const setting: Setting = {
    readings: [reading([ann], { complete: false })],
    live: [person(ANN), person(BOB)],
  };
  expect(storyOf(setting, BOB)).toMatchObject({ findings: ["removal-held-back"], general: [] });
  const empty: Setting = {
    readings: [reading([ann]), reading([], { source: "more" })],
    live: [person(ANN), person(BOB)],
  };
  expect(storyOf(empty, ANN)).toMatchObject({ findings: [], general: ["source-empty"] });
});

describe("whose an account is, and by which rule", () => {
  const rules = {
    exclude: [{ address: "x*@example.org" }],
    include: [{ domain: "example.org", divisionUnder: "/" }, { address: "c@example.com" }],
  };
  test.each<readonly [string, Setting, string, string]>([
    ["all of a kind", {}, "managed", "staff: all personal accounts"],
    [
      "the condition that includes it",
      { profile: { manages: rules } },
      "managed",
      "staff: include domain example.org and divisionUnder /",
    ],
    [
      "a pattern that protects it",
      { organization: { protected: ["q*", "ann@*"] } },
      "protected",
      "protected: ann@*; staff: all personal accounts",
    ],
    [
      "the condition that excludes it",
      { profile: { manages: { exclude: [{ address: "z*" }, { address: "ann*" }] } } },
      "unmanaged",
      "staff: exclude address ann*",
    ],
    [
      "no condition",
      { profile: { manages: { include: [{ domain: "example.com" }] } } },
      "unmanaged",
      "no profile includes it",
    ],
    [
      "not its kind",
      { profile: { manages: { kinds: ["functional"], exclude: [{ address: "ann*" }] } } },
      "unmanaged",
      "no profile includes it",
    ],
    [
      "two profiles",
      { others: [profile({ name: "care" })] },
      "unmanaged",
      "several profiles manage it: staff, care",
    ],
  ])("%s", (_, setting, standing, rule) => {
    const { live } = explainAccount(inputOf({ desired: [ann], live: [person(ANN)], ...setting }), at(ANN));
    expect([live?.standing, live?.rule]).toEqual([standing, rule]);
  });
});

describe("what belongs to an account and what does not", () => {
  const care = profile({ name: "care", manages: { include: [{ domain: "example.com" }] } });
  const staff = profile({ name: "staff", manages: { include: [{ domain: "example.org" }] } });

  test("a record of another profile under its address, which makes no account there", () => {
    const setting: Setting = {
      profiles: [
        { policy: staff, readings: [reading([ann])] },
        { policy: care, readings: [reading([record(ANN, { where: "care row" }), record(BOB)])] },
      ],
      live: [person(ANN)],
    };
    expect(storyOf(setting, ANN).records.map(([where]) => where)).toEqual([annOf("hr"), "care/hr care row"]);
  });

  test("a record without an address is nobody's", () => {
    const setting: Setting = { desired: [ann, record(undefined, { fullName: "Ann" })], live: [person(ANN)] };
    expect(storyOf(setting, ANN).records.map(([where]) => where)).toEqual([annOf("hr")]);
  });

  test("a record that names an account by an old address, where two may be it", () => {
    const setting: Setting = {
      desired: [record("new@example.org", { id: "2", fullName: "Other", aliases: [ANN] }), record(BOB)],
      live: [person(ANN, { fullName: "Ann Ash" }), person(BOB)],
      known: [known(ANN, { id: "1" })],
    };
    for (const address of [ANN, "new@example.org"]) {
      const { candidates, live } = storyOf(setting, address);
      expect({ address, candidates, live }).toEqual({
        address,
        candidates: ["new@example.org"],
        live: address === ANN ? [ANN, "managed", ""] : undefined,
      });
    }
  });

  test("members are sorted by address", () => {
    const setting: Setting = {
      desired: [ann, record(BOB), deskRecord("d@example.org")],
      live: [person(ANN), person(BOB), desk("d@example.org", ["1", `id-${BOB}`, `id-${ANN}`, "0"])],
    };
    const zeta = { ...desk("d@example.org"), members: [`id-${BOB}`, "1", `id-${ANN}`, "0"] };
    expect(storyOf({ ...setting, live: [person(ANN), person(BOB), zeta] }, "d@example.org").live).toEqual([
      "d@example.org",
      "managed",
      `${ANN} ${BOB} id:0 id:1`,
    ]);
  });

  test("a deletion is its change, found by its id although its address is another one by then", () => {
    const story = explainAccount(
      inputOf({
        desired: [record(BOB, { id: "1", fullName: "Name of old" })],
        live: [person(OLD)],
        known: [known(OLD, { id: "1" })],
      }),
      at(OLD),
    );
    expect(story.change).toMatchObject({ address: BOB, zivverId: `id-${OLD}` });
    expect([story.live?.account.address, story.memory?.zivverId]).toEqual([OLD, `id-${OLD}`]);
  });

  test("nothing is there of what is not: no change, nothing remembered, no account", () => {
    const story = explainAccount(inputOf({ desired: [ann], live: [person(BOB)] }), at("nobody@example.org"));
    expect(["change" in story, "memory" in story, "live" in story]).toEqual([false, false, false]);
    const quiet = explainAccount(inputOf({ desired: [record(BOB)], live: [person(BOB)] }), at(BOB));
    expect(["change" in quiet, "memory" in quiet, "live" in quiet]).toEqual([false, false, true]);
  });
});
