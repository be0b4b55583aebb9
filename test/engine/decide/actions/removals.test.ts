import { describe, expect, test } from "vitest";
import { heldBack, sinceWhen } from "../../../../src/engine/decide/actions/leavers.ts";
import type { Links } from "../../../../src/engine/readings/links.ts";
import type { WhyHeldBack } from "../../../../src/model/run/held-back.ts";
import { desk, deskRecord, known, person, profile, reading, record } from "../../../support/engine.ts";
import { created, planTable, suspended } from "../../table.ts";

const here = record("here@example.org");
const hereLive = person("here@example.org");

describe("missing", () => {
  planTable([
    {
      name: "suspend",
      desired: [here],
      live: [hereLive, person("gone@example.org")],
      expect: { changes: [suspended("gone@example.org")] },
    },
    {
      name: "suspend empties a functional account",
      desired: [here],
      live: [hereLive, desk("d@example.org", ["id-here@example.org", "unlisted"])],
      expect: { changes: ["suspend d@example.org delegates: [here@example.org, id:unlisted] → []"] },
    },
    {
      name: "who is suspended already stays so",
      desired: [here],
      live: [hereLive, person("gone@example.org", { active: false }), desk("d@example.org")],
      expect: {},
    },
    {
      name: "delete, those who are suspended too",
      profile: { personal: { missing: "delete" }, functional: { missing: "delete" } },
      desired: [here],
      live: [
        hereLive,
        person("gone@example.org", {
          active: false,
          aliases: ["x@example.org"],
          delegates: ["here@example.org"],
        }),
        desk("d@example.org"),
      ],
      expect: {
        changes: [
          "delete gone@example.org address: gone@example.org → -; fullName: Name of gone → -; aliases: [x@example.org] → -; delegates: [here@example.org] → -",
          "delete d@example.org address: d@example.org → -; fullName: Name of d → -",
        ],
      },
    },
    {
      name: "ignore",
      profile: { personal: { missing: "ignore" } },
      desired: [here],
      live: [hereLive, person("gone@example.org")],
      expect: {},
    },
  ]);
});

describe("a record that moves out of what the profile manages", () => {
  const policy = {
    manages: { kinds: ["personal"], include: [{ domain: "example.org" }], exclude: [] },
  } as const;
  planTable([
    {
      name: "keeps its live account from being missing",
      profile: policy,
      desired: [here, record("new@example.com", { aliases: ["old@example.org"] })],
      live: [hereLive, person("old@example.org")],
      expect: {
        changes: ["update old@example.org fullName: Name of old → Name of new"],
        findings: ["record-not-managed old@example.org"],
      },
    },
  ]);
});

describe("disabled at the source", () => {
  planTable([
    {
      name: "suspend",
      desired: [record("a@example.org", { active: false, fullName: "New" })],
      live: [person("a@example.org")],
      expect: { changes: [suspended("a@example.org")] },
    },
    {
      name: "a functional account",
      desired: [here, deskRecord("d@example.org", { active: false })],
      live: [hereLive, desk("d@example.org", ["x"])],
      expect: { changes: ["suspend d@example.org delegates: [id:x] → []"] },
    },
    {
      name: "ignore",
      profile: { personal: { disabled: "ignore" } },
      desired: [record("a@example.org", { active: false, fullName: "New" })],
      live: [person("a@example.org")],
      expect: {},
    },
    {
      name: "suspended already",
      desired: [record("a@example.org", { active: false, fullName: "New" })],
      live: [person("a@example.org", { active: false })],
      expect: {},
    },
  ]);
});

