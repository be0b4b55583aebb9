import { expect, test } from "vitest";
import {
  desk,
  deskRecord,
  known,
  type ProfileGiven,
  person,
  profile,
  reading,
  record,
  type Setting,
} from "../../support/engine.ts";
import { messagesOf } from "./match-table.ts";

/* What matching says, word by word. When it says it is in the tables beside this one. */

const A = "a@example.org";
const B = "b@example.org";
const C = "c@example.org";
const JAN = { fullName: "Jan Berg" };
const KEES = { fullName: "Kees Dijk" };
const org: ProfileGiven = { manages: { include: [{ domain: "example.org" }] } };
const com: ProfileGiven = { name: "care", manages: { include: [{ domain: "example.com" }] } };
const cut = { complete: false } as const;
const atA = { live: [person(A, JAN)], known: [known(A, { id: "1" })] };
const unread = (field: "id" | "aliases") =>
  [{ attribute: field, message: "It is an error.", field }] as const;

/** A record of a@example.com in the profile "staff", while "care" manages that account and has no record of it. */
const withoutOwnRecord = (active: boolean): Setting => ({
  profiles: [
    { policy: profile(org), readings: [reading([record("a@example.com", { ...JAN, active })])] },
    { policy: profile(com), readings: [reading([record("b@example.com")])] },
  ],
  live: [person("a@example.com", JAN), person("b@example.com")],
});
const OUTSIDE =
  "1 account of the sources lies outside what the profile manages, and is left alone: a@example.com.";

