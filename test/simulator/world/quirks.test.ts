import { describe, expect, it } from "vitest";
import {
  DEFAULT_QUIRKS,
  PAGE_SIZE,
  parseLag,
  parseQuirks,
  QUIRKS,
  type Quirk,
  type SimResponse,
  setTime,
  type World,
  worldFromSeed,
} from "../../../src/simulator/index.ts";
import {
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
  problemsOf,
  SCIM,
  SEED,
  text,
  USER,
} from "../organization.ts";

const ids = (answer: SimResponse): string[] =>
  dataOf(answer).members.map((member: { value: string }) => member.value);
const userOf = (world: World, id: string) => dataOf(ask(world, `GET /Users/${id}`));
const delegatesOf = (world: World) => userOf(world, JANE)[USER].delegates;
const create = (world: World, more: object) =>
  ask(world, "POST /Users", { body: { userName: "New@example.org", name: { formatted: "New" }, ...more } });
const empty = (world: World, headers: Readonly<Record<string, string>>) =>
  ask(world, `PATCH /Groups/${DESK}`, { body: patchOf({ op: "remove", path: "members" }), headers });
const keyOf = (world: World): unknown => {
  const account = world.accounts.get(JANE);
  return account?.kind === "personal" ? account.ssoAccountKey : undefined;
};
const media = (status: number, reason: string) =>
  json(status, { code: status, message: `HTTP ${status} ${reason}` });
const eraseAliases = { userName: "J.Doe@example.org", [USER]: { delegates: [] } };

type Case = {
  readonly quirk: Quirk;
  readonly name: string;
  readonly see: (world: World) => unknown;
  readonly on: unknown;
  readonly off: unknown;
};

