import fc from "fast-check";
import { buildPlan, type PlanResult } from "../../src/engine/plan/plan.ts";
import type { SourceRecord } from "../../src/model/account/account.ts";
import type { Kind } from "../../src/model/account/kind.ts";
import { DEFAULT_GUARDS, type GuardLimits } from "../../src/model/plan/default-guards.ts";
import type { OrganizationPolicy, ProfilePolicy, SyncPolicy } from "../../src/model/plan/policy.ts";
import type { Journal, JournalEntry, ProfileReadings } from "../../src/model/ports.ts";
import { Secret } from "../../src/model/values/secret.ts";
import { QUIRKS, type Quirk, withQuirks } from "../../src/simulator/world/quirks.ts";
import { nextId, type StoredAccount, store, type World } from "../../src/simulator/world/world.ts";
import { machineTarget, virtualClock } from "./machine-target.ts";

/*
 * Random organisations: what the sources say, what Zivver has, and which way its quirks turn out. Live and desired
 * accounts draw their addresses from one small pool, so that addresses move, swap and chain all the time, between kinds
 * as well.
 */

const POOL = [..."abcdefghij"].map((letter) => `${letter}@example.org`);
const NAMES = ["Ada", "Bo", "Cy"];
const ON: SyncPolicy = {
  create: true,
  update: true,
  missing: "suspend",
  disabled: "suspend",
  reactivate: true,
  delegates: true,
};
const OFF = Object.fromEntries(Object.keys(DEFAULT_GUARDS).map((name) => [name, "off"])) as GuardLimits;

type Seat = {
  readonly kind: Kind;
  readonly addresses: number;
  readonly name: number;
  readonly active: boolean;
  readonly delegates: readonly number[];
};
export type Case = {
  readonly liveOrder: readonly string[];
  readonly live: readonly (Seat & { readonly hidden: boolean; readonly division: boolean })[];
  readonly desiredOrder: readonly string[];
  readonly desired: readonly (Seat & { readonly givesAliases: boolean; readonly givesDelegates: boolean })[];
  readonly quirks: readonly boolean[];
  readonly missing: "suspend" | "delete" | "ignore";
  readonly protectedAt: number;
};

const seat = {
  kind: fc.constantFrom<Kind>("personal", "personal", "functional"),
  addresses: fc.integer({ min: 1, max: 3 }),
  name: fc.nat(2),
  active: fc.boolean(),
  delegates: fc.array(fc.nat(POOL.length - 1), { maxLength: 3 }),
};
export const cases: fc.Arbitrary<Case> = fc.record({
  liveOrder: fc.shuffledSubarray(POOL, { minLength: POOL.length }),
  live: fc.array(
    fc.record({ ...seat, hidden: fc.constantFrom(false, false, false, true), division: fc.boolean() }),
    { maxLength: 6 },
  ),
  desiredOrder: fc.shuffledSubarray(POOL, { minLength: POOL.length }),
  desired: fc.array(
    fc.record({
      ...seat,
      active: fc.constantFrom(true, true, true, false),
      givesAliases: fc.constantFrom(true, true, false),
      givesDelegates: fc.boolean(),
    }),
    { maxLength: 6 },
  ),
  quirks: fc.array(fc.boolean(), { minLength: QUIRKS.length, maxLength: QUIRKS.length }),
  missing: fc.constantFrom("suspend", "delete", "ignore"),
  protectedAt: fc.nat(POOL.length * 2),
});

/** Keeps primary addresses in place and lets aliases change hands, which is where circles come from. */
export const swaps: fc.Arbitrary<Case> = cases.map((one) => {
  const size = Math.min(one.live.length, one.desired.length);
  const primaries = one.liveOrder.slice(0, size);
  const order = (from: readonly string[], counts: readonly Seat[]) => {
    const aliases = from.filter((address) => !primaries.includes(address));
    return primaries.flatMap((primary, at) => [
      primary,
      ...aliases.splice(0, (counts[at]?.addresses ?? 1) - 1),
    ]);
  };
  const live = one.live.slice(0, size).map((seat) => ({ ...seat, addresses: 2, hidden: false }));
  const desired = one.desired.slice(0, size).map((seat, at) => ({
    ...seat,
    kind: live[at]?.kind ?? seat.kind,
    addresses: 2,
    active: true,
    givesAliases: true,
  }));
  return {
    ...one,
    live,
    desired,
    liveOrder: order(one.liveOrder, live),
    desiredOrder: order(one.desiredOrder, desired),
  };
});

/** Deals the addresses of an order out to seats, until there are none left. */
function deal<S extends Seat>(seats: readonly S[], order: readonly string[]) {
  let at = 0;
  return seats.flatMap((one) => {
    const [address, ...aliases] = order.slice(at, at + one.addresses);
    at += one.addresses;
    return address === undefined ? [] : [{ ...one, address, aliases }];
  });
}