describe("reactivation and the other switches", () => {
  const back = {
    desired: [record("a@example.org", { id: "1", fullName: "New", active: true })],
    live: [person("a@example.org", { active: false })],
    known: [known("a@example.org", { id: "1", key: "key of a@example.org" })],
  };
  const silent = { ...back, desired: [record("a@example.org", { id: "1", fullName: "New" })] };
  planTable([
    {
      name: "not where no source says that the account is active",
      ...silent,
      expect: { findings: ["active-not-given a@example.org"] },
    },
    {
      name: "unless zivsync suspended it because no source gave it",
      ...silent,
      known: [known("a@example.org", { id: "1", key: "key of a@example.org", suspended: "missing" })],
      expect: { changes: ["reactivate a@example.org fullName: Name of a → New; active: false → true"] },
    },
    {
      name: "nor where zivsync suspended it because a source said that it is disabled",
      ...silent,
      known: [known("a@example.org", { id: "1", suspended: "disabled" })],
      expect: { findings: ["active-not-given a@example.org"] },
    },
    {
      name: "with what else changed",
      ...back,
      expect: { changes: ["reactivate a@example.org fullName: Name of a → New; active: false → true"] },
    },
    {
      name: "alone, where the profile does not update",
      ...back,
      profile: { personal: { update: false } },
      expect: { changes: ["reactivate a@example.org active: false → true"] },
    },
    {
      name: "not, and then nothing else either",
      ...back,
      profile: { personal: { reactivate: false } },
      expect: { findings: ["policy-held-back a@example.org"] },
    },
    {
      name: "no update",
      profile: { personal: { update: false } },
      desired: [record("a@example.org", { fullName: "New" })],
      live: [person("a@example.org")],
      expect: {},
    },
    {
      name: "no create",
      profile: { personal: { create: false } },
      desired: [here],
      expect: { findings: ["policy-held-back here@example.org"] },
    },
    {
      name: "no delegates",
      profile: { personal: { delegates: false }, functional: { delegates: false } },
      desired: [
        record("here@example.org", { delegates: [] }),
        deskRecord("d@example.org", { delegates: [] }),
      ],
      live: [
        person("here@example.org", { delegates: ["x@example.org"] }),
        desk("d@example.org", ["id-here@example.org"]),
      ],
      expect: {},
    },
    {
      name: "a functional account gets its first member",
      desired: [here, deskRecord("d@example.org", { delegates: ["here@example.org"] })],
      live: [hereLive, desk("d@example.org")],
      expect: { changes: ["reactivate d@example.org delegates: [] → [here@example.org]"] },
    },
  ]);
});

describe("whose it is", () => {
  const manages = {
    include: [{ domain: "example.org" }],
    exclude: [{ address: "x*@example.org" }, { divisionUnder: "/external" }, { fullName: "Test *" }],
  };
  planTable([
    {
      name: "unmanaged accounts are never touched, nor their records taken",
      profile: { manages },
      desired: [here, record("xa@example.org", { fullName: "New" }), record("b@example.com")],
      live: [
        hereLive,
        person("xa@example.org"),
        person("xb@example.org"),
        person("c@example.com"),
        person("e@example.org", { division: "/External/a" }),
        person("t@example.org", { fullName: "Test Tess" }),
      ],
      expect: { findings: ["record-not-managed"] },
    },
    {
      name: "a division is no other's because it begins alike",
      profile: { manages },
      desired: [here],
      live: [hereLive, person("e@example.org", { division: "/externals" })],
      expect: { changes: [suspended("e@example.org")] },
    },
    {
      name: "a name in decomposed Unicode is the same name",
      profile: { manages: { exclude: [{ fullName: "Jos\u00e9 *" }] } },
      desired: [here],
      live: [hereLive, person("j@example.org", { fullName: "Jose\u0301 Paz" })],
      expect: {},
    },
    {
      name: "two owners: left as it is",
      profiles: [
        { policy: profile({ name: "one" }), readings: [reading([here])] },
        {
          policy: profile({ name: "two", manages: { include: [{ address: "gone@*" }] } }),
          readings: [reading([record("gone@example.com")])],
        },
      ],
      live: [hereLive, person("gone@example.org")],
      expect: { changes: [created("gone@example.com")], findings: ["account-owned-twice gone@example.org"] },
    },
    {
      name: "a profile that is not planned keeps its accounts",
      profile: { manages: { include: [{ domain: "example.org" }] } },
      others: [profile({ name: "other", manages: { include: [{ domain: "example.com" }] } })],
      desired: [here],
      live: [hereLive, person("c@example.com")],
      expect: {},
    },
  ]);
});

