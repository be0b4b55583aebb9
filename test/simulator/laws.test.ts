import fc from "fast-check";
import { expect, it } from "vitest";
import {
  addressKey,
  cloneWorld,
  QUIRKS,
  type Quirk,
  type SimResponse,
  seedFromWorld,
  type World,
  worldFromSeed,
} from "../../src/simulator/index.ts";
import { runs } from "../support/runs.ts";
import {
  ask,
  DESK,
  dataOf,
  ENTERPRISE,
  GROUP,
  JANE,
  KIM,
  LAB,
  NOBODY,
  patchOf,
  SCIM,
  SEED,
  USER,
} from "./organization.ts";

const RUNS = runs(40, 200);
const SECRET = "canary-key";

const address = fc.constantFrom(
  ...["a", "b", "jd", "j.doe", "k.roe", "desk", "reception", "guest", "ghost"].map(
    (name) => `${name}@example.org`,
  ),
  "A@EXAMPLE.ORG",
  "a@example.com",
  "a@example.net",
  "nothing",
);
const addresses = fc.array(address, { maxLength: 3 });
const division = fc.record({ division: fc.constantFrom("/", "/care", "/x") });
const id = fc.constantFrom(JANE, KIM, DESK, LAB, NOBODY);
const members = fc.array(
  id.map((value) => ({ value })),
  { maxLength: 4 },
);
const extension = fc.record(
  {
    aliases: addresses,
    delegates: addresses,
    SsoAccountKey: fc.constant(SECRET),
    ExternalAccountId: fc.constant("e"),
  },
  { requiredKeys: [] },
);
const user = fc.record(
  {
    userName: address,
    name: fc.constant({ formatted: "N" }),
    active: fc.boolean(),
    [ENTERPRISE]: division,
    [USER]: extension,
  },
  { requiredKeys: [] },
);
const group = fc.record(
  { externalId: address, displayName: fc.constant("N"), members, [ENTERPRISE]: division, [GROUP]: extension },
  { requiredKeys: [] },
);
const operation = fc.record(
  { op: fc.constantFrom("add", "remove", "replace"), path: fc.constant("members"), value: members },
  { requiredKeys: ["op", "path"] },
);
const step = fc.oneof(
  fc.tuple(fc.constant("POST /Users"), user),
  fc.tuple(fc.constant("POST /Groups"), group),
  fc.tuple(
    id.map((one) => `PUT /Users/${one}`),
    user,
  ),
  fc.tuple(
    id.map((one) => `PUT /Groups/${one}`),
    group,
  ),
  fc.tuple(
    id.map((one) => `PATCH /Groups/${one}`),
    operation.map((one) => patchOf(one)),
  ),
  fc.tuple(
    id.map((one) => `DELETE /Users/${one}`),
    fc.constant({}),
  ),
  fc.tuple(
    id.map((one) => `DELETE /Groups/${one}`),
    fc.constant({}),
  ),
);
const quirks = fc.subarray(QUIRKS.map((quirk) => quirk.name)).map((names) => new Set<Quirk>(names));
const history = fc.tuple(quirks, fc.array(step, { maxLength: 12 }));

/** Late readings, and lists in the place of an account, have cases of their own. */
const SETTLED = QUIRKS.map((quirk) => quirk.name).filter(
  (name) => !["lists-lag", "reads-lag", "reads-in-list"].includes(name),
);
const settled = fc.tuple(
  fc.subarray(SETTLED).map((names) => new Set<Quirk>(names)),
  fc.array(step, { maxLength: 12 }),
);

const begin = (names: ReadonlySet<Quirk>) => worldFromSeed(SEED, { quirks: names });
const run = (world: World, [line, body]: [string, unknown]): SimResponse =>
  ask(world, line, { body, headers: SCIM });

it("an address belongs to one account only, and the index of owners says which", () => {
  fc.assert(
    fc.property(history, ([names, steps]) => {
      const world = begin(names);
      for (const one of steps) run(world, one);
      const all = [...world.accounts.values()].flatMap((account) =>
        [account.address, ...account.aliases].map((text): [string, string] => [addressKey(text), account.id]),
      );
      expect(new Map(all)).toEqual(world.owners);
      expect(world.owners.size).toBe(all.length);
    }),
    { numRuns: RUNS },
  );
});