/** With these an organisation does not come to what the sources say: a rename is left to be done by hand. */
const RENAMES: readonly Quirk[] = ["put-refuses-username", "put-ignores-username"];

/** `renames`: what becomes of renames; without it they are carried out. */
export function worldOf({ live, liveOrder, quirks }: Case, renames?: Quirk): World {
  const switches = Object.fromEntries(
    QUIRKS.map(({ name }, index) => [
      name,
      RENAMES.includes(name) ? name === renames : quirks[index] === true,
    ]),
  ) as Record<Quirk, boolean>;
  const world: World = {
    accounts: new Map(),
    owners: new Map(),
    claimedDomains: new Set(["example.org"]),
    divisions: new Set(["/", "/care"]),
    guests: new Set(),
    quirks: withQuirks({}, new Set()),
    seed: 1,
    created: 0,
    writes: 0,
    admin: null,
  };
  // A hidden account has addresses of its own: one that the sources want could be known to nobody before it is refused.
  const seats = deal(live, liveOrder).map((one) => {
    const elsewhere = (address: string) => (one.hidden ? `hidden-${address}` : address);
    return {
      ...one,
      address: elsewhere(one.address),
      aliases: one.aliases.map(elsewhere),
      id: nextId(world),
    };
  });
  for (const one of seats) {
    const common = {
      id: one.id,
      address: one.address,
      aliases: one.aliases,
      fullName: NAMES[one.name] ?? "",
      division: one.division ? "/care" : "/",
      extra: {},
      hidden: one.hidden,
    };
    const named = one.delegates.flatMap((at) => seats[at] ?? []).filter(({ id }) => id !== one.id);
    const account: StoredAccount =
      one.kind === "personal"
        ? {
            ...common,
            kind: "personal",
            active: one.active,
            delegates: [...new Set(named.map(({ address }) => address))],
            nickName: "",
            phoneNumbers: [],
            ssoAccountKey: `old-${one.address}`,
            password: null,
          }
        : { ...common, kind: "functional", members: [...new Set(named.map(({ id }) => id))] };
    store(world, account);
  }
  world.quirks = withQuirks(switches, new Set());
  return world;
}

export function recordsOf({ desired, desiredOrder }: Case): SourceRecord[] {
  const seats = deal(desired, desiredOrder);
  return seats.map((one, row) => {
    const where = `row ${row + 2}`;
    const given = <T>(attribute: string, value: T) => ({
      value,
      origin: { source: "list", where, attribute },
    });
    const names = one.delegates.flatMap((at) => seats[at % seats.length]?.address ?? []);
    return {
      kind: one.kind,
      where,
      supplement: false,
      problems: [],
      email: given("Email", one.address),
      fullName: given("Full name", NAMES[one.name] ?? ""),
      active: given("Active", one.active),
      accountKey: given("Account key", new Secret(`key-${one.address}`)),
      ...(one.givesAliases ? { aliases: given("Aliases", one.aliases) } : {}),
      ...(one.givesDelegates ? { delegates: given("Delegates", names) } : {}),
    };
  });
}

export function policiesOf({ missing, protectedAt }: Case) {
  const organization: OrganizationPolicy = {
    loginMethod: "sso",
    claimedDomains: ["example.org"],
    protected: POOL.slice(protectedAt, protectedAt + 1),
    guards: OFF,
    rateLimit: { requests: 50, seconds: 10 },
  };
  const profile: ProfilePolicy = {
    name: "all",
    manages: { kinds: ["personal", "functional"], include: [], exclude: [] },
    aliases: { excludeDomains: [], unclaimed: "skip" },
    sync: { personal: { ...ON, missing }, functional: { ...ON, missing } },
  };
  return { organization, profile };
}

function readingsOf(profile: ProfilePolicy, records: readonly SourceRecord[]): ProfileReadings[] {
  return [
    {
      policy: profile,
      readings: [{ source: "list", type: "spreadsheet", records, complete: true, digest: "", findings: [] }],
    },
  ];
}

export function memoryJournal(): Journal {
  const entries: JournalEntry[] = [];
  return { entries, append: async (entry) => void entries.push(entry) };
}

export async function planOf(
  one: Case,
  world: World,
  shuffle: <T>(items: readonly T[]) => readonly T[] = (items) => items,
): Promise<PlanResult> {
  const { organization, profile } = policiesOf(one);
  // A day later, so that nothing is shown late.
  const later = virtualClock((world.lag?.now ?? 0) + 86_400_000);
  const live = await machineTarget(world, later).target.read();
  return buildPlan({
    organization,
    profiles: [profile],
    readings: readingsOf(profile, shuffle(recordsOf(one))),
    live: shuffle(live),
    liveDigest: "",
    accepted: [],
  });
}
