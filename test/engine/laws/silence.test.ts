import { describe, expect, test } from "vitest";
import type { Reading } from "../../../src/model/ports.ts";
import { desk, deskRecord, known, planOf, reading, record } from "../../support/engine.ts";
import { created, planTable, suspended } from "../table.ts";
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
const withDesk = { live: [...staff.live, desk(DESK, [`id-${ANN}`])], known: staff.known };
const EMAIL = ["email"] as const;
const bothKinds = { speaks: { personal: EMAIL, functional: EMAIL } };

describe("a kind that the sources do not give", () => {
  planTable([
    {
      name: "without a table for it, no functional account is emptied or deleted",
      ...withDesk,
      profile: { functional: { missing: "delete" } },
      readings: [reading([rowOf(ANN)], { speaks: { personal: EMAIL } })],
      expect: { changes: [suspended(BOB)], findings: ["kind-not-given", `removal-held-back ${DESK}`] },
    },
    {
      name: "nor is a person suspended for want of a table of people",
      ...withDesk,
      readings: [reading([deskRow()], { speaks: { functional: EMAIL } })],
      expect: {
        findings: ["kind-not-given", `removal-held-back ${ANN}`, `removal-held-back ${BOB}`],
      },
    },
    {
      name: "an empty table of desks keeps the desks, and no leaver",
      ...withDesk,
      readings: [reading([rowOf(ANN)], bothKinds)],
      expect: { changes: [suspended(BOB)], findings: [`removal-held-back ${DESK}`] },
    },
    {
      name: "an empty table of people keeps the people, and empties a desk that is gone",
      live: [...withDesk.live, desk("e@example.org", [`id-${ANN}`])],
      known: withDesk.known,
      readings: [reading([deskRow()], bothKinds)],
      expect: {
        changes: [`suspend e@example.org delegates: [${ANN}] → []`],
        findings: [`removal-held-back ${ANN}`, `removal-held-back ${BOB}`],
      },
    },
    {
      name: "an empty table beside a source that gives people, of which the state knows no more, suspends nobody on the second day either",
      known: [known(ANN), known(BOB, { heldBackSince: "2026-11-20T08:00:00Z", heldBackBecause: "empty" })],
      fieldsBefore: { functional: ["email"] },
      sourcesBefore: [{ profile: "staff", name: "payroll", records: 1, fields: { personal: ["email"] } }],
      readings: [
        reading([deskRow()], bothKinds),
        reading([rowWithoutId(ANN)], { source: "payroll", speaks: { personal: EMAIL } }),
      ],
      live: [...staff.live, desk(DESK)],
      expect: { findings: [`removal-held-back ${BOB}`] },
    },
    {
      name: "and a leaver goes once nobody is held back because of such a table",
      live: [...staff.live, desk(DESK)],
      known: [known(ANN), known(BOB)],
      fieldsBefore: { functional: ["email"] },
      sourcesBefore: [{ profile: "staff", name: "payroll", records: 1, fields: { personal: ["email"] } }],
      readings: [
        reading([deskRow()], bothKinds),
        reading([rowWithoutId(ANN)], { source: "payroll", speaks: { personal: EMAIL } }),
      ],
      expect: { changes: [suspended(BOB)] },
    },
    {
      name: "a source that gave desks and gives none now keeps them, although another source gives some",
      ...withDesk,
      fieldsBefore: { functional: ["email"] },
      readings: [
        reading([rowOf(ANN), rowOf(BOB)], bothKinds),
        reading([deskRecord("e@example.org")], { source: "exchange" }),
      ],
      expect: { changes: [created("e@example.org")], findings: [`removal-held-back ${DESK}`] },
    },
    {
      name: "one that never gave any keeps none",
      ...withDesk,
      fieldsBefore: { personal: ["email"] },
      readings: [
        reading([rowOf(ANN), rowOf(BOB)], bothKinds),
        reading([deskRecord("e@example.org")], { source: "exchange" }),
      ],
      expect: { changes: [created("e@example.org"), `suspend ${DESK} delegates: [${ANN}] → []`] },
    },
  ]);
});

