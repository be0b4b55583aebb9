import { expect, test } from "vitest";
import type { Finding } from "../../src/model/plan/finding.ts";
import {
  desk,
  deskRecord,
  known,
  person,
  planOf,
  profile,
  reading,
  record,
  type Setting,
} from "../support/engine.ts";

const twelve = Array.from({ length: 12 }, (_, index) => `p${String(index).padStart(2, "0")}@example.org`);
const a = {
  profile: "staff",
  source: "hr",
  place: "row of a@example.org",
  kind: "personal",
  address: "a@example.org",
} as const;
const aRecord = (row: Parameters<typeof record>[1]) => record("a@example.org", row);

test.each<{ setting: Setting; expect: Finding }>([
  {
    setting: { desired: [record("nobody", { where: "row 7" })] },
    expect: {
      code: "record-without-address",
      severity: "error",
      summary:
        "The record has no usable email address, so it cannot be matched to an account. Until it is corrected, or excluded with the source's `filter` (a row of totals, for example), no personal account is suspended or deleted because of this source.",
      where: { profile: "staff", source: "hr", place: "row 7", kind: "personal" },
    },
  },
  {
    setting: {
      desired: [aRecord({ problems: [{ attribute: "Phone", message: "The cell holds an error." }] })],
    },
    expect: {
      code: "record-unreadable",
      severity: "error",
      summary: "Phone: The cell holds an error. The account is left as it is.",
      where: a,
    },
  },
  {
    setting: {
      desired: [aRecord({ problems: [{ attribute: "Phone", message: "It is an error.", field: "phone" }] })],
    },
    expect: {
      code: "record-unreadable",
      severity: "error",
      summary: "Phone: It is an error. Until it is corrected, this field is left as it is.",
      where: a,
    },
  },
  {
    setting: {
      profile: { manages: { kinds: ["personal"] } },
      desired: [aRecord({}), deskRecord("d@example.org"), deskRecord("e@example.org")],
    },
    expect: {
      code: "record-kind-not-managed",
      severity: "info",
      summary: "2 functional records are left out: the profile manages no functional accounts.",
      where: { profile: "staff", source: "hr", kind: "functional" },
    },
  },
  {
    setting: {
      profile: { manages: { include: [{ domain: "example.com" }] } },
      desired: twelve.map((address) => record(address)),
    },
    expect: {
      code: "record-not-managed",
      severity: "info",
      summary: `12 accounts of the sources lie outside what the profile manages, and are left alone: ${twelve.slice(0, 10).join(", ")} and 2 more.`,
      where: { profile: "staff" },
    },
  },
  {
    setting: { desired: [aRecord({ where: "row 3" }), aRecord({ where: "row 2" })] },
    expect: {
      code: "duplicate-record",
      severity: "error",
      summary:
        "2 records have this address, and they may contradict each other: row 2; row 3. The account is left as it is. Remove all but one of them.",
      where: { profile: "staff", source: "hr", address: "a@example.org" },
    },
  },
  {
    setting: {
      desired: [
        aRecord({ where: "row 3", id: "1", fullName: "Ann" }),
        aRecord({ where: "row 2", id: "2", fullName: "Bob" }),
      ],
    },
    expect: {
      code: "duplicate-record",
      severity: "error",
      summary:
        "2 records of different people have this address: row 2; row 3. Their accounts are left as they are, and all of these people count as present. Correct the address in the wrong one.",
      where: { profile: "staff", source: "hr", address: "a@example.org" },
    },
  },
  {
    setting: {
      readings: [
        reading([aRecord({ id: "1" })]),
        reading([aRecord({ id: "2", where: "entry 5" })], { source: "extra" }),
      ],
      live: [person("a@example.org"), person("b@example.org")],
      known: [
        known("a@example.org", { id: "1" }),
        known("b@example.org", {
          link: { profile: "staff", source: "extra", anchor: "staff/extra personal 2" },
        }),
      ],
    },
    expect: {
      code: "identity-conflict",
      severity: "error",
      summary:
        "The records with this address belong to different accounts by their ids: a@example.org and b@example.org. All are left as they are. Correct the address in the source that has the wrong one.",
      where: { profile: "staff", source: "hr", place: "row of a@example.org", address: "a@example.org" },
    },
  },
  {
    setting: {
      desired: [aRecord({ problems: [{ attribute: "Id", message: "It is an error.", field: "id" }] })],
    },
    expect: {
      code: "identity-unknown",
      severity: "error",
      summary:
        "No account has this address, and the id of the record cannot be relied on: it may be an account whose address has changed. It is not created, and no personal account of the profile is suspended or deleted, until that is corrected.",
      where: a,
    },
  },
  {
    setting: {
      desired: [aRecord({ fullName: "Ann Married" }), record("b@example.org", { id: "2" })],
      live: [person("o@example.org", { fullName: "Ann Archer" }), person("b@example.org")],
      known: [known("o@example.org", { id: "1" }), known("b@example.org", { id: "2" })],
    },
    expect: {
      code: "identity-unknown",
      severity: "error",
      summary:
        "No account of its own has this address, and the record has no id: it may be Ann Archer <o@example.org>, whose record is gone. Nothing is created for it, and what it may be is left as it is. Give the record its id.",
      where: a,
    },
  },
  {
    setting: {
      desired: [aRecord({ id: "2" }), record("b@example.org", { id: "1" })],
      live: [person("a@example.org"), person("b@example.org")],
      known: [known("a@example.org", { id: "1" }), known("b@example.org", { id: "2" })],
    },
    expect: {
      code: "link-doubtful",
      severity: "error",
      summary:
        "By its id the record is Name of b <b@example.org>, but another record has its address and name: the ids of the source may be mixed up. Every account concerned is left as it is. Correct the source; if its ids are new and all else is right, run `zivsync adopt --relink b@example.org`.",
      where: a,
    },
  },
  {
    setting: {
      desired: [aRecord({ id: "1", fullName: "Ann Married" })],
      live: [person("o@example.org", { fullName: "Ann Archer" })],
      known: [
        known("o@example.org", {
          link: { profile: "staff", source: "former", anchor: "staff/former personal 1" },
        }),
      ],
    },
    expect: {
      code: "link-doubtful",
      severity: "error",
      summary:
        "The record's id is not the one that its account is linked to, but nearly (zeros, upper and lower case), or one that it was linked to before, or from a source that was renamed. The account is Ann Archer <o@example.org>. If both are the same person, give that account the address a@example.org in Zivver.",
      where: a,
    },
  },
  {
    setting: {
      readings: [
        reading([aRecord({ active: false })]),
        reading([deskRecord("a@example.org")], { source: "x" }),
      ],
      live: [person("a@example.org")],
    },
    expect: {
      code: "kind-mismatch",
      severity: "error",
      summary:
        "One record says that this is a personal account, and that it is disabled; another that it is a functional one. The personal account is treated as a leaver's, and no functional one is created while it has the address.",
      where: a,
    },
  },
  {
    setting: {
      known: [],
      fieldsBefore: { personal: ["active"] },
      readings: [
        reading([aRecord({})]),
        reading([aRecord({ supplement: true, active: false })], { source: "x" }),
      ],
      live: [person("a@example.org")],
    },
    expect: {
      code: "removal-held-back",
      severity: "warning",
      summary:
        "The account would be suspended, but a source that takes precedence does not say whether it is active: that field is lost or cannot be read.",
      where: { profile: "staff", kind: "personal", address: "a@example.org", fullName: "Name of a" },
      heldBack: { action: "suspend", because: "active" },
    },
  },
  {
    setting: {
      known: [],
      fieldsBefore: { functional: ["email"] },
      readings: [reading([aRecord({})]), reading([deskRecord("e@example.org")], { source: "x" })],
      live: [person("a@example.org"), desk("d@example.org", ["x"])],
    },
    expect: {
      code: "removal-held-back",
      severity: "warning",
      summary:
        "The account would be suspended, but a source of the profile used to give functional accounts, and now gives none.",
      where: { profile: "staff", kind: "functional", address: "d@example.org", fullName: "Name of d" },
      heldBack: { action: "suspend", because: "lost" },
    },
  },
  {
    setting: { desired: [aRecord({ aliases: ["no address"] })] },
    expect: {
      code: "identity-unknown",
      severity: "error",
      summary:
        "No account has this address, and the aliases of the record cannot be relied on: it may be an account whose address has changed. It is not created, and no personal account of the profile is suspended or deleted, until that is corrected.",
      where: a,
    },
  },
  {
    setting: {
      desired: [aRecord({ aliases: ["l@example.org"] })],
      live: [person("a@example.org"), person("l@example.org")],
    },
    expect: {
      code: "alias-waits",
      severity: "warning",
      summary:
        "The alias l@example.org is the address of Name of l <l@example.org>, an account without a record of its own. It is left as it is, and the alias waits. Give that account another address in Zivver, without this one as an alias, or take the alias out of the record.",
      where: a,
    },
  },
  {
    setting: {
      desired: [aRecord({ id: "1" })],
      live: [person("a@example.org", { active: false })],
      known: [known("a@example.org", { id: "1" })],
    },
    expect: {
      code: "active-not-given",
      severity: "warning",
      summary:
        "Name of a is suspended in Zivver, and no source says whether this account is active. It stays suspended. Let the source say so (`active`), or reactivate the account in Zivver.",
      where: { profile: "staff", kind: "personal", address: "a@example.org" },
    },
  },
  {
    setting: {
      desired: [aRecord({})],
      known: [],
      fieldsBefore: { personal: ["email", "fullName", "active", "delegates", "accountKey"] },
    },
    expect: {
      code: "field-lost",
      severity: "warning",
      summary:
        "The source used to give `active`, `delegates` of personal accounts, and now gives them for nobody: a column or attribute may be renamed, or may not be read any more. What Zivver has stays as it is. No account is reactivated because of it. No delegate is taken away. Correct the source or its `map:`; if this is intended, run `zivsync adopt --forget-fields`.",
      where: { profile: "staff", source: "hr", kind: "personal" },
    },
  },
  {
    setting: {
      desired: [aRecord({})],
      live: [person("a@example.org", { aliases: ["x@example.org"], phone: "+31201234567" })],
      known: [known("a@example.org", { fields: { aliases: "digest", phone: "digest" } })],
    },
    expect: {
      code: "field-not-given",
      severity: "warning",
      summary:
        "zivsync applied the aliases and phone of Name of a <a@example.org> from a source, and no source gives that any more. Zivver's value stays. To remove it, let a source say so (an empty list, another value); to keep it and hear no more of it, run `zivsync adopt --forget-fields a@example.org`.",
      where: a,
    },
  },
  {
    setting: {
      readings: [reading([aRecord({})], { speaks: { personal: ["email"] } })],
      live: [desk("d@example.org", ["x"]), desk("e@example.org", ["x"])],
    },
    expect: {
      code: "kind-not-given",
      severity: "warning",
      summary:
        "The profile manages functional accounts, and none of its sources gives any: its 2 functional accounts are left as they are. Add their table or search to a source, or take `functional` out of `manages.kinds`.",
      where: { profile: "staff", kind: "functional" },
    },
  },
  {
    setting: {
      desired: [
        aRecord({ aliases: ["x@example.org"] }),
        record("b@example.org", { aliases: ["x@example.org"] }),
      ],
    },
    expect: {
      code: "address-claimed-twice",
      severity: "error",
      summary:
        "The sources give the alias x@example.org to this account and also to b@example.org; it can belong to one only. It is neither added nor taken away until the sources agree.",
      where: a,
    },
  },
  {
    setting: { desired: [aRecord({}), record("b@example.org", { aliases: ["a@example.org"] })] },
    expect: {
      code: "address-claimed-twice",
      severity: "error",
      summary:
        "The sources give the address a@example.org to this account, and as an alias also to b@example.org; it can belong to one only. The alias waits.",
      where: a,
    },
  },
  {
    setting: { desired: [aRecord({ accountKey: "k" }), record("b@example.org", { accountKey: "k" })] },
    expect: {
      code: "account-key-twice",
      severity: "error",
      summary:
        "The sources give this account the same account key as b@example.org, so one of them would log in as the other. The key is sent to neither.",
      where: a,
    },
  },
  {
    setting: { desired: [aRecord({ accountKey: null })] },
    expect: {
      code: "account-key-missing",
      severity: "error",
      summary:
        "No source gives an account key, and without it the person cannot log in by single sign-on. The account is not created without one; its key in Zivver is left as it is.",
      where: a,
    },
  },
  {
    setting: { desired: [aRecord({})], live: [desk("a@example.org", ["x"])] },
    expect: {
      code: "kind-mismatch",
      severity: "error",
      summary:
        "The sources give a personal account, and Zivver has a functional one with this address (Name of a). A kind cannot be changed over the API. Both are left as they are. An administrator can convert it in Zivver; otherwise correct the source.",
      where: a,
    },
  },
  {
    setting: {
      desired: [aRecord({ aliases: ["o1@example.org", "o2@example.org"] })],
      live: [person("o2@example.org"), person("o1@example.org")],
    },
    expect: {
      code: "rename-ambiguous",
      severity: "error",
      summary:
        "Several live accounts may be this one under a former address: o1@example.org, o2@example.org. All are left as they are; take the aliases of the others out of the record, or merge them in Zivver.",
      where: a,
    },
  },
  {
    setting: { desired: [deskRecord("d@example.org", { delegates: ["x@example.org", "y@example.org"] })] },
    expect: {
      code: "delegate-unknown",
      severity: "warning",
      summary:
        "For x@example.org, y@example.org no account is known: no record claims the address, or its record is held, disabled, out of scope or not planned. They are not added to the delegates, and nobody who may be meant is taken out.",
      where: {
        profile: "staff",
        source: "hr",
        place: "row of d@example.org",
        kind: "functional",
        address: "d@example.org",
      },
    },
  },
  {
    setting: {
      readings: [reading([aRecord({})], { complete: false })],
      live: [person("c@example.org")],
      known: [known("c@example.org", { heldBackSince: "2026-11-20T10:00:00Z" })],
      today: "2026-11-28",
    },
    expect: {
      code: "removal-held-back",
      severity: "warning",
      summary:
        "The account would be suspended, but not all that the sources of the profile give could be read. Held back for 8 days, since 2026-11-20.",
      where: { profile: "staff", kind: "personal", address: "c@example.org", fullName: "Name of c" },
      heldBack: { action: "suspend", because: "incomplete", since: "2026-11-20T10:00:00Z", days: 8 },
    },
  },
  {
    setting: {
      profile: { personal: { missing: "delete" } },
      desired: [aRecord({}), record("nobody", { where: "row 7" })],
      live: [person("c@example.org")],
    },
    expect: {
      code: "removal-held-back",
      severity: "warning",
      summary:
        "The account would be deleted, but a personal record cannot be matched to an account, and may be this one.",
      where: { profile: "staff", kind: "personal", address: "c@example.org", fullName: "Name of c" },
      heldBack: { action: "delete", because: "unidentified" },
    },
  },
  {
    setting: {
      readings: [reading([aRecord({})], { unseen: ["functional"] })],
      live: [desk("d@example.org", ["unlisted"])],
    },
    expect: {
      code: "removal-held-back",
      severity: "warning",
      summary:
        "The account would be suspended, but the sources of the profile show no functional account at all, which looks the same as a list that may not be read.",
      where: { profile: "staff", kind: "functional", address: "d@example.org", fullName: "Name of d" },
      heldBack: { action: "suspend", because: "empty" },
    },
  },
  {
    setting: {
      profiles: [{ policy: profile({ name: "one" }), readings: [reading([aRecord({})])] }],
      others: [profile({ name: "two" })],
      live: [person("c@example.org")],
    },
    expect: {
      code: "account-owned-twice",
      severity: "error",
      summary:
        "The profiles one and two both manage this account. It is left as it is until an include or exclude settles whose it is.",
      where: { kind: "personal", address: "c@example.org" },
    },
  },
  {
    setting: {
      live: [person("c@example.org", { zivverId: "2" }), person("c@example.org", { zivverId: "1" })],
    },
    expect: {
      code: "live-address-twice",
      severity: "error",
      summary: "Two live accounts have this address (personal 1 and personal 2). Both are left as they are.",
      where: { kind: "personal", address: "c@example.org" },
    },
  },
  {
    setting: { profile: { personal: { create: false } }, desired: [aRecord({})] },
    expect: {
      code: "policy-held-back",
      severity: "info",
      summary:
        "The account is not in Zivver, and the profile creates no personal accounts (sync.personal.create).",
      where: a,
    },
  },
])("$expect.code says what is wrong, and where", ({ setting, expect: finding }) => {
  expect(
    planOf(setting).body.findings.filter(
      ({ code, where }) => code === finding.code && where.address === finding.where.address,
    ),
  ).toEqual([finding]);
});

test("the gravest come first", () => {
  const { findings } = planOf({
    desired: [
      aRecord({ aliases: ["x@example.net"] }),
      record("b@example.org", { accountKey: null }),
      deskRecord("d@example.org", { delegates: ["x@example.org"] }),
    ],
  }).body;
  expect(findings.map(({ severity }) => severity)).toEqual(["error", "warning", "info"]);
});
