import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { buildPlan } from "../../../src/engine/plan/plan.ts";
import type { LiveAccount, SourceRecord } from "../../../src/model/account/account.ts";
import type { PlanBody } from "../../../src/model/plan/plan.ts";
import { Secret } from "../../../src/model/values/secret.ts";
import { digestOf } from "../../../src/storage/plan/digest.ts";
import { deriveSealKeys, mapKeys } from "../../../src/storage/plan/seal.ts";
import {
  desk,
  deskRecord,
  findingInLine,
  inLine,
  inputOf,
  known,
  linesOf,
  person,
  planOf,
  profile,
  reading,
  record,
  type Setting,
} from "../../support/engine.ts";
import { runs } from "../../support/runs.ts";
import { created, suspended } from "../table.ts";

const NAMES = ["a", "b", "c", "d", "e", "f", "g"] as const;
const address = fc.constantFrom(...NAMES).map((name) => `${name}@example.org`);
const addresses = fc.uniqueArray(address, { maxLength: 3 });

/** Crowded on purpose: few addresses, so that duplicates, swaps, renames and contradictions are frequent. */
const recordArbitrary: fc.Arbitrary<SourceRecord> = fc
  .record({
    email: fc.oneof({ weight: 9, arbitrary: address }, fc.constant("none")),
    kind: fc.constantFrom("personal", "personal", "functional"),
    aliases: fc.option(addresses, { nil: [] }),
    delegates: addresses,
    active: fc.constantFrom(true, true, true, false),
    accountKey: fc.constantFrom(undefined, undefined, undefined, undefined, "k1"),
    supplement: fc.constantFrom(false, false, false, true),
    row: fc.nat(9999),
  })
  .map(({ email, row, accountKey, ...rest }) =>
    record(email, { ...rest, ...(accountKey ? { accountKey } : {}), where: `row ${row}` }),
  );
const records = (maxLength: number) =>
  fc.uniqueArray(recordArbitrary, { maxLength, selector: ({ where }) => where });

const liveArbitrary: fc.Arbitrary<LiveAccount[]> = fc
  .uniqueArray(
    fc.record({
      address,
      personal: fc.boolean(),
      aliases: addresses,
      others: addresses,
      active: fc.boolean(),
      id: fc.nat(99),
    }),
    { maxLength: 5, selector: ({ id }) => id },
  )
  .map((given) =>
    given.map(({ address: own, personal, aliases, others, active, id }) =>
      personal
        ? person(own, {
            zivverId: `id${id}`,
            aliases: aliases.filter((one) => one !== own),
            delegates: others,
            active,
          })
        : desk(
            own,
            others.map((_, index) => `id${given[index]?.id ?? index}`),
            { zivverId: `id${id}`, aliases },
          ),
    ),
  );

const settingArbitrary = fc.record({
  first: records(6),
  second: records(4),
  live: liveArbitrary,
  missing: fc.constantFrom("suspend" as const, "delete" as const),
});
type Drawn = typeof settingArbitrary extends fc.Arbitrary<infer T> ? T : never;

function settingOf({ first, second, live, missing }: Drawn): Setting {
  const policy = profile({ personal: { missing }, functional: { missing } });
  return { profiles: [{ policy, readings: [reading(first), reading(second, { source: "extra" })] }], live };
}

describe("laws", () => {
  test("the order of records and of live accounts changes nothing", () => {
    let changes = 0;
    const shuffled = settingArbitrary.chain((drawn) =>
      fc.record({
        drawn: fc.constant(drawn),
        again: fc.record({
          first: fc.shuffledSubarray(drawn.first, { minLength: drawn.first.length }),
          second: fc.shuffledSubarray(drawn.second, { minLength: drawn.second.length }),
          live: fc.shuffledSubarray(drawn.live, { minLength: drawn.live.length }),
          missing: fc.constant(drawn.missing),
        }),
      }),
    );
    fc.assert(
      fc.property(shuffled, ({ drawn, again }) => {
        const plan = planOf(settingOf(drawn));
        changes += plan.body.changes.length;
        expect(planOf(settingOf(again))).toEqual(plan);
      }),
      { numRuns: runs(75, 600) },
    );
    expect(changes).toBeGreaterThan(runs(25, 200));
  });

  test("no plan touches an account twice, takes an address that is held, or names a change that comes later", () => {
    fc.assert(
      fc.property(settingArbitrary, (drawn) => {
        const { changes, findings } = planOf(settingOf(drawn)).body;
        const ids = changes.flatMap((change) => ("zivverId" in change ? [change.zivverId] : []));
        expect(new Set(ids).size).toBe(ids.length);
        for (const [position, { id, needs }] of changes.entries()) {
          expect(id).toBe(`c-${position + 1}`);
          for (const need of needs)
            expect(changes.findIndex((other) => other.id === need)).toBeLessThan(position);
        }
        for (const { summary } of findings) expect(summary).toMatch(/^.+[.]$/s);
      }),
      { numRuns: runs(40, 300) },
    );
  });

  test("planning changes nothing that it is given", () => {
    fc.assert(
      fc.property(settingArbitrary, (drawn) => {
        const input = inputOf(settingOf(drawn));
        const before = JSON.stringify(input);
        buildPlan(input);
        expect(JSON.stringify(input)).toBe(before);
      }),
      { numRuns: runs(20, 100) },
    );
  });
});