describe("a source that is renamed on the day on which it loses its table of people", () => {
  const gaveBoth = { personal: EMAIL, functional: EMAIL };
  const itBefore = { profile: "staff", name: "it", records: 1, fields: { personal: EMAIL } };
  const before = { ...withDesk, fieldsBefore: gaveBoth, sourcesBefore: [itBefore] };
  const it = reading([rowOf(ANN)], { source: "it", speaks: { personal: EMAIL } });
  const newHr = (rows: Parameters<typeof reading>[0], speaks: NonNullable<Reading["speaks"]>) =>
    reading(rows, { source: "new-hr", speaks });
  planTable([
    {
      name: "keeps whom it alone listed",
      ...before,
      readings: [newHr([deskRow()], { functional: EMAIL }), it],
      expect: { findings: [`removal-held-back ${BOB}`, `link-replaced ${ANN}`] },
    },
    {
      name: "with its table, it keeps nobody",
      ...before,
      readings: [newHr([rowOf(ANN), deskRow()], gaveBoth), it],
      expect: { changes: [suspended(BOB)], findings: [`link-replaced ${ANN}`] },
    },
    {
      name: "nor where two new sources have a table each",
      ...before,
      readings: [
        newHr([deskRow()], { functional: EMAIL }),
        reading([rowOf(ANN)], { source: "ad", speaks: { personal: EMAIL } }),
      ],
      expect: { changes: [suspended(BOB)], findings: [`link-replaced ${ANN}`] },
    },
    {
      name: "nor where it was taken out, and no source is new but entries in Git",
      ...before,
      readings: [it, reading([deskRow()], { source: "git", type: "declared" })],
      expect: { changes: [suspended(BOB)], findings: [`link-replaced ${ANN}`] },
    },
  ]);

  test("is remembered as a source that gave people until somebody forgets it", () => {
    const { body } = planOf({ ...before, readings: [newHr([deskRow()], { functional: EMAIL }), it] });
    expect(body.sources.map(({ name, fields }) => [name, fields])).toEqual([
      ["new-hr", gaveBoth],
      ["it", { personal: EMAIL }],
    ]);
  });
});

describe("whether somebody is active", () => {
  const suspendedAnn = { live: [liveOf(ANN, { active: false }), liveOf(BOB)] };
  const lost = { fieldsBefore: { personal: ["email", "active"] } } as const;
  const disabled = [linkedTo(ANN, { suspended: "disabled" }), linkedTo(BOB)];
  const missing = [linkedTo(ANN, { suspended: "missing", key: `key of ${ANN}` }), linkedTo(BOB)];
  planTable([
    {
      name: "the column is lost: nobody is reactivated",
      ...suspendedAnn,
      ...lost,
      known: disabled,
      desired: [rowOf(ANN), rowOf(BOB)],
      expect: { findings: ["field-lost"] },
    },
    {
      name: "not even who was suspended as missing",
      ...suspendedAnn,
      ...lost,
      known: missing,
      desired: [rowOf(ANN), rowOf(BOB)],
      expect: { findings: ["field-lost"] },
    },
    {
      name: "it is lost, and a leaver leaves all the same",
      ...staff,
      ...lost,
      desired: [rowOf(BOB)],
      expect: { changes: [suspended(ANN)], findings: ["field-lost"] },
    },
    {
      name: "one empty cell reactivates nobody",
      ...suspendedAnn,
      known: disabled,
      desired: [rowOf(ANN), rowOf(BOB, { active: true })],
      expect: { findings: [`active-not-given ${ANN}`] },
    },
    {
      name: "one unreadable cell neither",
      ...suspendedAnn,
      known: missing,
      desired: [rowOf(ANN, unreadable("active")), rowOf(BOB, { active: true })],
      expect: { findings: [`record-unreadable ${ANN}`] },
    },
    {
      name: "nor does a source of less precedence, while the first cannot be read",
      ...suspendedAnn,
      known: disabled,
      readings: [
        reading([rowOf(ANN, unreadable("active")), rowOf(BOB)]),
        reading([record(ANN, { supplement: true, active: true })], { source: "extra" }),
      ],
      expect: { findings: [`record-unreadable ${ANN}`] },
    },
    {
      name: "or has lost it",
      ...suspendedAnn,
      ...lost,
      known: disabled,
      readings: [
        reading([rowOf(ANN), rowOf(BOB)]),
        reading([record(ANN, { supplement: true, active: true })], { source: "extra" }),
      ],
      expect: { findings: ["field-lost"] },
    },
    {
      name: "whom that source disables is held back by name",
      ...staff,
      ...lost,
      readings: [
        reading([rowOf(ANN), rowOf(BOB)]),
        reading([record(ANN, { supplement: true, active: false })], { source: "extra" }),
      ],
      expect: { findings: ["field-lost", `removal-held-back ${ANN}`] },
    },
    {
      name: "where no source ever says it, who comes back in a list is reactivated",
      ...suspendedAnn,
      known: missing,
      desired: [rowOf(ANN), rowOf(BOB)],
      expect: { changes: [`reactivate ${ANN} active: false → true`] },
    },
    {
      name: "and whom somebody else suspended is not",
      ...suspendedAnn,
      known: [linkedTo(ANN), linkedTo(BOB)],
      desired: [rowOf(ANN), rowOf(BOB)],
      expect: { findings: [`active-not-given ${ANN}`] },
    },
  ]);
});

