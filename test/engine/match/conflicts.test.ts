import { describe, expect, test } from "vitest";
import { deskRecord, known, person, planOf, profile, reading, record } from "../../support/engine.ts";
import { planTable } from "../table.ts";

const ANN = "ann@example.org";
const BOB = "bob@example.org";
const CEES = "cees@example.org";
const live = [person(ANN), person(BOB)];
const both = [known(ANN, { id: "1", key: "ann" }), known(BOB, { id: "2", key: "bob" })];
const doubt = [{ attribute: "key", message: "The cell holds an error.", field: "accountKey" as const }];
const [TWICE_ANN, TWICE_BOB] = [`account-key-twice ${ANN}`, `account-key-twice ${BOB}`];

describe("one account key in the records of two people is sent to neither", () => {
  planTable([
    {
      name: "whoever had it before",
      desired: [record(ANN, { id: "1", accountKey: "ann" }), record(BOB, { id: "2", accountKey: "ann" })],
      live,
      known: both,
      expect: { findings: [TWICE_ANN, TWICE_BOB] },
    },
    {
      name: "nor where one of them is disabled",
      desired: [
        record(ANN, { id: "1", accountKey: "ann", active: false }),
        record(BOB, { id: "2", accountKey: "ann" }),
      ],
      live: [person(ANN, { active: false }), person(BOB)],
      known: both,
      expect: { findings: [TWICE_ANN, TWICE_BOB] },
    },
    {
      name: "nor where one of them is in doubt, and is the other's all the same",
      desired: [
        record(ANN, { id: "1", accountKey: "bob", problems: doubt }),
        record(BOB, { id: "2", accountKey: "bob" }),
      ],
      live,
      known: both,
      expect: { findings: [TWICE_ANN, TWICE_BOB, `record-unreadable ${ANN}`] },
    },
    {
      name: "nor where a second source gives it to one of them",
      readings: [
        reading([record(ANN, { id: "1", accountKey: "ann" }), record(BOB, { id: "2", accountKey: "bob" })]),
        reading([record(ANN, { supplement: true, accountKey: "bob" })], { source: "more" }),
      ],
      live,
      known: both,
      expect: { findings: [TWICE_ANN, TWICE_BOB] },
    },
    {
      name: "two who are both disabled need none, so nothing is said",
      desired: [
        record(ANN, { id: "1", accountKey: "ann", active: false }),
        record(BOB, { id: "2", accountKey: "ann", active: false }),
        record(CEES, { id: "3" }),
      ],
      live: [person(ANN, { active: false }), person(BOB, { active: false }), person(CEES)],
      known: [...both, known(CEES, { id: "3", key: `key of ${CEES}` })],
      expect: {},
    },
    {
      name: "a functional account has none, whatever its record gives",
      desired: [
        record(ANN, { id: "1", accountKey: "new" }),
        deskRecord("d@example.org", { accountKey: "new" }),
      ],
      live: [person(ANN)],
      known: both.slice(0, 1),
      profile: { functional: { create: false } },
      expect: {
        changes: [`update ${ANN} accountKey: id-${ANN} ann → id-${ANN} new`],
        findings: ["policy-held-back d@example.org"],
      },
    },
  ]);
});

describe("an address that two profiles give", () => {
  test.each([
    ["personal", "duplicate-record"],
    ["functional", "kind-mismatch"],
  ] as const)("is left as it is, and it is said who gives it: %s", (kind, code) => {
    const profiles = [
      { policy: profile({ name: "two" }), readings: [reading([record(ANN, { kind })])] },
      { policy: profile({ name: "one" }), readings: [reading([record(ANN)])] },
    ];
    const { changes, findings } = planOf({ profiles, live: [] }).body;
    const said = (where: object) => ({
      code,
      severity: "error",
      summary: `More than one profile gives ${ANN}: one (personal), two (${kind}). The account is left as it is until only one does.`,
      where: { source: "hr", place: `row of ${ANN}`, address: ANN, ...where },
    });
    expect(changes).toEqual([]);
    expect(findings).toHaveLength(2);
    expect(findings).toContainEqual(said({ profile: "one", kind: "personal" }));
    expect(findings).toContainEqual(said({ profile: "two", kind }));
  });
});
