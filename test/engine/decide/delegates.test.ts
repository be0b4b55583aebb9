import { describe } from "vitest";
import { desk, deskRecord, person, profile, reading, record } from "../../support/engine.ts";
import { created, planTable, suspended } from "../table.ts";

const a = record("a@example.org");
const b = record("b@example.org");
const aLive = person("a@example.org");
const bLive = person("b@example.org");
const d = (...delegates: string[]) => deskRecord("d@example.org", { delegates });
const dLive = (...members: string[]) => desk("d@example.org", members);

describe("delegates of a functional account", () => {
  planTable([
    {
      name: "are compared as a set",
      desired: [a, b, d("b@example.org", "A@example.org", "a@example.org")],
      live: [aLive, bLive, dLive("id-a@example.org", "id-b@example.org")],
      expect: {},
    },
    {
      name: "come and go",
      desired: [a, b, d("b@example.org")],
      live: [aLive, bLive, dLive("id-a@example.org")],
      expect: { changes: ["update d@example.org delegates: [a@example.org] → [b@example.org]"] },
    },
    {
      name: "the account itself is none",
      desired: [a, d("a@example.org", "d@example.org")],
      live: [aLive, dLive("id-a@example.org")],
      expect: {},
    },
    {
      name: "who does not exist and will not is left out",
      desired: [a, d("a@example.org", "nobody@example.org")],
      live: [aLive, dLive("id-a@example.org")],
      expect: { findings: ["delegate-unknown d@example.org"] },
    },
    {
      name: "what is not an address leaves the account alone",
      desired: [a, d("CN=Somebody")],
      live: [aLive, dLive("id-a@example.org")],
      expect: { findings: ["delegate-invalid d@example.org"] },
    },
    {
      name: "whoever is created in the same plan comes before",
      desired: [a, b, d("a@example.org", "b@example.org")],
      live: [aLive, dLive("id-a@example.org")],
      expect: {
        changes: [
          created("b@example.org"),
          "update d@example.org delegates: [a@example.org] → [a@example.org, b@example.org]",
        ],
      },
    },
    {
      name: "whoever is renamed is named by the new address, and is not a change",
      desired: [
        record("new@example.org", { fullName: "Name of old", aliases: ["old@example.org"] }),
        d("old@example.org"),
      ],
      live: [person("old@example.org"), dLive("id-old@example.org")],
      expect: {
        changes: [
          "update new@example.org address: old@example.org → new@example.org; aliases: [] → [old@example.org]",
        ],
      },
    },
    {
      name: "an alias names its account",
      desired: [record("a@example.org", { aliases: ["x@example.org"] }), d("x@example.org")],
      live: [person("a@example.org", { aliases: ["x@example.org"] }), dLive("id-a@example.org")],
      expect: {},
    },
    {
      name: "an alias of an account to be made too",
      desired: [record("a@example.org", { aliases: ["x@example.org"] }), d("x@example.org")],
      live: [dLive("unlisted")],
      expect: {
        changes: [
          "create a@example.org address: - → a@example.org; fullName: - → Name of a; aliases: - → [x@example.org]",
          "update d@example.org delegates: [id:unlisted] → [a@example.org, id:unlisted]",
        ],
      },
    },
    {
      name: "whoever is deleted goes",
      profile: { personal: { missing: "delete" } },
      desired: [a, d("a@example.org", "gone@example.org")],
      live: [aLive, person("gone@example.org"), dLive("id-a@example.org", "id-gone@example.org")],
      expect: {
        changes: [
          "update d@example.org delegates: [a@example.org, gone@example.org] → [a@example.org]",
          "delete gone@example.org address: gone@example.org → -; fullName: Name of gone → -",
        ],
        findings: ["delegate-unknown d@example.org"],
      },
    },
    {
      name: "whoever is suspended stays, when the source says so, and is told of, since no record is meant",
      desired: [a, d("a@example.org", "gone@example.org")],
      live: [aLive, person("gone@example.org"), dLive("id-a@example.org", "id-gone@example.org")],
      expect: { changes: [suspended("gone@example.org")], findings: ["delegate-unknown d@example.org"] },
    },
    {
      name: "are added and never taken away where the record says that some may be missing",
      desired: [a, b, { ...d("b@example.org"), delegatesIncomplete: "1 member could not be read." }],
      live: [aLive, bLive, dLive("id-a@example.org")],
      expect: {
        changes: ["update d@example.org delegates: [a@example.org] → [a@example.org, b@example.org]"],
        findings: ["delegates-incomplete d@example.org"],
      },
    },
    {
      name: "none known of an incomplete list empties nothing",
      desired: [a, { ...d(), delegatesIncomplete: "1 member could not be read." }],
      live: [aLive, dLive("id-a@example.org")],
      expect: { findings: ["delegates-incomplete d@example.org"] },
    },
    {
      name: "an incomplete list of one account leaves the others as they are",
      desired: [
        a,
        b,
        { ...d("b@example.org"), delegatesIncomplete: "?" },
        deskRecord("e@example.org", { delegates: [] }),
      ],
      live: [
        aLive,
        bLive,
        dLive("id-b@example.org"),
        desk("e@example.org", ["id-a@example.org", "id-b@example.org"]),
      ],
      expect: {
        changes: ["suspend e@example.org delegates: [a@example.org, b@example.org] → []"],
        findings: ["delegates-incomplete d@example.org"],
      },
    },
    {
      name: "members that no listing shows stay",
      desired: [a, d("a@example.org")],
      live: [aLive, dLive("id-a@example.org", "unlisted")],
      expect: {},
    },
    {
      name: "and keep the account from being emptied",
      desired: [a, d()],
      live: [aLive, dLive("id-a@example.org", "unlisted")],
      expect: { changes: ["update d@example.org delegates: [a@example.org, id:unlisted] → [id:unlisted]"] },
    },
    {
      name: "none at all suspends it",
      desired: [a, d()],
      live: [aLive, dLive("id-a@example.org")],
      expect: { changes: ["suspend d@example.org delegates: [a@example.org] → []"] },
    },
    {
      name: "while another profile is not read, an unknown one may be one of its accounts: only those stay",
      others: [profile({ name: "other", manages: { include: [{ domain: "example.com" }] } })],
      profile: { manages: { include: [{ domain: "example.org" }] } },
      desired: [a, b, d("b@example.org", "new@example.com")],
      live: [aLive, bLive, person("old@example.com"), dLive("id-a@example.org", "id-old@example.com")],
      expect: {
        changes: [
          "update d@example.org delegates: [a@example.org, old@example.com] → [b@example.org, old@example.com]",
        ],
        findings: ["delegate-unknown d@example.org"],
      },
    },
    {
      name: "whoever another profile deletes is not kept for that",
      profiles: [
        {
          policy: profile({
            name: "one",
            manages: { include: [{ domain: "example.com" }] },
            personal: { missing: "delete" },
          }),
          readings: [reading([record("c@example.com")])],
        },
        {
          policy: profile({ name: "two", manages: { include: [{ domain: "example.org" }] } }),
          readings: [reading([a, d("a@example.org")], { complete: false })],
        },
      ],
      live: [aLive, person("c@example.com"), person("gone@example.com"), dLive("id-gone@example.com")],
      expect: {
        changes: [
          "update d@example.org delegates: [gone@example.com] → [a@example.org]",
          "delete gone@example.com address: gone@example.com → -; fullName: Name of gone → -",
        ],
      },
    },
  ]);
});

