import { describe } from "vitest";
import { desk, deskRecord, known, person, profile, reading, record } from "../../support/engine.ts";
import { created, planTable, suspended } from "../table.ts";

const renamed =
  "update new@example.org address: old@example.org → new@example.org; aliases: [] → [old@example.org]";
const isOld = { fullName: "Name of old" };
const formerly = (address: string) => record("new@example.org", { ...isOld, aliases: [address] });

describe("by address", () => {
  planTable([
    {
      name: "nothing anywhere",
      desired: [record("a@example.org")],
      live: [person("a@example.org")],
      expect: {},
    },
    {
      name: "case, white space and Unicode forms do not count",
      organization: { claimedDomains: ["xn--bcher-kva.example.org"] },
      desired: [record(" A@BÜCHER.Example.ORG ", { fullName: "Name of a" })],
      live: [person("a@xn--bcher-kva.example.org")],
      expect: {},
    },
    {
      name: "an account that is not there is created",
      desired: [
        record("a@example.org", { aliases: ["x@example.org"], phone: "+31 (20) 123", division: "/care" }),
      ],
      expect: {
        changes: [
          "create a@example.org address: - → a@example.org; fullName: - → Name of a; aliases: - → [x@example.org]; division: - → /care; phone: - → +3120123",
        ],
        findings: ["division-unknown"],
      },
    },
    {
      name: "an inactive account that is not there is not created",
      desired: [record("a@example.org", { active: false })],
      expect: {},
    },
    {
      name: "without a full name nothing is created",
      desired: [record("a@example.org", { fullName: null })],
      expect: { findings: ["full-name-missing a@example.org"] },
    },
    {
      name: "a name that is empty once control characters are gone counts as none",
      desired: [record("a@example.org", { fullName: "\u0000\u001b \u0085" })],
      expect: { findings: ["full-name-missing a@example.org"] },
    },
    {
      name: "control characters and white space in names are folded",
      desired: [record("a@example.org", { fullName: "\u0007 Jane\u001b\t\u00a0Doe\n" })],
      live: [person("a@example.org")],
      expect: { changes: ["update a@example.org fullName: Name of a → Jane Doe"] },
    },
    {
      name: "what a source does not give is left alone",
      desired: [record("a@example.org", { fullName: null })],
      live: [
        person("a@example.org", {
          aliases: ["x@example.org"],
          delegates: ["b@example.org"],
          division: "/x",
          phone: "1",
        }),
      ],
      expect: {},
    },
    {
      name: "an empty list takes all away",
      desired: [record("a@example.org", { aliases: [], delegates: [] }), record("b@example.org")],
      live: [
        person("a@example.org", { aliases: ["x@example.org"], delegates: ["b@example.org"] }),
        person("b@example.org"),
      ],
      expect: {
        changes: ["update a@example.org aliases: [x@example.org] → []; delegates: [b@example.org] → []"],
      },
    },
    {
      name: "phone numbers are compared without what people write in them",
      desired: [record("a@example.org", { phone: "+31 (0)20-12.34" })],
      live: [person("a@example.org", { phone: "+31 020 1234" })],
      expect: {},
    },
    {
      name: "kinds are never converted: a personal account that only a functional record names is a leaver's",
      desired: [record("a@example.org"), deskRecord("d@example.org", { delegates: [] })],
      live: [desk("a@example.org", ["id-x"]), person("d@example.org")],
      expect: {
        changes: [suspended("d@example.org")],
        findings: ["kind-mismatch a@example.org", "kind-mismatch d@example.org"],
      },
    },
    {
      name: "two live accounts with one address are left alone",
      desired: [record("a@example.org", { fullName: "Other" })],
      live: [person("a@example.org"), person("a@example.org", { zivverId: "second" })],
      expect: { findings: ["live-address-twice a@example.org"] },
    },
  ]);
});

