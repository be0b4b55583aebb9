import { describe, expect, it } from "vitest";
import type { SimResponse } from "../../../src/simulator/index.ts";
import { cloneWorld, DEFAULT_QUIRKS, seedFromWorld, worldFromSeed } from "../../../src/simulator/index.ts";
import {
  type Ask,
  ask,
  DESK,
  dataOf,
  ENTERPRISE,
  GHOST,
  GROUP,
  JANE,
  json,
  KIM,
  LAB,
  NOBODY,
  patchOf,
  plainWorld,
  SCIM,
  SEED,
  text,
  USER,
} from "../organization.ts";

const user = (userName: string, extension?: unknown) => ({
  userName,
  name: { formatted: "New Person" },
  ...(extension === undefined ? {} : { [USER]: extension }),
});
const group = (externalId: string, more: object = {}) => ({ externalId, displayName: "New Group", ...more });
const members = (...ids: string[]) => ids.map((value) => ({ value }));

const janeResource = {
  schemas: ["urn:ietf:params:scim:schemas:core:2.0:User", ENTERPRISE, USER],
  id: JANE,
  userName: "j.doe@example.org",
  active: true,
  name: { formatted: "Jane Doe" },
  phoneNumbers: [{ value: "+31205550100" }],
  meta: { created: "2024-03-28", location: `/scim/v2/Users/${JANE}`, resourceType: "User" },
  [ENTERPRISE]: { division: "/care" },
  [USER]: { aliases: ["jd@example.org"], delegates: ["k.roe@example.org"] },
};
const deskResource = {
  schemas: ["urn:ietf:params:scim:schemas:core:2.0:Group", GROUP, ENTERPRISE],
  id: DESK,
  externalId: "desk@example.org",
  displayName: "Front desk",
  members: members(JANE, GHOST),
  meta: { created: "2024-03-28", location: `/scim/v2/Groups/${DESK}`, resourceType: "Group" },
  [ENTERPRISE]: { division: "/" },
  [GROUP]: { aliases: ["reception@example.org"] },
};

describe("reading", () => {
  it("answers a resource whole", () => {
    expect(ask(plainWorld(), `GET /Users/${JANE}`)).toEqual(json(200, janeResource));
    expect(ask(plainWorld(), `GET /Groups/${DESK}`)).toEqual(json(200, deskResource));
  });

  it.each([
    ["GET /Users", [JANE, KIM], 2],
    ["GET /Groups", [DESK, LAB], 2],
    ["GET /Users?count=1", [JANE], 2],
    ["GET /Users?count=0", [], 2],
    ["GET /Users?startIndex=2", [KIM], 2],
    ["GET /Users?startIndex=0&count=1", [JANE], 2],
    ["GET /Users?startIndex=3", [], 2],
    ['GET /Users?filter=userName eq "J.DOE@EXAMPLE.ORG"', [JANE], 1],
    ['GET /Users?filter=username EQ "k.roe@example.org"', [KIM], 1],
    ['GET /Users?filter=userName eq "jd@example.org"', [], 0],
    ['GET /Users?filter=userName eq "desk@example.org"', [], 0],
    ['GET /Users?filter=userName eq "ghost@example.org"', [], 0],
    ['GET /Groups?filter=externalId eq "desk@example.org"', [DESK], 1],
    ['GET /Groups?filter=externalId eq "a\\"b@example.org"', [], 0],
  ])("%s", (line, ids, totalResults) => {
    const answer = ask(
      plainWorld(),
      line.replace(/filter=(.*)/, (_, filter) => `filter=${encodeURIComponent(filter)}`),
    );
    const data = dataOf(answer);
    expect({ ...data, Resources: data.Resources.map((one: { id: string }) => one.id) }).toEqual({
      Resources: ids,
      totalResults,
    });
  });

  it("shows a hidden account to who knows its id", () => {
    expect(dataOf(ask(plainWorld(), `GET /Users/${GHOST}`)).userName).toBe("ghost@example.org");
  });
});

