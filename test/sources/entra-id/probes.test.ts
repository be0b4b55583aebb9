import { describe, expect, test } from "vitest";
import type { Reading } from "../../../src/model/ports.ts";
import type { Row } from "../../servers/graph.ts";
import { certificates, findingsOf } from "../exchange-online/stage.ts";
import { Organisation, removals } from "../mid-run/day.ts";
import { idOf, person, stageGraph, team } from "./stage.ts";

const certs = certificates();
const proxies = (name: string) => [`SMTP:${name}@example.org`, `smtp:${name}@example.com`];
const [anna = {}, bob = {}, cor = {}] = ["anna", "bob", "cor"].map((name) =>
  person(name, { proxyAddresses: proxies(name) }),
);
const desk = team("desk", { proxyAddresses: proxies("desk") });
const TENANT = {
  users: [anna, bob, cor],
  groups: [desk],
  members: { [idOf(desk)]: [idOf(anna), idOf(bob)] },
};
const shown = ({ records }: Reading) => records.map(({ email }) => email?.value);
const everybody = (change: (row: Row) => Row) => TENANT.users.map(change);
const without = (name: string) => (row: Row) =>
  Object.fromEntries(Object.entries(row).filter(([key]) => key !== name));

/** What a plan would remove when the tenant of the first day becomes this one. */
async function lostBy(tenant: Partial<typeof TENANT>): Promise<readonly string[]> {
  const { read, graph } = await stageGraph(certs, TENANT);
  const organisation = new Organisation();
  await organisation.settle(await read());
  graph.become({ ...TENANT, ...tenant });
  return removals(await organisation.plan(await read()));
}

describe("from one day to the next", () => {
  test.each([
    ["no groups at all", { groups: [] }],
    ["no users at all", { users: [] }],
    ["nobody's accountEnabled", { users: everybody((row) => ({ ...row, accountEnabled: null })) }],
    ["nobody's accountEnabled, not even as null", { users: everybody(without("accountEnabled")) }],
    ["nobody's userType", { users: everybody((row) => ({ ...row, userType: null })) }],
    ["nobody's proxyAddresses", { users: everybody(without("proxyAddresses")) }],
    ["nobody's proxyAddresses, null", { users: everybody((row) => ({ ...row, proxyAddresses: null })) }],
    ["no proxyAddresses of one", { users: [without("proxyAddresses")(anna), bob, cor] }],
    [
      "an empty list of proxyAddresses of one, who has mail",
      { users: [{ ...anna, proxyAddresses: [] }, bob, cor] },
    ],
    ["no mail beside proxyAddresses", { users: [{ ...anna, mail: null }, bob, cor] }],
    [
      "the same proxy at two users",
      { users: [anna, { ...bob, proxyAddresses: [...proxies("bob"), "smtp:anna@example.com"] }, cor] },
    ],
    ["a group whose mailEnabled is not said", { groups: [{ ...desk, mailEnabled: null }] }],
    [
      "a group of which is not said whether it is for security",
      { groups: [{ ...desk, securityEnabled: null }] },
    ],
    ["a group whose types are not said", { groups: [without("groupTypes")(desk)] }],
    ["a group whose addresses are not said", { groups: [without("mail")(without("proxyAddresses")(desk))] }],
  ] as readonly (readonly [string, Partial<typeof TENANT>])[])(
    "%s: nothing is removed",
    async (_, tenant) => {
      expect(await lostBy(tenant)).toEqual([]);
    },
  );

  test.each([
    ["a user is gone", { users: [anna, bob] }, ["suspend cor@example.org"]],
    [
      "a user is disabled",
      { users: [anna, bob, { ...cor, accountEnabled: false }] },
      ["suspend cor@example.org"],
    ],
    ["a user is a guest", { users: [anna, bob, { ...cor, userType: "Guest" }] }, ["suspend cor@example.org"]],
    [
      "a user has no address",
      { users: [anna, bob, { ...cor, mail: null, proxyAddresses: [] }] },
      ["suspend cor@example.org"],
    ],
    [
      "an alias is gone",
      { users: [{ ...anna, proxyAddresses: ["SMTP:anna@example.org"] }, bob, cor] },
      ["anna@example.org aliases loses anna@example.com"],
    ],
    ["a member is gone", { members: { [idOf(desk)]: [idOf(anna)] } }, [/^desk@example.org delegates loses /]],
    ["all members are gone", { members: {} }, ["suspend desk@example.org"]],
    [
      "a group has no mail any more",
      { groups: [{ ...desk, mailEnabled: false }, team("other")] },
      ["delete desk@example.org"],
    ],
  ] as readonly (readonly [string, Partial<typeof TENANT>, readonly (string | RegExp)[]])[])(
    "%s",
    async (_, tenant, lost) => {
      const found = await lostBy(tenant);
      expect(
        found.map((one, nth) => (lost[nth] instanceof RegExp && lost[nth].test(one) ? lost[nth] : one)),
      ).toEqual(lost);
    },
  );
});

