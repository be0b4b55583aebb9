import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isAsWanted } from "../../src/engine/as-it-should-be.ts";
import { findRestless } from "../../src/engine/at-rest.ts";
import { buildCandidate, type ProfileReadings } from "../../src/engine/desired.ts";
import { NumberCounts, numberOf, TextPlaces } from "../../src/engine/name-numbers.ts";
import { isPlainlySo } from "../../src/engine/plainly-so.ts";
import { buildPlan, decidePlan, everybody } from "../../src/engine/plan.ts";
import { parseAddress } from "../../src/model/address.ts";
import type { AccountMemory } from "../../src/model/state.ts";
import {
  desk,
  deskRecord,
  idOf,
  inLine,
  inputOf,
  known,
  person,
  profile,
  type Row,
  reading,
  record,
  type Setting,
} from "../support/engine.ts";

const SEATS = 7;
const SEAT = Array.from({ length: SEATS }, (_, seat) => seat);
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

/** Whose live accounts rest. */
function resting(setting: Setting): readonly string[] {
  const { live, atRest } = findRestless(inputOf(setting));
  return atRest.everyone.filter((account) => !live.includes(account)).map(({ address }) => address);
}

describe("accounts at rest", () => {
  test("a plan is the same whether they are set aside or take part", () => {
    const rested = { remembered: 0, unknown: 0 };
    let decided = 0;
    fc.assert(
      fc.property(world, (drawn) => {
        const setting = settingOf(drawn);
        const input = inputOf(setting);
        const plan = buildPlan(input);
        expect(plan).toEqual(decidePlan(input, everybody(input)));
        rested[drawn.remembers ? "remembered" : "unknown"] += resting(setting).length;
        decided += plan.body.changes.length;
      }),
      { numRuns: 3000 },
    );
    // Otherwise the law says nothing.
    expect(rested.remembered).toBeGreaterThan(500);
    expect(rested.unknown).toBeGreaterThan(1500);
    expect(decided).toBeGreaterThan(3000);
  });

  test("all rest where all is as it should be, and are counted", () => {
    const seats = SEAT.map((seat) => addressOf(seat));
    const setting = {
      desired: seats.map((one) => record(one)),
      live: [...seats.map((one) => person(one)), person("guest@example.net")],
      profile: { manages: { exclude: [{ domain: "example.net" }] } },
    };
    expect(resting(setting)).toEqual(seats);
    const { body } = buildPlan(inputOf(setting));
    expect(body).toMatchObject({
      changes: [],
      findings: [],
      live: { personal: SEATS + 1, functional: 0 },
      summary: { unchanged: SEATS, unmanaged: 1 },
    });
    expect(body.sources).toMatchObject([{ records: SEATS, complete: true }]);
  });

  test.each<[string, Partial<Setting>]>([
    [
      "its address as the alias of another",
      { desired: [record("b@example.org", { aliases: ["a@example.org"] })] },
    ],
    [
      "its alias as the alias of another",
      { desired: [record("b@example.org", { aliases: ["a@example.com"] })] },
    ],
    ["it as a delegate", { desired: [record("b@example.org", { delegates: ["a@example.org"] })] }],
    ["its account key", { desired: [record("b@example.org", { accountKey: "key of a@example.org" })] }],
    ["its address once more", { desired: [record("a@example.org", { where: "row 2" })] }],
    ["it as a live delegate", { live: [person("b@example.org", { delegates: ["a@example.org"] })] }],
    ["its id among live members", { live: [desk("team@example.org", ["id-a@example.org"])] }],
    ["its alias as a live one", { live: [person("b@example.org", { aliases: ["a@example.com"] })] }],
  ])("one does not rest whom others name: %s", (_, { desired = [], live = [] }) => {
    const aliases = ["a@example.com"];
    const alone = {
      desired: [record("a@example.org", { aliases })],
      live: [person("a@example.org", { aliases })],
    };
    expect(resting(alone)).toEqual(["a@example.org"]);
    const named = { desired: [...alone.desired, ...desired], live: [...alone.live, ...live] };
    expect(resting(named)).toEqual([]);
  });

  test("nobody rests in a reading that two profiles share", () => {
    const shared = reading([record("a@example.org")]);
    const profiles = ["first", "second"].map((name) => ({ policy: profile({ name }), readings: [shared] }));
    const setting = { profiles, live: [person("a@example.org")] };
    expect(resting(setting)).toEqual([]);
    const input = inputOf(setting);
    expect(buildPlan(input)).toEqual(decidePlan(input, everybody(input)));
  });

  test("who is remembered as he is rests too, and so does what is remembered of him", () => {
    const given = { id: "1", key: "key of a@example.org", fields: { active: "active true" } };
    const setting = {
      known: [known("a@example.org", given), known("b@example.org", { ...given, id: "2" })],
      desired: [record("a@example.org", { id: "1" }), record("b@example.org", { id: "3" })],
      live: [person("a@example.org"), person("b@example.org")],
    };
    expect(resting(setting)).toEqual(["a@example.org"]);
    const { memory } = findRestless(inputOf(setting));
    expect(memory?.state.accounts.map(({ address }) => address)).toEqual(["b@example.org"]);
    expect(buildPlan(inputOf({ ...setting, desired: setting.desired.slice(0, 1) })).body.remember).toEqual([
      { change: "c-1", zivverId: "id-b@example.org", fields: ["active"] },
    ]);
  });

  test("among those at rest the others are decided about as ever", () => {
    const { body } = buildPlan(
      inputOf({
        desired: [record("a@example.org"), record("b@example.org", { fullName: "New Name" })],
        live: [person("a@example.org"), person("b@example.org"), person("c@example.org")],
      }),
    );
    expect(body.changes.map(inLine)).toEqual([
      "update b@example.org fullName: Name of b → New Name",
      "suspend c@example.org active: true → false",
    ]);
  });
});

