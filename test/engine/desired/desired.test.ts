import { describe, expect, test } from "vitest";
import { desk, deskRecord, linesOf, person, planOf, profile, reading, record } from "../../support/engine.ts";
import { created, planTable } from "../table.ts";

const hr = (...records: Parameters<typeof reading>[0]) => reading(records);
const extra = (...records: Parameters<typeof reading>[0]) => reading(records, { source: "extra" });

describe("aliases", () => {
  planTable([
    {
      name: "excluded domains are not business of ours: not added, not taken away",
      profile: { aliases: { excludeDomains: ["example.com"], unclaimed: "error" } },
      desired: [record("a@example.org", { aliases: ["x@example.com", "y@example.org"] })],
      live: [person("a@example.org", { aliases: ["old@example.org", "z@example.com"] })],
      expect: {
        changes: [
          "update a@example.org aliases: [old@example.org, z@example.com] → [y@example.org, z@example.com]",
        ],
      },
    },
    {
      name: "unclaimed domains are skipped",
      desired: [record("a@example.org", { aliases: ["x@example.net"] })],
      live: [person("a@example.org")],
      expect: { findings: ["alias-unclaimed a@example.org"] },
    },
    {
      name: "or an error: then no alias is taken away, and the other fields go on",
      profile: { aliases: { excludeDomains: [], unclaimed: "error" } },
      desired: [record("a@example.org", { fullName: "New", aliases: ["x@example.net"] })],
      live: [person("a@example.org", { aliases: ["y@example.org"] })],
      expect: {
        changes: ["update a@example.org fullName: Name of a → New"],
        findings: ["alias-unclaimed a@example.org"],
      },
    },
    {
      name: "the primary among the aliases is none, twice the same is one, and order does not count",
      desired: [
        record("a@example.org", {
          aliases: ["Y@example.org", "A@EXAMPLE.org", "x@example.org", "y@example.org"],
        }),
      ],
      live: [person("a@example.org", { aliases: ["x@example.org", "y@example.org"] })],
      expect: {},
    },
    {
      name: "what is not an address is left out: the others are added, none is taken away, the other fields go on",
      desired: [record("a@example.org", { fullName: "New", aliases: ["smtp:x", "z@example.org"] })],
      live: [person("a@example.org", { aliases: ["y@example.org"] })],
      expect: {
        changes: [
          "update a@example.org fullName: Name of a → New; aliases: [y@example.org] → [y@example.org, z@example.org]",
        ],
        findings: ["alias-invalid a@example.org"],
      },
    },
  ]);
});