test("that zivsync suspended an account is forgotten once it is active again, by whomever", () => {
  const { body } = planOf({
    live: staff.live,
    known: [linkedTo(ANN, { suspended: "missing", fields: { active: "digest" } }), linkedTo(BOB)],
    desired: [rowOf(ANN), rowOf(BOB)],
  });
  expect(body.changes).toEqual([]);
  // Else the next administrator who suspends Ann would be overruled by a list that does not say that she is active.
  expect(body.remember?.find(({ zivverId }) => zivverId === `id-${ANN}`)?.suspended).toBe(null);
});

describe("a list or value that a source used to give", () => {
  const aliased = { live: [liveOf(ANN, { aliases: ["x@example.org"] })], known: [linkedTo(ANN)] };
  planTable([
    {
      name: "aliases for nobody any more: none is taken away",
      ...aliased,
      fieldsBefore: { personal: ["aliases"] },
      desired: [rowOf(ANN)],
      expect: { findings: ["field-lost"] },
    },
    {
      name: "another source adds, and takes none away",
      ...aliased,
      fieldsBefore: { personal: ["aliases"] },
      readings: [
        reading([rowOf(ANN)]),
        reading([record(ANN, { supplement: true, aliases: ["y@example.org"] })], { source: "extra" }),
      ],
      expect: {
        changes: [`update ${ANN} aliases: [x@example.org] → [x@example.org, y@example.org]`],
        findings: ["field-lost"],
      },
    },
    {
      name: "a lost column of account keys keeps nobody waiting whose key another source gives",
      ...staff,
      fieldsBefore: { personal: ["accountKey"] },
      readings: [
        reading([ANN, BOB, NILS].map((one) => rowOf(one, { accountKey: null }))),
        reading([record(NILS, { id: "9", supplement: true, accountKey: "key-9" })], { source: "extra" }),
      ],
      expect: {
        changes: [`create ${NILS} address: - → ${NILS}; fullName: - → Nils New`],
        findings: ["field-lost"],
      },
    },
    {
      name: "nor does a key that cannot be read in one source",
      ...staff,
      readings: [
        reading([
          rowOf(ANN, { aliases: ["a@example.org"], accountKey: null, ...unreadable("accountKey") }),
          rowOf(BOB),
        ]),
        reading([record(ANN, { id: "71", fullName: "Ann Archer", accountKey: `key of ${ANN}` })], {
          source: "payroll",
        }),
      ],
      expect: {
        changes: [`update ${ANN} aliases: [] → [a@example.org]`],
        findings: [`record-unreadable ${ANN}`],
      },
    },
    {
      name: "without ids, a renamed person is known by an alias alone: held while these are lost",
      live: [liveOf(ANN)],
      fieldsBefore: { personal: ["aliases"] },
      desired: [rowWithoutId("ann.married@example.org", { fullName: "Ann Married" })],
      expect: {
        findings: ["identity-unknown ann.married@example.org", "field-lost", `removal-held-back ${ANN}`],
      },
    },
    {
      name: "with ids, a newcomer is one",
      ...staff,
      fieldsBefore: { personal: ["aliases"] },
      desired: [rowOf(ANN), rowOf(BOB), rowOf(NILS)],
      expect: {
        changes: [`create ${NILS} address: - → ${NILS}; fullName: - → Nils New`],
        findings: ["field-lost"],
      },
    },
    {
      name: "delegates of desks for none any more: nobody is taken out",
      ...withDesk,
      fieldsBefore: { functional: ["delegates"] },
      desired: [rowOf(ANN), rowOf(BOB), deskRow()],
      expect: { findings: ["field-lost"] },
    },
    {
      name: "names: nobody is created without one, and nobody loses one",
      ...staff,
      fieldsBefore: { personal: ["fullName"] },
      desired: [ANN, BOB, NILS].map((address) => rowOf(address, { fullName: null })),
      expect: { findings: [`full-name-missing ${NILS}`, "field-lost"] },
    },
    {
      name: "who is active: a newcomer may be disabled, is not created, and is named",
      ...staff,
      fieldsBefore: { personal: ["active"] },
      desired: [ANN, BOB, NILS].map((address) => rowOf(address)),
      expect: { findings: [`active-not-given ${NILS}`, "field-lost"] },
    },
    {
      name: "account keys: a newcomer who needs one is not created, and is named",
      ...staff,
      fieldsBefore: { personal: ["accountKey"] },
      desired: [ANN, BOB, NILS].map((address) => rowOf(address, { accountKey: null })),
      expect: { findings: [`account-key-missing ${NILS}`, "field-lost"] },
    },
    {
      name: "account keys, with passwords: a newcomer needs none",
      ...staff,
      organization: { loginMethod: "password" },
      fieldsBefore: { personal: ["accountKey"] },
      desired: [ANN, BOB, NILS].map((address) => rowOf(address, { accountKey: null })),
      expect: {
        changes: [`create ${NILS} address: - → ${NILS}; fullName: - → Nils New`],
        findings: ["field-lost"],
      },
    },
    {
      name: "divisions: a rule of the profile does not step in",
      live: [liveOf(ANN, { division: "/care" })],
      known: [linkedTo(ANN)],
      fieldsBefore: { personal: ["division"] },
      profile: { division: { fixed: "/rest" } },
      desired: [rowOf(ANN)],
      expect: { findings: ["field-lost"] },
    },
    {
      name: "addresses: whoever is known by id is there",
      ...staff,
      organization: { loginMethod: "password" },
      fieldsBefore: { personal: ["email", "id"] },
      desired: [
        record(undefined, { id: "1", fullName: "Ann Archer", accountKey: null }),
        record(undefined, { id: "2", fullName: "Bob Brown", accountKey: null }),
      ],
      expect: {
        findings: [`record-without-address ${ANN}`, `record-without-address ${BOB}`, "field-lost"],
      },
    },
    {
      name: "and a record without an address whose id is not known may be anybody who seems to be missing",
      live: [...staff.live, liveOf(LENA)],
      known: staff.known,
      desired: [record(undefined, { id: "7", where: "row 7" }), rowOf(ANN)],
      expect: {
        findings: ["record-without-address", `removal-held-back ${BOB}`, `removal-held-back ${LENA}`],
      },
    },
  ]);
});