describe("delegates of a personal account", () => {
  const open = (...delegates: string[]) => record("a@example.org", { delegates });
  planTable([
    {
      name: "come and go",
      desired: [open("b@example.org"), b],
      live: [person("a@example.org", { delegates: ["x@example.org"] }), bLive],
      expect: { changes: ["update a@example.org delegates: [x@example.org] → [b@example.org]"] },
    },
    {
      name: "a rename is written again, for Zivver may keep them as text",
      desired: [
        open("new@example.org"),
        record("new@example.org", { fullName: "Name of old", aliases: ["old@example.org"] }),
      ],
      live: [person("a@example.org", { delegates: ["old@example.org"] }), person("old@example.org")],
      expect: {
        changes: [
          "update new@example.org address: old@example.org → new@example.org; aliases: [] → [old@example.org]",
          "update a@example.org delegates: [old@example.org] → [new@example.org]",
        ],
      },
    },
    {
      name: "one that no listing shows, such as a guest, stays while the source gives it",
      desired: [open("guest@example.net")],
      live: [person("a@example.org", { delegates: ["guest@example.net"] })],
      expect: {},
    },
    {
      name: "and goes when it does not",
      desired: [open("b@example.org"), b],
      live: [person("a@example.org", { delegates: ["guest@example.net"] }), bLive],
      expect: { changes: ["update a@example.org delegates: [guest@example.net] → [b@example.org]"] },
    },
  ]);
});
