import { describe } from "vitest";
import { person, record } from "../../support/engine.ts";
import { planTable, suspended } from "../table.ts";

const LEAVER = "leaver@example.org";
const OTHER = "other@example.org";
const here = record("here@example.org");
const hereLive = person("here@example.org");

describe("a disabled record of a leaver", () => {
  planTable([
    {
      name: "does not let a colleague in who lists the address, and has another first name alike",
      desired: [
        here,
        record(LEAVER, { active: false, fullName: "Kim Leaver" }),
        record(OTHER, { fullName: "Kim Other", aliases: [LEAVER] }),
      ],
      live: [hereLive, person(LEAVER, { fullName: "Kim Leaver" })],
      expect: {
        changes: [`create ${OTHER} address: - → ${OTHER}; fullName: - → Kim Other`, suspended(LEAVER)],
        findings: [`address-taken ${OTHER}`],
      },
    },
  ]);
});
