import { describe } from "vitest";
import { desk, deskRecord, known, person, record } from "../../support/engine.ts";
import { planTable } from "../table.ts";

const A = "a@example.org";
const B = "b@example.org";

describe("each field that differs is written, and no other", () => {
  const live = person(A, { phone: "+31600000001", division: "/old" });
  planTable([
    {
      name: "a phone number: codes are sent to it",
      desired: [record(A, { phone: "+31600000002" })],
      live: [live],
      expect: { changes: [`update ${A} phone: +31600000001 → +31600000002`] },
    },
    {
      name: "a division",
      desired: [record(A, { division: "/new" })],
      live: [live],
      expect: { changes: [`update ${A} division: /old → /new`], findings: ["division-unknown"] },
    },
    {
      name: "a name",
      desired: [record(A, { fullName: "New" })],
      live: [live],
      expect: { changes: [`update ${A} fullName: Name of a → New`] },
    },
    {
      name: "what no source gives stays",
      desired: [record(A, { fullName: null })],
      live: [live],
      expect: {},
    },
    {
      name: "of a new account, what it has by itself is not written",
      desired: [record(A, { division: "/", phone: "" })],
      expect: { changes: [`create ${A} address: - → ${A}; fullName: - → Name of a`] },
    },
    {
      name: "of a new account, everything else is",
      desired: [record(A, { division: "/new", phone: "+31600000002", aliases: ["x@example.org"] })],
      expect: {
        changes: [
          `create ${A} address: - → ${A}; fullName: - → Name of a; aliases: - → [x@example.org]; division: - → /new; phone: - → +31600000002`,
        ],
        findings: ["division-unknown"],
      },
    },
  ]);
});

describe("a profile that does not update, and reactivates", () => {
  planTable([
    {
      name: "writes neither delegates nor fields nor a key",
      desired: [
        record(B),
        record(A, { id: "1", active: true, fullName: "New", phone: "+31600000002", delegates: [B] }),
      ],
      live: [person(B), person(A, { active: false })],
      known: [known(A, { id: "1", key: "old" })],
      profile: { personal: { update: false } },
      expect: { changes: [`reactivate ${A} active: false → true`] },
    },
  ]);
});

describe("a functional account", () => {
  planTable([
    {
      name: "whose last member goes is suspended by that",
      desired: [record(A), deskRecord("d@example.org", { delegates: [] })],
      live: [person(A), desk("d@example.org", [`id-${A}`])],
      expect: { changes: [`suspend d@example.org delegates: [${A}] → []`] },
    },
    {
      name: "without members stays as it is where none are given",
      desired: [record(A), deskRecord("d@example.org", { delegates: [] })],
      live: [person(A), desk("d@example.org")],
      expect: {},
    },
    {
      name: "that loses one of two members is not",
      desired: [record(A), record(B), deskRecord("d@example.org", { delegates: [B] })],
      live: [person(A), person(B), desk("d@example.org", [`id-${A}`, `id-${B}`])],
      expect: { changes: [`update d@example.org delegates: [${A}, ${B}] → [${B}]`] },
    },
  ]);
});
