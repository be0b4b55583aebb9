import { describe, expect, test } from "vitest";
import type { Condition } from "../../../../src/model/plan/policy.ts";
import { known, person, planOf, profile, reading, record, type Setting } from "../../../support/engine.ts";
import { planTable } from "../../table.ts";

const A = "a@example.org";
const link = { known: [known(A, { id: "1" })] };
const within = (...include: readonly Condition[]) => ({ profile: { manages: { include } } });
const live = (more: Parameters<typeof person>[1] = {}) => [person(A, { division: "/ours", ...more })];

/** The finding that says what an account keeps. */
const messageOf = (setting: Setting) =>
  planOf(setting).body.findings.find(({ summary }) => summary.includes("It keeps the"));

const said = (what: string) => ({
  code: "record-not-managed",
  severity: "warning",
  summary: `The sources give this account another ${what}, and with it the profile would not manage the account any more. It keeps the ${what} that it has; let the profile include the new one, or take the account out of the profile's sources.`,
  where: { profile: "staff", source: "hr", kind: "personal", address: A },
});

describe("what would move an account out of its profile is left out, and the rest goes on", () => {
  const more = { id: "1", phone: "+31612345678" };
  test.each([
    [
      "division",
      [{ divisionUnder: "/ours" }],
      record(A, { ...more, fullName: "New", division: "/theirs" }),
      ["fullName", "phone"],
    ],
    [
      "full name",
      [{ fullName: "name of *" }],
      record(A, { ...more, fullName: "New", division: "/theirs" }),
      ["phone", "division"],
    ],
    [
      "address",
      [{ domain: "example.org" }],
      record("a@example.com", { ...more, fullName: "New", division: "/theirs" }),
      ["fullName", "phone", "division"],
    ],
    [
      "address, division or full name",
      [{ divisionUnder: "/ours", fullName: "name of *" }],
      record("a@example.com", { ...more, fullName: "New", division: "/theirs" }),
      ["phone"],
    ],
  ] as const)("%s", (what, include, desired, fields) => {
    const setting = { desired: [desired], live: live(), ...link, ...within(...include) };
    const { body } = planOf(setting);
    expect(body.changes.flatMap(({ fields }) => fields.map(({ field }) => field)).sort()).toEqual(
      [...fields].sort(),
    );
    expect(messageOf(setting)).toMatchObject(said(what));
  });

  planTable([
    {
      name: "its aliases go on, and do not get the address that it keeps",
      desired: [record("a@example.com", { id: "1", fullName: "Name of a", aliases: ["x@example.org"] })],
      live: live(),
      ...link,
      ...within({ domain: "example.org" }),
      expect: {
        changes: [`update ${A} aliases: [] → [x@example.org]`],
        findings: [`record-not-managed ${A}`],
      },
    },
  ]);
});

describe("what moves nobody", () => {
  planTable([
    {
      name: "a profile that does not update reactivates, and says nothing of a division that it does not write",
      desired: [record(A, { id: "1", active: true, division: "/theirs" })],
      live: live({ active: false }),
      known: [known(A, { id: "1", key: `key of ${A}` })],
      profile: { manages: { include: [{ divisionUnder: "/ours" }] }, personal: { update: false } },
      expect: { changes: [`reactivate ${A} active: false → true`] },
    },
  ]);
});

describe("an account that another profile takes over moves", () => {
  const policy = (name: string, division: string) =>
    profile({ name, manages: { include: [{ divisionUnder: division }] } });
  const moved = record(A, { id: "1", division: "/theirs" });
  const ours = { policy: policy("staff", "/ours"), readings: [reading([moved])] };
  const staffLink = { known: [known(A, { id: "1" })] };
  const theirs = (records: readonly ReturnType<typeof record>[], name = "theirs") => ({
    policy: policy(name, "/theirs"),
    readings: [reading(records, { source: name })],
  });
  const nobody = record("somebody@example.org", { division: "/theirs" });
  const problem = [{ attribute: "row", message: "It has a cell too many." }];
  const other = { ...moved, where: "row there" };

  test.each<readonly [string, Setting["profiles"], boolean]>([
    ["where that one's sources give it", [ours, theirs([other])], true],
    ["not where they give others only", [ours, theirs([nobody])], false],
    ["not where its record there cannot be read", [ours, theirs([{ ...other, problems: problem }])], false],
    ["not where two other profiles would manage it", [ours, theirs([other]), theirs([other], "too")], false],
    [
      "not where no other profile would",
      [ours, { ...theirs([other]), policy: policy("theirs", "/far") }],
      false,
    ],
  ])("%s", (_, profiles, moves) => {
    const setting = { profiles: profiles ?? [], live: live(), ...staffLink };
    const { changes } = planOf(setting).body;
    const isMoved = changes.some(
      ({ address, fields }) => address === A && fields.some(({ field }) => field === "division"),
    );
    expect([isMoved, messageOf(setting) === undefined]).toEqual([moves, moves]);
  });
});
