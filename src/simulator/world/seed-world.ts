import { parseDomain } from "../../model/values/address.ts";
import { InputError, type Problem } from "../../model/values/errors.ts";
import { extraAtBirth } from "./extension.ts";
import { newLag } from "./lag.ts";
import { DEFAULT_QUIRKS, type Quirks } from "./quirks.ts";
import type { SeedFunctional, SeedHidden, SeedPersonal, SimulatorSeed } from "./seed.ts";
import { accountAt, addressKey, listed, nextId, type StoredAccount, store, type World } from "./world.ts";

export type WorldOptions = {
  readonly quirks?: Quirks;
  /** Of ids and of the order of lists; a `randomSeed` in the seed wins. */
  readonly randomSeed?: number;
  /** How late readings show a write, while quirks say that they do: milliseconds. */
  readonly lagMs?: number;
  /** The file, for messages. */
  readonly where?: string;
};

type Entry = { readonly place: string; readonly hidden: boolean; readonly account: SeedHidden };

const UUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;

/**
 * The world that a seed describes. What a live organisation may be, the seed may be: addresses outside the claimed
 * domains, say. Throws InputError `simulator-state` for an address or id given twice and for members who are nobody.
 */
export function worldFromSeed(seed: SimulatorSeed, options: WorldOptions = {}): World {
  const world = emptyWorld(seed, options);
  const problems: Problem[] = [];
  const report = (place: string, message: string, remedy: string) =>
    problems.push({
      code: "simulator-state",
      where: `${options.where ?? "seed"}, ${place}`,
      message,
      remedy,
    });
  const placed = entriesOf(seed).map((entry) => ({ entry, stored: storedFrom(world, entry) }));
  for (const { entry, stored } of placed) {
    const twice = repeated(world, stored);
    if (twice === undefined) store(world, stored);
    else
      report(
        entry.place,
        `${twice} is given twice; it belongs to one account only.`,
        "Take one of them away.",
      );
  }
  for (const { entry, stored } of placed) {
    const { place, account } = entry;
    if (account.kind !== "functional" || stored.kind !== "functional") continue;
    const members = (account.members ?? []).map((member) => idOf(world, member) ?? { nobody: member });
    for (const member of members) {
      if (typeof member === "string") continue;
      report(
        place,
        `The member ${member.nobody} is not an account of this file.`,
        "Add the account, or take it away here.",
      );
    }
    const ids = new Set(members.filter((member) => typeof member === "string"));
    if (world.accounts.has(stored.id)) world.accounts.set(stored.id, { ...stored, members: [...ids] });
  }
  const admin = seed.admin === undefined ? null : idOf(world, seed.admin);
  if (admin === undefined)
    report("admin", `${seed.admin} is not an account of this file.`, "Name one, or leave the key out.");
  if (problems.length > 0) throw new InputError(problems);
  // The organisation was there before anybody asks: nothing of it is shown late.
  return {
    ...world,
    admin: admin ?? null,
    writes: 0,
    lag: newLag(options.lagMs),
  };
}

/** The seed of a world as it is now, every id given: `worldFromSeed` makes the same world of it. */
export function seedFromWorld(world: World): SimulatorSeed {
  const hidden = [...world.accounts.values()].filter((account) => account.hidden);
  return {
    claimedDomains: [...world.claimedDomains],
    divisions: [...world.divisions],
    guests: [...world.guests],
    ...(world.admin === null ? {} : { admin: world.admin }),
    personal: listed(world, "personal").map(seedPersonal),
    functional: listed(world, "functional").map(seedFunctional),
    hidden: hidden.map((account) =>
      account.kind === "personal"
        ? { kind: account.kind, ...seedPersonal(account) }
        : { kind: account.kind, ...seedFunctional(account) },
    ),
    randomSeed: world.seed,
    created: world.created,
  };
}

