import { describe, expect, test } from "vitest";
import { desk, deskRecord, known, linesOf, planOf, profile, reading, record } from "../../support/engine.ts";
import { planTable, suspended } from "../table.ts";
import {
  ANN,
  BOB,
  DESK,
  deskRow,
  LENA,
  linkedTo,
  liveOf,
  NILS,
  rowOf,
  rowWithoutId,
  unreadable,
} from "./people.ts";

const staff = { live: [liveOf(ANN), liveOf(BOB)], known: [linkedTo(ANN), linkedTo(BOB)] };
const MARRIED = "ann.married@example.org";
const row = { problems: [{ attribute: "row", message: "It has a cell too many." }] };

describe("a doubt stops no suspension that another field justifies", () => {
  const disabled = (given: Parameters<typeof rowOf>[1]) => ({
    ...staff,
    desired: [rowOf(ANN, { active: false, ...given }), rowOf(BOB)],
  });
  planTable([
    {
      name: "an alias that is not an address",
      ...disabled({ aliases: ["smtp:x"] }),
      expect: { changes: [suspended(ANN)], findings: [`alias-invalid ${ANN}`] },
    },
    {
      name: "an unreadable cell of aliases",
      ...disabled(unreadable("aliases")),
      expect: { changes: [suspended(ANN)], findings: [`record-unreadable ${ANN}`] },
    },
    {
      name: "an unreadable name",
      ...disabled({ fullName: null, ...unreadable("fullName") }),
      expect: { changes: [suspended(ANN)], findings: [`record-unreadable ${ANN}`] },
    },
    {
      name: "an alias that is a colleague's address",
      ...disabled({ aliases: [BOB] }),
      expect: { changes: [suspended(ANN)] },
    },
    {
      name: "a colleague's account key",
      ...disabled({ accountKey: `key of ${BOB}` }),
      expect: {
        changes: [suspended(ANN)],
        findings: [`account-key-twice ${ANN}`, `account-key-twice ${BOB}`],
      },
    },
    {
      name: "no account key",
      ...disabled({ accountKey: null }),
      expect: { changes: [suspended(ANN)] },
    },
    {
      name: "an unreadable address, where the id shows whose record it is",
      ...staff,
      desired: [
        record(undefined, { id: "1", fullName: "Ann Archer", active: false, ...unreadable("email") }),
        rowOf(BOB),
      ],
      expect: { changes: [suspended(ANN)], findings: [`record-unreadable ${ANN}`] },
    },
    {
      name: "a new address outside the profile",
      ...staff,
      profile: { manages: { include: [{ domain: "example.org" }] } },
      desired: [record("ann@example.com", { id: "1", fullName: "Ann Archer", active: false }), rowOf(BOB)],
      expect: { changes: [suspended(ANN)] },
    },
    {
      name: "a row that is in doubt as a whole may not be Ann's, so it does",
      ...disabled(row),
      expect: { findings: [`record-unreadable ${ANN}`] },
    },
  ]);
});

