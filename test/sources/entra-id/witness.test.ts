import { describe, expect, test } from "vitest";
import type { GraphAsked } from "../../servers/graph.ts";
import { certificates, findingsOf } from "../exchange-online/stage.ts";
import { idOf, person, stageGraph, team } from "./stage.ts";

/* Lists whose own number is wrong: what else Graph says shows that they are not whole. */

const certs = certificates();
const anna = person("anna");
const bob = person("bob");
const desk = team("desk");
const TENANT = { users: [anna, bob], groups: [desk], members: { [idOf(desk)]: [idOf(anna), idOf(bob)] } };
const GONE = "9999aaaa-0000-0000-0000-000000000000";
const onUsers = ({ path }: GraphAsked) => path === "users";

describe("a member whom the list of users lacks", () => {
  test("and who is there: no personal account is removed, and no delegate of the group", async () => {
    const bend = (body: Record<string, unknown>, asked: GraphAsked) =>
      onUsers(asked) ? { "@odata.count": 1, value: [anna] } : body;
    const { read } = await stageGraph(certs, TENANT, { bend });
    const reading = await read();
    expect([reading.complete, reading.incompleteKinds]).toEqual([true, ["personal"]]);
    expect(findingsOf(reading)).toEqual([
      `source-incomplete error -: Groups name 1 user whom the list of users lacks, such as ${idOf(bob)}: it is not whole. Run zivsync again later: Graph's index can be behind. No personal account is removed because of this source.`,
    ]);
    expect(reading.records.at(-1)?.delegatesIncomplete).toBe(
      `Members are not among the users that could be read: ${idOf(bob)}.`,
    );
  });

  test("and who was deleted: whoever else left leaves", async () => {
    const members = { [idOf(desk)]: [idOf(anna), GONE] };
    const bend = (body: Record<string, unknown>, { path }: GraphAsked) =>
      path.endsWith("/transitiveMembers")
        ? {
            ...body,
            value: [anna, { id: GONE }].map((one) => ({
              "@odata.type": "#microsoft.graph.user",
              id: idOf(one),
            })),
          }
        : body;
    const { read, graph } = await stageGraph(certs, { ...TENANT, members }, { bend });
    const reading = await read();
    expect([reading.complete, reading.incompleteKinds, findingsOf(reading)]).toEqual([true, undefined, []]);
    expect(reading.records.at(-1)?.delegatesIncomplete).toContain(GONE);
    expect(graph.asked.at(-1)).toBe(`users/${GONE}`);
  });

  test("and too many of them: the first are asked for, and all count", async () => {
    const users = Array.from({ length: 30 }, (_, nth) => person(`p${nth}`));
    const bend = (body: Record<string, unknown>, asked: GraphAsked) =>
      onUsers(asked) ? { "@odata.count": 1, value: [users[0]] } : body;
    const { read, graph } = await stageGraph(
      certs,
      { users, groups: [desk], members: { [idOf(desk)]: users.map(idOf) } },
      { bend },
    );
    const [finding] = findingsOf(await read());
    expect(finding).toContain("Groups name 29 users whom the list of users lacks");
    expect(graph.asked.filter((path) => path.startsWith("users/")).length).toBe(20);
  });

  test("and who is assigned to the application", async () => {
    const appId = "00000000-0000-0000-0000-0000000000aa";
    const assigned = {
      [appId]: [anna, bob].map((one) => ({ principalType: "User", principalId: idOf(one), id: idOf(one) })),
    };
    const bend = (body: Record<string, unknown>, asked: GraphAsked) =>
      onUsers(asked) ? { "@odata.count": 1, value: [anna] } : body;
    const { read } = await stageGraph(certs, { ...TENANT, assigned }, { bend });
    const reading = await read({ kinds: ["personal"], assignedTo: { appId, where: "x" } });
    expect(reading.complete).toBe(false);
  });
});

describe("an empty list of members, counted as none by the index", () => {
  const lies = (body: Record<string, unknown>, { path, url }: GraphAsked) =>
    path.endsWith("embers") && url.searchParams.has("$count") ? { "@odata.count": 0, value: [] } : body;

  test("is read again from the directory itself, which knows better", async () => {
    const { read } = await stageGraph(certs, TENANT, { bend: lies });
    const reading = await read();
    expect(reading.records.at(-1)?.delegates?.value).toEqual(["anna@example.org", "bob@example.org"]);
    expect(reading.complete).toBe(true);
  });

  test("and is empty there, too: nobody is in the group", async () => {
    const { read, graph } = await stageGraph(certs, { ...TENANT, members: {} });
    const record = (await read()).records.at(-1);
    expect([record?.delegates?.value, record?.delegatesIncomplete]).toEqual([[], undefined]);
    expect(graph.asked.filter((path) => path.endsWith("/transitiveMembers")).length).toBe(2);
  });
});

test("no member of any group: members are not shown, and no delegate is removed", async () => {
  const { read } = await stageGraph(certs, { ...TENANT, groups: [desk, team("ward")], members: {} });
  expect((await read()).records.map((record) => record.delegatesIncomplete)).toEqual([
    undefined,
    undefined,
    "Graph shows no member of any group, so it may not show members at all.",
    "Graph shows no member of any group, so it may not show members at all.",
  ]);
});

test("an assignment that does not say what is assigned leaves nobody out", async () => {
  const appId = "00000000-0000-0000-0000-0000000000aa";
  const assigned = {
    [appId]: [
      { principalType: "User", principalId: idOf(anna), id: "1" },
      { principalType: null, principalId: idOf(desk), id: "2" },
    ],
  };
  const { read } = await stageGraph(certs, { ...TENANT, assigned });
  const reading = await read({ kinds: ["personal"], assignedTo: { appId, where: "x" } });
  expect([reading.complete, findingsOf(reading)]).toEqual([
    false,
    [
      "source-incomplete error -: Not everybody can be known who is meant. Of 1 assignment Graph does not say whether it is of a user or a group. No personal account is removed because of this source.",
    ],
  ]);
});

test.each([
  ["users", { mail: undefined, proxyAddresses: undefined }, {}],
  ["groups", {}, { mail: undefined, proxyAddresses: undefined }],
])("%s of whom the addresses are not said are not gone", async (_, ofBob, ofDesk) => {
  const { read } = await stageGraph(certs, {
    ...TENANT,
    users: [anna, { ...bob, ...ofBob }],
    groups: [{ ...desk, ...ofDesk }],
  });
  const reading = await read();
  expect(reading.complete && reading.incompleteKinds === undefined).toBe(false);
  expect(findingsOf(reading)[0]).toContain("without a word on their addresses");
});
