import { describe, expect, test } from "vitest";
import { known, person, planOf, reading, record, type Setting } from "../../support/engine.ts";
import { planTable, suspended } from "../table.ts";

const ANN = "ann@example.org";
const BOB = "bob@example.org";
const KEY = "the key of Ann";
const [ann, bob] = [{ fullName: "Ann Berg" }, { fullName: "Bob Dijk" }];
const annKnown = known(ANN, { id: "1", key: KEY });
const bobKnown = known(BOB, { id: "2", key: "the key of Bob" });
const [annLive, bobLive] = [person(ANN, ann), person(BOB, bob)];
/** Ann's record without her key: no source gives it to her account any more. */
const annKeyless = record(ANN, { ...ann, id: "1", accountKey: null });
const MISSING = `account-key-missing ${ANN}`;
const TWICE = `account-key-twice ${BOB}`;
const bobWithHers = (more: Parameters<typeof record>[1] = {}) =>
  record(BOB, { ...bob, id: "2", accountKey: KEY, ...more });
/** Some records were not read, and Ann's may be among them. */
const unread = (...records: Parameters<typeof reading>[0]) => [reading(records, { complete: false })];

describe("a key that the state knows as another account's is not sent", () => {
  planTable([
    {
      name: "to an account that is there: its person would log in as the other one",
      desired: [annKeyless, bobWithHers()],
      live: [annLive, bobLive],
      known: [annKnown, bobKnown],
      expect: { findings: [MISSING, TWICE] },
    },
    {
      name: "with a new account, which then waits",
      desired: [annKeyless, bobWithHers()],
      live: [annLive],
      known: [annKnown],
      expect: { findings: [MISSING, TWICE] },
    },
    {
      name: "also where the owner has left",
      desired: [bobWithHers()],
      live: [annLive, bobLive],
      known: [annKnown, bobKnown],
      expect: { changes: [suspended(ANN)], findings: [TWICE] },
    },
    {
      name: "also where the owner's record was not read today",
      readings: unread(bobWithHers()),
      live: [annLive, bobLive],
      known: [annKnown, bobKnown],
      expect: { findings: [TWICE, `removal-held-back ${ANN}`] },
    },
    {
      name: "also where the owner is gone from Zivver, and the record may be among those that were not read",
      readings: unread(bobWithHers()),
      live: [bobLive],
      known: [annKnown, bobKnown],
      expect: { findings: [TWICE] },
    },
    {
      name: "not even under a name that is the same, while the owner's record is awaited",
      readings: unread(bobWithHers({ fullName: "Ann Berg" })),
      live: [annLive, person(BOB, ann)],
      known: [annKnown, bobKnown],
      expect: { findings: [TWICE, `removal-held-back ${ANN}`] },
    },
  ]);

  test("and it is said whose it may be, and what to do", () => {
    const of = (setting: Setting) =>
      planOf(setting).body.findings.find(({ code }) => code === "account-key-twice");
    const said = (whose: string) => ({
      code: "account-key-twice",
      severity: "error",
      summary: `The account key of this record may be that of ${whose}, to which no record gives another key now, so one of them would log in as the other. It is not sent. Correct the key at the source, or let all records be read; if that account is not used any more, delete it in Zivver.`,
      where: { profile: "staff", source: "hr", place: `row of ${BOB}`, kind: "personal", address: BOB },
    });
    const setting = { readings: unread(bobWithHers()), known: [annKnown, bobKnown] };
    expect(of({ ...setting, live: [annLive, bobLive] })).toEqual(said(`Ann Berg <${ANN}>`));
    expect(of({ ...setting, live: [bobLive] })).toEqual(said(ANN));
  });
});

