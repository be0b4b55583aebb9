import { describe } from "vitest";
import { person, record } from "../../support/engine.ts";
import { planTable } from "../table.ts";

const A = "a@example.org";
const here = record("here@example.org", { fullName: "Staff Here", division: "/staff" });
const hereLive = person("here@example.org", { fullName: "Staff Here", division: "/staff" });

describe("a profile that manages accounts by name or division", () => {
  const byName = { profile: { manages: { include: [{ fullName: "staff *" }] } } };
  const byDivision = { profile: { manages: { include: [{ divisionUnder: "/staff" }] } } };
  planTable([
    {
      name: "does not suspend a person whose name changes at the source: the account is its own under the old one",
      desired: [here, record(A, { fullName: "Married Name" })],
      live: [hereLive, person(A, { fullName: "Staff A" })],
      ...byName,
      expect: { findings: [`record-not-managed ${A}`] },
    },
    {
      name: "does not suspend a person whose division changes at the source",
      desired: [here, record(A, { division: "/elsewhere" })],
      live: [hereLive, person(A, { division: "/staff/a" })],
      ...byDivision,
      expect: { findings: [`record-not-managed ${A}`] },
    },
    {
      name: "creates a person whose name is one of its",
      desired: [here, record(A, { fullName: "Staff A" })],
      live: [hereLive],
      ...byName,
      expect: { changes: [`create ${A} address: - → ${A}; fullName: - → Staff A`] },
    },
    {
      name: "creates a person whose division is one of its",
      desired: [here, record(A, { division: "/staff/a" })],
      live: [hereLive],
      ...byDivision,
      expect: {
        changes: [`create ${A} address: - → ${A}; fullName: - → Name of a; division: - → /staff/a`],
        findings: ["division-unknown"],
      },
    },
    {
      name: "creates nobody of another name",
      desired: [here, record(A, { fullName: "Guest A" })],
      live: [hereLive],
      ...byName,
      expect: { findings: ["record-not-managed"] },
    },
    {
      name: "creates nobody of whom no division is known, unless it has everybody",
      desired: [here, record(A)],
      live: [hereLive],
      ...byDivision,
      expect: { findings: ["record-not-managed"] },
    },
    {
      name: "a new person without a division is in the one above all others",
      desired: [here, record(A)],
      live: [hereLive],
      profile: { manages: { include: [{ divisionUnder: "/" }] } },
      expect: { changes: [`create ${A} address: - → ${A}; fullName: - → Name of a`] },
    },
  ]);
});
