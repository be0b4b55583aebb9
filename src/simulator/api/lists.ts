import type { Kind } from "../../model/account/kind.ts";
import { parseJson } from "../../model/values/json.ts";
import { shownAccounts } from "../world/lag.ts";
import { createRandom } from "../world/random.ts";
import { accountAt, addressKey, listed, type StoredAccount, type World } from "../world/world.ts";
import { bad, json, refuse, type SimResponse } from "./answers.ts";
import { renderAccount } from "./resource.ts";

/** The most that one answer holds while the quirk `pages-lists` is on; of a shorter list it is one half. */
export const PAGE_SIZE = 100;

type Query = Readonly<Record<string, string>>;

/** GET /Users, GET /Groups: all, those that a filter names, or a part of them (`startIndex` counts from 1). */
export function listAccounts(world: World, kind: Kind, query: Query): SimResponse {
  const filtered = query.filter === undefined ? undefined : filterAddress(kind, query.filter);
  if (filtered === null) return refuse(world, bad(`Invalid filter: ${query.filter}`));
  const count = wholeNumber(query.count, Number.POSITIVE_INFINITY);
  const startIndex = wholeNumber(query.startIndex, 1);
  if (count === undefined) return refuse(world, bad(`Invalid count: ${query.count}`));
  if (startIndex === undefined) return refuse(world, bad(`Invalid startIndex: ${query.startIndex}`));
  const shown = shownAccounts(world, "lists-lag");
  const all =
    filtered === undefined
      ? ordered(world, listed({ accounts: shown }, kind))
      : found(world, shown, kind, filtered);
  const from = Math.max(startIndex, 1) - 1;
  const most = all.length > PAGE_SIZE ? PAGE_SIZE : Math.ceil(all.length / 2);
  const size = world.quirks.has("pages-lists") ? Math.min(count, most) : count;
  const page = all.slice(from, from + size);
  return json(200, {
    Resources: page.map((account) => renderAccount(world, account)),
    totalResults: all.length,
  });
}

/** The address that a filter asks for; null when this is not a filter that Zivver knows. */
function filterAddress(kind: Kind, filter: string): string | null {
  const [, attribute, quoted] = /^\s*(\w+)\s+eq\s+("(?:[^"\\]|\\.)*")\s*$/i.exec(filter) ?? [];
  const value = quoted === undefined ? undefined : parseJson(quoted);
  const known = kind === "personal" ? "username" : "externalid";
  return attribute?.toLowerCase() === known && typeof value === "string" ? value : null;
}

function found(
  world: World,
  shown: ReadonlyMap<string, StoredAccount>,
  kind: Kind,
  address: string,
): readonly StoredAccount[] {
  const account = shown === world.accounts ? accountAt(world, address) : pastAt(shown, address);
  if (!account || account.kind !== kind || account.hidden) return [];
  const isPrimary = addressKey(account.address) === addressKey(address);
  return isPrimary || world.quirks.has("filter-finds-aliases") ? [account] : [];
}

function pastAt(shown: ReadonlyMap<string, StoredAccount>, address: string): StoredAccount | undefined {
  const key = addressKey(address);
  return [...shown.values()].find((one) =>
    [one.address, ...one.aliases].some((other) => addressKey(other) === key),
  );
}

/** Another order after every write, but the same one for all pages of a list that nobody writes to meanwhile. */
function ordered(world: World, accounts: StoredAccount[]): readonly StoredAccount[] {
  if (!world.quirks.has("list-order-shuffled")) return accounts;
  const random = createRandom(world.seed ^ Math.imul(world.writes + 1, 0x9e3779b1));
  return accounts
    .map((account) => ({ account, place: random() }))
    .sort((a, b) => a.place - b.place)
    .map(({ account }) => account);
}

function wholeNumber(text: string | undefined, fallback: number): number | undefined {
  if (text === undefined) return fallback;
  return /^\d{1,9}$/.test(text) ? Number(text) : undefined;
}
