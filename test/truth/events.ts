import { type Book, bookName, hasSlip, isListedIn } from "./books.ts";
import { type Being, type Desk, nameOf, newDesk, newPerson, note, type Person } from "./people.ts";
import type { Random } from "./random.ts";
import { beingsOf, type Town } from "./town.ts";

/*
 * What happens to people. An event changes the truth, and gives the words for it; undefined where there was nobody for it.
 * The sources follow the truth by themselves.
 */

export type Event = (town: Town, random: Random) => string | undefined;

export const employed = ({ people }: Town): Person[] => people.filter((person) => person.employed);
export const enabled = (town: Town): Person[] => employed(town).filter((person) => person.enabled);
const openDesks = ({ desks }: Town): Desk[] => desks.filter((desk) => desk.employed);
export const domainOf = (address: string): string => address.slice(address.indexOf("@") + 1);

/** Leavers whose address nobody has today. */
function freedAddresses(town: Town): Person[] {
  const isFree = (address: string) =>
    beingsOf(town).every((being) => !being.employed || ![being.address, ...being.aliases].includes(address));
  return town.people.filter((person) => !person.employed && !person.shared && isFree(person.address));
}

export function join(town: Town): Person {
  const peer = town.people[town.next % town.people.length];
  const domain = peer ? domainOf(peer.address) : undefined;
  const even = town.people.find(({ n }) => n % 2 === town.next % 2);
  const person = newPerson(town.next++, domain, even?.division);
  town.people.push(person);
  return person;
}

export const joins: Event = (town) => `${nameOf(join(town))} joins.`;

/** A source that lists nobody of a kind is another event, so somebody always stays. */
export const leaves: Event = (town, random) => {
  if (employed(town).length < 4) return undefined;
  const person = random.pick(employed(town));
  if (person === undefined) return undefined;
  leave(town, person);
  return `${nameOf(person)} leaves.`;
};

export function leave(town: Town, person: Person): void {
  person.employed = false;
  for (const desk of town.desks) desk.members = desk.members.filter((member) => member !== person);
}

export const goesOnLeave: Event = (town, random) => {
  const person = random.pick(enabled(town));
  if (person === undefined || enabled(town).length < 4) return undefined;
  person.enabled = false;
  return `The account of ${nameOf(person)} is disabled.`;
};

export const isBack: Event = (town, random) => {
  const person = random.pick(employed(town).filter((one) => !one.enabled));
  if (person === undefined) return undefined;
  person.enabled = true;
  return `The account of ${nameOf(person)} is enabled again.`;
};

export const comesBack: Event = (town, random) => {
  const person = random.pick(freedAddresses(town));
  if (person === undefined) return undefined;
  person.employed = true;
  person.enabled = true;
  person.aliases = [];
  return `${nameOf(person)} comes back.`;
};

export const marries: Event = (town, random) => {
  const person = random.pick(employed(town));
  if (person === undefined) return undefined;
  const former = person.address;
  const formerName = nameOf(person);
  person.family = `Married${town.next}`;
  const moves = !random.once(3);
  const keeps = random.once(2);
  if (moves) person.address = `${person.given}.married${town.next++}@${domainOf(former)}`.toLowerCase();
  else town.next++;
  if (moves && keeps) person.aliases = [...person.aliases, former];
  note(person);
  const late = moves ? oneListIsLate(town, person, former) : undefined;
  const address = moves ? `, ${person.address}${keeps ? ` with the alias ${former}` : ""}` : "";
  return `${formerName} becomes ${nameOf(person)}${address}.${late ? ` ${late} still has the former address.` : ""}`;
};

/** Where several lists of a profile have a person, one of them may give the former address until somebody corrects it. */
function oneListIsLate({ books, next }: Town, person: Person, former: string): string | undefined {
  const listing = books.filter((book) => book.type !== "declared" && isListedIn(book, person));
  const isTheirs = (book: Book) => book.kinds.includes("personal") && !hasSlip(book, person);
  const late = listing[next % listing.length];
  const isOneOfSeveral = listing.some((other) => other !== late && other.profile === late?.profile);
  if (late === undefined || !isOneOfSeveral || !isTheirs(late) || next % 3 === 0) return undefined;
  late.slips.push({ type: "wrong", being: person, field: "email", value: former });
  return bookName(late);
}