describe("digests", () => {
  const keys = deriveSealKeys(new Secret("an API key"), "https://zivver.example.org");
  const target = { url: "https://zivver.example.org", organization: keys.organization };
  const digest = (body: Pick<PlanBody, "changes" | "guards">) =>
    digestOf({
      target,
      applicable: true,
      guards: body.guards,
      changes: mapKeys(body.changes, (key) => ({ sealed: "", digest: key.reveal() })),
    });
  const { body } = planOf({
    profile: { functional: { missing: "delete" } },
    desired: [
      record("a@example.org", { fullName: "New", aliases: ["y@example.org"], delegates: ["b@example.org"] }),
      record("b@example.org", { aliases: ["x@example.org"] }),
      record("n@example.org"),
    ],
    live: [
      person("a@example.org", { aliases: ["x@example.org"] }),
      person("b@example.org", { aliases: ["y@example.org"] }),
      person("c@example.org"),
      desk("d@example.org", ["id-a@example.org"]),
    ],
    organization: { guards: { ...inputOf({}).organization.guards, suspend: { count: 0 } } },
    accepted: [{ guard: "suspend", count: 1 }],
  });

  test("equal changes have equal digests, whatever the order, base, origins and numbers", () => {
    const renumbered = (id: string) => `c-${Number(id.slice(2)) + 50}`;
    const changes = [...body.changes].reverse().map((change) => ({
      ...change,
      id: renumbered(change.id),
      needs: change.needs.map(renumbered),
      ...("base" in change ? { base: "sha256:other" } : {}),
      fields: change.fields.map(({ origin: _, ...field }) => field),
    }));
    expect(digest({ changes, guards: body.guards.filter(({ verdict }) => verdict === "accepted") })).toBe(
      digest(body),
    );
  });

  test("whatever will be done differently makes another digest", () => {
    const replace = (position: number, change: object): Pick<PlanBody, "changes" | "guards"> => ({
      ...body,
      changes: body.changes.map((one, index) =>
        index === position ? ({ ...one, ...change } as typeof one) : one,
      ),
    });
    const mutants = body.changes.flatMap((change, position) => [
      replace(position, { action: change.action === "suspend" ? "delete" : "suspend" }),
      replace(position, { kind: change.kind === "personal" ? "functional" : "personal" }),
      replace(position, { address: "other@example.org" }),
      ...("zivverId" in change ? [replace(position, { zivverId: "other" })] : []),
      ...("accountKey" in change
        ? [
            replace(position, { accountKey: new Secret("other") }),
            replace(position, { accountKey: undefined }),
          ]
        : []),
      ...("release" in change
        ? [
            replace(position, { release: undefined }),
            replace(position, { release: { address: change.address, aliases: ["q@example.org"] } }),
          ]
        : []),
      replace(position, { fields: [] }),
      replace(position, { needs: change.needs.length === 0 ? ["c-1"] : [] }),
      ...change.fields.flatMap((_, at) => {
        const swap = (other: object) =>
          replace(position, {
            fields: change.fields.map((one, index) => (index === at ? { ...one, ...other } : one)),
          });
        return [
          swap({ field: "phone" }),
          swap({ before: "other" }),
          swap({ after: "other" }),
          swap({ after: ["other"] }),
          swap({ accounts: { before: [], after: ["other"] } }),
        ];
      }),
      { ...body, changes: body.changes.filter((_, index) => index !== position) },
    ]);
    mutants.push({ ...body, guards: [] });
    mutants.push({
      ...body,
      guards: body.guards.map((guard) => ({ ...guard, measured: guard.measured + 1 })),
    });
    const digests = mutants.map(digest);
    expect(body.changes.some((change) => "release" in change)).toBe(true);
    expect(body.changes.some(({ needs }) => needs.length > 0)).toBe(true);
    expect(mutants.length).toBeGreaterThan(60);
    expect(digests.filter((one) => one === digest(body))).toEqual([]);
    const empty = { target, applicable: true, changes: [], guards: [] };
    const other = { ...empty, target: { ...target, url: "https://other.example.org" } };
    expect(digestOf(other)).not.toBe(digestOf(empty));
  });
});

