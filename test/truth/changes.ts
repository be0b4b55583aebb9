import { type Book, bookName, hasSlip, isListedIn } from "./books.ts";
import { domainOf, type Event, employed, enabled, join } from "./events.ts";
import { type Being, type Desk, nameOf, newPerson, note, type Person } from "./people.ts";
import type { Random } from "./random.ts";
import { beingsOf, type Town } from "./town.ts";

/*
 * What happens more rarely, and to many at once: domains that are merged, sources that number people anew or hand a department
 * over, desks that move, people who come back under another name, namesakes, and keys and addresses that go from hand to hand.
 */

const CLAIMED = ["example.org", "example.com"] as const;
const openDesks = ({ desks }: Town): Desk[] => desks.filter((desk) => desk.employed);
const lists = (town: Town): Book[] => town.books.filter(({ type }) => type !== "declared");

/** Has nobody else this address, nor ever had it? */
function isUnused(town: Town, being: Being, address: string): boolean {
  const others = beingsOf(town).filter((other) => other !== being);
  return others.every(({ ever }) => !ever.addresses.has(address));
}

function move(being: Being, address: string, keeps: boolean): void {
  const aliases = being.aliases.filter((alias) => alias !== address);
  being.aliases = keeps ? [...aliases, being.address] : aliases;
  being.address = address;
  note(being);
}

/** A leaver comes back under another family name and address, with the same id and key. */
export const returnsOtherwise: Event = (town, random) => {
  const person = random.pick(town.people.filter((one) => !one.employed && !one.shared));
  if (person === undefined) return undefined;
  const former = { name: nameOf(person), address: person.address };
  person.employed = true;
  person.enabled = true;
  person.aliases = [];
  person.family = `Back${town.next}`;
  const address = `${person.given}.back${town.next++}@${domainOf(person.address)}`.toLowerCase();
  move(person, address, random.once(3) && isUnused(town, person, former.address));
  return `${former.name} comes back as ${nameOf(person)}, ${address}${person.aliases.length > 0 ? ` with the alias ${former.address}` : ""}.`;
};

/** All of a domain, or half of them, get addresses in the other one. */
export const domainMoves: Event = (town, random) => {
  const from = random.pick(CLAIMED);
  const to = CLAIMED.find((domain) => domain !== from) ?? "";
  const [keeps, isHalf] = [random.once(2), random.once(2)];
  const moving = beingsOf(town).filter(
    ({ employed: isHere, address, n }) => isHere && domainOf(address) === from && (!isHalf || n % 2 === 0),
  );
  const moved = moving.filter((being) => {
    const address = being.address.replace(`@${from}`, `@${to}`);
    if (!isUnused(town, being, address)) return false;
    move(being, address, keeps);
    return true;
  });
  if (moved.length === 0) return undefined;
  return `${moved.length} addresses move from ${from} to ${to}${keeps ? ", and the former ones stay as aliases" : ""}.`;
};

/** A source gives half of its people and desks ids of another form, as after a migration. */
export const idsReissued: Event = (town, random) => {
  const book = random.pick(lists(town).filter(({ fields }) => fields.includes("id")));
  if (book === undefined) return undefined;
  const half = random.below(2);
  for (const being of beingsOf(town)) if (being.n % 2 === half) book.reissued.add(being);
  book.slips = book.slips.filter((slip) => slip.type !== "wrong" || slip.field !== "id");
  return `${bookName(book)} gives half of its people other ids.`;
};

/** Somebody joins. Where a source fills the gap that a leaver left, with the leaver's id, and nothing else of theirs. */
export const idPassesOn: Event = (town, random) => {
  const book = random.pick(
    lists(town).filter(({ fields, kinds }) => fields.includes("id") && kinds.includes("personal")),
  );
  const isGone = (person: Person) => !person.employed && !person.shared;
  const leaver = random.pick(town.people.filter(isGone));
  const person = join(town);
  if (book === undefined || leaver === undefined || !isListedIn(book, leaver) || !isListedIn(book, person))
    return `${nameOf(person)} joins.`;
  book.passedOn.set(person, leaver);
  return `${nameOf(person)} joins, and gets the id of ${nameOf(leaver)}, who left, in ${bookName(book)}.`;
};