export const swapAddresses: Event = (town, random) => {
  const one = random.pick(employed(town));
  const isPeer = (person: Person) =>
    person !== one && domainOf(person.address) === domainOf(one?.address ?? "");
  const other = random.pick(employed(town).filter(isPeer));
  if (one === undefined || other === undefined) return undefined;
  [one.address, other.address] = [other.address, one.address];
  note(one);
  note(other);
  return `${nameOf(one)} and ${nameOf(other)} swap addresses.`;
};

export const inheritsAddress: Event = (town, random) => {
  const leaver = random.pick(freedAddresses(town));
  if (leaver === undefined) return undefined;
  const newcomer = join(town);
  newcomer.ever.addresses.clear();
  newcomer.address = leaver.address;
  note(newcomer);
  return `${nameOf(newcomer)} joins with the address of ${nameOf(leaver)}, who left.`;
};

export const succeeds: Event = (town, random) => {
  const leaver = random.pick(freedAddresses(town));
  const heirs: Being[] = random.once(3) ? openDesks(town) : enabled(town);
  const heir = random.pick(
    heirs.filter(({ address }) => domainOf(address) === domainOf(leaver?.address ?? "")),
  );
  if (leaver === undefined || heir === undefined) return undefined;
  heir.aliases = [...heir.aliases, leaver.address];
  note(heir);
  return `${nameOf(heir)} gets the address of ${nameOf(leaver)}, who left, as an alias.`;
};

export const deskSucceeds: Event = (town, random) => {
  const leaver = random.pick(freedAddresses(town));
  if (leaver === undefined) return undefined;
  const members = enabled(town).filter(() => random.once(3));
  const desk = newDesk(town.next++, members, domainOf(leaver.address), leaver.division);
  desk.ever.addresses.clear();
  desk.address = leaver.address;
  note(desk);
  town.desks.push(desk);
  return `${desk.name} opens under the address of ${nameOf(leaver)}, who left.`;
};

export const becomesShared: Event = (town, random) => {
  const person = random.pick(enabled(town));
  if (person === undefined || employed(town).length < 4) return undefined;
  leave(town, person);
  person.shared = true;
  return `${nameOf(person)} leaves, and the mailbox becomes a shared one.`;
};

export const changesKey: Event = (town, random) => {
  const person = random.pick(employed(town));
  if (person === undefined) return undefined;
  person.key = `key-${town.next++}`;
  note(person);
  return `${nameOf(person)} gets a new account key.`;
};

export const changesAliases: Event = (town, random) => {
  const being = random.pick<Being>([...employed(town), ...openDesks(town)]);
  if (being === undefined) return undefined;
  const [first, ...others] = being.aliases;
  if (first !== undefined && random.once(2)) {
    being.aliases = others;
    return `${nameOf(being)} gives up the alias ${first}.`;
  }
  const alias = `alias${town.next++}@${domainOf(being.address)}`;
  being.aliases = [...being.aliases, alias];
  note(being);
  return `${nameOf(being)} gets the alias ${alias}.`;
};

export const movesDivision: Event = (town, random) => {
  const person = random.pick(employed(town).filter(({ division }) => division !== "/"));
  if (person === undefined) return undefined;
  person.division = person.division === "/care" ? "/office" : "/care";
  return `${nameOf(person)} moves to the division ${person.division}.`;
};

export const changesMembers: Event = (town, random) => {
  const desk = random.pick(openDesks(town));
  const person = random.pick(enabled(town));
  if (desk === undefined || person === undefined) return undefined;
  const isIn = desk.members.includes(person);
  desk.members = isIn ? desk.members.filter((member) => member !== person) : [...desk.members, person];
  return `${nameOf(person)} ${isIn ? "no longer works" : "now works"} at ${desk.name}.`;
};

export const opensDesk: Event = (town, random) => {
  const peer = random.pick(enabled(town));
  if (peer === undefined) return undefined;
  const desk = newDesk(town.next++, [peer], domainOf(peer.address), peer.division);
  town.desks.push(desk);
  return `${desk.name} opens with ${nameOf(peer)}.`;
};

export const closesDesk: Event = (town, random) => {
  const desk = random.pick(openDesks(town));
  if (desk === undefined || openDesks(town).length < 2) return undefined;
  desk.employed = false;
  return `${desk.name} closes.`;
};
