import { DEFAULT_LAG_MS, type Quirks } from "./quirks.ts";

/** The way readings lag behind writes. Times in milliseconds. */
export type Lag<A> = {
  /** Of the request that is answered; whoever hands requests in sets it. While it is not set, nothing is late. */
  now: number | undefined;
  readonly ms: number;
  /** The accounts as they were until a write; oldest first. */
  past: readonly { readonly until: number; readonly accounts: ReadonlyMap<string, A> }[];
};

type Lagging<A> = {
  readonly quirks: Quirks;
  readonly accounts: ReadonlyMap<string, A>;
  lag?: Lag<A>;
};

/** Nothing was written yet. */
export function newLag<A>(ms: number = DEFAULT_LAG_MS): Lag<A> {
  return { now: undefined, ms, past: [] };
}

/** Sets the time of the request that is about to be answered. */
export function setTime<A>(world: Lagging<A>, now: number): void {
  lagOf(world).now = now;
}

/** Keeps the accounts as they are before a write, where readings lag behind writes. */
export function keepPast<A>(world: Lagging<A>): void {
  if (!world.quirks.has("lists-lag") && !world.quirks.has("reads-lag")) return;
  const lag = lagOf(world);
  const { now, ms } = lag;
  if (now === undefined) return;
  const recent = lag.past.filter(({ until }) => until > now - ms);
  lag.past = [...recent, { until: now, accounts: new Map(world.accounts) }];
}

/** The accounts that a reading of this sort shows at this moment. */
export function shownAccounts<A>(world: Lagging<A>, sort: "lists-lag" | "reads-lag"): ReadonlyMap<string, A> {
  if (!world.quirks.has(sort)) return world.accounts;
  const { now, ms, past } = lagOf(world);
  if (now === undefined) return world.accounts;
  return past.find(({ until }) => until > now - ms)?.accounts ?? world.accounts;
}

function lagOf<A>(world: Lagging<A>): Lag<A> {
  world.lag ??= newLag();
  return world.lag;
}