describe("records against each other", () => {
  planTable([
    {
      name: "two records with one address",
      desired: [
        record("a@example.org", { where: "row 2", fullName: "A" }),
        record("A@example.org", { where: "row 3", fullName: "B" }),
        record("b@example.org"),
      ],
      live: [person("a@example.org")],
      expect: { changes: [created("b@example.org")], findings: ["duplicate-record a@example.org"] },
    },
    {
      name: "one address given to two accounts",
      desired: [
        record("a@example.org", { aliases: ["x@example.org"] }),
        record("b@example.org", { aliases: ["x@example.org"] }),
      ],
      live: [person("a@example.org")],
      expect: {
        changes: [created("b@example.org")],
        findings: ["address-claimed-twice a@example.org", "address-claimed-twice b@example.org"],
      },
    },
    {
      name: "and which one of them has: it is not taken away, and everything else goes on",
      desired: [
        record("a@example.org", { aliases: ["x@example.org"], fullName: "New" }),
        record("b@example.org", { aliases: ["x@example.org", "y@example.org"] }),
      ],
      live: [person("a@example.org", { aliases: ["x@example.org"] }), person("b@example.org")],
      expect: {
        changes: [
          "update a@example.org fullName: Name of a → New",
          "update b@example.org aliases: [] → [y@example.org]",
        ],
        findings: ["address-claimed-twice a@example.org", "address-claimed-twice b@example.org"],
      },
    },
    {
      name: "an alias that is another account's address",
      desired: [record("a@example.org", { aliases: ["b@example.org"] }), record("b@example.org")],
      expect: {
        changes: [created("a@example.org"), created("b@example.org")],
        findings: ["address-claimed-twice a@example.org", "address-claimed-twice b@example.org"],
      },
    },
    {
      name: "somebody who left claims nothing",
      desired: [
        record("a@example.org", { aliases: ["x@example.org"], active: false }),
        record("b@example.org", { aliases: ["x@example.org"] }),
      ],
      live: [person("b@example.org")],
      expect: { changes: ["update b@example.org aliases: [] → [x@example.org]"] },
    },
    {
      name: "one account key for two people",
      desired: [
        record("a@example.org", { accountKey: "same" }),
        record("b@example.org", { accountKey: "same" }),
      ],
      expect: { findings: ["account-key-twice a@example.org", "account-key-twice b@example.org"] },
    },
    {
      name: "a person without an account key, with single sign-on",
      desired: [record("a@example.org", { accountKey: null }), deskRecord("d@example.org")],
      expect: { changes: [created("d@example.org")], findings: ["account-key-missing a@example.org"] },
    },
    {
      name: "a person without an account key, with passwords",
      organization: { loginMethod: "password" },
      desired: [record("a@example.org", { accountKey: null })],
      expect: { changes: [created("a@example.org")] },
    },
    {
      name: "somebody who left needs no account key",
      desired: [record("a@example.org", { accountKey: null, active: false })],
      live: [person("a@example.org")],
      expect: { changes: ["suspend a@example.org active: true → false"] },
    },
    {
      name: "both kinds at one address",
      desired: [record("a@example.org", { where: "row 2" }), deskRecord("a@example.org", { where: "row 3" })],
      expect: { findings: ["duplicate-record a@example.org", "kind-mismatch a@example.org"] },
    },
    {
      name: "an unreadable cell leaves its account alone, and only it",
      desired: [
        record("a@example.org", {
          phone: "+31201234567",
          problems: [{ attribute: "active", message: "It is not a yes or no." }],
        }),
        record("b@example.org"),
      ],
      live: [person("a@example.org"), person("c@example.org")],
      expect: {
        changes: [created("b@example.org"), "suspend c@example.org active: true → false"],
        findings: ["record-unreadable a@example.org"],
      },
    },
    {
      name: "an address outside the claimed domains: nothing is created, and an account that has it goes on",
      desired: [record("a@example.net", { fullName: "New" }), record("b@example.net")],
      live: [person("a@example.net")],
      expect: {
        changes: ["update a@example.net fullName: Name of a → New"],
        findings: ["address-unclaimed a@example.net", "address-unclaimed b@example.net"],
      },
    },
    {
      name: "records of a kind that the profile does not manage",
      profile: { manages: { kinds: ["personal"] } },
      desired: [record("a@example.org"), deskRecord("d@example.org"), deskRecord("e@example.org")],
      live: [person("a@example.org"), desk("d@example.org", ["id-a@example.org"])],
      expect: { findings: ["record-kind-not-managed"] },
    },
  ]);
});