const REFUSALS: readonly [name: string, line: string, ask: Ask, answer: SimResponse][] = [
  ["unknown id", `GET /Users/${NOBODY}`, {}, text(400, `Unknown account with uuid: ${NOBODY}`)],
  ["id of the other kind", `GET /Users/${DESK}`, {}, text(400, `Unknown account with uuid: ${DESK}`)],
  ["PUT to nobody", `PUT /Groups/${NOBODY}`, { body: {} }, text(400, `Unknown account with uuid: ${NOBODY}`)],
  ["DELETE of nobody", `DELETE /Users/${NOBODY}`, {}, text(400, `Unknown account with uuid: ${NOBODY}`)],
  [
    "unknown filter",
    `GET /Users?filter=${encodeURIComponent('active eq "true"')}`,
    {},
    text(400, 'Invalid filter: active eq "true"'),
  ],
  [
    "filter of the other kind",
    `GET /Users?filter=${encodeURIComponent('externalId eq "a"')}`,
    {},
    text(400, 'Invalid filter: externalId eq "a"'),
  ],
  ["count no number", "GET /Users?count=all", {}, text(400, "Invalid count: all")],
  ["startIndex no number", "GET /Users?startIndex=x", {}, text(400, "Invalid startIndex: x")],
  ["no JSON", "POST /Users", { body: "{" }, text(400, "Invalid JSON: an object is needed")],
  ["JSON but a list", "POST /Groups", { body: [] }, text(400, "Invalid JSON: an object is needed")],
  [
    "wrong types",
    "POST /Users",
    { body: { userName: 1, name: "x", active: "no", [USER]: { aliases: [1] } } },
    text(400, "Invalid value: userName, name, active, aliases"),
  ],
  [
    "wrong members",
    "POST /Groups",
    { body: group("n@example.org", { members: ["x"] }) },
    text(400, "Invalid value: members"),
  ],
  ["no address", "POST /Users", { body: { name: { formatted: "A" } } }, text(400, "Missing value: userName")],
  [
    "no name",
    "POST /Groups",
    { body: { externalId: "n@example.org" } },
    text(400, "Missing value: displayName"),
  ],
  ["no address at all", "POST /Users", { body: user("nobody") }, text(400, "Invalid email address: nobody")],
  [
    "address exists",
    "POST /Users",
    { body: user("K.Roe@example.org") },
    text(409, "Account already exists: K.Roe@example.org"),
  ],
  [
    "address is an alias",
    "POST /Users",
    { body: user("jd@example.org") },
    text(409, "Account already exists: jd@example.org"),
  ],
  [
    "address is hidden",
    "POST /Users",
    { body: user("ghost@example.org") },
    text(409, "Account already exists: ghost@example.org"),
  ],
  [
    "group exists",
    "POST /Groups",
    { body: group("desk@example.org") },
    text(409, "Account already exists: desk@example.org"),
  ],
  [
    "domain not claimed",
    "POST /Users",
    { body: user("a@example.net") },
    text(400, "Account is outside the organization"),
  ],
  [
    "address of the other kind",
    "POST /Users",
    { body: user("desk@example.org") },
    text(400, "Account is outside the organization"),
  ],
  [
    "group at a person's address",
    "POST /Groups",
    { body: group("j.doe@example.org") },
    text(400, "Account is outside the organization"),
  ],
  [
    "guest's address",
    "POST /Users",
    { body: user("guest@example.org") },
    text(400, "Account is outside the organization"),
  ],
  [
    "alias not claimed",
    "POST /Users",
    { body: user("n@example.org", { aliases: ["n@example.net"] }) },
    text(400, "Error creating alias: Domain Not Owned"),
  ],
  [
    "alias taken",
    "POST /Users",
    { body: user("n@example.org", { aliases: ["JD@example.org"] }) },
    text(400, "Error creating alias: Alias is already taken for JD@example.org"),
  ],
  [
    "alias taken by the other kind",
    `PUT /Users/${JANE}`,
    { body: { [USER]: { aliases: ["reception@example.org"] } } },
    text(400, "Error creating alias: Alias is already taken for reception@example.org"),
  ],
  [
    "alias is a guest",
    `PUT /Groups/${DESK}`,
    { body: { [GROUP]: { aliases: ["guest@example.org"] } } },
    text(400, "Error creating alias: Alias is a guest: guest@example.org"),
  ],
  [
    "alias is not an address",
    `PUT /Groups/${DESK}`,
    { body: { [GROUP]: { aliases: ["x"] } } },
    text(400, "Error creating alias: Invalid email address: x"),
  ],
  [
    "division unknown",
    `PUT /Users/${JANE}`,
    { body: { [ENTERPRISE]: { division: "/x" } } },
    text(400, "Invalid division: /x"),
  ],
  [
    "division of a new group",
    "POST /Groups",
    { body: group("n@example.org", { [ENTERPRISE]: { division: "care" } }) },
    text(400, "Invalid division: care"),
  ],
  [
    "member of a new group",
    "POST /Groups",
    { body: group("n@example.org", { members: members(NOBODY) }) },
    text(400, "Error creating member: Member Not Found"),
  ],
  [
    "member by PUT",
    `PUT /Groups/${DESK}`,
    { body: { members: members(JANE, NOBODY) } },
    text(400, "Unknown in set"),
  ],
  [
    "member by PATCH",
    `PATCH /Groups/${DESK}`,
    { body: patchOf({ op: "add", path: "members", value: members(NOBODY) }) },
    text(400, "Error creating member: Member Not Found"),
  ],
  [
    "renamed to another's address",
    `PUT /Users/${JANE}`,
    { body: { userName: "k.roe@example.org" } },
    text(409, "Account already exists: k.roe@example.org"),
  ],
  [
    "renamed to a group's address",
    `PUT /Users/${JANE}`,
    { body: { userName: "lab@example.org" } },
    text(400, "Account is outside the organization"),
  ],
  [
    "renamed out of the organisation",
    `PUT /Groups/${LAB}`,
    { body: { externalId: "lab@example.net" } },
    text(400, "Account is outside the organization"),
  ],
  ["PATCH without operations", `PATCH /Groups/${DESK}`, { body: {} }, text(400, "Invalid value: Operations")],
  [
    "PATCH of another path",
    `PATCH /Groups/${DESK}`,
    { body: patchOf({ op: "remove", path: "displayName" }) },
    text(400, "Invalid path: displayName"),
  ],
  [
    "PATCH of another op",
    `PATCH /Groups/${DESK}`,
    { body: patchOf({ op: "move", path: "members", value: [] }) },
    text(400, "Invalid op: move"),
  ],
  [
    "PATCH without a list",
    `PATCH /Groups/${DESK}`,
    { body: patchOf({ op: "add", path: "members", value: JANE }) },
    text(400, "Invalid value: members"),
  ],
  [
    "PATCH of a user",
    `PATCH /Users/${JANE}`,
    { body: patchOf() },
    json(405, { code: 405, message: "HTTP 405 Method Not Allowed" }),
  ],
  [
    "PUT to the list",
    "PUT /Users",
    { body: {} },
    json(405, { code: 405, message: "HTTP 405 Method Not Allowed" }),
  ],
  [
    "POST to an account",
    `POST /Users/${JANE}`,
    { body: {} },
    json(405, { code: 405, message: "HTTP 405 Method Not Allowed" }),
  ],
  ["another resource", "GET /Devices", {}, json(404, { code: 404, message: "HTTP 404 Not Found" })],
];

