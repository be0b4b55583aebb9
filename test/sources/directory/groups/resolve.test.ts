import { describe, expect, test } from "vitest";
import { config, dnOf, group, ROOT, read, table, user } from "../builders.ts";
import { entry, failure, type Memory, type MemoryEntry } from "../memory-session.ts";

const THERE = `CN=There,OU=Other,${ROOT}`;
const jane = user("Jane");
const desk = group("Desk", [dnOf(jane), THERE]);

/** The members that are found of the account `Desk`, and why some may be missing. */
async function deskOf(entries: readonly MemoryEntry[], more: Partial<Memory> = {}) {
  const of = config({ personal: table(), functional: table() });
  const { records, complete } = await read(of, { entries: [jane, desk, ...entries], ...more });
  const one = records.find(({ email }) => email?.value === "desk@example.org");
  return [one?.delegates?.value, one?.delegatesIncomplete, complete];
}
const cannotTell = (why: string) => `zivsync cannot identify a member: ${THERE} (1 ${why}).`;
const UNREADABLE = cannotTell("not readable enough to identify them");

describe("a member that no search brings is looked up", () => {
  test.each([
    ["a computer, which is nobody", { objectClass: ["computer"] }, undefined],
    ["an entry of another kind", { objectClass: ["printQueue"] }, undefined],
    [
      "a group whose members are found by a filter",
      { objectClass: ["groupOfURLs"] },
      cannotTell("groups whose members are found by a filter"),
    ],
    [
      "somebody from another forest",
      { objectClass: ["foreignSecurityPrincipal"] },
      cannotTell("from another forest"),
    ],
  ])("%s", async (_, attributes, incomplete) => {
    expect(await deskOf([entry(THERE, attributes)])).toEqual([["jane@example.org"], incomplete, true]);
  });

  test("an entry whose classes may not be read may be a group, or anybody", async () => {
    const there = entry(THERE, { objectClass: ["user"], mail: "there@example.org" });
    expect(await deskOf([there], { classless: [THERE] })).toEqual([["jane@example.org"], UNREADABLE, true]);
  });

  test.each([
    ["access denied", 50, UNREADABLE],
    ["an attribute that is not known", 16, UNREADABLE],
    ["a name that is not one", 34, UNREADABLE],
    ["a referral", 10, cannotTell("in another domain")],
  ])(
    "one refused with %s is a member of whom zivsync cannot tell, and nobody falls out",
    async (_, code, why) => {
      const refuses = { [THERE]: failure("directory-refused", "No.", code) };
      expect(await deskOf([], { refuses })).toEqual([["jane@example.org"], why, true]);
    },
  );

  test.each([
    ["a busy server", failure("directory-refused", "Busy.", 51)],
    ["a connection that breaks off", failure("directory-unreachable", "Gone.")],
  ])("where it fails for %s, the reading is not complete", async (_, refusal) => {
    const [, , complete] = await deskOf([], { refuses: { [THERE]: refusal } });
    expect(complete).toBe(false);
  });
});