function emptyWorld(seed: SimulatorSeed, options: WorldOptions): World {
  return {
    accounts: new Map(),
    owners: new Map(),
    claimedDomains: new Set(seed.claimedDomains.map((domain) => parseDomain(domain) ?? domain)),
    divisions: new Set(seed.divisions),
    guests: new Set((seed.guests ?? []).map(addressKey)),
    quirks: options.quirks ?? DEFAULT_QUIRKS,
    seed: seed.randomSeed ?? options.randomSeed ?? 1,
    created: seed.created ?? 0,
    writes: 0,
    admin: null,
  };
}

function entriesOf(seed: SimulatorSeed): readonly Entry[] {
  const entries: Entry[] = [];
  for (const [index, one] of (seed.personal ?? []).entries()) {
    entries.push({ place: `personal[${index}]`, hidden: false, account: { ...one, kind: "personal" } });
  }
  for (const [index, one] of (seed.functional ?? []).entries()) {
    entries.push({ place: `functional[${index}]`, hidden: false, account: { ...one, kind: "functional" } });
  }
  for (const [index, account] of (seed.hidden ?? []).entries()) {
    entries.push({ place: `hidden[${index}]`, hidden: true, account });
  }
  return entries;
}

function storedFrom(world: World, { account, hidden }: Entry): StoredAccount {
  const id = account.id ?? nextId(world);
  const { address, fullName, aliases = [], division = "/", enterprise } = account;
  const others = enterprise ? { enterprise } : {};
  const extra = account.extra ?? extraAtBirth(world, id);
  if (account.kind === "functional") {
    const common = { id, address, fullName, aliases, division, ...others, extra, hidden };
    return { kind: "functional", ...common, members: [] };
  }
  // One literal without spreads: worlds of 100,000 accounts are made here, and spreads more than double the time.
  const personal: StoredAccount = {
    kind: "personal",
    id,
    address,
    fullName,
    aliases,
    division,
    extra,
    hidden,
    active: account.active ?? true,
    delegates: account.delegates ?? [],
    nickName: account.nickName ?? "",
    phoneNumbers: account.phoneNumbers ?? (account.phone ? [{ value: account.phone }] : []),
    ssoAccountKey: account.accountKey ?? null,
    password: account.password ?? null,
  };
  return enterprise ? { ...personal, enterprise } : personal;
}

/** The id or address of an account that another one has already, or that it has twice itself. */
function repeated(world: World, account: StoredAccount): string | undefined {
  if (world.accounts.has(account.id)) return `The id ${account.id}`;
  const own = new Set<string>();
  return [account.address, ...account.aliases].find((address) => {
    const key = addressKey(address);
    const isRepeated = own.has(key) || world.owners.has(key);
    own.add(key);
    return isRepeated;
  });
}

/** The id that an address or id stands for; a uuid may stand for an account that is gone. */
function idOf(world: World, member: string): string | undefined {
  return (
    accountAt(world, member)?.id ?? (world.accounts.has(member) || UUID.test(member) ? member : undefined)
  );
}

function seedPersonal(account: Extract<StoredAccount, { kind: "personal" }>): SeedPersonal {
  const { id, address, fullName, aliases, division, extra, active, delegates, nickName, phoneNumbers } =
    account;
  const { ssoAccountKey: key, password } = account;
  const fields = {
    id,
    address,
    fullName,
    active,
    aliases,
    delegates,
    division,
    nickName,
    phoneNumbers,
    extra,
  };
  return {
    ...fields,
    ...(account.enterprise ? { enterprise: account.enterprise } : {}),
    ...(key === null ? {} : { accountKey: key }),
    ...(password === null ? {} : { password }),
  };
}

function seedFunctional(account: Extract<StoredAccount, { kind: "functional" }>): SeedFunctional {
  const { id, address, fullName, aliases, members, division, extra } = account;
  const enterprise = account.enterprise ? { enterprise: account.enterprise } : {};
  return { id, address, fullName, aliases, members, division, ...enterprise, extra };
}
