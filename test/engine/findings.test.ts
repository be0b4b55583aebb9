import { expect, test } from "vitest";
import type { Finding } from "../../src/model/plan.ts";
import {
  desk,
  deskRecord,
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
        "The record has no e-mail address that can be used, so nobody can tell whose it is: nothing is removed on this source's word.",
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
        "2 records have this address, and they may contradict each other: row 2; row 3. The account is left as it is.",
      where: { profile: "staff", source: "hr", address: "a@example.org" },
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
        "The sources give the address x@example.org to this account and also to b@example.org; it can belong to one only. Both are left as they are.",
      where: a,
    },
  },
  {
    setting: { desired: [aRecord({ accountKey: "k" }), record("b@example.org", { accountKey: "k" })] },
    expect: {
      code: "account-key-twice",
      severity: "error",
      summary:
        "The sources give this account the same account key as b@example.org, so one of them would log in as the other. Both are left as they are.",
      where: a,
    },
  },
  {
    setting: { desired: [aRecord({ accountKey: null })] },
    expect: {
      code: "account-key-missing",
      severity: "error",
      summary:
        "No source gives an account key, and without it the person could not log in by single sign-on. The account is left as it is.",
      where: a,
    },
  },
  {
    setting: { desired: [aRecord({})], live: [desk("a@example.org", ["x"])] },
    expect: {
      code: "kind-mismatch",
      severity: "error",
      summary:
        "The sources say that this is a personal account, but in Zivver it is a functional one, and kinds cannot be converted. It is left as it is; delete it in Zivver first, or correct the source.",
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
        "Several live accounts could be this one under a former address: o1@example.org, o2@example.org. All are left as they are; take the aliases of the others out of the record, or merge them in Zivver.",
      where: a,
    },
  },
  {
    setting: { desired: [deskRecord("d@example.org", { delegates: ["x@example.org", "y@example.org"] })] },
    expect: {
      code: "delegate-unknown",
      severity: "warning",
      summary:
        "x@example.org, y@example.org are no accounts in Zivver and do not become any in this plan, so they are left out of the delegates.",
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
      live: [person("c@example.org"), person("b@example.org")],
    },
    expect: {
      code: "removal-held-back",
      severity: "warning",
      summary:
        "2 accounts would be suspended or deleted, but not all that the sources of the profile say could be read, so nothing is removed on their word: b@example.org, c@example.org.",
      where: { profile: "staff" },
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
        "1 account would be suspended or deleted, but the sources of the profile show no functional account at all, which looks the same when none may be read, so none of that kind is removed on their word: d@example.org.",
      where: { profile: "staff" },
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