describe("what was declared in Git and is removed there", () => {
  const applied = { fields: { aliases: "digest", delegates: "digest" } } as const;
  const declared = {
    live: [liveOf(ANN, { aliases: ["x@example.org"], delegates: [BOB] }), liveOf(BOB)],
    known: [linkedTo(ANN, applied), linkedTo(BOB)],
  };
  planTable([
    {
      name: "aliases and delegates of a person: they stay, and are reported",
      ...declared,
      readings: [
        reading([rowOf(ANN), rowOf(BOB)]),
        reading([record(BOB, { supplement: true, aliases: [] })], { source: "git", type: "declared" }),
      ],
      expect: { findings: [`field-not-given ${ANN}`] },
    },
    {
      name: "members of a desk: they stay, and are reported",
      live: withDesk.live,
      known: [...withDesk.known, known(DESK, { kind: "functional", ...applied })],
      desired: [rowOf(ANN), rowOf(BOB), deskRow()],
      expect: { findings: [`field-not-given ${DESK}`] },
    },
    {
      name: "an empty list says that there are none",
      ...declared,
      desired: [rowOf(ANN, { aliases: [], delegates: [] }), rowOf(BOB)],
      expect: { changes: [`update ${ANN} aliases: [x@example.org] → []; delegates: [${BOB}] → []`] },
    },
    {
      name: "of an account that is gone from every source, the account itself is what is said of",
      ...declared,
      desired: [rowOf(BOB)],
      expect: { changes: [suspended(ANN)] },
    },
  ]);

  test("the last alias of the file: what the lists say counts at once, and the finding promises nothing else", () => {
    const { body } = planOf({
      ...declared,
      readings: [
        reading([record(BOB, { supplement: true, delegates: [] })], { type: "declared" }),
        reading([rowOf(ANN, { aliases: [] }), rowOf(BOB, { aliases: [] })], { source: "list" }),
      ],
      fieldsBefore: { personal: ["email", "aliases"] },
    });
    expect(body.changes.map(({ fields }) => fields.map(({ field, after }) => [field, after]))).toEqual([
      [["aliases", []]],
    ]);
    const lost = body.findings.filter(({ code }) => code === "field-lost");
    expect(lost.map(({ summary }) => summary)).toEqual([
      "The source used to give `aliases` of personal accounts, and now gives it for nobody: its entries were taken out. What the other sources of the profile give counts; where none gives the field, what Zivver has stays as it is. If this is intended, run `zivsync adopt --forget-fields`; otherwise restore the entries.",
    ]);
  });

  test("that they were applied stays remembered until somebody decides, also when something else changes", () => {
    const { body } = planOf({
      ...declared,
      desired: [rowOf(ANN, { phone: "+31201234567" }), rowOf(BOB)],
    });
    expect(body.findings.map(({ code }) => code)).toEqual(["field-not-given"]);
    const entry = body.remember?.find(({ zivverId }) => zivverId === `id-${ANN}`);
    expect(entry?.fields).toEqual(["active", "fullName", "phone"]);
  });
});

test("a source's fields stay remembered when it loses them, so that the loss is reported again", () => {
  const { sources } = planOf({
    ...staff,
    fieldsBefore: { personal: ["email", "active"], functional: ["delegates"] },
    desired: [rowOf(ANN), rowOf(BOB)],
  }).body;
  expect(sources.map(({ fields }) => fields)).toEqual([
    { personal: ["email", "fullName", "accountKey", "active", "id"], functional: ["delegates"] },
  ]);
});