/** The records of personal accounts that have an address. */
function onePersonEach({ policy, readings }: ProfileReadings) {
  return readings.flatMap(({ source, records }) =>
    records.flatMap((one) => {
      const address = parseAddress(one.email?.value ?? "");
      if (address === undefined || one.kind !== "personal" || one.supplement) return [];
      return [{ policy, placed: { record: one, source, address } }];
    }),
  );
}

describe("what is plainly so", () => {
  test("is found to be so by looking at it in full, too", () => {
    let plain = 0;
    fc.assert(
      fc.property(world, (drawn) => {
        const { organization, readings, live } = inputOf(settingOf(drawn));
        for (const { policy, placed } of readings.flatMap(onePersonEach)) {
          const account = live.find(({ kind, address }) => kind === "personal" && address === placed.address);
          if (account === undefined || !isPlainlySo(placed.record, account, policy, organization)) continue;
          plain += 1;
          const candidate = buildCandidate(organization, policy, placed.address, [placed]);
          expect(candidate).toMatchObject({ holds: [], notes: [] });
          expect(isAsWanted(candidate.account, account)).toBe(true);
        }
      }),
      { numRuns: 1000 },
    );
    expect(plain).toBeGreaterThan(1000);
  });

  const alike = (more: Row = {}) => record("a@example.org", { aliases: ["a@example.com"], ...more });
  const now = (more: Parameters<typeof person>[1] = {}) =>
    person("a@example.org", { aliases: ["a@example.com"], ...more });
  const organization = inputOf({}).organization;
  const bySso = { ...organization, loginMethod: "sso" as const };
  const { accountKey: _, ...keyless } = alike();

  test.each<[string, boolean, Parameters<typeof isPlainlySo>]>([
    ["all the same", true, [alike(), now(), profile(), organization]],
    ["with a key by single sign-on", true, [alike(), now(), profile(), bySso]],
    ["nothing said of aliases", true, [record("a@example.org"), now(), profile(), organization]],
    [
      "a phone number, written otherwise",
      true,
      [alike({ phone: "+31 6 1" }), now({ phone: "+3161" }), profile(), organization],
    ],
    ["another name", false, [alike(), now({ fullName: "Other" }), profile(), organization]],
    [
      "a name that has to be cleaned",
      false,
      [alike({ fullName: "A  B" }), now({ fullName: "A  B" }), profile(), organization],
    ],
    ["suspended", false, [alike(), now({ active: false }), profile(), organization]],
    ["inactive at the source", false, [alike({ active: false }), now(), profile(), organization]],
    ["another alias", false, [alike(), now({ aliases: ["b@example.com"] }), profile(), organization]],
    ["an alias too many", false, [alike({ aliases: [] }), now(), profile(), organization]],
    [
      "an alias outside the claimed domains",
      false,
      [
        alike({ aliases: ["a@elsewhere.test"] }),
        now({ aliases: ["a@elsewhere.test"] }),
        profile(),
        organization,
      ],
    ],
    [
      "an alias of an excluded domain",
      false,
      [
        alike(),
        now(),
        profile({ aliases: { excludeDomains: ["example.com"], unclaimed: "skip" } }),
        organization,
      ],
    ],
    [
      "its address as its alias",
      false,
      [alike({ aliases: ["a@example.org"] }), now({ aliases: ["a@example.org"] }), profile(), organization],
    ],
    [
      "outside the claimed domains",
      false,
      [alike(), now(), profile(), { ...organization, claimedDomains: ["example.com"] }],
    ],
    [
      "a delegate at the source",
      false,
      [alike({ delegates: ["b@example.org"] }), now(), profile(), organization],
    ],
    [
      "a delegate in Zivver",
      false,
      [alike(), now({ delegates: ["b@example.org"] }), profile(), organization],
    ],
    [
      "delegates that may lack some",
      false,
      [{ ...alike({ delegates: [] }), delegatesIncomplete: "Cut." }, now(), profile(), organization],
    ],
    [
      "another division",
      false,
      [alike({ division: "/b" }), now({ division: "/a" }), profile(), organization],
    ],
    [
      "a division by rule",
      false,
      [alike(), now(), { ...profile(), division: { fixed: "/a" } }, organization],
    ],
    [
      "another phone number",
      false,
      [alike({ phone: "+3162" }), now({ phone: "+3161" }), profile(), organization],
    ],
    [
      "a cell that cannot be read",
      false,
      [alike({ problems: [{ attribute: "phone", message: "It is none." }] }), now(), profile(), organization],
    ],
    ["without a key, by single sign-on", false, [keyless, now(), profile(), bySso]],
  ])("%s: %s", (_, expected, given) => expect(isPlainlySo(...given)).toBe(expected));
});