const CASES: readonly Case[] = [
  {
    quirk: "create-ignores-inactive",
    name: "active",
    see: (world) => dataOf(create(world, { active: false })).active,
    on: true,
    off: false,
  },
  {
    quirk: "create-drops-delegates",
    name: "delegates",
    see: (world) => dataOf(create(world, { [USER]: { delegates: ["k.roe@example.org"] } }))[USER].delegates,
    on: [],
    off: ["k.roe@example.org"],
  },
  {
    quirk: "put-erases-extension",
    name: "aliases and key of a user",
    see: (world) => [dataOf(ask(world, `PUT /Users/${JANE}`, { body: eraseAliases }))[USER], keyOf(world)],
    on: [{ aliases: [], delegates: [] }, null],
    off: [{ aliases: ["jd@example.org"], delegates: [] }, "canary-key-of-jane"],
  },
  {
    quirk: "put-erases-extension",
    name: "aliases of a group",
    see: (world) => dataOf(ask(world, `PUT /Groups/${DESK}`, { body: { [GROUP]: {} } }))[GROUP].aliases,
    on: [],
    off: ["reception@example.org"],
  },
  {
    quirk: "put-cannot-empty-members",
    name: "an empty list",
    see: (world) => ids(ask(world, `PUT /Groups/${DESK}`, { body: { members: [] } })),
    on: [JANE, GHOST],
    off: [],
  },
  {
    quirk: "patch-media-type",
    name: "as it must be",
    see: (world) => empty(world, SCIM).status,
    on: 200,
    off: 200,
  },
  {
    quirk: "patch-media-type",
    name: "with a parameter, among others",
    see: (world) =>
      empty(world, {
        "content-type": "application/scim+json; charset=utf-8",
        accept: "text/plain, application/scim+json;q=0.9",
      }).status,
    on: 200,
    off: 200,
  },
  {
    quirk: "patch-media-type",
    name: "another Content-Type",
    see: (world) => {
      const answer = empty(world, { ...SCIM, "content-type": "application/json" });
      return answer.status === 200 ? "done" : answer;
    },
    on: media(415, "Unsupported Media Type"),
    off: "done",
  },
  {
    quirk: "patch-media-type",
    name: "another Accept",
    see: (world) => {
      const answer = empty(world, { ...SCIM, accept: "*/*" });
      return answer.status === 200 ? "done" : answer;
    },
    on: media(406, "Not Acceptable"),
    off: "done",
  },
  {
    quirk: "text-refusals",
    name: "unknown id",
    see: (world) => ask(world, `GET /Users/${NOBODY}`),
    on: text(400, `Unknown account with uuid: ${NOBODY}`),
    off: json(400, { code: 400, message: `Unknown account with uuid: ${NOBODY}` }),
  },
  {
    quirk: "organization-answers",
    name: "GET /Organization",
    see: (world) => ask(world, "GET /Organization").status,
    on: 200,
    off: 404,
  },
  {
    quirk: "filter-finds-aliases",
    name: "an alias",
    see: (world) =>
      dataOf(ask(world, `GET /Users?filter=${encodeURIComponent('userName eq "jd@example.org"')}`))
        .totalResults,
    on: 1,
    off: 0,
  },
  {
    quirk: "reads-in-list",
    name: "one account",
    see: (world) => userOf(world, KIM).totalResults,
    on: 1,
    off: undefined,
  },
  {
    quirk: "unknown-id-is-404",
    name: "an unknown id",
    see: (world) => ["GET", "PUT", "DELETE"].map((method) => ask(world, `${method} /Users/${NOBODY}`).status),
    on: [404, 404, 404],
    off: [400, 400, 400],
  },
  {
    quirk: "create-answers-briefly",
    name: "a user",
    see: (world) => Object.keys(dataOf(create(world, {}))).length,
    on: 2,
    off: 9,
  },
  {
    quirk: "create-refuses-password",
    name: "a password",
    see: (world) => create(world, { password: "canary-password" }).status,
    on: 400,
    off: 201,
  },
  {
    quirk: "schemas-required",
    name: "POST, PUT and PATCH without schemas",
    see: (world) => [
      create(world, {}).status,
      ask(world, `PUT /Users/${KIM}`, { body: {} }).status,
      ask(world, `PATCH /Groups/${DESK}`, {
        body: { Operations: [{ op: "remove", path: "members" }] },
        headers: SCIM,
      }).status,
    ],
    on: [400, 400, 400],
    off: [201, 200, 200],
  },
  {
    quirk: "put-refuses-username",
    name: "another address, the same in capitals",
    see: (world) => [
      ask(world, `PUT /Users/${KIM}`, { body: { userName: "other@example.org" } }).status,
      ask(world, `PUT /Users/${KIM}`, { body: { userName: "K.ROE@example.org" } }).status,
    ],
    on: [400, 200],
    off: [200, 200],
  },
  {
    quirk: "put-ignores-username",
    name: "another address",
    see: (world) => {
      const answer = ask(world, `PUT /Groups/${DESK}`, { body: { externalId: "other@example.org" } });
      return [answer.status, dataOf(answer).externalId];
    },
    on: [200, "desk@example.org"],
    off: [200, "other@example.org"],
  },
  {
    quirk: "division-absent",
    name: "none",
    see: (world) => userOf(world, KIM)[ENTERPRISE],
    on: undefined,
    off: { division: "/" },
  },
  {
    quirk: "division-absent",
    name: "one",
    see: (world) => userOf(world, JANE)[ENTERPRISE],
    on: { division: "/care" },
    off: { division: "/care" },
  },
  {
    quirk: "external-account-id",
    name: "of a new account",
    see: (world) => typeof dataOf(create(world, {}))[USER].ExternalAccountId,
    on: "string",
    off: "undefined",
  },
  {
    quirk: "external-account-id",
    name: "unknown keys sent",
    see: (world) =>
      dataOf(ask(world, `PUT /Users/${KIM}`, { body: { [USER]: { ExternalAccountId: "e-1" } } }))[USER],
    on: { ExternalAccountId: "e-1", aliases: [], delegates: [] },
    off: { aliases: [], delegates: [] },
  },
  {
    quirk: "group-holds-own-id",
    name: "members",
    see: (world) => ids(ask(world, `GET /Groups/${DESK}`)),
    on: [DESK, JANE, GHOST],
    off: [JANE, GHOST],
  },
  {
    quirk: "group-holds-own-id",
    name: "after PUT with its own id",
    see: (world) =>
      ids(ask(world, `PUT /Groups/${LAB}`, { body: { members: [{ value: KIM }, { value: LAB }] } })),
    on: [KIM, LAB],
    off: [KIM, LAB],
  },
  {
    quirk: "group-holds-own-id",
    name: "after PATCH",
    see: (world) => ids(empty(world, SCIM)),
    on: [DESK],
    off: [],
  },
  {
    quirk: "put-clears-missing-members",
    name: "PUT of a name",
    see: (world) => ids(ask(world, `PUT /Groups/${DESK}`, { body: { displayName: "Desk" } })),
    on: [],
    off: [JANE, GHOST],
  },
  {
    quirk: "extension-absent",
    name: "empty and not",
    see: (world) => [
      USER in userOf(world, KIM),
      USER in userOf(world, JANE),
      GROUP in dataOf(ask(world, `GET /Groups/${LAB}`)),
    ],
    on: [false, true, false],
    off: [true, true, true],
  },
  {
    quirk: "upper-case-addresses",
    name: "userName",
    see: (world) => [userOf(world, JANE).userName, dataOf(create(world, {})).userName],
    on: ["J.Doe@example.org", "New@example.org"],
    off: ["j.doe@example.org", "new@example.org"],
  },
  {
    quirk: "write-answers-without-body",
    name: "POST, PUT, PATCH",
    see: (world) =>
      [create(world, {}), ask(world, `PUT /Users/${KIM}`, { body: {} }), empty(world, SCIM)].map(
        ({ status, body }) => [status, body !== ""],
      ),
    on: [
      [201, false],
      [200, false],
      [200, false],
    ],
    off: [
      [201, true],
      [200, true],
      [200, true],
    ],
  },
  {
    quirk: "delete-leaves-member-ids",
    name: "members and delegates",
    see: (world) => {
      ask(world, `DELETE /Users/${KIM}`);
      ask(world, `DELETE /Users/${GHOST}`);
      return [
        ids(ask(world, `GET /Groups/${DESK}`)),
        delegatesOf(world),
        ask(world, `PUT /Groups/${DESK}`, { body: { members: [{ value: GHOST }] } }).status,
      ];
    },
    on: [[JANE, GHOST], ["k.roe@example.org"], 400],
    off: [[JANE], [], 400],
  },
  {
    quirk: "delegates-must-exist",
    name: "PUT",
    see: (world) =>
      ask(world, `PUT /Users/${KIM}`, {
        body: { [USER]: { delegates: ["jd@example.org", "no@example.org"] } },
      }).status,
    on: 400,
    off: 200,
  },
  {
    quirk: "rename-reaches-delegates",
    name: "delegates",
    see: (world) => {
      ask(world, `PUT /Users/${KIM}`, { body: { userName: "kim@example.org" } });
      return delegatesOf(world);
    },
    on: ["kim@example.org"],
    off: ["k.roe@example.org"],
  },
];