describe("a key is sent all the same", () => {
  const sent = (before: string) => `update ${BOB} accountKey: ${before} → id-${BOB} ${KEY}`;
  planTable([
    {
      name: "where the other account has another one by now",
      desired: [record(ANN, { ...ann, id: "1", accountKey: "new" }), bobWithHers()],
      live: [annLive, bobLive],
      known: [annKnown, bobKnown],
      expect: {
        changes: [
          `update ${ANN} accountKey: id-${ANN} ${KEY} → id-${ANN} new`,
          sent(`id-${BOB} the key of Bob`),
        ],
      },
    },
    {
      name: "where the other account is gone, and all was read",
      desired: [bobWithHers()],
      live: [bobLive],
      known: [annKnown, bobKnown],
      expect: { changes: [sent(`id-${BOB} the key of Bob`)] },
    },
    {
      name: "where it is another key",
      desired: [annKeyless, bobWithHers({ accountKey: "another" })],
      live: [annLive, bobLive],
      known: [annKnown, bobKnown],
      expect: {
        changes: [`update ${BOB} accountKey: id-${BOB} the key of Bob → id-${BOB} another`],
        findings: [MISSING],
      },
    },
    {
      name: "with a new account of the same given name: somebody who married",
      desired: [record(BOB, { fullName: "Ann Smit", id: "2", accountKey: KEY })],
      live: [annLive],
      known: [annKnown],
      expect: {
        changes: [`create ${BOB} address: - → ${BOB}; fullName: - → Ann Smit`, suspended(ANN)],
        findings: [`perhaps-renamed ${ANN}`],
      },
    },
    {
      name: "to an account of the same name, where the other one's record is gone: two accounts of one person",
      desired: [bobWithHers(ann)],
      live: [annLive, person(BOB, ann)],
      known: [annKnown, bobKnown],
      expect: { changes: [sent(`id-${BOB} the key of Bob`), suspended(ANN)] },
    },
    {
      name: "where no other account is known to have one",
      desired: [annKeyless, bobWithHers()],
      live: [annLive, bobLive],
      known: [known(ANN, { id: "1" }), bobKnown],
      expect: { changes: [sent(`id-${BOB} the key of Bob`)], findings: [MISSING] },
    },
  ]);
});

describe("a new record with the name and key of somebody whose own record was not read", () => {
  const moved = record("ann@example.com", { ...ann, id: "9", accountKey: KEY });
  planTable([
    {
      name: "makes no second account: it may be the same person, who has moved",
      readings: unread(moved),
      live: [annLive],
      known: [annKnown],
      expect: { findings: ["link-doubtful ann@example.com"] },
    },
    {
      name: "does where the key is another",
      readings: unread(record("ann@example.com", { ...ann, id: "9", accountKey: "another" })),
      live: [annLive],
      known: [annKnown],
      expect: {
        changes: ["create ann@example.com address: - → ann@example.com; fullName: - → Ann Berg"],
        findings: [`removal-held-back ${ANN}`],
      },
    },
    {
      name: "is not created under another name either, since its key is Ann's",
      readings: unread(record("ann@example.com", { ...bob, id: "9", accountKey: KEY })),
      live: [annLive],
      known: [annKnown],
      expect: { findings: ["account-key-twice ann@example.com", `removal-held-back ${ANN}`] },
    },
  ]);

  test("and it is said why", () => {
    const { findings } = planOf({ readings: unread(moved), live: [annLive], known: [annKnown] }).body;
    expect(findings).toContainEqual({
      code: "link-doubtful",
      severity: "error",
      summary: `The record has the name and the account key of Ann Berg <${ANN}>, whose own record could not be read: it may be the same person, who has moved. Nothing is created for it until that record can be read. If they are one, give that account the address ann@example.com in Zivver.`,
      where: {
        profile: "staff",
        source: "hr",
        place: "row of ann@example.com",
        kind: "personal",
        address: "ann@example.com",
      },
    });
  });
});

test("who may be a member of a team by a name is not known, while that record makes no account", () => {
  const { body } = planOf({
    readings: unread(
      record("ann@example.com", { ...ann, id: "9", accountKey: KEY }),
      record(BOB, { ...bob, id: "2", accountKey: "the key of Bob", delegates: ["ann@example.com"] }),
    ),
    live: [annLive, bobLive],
    known: [annKnown, bobKnown],
  });
  expect(body.changes).toEqual([]);
  expect(body.findings.map(({ code }) => code)).toContain("delegate-unknown");
});
