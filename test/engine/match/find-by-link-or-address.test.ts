import { describe } from "vitest";
import { known, person, record } from "../../support/engine.ts";
import { planTable } from "../table.ts";

const OLD = "jan@example.org";
const NEW = "jan.berg@example.org";
const jan = { fullName: "Jan Berg" };

describe("an account that belongs to another record by its link", () => {
  planTable([
    {
      name: "is not a namesake's who gets the address that its person leaves",
      desired: [record(NEW, { ...jan, id: "1" }), record(OLD, { ...jan, id: "2" })],
      live: [person(OLD, jan)],
      known: [known(OLD, { id: "1" })],
      expect: {
        changes: [
          `update ${NEW} address: ${OLD} → ${NEW}`,
          `create ${OLD} address: - → ${OLD}; fullName: - → Jan Berg`,
        ],
      },
    },
  ]);
});