describe("each quirk, both ways", () => {
  it.each(CASES)("$quirk: $name", ({ quirk, see, on, off }) => {
    expect({ on: see(plainWorld({ [quirk]: true })), off: see(plainWorld({ [quirk]: false })) }).toEqual({
      on,
      off,
    });
  });

  it("external-account-id: kept only when sent, while the extension is erased", () => {
    const world = plainWorld({ "external-account-id": true, "put-erases-extension": true });
    const { id, [USER]: born } = dataOf(create(world, {}));
    const put = (extension: object) =>
      dataOf(ask(world, `PUT /Users/${id}`, { body: { [USER]: extension } }))[USER];
    expect(put(born)).toEqual(born);
    expect(dataOf(ask(world, `PUT /Users/${id}`, { body: { active: false } }))[USER]).toEqual(born);
    expect(put({ aliases: [] })).toEqual({ aliases: [], delegates: [] });
  });

  const many = Array.from({ length: PAGE_SIZE + 5 }, (_, index) => ({
    address: `p${index}@example.org`,
    fullName: `P ${index}`,
  }));
  const listOf = (world: World, query: string): string[] =>
    dataOf(ask(world, `GET /Users?${query}`)).Resources.map((user: { userName: string }) => user.userName);

  it("pages-lists", () => {
    const seed = { personal: many, functional: [] };
    const sizes = (on: boolean) =>
      ["", "count=500", "startIndex=101", "startIndex=101&count=3"].map(
        (query) => listOf(plainWorld({ "pages-lists": on }, seed), query).length,
      );
    expect({ on: sizes(true), off: sizes(false) }).toEqual({ on: [100, 100, 5, 3], off: [105, 105, 5, 3] });
  });

  it("list-order-shuffled: another order after a write, the same one for all pages", () => {
    const seed = { personal: many, functional: [] };
    const inOrder = many.map((one) => one.address);
    expect(listOf(plainWorld({}, seed), "")).toEqual(inOrder);
    const world = plainWorld({ "list-order-shuffled": true, "pages-lists": true }, seed);
    const whole = () => [...listOf(world, ""), ...listOf(world, "startIndex=101")];
    const first = whole();
    expect([...first].sort()).toEqual([...inOrder].sort());
    expect(whole()).toEqual(first);
    create(world, {});
    expect(whole()).not.toEqual(first);
  });
});