it("no answer ever holds an account key", () => {
  fc.assert(
    fc.property(history, ([names, steps]) => {
      const world = begin(names);
      const lists = () => ["GET /Users", "GET /Groups", `GET /Users/${JANE}`].map((line) => ask(world, line));
      const answers = steps.flatMap((one) => [run(world, one), ...lists()]);
      expect(answers.filter(({ body }) => body.includes("canary") || body.includes("SsoAccountKey"))).toEqual(
        [],
      );
    }),
    { numRuns: RUNS },
  );
});

it("a refused request changes nothing, and no request is answered with anything but a known status", () => {
  fc.assert(
    fc.property(history, ([names, steps]) => {
      const world = begin(names);
      for (const one of steps) {
        const before = seedFromWorld(world);
        const { status } = run(world, one);
        expect([200, 201, 204, 400, 404, 409]).toContain(status);
        if (status >= 400) expect(seedFromWorld(world)).toEqual(before);
      }
    }),
    { numRuns: RUNS },
  );
});

it("a PUT of what GET gave changes nothing, but that it erases the key where PUT erases the extension", () => {
  fc.assert(
    fc.property(settled, ([names, steps]) => {
      const world = begin(names);
      for (const one of steps) run(world, one);
      for (const account of [...world.accounts.values()]) {
        // Members and delegates who are gone are refused when they come back: that is another law.
        if (names.has("delete-leaves-member-ids") || names.has("delegates-must-exist")) continue;
        const line = `/${account.kind === "personal" ? "Users" : "Groups"}/${account.id}`;
        const given = dataOf(ask(world, `GET ${line}`));
        expect(ask(world, `PUT ${line}`, { body: given }).status).toBe(200);
        expect(dataOf(ask(world, `GET ${line}`))).toEqual(given);
        const after = world.accounts.get(account.id);
        if (account.kind !== "personal" || after?.kind !== "personal") continue;
        const isErased = names.has("put-erases-extension") && USER in given;
        expect(after.ssoAccountKey).toBe(isErased ? null : account.ssoAccountKey);
      }
    }),
    { numRuns: RUNS },
  );
});

it("a renamed account that is listed under both addresses is one delegate", () => {
  const world = begin(new Set(["rename-reaches-delegates"]));
  const [account] = [...world.accounts.values()].filter(({ kind }) => kind === "personal");
  const line = `/Users/${account?.id}`;
  const body = (userName: string, delegates: readonly string[]) => ({ userName, [USER]: { delegates } });
  ask(world, `PUT ${line}`, { body: body("b@example.org", []) });
  ask(world, `PUT ${line}`, { body: body("a@example.org", ["a@example.org", "b@example.org"]) });
  expect(dataOf(ask(world, `GET ${line}`))).toMatchObject({ [USER]: { delegates: ["a@example.org"] } });
});

it("equal worlds answer equal requests equally, and a saved world goes on as the one that it was saved from", () => {
  fc.assert(
    fc.property(history, history, ([names, steps], [, more]) => {
      const world = begin(names);
      for (const one of steps) run(world, one);
      const saved = worldFromSeed(JSON.parse(JSON.stringify(seedFromWorld(world))), { quirks: names });
      const copy = cloneWorld(world);
      const answers = more.map((one) => run(world, one));
      expect(more.map((one) => run(copy, one))).toEqual(answers);
      expect(more.map((one) => run(saved, one))).toEqual(answers);
    }),
    { numRuns: RUNS },
  );
});

it("ids are never given twice", () => {
  const seen = new Set<string>();
  const world = worldFromSeed({ claimedDomains: ["example.org"] });
  for (let index = 0; index < 5000; index += 1) {
    const body = { userName: `p${index}@example.org`, name: { formatted: "P" } };
    const created = dataOf(ask(world, "POST /Users", { body }));
    expect(created.id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/);
    seen.add(created.id);
  }
  expect(seen.size).toBe(5000);
});