describe("numbers of names", () => {
  test("texts are found where they stand, of several that are the same the last", () => {
    fc.assert(
      fc.property(fc.array(fc.string({ maxLength: 2 })), fc.string({ maxLength: 2 }), (texts, other) => {
        const places = new TextPlaces(texts.length, (place) => texts[place] ?? "");
        for (const [place, text] of texts.entries()) places.add(place, numberOf("address", text));
        for (const text of [...texts, other])
          expect(places.find(text, numberOf("address", text))).toBe(texts.lastIndexOf(text));
      }),
    );
  });

  test("texts with the same number are told apart", () => {
    const texts = Array.from({ length: 2000 }, (_, at) => `a${at}`);
    const places = new TextPlaces(texts.length, (place) => texts[place] ?? "");
    for (const place of texts.keys()) places.add(place, 7);
    for (const [place, text] of texts.entries()) expect(places.find(text, 7)).toBe(place);
    expect(places.find("b", 7)).toBe(-1);
  });

  test("are counted if asked for, and no others", () => {
    const numbers = fc.array(fc.oneof(fc.integer(), fc.integer({ min: -40, max: 40 })).filter(Boolean));
    fc.assert(
      fc.property(numbers, numbers, (counted, all) => {
        const counts = new NumberCounts(counted);
        for (const number of all) counts.count(number);
        for (const number of [...counted, ...all]) {
          const expected = counted.includes(number) ? all.filter((one) => one === number).length : 0;
          expect(counts.of(number)).toBe(expected);
        }
      }),
    );
  });

  test("differ, but for a few, for 200,000 names that are much alike, and for what they name", () => {
    const texts = Array.from({ length: 100_000 }, (_, at) => `person-${at}@example.org`);
    const numbers = (["address", "id"] as const).flatMap((naming) =>
      texts.map((text) => numberOf(naming, text)),
    );
    expect(numbers).not.toContain(0);
    // By chance, some 5 pairs of 2 x 10^10 would have the same one.
    expect(new Set(numbers).size).toBeGreaterThan(199_980);
  });
});
