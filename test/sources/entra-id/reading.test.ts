import { describe, expect, test } from "vitest";
import { error, type GraphAsked } from "../../servers/graph.ts";
import { certificates, findingsOf } from "../exchange-online/stage.ts";
import { problemsOf } from "../reading.ts";
import { idOf, person, stageGraph, team } from "./stage.ts";

const certs = certificates();
const anna = person("anna", {
  proxyAddresses: ["SMTP: anna@example.org", "smtp:ann@example.org", "SIP:anna@example.org", "X500:/o=x"],
});
const bob = person("bob", { accountEnabled: false });
const guest = person("guest", { userPrincipalName: "g_example.com#EXT#@example.org" });
const nobody = person("nobody", { mail: null, proxyAddresses: [] });
const inner = team("inner", { mailEnabled: false, mail: null, proxyAddresses: [] });
const desk = team("desk");
const TENANT = {
  users: [anna, bob, guest, nobody],
  groups: [desk, inner, team("list", { securityEnabled: false })],
  members: { [idOf(desk)]: [idOf(inner), idOf(bob)], [idOf(inner)]: [idOf(anna), idOf(guest), idOf(desk)] },
};

const shown = (reading: { readonly records: readonly { readonly email?: { readonly value: string } }[] }) =>
  reading.records.map(({ email }) => email?.value);

test("people with an address, and groups with mail and their members at any depth", async () => {
  const { read } = await stageGraph(certs, TENANT);
  const reading = await read();
  expect(shown(reading)).toEqual(["anna@example.org", "bob@example.org", "desk@example.org"]);
  const [a, b, d] = reading.records;
  expect(a?.aliases?.value).toEqual(["ann@example.org"]);
  expect(a?.accountKey?.value.reveal()).toBe(idOf(anna));
  expect([a?.active?.value, b?.active?.value]).toEqual([true, false]);
  expect(d?.delegates?.value).toEqual(["anna@example.org"]);
  expect(d?.delegatesIncomplete).toBeUndefined();
  expect(reading.complete).toBe(true);
  expect(findingsOf(reading)).toEqual([
    "member-left-out info group desk@example.org: 1 guest among its members is not an account of this source, and left out of the delegates.",
  ]);
});

describe("who is meant", () => {
  test("by a group at any depth, by its id or address; not by a name", async () => {
    const { read } = await stageGraph(certs, TENANT);
    for (const name of [idOf(desk).toUpperCase(), "desk@example.org"]) {
      const reading = await read({
        kinds: ["personal"],
        memberOf: { memberOf: [name], exclude: false, where: "x" },
      });
      expect(shown(reading)).toEqual(["anna@example.org", "bob@example.org"]);
    }
    const gone = read({ memberOf: { memberOf: ["gone@example.org"], exclude: false, where: "p:1:1" } });
    expect((await problemsOf(gone))[0]).toMatchObject({ code: "address-not-found", where: "p:1:1" });
  });

  test("by an assignment: direct members of the group only, and a finding on what is nested", async () => {
    const appId = "00000000-0000-0000-0000-0000000000aa";
    const assigned = { [appId]: [{ principalType: "Group", principalId: idOf(desk), appRoleId: "0" }] };
    const { read } = await stageGraph(certs, { ...TENANT, assigned });
    const reading = await read({ kinds: ["personal"], assignedTo: { appId, where: "x" } });
    expect(shown(reading)).toEqual(["bob@example.org"]);
    expect(findingsOf(reading)).toEqual([
      `group-nested warning -: The group ${idOf(desk)} is assigned to the application, and holds the group inner. Entra ID counts direct members only, so whoever is in there alone is not assigned, and left out. Assign the inner group itself to take them in.`,
    ]);
  });

  test("by a plan for mail that works", async () => {
    const plan = (capabilityStatus: string) => ({
      assignedPlans: [{ service: "exchange", capabilityStatus }],
    });
    const users = [
      person("a", plan("Enabled")),
      person("b", plan("Deleted")),
      person("c", plan("Warning")),
      person("d", { assignedPlans: [] }),
    ];
    const { read } = await stageGraph(certs, { users });
    const reading = await read({ kinds: ["personal"], licensed: { service: "exchange", where: "x" } });
    expect(shown(reading)).toEqual(["a@example.org", "c@example.org"]);
  });

  test("an immutable id as a GUID is that of Active Directory", async () => {
    const users = [
      person("a", { onPremisesImmutableId: "q83vEjRWeEOQASNFZ4mrzQ==" }),
      person("b", { onPremisesImmutableId: "x" }),
    ];
    const { read } = await stageGraph(certs, { users });
    const map = { accountKey: { property: "onPremisesImmutableId", encoding: "guid" } } as const;
    const [a, b] = (await read({ kinds: ["personal"], map })).records;
    expect(a?.accountKey?.value.reveal()).toBe("12efcdab-5634-4378-9001-23456789abcd");
    expect(b?.problems).toMatchObject([{ attribute: "onPremisesImmutableId", field: "accountKey" }]);
  });
});

