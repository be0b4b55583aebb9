import { describe } from "vitest";
import { known, person, record } from "../../../support/engine.ts";
import { planTable } from "../../table.ts";

const OLD = "old@example.org";
const NEW = "new@example.org";
const ID = "id-1";
const isOld = { id: "1", fullName: "Name of old" };
const renamed = (aliases: string) => `update ${NEW} address: ${OLD} → ${NEW}; aliases: ${aliases}`;
const inDoubt = [{ attribute: "aliases", message: "The cell holds an error.", field: "aliases" as const }];

describe("the old address of somebody who was renamed", () => {
  planTable([
    {
      name: "is not one that somebody gave the account in Zivver by hand: nobody writes to that",
      desired: [record(NEW, isOld)],
      live: [person("by.hand@example.org", { zivverId: ID, fullName: "Name of old" })],
      known: [known(OLD, { id: "1", zivverId: ID })],
      expect: { changes: [`update ${NEW} address: by.hand@example.org → ${NEW}`] },
    },
    {
      name: "nor one that zivsync gave it on the way, when an apply ended in between",
      desired: [record(NEW, isOld)],
      live: [person("zivsync-id1@example.org", { zivverId: ID, fullName: "Name of old" })],
      known: [known("zivsync-id1@example.org", { id: "1", zivverId: ID, former: [OLD] })],
      expect: { changes: [`update ${NEW} address: zivsync-id1@example.org → ${NEW}`] },
    },
    {
      name: "stays, with those from before",
      desired: [record(NEW, isOld)],
      live: [person(OLD, { aliases: ["older@example.org"] })],
      known: [known(OLD, { id: "1", former: ["older@example.org"] })],
      expect: { changes: [renamed(`[older@example.org] → [${OLD}, older@example.org]`)] },
    },
    {
      name: "stays also where a revert gave the account its new address back, or somebody in Zivver",
      desired: [record(NEW, { ...isOld, aliases: [] })],
      live: [person(NEW, { zivverId: ID, fullName: "Name of old", aliases: [OLD, "by.hand@example.org"] })],
      known: [known(OLD, { id: "1", zivverId: ID, former: [NEW] })],
      expect: { changes: [`update ${NEW} aliases: [by.hand@example.org, ${OLD}] → [${OLD}]`] },
    },
    {
      name: "is not kept in a domain that the organisation does not claim: Zivver refuses it",
      desired: [record(NEW, isOld)],
      live: [person("old@example.net", { fullName: "Name of old" })],
      known: [known("old@example.net", { id: "1" })],
      expect: { changes: [`update ${NEW} address: old@example.net → ${NEW}`] },
    },
    {
      name: "is not kept in a domain that the profile excludes",
      desired: [record(NEW, isOld)],
      live: [person("old@example.com", { fullName: "Name of old" })],
      known: [known("old@example.com", { id: "1" })],
      profile: { aliases: { excludeDomains: ["example.com"], unclaimed: "skip" } },
      expect: { changes: [`update ${NEW} address: old@example.com → ${NEW}`] },
    },
    {
      name: "is kept where the person alone lists it, in a list that is in doubt",
      desired: [record(NEW, { ...isOld, aliases: [OLD], problems: inDoubt })],
      live: [person(OLD)],
      known: [known(OLD, { id: "1" })],
      expect: { changes: [renamed(`[] → [${OLD}]`)], findings: [`record-unreadable ${NEW}`] },
    },
    {
      name: "is not kept where a colleague lists it as well, even where the person's own list is in doubt",
      desired: [
        record("colleague@example.org", { id: "2", aliases: [OLD] }),
        record(NEW, { ...isOld, aliases: [OLD], problems: inDoubt }),
      ],
      live: [person("colleague@example.org"), person(OLD)],
      known: [known("colleague@example.org", { id: "2" }), known(OLD, { id: "1" })],
      expect: {
        changes: [`update ${NEW} address: ${OLD} → ${NEW}`],
        findings: [
          "address-claimed-twice colleague@example.org",
          `address-claimed-twice ${NEW}`,
          `record-unreadable ${NEW}`,
        ],
      },
    },
    {
      name: "is kept where nothing is remembered but the address itself",
      desired: [record(NEW, { ...isOld, aliases: [] })],
      live: [person(OLD)],
      known: [known(OLD, { id: "1" })],
      expect: { changes: [renamed(`[] → [${OLD}]`)] },
    },
  ]);
});
