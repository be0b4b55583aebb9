import { expect, test } from "vitest";
import {
  deskRecord,
  inLine,
  person,
  planOf,
  profile,
  reading,
  record,
  type Setting,
} from "../../support/engine.ts";

const twelve = Array.from({ length: 12 }, (_, index) => `p${String(index).padStart(2, "0")}@example.org`);
const summary = (division: string, accounts: string, hint = "") =>
  `No account in Zivver is in the division "${division}", and Zivver refuses a division that does not exist.${hint} It is set for ${accounts}. Create it in Zivver first, or correct it at the source; if it is there and empty, all is well.`;
const inCare = person("z@example.com", { division: "/Care" });
const OTHERS = { manages: { include: [{ domain: "example.org" }] } };

test.each<{ name: string; setting: Setting; expect: readonly string[] }>([
  {
    name: "of a create and of a change, with the accounts",
    setting: {
      desired: [
        record("new@example.org", { division: "/ward" }),
        deskRecord("desk@example.org", { division: "/ward" }),
        record("a@example.org", { division: "/ward" }),
      ],
      live: [person("a@example.org")],
    },
    expect: [summary("/ward", "3 accounts: a@example.org, desk@example.org, new@example.org")],
  },
  {
    name: "by rule, of many accounts",
    setting: {
      profile: { division: { fixed: "/ward" } },
      desired: twelve.map((address) => record(address)),
    },
    expect: [summary("/ward", `12 accounts: ${twelve.slice(0, 10).join(", ")} and 2 more`)],
  },
  {
    name: "not one that an account has which nobody manages, nor the top",
    setting: {
      profile: OTHERS,
      desired: [record("a@example.org", { division: "/Care" }), record("b@example.org", { division: "/" })],
      live: [inCare, person("b@example.org", { division: "/old" })],
    },
    expect: [],
  },
  {
    name: "not one that an account has already and keeps",
    setting: {
      desired: [record("a@example.org", { division: "/ward", fullName: "New" })],
      live: [person("a@example.org", { division: "/ward" })],
    },
    expect: [],
  },
  {
    name: "not of an account that is left as it is",
    setting: {
      desired: [
        record("a@example.org", {
          division: "/ward",
          problems: [{ attribute: "row", message: "It has a cell too many." }],
        }),
      ],
      live: [person("a@example.org")],
    },
    expect: ["row: It has a cell too many. The account is left as it is."],
  },
  ...["/care", "/Care/", "/Care ", " /CARE / ", "care"].map((division) => ({
    name: `written otherwise: ${JSON.stringify(division)}`,
    setting: { profile: OTHERS, desired: [record("a@example.org", { division })], live: [inCare] },
    expect: [summary(division, "1 account: a@example.org", ' Did you mean "/Care"?')],
  })),
  {
    name: "beside a change that sets none",
    setting: {
      desired: [record("a@example.org", { division: "/ward" }), record("b@example.org", { fullName: "New" })],
      live: [person("a@example.org"), person("b@example.org")],
    },
    expect: [summary("/ward", "1 account: a@example.org")],
  },
  {
    name: "of two that it may be, the first by name is meant",
    setting: {
      profile: OTHERS,
      desired: [record("a@example.org", { division: "/care" })],
      live: [inCare, person("zz@example.com", { division: "/CARE" })],
    },
    expect: [summary("/care", "1 account: a@example.org", ' Did you mean "/CARE"?')],
  },
  {
    name: "only of the account that is planned",
    setting: {
      desired: [record("a@example.org", { division: "/x" }), record("b@example.org", { division: "/y" })],
      live: [person("a@example.org"), person("b@example.org")],
      only: "b@example.org",
    },
    expect: [summary("/y", "1 account: b@example.org")],
  },
])("divisions that nobody is in: $name", ({ setting, expect: summaries }) => {
  expect(planOf(setting).body.findings.map((finding) => finding.summary)).toEqual(summaries);
});

test("a division that two profiles set is told of both, and stops nothing", () => {
  const two = (["staff", "guests"] as const).map((name) => ({
    policy: profile({ name, manages: { include: [{ address: `${name}@example.org` }] } }),
    readings: [reading([record(`${name}@example.org`, { division: "/ward" })])],
  }));
  const { body } = planOf({
    profiles: two,
    live: [person("staff@example.org"), person("guests@example.org")],
  });
  expect(body.findings).toEqual(
    ["guests", "staff"].map((name) => ({
      code: "division-unknown",
      severity: "warning",
      summary: summary("/ward", `1 account: ${name}@example.org`),
      where: { profile: name },
    })),
  );
  expect(body.changes.map(inLine)).toEqual([
    "update guests@example.org division: / → /ward",
    "update staff@example.org division: / → /ward",
  ]);
  expect(body.applicable).toBe(true);
});