type Row = readonly [setting: Setting, messages: readonly string[]];
const ROWS: readonly Row[] = [
  [
    withoutOwnRecord(true),
    [
      OUTSIDE,
      "The record is of Jan Berg <a@example.com>, whose account the profile care manages, and no source of care gives it. The account stays as it is, and nothing of this record reaches it. Give the record to the profile care, or change what the two profiles manage.",
    ],
  ],
  [
    withoutOwnRecord(false),
    [
      OUTSIDE,
      "The record says that the account of Jan Berg <a@example.com> is disabled, but the profile does not manage that account, and no source of the profile care gives it. It stays active. Give the record to the profile that manages the account, or suspend the account in Zivver.",
    ],
  ],
  [
    {
      ...atA,
      profile: { manages: { include: [{ domain: "example.com" }] } },
      desired: [record("a@example.com", { id: "1", ...JAN })],
    },
    [
      "The record is linked to Jan Berg <a@example.org>, which the profile does not manage. Nothing is created or renamed for it; let the profile include that account, or take the record out.",
    ],
  ],
  [
    {
      desired: [record(A, { id: "1", ...JAN })],
      live: [person(A, JAN), person(B, KEES)],
      known: [known(A, { id: "1" }), known(B, { id: "1" })],
    },
    [
      "The record is linked to a@example.org and b@example.org in the state. A record can be one account only. All are left as they are; `zivsync adopt --replace` links them again, by address.",
    ],
  ],
  [
    {
      desired: [record(B, { id: "1", ...KEES })],
      live: [person(A, JAN), person(B, KEES)],
      known: [known(A, { id: "1" })],
    },
    [
      "By its id the record is Jan Berg <a@example.org>, but by its address and name it is Kees Dijk <b@example.org>: the ids of the source may be mixed up. Every account concerned is left as it is. Correct the source; if its ids are new and all else is right, run `zivsync adopt --relink a@example.org --relink b@example.org`.",
    ],
  ],
  [
    { ...atA, desired: [record(B, { id: "1", ...KEES }), record(A, { id: "2", ...JAN })] },
    [
      "By its id the record is Jan Berg <a@example.org>, but another record has its address and name: the ids of the source may be mixed up. Every account concerned is left as it is. Correct the source; if its ids are new and all else is right, run `zivsync adopt --relink a@example.org`.",
    ],
  ],
  [
    { desired: [record(B, { id: "1", ...JAN })], known: [known(A, { id: "1" })] },
    [
      "The record is linked to a@example.org in the state. Somebody deleted that account in Zivver. The record is taken for a new one.",
    ],
  ],
  [
    { ...atA, desired: [record(A, { id: "1", ...JAN }), record(B, { id: "1", ...KEES })] },
    [
      "More than one record has the id of this one. Its account is found by the address, and no link is made from the id. Give each record an id of its own.",
      "More than one record has the id of this one, so its account cannot be found by the id. Nothing is created or renamed for it until the sources give each record an id of its own.",
    ],
  ],
  [
    {
      readings: [
        reading([record(A, { id: "1", ...KEES })]),
        reading([record(B, { id: "7", ...JAN })], { source: "ad" }),
      ],
      live: [person(A, KEES)],
      known: [
        known(A, {
          link: {
            profile: "staff",
            source: "hr",
            anchor: "staff/hr personal 1",
            others: [{ source: "ad", anchor: "staff/ad personal 7" }],
          },
        }),
      ],
    },
    [
      "The source gives this record the id under which it gave Kees Dijk <a@example.org> until now, and its name is another. The id may have been passed on, or the name may be wrong, so nothing is created for it, and that account is not its. Correct the source; if it is somebody else, run `zivsync adopt --relink a@example.org`.",
    ],
  ],
  [
    { desired: [record(A, { id: "1", ...KEES })], live: [person(A, JAN)], known: [] },
    [
      "Zivver has this account as Jan Berg, and the source as Kees Dijk. It is taken for the same person, since no other record was ever linked to it. If it belongs to somebody else, take the record out and tell the two apart first. `zivsync adopt` makes no link for it unless you run `zivsync adopt --relink a@example.org`.",
    ],
  ],
  [
    { readings: [reading([record(A, KEES)], cut)], live: [person(A, JAN)], known: [] },
    [
      "Zivver has this account as Jan Berg, and the source as Kees Dijk. No record was ever linked to it, and not all that the sources of the profile give could be read, so the record of Jan Berg may still be there. The account is left as it is until all can be read. If both are the same person, give the account this record's name in Zivver.",
    ],
  ],
  [
    { desired: [record(A, { problems: unread("id"), ...KEES })], live: [person(A, JAN)], known: [] },
    [
      "id: It is an error. Until it is corrected, this field is left as it is.",
      "Zivver has this account as Jan Berg, and the source as Kees Dijk, in a record whose id cannot be read. Nothing shows that they are one person, so the account is left as it is, and no personal account of the profile is suspended or deleted, since the record may be another person's. Correct the id, or the address and the name.",
    ],
  ],
  [
    { ...atA, readings: [reading([record(A, { id: "2", ...JAN })], cut)] },
    [
      "The account with this address, Jan Berg <a@example.org>, was linked to another record, and that record may still be there: not all could be read. It is left as it is. If both are the same person, run `zivsync adopt --relink a@example.org`.",
    ],
  ],
  [
    { desired: [record(A, KEES)], live: [person(A, { active: false, ...JAN })] },
    [
      "Zivver has a suspended account with this address, and it belongs to Jan Berg, while the source gives Kees Dijk under another id or name. Whoever gets an account gets the mail in it, so it is not handed over and is left as it is. If both are the same person, give the account this record's name in Zivver. Otherwise delete the old account in Zivver, or give it another address there.",
    ],
  ],
  [
    { ...atA, desired: [record(A, { id: "2", fullName: null })] },
    [
      "Zivver has an account with this address, and it belongs to Jan Berg, while the source gives no name under another id or name. Whoever gets an account gets the mail in it, so it is not handed over and is left as it is. If both are the same person, run `zivsync adopt --relink a@example.org`. Otherwise delete the old account in Zivver, or give it another address there.",
    ],
  ],
  [
    { desired: [deskRecord(A, JAN)], live: [person(A, JAN)] },
    [
      "The sources give a functional account, and Zivver has a personal one with this address (Jan Berg). A kind cannot be changed over the API, and no record gives the personal account any more: it is treated as a leaver's. An administrator can convert it in Zivver; otherwise correct the source.",
    ],
  ],
  [
    { desired: [record(A, JAN)], live: [desk(A, ["id-x"], JAN)] },
    [
      "The sources give a personal account, and Zivver has a functional one with this address (Jan Berg). A kind cannot be changed over the API. Both are left as they are. An administrator can convert it in Zivver; otherwise correct the source.",
    ],
  ],
  [
    { ...atA, desired: [record(A, { id: "2", ...JAN })] },
    [
      "The account was linked to a record with another id, which is gone. This record has the same name and address, and is taken for the same person under a new id.",
    ],
  ],
  [
    { desired: [record(A, { id: "7", ...KEES })], live: [person(A, JAN)], known: [known(A, { id: "007" })] },
    [
      "The record's id is not the one that its account is linked to, but nearly (zeros, upper and lower case), or one that it was linked to before, or from a source that was renamed. The account is Jan Berg <a@example.org>. If both are the same person, run `zivsync adopt --relink a@example.org`.",
    ],
  ],
  [
    {
      desired: [record(B, { id: "7", ...JAN })],
      live: [person(A, JAN), person(C, JAN)],
      known: [known(A, { id: "007" }), known(C, { id: "07" })],
    },
    [
      "The record's id is not the one that its account is linked to, but nearly (zeros, upper and lower case), or one that it was linked to before, or from a source that was renamed. The account is Jan Berg <c@example.org> and Jan Berg <a@example.org>. If both are the same person, give that account the address b@example.org in Zivver.",
    ],
  ],
  [
    {
      desired: [deskRecord(B, { id: "7", ...KEES })],
      live: [desk(A, ["id-x"], JAN)],
      known: [known(A, { id: "007", kind: "functional" })],
    },
    [
      "The record's id is not the one that its account is linked to, but nearly (zeros, upper and lower case), or one that it was linked to before, or from a source that was renamed. The account is Jan Berg <a@example.org>. If both are the same account, give that account the address b@example.org in Zivver.",
    ],
  ],
  [
    { desired: [record(B, { id: "7", ...JAN })], live: [person(A, JAN)], known: [known(A, { id: "007" })] },
    [
      "The record's id is not the one that its account is linked to, but nearly (zeros, upper and lower case), or one that it was linked to before, or from a source that was renamed. The account is Jan Berg <a@example.org>, and the names agree: it is taken for the same person.",
    ],
  ],
  [
    {
      desired: [deskRecord(B, { id: "7", ...JAN })],
      live: [desk(A, ["id-x"], JAN)],
      known: [known(A, { id: "007", kind: "functional" })],
    },
    [
      "The record's id is not the one that its account is linked to, but nearly (zeros, upper and lower case), or one that it was linked to before, or from a source that was renamed. The account is Jan Berg <a@example.org>, and the names agree: it is taken for the same account.",
    ],
  ],
  [
    {
      desired: [record(B, { id: "7", ...JAN }), record(C, { id: "07", ...JAN })],
      live: [person(A, JAN)],
      known: [known(A, { id: "007" })],
    },
    [
      "The record's id is not the one that its account is linked to, but nearly (zeros, upper and lower case), or one that it was linked to before, or from a source that was renamed. The account is Jan Berg <a@example.org>. If both are the same person, give that account the address b@example.org in Zivver.",
      "The record's id is not the one that its account is linked to, but nearly (zeros, upper and lower case), or one that it was linked to before, or from a source that was renamed. The account is Jan Berg <a@example.org>. If both are the same person, give that account the address c@example.org in Zivver.",
    ],
  ],
  [
    { desired: [record(C, { ...JAN, aliases: [A, B] })], live: [person(A, JAN), person(B, JAN)] },
    [
      "Several live accounts may be this one under a former address: a@example.org, b@example.org. All are left as they are; take the aliases of the others out of the record, or merge them in Zivver.",
    ],
  ],
  [
    { readings: [reading([record(C, { ...JAN, aliases: [A] })], cut)], live: [person(A, JAN)] },
    [
      "An alias of this record is the address of Jan Berg <a@example.org>, and not all that the sources of the profile give could be read, so it is not known whether that account has a record of its own. Nothing is created or renamed, and that account is left as it is, until all can be read.",
    ],
  ],
  [
    {
      readings: [reading([record("d@example.org", { ...KEES, aliases: [B, A] })], cut)],
      live: [person(A, JAN), person(B, JAN)],
    },
    [
      "An alias of this record is the address of Jan Berg <a@example.org>, Jan Berg <b@example.org>, and not all that the sources of the profile give could be read, so it is not known whether that account has a record of its own. Nothing is created or renamed, and that account is left as it is, until all can be read.",
    ],
  ],
  [
    { desired: [record(C, { ...KEES, aliases: [A, B] })], live: [person(A, JAN), person(B, JAN)] },
    [
      "An alias of this record (Kees Dijk) is the address of Jan Berg <a@example.org>, Jan Berg <b@example.org>, and neither an id nor the name shows that they are the same person. Nothing is created, and that account is left as it is. If they are the same, give the account in Zivver this record's address or name by hand; if not, take the alias out of the record until the old account is deleted.",
    ],
  ],
  [
    {
      profiles: [
        { policy: profile(org), readings: [reading([record(B, KEES)])] },
        { policy: profile(com), readings: [reading([record("a@example.com", { ...JAN, aliases: [A] })])] },
      ],
      live: [person(A, JAN), person(B, KEES)],
    },
    [
      "An alias of this record (Jan Berg) is the address of Jan Berg <a@example.org>, which the profile does not manage. Nothing is created, and that account is left as it is. If they are the same, give the account in Zivver this record's address or name by hand; if not, take the alias out of the record until the old account is deleted.",
    ],
  ],
  [
    { desired: [record(C, { fullName: null, aliases: [A] })], live: [person(A, JAN)] },
    [
      "An alias of this record (no name) is the address of Jan Berg <a@example.org>, and neither an id nor the name shows that they are the same person. Nothing is created, and that account is left as it is. If they are the same, give the account in Zivver this record's address or name by hand; if not, take the alias out of the record until the old account is deleted.",
    ],
  ],
  [
    { desired: [record(C, { ...KEES, aliases: [A] })], live: [person(A, JAN), person(C, KEES)] },
    [
      "The alias a@example.org is the address of Jan Berg <a@example.org>, an account without a record of its own. It is left as it is, and the alias waits. Give that account another address in Zivver, without this one as an alias, or take the alias out of the record.",
    ],
  ],
  [
    { readings: [reading([record(A, { id: "2", ...KEES })], cut)], known: [known(A, { id: "1" })] },
    [
      "a@example.org was the address of an account that somebody deleted in Zivver, and the record of that account is not read, or its address is not. The address may be that person's still, and lists that name it would let somebody else in. Nothing is created for this record until that record can be read; if the address is this record's now, correct the other record.",
    ],
  ],
  [
    {
      readings: [reading([record(A, { id: "2", ...KEES })], cut)],
      live: [person(B, KEES)],
      known: [known(A, { id: "1" }), known(B, { id: "2" })],
    },
    [
      "a@example.org was the address of an account that somebody deleted in Zivver, and the record of that account is not read, or its address is not. The address may be that person's still, and lists that name it would let somebody else in. The account Kees Dijk <b@example.org> is left as it is until that record can be read; if the address is this record's now, correct the other record.",
    ],
  ],
  [
    {
      profiles: [
        { policy: profile({ name: "two" }), readings: [reading([record(A)])] },
        { policy: profile({ name: "one" }), readings: [reading([record(A)])] },
      ],
    },
    [
      "More than one profile gives a@example.org: one (personal), two (personal). The account is left as it is until only one does.",
      "More than one profile gives a@example.org: one (personal), two (personal). The account is left as it is until only one does.",
    ],
  ],
  [
    {
      profiles: [
        { policy: profile(), readings: [reading([record(A)])] },
        { policy: profile({ name: "care" }), readings: [reading([deskRecord(A)])] },
      ],
    },
    [
      "More than one profile gives a@example.org: care (functional), staff (personal). The account is left as it is until only one does.",
      "More than one profile gives a@example.org: care (functional), staff (personal). The account is left as it is until only one does.",
    ],
  ],
  [
    { desired: [record(A), record(C, { aliases: [A] }), record(B, { aliases: [A] })] },
    [
      "The sources give the address a@example.org to this account, and as an alias also to b@example.org, c@example.org; it can belong to one only. The alias waits.",
      "The sources give the alias a@example.org to this account and also to a@example.org, c@example.org; it can belong to one only. It is neither added nor taken away until the sources agree.",
      "The sources give the alias a@example.org to this account and also to a@example.org, b@example.org; it can belong to one only. It is neither added nor taken away until the sources agree.",
    ],
  ],
  [
    {
      desired: [
        record(C, { aliases: ["x@example.org"] }),
        record(B, { aliases: ["x@example.org"] }),
        record(A, { aliases: ["x@example.org"] }),
      ],
    },
    [
      "The sources give the alias x@example.org to this account and also to b@example.org, c@example.org; it can belong to one only. It is neither added nor taken away until the sources agree.",
      "The sources give the alias x@example.org to this account and also to a@example.org, c@example.org; it can belong to one only. It is neither added nor taken away until the sources agree.",
      "The sources give the alias x@example.org to this account and also to a@example.org, b@example.org; it can belong to one only. It is neither added nor taken away until the sources agree.",
    ],
  ],
  [
    {
      desired: [
        record(C, { accountKey: "k" }),
        record(B, { accountKey: "k" }),
        record(A, { accountKey: "k" }),
      ],
    },
    [
      "The sources give this account the same account key as b@example.org, c@example.org, so one of them would log in as the other. The key is sent to neither.",
      "The sources give this account the same account key as a@example.org, c@example.org, so one of them would log in as the other. The key is sent to neither.",
      "The sources give this account the same account key as a@example.org, b@example.org, so one of them would log in as the other. The key is sent to neither.",
    ],
  ],
  [
    { desired: [record(A, { problems: unread("id") })] },
    [
      "id: It is an error. Until it is corrected, this field is left as it is.",
      "No account has this address, and the id of the record cannot be relied on: it may be an account whose address has changed. It is not created, and no personal account of the profile is suspended or deleted, until that is corrected.",
    ],
  ],
  [
    { desired: [deskRecord(A, { problems: unread("aliases") })] },
    [
      "aliases: It is an error. Until it is corrected, this field is left as it is.",
      "No account has this address, and the aliases of the record cannot be relied on: it may be an account whose address has changed. It is not created, and no functional account of the profile is suspended or deleted, until that is corrected.",
    ],
  ],
  [
    { profile: org, desired: [record("a@example.com", { problems: unread("id") })] },
    [
      "The address lies outside what the profile manages, and the id of the record cannot be relied on: it may be an account of the profile whose address has changed. No account of that kind is suspended or deleted until that is corrected.",
      "1 account of the sources lies outside what the profile manages, and is left alone: a@example.com.",
    ],
  ],
  [
    {
      profile: org,
      desired: [record("a@example.com", { id: "9", ...JAN })],
      live: [person(A, JAN), person(B, JAN)],
      known: [known(A, { id: "1" }), known(B, { id: "2" })],
    },
    [
      "The address lies outside what the profile manages, but the record has the name of Jan Berg <a@example.org> and Jan Berg <b@example.org>, whose own record is gone. They may be one, so that account is left as it is. If they are not, suspend it in Zivver.",
      "1 account of the sources lies outside what the profile manages, and is left alone: a@example.com.",
    ],
  ],
  [
    { ...atA, desired: [record(B, { id: "9", ...JAN })] },
    [
      "No account of its own has this address, and its id is a new one, but its name is not: it may be Jan Berg <a@example.org>, whose record is gone. Nothing is created for it, and what it may be is left as it is. If they are one, give that account the address b@example.org in Zivver; if not, suspend it there.",
    ],
  ],
  [
    {
      desired: [record(C, { fullName: "J. Smit" })],
      live: [person(A, JAN), person(B, { fullName: "Joke Smit" })],
      known: [known(A, { id: "1" }), known(B, { id: "2" })],
    },
    [
      "No account of its own has this address, and the record has no id: it may be Jan Berg <a@example.org> or Joke Smit <b@example.org>, whose record is gone. Nothing is created for it, and what it may be is left as it is. Give the record its id.",
    ],
  ],
  [
    { profile: org, desired: ["a", "b"].map((name) => record(`${name}@example.com`)) },
    [
      "2 accounts of the sources lie outside what the profile manages, and are left alone: a@example.com, b@example.com.",
    ],
  ],
  [
    { profile: org, desired: [..."abcdefghij"].map((name) => record(`${name}@example.com`)) },
    [
      "10 accounts of the sources lie outside what the profile manages, and are left alone: a@example.com, b@example.com, c@example.com, d@example.com, e@example.com, f@example.com, g@example.com, h@example.com, i@example.com, j@example.com.",
    ],
  ],
  [
    { profile: org, desired: [..."abcdefghijk"].map((name) => record(`${name}@example.com`)) },
    [
      "11 accounts of the sources lie outside what the profile manages, and are left alone: a@example.com, b@example.com, c@example.com, d@example.com, e@example.com, f@example.com, g@example.com, h@example.com, i@example.com, j@example.com and 1 more.",
    ],
  ],
  [
    {
      profiles: [
        { policy: profile(org), readings: [reading([record(B)], cut)] },
        { policy: profile(com), readings: [reading([record("a@example.com", { accountKey: "k", ...JAN })])] },
      ],
      live: [person(A, JAN), person(B)],
      known: [known(A, { id: "1", key: "k" })],
    },
    [
      "The record has the name and the account key of Jan Berg <a@example.org>, whose own record could not be read: it may be the same person, who has moved. Nothing is created for it until that record can be read. If they are one, give that account the address a@example.com in Zivver.",
    ],
  ],
  [
    {
      desired: [record(B, { id: "2", ...KEES, accountKey: "k" })],
      live: [person(A, JAN)],
      known: [known(A, { id: "1", key: "k" })],
    },
    [
      "The account key of this record may be that of Jan Berg <a@example.org>, to which no record gives another key now, so one of them would log in as the other. It is not sent. Correct the key at the source, or let all records be read; if that account is not used any more, delete it in Zivver.",
    ],
  ],
  [
    {
      readings: [reading([record(B, { id: "2", ...KEES, accountKey: "k" })], cut)],
      known: [known(A, { id: "1", key: "k" })],
    },
    [
      "The account key of this record may be that of a@example.org, to which no record gives another key now, so one of them would log in as the other. It is not sent. Correct the key at the source, or let all records be read; if that account is not used any more, delete it in Zivver.",
    ],
  ],
  [
    { desired: [record(A, { id: "7", ...JAN })], live: [person(A, JAN)], known: [known(A, { id: "007" })] },
    [
      "The record's id is not the one that its account is linked to, but nearly (zeros, upper and lower case), or one that it was linked to before, or from a source that was renamed. The account is Jan Berg <a@example.org>, and the names agree: it is taken for the same person.",
    ],
  ],
  [
    {
      profiles: [
        { policy: profile(), readings: [reading([record(C, { accountKey: "k" })])] },
        {
          policy: profile({ name: "care" }),
          readings: [reading([record(A, { accountKey: "k" }), record(B, { accountKey: "k" })])],
        },
      ],
    },
    [
      "The sources give this account the same account key as a@example.org, b@example.org, so one of them would log in as the other. The key is sent to neither.",
      "The sources give this account the same account key as b@example.org, c@example.org, so one of them would log in as the other. The key is sent to neither.",
      "The sources give this account the same account key as a@example.org, c@example.org, so one of them would log in as the other. The key is sent to neither.",
    ],
  ],
];

test.each(ROWS)("message %#", (setting, messages) => {
  expect(messagesOf(setting)).toEqual(messages);
});