describe("readings that lag behind writes", () => {
  const names = (world: World) =>
    dataOf(ask(world, "GET /Users")).Resources.map((one: { userName: string }) => one.userName);
  const found = (world: World) =>
    dataOf(ask(world, `GET /Users?filter=${encodeURIComponent('userName eq "new@example.org"')}`))
      .totalResults;
  const seen = (world: World, id: string) => ({
    listed: names(world).includes("new@example.org"),
    found: found(world) === 1,
    read: ask(world, `GET /Users/${id}`).status === 200,
  });

  it.each([
    { quirk: "lists-lag" as const, late: { listed: false, found: false, read: true } },
    { quirk: "reads-lag" as const, late: { listed: true, found: true, read: false } },
  ])("$quirk", ({ quirk, late }) => {
    const world = worldFromSeed(SEED, { quirks: new Set([quirk]), lagMs: 2000 });
    setTime(world, 10_000);
    const { id } = dataOf(create(world, {}));
    expect(seen(world, id)).toEqual(late);
    setTime(world, 11_999);
    expect(seen(world, id)).toEqual(late);
    setTime(world, 12_000);
    expect(seen(world, id)).toEqual({ listed: true, found: true, read: true });
    ask(world, `DELETE /Users/${id}`);
    const { listed, found: hit, read } = seen(world, id);
    expect({ listed: !listed, found: !hit, read: !read }).toEqual(late);
  });

  it("shows every write when its own time has come", () => {
    const world = worldFromSeed(SEED, { quirks: new Set(["lists-lag"]), lagMs: 1000 });
    for (const at of [0, 400, 800]) {
      setTime(world, at);
      ask(world, `PUT /Users/${KIM}`, { body: { name: { formatted: `at ${at}` } } });
    }
    const nameAt = (at: number) => {
      setTime(world, at);
      return dataOf(ask(world, "GET /Users")).Resources.find((one: { id: string }) => one.id === KIM).name
        .formatted;
    };
    expect([999, 1000, 1399, 1400, 1799, 1800].map(nameAt)).toEqual([
      "Kim Roe",
      "at 0",
      "at 0",
      "at 400",
      "at 400",
      "at 800",
    ]);
  });

  it("takes milliseconds", () => {
    expect(parseLag(["lists-lag=2500", "rate-body=off"])).toBe(2500);
    expect(parseQuirks(["lists-lag=2500"]).has("lists-lag")).toBe(true);
    expect(parseLag(["lists-lag=on"])).toBeUndefined();
  });
});

describe("switching quirks", () => {
  it("knows which are on by default", () => {
    expect([...DEFAULT_QUIRKS].sort()).toEqual([
      "create-drops-delegates",
      "create-ignores-inactive",
      "division-absent",
      "external-account-id",
      "group-holds-own-id",
      "patch-media-type",
      "put-cannot-empty-members",
      "put-erases-extension",
      "rate-body",
      "text-refusals",
    ]);
  });

  it("tests every quirk here or with the server", () => {
    const elsewhere = [
      "pages-lists",
      "list-order-shuffled",
      "rate-body",
      "retry-after-header",
      "ratelimit-headers",
      "lists-lag",
      "reads-lag",
    ];
    expect(new Set([...CASES.map((one) => one.quirk), ...elsewhere])).toEqual(
      new Set(QUIRKS.map((quirk) => quirk.name)),
    );
  });

  it("reads switches", () => {
    const quirks = parseQuirks(["pages-lists=on", "rate-body=off"]);
    expect([...quirks].sort()).toEqual(
      [...DEFAULT_QUIRKS, "pages-lists"].filter((name) => name !== "rate-body").sort(),
    );
  });

  it("refuses unknown ones, all at once, and lists the known", async () => {
    const problem = (word: string) => ({
      code: "usage",
      where: `--quirk ${word}`,
      message: "This is not a switch of a quirk.",
      remedy: `Write NAME=on or NAME=off, where NAME is one of ${QUIRKS.map((quirk) => quirk.name).join(", ")}.`,
    });
    expect(await problemsOf(() => parseQuirks(["nonsense=on", "rate-body=off", "rate-body"]))).toEqual({
      InputError: [problem("nonsense=on"), problem("rate-body")],
    });
  });
});