describe("several sources", () => {
  planTable([
    {
      name: "the first that gives a field wins, lists are united",
      readings: [
        hr(record("a@example.org", { fullName: null, aliases: ["x@example.org"], phone: "1" })),
        extra(
          record("a@example.org", {
            fullName: "Second",
            aliases: ["y@example.org"],
            phone: "2",
            division: "/b",
          }),
        ),
      ],
      live: [person("a@example.org")],
      expect: {
        changes: [
          "update a@example.org fullName: Name of a → Second; aliases: [] → [x@example.org, y@example.org]; division: / → /b; phone:  → 1",
        ],
        findings: ["division-unknown"],
      },
    },
    {
      name: "one source's empty list takes nothing from another's",
      readings: [
        hr(record("a@example.org", { aliases: [] })),
        extra(record("a@example.org", { aliases: ["y@example.org"] })),
      ],
      live: [person("a@example.org", { aliases: ["y@example.org"] })],
      expect: {},
    },
    {
      name: "a supplement adds to an account",
      readings: [
        hr(record("a@example.org")),
        extra(record("a@example.org", { supplement: true, aliases: ["y@example.org"] })),
      ],
      live: [person("a@example.org")],
      expect: { changes: ["update a@example.org aliases: [] → [y@example.org]"] },
    },
    {
      name: "a supplement alone makes no account",
      readings: [
        hr(record("b@example.org")),
        extra(record("a@example.org", { supplement: true, aliases: ["y@example.org"] })),
      ],
      live: [person("b@example.org")],
      expect: { findings: ["supplement-without-account a@example.org"] },
    },
    {
      name: "where all is declared, an entry without a name still speaks for a live account",
      readings: [
        reading(
          [record("a@example.org", { supplement: true, accountKey: "k", aliases: ["y@example.org"] })],
          { type: "declared" },
        ),
      ],
      live: [person("a@example.org")],
      expect: { changes: ["update a@example.org aliases: [] → [y@example.org]"] },
    },
  ]);

  test("origins name every source of a list, and one source of a single value", () => {
    const { body } = planOf({
      readings: [
        hr(record("a@example.org", { fullName: null, aliases: ["x@example.org"], where: "row 2" })),
        extra(record("a@example.org", { fullName: "Second", aliases: ["y@example.org"], where: "row 9" })),
      ],
      live: [person("a@example.org")],
    });
    expect(body.changes[0]?.fields.map(({ field, origin }) => [field, origin])).toEqual([
      ["fullName", { source: "hr", where: "row 9", attribute: "name" }],
      ["aliases", { source: "hr", where: "row 2; row 9", attribute: "aliases" }],
    ]);
  });

  test("two profiles that give one address are both left out", () => {
    const policy = (name: string, domain: string) => profile({ name, manages: { include: [{ domain }] } });
    const both = [record("a@example.org", { fullName: "New" })];
    expect(
      linesOf({
        profiles: [
          { policy: policy("one", "example.org"), readings: [hr(...both)] },
          {
            policy: profile({
              name: "two",
              manages: { include: [{ divisionUnder: "/" }], exclude: [{ fullName: "none" }] },
            }),
            readings: [hr(...both)],
          },
        ],
      }),
    ).toEqual({
      changes: [],
      findings: ["duplicate-record a@example.org", "duplicate-record a@example.org"],
    });
  });
});

describe("phone numbers", () => {
  planTable([
    {
      name: "one that cannot be one lets no later source speak, and the account keeps what it has",
      readings: [
        hr(record("a@example.org", { phoneInvalid: true })),
        extra(record("a@example.org", { supplement: true, phone: "+31201234567" })),
      ],
      live: [person("a@example.org", { phone: "+31612345678" })],
      expect: {},
    },
    {
      name: "of a source that counts less, one that cannot be one is of no matter",
      readings: [
        hr(record("a@example.org", { phone: "+31201234567" })),
        extra(record("a@example.org", { supplement: true, phoneInvalid: true })),
      ],
      live: [person("a@example.org")],
      expect: { changes: ["update a@example.org phone:  → +31201234567"] },
    },
    {
      name: "are the same however they are written",
      desired: [record("a@example.org", { phone: "+31201234567" })],
      live: [person("a@example.org", { phone: "+31 (20) 123-4567" })],
      expect: {},
    },
    {
      name: "are the same with marks that nobody sees, as copied from an address book",
      desired: [record("a@example.org", { phone: "\u202a+31201234567\u202c" })],
      live: [person("a@example.org", { phone: "+31201234567" })],
      expect: {},
    },
    {
      name: "of which nothing is left say nothing: a dash in a cell removes no number",
      desired: [
        record("a@example.org", { phone: "-" }),
        record("b@example.org", { phone: "( )" }),
        record("c@example.org", { phone: "\u200b" }),
      ],
      live: ["a", "b", "c"].map((name) => person(`${name}@example.org`, { phone: "+31612345678" })),
      expect: {},
    },
  ]);
});

describe("divisions", () => {
  const division = { fixed: "/rest", byDomain: { "example.com": "/com" } };
  planTable([
    {
      name: "the record's own, else by domain, else the fixed one",
      profile: { division },
      desired: [
        record("a@example.org", { division: "/own" }),
        record("b@example.com"),
        record("c@example.org"),
      ],
      live: [person("a@example.org"), person("b@example.com"), person("c@example.org")],
      expect: {
        changes: [
          "update a@example.org division: / → /own",
          "update b@example.com division: / → /com",
          "update c@example.org division: / → /rest",
        ],
        findings: ["division-unknown", "division-unknown", "division-unknown"],
      },
    },
    {
      name: "a new account in no division needs no field",
      desired: [record("a@example.org", { division: "/" })],
      expect: { changes: [created("a@example.org")] },
    },
  ]);
});