describe("a leaver is a leaver, whatever becomes of the address", () => {
  const three = {
    live: [...staff.live, liveOf(LENA), desk(DESK, [`id-${ANN}`, `id-${BOB}`, `id-${LENA}`])],
    known: [...staff.known, linkedTo(LENA)],
  };
  planTable([
    {
      name: "a desk takes it over as an alias: members go on being removed",
      ...three,
      desired: [rowOf(ANN), rowOf(BOB), deskRow([ANN], { aliases: [LENA] })],
      expect: {
        changes: [`update ${DESK} delegates: [${ANN}, ${BOB}, ${LENA}] → [${ANN}]`, suspended(LENA)],
        findings: [`address-taken ${DESK}`],
      },
    },
    {
      name: "a desk takes it over as its own",
      ...three,
      desired: [rowOf(ANN), rowOf(BOB), deskRecord(LENA, { delegates: [ANN] }), deskRow([ANN])],
      expect: {
        changes: [`update ${DESK} delegates: [${ANN}, ${BOB}, ${LENA}] → [${ANN}]`, suspended(LENA)],
        findings: [`kind-mismatch ${LENA}`],
      },
    },
    {
      name: "a mailbox that became shared",
      ...staff,
      desired: [deskRecord(ANN, { id: "1", fullName: "Ann Archer", delegates: [BOB] }), rowOf(BOB)],
      expect: { changes: [suspended(ANN)], findings: [`kind-mismatch ${ANN}`] },
    },
    {
      name: "also with a delegate who was added by hand, whatever the shared mailbox says of delegates",
      live: [liveOf(ANN, { delegates: [BOB] }), liveOf(BOB)],
      known: [linkedTo(ANN, { fields: { active: "active true", delegates: "delegates []" } }), linkedTo(BOB)],
      desired: [deskRecord(ANN, { id: "1", fullName: "Ann Archer", delegates: [BOB] }), rowOf(BOB)],
      expect: { changes: [suspended(ANN)], findings: [`kind-mismatch ${ANN}`] },
    },
    {
      name: "also where it was never linked",
      live: staff.live,
      desired: [deskRecord(ANN), rowWithoutId(BOB)],
      expect: { changes: [suspended(ANN)], findings: [`kind-mismatch ${ANN}`] },
    },
    {
      name: "and where the profile manages people only",
      ...staff,
      profile: { manages: { kinds: ["personal"] } },
      desired: [deskRecord(ANN), rowOf(BOB)],
      expect: { changes: [suspended(ANN)], findings: ["record-kind-not-managed"] },
    },
    {
      name: "a disabled user whom another source reads as a shared mailbox",
      ...staff,
      readings: [
        reading([deskRecord(ANN, { delegates: [BOB] })], { source: "exchange" }),
        reading([rowOf(ANN, { active: false }), rowOf(BOB)]),
      ],
      expect: { changes: [suspended(ANN)], findings: [`kind-mismatch ${ANN}`] },
    },
    {
      name: "a user who is not disabled is there, whatever the other source says",
      ...staff,
      readings: [
        reading([deskRecord(ANN, { delegates: [BOB] })], { source: "exchange" }),
        reading([rowOf(ANN), rowOf(BOB)]),
      ],
      expect: { findings: [`kind-mismatch ${ANN}`] },
    },
    {
      name: "not on the word of a row that is in doubt as a whole",
      ...staff,
      desired: [deskRecord(ANN, row), rowOf(BOB)],
      expect: { findings: [`record-unreadable ${ANN}`] },
    },
    {
      name: "nor of an incomplete source",
      ...staff,
      readings: [reading([deskRecord(ANN), rowOf(BOB)], { complete: false })],
      expect: { findings: [`kind-mismatch ${ANN}`, `removal-held-back ${ANN}`] },
    },
    {
      name: "whoever comes next and is not active yet leaves no link to the account",
      ...staff,
      desired: [rowOf(ANN, { id: "9", fullName: "Nils New", active: false }), rowOf(BOB)],
      expect: { changes: [suspended(ANN)] },
    },
    {
      name: "and is held once active",
      ...staff,
      live: [liveOf(ANN, { active: false }), liveOf(BOB)],
      known: [linkedTo(ANN, { suspended: "disabled" }), linkedTo(BOB)],
      desired: [rowOf(ANN, { id: "9", fullName: "Nils New", active: true }), rowOf(BOB)],
      expect: { findings: [`address-reused ${ANN}`] },
    },
  ]);

  test.each([
    { name: "linked to a record that is gone", remembered: [linkedTo(LENA)], active: true },
    { name: "never linked, and active", remembered: [], active: true },
    { name: "never linked, and suspended", remembered: [], active: false },
  ])("an account that is $name is not linked to the inactive record of another name", (setting) => {
    const { remember = [] } = planOf({
      live: [liveOf(LENA, { active: setting.active })],
      known: setting.remembered,
      desired: [record(LENA, { id: "9", fullName: "Nils New", active: false })],
    }).body;
    expect(remember.map(({ link }) => link)).toEqual([undefined]);
  });
});

