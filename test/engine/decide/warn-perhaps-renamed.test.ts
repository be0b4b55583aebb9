import { expect, test } from "vitest";
import type { SourceRecord } from "../../../src/model/account/account.ts";
import type { Condition } from "../../../src/model/plan/policy.ts";
import {
  desk,
  deskRecord,
  known,
  person,
  planOf,
  profile,
  reading,
  record,
  type Setting,
} from "../../support/engine.ts";

const hints = (setting: Setting) =>
  planOf(setting)
    .body.findings.filter(({ code }) => code === "perhaps-renamed")
    .map(({ summary }) => summary);
const OTHERS = ["x@example.org", "y@example.org"];
const day = (maiden: string, married: string, more: Partial<Setting> = {}): Setting => ({
  desired: [
    ...OTHERS.map((at) => record(at)),
    record("a.dewit@example.org", { fullName: married, accountKey: "anna" }),
  ],
  live: [...OTHERS.map((at) => person(at)), person("a.bakker@example.org", { fullName: maiden })],
  ...more,
});

test("a suspension and a creation with one name are said to be perhaps one person, with what makes a rename", () => {
  expect(hints(day("Anna Bakker", "anna  bakker"))).toEqual([
    "Anna Bakker <a.bakker@example.org> would be suspended, and anna bakker <a.dewit@example.org> created, with one name. If they are one person who has a new name or address, list a.bakker@example.org among the aliases of the record, or give the account the new address in Zivver, and plan again: then the account is renamed and keeps its mail.",
  ]);
});

test.each([
  ["Anna Bakker", "Anna de Wit-Bakker", 1],
  ["Anna Bakker", "Anna de Wit", 0],
  ["Anna Bakker", "Maria Bakker", 0],
  ["Anna van der Berg", "Anna van der Wal", 0],
])("%s and %s: %i", (maiden, married, count) => {
  expect(hints(day(maiden, married))).toHaveLength(count);
});

test("one account key is enough, and a link to another id is taken away by relink", () => {
  const remembered = [
    known("a.bakker@example.org", { id: "1", key: "anna" }),
    ...OTHERS.map((at, n) => known(at, { id: `${n + 2}` })),
  ];
  const withIds = [
    ...OTHERS.map((at, n) => record(at, { id: `${n + 2}` })),
    record("a.dewit@example.org", { id: "9", fullName: "Anna de Wit", accountKey: "anna" }),
  ];
  const [hint = ""] = hints(day("Anna Bakker", "Anna de Wit", { known: remembered, desired: withIds }));
  expect(hint).toContain("with one account key");
  expect(hint).toContain("run `zivsync adopt --relink a.bakker@example.org`");
});

test("two who fit leave it open, and nobody is named", () => {
  const day2 = day("Anna Bakker", "Anna Bakker");
  const second = record("anna@example.org", { fullName: "Anna Bakker" });
  expect(hints({ ...day2, desired: [...(day2.desired ?? []), second] })).toEqual([]);
});

const KIM = { fullName: "Kim Doe" };
const profiles = (
  org: Condition,
  com: Condition,
  orgRows: readonly SourceRecord[],
  comRows: readonly SourceRecord[],
) => [
  { policy: profile({ name: "org", manages: { include: [org] } }), readings: [reading(orgRows)] },
  { policy: profile({ name: "com", manages: { include: [com] } }), readings: [reading(comRows)] },
];
const byDomain = (orgRows: readonly SourceRecord[], comRows: readonly SourceRecord[]) =>
  profiles({ domain: "example.org" }, { domain: "example.com" }, orgRows, comRows);

test("one who goes to another profile under another address takes the account along by that address", () => {
  const live = [person("x@example.org"), person("kim@example.org", KIM)];
  expect(
    hints({ profiles: byDomain([record("x@example.org")], [record("kim@example.com", KIM)]), live }),
  ).toEqual([
    "Kim Doe <kim@example.org> would be suspended, and Kim Doe <kim@example.com> created, with one name. If they are one person who has a new name or address, give the account the new address in Zivver, and plan again: then the account keeps its mail.",
  ]);
});

test("where divisions make the profiles, the account needs its new division, too", () => {
  const live = [
    person("x@example.org", { division: "/org" }),
    person("kim@example.org", { division: "/org", ...KIM }),
  ];
  const rows = [record("kim@example.com", { division: "/com", ...KIM })];
  const given = profiles(
    { divisionUnder: "/org" },
    { divisionUnder: "/com" },
    [record("x@example.org")],
    rows,
  );
  expect(hints({ profiles: given, live })[0]).toContain(
    "give the account the new address and the division /com in Zivver, and plan again",
  );
});

test("somebody of the same profile who fits comes before somebody of another", () => {
  const live = [person("x@example.org"), person("kim@example.org", KIM)];
  const org = [record("x@example.org"), record("k.doe@example.org", KIM)];
  const [hint = "", ...others] = hints({ profiles: byDomain(org, [record("kim@example.com", KIM)]), live });
  expect(hint).toContain("<k.doe@example.org> created");
  expect(others).toEqual([]);
});

test("one whose record is out of scope, and whose account goes, is named before it is suspended", () => {
  const rows = [record("x@example.org"), record("kim@example.net", KIM)];
  const org = profile({ name: "org", manages: { include: [{ domain: "example.org" }] } });
  const live = [person("x@example.org"), person("kim@example.org", KIM)];
  const given = { profiles: [{ policy: org, readings: [reading(rows)] }] };
  expect(hints({ ...given, live })).toEqual([
    "Kim Doe <kim@example.org> would be suspended, and Kim Doe <kim@example.net> is in the sources, out of scope or held, with one name. If they are one person who has a new name or address, let the profile manage kim@example.net, or settle the finding that holds that record, and plan again before this is applied.",
  ]);
  expect(hints({ ...given, live: [...live, person("kim@example.net", KIM)] })).toEqual([]);
});

test("one whose record is held, and whose account goes, is named, too", () => {
  const rows = [
    record("x@example.org"),
    record("kim@example.org", { aliases: ["desk@example.org"], ...KIM }),
    deskRecord("info@example.org", { fullName: "Info" }),
  ];
  const live = [
    person("x@example.org"),
    person("by.hand@example.org", KIM),
    desk("desk@example.org", [], { fullName: "Desk" }),
  ];
  expect(hints({ desired: rows, live })[0]).toContain(
    "Kim Doe <kim@example.org> is in the sources, out of scope or held",
  );
});

test("so is one whose new address a suspended account of somebody else has", () => {
  const rows = [record("x@example.org"), record("lena@example.org", KIM)];
  const leaver = person("lena@example.org", { fullName: "Lena Leaver", active: false });
  const live = [person("x@example.org"), person("kim@example.org", KIM), leaver];
  expect(hints({ desired: rows, live })[0]).toContain(
    "Kim Doe <lena@example.org> is in the sources, out of scope or held",
  );
});