describe("protected", () => {
  planTable([
    {
      name: "not suspended",
      desired: [here],
      live: [hereLive, person("admin@example.org")],
      expect: { findings: ["account-protected admin@example.org"] },
    },
    {
      name: "not under an alias either",
      desired: [here],
      live: [hereLive, person("b@example.org", { aliases: ["admin@example.org"] })],
      expect: { findings: ["account-protected b@example.org"] },
    },
    {
      name: "not deleted",
      profile: { personal: { missing: "delete" } },
      desired: [here],
      live: [hereLive, person("admin@example.org")],
      expect: { findings: ["account-protected admin@example.org"] },
    },
    {
      name: "not when disabled",
      desired: [record("admin@example.org", { active: false })],
      live: [person("admin@example.org")],
      expect: { findings: ["account-protected admin@example.org"] },
    },
    {
      name: "a functional account is not emptied, though it is updated otherwise",
      desired: [here, deskRecord("admin@example.org", { fullName: "New", delegates: [] })],
      live: [hereLive, desk("admin@example.org", ["id-here@example.org"])],
      expect: {
        changes: ["update admin@example.org fullName: Name of admin → New"],
        findings: ["account-protected admin@example.org"],
      },
    },
    {
      name: "patterns",
      organization: { protected: ["*@example.com"] },
      desired: [here],
      live: [hereLive, person("a@example.com"), person("a@example.org")],
      expect: { changes: [suspended("a@example.org")], findings: ["account-protected a@example.com"] },
    },
    {
      name: "updated all the same",
      desired: [record("admin@example.org", { fullName: "New" })],
      live: [person("admin@example.org")],
      expect: { changes: ["update admin@example.org fullName: Name of admin → New"] },
    },
  ]);
});

describe("a source that was not read in full", () => {
  const wants = [
    record("a@example.org", { aliases: ["new@example.org"], delegates: ["e@example.org"] }),
    record("b@example.org", { active: false }),
    record("n@example.org"),
    deskRecord("d@example.org", { delegates: ["a@example.org"] }),
    deskRecord("e@example.org", { delegates: [] }),
  ];
  const live = [
    person("a@example.org", { aliases: ["old@example.org"], delegates: ["c@example.org"] }),
    person("b@example.org"),
    person("c@example.org"),
    desk("d@example.org", ["id-c@example.org"]),
    desk("e@example.org", ["id-c@example.org"]),
  ];
  // A record of the only source says all of its account's aliases; where there are several, another may give more.
  const changes = (aliases: string) => [
    `update a@example.org aliases: [old@example.org] → [${aliases}]; delegates: [c@example.org] → [c@example.org, e@example.org]`,
    created("n@example.org"),
    "update d@example.org delegates: [c@example.org] → [a@example.org, c@example.org]",
  ];
  const additions = changes("new@example.org");
  const additionsOfOne = changes("new@example.org, old@example.org");
  planTable([
    {
      name: "takes nothing away, and adds all the same",
      readings: [reading(wants, { complete: false })],
      live,
      expect: {
        changes: additions,
        findings: ["removal-held-back b@example.org", "removal-held-back c@example.org"],
      },
    },
    {
      name: "one of two is enough",
      readings: [reading(wants), reading([], { source: "empty" })],
      live,
      expect: {
        changes: additionsOfOne,
        findings: ["removal-held-back b@example.org", "removal-held-back c@example.org", "source-empty"],
      },
    },
    {
      name: "a record without an address may be any account that is missing, and keeps nothing else from being done",
      desired: [...wants, record("no address", { fullName: "Nobody" })],
      live,
      expect: {
        changes: [
          "update a@example.org aliases: [old@example.org] → [new@example.org]; delegates: [c@example.org] → [e@example.org]",
          created("n@example.org"),
          "update d@example.org delegates: [c@example.org] → [a@example.org]",
          suspended("b@example.org"),
          "suspend e@example.org delegates: [c@example.org] → []",
        ],
        findings: ["record-without-address", "removal-held-back c@example.org"],
      },
    },
    {
      name: "an empty source",
      desired: [],
      live,
      expect: { findings: [...live.map(({ address }) => `removal-held-back ${address}`), "source-empty"] },
    },
    {
      name: "one that shows nothing of a kind keeps that kind",
      readings: [reading([here], { unseen: ["functional"] })],
      live: [hereLive, person("gone@example.org"), desk("d@example.org", ["id-here@example.org"])],
      expect: { changes: [suspended("gone@example.org")], findings: ["removal-held-back d@example.org"] },
    },
    {
      name: "unless another one shows some",
      readings: [
        reading([here], { unseen: ["functional"] }),
        reading([deskRecord("e@example.org", { delegates: ["here@example.org"] })], {
          source: "exchange",
          unseen: ["personal"],
        }),
      ],
      live: [
        hereLive,
        person("gone@example.org"),
        desk("d@example.org", ["id-here@example.org"]),
        desk("e@example.org", ["id-here@example.org"]),
      ],
      expect: {
        changes: [suspended("gone@example.org"), "suspend d@example.org delegates: [here@example.org] → []"],
      },
    },
    {
      name: "no source at all",
      readings: [],
      live,
      expect: { findings: live.map(({ address }) => `removal-held-back ${address}`) },
    },
    {
      name: "deletes nothing",
      profile: { personal: { missing: "delete" } },
      readings: [reading([here], { complete: false })],
      live: [hereLive, person("gone@example.org")],
      expect: { findings: ["removal-held-back gone@example.org"] },
    },
    {
      name: "of another profile does not matter",
      profiles: [
        {
          policy: profile({ name: "one", manages: { include: [{ domain: "example.org" }] } }),
          readings: [reading([here])],
        },
        {
          policy: profile({ name: "two", manages: { include: [{ domain: "example.com" }] } }),
          readings: [reading([record("c@example.com")], { complete: false })],
        },
      ],
      live: [hereLive, person("gone@example.org"), person("c@example.com"), person("gone@example.com")],
      expect: { changes: [suspended("gone@example.org")], findings: ["removal-held-back gone@example.com"] },
    },
  ]);
});