describe("an incomplete source", () => {
  planTable([
    {
      name: "adds, and holds back who is gone and who is disabled, by name",
      ...staff,
      readings: [reading([rowOf(BOB, { active: false }), rowOf(NILS)], { complete: false })],
      expect: {
        changes: [`create ${NILS} address: - → ${NILS}; fullName: - → Nils New`],
        findings: [`removal-held-back ${ANN}`, `removal-held-back ${BOB}`],
      },
    },
    {
      name: "of desks alone stops no leaver",
      live: [...staff.live, desk(DESK, [`id-${ANN}`, `id-${BOB}`])],
      known: staff.known,
      readings: [reading([rowOf(ANN), deskRow([ANN])], { incompleteKinds: ["functional"] })],
      expect: { changes: [suspended(BOB)] },
    },
    {
      name: "of people alone stops no member from being removed",
      live: [...staff.live, desk(DESK, [`id-${ANN}`, `id-${BOB}`])],
      known: staff.known,
      readings: [reading([rowOf(ANN), rowOf(BOB), deskRow([ANN])], { incompleteKinds: ["personal"] })],
      expect: { changes: [`update ${DESK} delegates: [${ANN}, ${BOB}] → [${ANN}]`] },
    },
    {
      name: "renames by id",
      ...staff,
      readings: [
        reading([record(MARRIED, { id: "1", fullName: "Ann Married" }), rowOf(BOB)], { complete: false }),
      ],
      expect: {
        changes: [
          `update ${MARRIED} address: ${ANN} → ${MARRIED}; fullName: Ann Archer → Ann Married; aliases: [] → [${ANN}]`,
        ],
      },
    },
    {
      name: "gives no successor a leaver's address",
      live: [liveOf(LENA), liveOf(BOB)],
      known: [linkedTo(LENA), linkedTo(BOB)],
      readings: [reading([rowOf(BOB, { aliases: [LENA] })], { complete: false })],
      expect: { findings: [`alias-waits ${BOB}`] },
    },
  ]);
});

describe("a change that would move an account out of its profile", () => {
  const ext = { manages: { exclude: [{ divisionUnder: "/ext" }] } };
  const inExt = { name: "ext", manages: { include: [{ divisionUnder: "/ext" }] } };
  const ours = [rowOf(ANN, { division: "/ext" }), rowOf(BOB)];
  const theirs = [rowOf(ANN, { division: "/ext" })];
  const two = {
    profiles: [
      { policy: profile(ext), readings: [reading(ours)] },
      { policy: profile(inExt), readings: [reading(theirs)] },
    ],
  };
  planTable([
    {
      name: "by its division: the division stays, and the rest goes on",
      ...staff,
      profile: ext,
      desired: [rowOf(ANN, { division: "/ext/a", phone: "+31201234567" }), rowOf(BOB)],
      expect: {
        changes: [`update ${ANN} phone:  → +31201234567`],
        findings: [`record-not-managed ${ANN}`],
      },
    },
    {
      name: "by the profile's own rule for divisions",
      ...staff,
      profile: { ...ext, division: { fixed: "/ext" } },
      desired: [rowOf(ANN), rowOf(BOB)],
      expect: { findings: [`record-not-managed ${ANN}`, `record-not-managed ${BOB}`] },
    },
    {
      name: "by its name",
      ...staff,
      profile: { manages: { exclude: [{ fullName: "Ext *" }] } },
      desired: [rowOf(ANN, { fullName: "Ext Ann" }), rowOf(BOB)],
      expect: { findings: [`record-not-managed ${ANN}`] },
    },
    {
      name: "goes on where another profile takes it over",
      ...staff,
      ...two,
      expect: {
        changes: [`update ${ANN} division: / → /ext`],
        findings: ["division-unknown", "record-not-managed"],
      },
    },
    {
      name: "the day after, that profile knows it by address and name, and links it again",
      live: [liveOf(ANN, { division: "/ext" }), liveOf(BOB)],
      known: staff.known,
      ...two,
      expect: {
        findings: [`link-outside ${ANN}`, `link-replaced ${ANN}`, "record-not-managed"],
      },
    },
    {
      name: "and then all is quiet",
      live: [liveOf(ANN, { division: "/ext" }), liveOf(BOB)],
      known: [
        known(ANN, { link: { profile: "ext", source: "hr", anchor: "ext/hr personal 1" } }),
        linkedTo(BOB),
      ],
      ...two,
      expect: { findings: ["record-not-managed"] },
    },
  ]);
});

