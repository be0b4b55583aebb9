import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { buildPlan, type PlanInput } from "../../src/engine/plan/plan.ts";
import type { AccountMemory } from "../../src/model/plan/state.ts";
import {
  desk,
  deskRecord,
  idOf,
  inputOf,
  known,
  person,
  profile,
  type Row,
  reading,
  record,
  type Setting,
} from "../support/engine.ts";
import { runs } from "../support/runs.ts";

const SEATS = 7;
const addressOf = (seat: number) => `p${seat}@example.org`;
const aliasOf = (seat: number) => `p${seat}@example.com`;
const anySeat = fc.nat(SEATS - 1);
/** Most of the time nothing is the matter, so that most accounts rest until somebody names one of them. */
const rarely = <T>(trouble: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.oneof(
    { weight: 7, arbitrary: fc.constant(undefined) },
    { weight: 1, arbitrary: trouble as fc.Arbitrary<T | undefined> },
  );

const NOT_SAID = "nothing is said";
const seatArbitrary = fc.record({
  live: rarely(fc.constantFrom("missing", "functional", "suspended", "twice")),
  source: rarely(fc.constantFrom("missing", "functional", "inactive", "twice", "supplement", "elsewhere")),
  address: rarely(anySeat),
  /** Whose other address it has at the source, if not its own. */
  alias: rarely(fc.oneof(anySeat, fc.constant(NOT_SAID))),
  liveAlias: rarely(anySeat),
  key: rarely(anySeat),
  name: rarely(fc.constant("Somebody Else")),
  wrong: rarely(fc.constantFrom("an alias elsewhere", "an alias that is none", "a cell")),
  division: rarely(fc.constantFrom("/care", "/", "/Care")),
  liveDivision: rarely(fc.constantFrom("/care", "/other")),
  phone: rarely(fc.constantFrom("+31 6 1", "+3161")),
  delegates: rarely(fc.uniqueArray(anySeat, { maxLength: 2 })),
  id: rarely(fc.oneof(anySeat, fc.constant(NOT_SAID))),
  memory: rarely(fc.constantFrom("none", "of a gone account")),
  knownId: rarely(fc.oneof(anySeat, fc.constant(NOT_SAID))),
  known: rarely(
    fc.constantFrom("another address", "another kind", "no fields", "another key", "a seen key", "no key"),
  ),
  former: rarely(anySeat),
  liveDelegates: rarely(fc.uniqueArray(anySeat, { maxLength: 2 })),
});
type Seat = typeof seatArbitrary extends fc.Arbitrary<infer T> ? T : never;

const world = fc.record({
  seats: fc.array(seatArbitrary, { minLength: SEATS, maxLength: SEATS }),
  group: rarely(fc.uniqueArray(anySeat, { maxLength: 3 })),
  groupNow: rarely(fc.uniqueArray(anySeat, { maxLength: 3 })),
  missing: fc.constantFrom("suspend" as const, "delete" as const, "ignore" as const),
  isComplete: fc.constantFrom(true, true, true, false),
  unseen: rarely(fc.constantFrom("personal" as const, "functional" as const)),
  territory: rarely(fc.constantFrom("care only", "care is another's", "care is two profiles'")),
  isSso: fc.boolean(),
  remembers: fc.boolean(),
  unknownKeys: fc.constantFrom("keep" as const, "send" as const),
  /** The records from elsewhere are those of a second profile. */
  isTwo: fc.boolean(),
  updates: fc.constantFrom(true, true, true, false),
});
type World = typeof world extends fc.Arbitrary<infer T> ? T : never;

function livesOf(seat: Seat, index: number) {
  const address = addressOf(index);
  const given = {
    aliases: [aliasOf(seat.liveAlias ?? index)],
    division: seat.liveDivision ?? "/",
    phone: "+3161",
  };
  if (seat.live === "missing") return [];
  if (seat.live === "functional") return [desk(address, [], given)];
  const account = person(address, {
    ...given,
    active: seat.live !== "suspended",
    delegates: (seat.liveDelegates ?? []).map(addressOf).filter((one) => one !== address),
  });
  return seat.live === "twice" ? [account, person(address, { zivverId: `second ${index}` })] : [account];
}

function rowOf(seat: Seat, index: number): Row {
  return {
    where: `row ${index}`,
    aliases: [
      aliasOf(typeof seat.alias === "number" ? seat.alias : index),
      ...(seat.wrong === "an alias elsewhere" ? [`p${index}@elsewhere.test`] : []),
      ...(seat.wrong === "an alias that is none" ? ["none"] : []),
    ],
    problems: seat.wrong === "a cell" ? [{ attribute: "phone", message: "It cannot be read." }] : [],
    accountKey: `key ${seat.key ?? index}`,
    active: seat.source !== "inactive",
    supplement: seat.source === "supplement",
    ...(seat.id === NOT_SAID ? {} : { id: `id ${seat.id ?? index}` }),
    ...(seat.name === undefined ? { fullName: `Name of p${index}` } : { fullName: seat.name }),
    ...(seat.division === undefined ? {} : { division: seat.division }),
    ...(seat.phone === undefined ? {} : { phone: seat.phone }),
    ...(seat.delegates === undefined ? {} : { delegates: seat.delegates.map(addressOf) }),
  };
}

function recordsOf(seat: Seat, index: number) {
  const address = addressOf(seat.address ?? index);
  const { aliases, ...rest } = rowOf(seat, index);
  const row = seat.alias === NOT_SAID ? rest : { aliases: aliases ?? [], ...rest };
  const kind = seat.source === "functional" ? "functional" : "personal";
  const own = record(address, { ...row, kind });
  return seat.source === "twice" ? [own, record(address, { where: `row ${index} again` })] : [own];
}

function settingOf(drawn: World): Setting {
  const { seats, group, groupNow } = drawn;
  const isElsewhere = ({ source }: Seat) => source === "elsewhere" || source === "missing";
  const first = seats.flatMap((seat, index) => (isElsewhere(seat) ? [] : recordsOf(seat, index)));
  const second = seats.flatMap((seat, index) => (seat.source === "elsewhere" ? recordsOf(seat, index) : []));
  const groups = group ? [deskRecord("team@example.org", { delegates: group.map(addressOf) })] : [];
  const care = { include: [{ divisionUnder: "/care" }] };
  const policy = profile({
    manages: drawn.territory === "care only" ? care : { exclude: [] },
    personal: { missing: drawn.missing, update: drawn.updates },
    functional: { missing: drawn.missing },
  });
  const others = drawn.territory?.startsWith("care is") ? [profile({ name: "care", manages: care })] : [];
  const excludes = { ...policy.manages, exclude: care.include };
  const own = drawn.territory === "care is another's" ? { ...policy, manages: excludes } : policy;
  const extra = second.length > 0 ? [reading(second, { source: "extra" })] : [];
  const main = reading([...first, ...groups], {
    complete: drawn.isComplete,
    ...(drawn.unseen === undefined ? {} : { unseen: [drawn.unseen] }),
  });
  return {
    organization: {
      loginMethod: drawn.isSso ? "sso" : "password",
      protected: [addressOf(3)],
      unknownAccountKeys: drawn.unknownKeys,
    },
    ...(drawn.remembers ? { known: seats.flatMap(memoryOf), recordsBefore: SEATS } : {}),
    profiles: drawn.isTwo
      ? [
          { policy: own, readings: [main] },
          {
            policy: profile({ name: "other", manages: { include: [{ divisionUnder: "/other" }] } }),
            readings: extra,
          },
        ]
      : [{ policy: own, readings: [main, ...extra] }],
    others,
    live: [
      ...seats.flatMap(livesOf),
      ...(groupNow
        ? [
            desk(
              "team@example.org",
              groupNow.map((seat) => `id-${addressOf(seat)}`),
            ),
          ]
        : []),
    ],
  };
}

/** What is remembered: mostly just what would be remembered again. */
function memoryOf(seat: Seat, index: number): readonly AccountMemory[] {
  if (seat.memory === "none") return [];
  const address = seat.known === "another address" ? `was-${addressOf(index)}` : addressOf(index);
  const { fields: _, ...bare } = known(address, {
    kind: seat.known === "another kind" ? "functional" : "personal",
    zivverId: seat.memory === undefined ? idOf(addressOf(index)) : `gone ${index}`,
    ...(seat.knownId === NOT_SAID ? {} : { id: `id ${seat.knownId ?? index}` }),
    ...(seat.former === undefined ? {} : { former: [aliasOf(seat.former)] }),
    ...(seat.known === "no key"
      ? {}
      : {
          [seat.known === "a seen key" ? "seen" : "key"]: `key ${seat.known === "another key" ? "x" : index}`,
        }),
  });
  return [seat.known === "no fields" ? bare : { ...bare, fields: { active: "active true" } }];
}

/** The same world, told in the opposite order. */
function reversed(input: PlanInput): PlanInput {
  return {
    ...input,
    live: input.live.toReversed(),
    readings: input.readings.map(({ policy, readings }) => ({
      policy,
      readings: readings.map((one) => ({ ...one, records: one.records.toReversed() })),
    })),
  };
}

describe("random worlds in which a few things are the matter", () => {
  test("the order of records and accounts makes no difference to a plan", () => {
    const worlds = runs(100, 3000);
    let decided = 0;
    fc.assert(
      fc.property(world, (drawn) => {
        const input = inputOf(settingOf(drawn));
        const plan = buildPlan(input);
        expect(buildPlan(reversed(input))).toEqual(plan);
        decided += plan.body.changes.length;
      }),
      { numRuns: worlds },
    );
    // Otherwise the law says nothing.
    expect(decided).toBeGreaterThan((2 / 3) * worlds);
  });
});