describe("refusals", () => {
  it.each(REFUSALS)("%s", (_, line, request, answer) => {
    const world = plainWorld({ "text-refusals": true });
    const before = seedFromWorld(world);
    expect(ask(world, line, request)).toEqual(answer);
    expect({ ...seedFromWorld(world), writes: world.writes }).toEqual({ ...before, writes: 0 });
  });

  it("answers 401 once the key's admin is deleted, not while suspended", () => {
    const world = plainWorld({ "text-refusals": true }, { admin: "k.roe@example.org" });
    expect(ask(world, "GET /Users").status).toBe(200);
    expect(ask(world, `DELETE /Users/${KIM}`).status).toBe(204);
    expect(ask(world, "GET /Users")).toEqual(text(401, "Unauthorized"));
    expect(ask(worldFromSeed(seedFromWorld(world)), "GET /Users")).toEqual(text(401, "Unauthorized"));
  });
});

describe("writing", () => {
  it("creates a user, findable at once", () => {
    const world = plainWorld();
    const body = {
      ...user("N.Ew@example.org", {
        aliases: ["n@example.com", "N@example.com"],
        SsoAccountKey: "canary",
        delegates: [],
      }),
      active: false,
      nickName: "Newt",
      password: "canary-password",
      [ENTERPRISE]: { division: "/care" },
    };
    const answer = ask(world, "POST /Users", { body });
    const { id } = dataOf(answer);
    expect(answer).toEqual(
      json(201, {
        schemas: ["urn:ietf:params:scim:schemas:core:2.0:User", ENTERPRISE, USER],
        id,
        userName: "n.ew@example.org",
        active: false,
        name: { formatted: "New Person" },
        nickName: "Newt",
        phoneNumbers: [],
        meta: { created: "2024-03-28", location: `/scim/v2/Users/${id}`, resourceType: "User" },
        [ENTERPRISE]: { division: "/care" },
        [USER]: { aliases: ["n@example.com"], delegates: [] },
      }),
    );
    expect(ask(world, `GET /Users/${id}`).body).toBe(answer.body);
    expect(world.accounts.get(id)).toMatchObject({ ssoAccountKey: "canary", password: "canary-password" });
    const reloaded = worldFromSeed(seedFromWorld(world));
    expect(reloaded.accounts.get(id)).toEqual(world.accounts.get(id));
  });

  it("creates a group with members of every kind", () => {
    const world = plainWorld();
    const answer = ask(world, "POST /Groups", {
      body: group("n@example.org", { members: members(JANE, LAB, GHOST, JANE) }),
    });
    expect([answer.status, dataOf(answer).members]).toEqual([201, members(JANE, LAB, GHOST)]);
  });

  it("leaves by PUT what is left out at the top", () => {
    const world = plainWorld();
    const answer = ask(world, `PUT /Users/${JANE}`, { body: { active: false } });
    expect(answer).toEqual(json(200, { ...janeResource, active: false }));
    expect(world.accounts.get(JANE)).toMatchObject({ ssoAccountKey: "canary-key-of-jane" });
  });

  it("frees the addresses that an account gives up", () => {
    const world = plainWorld();
    expect(
      ask(world, `PUT /Users/${JANE}`, { body: { userName: "doe@example.org", [USER]: { aliases: [] } } })
        .status,
    ).toBe(200);
    expect(
      ask(world, "POST /Users", { body: user("j.doe@example.org", { aliases: ["jd@example.org"] }) }).status,
    ).toBe(201);
  });

  it("lets an account swap its address and alias, and keep what lies outside by now", () => {
    const world = plainWorld();
    const body = { userName: "jd@example.org", [USER]: { aliases: ["j.doe@example.org"] } };
    expect(dataOf(ask(world, `PUT /Users/${JANE}`, { body }))).toMatchObject({
      userName: "jd@example.org",
      [USER]: { aliases: ["j.doe@example.org"] },
    });
    world.claimedDomains.clear();
    expect(ask(world, `PUT /Users/${JANE}`, { body: { ...body, name: { formatted: "J" } } }).status).toBe(
      200,
    );
  });

  it.each([
    ["remove all", { op: "remove", path: "members" }, []],
    ["Remove, as Entra spells it", { op: "Remove", path: "members" }, []],
    ["remove one by path", { op: "remove", path: `members[value eq "${JANE}"]` }, [GHOST]],
    ["remove one by value", { op: "remove", path: "members", value: members(GHOST) }, [JANE]],
    ["replace", { op: "replace", path: "members", value: members(KIM) }, [KIM]],
    ["add", { op: "add", path: "members", value: members(JANE, KIM) }, [JANE, GHOST, KIM]],
  ])("PATCH: %s", (_, operation, ids) => {
    const world = plainWorld();
    const answer = ask(world, `PATCH /Groups/${DESK}`, { body: patchOf(operation), headers: SCIM });
    expect(answer).toEqual({
      ...json(200, { ...deskResource, members: members(...ids) }),
      headers: { "content-type": "application/scim+json" },
    });
  });

  it("does nothing of a PATCH whose second operation is refused", () => {
    const world = plainWorld();
    const body = patchOf(
      { op: "remove", path: "members" },
      { op: "add", path: "members", value: members(NOBODY) },
    );
    expect(ask(world, `PATCH /Groups/${DESK}`, { body }).status).toBe(400);
    expect(ask(world, `GET /Groups/${DESK}`)).toEqual(json(200, deskResource));
  });

  it("deletes an account out of member lists and delegates", () => {
    const world = plainWorld();
    expect(ask(world, `DELETE /Users/${KIM}`)).toEqual({ status: 204, headers: {}, body: "" });
    expect(dataOf(ask(world, `GET /Users/${JANE}`))[USER].delegates).toEqual([]);
    ask(world, `DELETE /Users/${JANE}`);
    expect(dataOf(ask(world, `GET /Groups/${DESK}`)).members).toEqual(members(GHOST));
    expect(ask(world, "POST /Users", { body: user("jd@example.org") }).status).toBe(201);
  });

  it("leaves the world that a copy was made of alone", () => {
    const world = worldFromSeed(SEED, { quirks: DEFAULT_QUIRKS });
    const before = seedFromWorld(world);
    const copy = cloneWorld(world);
    ask(copy, `DELETE /Users/${JANE}`);
    ask(copy, "POST /Users", { body: user("n@example.org") });
    expect(seedFromWorld(world)).toEqual(before);
    expect(seedFromWorld(copy)).not.toEqual(before);
  });
});