/** A person is in another list from today on, of the same profile or of another, and in the first one no more. */
export const goesToOtherList: Event = (town, random) => {
  const from = random.pick(lists(town).filter(({ kinds }) => kinds.includes("personal")));
  const to = random.pick(lists(town).filter((book) => book !== from && book.kinds.includes("personal")));
  if (from === undefined || to === undefined) return undefined;
  const isIn = (person: Person) => isListedIn(from, person) && !hasSlip(from, person) && !hasSlip(to, person);
  const person = random.pick(employed(town).filter(isIn));
  if (person === undefined) return undefined;
  from.moved.set(person, false);
  to.moved.set(person, true);
  const moves = person.division !== "/" && from.profile !== to.profile && random.once(2);
  if (moves) person.division = person.division === "/care" ? "/office" : "/care";
  return `${nameOf(person)} goes from ${bookName(from)} to ${bookName(to)}${moves ? `, and to the division ${person.division}` : ""}.`;
};

export const deskMoves: Event = (town, random) => {
  const desk = random.pick(openDesks(town));
  if (desk === undefined) return undefined;
  const former = desk.address;
  if (random.once(3)) desk.name = `Renamed desk ${town.next}`;
  move(desk, `moved${town.next++}@${domainOf(former)}`, random.once(2));
  return `The desk ${former} is ${desk.name} (${desk.address}) now${desk.aliases.includes(former) ? ", with the former address as an alias" : ""}.`;
};

export const desksSwap: Event = (town, random) => {
  const [one, other] = openDesks(town);
  if (one === undefined || other === undefined || random.once(4)) return undefined;
  if (domainOf(one.address) !== domainOf(other.address)) return undefined;
  [one.address, other.address] = [other.address, one.address];
  note(one);
  note(other);
  return `${one.name} and ${other.name} swap addresses.`;
};

/** Somebody new with the name of somebody who is there or has left. */
export const namesakeJoins: Event = (town, random) => {
  const other = random.pick(town.people);
  if (other === undefined) return undefined;
  const person = join(town);
  person.ever.names.clear();
  person.given = other.given;
  person.family = other.family;
  note(person);
  return `${nameOf(person)} (${person.address}) joins, a namesake of ${other.address}.`;
};

export const aliasBecomesPrimary: Event = (town, random) => {
  const being = random.pick<Being>(
    [...employed(town), ...openDesks(town)].filter((one) => one.aliases.length > 0),
  );
  const [alias] = being?.aliases ?? [];
  if (being === undefined || alias === undefined || !isUnused(town, being, alias)) return undefined;
  move(being, alias, true);
  return `${nameOf(being)} has the alias ${alias} as the address now.`;
};

/** A shared mailbox becomes that of one of its members, as a user. */
export const deskBecomesUser: Event = (town, random) => {
  const desk = random.pick(openDesks(town));
  if (desk === undefined || openDesks(town).length < 2) return undefined;
  desk.employed = false;
  const person = newPerson(town.next++, domainOf(desk.address), desk.division);
  person.ever.addresses.clear();
  person.address = desk.address;
  note(person);
  town.people.push(person);
  return `${desk.name} closes, and ${nameOf(person)} joins with its address.`;
};

export const keysSwap: Event = (town, random) => {
  const one = random.pick(enabled(town));
  const other = random.pick(enabled(town).filter((person) => person !== one));
  if (one === undefined || other === undefined) return undefined;
  [one.key, other.key] = [other.key, one.key];
  note(one);
  note(other);
  return `${nameOf(one)} and ${nameOf(other)} swap account keys.`;
};

export const keyPassesOn: Event = (town, random) => {
  const leaver = random.pick(town.people.filter((person) => !person.employed));
  if (leaver === undefined) return undefined;
  const person = join(town);
  person.key = leaver.key;
  note(person);
  return `${nameOf(person)} joins with the account key of ${nameOf(leaver)}, who left.`;
};

export const isProtectedNow: Event = (town, random) => {
  const being = random.pick<Being>([...employed(town), ...openDesks(town)]);
  if (being === undefined || town.organization.protected.length > 2) return undefined;
  town.organization = {
    ...town.organization,
    protected: [...town.organization.protected, being.address],
  };
  return `organization.yaml protects ${being.address}.`;
};

/** Somebody's account is made by hand, with capitals, before a source has them. */
export const madeByHand: Event = (town, random: Random) => {
  const person = join(town);
  town.zivver.settle(
    person,
    person.address.replace(/^./, (first) => first.toUpperCase()),
  );
  person.employed = random.once(2);
  return `In Zivver an account is made by hand for ${nameOf(person)}, whom ${person.employed ? "the" : "no"} sources have.`;
};