describe("a removal that is held back is said", () => {
  const gone = person("gone@example.org");
  const links = (heldBackSince?: string) =>
    ({ memoryOf: () => (heldBackSince === undefined ? undefined : { heldBackSince }) }) as unknown as Links;

  test.each<readonly [WhyHeldBack, string]>([
    ["incomplete", "not all that the sources of the profile give could be read"],
    ["unidentified", "a personal record cannot be matched to an account, and may be this one"],
    [
      "empty",
      "the sources of the profile show no personal account at all, which looks the same as a list that may not be read",
    ],
    ["lost", "a source of the profile used to give personal accounts, and now gives none"],
    [
      "active",
      "a source that takes precedence does not say whether it is active: that field is lost or cannot be read",
    ],
    ["not-given", "no source of the profile gives personal accounts"],
  ])("with the reason: %s", (why, reason) => {
    expect(heldBack("suspend", gone, "staff", why, { links: links(), today: "2026-11-28" })).toStrictEqual({
      code: "removal-held-back",
      severity: "warning",
      summary: `The account would be suspended, but ${reason}.`,
      where: { profile: "staff", kind: "personal", address: "gone@example.org", fullName: "Name of gone" },
      heldBack: { action: "suspend", because: why },
    });
  });

  test("with what would be done, and for how long", () => {
    const since = { links: links("2026-11-25T23:59:00.000Z"), today: "2026-11-28" };
    expect(heldBack("delete", gone, "staff", "lost", since).summary).toBe(
      "The account would be deleted, but a source of the profile used to give personal accounts, and now gives none. Held back for 3 days, since 2026-11-25.",
    );
  });

  test.each([
    ["2026-11-28", " Held for 0 days, since 2026-11-28."],
    ["2026-11-29", " Held for 1 day, since 2026-11-28."],
    [undefined, " Held since 2026-11-28."],
  ])("on the day %s", (today, said) => {
    expect(sinceWhen("Held", "2026-11-28T08:00:00.000Z", today)).toBe(said);
  });
});
