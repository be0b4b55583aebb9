import { describe, expect, test } from "vitest";
import type { DirectoryConfig } from "../../../../src/model/source-config/directory.ts";
import { startRun } from "../../../../src/sources/directory/context/context.ts";
import { UNIVERSAL_ONLY } from "../../../../src/sources/directory/groups/member-lists.ts";
import {
  reportNobody,
  reportPartial,
  unlessPartial,
} from "../../../../src/sources/directory/membership/doubts.ts";
import { config, NOW, table } from "../builders.ts";
import { memorySession } from "../memory-session.ts";

const people = table();
const startOf = (more: Partial<DirectoryConfig> = {}) =>
  startRun(memorySession({ entries: [] }), config({ personal: people, ...more }), { now: () => NOW });
const CUT = "the server gave the list only in part";
const list = (dn: string, gap = CUT) => ({ dn, members: [], gap });
const condition = (exclude: boolean) => ({ memberOf: ["CN=Out", "CN=Gone"], exclude, where: "x.yaml:1:1" });

test("who is not in a list that may lack members may be one that is left out", () => {
  expect([
    unlessPartial(condition(true), [list("CN=a")]),
    unlessPartial(condition(true), []),
    unlessPartial(condition(false), [list("CN=a")]),
  ]).toEqual(["unreadable", false, false]);
});

describe("lists that may lack members are named", () => {
  const said = (run: ReturnType<typeof startOf>) => run.collected.findings();
  const finding = (summary: string, kind = "personal") => ({
    code: "source-incomplete",
    severity: "error",
    summary,
    where: { source: "head-office", kind },
  });
  const REMOVED = "No personal account is removed because of this source.";

  test.each<readonly [string, readonly { dn: string; members: never[]; gap: string }[], string]>([
    [
      "one",
      [list("CN=a")],
      `memberOf goes through groups whose members the server gave only in part: CN=a. ${REMOVED}`,
    ],
    [
      "three",
      [list("CN=a"), list("CN=b"), list("CN=c")],
      `memberOf goes through groups whose members the server gave only in part: CN=a; CN=b; CN=c. ${REMOVED}`,
    ],
    [
      "many",
      [list("CN=a"), list("CN=b"), list("CN=c"), list("CN=d"), list("CN=e")],
      `memberOf goes through groups whose members the server gave only in part: CN=a; CN=b; CN=c; and 2 more. ${REMOVED}`,
    ],
    [
      "for other reasons",
      [list("CN=a", "so"), list("CN=b"), list("CN=c", "because"), list("CN=d", "so")],
      `memberOf goes through groups whose members may not all be known: CN=a; CN=b; CN=c; and 1 more (because; so; ${CUT}). ${REMOVED}`,
    ],
  ])("%s", (_, lists, summary) => {
    const run = startOf({ type: "ldap" });
    reportPartial(run, run.config.personal ?? people, lists);
    expect(said(run)).toEqual([finding(summary)]);
  });

  test("with what helps in Active Directory, and the kind whose table it is", () => {
    const run = startOf({ functional: table() });
    reportPartial(run, run.config.functional ?? people, [list("CN=a", UNIVERSAL_ONLY)]);
    expect(said(run)).toEqual([
      finding(
        "memberOf goes through groups that are not universal, and a global catalogue holds the members of universal groups only: CN=a. Read a domain controller (port 636) instead. No functional account is removed because of this source.",
        "functional",
      ),
    ]);
  });
});

test.each<readonly [boolean, number, number]>([
  [true, 0, 1],
  [true, 1, 0],
  [false, 0, 0],
])(
  "a filter that leaves out members (%s) of whom %i were found says so %i times",
  (exclude, members, times) => {
    const run = startOf();
    reportNobody(run, condition(exclude), members);
    const finding = {
      code: "filter-unseen",
      severity: "warning",
      summary:
        "The filter leaves out the members of CN=Out; CN=Gone, and nobody was found in there, so it may be that this may not be read.",
      where: { source: "head-office" },
    };
    expect(run.collected.findings()).toEqual(Array.from({ length: times }, () => finding));
  },
);
