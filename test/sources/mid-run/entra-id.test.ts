import { describe, expect, test } from "vitest";
import type { Reading } from "../../../src/model/ports.ts";
import type { EntraIdConfig } from "../../../src/model/source-config/entra.ts";
import { ZivsyncError } from "../../../src/model/values/errors.ts";
import type { GraphTenant } from "../../servers/graph.ts";
import { runs } from "../../support/runs.ts";
import { idOf, person, stageGraph, team } from "../entra-id/stage.ts";
import { certificates } from "../exchange-online/stage.ts";
import { Organisation, removals } from "./day.ts";
import { GRAPH_FAULTS, Saboteur } from "./graph-faults.ts";

const certs = certificates();
const APP = "00000000-0000-0000-0000-0000000000aa";
const plans = { assignedPlans: [{ service: "exchange", capabilityStatus: "Enabled" }] };
const proxies = (name: string) => [`SMTP:${name}@example.org`, `smtp:${name}@example.com`];
const named = ["ada", "bea", "cor", "dik", "eva"].map((name) =>
  person(name, {
    ...plans,
    proxyAddresses: proxies(name),
    manager: { id: idOf(person("ada")) },
    department: "/care",
  }),
);
const [ada = {}, bea = {}, cor = {}, dik = {}, eva = {}] = named;
const guest = person("guest", { userType: "Guest", ...plans });
const inner = team("inner", { mailEnabled: false, mail: null, proxyAddresses: [] });
const desk = team("desk", { proxyAddresses: proxies("desk") });
const ward = team("ward", { groupTypes: ["Unified"], securityEnabled: false });
const hidden = team("hidden", { groupTypes: ["Unified"], visibility: "HiddenMembership" });
const staff = team("staff", { securityEnabled: false });
const TENANT: GraphTenant = {
  users: [...named, guest],
  groups: [desk, inner, ward, hidden, staff],
  members: {
    [idOf(desk)]: [idOf(inner), idOf(ada), idOf(guest)],
    [idOf(inner)]: [idOf(bea), idOf(cor)],
    [idOf(ward)]: [idOf(dik), idOf(eva), idOf(ada)],
    [idOf(hidden)]: [idOf(eva)],
    [idOf(staff)]: named.map(idOf),
  },
  assigned: {
    [APP]: [
      { principalType: "Group", principalId: idOf(staff), appRoleId: "0", id: "1" },
      { principalType: "User", principalId: idOf(ada), appRoleId: "0", id: "2" },
    ],
  },
};
const roles = ["User.Read.All", "GroupMember.Read.All", "Member.Read.Hidden", "Application.Read.All"];
const division = { property: "department", encoding: "text" } as const;
const accountKey = { property: "id", encoding: "text" } as const;
const WAYS: readonly (readonly [string, Partial<EntraIdConfig>])[] = [
  ["everybody", { map: { accountKey, division } }],
  ["memberOf", { memberOf: { memberOf: [idOf(staff)], exclude: false, where: "x" } }],
  ["assignedTo", { assignedTo: { appId: APP, where: "x" } }],
  ["licensed", { licensed: { service: "exchange", where: "x" } }],
  [
    "division of the manager",
    { map: { accountKey, division: { ...division, property: "manager.department" } } },
  ],
  [
    "a filter",
    {
      filters: {
        personal: [{ own: "department", values: ["/care"], exclude: false, where: "x" }],
        functional: [{ memberOf: [idOf(inner)], exclude: true, where: "x" }],
      },
    },
  ],
];

/** A tenant whose answers can be bent, and the organisation that is planned from it. */
async function sabotaged() {
  const saboteur = new Saboteur();
  const staged = await stageGraph(certs, TENANT, { pageSize: 2, entra: { roles }, ...saboteur.options });
  return { ...staged, saboteur, organisation: new Organisation() };
}

const attempt = (reading: Promise<Reading>): Promise<Reading | undefined> =>
  reading.catch((error: unknown) => {
    if (error instanceof ZivsyncError) return undefined;
    throw error;
  });

/** What Graph gives of a group that somebody has emptied, asked twice: its members are gone, and guards see it. */
function isEmptied(fault: string, asked: string, stays: boolean): boolean {
  return fault === "nothing at all, counted" && stays && /\/(?:transitiveMembers|members)\b/.test(asked);
}

describe.each(WAYS)("law: whatever goes wrong, nothing is removed that was not read: %s", (_, config) => {
  test("at every request", async () => {
    const { saboteur, graph, read, organisation } = await sabotaged();
    expect(await organisation.settle(await read(config))).toBe(8);
    const requests = graph.asked.length;
    const cases = GRAPH_FAULTS.flatMap((fault) =>
      Array.from({ length: requests }, (_, at) =>
        [false, true].map((stays) => ({ fault, at, stays })),
      ).flat(),
    );
    const step = Math.ceil(cases.length / runs(6, 160));
    const lost: unknown[] = [];
    for (const [nth, { fault, at, stays }] of cases.entries()) {
      if (nth % step !== 0) continue;
      graph.become(TENANT);
      saboteur.set(fault, at, stays);
      const reading = await attempt(read(config));
      if (reading === undefined) continue;
      const removed = removals(await organisation.plan(reading));
      const asked = graph.asked[at] ?? "";
      if (removed.length > 0 && !isEmptied(fault.name, asked, stays))
        lost.push({ fault: fault.name, at: asked, stays, removed });
    }
    expect(lost).toEqual([]);
  });
});

test.each(GRAPH_FAULTS.filter(({ name }) => name.startsWith("nothing at all")))(
  "$name, from each page of users that are counted apart, removes nobody",
  async (fault) => {
    const map = { accountKey, division: { ...division, property: "manager.department" } };
    const { saboteur, graph, read, organisation } = await sabotaged();
    await organisation.settle(await read({ map }));
    const pages = graph.asked.flatMap((path, at) => (path === "users" ? [at] : []));
    expect(pages.length).toBeGreaterThan(1);
    for (const at of pages) {
      graph.become(TENANT);
      saboteur.set(fault, at, true);
      const reading = await attempt(read({ map }));
      expect(reading === undefined ? [] : removals(await organisation.plan(reading))).toEqual([]);
    }
  },
);

test.each(GRAPH_FAULTS.filter(({ heals }) => heals))("$name, once, and a leaver leaves", async (fault) => {
  const { saboteur, graph, read, organisation } = await sabotaged();
  await organisation.settle(await read());
  const gone = {
    ...TENANT,
    users: TENANT.users.filter((one) => one !== eva),
    members: membersWithout(idOf(eva)),
  };
  graph.become(gone);
  saboteur.set(fault, 2);
  expect(removals(await organisation.plan(await read()))).toContain("suspend eva@example.org");
});

function membersWithout(gone: string): GraphTenant["members"] {
  return Object.fromEntries(
    Object.entries(TENANT.members).map(([group, members]) => [group, members.filter((one) => one !== gone)]),
  );
}