test("members that are not people are not delegates, and say nothing of the others", async () => {
  const contact = { id: "contact" };
  const members = { [idOf(desk)]: [idOf(anna), "device", contact.id] };
  const { read } = await stageGraph(certs, { ...TENANT, members, contacts: [contact] });
  const reading = await read();
  expect([reading.records.at(-1)?.delegates?.value, reading.records.at(-1)?.delegatesIncomplete]).toEqual([
    ["anna@example.org"],
    undefined,
  ]);
  expect(findingsOf(reading)).toEqual([
    "member-left-out info group desk@example.org: 1 contact among its members is not an account of this source, and left out of the delegates.",
  ]);
});

test("groups within groups to ten levels, in a circle", async () => {
  const rings = Array.from({ length: 10 }, (_, nth) =>
    team(`ring${nth}`, { mailEnabled: false, mail: null, proxyAddresses: [] }),
  );
  const members = Object.fromEntries([
    [idOf(desk), [idOf(rings[0] ?? {})]],
    ...rings.map((ring, nth) => [
      idOf(ring),
      [idOf(rings[nth + 1] ?? desk), ...(nth === 9 ? [idOf(bob)] : [])],
    ]),
  ]);
  const { read } = await stageGraph(certs, { ...TENANT, groups: [desk, ...rings], members });
  const reading = await read();
  expect(reading.records.at(-1)?.delegates?.value).toEqual(["bob@example.org"]);
  const memberOf = { memberOf: [idOf(desk)], exclude: false, where: "x" };
  expect(shown(await read({ kinds: ["personal"], memberOf }))).toEqual(["bob@example.org"]);
});

test("20,000 members", async () => {
  const users = Array.from({ length: 20_000 }, (_, nth) => person(`p${nth}`));
  const { read, graph } = await stageGraph(certs, {
    users,
    groups: [desk],
    members: { [idOf(desk)]: users.map(idOf) },
  });
  const record = (await read()).records.at(-1);
  expect([record?.delegates?.value.length, record?.delegatesIncomplete]).toEqual([20_000, undefined]);
  expect(graph.asked.length).toBe(21 + 1 + 21);
});

test("addresses by any case of their kind, and a kind that is not mail", async () => {
  const users = [
    person("x", {
      mail: "OTHER@example.org",
      proxyAddresses: ["SMTP:X@Example.org", "smtp:X1@example.org", "Smtp:x2@example.org", "sip:x", "SPO:1"],
    }),
    person("y", { mail: null, proxyAddresses: ["smtp:y1@example.org"] }),
  ];
  const { read } = await stageGraph(certs, { users });
  const [x, y, ...others] = (await read({ kinds: ["personal"] })).records;
  expect([x?.email?.value, x?.aliases?.value]).toEqual(["X@Example.org", ["X1@example.org"]]);
  expect([y?.email, y?.problems.map(({ field }) => field)]).toEqual([undefined, ["email"]]);
  expect(others).toEqual([]);
});

test("a licence whose plan for mail is switched off is not a mailbox", async () => {
  const plan = (capabilityStatus: string) => ({
    assignedLicenses: [{ skuId: "1", disabledPlans: capabilityStatus === "Deleted" ? ["exchange"] : [] }],
    assignedPlans: [
      { service: "exchange", capabilityStatus, servicePlanId: "exchange" },
      { service: "SharePoint", capabilityStatus: "Enabled", servicePlanId: "2" },
    ],
  });
  const users = [
    person("on", plan("Enabled")),
    person("off", plan("Deleted")),
    person("held", plan("Suspended")),
  ];
  const { read } = await stageGraph(certs, { users });
  const reading = await read({ kinds: ["personal"], licensed: { service: "exchange", where: "x" } });
  expect(shown(reading)).toEqual(["on@example.org"]);
});
