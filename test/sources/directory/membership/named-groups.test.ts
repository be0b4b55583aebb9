import { describe, expect, test } from "vitest";
import type { DirectoryConfig } from "../../../../src/model/source-config/directory.ts";
import { startRun } from "../../../../src/sources/directory/context/context.ts";
import { asksFor, findGroups } from "../../../../src/sources/directory/membership/named-groups.ts";
import { config, group, NOW, problemsOf, ROOT, table, user } from "../builders.ts";
import { type MemoryEntry, memorySession } from "../memory-session.ts";

const where = "profiles/staff.yaml:7:9";
const dn = (name: string) => `CN=${name},OU=Groups,${ROOT}`;

async function found(
  names: readonly string[],
  entries: readonly MemoryEntry[],
  more: Partial<DirectoryConfig> = {},
) {
  const rootDse = { defaultNamingContext: [ROOT] };
  const run = startRun(memorySession({ entries, rootDse }), config(more), { now: () => NOW });
  const lists = await findGroups(run, run.graph, { memberOf: names, exclude: false, where }, table());
  return lists.map((list) => list.dn);
}

describe("a group is found", () => {
  const care = group("Care", []);
  test.each<readonly [string, string, MemoryEntry, Partial<DirectoryConfig>]>([
    ["by its DN", dn("Care"), care, {}],
    ["by its DN in another case", dn("Care").toLowerCase(), care, {}],
    ["by its address", "care@example.org", care, {}],
    ["by its address, white space around it", " care@example.org ", care, {}],
    [
      "by a further address",
      "zorg@example.org",
      group("Care", [], { proxyAddresses: "smtp:zorg@example.org" }),
      {},
    ],
    [
      "by a mapped address",
      "zorg@example.org",
      group("Care", [], { info: "zorg@example.org" }),
      { functional: table({ map: { email: { attribute: "info", encoding: "text" } } }) },
    ],
  ])("%s", async (_, name, one, more) => {
    expect(await found([name], [group("Other", []), user("Jane"), one], more)).toEqual([dn("Care")]);
  });

  test("each of several, in the order of their names", async () => {
    const entries = [care, group("Desk", [])];
    expect(await found([dn("Desk"), "care@example.org"], entries)).toEqual([dn("Desk"), dn("Care")]);
  });

  test("once, though a search brings it by two of its addresses", async () => {
    const both = group("Care", [], { proxyAddresses: "smtp:care@example.org" });
    expect(await found(["care@example.org"], [both])).toEqual([dn("Care")]);
  });
});

describe("a group is not found", () => {
  const missing = (name: string, what: string) => ({
    code: "directory-not-found",
    where,
    message: `memberOf names ${name}, and the directory has no such group, or does not show it. It would look as if nobody were in it.`,
    remedy: `Write the ${what} of the group as the directory has it, and let the account that reads see it.`,
  });
  const ambiguous = (count: number, names: string) => ({
    code: "directory-not-found",
    where,
    message: `memberOf names care@example.org, and ${count} groups have this address, so it is ambiguous: ${names}.`,
    remedy: "Name the group by its DN.",
  });
  const named = (...names: readonly string[]) =>
    names.map((name) => group(name, [], { mail: "care@example.org" }));
  const problems = async (names: readonly string[], entries: readonly MemoryEntry[]) =>
    (await problemsOf(found(names, entries) as never))?.problems;

  test("where nothing has the name, or the address; all are said at once", async () => {
    expect(
      await problems([dn("Care"), "care@example.org"], [user("Care", { mail: "care@example.org" })]),
    ).toEqual([missing(dn("Care"), "DN"), missing("care@example.org", "address")]);
  });

  test("where several have the address", async () => {
    expect(await problems(["care@example.org"], named("A", "B"))).toEqual([
      ambiguous(2, `${dn("A")}; ${dn("B")}`),
    ]);
    expect(await problems(["care@example.org"], named("A", "B", "C"))).toEqual([
      ambiguous(3, `${dn("A")}; ${dn("B")}; ${dn("C")}`),
    ]);
    expect(await problems(["care@example.org"], named("A", "B", "C", "D", "E"))).toEqual([
      ambiguous(5, `${dn("A")}; ${dn("B")}; ${dn("C")}; and 2 more`),
    ]);
  });
});

test("a global catalogue is not asked for the members themselves", () => {
  const at = (type: "active-directory" | "ldap", globalCatalogue: boolean) =>
    asksFor({ config: config({ type }), globalCatalogue });
  expect(at("active-directory", true)).toEqual(["groupType", "objectSid"]);
  expect(at("active-directory", false)).toEqual(["member", "groupType", "objectSid"]);
  expect(at("ldap", false)).toEqual(["member", "uniqueMember", "memberUid", "objectClass"]);
});
