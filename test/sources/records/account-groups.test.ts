import { expect, test } from "vitest";
import type { RecordProblem, SourceRecord } from "../../../src/model/account/account.ts";
import { AccountGroups } from "../../../src/sources/records/account-groups.ts";

const origin = { source: "hr", where: "u.csv, line 2", attribute: "Email" };
const account = (
  email: string | undefined,
  delegates: readonly string[],
  problems: readonly RecordProblem[] = [],
): SourceRecord => ({
  kind: "functional",
  where: "u.csv, line 2",
  supplement: false,
  ...(email === undefined ? {} : { email: { value: email, origin } }),
  delegates: { value: delegates, origin },
  problems,
});
const person = (email: string): SourceRecord => ({
  kind: "personal",
  where: "u.csv, line 3",
  supplement: false,
  email: { value: email, origin },
  problems: [],
});
const condition = {
  memberOf: ["all@example.org"],
  exclude: false,
  where: "profiles/staff.yaml:7:9",
} as const;
const all = (problems: readonly RecordProblem[]) => account("all@example.org", ["a@example.org"], problems);
const problem = (field?: RecordProblem["field"]): RecordProblem => ({
  attribute: "x",
  message: "It cannot be read.",
  ...(field === undefined ? {} : { field }),
});

test.each([
  ["nothing in doubt", [], false],
  ["its name", [problem("fullName")], false],
  ["its phone number and division", [problem("phone"), problem("division")], false],
  ["its delegates", [problem("delegates")], "unreadable"],
  ["the whole row", [problem()], "unreadable"],
] as const)("who is not known to be a member, with %s", (_, problems, expected) => {
  const groups = new AccountGroups([all(problems)]);
  expect(groups.isMember(condition, person("a@example.org"))).toBe(true);
  expect(groups.isMember(condition, person("b@example.org"))).toBe(expected);
});

test("an account of which an address is not known may be a member, and bring its own", () => {
  const nested = (email: string | undefined, problems: readonly RecordProblem[]) =>
    new AccountGroups([all([]), account(email, ["b@example.org"], problems)]).isMember(
      condition,
      person("b@example.org"),
    );
  expect(nested("other@example.org", [])).toBe(false);
  expect(nested(undefined, [])).toBe("unreadable");
  expect(nested(undefined, [problem("email")])).toBe("unreadable");
  expect(nested("other@example.org", [problem("aliases")])).toBe("unreadable");
  expect(nested("other@example.org", [problem("fullName")])).toBe(false);
});
