import { domainOf, type Event } from "./events.ts";
import { nameOf } from "./people.ts";
import type { Random } from "./random.ts";
import { inWords } from "./scene.ts";
import type { Town } from "./town.ts";
import type { Account } from "./zivver.ts";

/** What an administrator does in Zivver's own pages, and what becomes of the state. */

function someAccount({ zivver }: Town, random: Random): Account | undefined {
  return random.pick(zivver.accounts().filter(({ id }) => zivver.owners.has(id)));
}

const label = ({ zivver }: Town, account: Account): string => inWords(zivver.owners.get(account.id), account);

export const editedByHand: Event = (town, random) => {
  const account = someAccount(town, random);
  const edit = random.pick([renamed, aliased, unaliased, switched, switched, letIn, putOut, putOut]);
  return account && edit?.(town, random, account);
};

type Edit = (town: Town, random: Random, account: Account) => string | undefined;

const renamed: Edit = (town, _, account) => {
  town.zivver.edit(account.id, { fullName: `${account.name} (edited)` });
  return `In Zivver ${label(town, account)} is renamed by hand.`;
};

const aliased: Edit = (town, _, account) => {
  const alias = `hand${town.next++}@${domainOf(account.address)}`;
  town.zivver.edit(account.id, { aliases: [...account.aliases, alias] });
  return `In Zivver ${label(town, account)} gets the alias ${alias} by hand.`;
};

const unaliased: Edit = (town, _, account) => {
  if (account.aliases.length === 0) return undefined;
  town.zivver.edit(account.id, { aliases: [] });
  return `In Zivver ${label(town, account)} loses its aliases by hand.`;
};

const switched: Edit = (town, _, account) => {
  if (account.kind === "functional") return undefined;
  town.zivver.edit(account.id, { active: !account.active });
  return `In Zivver ${label(town, account)} is ${account.active ? "suspended" : "reactivated"} by hand.`;
};

const letIn: Edit = (town, random, account) => {
  const guest = random.pick(town.people.filter((person) => person.employed));
  if (guest === undefined) return undefined;
  town.zivver.letIn(account.id, guest);
  return `In Zivver ${nameOf(guest)} is let into ${label(town, account)} by hand.`;
};

const putOut: Edit = (town, random, account) => {
  const id = random.pick(account.access);
  if (id === undefined) return undefined;
  town.zivver.putOut(account.id, id);
  return `In Zivver ${inWords(town.zivver.owners.get(id))} is put out of ${label(town, account)} by hand.`;
};

export const deletedByHand: Event = (town, random) => {
  const account = someAccount(town, random);
  if (account === undefined) return undefined;
  const words = `In Zivver ${label(town, account)} is deleted by hand.`;
  town.zivver.delete(account.id);
  return words;
};

export const stateLost: Event = (town) => {
  const isMixedUp = town.books.some(({ slips }) => slips.some(({ type }) => type === "wrong"));
  if (!town.program.keepsState || isMixedUp) return undefined;
  town.program.loseState();
  const { links, knownIds, lastActive, given, appliedLists, keysGiven } = town;
  for (const known of [links, knownIds, lastActive, given, appliedLists, keysGiven]) known.clear();
  return "The state is lost.";
};