describe("lists that are not whole", () => {
  const users = ["a", "b", "c", "d", "e"].map((name) => person(name));
  const onUsers = (asked: GraphAsked) => asked.path === "users";

  test("an empty page with a next one, and users who come twice", async () => {
    const bend = (body: Record<string, unknown>, asked: GraphAsked) =>
      onUsers(asked) && asked.nth === 1 ? { ...body, value: [] } : body;
    const twice = [...users, users[0] ?? {}];
    const { read } = await stageGraph(certs, { users: twice }, { pageSize: 2, bend });
    const reading = await read({ kinds: ["personal"] });
    expect(reading.complete).toBe(false);
    expect(findingsOf(reading)[0]).toContain("Graph gave 5 of 6");
  });

  test.each([
    ["another host", "https://evil.example.org/v1.0/users?x=1", "at another host"],
    ["another version", "/beta/users?x=1", "not below /v1.0/"],
    ["itself", "", "was read before"],
  ])("a next page at %s", async (_, link, words) => {
    const bend = (body: Record<string, unknown>, asked: GraphAsked) =>
      onUsers(asked) ? { ...body, "@odata.nextLink": link === "" ? asked.url.href : link } : body;
    const { read } = await stageGraph(certs, { users }, { bend });
    const reading = await read({ kinds: ["personal"] });
    expect(reading.complete).toBe(false);
    expect(findingsOf(reading).join()).toContain(words);
  });

  test.each([
    [1, true],
    [9, false],
  ])("page tokens that expire %s times", async (times, complete) => {
    let left = times;
    const fault = (asked: GraphAsked) =>
      onUsers(asked) && asked.url.searchParams.has("$skiptoken") && left-- > 0
        ? error(400, "Directory_ExpiredPageToken")
        : undefined;
    const { read } = await stageGraph(certs, { users }, { pageSize: 2, fault });
    const reading = await read({ kinds: ["personal"] });
    expect([reading.complete, reading.records.length]).toEqual([complete, complete ? 5 : 2]);
  });

  test("nulls name the permission that is missing", async () => {
    const nulls = Object.fromEntries(Object.keys(person("x")).map((name) => [name, null]));
    const { read } = await stageGraph(certs, { users: [...users, { ...nulls, id: "1" }] });
    const reading = await read({ kinds: ["personal"] });
    expect(reading.complete).toBe(false);
    expect(findingsOf(reading)[0]).toContain("Give the application the application permission User.Read.All");
  });

  test("hidden members are not none", async () => {
    const hidden = team("hidden", { groupTypes: ["Unified"], visibility: "HiddenMembership" });
    const tenant = { users, groups: [hidden], members: {} };
    const { read } = await stageGraph(certs, tenant);
    expect((await read()).records.at(-1)?.delegatesIncomplete).toContain("Member.Read.Hidden");
    const may = await stageGraph(certs, tenant, {
      entra: { roles: ["User.Read.All", "Member.Read.Hidden"] },
    });
    expect((await may.read()).records.at(-1)?.delegatesIncomplete).toBeUndefined();
  });

  test.each([429, 503])("%s is waited for", async (status) => {
    const fault = (asked: GraphAsked) =>
      asked.nth < 2 ? error(status, "x", { "retry-after": "7" }) : undefined;
    const { read } = await stageGraph(certs, TENANT, { fault });
    expect((await read()).complete).toBe(true);
  });

  test("no permission: which, and what the token carries", async () => {
    const fault = () => error(403, "Authorization_RequestDenied");
    const { read } = await stageGraph(certs, TENANT, { fault, entra: { roles: [] } });
    expect(await problemsOf(read())).toEqual([
      {
        code: "entra-forbidden",
        where: "profiles/all.yaml:6:5",
        message:
          'Asked to list the users, Graph answered 403 with "It is Authorization_RequestDenied." (Authorization_RequestDenied, request 11111111-0000-0000-0000-000000000000). The token carries no application permission at all.',
        remedy:
          "Give the application the application permission User.Read.All of Microsoft Graph, and let an administrator consent.",
      },
    ]);
  });
});

test("law: wherever the reading is cut, nothing is said to be whole that was not read", async () => {
  const count = await (async () => {
    const { read, graph } = await stageGraph(certs, TENANT, { pageSize: 2 });
    await read();
    return graph.asked.length;
  })();
  for (let at = 1; at < count; at++) {
    const fault = ({ ofAll }: GraphAsked) => (ofAll >= at ? ("cut" as const) : undefined);
    const { read } = await stageGraph(certs, TENANT, { pageSize: 2, fault });
    const reading = await read();
    const isOpen = reading.records.some((one) => one.delegatesIncomplete !== undefined);
    expect({ at, held: !reading.complete || isOpen }).toEqual({ at, held: true });
    expect(findingsOf(reading).join()).toContain("source-incomplete");
  }
});

test("a token for another service is sent nowhere", async () => {
  const { read, graph } = await stageGraph(certs, TENANT, {
    entra: { audience: "https://graph.microsoft.us" },
  });
  const [problem] = await problemsOf(read());
  expect(problem?.code).toBe("entra-credentials");
  expect(problem?.message).toContain('The token is for "https://graph.microsoft.us"');
  expect(graph.asked).toEqual([]);
});
