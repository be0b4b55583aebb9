import { describe } from "vitest";
import { known, person, record } from "../../support/engine.ts";
import { planTable } from "../table.ts";

const A = "a@example.org";
const B = "b@example.org";
const C = "c@example.org";
const FOREIGN = "foreign@example.com";
/** An account that nobody plans, and that gives nothing up. */
const foreigner = person("other@example.com", { aliases: [FOREIGN] });
const ours = { manages: { include: [{ domain: "example.org" }] } };
const of = (address: string, id: string) => known(address, { id });
const named = (address: string, id: string, name: string, aliases: readonly string[] = []) =>
  record(address, { id, fullName: `Name of ${name}`, aliases });
const known3 = [of(A, "1"), of(B, "2"), of(C, "3")];

describe("addresses that move from account to account", () => {
  planTable([
    {
      name: "a swap of two goes on, although one of them also wants an address of somebody who keeps it",
      desired: [named(B, "1", "a", [FOREIGN]), named(A, "2", "b")],
      live: [person(A), person(B), foreigner],
      known: known3.slice(0, 2),
      profile: ours,
      expect: {
        changes: [`update ${B} address: ${A} → ${B}`, `update ${A} address: ${B} → ${A}`],
        findings: [`address-taken ${B}`],
      },
    },
    {
      name: "whoever waits for an address of a foreigner keeps the own one, so the next waits as well, and so on",
      desired: [named(FOREIGN, "1", "a"), named(A, "2", "b"), named(B, "3", "c")],
      live: [person(A), person(B), person(C), foreigner],
      known: known3,
      expect: { findings: [`address-taken ${A}`, `address-taken ${B}`, `address-taken ${FOREIGN}`] },
      profile: { manages: { include: [{ domain: "example.org" }, { address: FOREIGN }] } },
    },
    {
      name: "an alias that a foreigner has waits, and the others come",
      desired: [named(A, "1", "a", [FOREIGN, "x@example.org"])],
      live: [person(A), foreigner],
      known: known3.slice(0, 1),
      profile: ours,
      expect: { changes: [`update ${A} aliases: [] → [x@example.org]`], findings: [`address-taken ${A}`] },
    },
    {
      name: "a person whose address a foreigner has as an alias is not created",
      desired: [record(FOREIGN)],
      live: [foreigner],
      profile: { manages: { include: [{ address: FOREIGN }] } },
      expect: { findings: [`address-taken ${FOREIGN}`] },
    },
  ]);
});
