import { describe, expect, test } from "vitest";
import { config, dnOf, group, personal, problemsOf, ROOT, read, sid, table, user } from "../builders.ts";

const zivver = `CN=Zivver,OU=Groups,${ROOT}`;
const [jane, kim, lee] = [user("Jane"), user("Kim"), user("Lee")];
const addresses = (reading: Awaited<ReturnType<typeof read>>) =>
  reading.records.map(({ email }) => email?.value).sort();
const rids = (domain: number, rid: number, primary: number) => ({
  objectSid: sid(domain, rid),
  primaryGroupID: String(primary),
});

describe("memberOf", () => {
  test("takes members of groups in groups, and those whose primary group it is", async () => {
    const entries = [
      jane,
      kim,
      lee,
      user("Prim", rids(5, 2001, 1300)),
      user("Inner", rids(5, 2002, 1301)),
      user("Stranger", rids(6, 2001, 1300)),
      group("Zivver", [dnOf(jane), `CN=Care,OU=Groups,${ROOT}`], { objectSid: sid(5, 1300) }),
      group("Care", [dnOf(kim), zivver], { objectSid: sid(5, 1301), mail: [] }),
    ];
    const reading = await read(personal({ memberOf: [zivver] }), { entries });
    expect(addresses(reading)).toEqual([
      "inner@example.org",
      "jane@example.org",
      "kim@example.org",
      "prim@example.org",
    ]);
    expect(reading.complete).toBe(true);
  });

  test("any of several groups, by names that need escaping", async () => {
    const odd = group("Zorg (A\\*)\\, B", [dnOf(lee)]);
    const entries = [jane, kim, lee, odd, group("Zivver", [dnOf(jane)])];
    expect(addresses(await read(personal({ memberOf: [zivver, odd.dn] }), { entries }))).toEqual([
      "jane@example.org",
      "lee@example.org",
    ]);
  });

  test("narrows functional accounts too", async () => {
    const entries = [
      jane,
      group("Zivver", [`CN=Desk,OU=Groups,${ROOT}`, `CN=Mid,OU=Groups,${ROOT}`]),
      group("Mid", [`CN=Deep,OU=Groups,${ROOT}`], { mail: [] }),
      group("Desk", [`CN=Other,OU=Groups,${ROOT}`]),
      group("Deep", []),
      group("Other", [dnOf(jane)]),
      group("Apart", [dnOf(jane)]),
    ];
    const reading = await read(config({ functional: table({ memberOf: [zivver] }) }), { entries });
    expect(reading.records.map((one) => [one.email?.value, one.delegates?.value])).toEqual([
      ["desk@example.org", ["jane@example.org"]],
      ["deep@example.org", []],
      ["other@example.org", ["jane@example.org"]],
    ]);
  });

  test("a group that is not there, and an entry that is not a group", async () => {
    const reading = read(personal({ memberOf: [zivver, dnOf(jane)] }), { entries: [jane] });
    const problem = (dn: string) => ({
      code: "directory-not-found",
      where: "profiles/staff.yaml:4:5",
      message: `memberOf names ${dn}, and the directory has no such group, or does not show it. It would look as if nobody were in it.`,
      remedy: "Write the DN of the group as the directory has it, and let the account that reads see it.",
    });
    expect(await problemsOf(reading)).toEqual({
      name: "RemoteError",
      problems: [problem(zivver), problem(dnOf(jane))],
    });
  });

  test("a global catalogue does not hold all members of groups that are not universal", async () => {
    const entries = [jane, group("Zivver", [dnOf(jane)], { groupType: "-2147483646" })];
    const url = "ldaps://dc1.corp.example.test:3269";
    const reading = await read(personal({ memberOf: [zivver] }), { entries, url });
    expect(addresses(reading)).toEqual(["jane@example.org"]);
    expect([reading.complete, reading.findings]).toEqual([
      false,
      [
        {
          code: "source-incomplete",
          severity: "error",
          summary: `memberOf goes through groups that are not universal, and a global catalogue holds the members of universal groups only: ${zivver}. Read a domain controller (port 636) instead. No personal account is removed because of this source.`,
          where: { source: "head-office", kind: "personal" },
        },
      ],
    ]);
  });
});
