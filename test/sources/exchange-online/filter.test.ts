import { expect, test } from "vitest";
import type { RecordCondition } from "../../../src/model/source-config/filter.ts";
import { grant, group, groupRow, member, SELF, shared, user } from "../../servers/exchange-tenant.ts";
import { problemsOf } from "../reading.ts";
import { certificates, findingsOf, stage, WHERE } from "./stage.ts";

const certs = certificates();
const where = `${WHERE}:filter`;
const anna = user("anna@example.org", { CustomAttribute1: "Care", CustomAttribute2: 7 });
const bert = user("bert@example.org", {
  CustomAttribute1: "Cure",
  EmailAddresses: ["SMTP:bert@example.org", "smtp:bert@example.net"],
});
const gone = user("gone@example.org", { AccountDisabled: true });
const desk = shared("desk@example.org", { CustomAttribute1: "Care" });
const spare = shared("spare@example.org");
const night = group("Night", [member(bert), member(gone)]);
const team = group("Team", [member(anna), groupRow(night), member(desk)], { address: "team@example.org" });
const tenant = {
  mailboxes: [anna, bert, gone, desk, spare],
  groups: [team, night],
  permissions: {
    "desk@example.org": [SELF, grant("anna@example.org")],
    "spare@example.org": [SELF, grant("Team")],
  },
};
const own = (name: string, values: readonly string[], exclude = false): RecordCondition => ({
  own: name,
  values,
  exclude,
  where,
});
const memberOf = (groups: readonly string[], exclude = false): RecordCondition => ({
  memberOf: groups,
  exclude,
  where,
});
const delegates: RecordCondition = { field: "delegates", values: ["anna*"], exclude: false, where };

const EVERYBODY = ["anna", "bert", "gone", "desk", "spare"];
type Case = readonly [name: string, filter: readonly RecordCondition[], taken: readonly string[]];
const CASES: readonly Case[] = [
  ["a property, one of several values", [own("CustomAttribute1", ["care", "x*"])], ["anna", "desk"]],
  ["its opposite", [own("CustomAttribute1", ["care"], true)], ["bert", "gone", "spare"]],
  ["a property that is not text", [own("CustomAttribute2", ["7"])], ["anna"]],
  ["addresses of every kind", [own("EmailAddresses", ["*@example.net"])], ["bert"]],
  ["a group, at any depth, by address", [memberOf(["team@example.org"])], ["anna", "bert", "gone", "desk"]],
  ["outside a group, by name", [memberOf(["Night"], true)], ["anna", "desk", "spare"]],
  ["two conditions", [memberOf(["Team"]), own("CustomAttribute1", ["Cure"])], ["bert"]],
  ["delegates", [delegates], ["desk", "spare"]],
  ["kinds", [{ field: "kind", values: ["functional"], exclude: false, where }], ["desk", "spare"]],
];

test.each(CASES)("a filter by %s", async (_, filter, taken) => {
  const { read } = await stage(certs, tenant);
  const reading = await read({ filters: { personal: filter, functional: filter } });
  const names = reading.records.map(({ email }) => (email?.value ?? "").replace(/@.*/, ""));
  expect(names).toEqual(EVERYBODY.filter((name) => taken.includes(name)));
  expect(reading.leftOut).toBe(EVERYBODY.length - taken.length);
  expect(reading.facts).toContainEqual({ label: "filter", value: `${taken.length} of 5 records taken` });
});

test("the permissions of a mailbox that is left out are not asked for", async () => {
  const { read, exchange } = await stage(certs, tenant);
  const filter = [own("CustomAttribute1", ["Care"])];
  const reading = await read({ filters: { personal: filter, functional: filter } });
  expect(reading.findings).toEqual([]);
  expect(exchange.asked.filter((one) => one.startsWith("permissions"))).toEqual([
    "permissions desk@example.org",
  ]);
});

test("a property that no mailbox has is told, and what is left empty is incomplete", async () => {
  const { read } = await stage(certs, tenant);
  const filter = [own("CustomAttribut1", ["Care"])];
  const reading = await read({ filters: { personal: filter, functional: filter } });
  expect(findingsOf(reading)).toEqual([
    "filter-unseen warning -: The filter looks at CustomAttribut1, and no mailbox that was read has this property. Its name may be mistyped.",
    "source-empty warning -: The filter takes none of the 5 records. Nothing is removed because of this source.",
  ]);
  expect(reading.complete).toBe(false);
});

test.each([
  ["Nobody", "it is nobody that Exchange knows"],
  ["anna@example.org", "it is not a group"],
])("memberOf that names %s, which is not a group, reads nothing", async (name, why) => {
  const { read } = await stage(certs, tenant);
  expect(await problemsOf(read({ filters: { personal: [memberOf([name])] } }))).toEqual([
    {
      code: "address-not-found",
      where,
      message: `memberOf names "${name}", and ${why}. It would look as if nobody were in it.`,
      remedy: "Write the address or the name of a group that Exchange knows.",
    },
  ]);
});

test("whom a group that could not be read may hold is kept, and held back", async () => {
  const { read } = await stage(certs, tenant, {
    fault: ({ kind, key }) =>
      kind === "Get-DistributionGroupMember" && key.includes("Night") ? "refuse" : undefined,
  });
  const reading = await read({ filters: { personal: [memberOf(["Night"], true)] } });
  const personal = reading.records.filter(({ kind }) => kind === "personal");
  expect(personal.map(({ email }) => email?.value)).toEqual([
    "anna@example.org",
    "bert@example.org",
    "gone@example.org",
  ]);
  expect(personal.every(({ problems }) => problems.length > 0)).toBe(true);
});