describe("single sign-on without a key", () => {
  planTable([
    {
      name: "names, aliases, delegates and addresses go on; only the key is held",
      ...staff,
      desired: [
        record(MARRIED, {
          id: "1",
          fullName: "Ann Married",
          aliases: ["x@example.org"],
          delegates: [BOB],
          accountKey: null,
        }),
        rowOf(BOB),
      ],
      expect: {
        changes: [
          `update ${MARRIED} address: ${ANN} → ${MARRIED}; fullName: Ann Archer → Ann Married; aliases: [] → [${ANN}, x@example.org]; delegates: [] → [${BOB}]`,
        ],
        findings: [`account-key-missing ${MARRIED}`],
      },
    },
    {
      name: "nobody is created",
      ...staff,
      desired: [rowOf(ANN), rowOf(BOB), rowOf(NILS, { accountKey: null })],
      expect: { findings: [`account-key-missing ${NILS}`] },
    },
    {
      name: "one key for two people is sent to neither, and all else goes on",
      ...staff,
      known: [linkedTo(ANN, { key: "before" }), linkedTo(BOB, { key: "before" })],
      desired: [rowOf(ANN, { accountKey: "same", fullName: "Ann A" }), rowOf(BOB, { accountKey: "same" })],
      expect: {
        changes: [`update ${ANN} fullName: Ann Archer → Ann A`],
        findings: [`account-key-twice ${ANN}`, `account-key-twice ${BOB}`],
      },
    },
    {
      name: "with ids mixed up, nobody gets a colleague's key",
      ...staff,
      known: [linkedTo(ANN, { key: `key of ${ANN}` }), linkedTo(BOB, { key: `key of ${BOB}` })],
      desired: [rowOf(ANN, { id: "2" }), rowOf(BOB, { id: "1" })],
      expect: { findings: [`link-doubtful ${ANN}`, `link-doubtful ${BOB}`] },
    },
  ]);
});

describe("--only", () => {
  const setting = {
    live: [liveOf(ANN), liveOf(BOB, { aliases: ["x@example.org"] }), liveOf(LENA), desk(DESK, [`id-${ANN}`])],
    known: [linkedTo(ANN), linkedTo(BOB), linkedTo(LENA)],
    desired: [
      rowOf(ANN, { aliases: ["x@example.org"], fullName: "Ann A" }),
      rowOf(BOB, { aliases: [] }),
      rowOf(NILS),
      deskRow([ANN, NILS]),
    ],
  };

  test("plans the changes of the whole plan, or says what they wait for: nothing is called unchanged that is not", () => {
    const of = (only: string) => linesOf({ ...setting, only });
    expect(of(ANN)).toEqual({
      changes: [`update ${ANN} fullName: Ann Archer → Ann A`],
      findings: [`address-taken ${ANN}`],
    });
    expect(of(BOB)).toEqual({ changes: [`update ${BOB} aliases: [x@example.org] → []`], findings: [] });
    expect(of(LENA)).toEqual({ changes: [suspended(LENA)], findings: [] });
    expect(of(DESK)).toEqual({ changes: [], findings: [`delegate-unknown ${DESK}`] });
    expect(linesOf(setting).findings).toEqual([]);
  });

  test.each([
    {
      name: "held back",
      given: { readings: [reading([rowOf(BOB)], { complete: false })] },
      expect: `removal-held-back ${ANN}`,
    },
    {
      name: "held",
      given: { desired: [rowOf(ANN, { id: "9", fullName: "Nils New" }), rowOf(BOB)] },
      expect: `address-reused ${ANN}`,
    },
    {
      name: "in doubt",
      given: { desired: [rowOf(ANN, row), rowOf(BOB)] },
      expect: `record-unreadable ${ANN}`,
    },
    {
      name: "present in a row with a colleague's address",
      given: { desired: [rowOf(BOB), record(BOB, { id: "1", fullName: "Ann Archer" })] },
      expect: `duplicate-record ${BOB}`,
    },
  ])("says why an account is $name", ({ given, expect: expected }) => {
    expect(linesOf({ ...staff, ...given, only: ANN })).toEqual({ changes: [], findings: [expected] });
  });
});
