import { expect, test } from "vitest";
import { error, type GraphAsked } from "../../servers/graph.ts";
import { certificates, findingsOf } from "../exchange-online/stage.ts";
import { idOf, person, stageGraph, team } from "./stage.ts";

const certs = certificates();
const anna = person("anna");
const bob = person("bob");
const desk = team("desk");
const TENANT = { users: [anna, bob], groups: [desk], members: { [idOf(desk)]: [idOf(anna), idOf(bob)] } };
const onMembers = ({ path }: GraphAsked) => path.endsWith("/transitiveMembers");
const memberOf = { memberOf: ["desk@example.org"], exclude: false, where: "x" };

test.each([403, 404])(
  "a group named by memberOf whose members answer %s does not make everybody leave",
  async (status) => {
    const fault = (asked: GraphAsked) => (onMembers(asked) ? error(status, "x") : undefined);
    const { read } = await stageGraph(certs, TENANT, { fault });
    const outcome = await read({ kinds: ["personal"], memberOf }).then(
      (reading) => reading.complete,
      () => "refused",
    );
    expect(outcome).not.toBe(true);
  },
);

test("a short list of members is told, and its delegates are not whole", async () => {
  const bend = (body: Record<string, unknown>, asked: GraphAsked) =>
    onMembers(asked)
      ? { ...body, value: [{ "@odata.type": "#microsoft.graph.user", id: idOf(anna) }] }
      : body;
  const { read } = await stageGraph(certs, TENANT, { bend });
  const reading = await read();
  expect(reading.records.at(-1)?.delegates?.value).toEqual(["anna@example.org"]);
  expect(reading.records.at(-1)?.delegatesIncomplete).toContain("1 of 2");
  const named = await read({ kinds: ["personal"], memberOf });
  expect(named.complete).toBe(false);
});

test("a tenant without $count is read, and an empty list of members without a number is not nobody", async () => {
  const fault = ({ path, url }: GraphAsked) =>
    url.searchParams.has("$count") || path.endsWith("/$count")
      ? error(400, "Request_UnsupportedQuery")
      : undefined;
  const { read } = await stageGraph(certs, { ...TENANT, members: {} }, { fault });
  const reading = await read();
  expect(reading.records.map(({ email }) => email?.value)).toEqual([
    "anna@example.org",
    "bob@example.org",
    "desk@example.org",
  ]);
  expect(reading.records.at(-1)?.delegatesIncomplete).toContain("and no number");
});

test("429 without Retry-After is waited for", async () => {
  const fault = ({ nth }: GraphAsked) => (nth < 2 ? error(429, "TooManyRequests") : undefined);
  const { read } = await stageGraph(certs, TENANT, { fault });
  const reading = await read();
  expect([reading.complete, findingsOf(reading)]).toEqual([true, []]);
});

test("guests are accounts where the profile says so", async () => {
  const guest = person("guest", { userType: "Guest" });
  const { read } = await stageGraph(certs, { users: [anna, guest] });
  const both = await read({ kinds: ["personal"], userTypes: ["Member", "Guest"] });
  expect(both.records.map(({ email }) => email?.value)).toEqual(["anna@example.org", "guest@example.org"]);
  const members = await read({ kinds: ["personal"] });
  expect(members.records.map(({ email }) => email?.value)).toEqual(["anna@example.org"]);
});

test("the type of a user is read in any case", async () => {
  const users = [person("anna", { userType: "member" }), person("guest", { userType: "GUEST" })];
  const { read } = await stageGraph(certs, { users });
  const { records } = await read({ kinds: ["personal"] });
  expect(records.map(({ email }) => email?.value)).toEqual(["anna@example.org"]);
});

test.each([
  ["a secondary address alone", ["smtp:anna@example.org", "SIP:anna@example.org"]],
  ["a kind in another case", ["Smtp:anna@example.org"]],
])("somebody with %s is in doubt, and not nobody", async (_, proxyAddresses) => {
  const [half, team] = [
    { ...anna, mail: null, proxyAddresses },
    { ...desk, mail: null, proxyAddresses },
  ];
  const { read } = await stageGraph(certs, { ...TENANT, users: [half, bob], groups: [team] });
  const { records } = await read();
  const about = { attribute: "proxyAddresses", field: "email" };
  const doubt = [expect.objectContaining(about)];
  expect(records.map(({ id, problems }) => [id?.value, problems])).toEqual([
    [idOf(anna), doubt],
    [idOf(bob), []],
    [idOf(desk), doubt],
  ]);
  expect(records.at(-1)?.delegates?.value).toEqual(["bob@example.org"]);
  expect(records.at(-1)?.delegatesIncomplete).toContain(idOf(anna));
});

test("two users with one address are told apart by their names for signing in", async () => {
  const admin = person("adm-anna", { mail: "anna@example.org", proxyAddresses: [] });
  const { read } = await stageGraph(certs, { users: [anna, admin] });
  const { records } = await read({ kinds: ["personal"] });
  expect(records.map(({ where, email }) => [where, email?.value])).toEqual([
    ["user anna@example.org", "anna@example.org"],
    ["user adm-anna@example.org", "anna@example.org"],
  ]);
});