describe("by rename", () => {
  planTable([
    {
      name: "an alias that is a live primary address",
      desired: [formerly("old@example.org")],
      live: [person("old@example.org")],
      expect: { changes: [renamed] },
    },
    {
      name: "not while the old address is still wanted: the other is an account of its own, without the alias",
      desired: [formerly("old@example.org"), record("old@example.org")],
      live: [person("old@example.org")],
      expect: {
        changes: [created("new@example.org").replace("Name of new", "Name of old")],
        findings: ["address-claimed-twice new@example.org", "address-claimed-twice old@example.org"],
      },
    },
    {
      name: "not when somebody else has the alias too: it may be the account of either, so it stays as it is",
      desired: [formerly("old@example.org"), record("b@example.org", { aliases: ["old@example.org"] })],
      live: [person("old@example.org")],
      expect: {
        findings: [
          "address-claimed-twice b@example.org",
          "address-claimed-twice new@example.org",
          "address-reused b@example.org",
          "address-reused new@example.org",
        ],
      },
    },
    {
      name: "not when somebody who left has the alias too",
      desired: [
        formerly("old@example.org"),
        record("b@example.org", { aliases: ["old@example.org"], active: false }),
      ],
      live: [person("old@example.org")],
      expect: { findings: ["address-reused new@example.org", "alias-waits b@example.org"] },
    },
    {
      name: "not to another kind",
      desired: [record("new@example.org", { aliases: ["old@example.org"] })],
      live: [desk("old@example.org", ["id-x"])],
      profile: { functional: { missing: "ignore" } },
      expect: { findings: ["address-reused new@example.org"] },
    },
    {
      name: "not from another profile",
      profiles: [
        {
          policy: profile({ name: "one", manages: { include: [{ domain: "example.org" }] } }),
          readings: [reading([formerly("old@example.com")])],
        },
        {
          policy: profile({
            name: "two",
            manages: { include: [{ domain: "example.com" }] },
            personal: { missing: "ignore" },
          }),
          readings: [reading([record("x@example.com")])],
        },
      ],
      live: [person("old@example.com"), person("x@example.com")],
      expect: { findings: ["address-reused new@example.org"] },
    },
    {
      name: "not when two live accounts could be meant",
      desired: [record("new@example.org", { aliases: ["old@example.org", "older@example.org"] })],
      live: [person("old@example.org"), person("older@example.org")],
      expect: { findings: ["rename-ambiguous new@example.org"] },
    },
    {
      name: "a protected account keeps its address, and the other fields go on",
      desired: [record("new@example.org", { aliases: ["admin@example.org"] })],
      live: [person("admin@example.org")],
      expect: {
        changes: ["update admin@example.org fullName: Name of admin → Name of new"],
        findings: ["account-protected admin@example.org"],
      },
    },
    {
      name: "a missing account key holds the key alone",
      desired: [record("new@example.org", { ...isOld, aliases: ["old@example.org"], accountKey: null })],
      live: [person("old@example.org")],
      expect: { changes: [renamed], findings: ["account-key-missing new@example.org"] },
    },
    {
      name: "a record that cannot be used still speaks for the account that it was",
      desired: [
        record("new@example.org", {
          ...isOld,
          aliases: ["old@example.org"],
          problems: [{ attribute: "row", message: "It has a cell too many." }],
        }),
      ],
      live: [person("old@example.org")],
      expect: { findings: ["record-unreadable new@example.org"] },
    },
    {
      name: "a new record whose aliases could not be read may be anybody's: nobody goes missing",
      desired: [
        record("new@example.org", { problems: [{ attribute: "aliases", message: "It is an error." }] }),
      ],
      live: [person("old@example.org")],
      expect: { findings: ["record-unreadable new@example.org", "removal-held-back old@example.org"] },
    },
    {
      name: "somebody who left is suspended under the old address",
      desired: [record("new@example.org", { aliases: ["old@example.org"], active: false })],
      live: [person("old@example.org")],
      expect: { changes: [suspended("old@example.org")] },
    },
    {
      name: "a functional account too",
      desired: [deskRecord("new@example.org", { ...isOld, aliases: ["old@example.org"] })],
      live: [desk("old@example.org", ["id-x"])],
      expect: { changes: [renamed] },
    },
    {
      name: "a rename and a create beside it",
      desired: [
        record("new@example.org", { ...isOld, aliases: ["old@example.org"] }),
        record("b@example.org"),
      ],
      live: [person("old@example.org")],
      expect: { changes: [created("b@example.org"), renamed] },
    },
  ]);
});

describe("a record of a kind that its profile does not manage", () => {
  const P = "p@example.org";
  const here = record("here@example.org");
  const hereLive = person("here@example.org");
  const people = {
    policy: profile({ name: "people", manages: { kinds: ["personal"] } }),
    readings: [reading([here])],
  };
  /** A profile of desks alone, whose source gives these records of people as well. */
  const staff = (...records: Parameters<typeof reading>[0]) => ({
    policy: profile({ manages: { kinds: ["functional"] } }),
    readings: [reading([deskRecord("d@example.org"), ...records])],
  });
  const desks = [desk("d@example.org", ["id-x"])];
  const NOT_MANAGED = ["record-kind-not-managed"];
  planTable([
    {
      name: "keeps the account under its address from being missing",
      profiles: [people, staff(record(P))],
      live: [hereLive, person(P), ...desks],
      expect: { findings: NOT_MANAGED },
    },
    {
      name: "and the account that it is by its id, under another address",
      profiles: [people, staff(record("new@example.org", { id: "1" }))],
      live: [hereLive, person(P), ...desks],
      known: [known(P, { id: "1" })],
      expect: { findings: NOT_MANAGED },
    },
    {
      name: "and the one that it has as an alias",
      profiles: [people, staff(record("new@example.org", { aliases: ["not an address", P] }))],
      live: [hereLive, person(P), ...desks],
      expect: { findings: NOT_MANAGED },
    },
    {
      name: "not one that it has as an alias, and that was another's who is gone: a leaver leaves",
      profiles: [
        people,
        staff(record("new@example.org", { aliases: [P] }), record("here@example.org", { id: "3" })),
      ],
      live: [hereLive, person(P), ...desks],
      known: [known(P, { id: "1" })],
      expect: { changes: [suspended(P)], findings: NOT_MANAGED },
    },
    {
      name: "nor one of somebody else",
      profiles: [people, staff(record("other@example.org", { id: "2" }))],
      live: [hereLive, person(P), ...desks],
      known: [known(P, { id: "1" })],
      expect: { changes: [suspended(P)], findings: NOT_MANAGED },
    },
    {
      name: "nor a person's by the mailbox of a desk: whose mailbox is shared by now leaves",
      profile: { manages: { kinds: ["personal"] } },
      desired: [here, deskRecord(P, { aliases: ["q@example.org"] })],
      live: [hereLive, person(P), person("q@example.org")],
      expect: { changes: [suspended(P), suspended("q@example.org")], findings: NOT_MANAGED },
    },
  ]);
});