describe("only", () => {
  const setting: Setting = {
    desired: [
      record("a@example.org", { fullName: "New A", aliases: ["x@example.org", "u@example.net"] }),
      record("b@example.org", { fullName: "New B", aliases: ["u@example.net"] }),
      record("n@example.org"),
      deskRecord("d@example.org", { delegates: ["n@example.org"] }),
    ],
    live: [
      person("a@example.org", { aliases: ["old@example.org"] }),
      person("b@example.org"),
      person("gone@example.org"),
      desk("d@example.org", ["id-a@example.org"]),
    ],
  };
  const a = "update a@example.org fullName: Name of a → New A; aliases: [old@example.org] → [x@example.org]";

  test.each([
    { only: "a@example.org", changes: [a], findings: ["alias-unclaimed a@example.org"] },
    { only: "x@example.org", changes: [a], findings: ["alias-unclaimed a@example.org"] },
    { only: "old@example.org", changes: [a], findings: ["alias-unclaimed a@example.org"] },
    { only: "n@example.org", changes: [created("n@example.org")], findings: [] },
    { only: "gone@example.org", changes: [suspended("gone@example.org")], findings: [] },
    { only: "d@example.org", changes: [], findings: ["delegate-unknown d@example.org"] },
  ])("$only", ({ only, changes, findings }) => {
    const { body, onlyFound } = planOf({ ...setting, only });
    expect({
      changes: body.changes.map(inLine),
      findings: body.findings.map(findingInLine),
      onlyFound,
    }).toEqual({ changes, findings, onlyFound: true });
  });

  test("an address that nobody knows", () => {
    expect(planOf({ ...setting, only: "nobody@example.org" }).onlyFound).toBe(false);
  });
});

test("an address that somebody keeps is left out of what would have taken it, in a row; all else goes on", () => {
  const { body } = planOf({
    desired: [
      record("x@example.org", { id: "a", fullName: "A" }),
      record("a@example.org", { id: "b", fullName: "B", aliases: ["v@example.org"] }),
      record("c@example.org", { id: "c", fullName: "New", aliases: ["x2@example.org", "v2@example.org"] }),
    ],
    // z keeps x, so a keeps its address, so b keeps its own.
    live: [
      person("a@example.org", { fullName: "A. Before" }),
      person("b@example.org", { fullName: "B" }),
      person("c@example.org"),
      person("z@example.org", { aliases: ["x@example.org", "x2@example.org"] }),
    ],
    known: [
      known("a@example.org", { id: "a" }),
      known("b@example.org", { id: "b" }),
      known("c@example.org", { id: "c" }),
    ],
  });
  expect(body.changes.map(inLine)).toEqual([
    "update a@example.org fullName: A. Before → A",
    "update b@example.org aliases: [] → [v@example.org]",
    "update c@example.org fullName: Name of c → New; aliases: [] → [v2@example.org]",
    suspended("z@example.org"),
  ]);
  const at = (address: string) => ({
    profile: "staff",
    source: "hr",
    place: `row of ${address}`,
    kind: "personal",
    address,
  });
  const taken = (address: string, holder: string, effect: string, where: string) => ({
    code: "address-taken",
    severity: "error",
    summary: `The address ${address} is held by ${holder} (personal), and nothing in this plan makes that account give it up. ${effect}`,
    where: at(where),
  });
  const z = "Name of z <z@example.org>";
  const stays = "This account keeps its address until it does.";
  expect(body.findings).toEqual([
    taken("a@example.org", "A. Before <a@example.org>", stays, "a@example.org"),
    taken("x2@example.org", z, "The alias waits until it does.", "c@example.org"),
    taken("x@example.org", z, stays, "x@example.org"),
  ]);
});

test("deleting the holder lets the address go at once", () => {
  expect(
    linesOf({
      profile: { personal: { missing: "delete" } },
      desired: [record("a@example.org", { aliases: ["x@example.org"] })],
      live: [person("a@example.org"), person("z@example.org", { aliases: ["x@example.org"] })],
    }).changes,
  ).toEqual([
    "delete z@example.org address: z@example.org → -; fullName: Name of z → -; aliases: [x@example.org] → -",
    "update a@example.org aliases: [] → [x@example.org]",
  ]);
});

test("the summary counts accounts, requests and seconds", () => {
  const { body } = planOf({
    profile: { manages: { include: [{ domain: "example.org" }] } },
    desired: [
      record("a@example.org", { aliases: ["y@example.org"] }),
      record("b@example.org", { aliases: ["x@example.org"] }),
      record("n@example.org"),
      record("same@example.org"),
      deskRecord("d@example.org", { fullName: "New", delegates: [] }),
    ],
    live: [
      person("a@example.org", { aliases: ["x@example.org"] }),
      person("b@example.org", { aliases: ["y@example.org"] }),
      person("gone@example.org"),
      person("same@example.org"),
      person("else@example.com"),
      desk("d@example.org", ["id-a@example.org"]),
    ],
  });
  // 4 lists; a in two writes (it gives its alias up first), b, n and gone in one, d in two (emptied and renamed).
  expect(body.summary).toEqual({
    create: 1,
    update: 2,
    suspend: 2,
    reactivate: 0,
    delete: 0,
    unchanged: 1,
    unmanaged: 1,
    requests: 11,
    seconds: 2,
  });
  expect(body.live).toEqual({ personal: 5, functional: 1, digest: inputOf({}).liveDigest });
  expect(body.sources).toEqual([
    {
      profile: "staff",
      name: "hr",
      type: "spreadsheet",
      records: 5,
      complete: true,
      digest: reading([]).digest,
      fields: {
        personal: ["email", "fullName", "aliases", "accountKey"],
        functional: ["email", "fullName", "delegates"],
      },
    },
  ]);
});
