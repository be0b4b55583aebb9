import type { Kind, RecordField } from "../../src/index.ts";
import {
  type Book,
  bookName,
  hasSlip,
  idIn,
  isListedIn,
  type Slip,
  type SlipField,
  slipOf,
} from "./books.ts";
import { domainOf, type Event, employed } from "./events.ts";
import { type Being, nameOf, type Person } from "./people.ts";
import type { Random } from "./random.ts";
import { beingsOf, type Town } from "./town.ts";

/*
 * What goes wrong in sources. A mishap is such that the truth can still be told from what sources say, or that an
 * administrator must be asked: the colleague whose value is in the wrong row always has a row of their own.
 */

const lists = (town: Town): Book[] => town.books.filter(({ type }) => type !== "declared");

function someRow(town: Town, random: Random): { book: Book; person: Person } | undefined {
  const book = random.pick(lists(town).filter(({ kinds }) => kinds.includes("personal")));
  const person = random.pick(
    employed(town).filter((one) => book && isListedIn(book, one) && !hasSlip(book, one)),
  );
  return book && person ? { book, person } : undefined;
}

function writtenFor(book: Book, person: Person, field: SlipField): string {
  if (field === "email") return person.address;
  if (field === "id") return idIn(book, person);
  return field === "accountKey" ? person.key : nameOf(person);
}

const isLinked = ({ zivver, links }: Town, person: Person): boolean =>
  links.has(zivver.accountOf(person)?.id ?? "");

export const rowsMixedUp: Event = (town, random) => {
  const chosen = someRow(town, random);
  const field = random.pick<SlipField>(["email", "email", "id", "accountKey"]);
  if (chosen === undefined || field === undefined) return undefined;
  const { book, person } = chosen;
  const colleagues = employed(town).filter(
    (one) => one !== person && isListedIn(book, one) && !hasSlip(book, one),
  );
  const from = random.pick(colleagues);
  if (from === undefined || !book.fields.includes(field)) return undefined;
  // Records of two lists are joined by address as long as no link shows that they are two people.
  const isJoined = lists(town).filter(({ profile }) => profile === book.profile).length > 1;
  if (field === "email" && isJoined && ![person, from].every((one) => isLinked(town, one))) return undefined;
  book.slips.push({ type: "wrong", being: person, field, value: writtenFor(book, from, field), from });
  return `In ${bookName(book)} the row of ${nameOf(person)} gets the ${field} of ${nameOf(from)}.`;
};

export const addressMistyped: Event = (town, random) => {
  const chosen = someRow(town, random);
  if (chosen === undefined) return undefined;
  const { book, person } = chosen;
  const value = `typo${town.next++}@${domainOf(person.address)}`;
  person.ever.addresses.add(value);
  book.slips.push({ type: "wrong", being: person, field: "email", value });
  return `In ${bookName(book)} the address of ${nameOf(person)} is mistyped: ${value}.`;
};

export const idMangled: Event = (town, random) => {
  const chosen = someRow(town, random);
  if (chosen === undefined || !chosen.book.fields.includes("id")) return undefined;
  const { book, person } = chosen;
  book.slips.push({
    type: "wrong",
    being: person,
    field: "id",
    value: idIn(book, person).replace(/^0+/, "x"),
  });
  return `In ${bookName(book)} the id of ${nameOf(person)} is mangled.`;
};

export const cellUnreadable: Event = (town, random) => {
  const chosen = someRow(town, random);
  const field = random.pick<RecordField>([
    "email",
    "id",
    "aliases",
    "aliases",
    "accountKey",
    "active",
    "fullName",
  ]);
  if (chosen === undefined || field === undefined || !chosen.book.fields.includes(field)) return undefined;
  chosen.book.slips.push({ type: "unreadable", being: chosen.person, field });
  return `In ${bookName(chosen.book)} the ${field} of ${nameOf(chosen.person)} cannot be read.`;
};

export const rowDoubtful: Event = (town, random) => {
  const chosen = someRow(town, random);
  if (chosen === undefined) return undefined;
  const type = random.pick(["disordered", "twice"] as const) ?? "twice";
  chosen.book.slips.push({ type, being: chosen.person });
  return `In ${bookName(chosen.book)} the row of ${nameOf(chosen.person)} is ${type === "twice" ? "there twice" : "out of order"}.`;
};

export const corrected: Event = (town, random) => {
  const book = random.pick(town.books.filter(({ slips }) => slips.length > 0));
  if (book === undefined) return undefined;
  book.slips = [];
  return `All rows of ${bookName(book)} are corrected.`;
};

/** Mistakes in the rows of those who are gone go with them, and so does a value that the colleague's own row has no more. */
export function dropStaleSlips(town: Town): void {
  for (const book of town.books) {
    const isStale = (slip: Slip) => {
      if (!slip.being.employed) return true;
      if (slip.type !== "wrong" || slip.from === undefined) return false;
      const { from, field, value } = slip;
      const own =
        slipOf(book, from, field)?.value ?? (from.type === "person" && writtenFor(book, from, field));
      return !from.employed || own !== value;
    };
    book.slips = book.slips.filter((slip) => !isStale(slip));
  }
}

const LOSABLE: readonly RecordField[] = ["active", "active", "aliases", "delegates", "id", "accountKey"];

export const columnLost: Event = (town, random) => {
  const book = random.pick(lists(town));
  const field = random.pick(LOSABLE.filter((one) => book?.fields.includes(one) && !book.lost.has(one)));
  if (book === undefined || field === undefined) return undefined;
  book.lost.add(field);
  return `${bookName(book)} loses its column ${field}.`;
};

export const columnsBack: Event = (town, random) => {
  const book = random.pick(town.books.filter(({ lost }) => lost.size > 0));
  if (book === undefined) return undefined;
  book.lost.clear();
  return `${bookName(book)} has all its columns again.`;
};

export const idsRenumbered: Event = (town, random) => {
  const book = random.pick(lists(town).filter(({ fields }) => fields.includes("id")));
  if (book === undefined) return undefined;
  book.renumbered = !book.renumbered;
  book.slips = book.slips.filter((slip) => slip.type !== "wrong" || slip.field !== "id");
  return `The ids in ${bookName(book)} ${book.renumbered ? "lose their leading zeros" : "have their leading zeros again"}.`;
};

export const tableGone: Event = (town, random) => {
  const book = random.pick(lists(town));
  const kind = random.pick<Kind>(book?.kinds ?? []);
  if (book === undefined || kind === undefined) return undefined;
  const set = random.once(2) ? book.silent : book.emptied;
  set.add(kind);
  return `${bookName(book)} ${set === book.silent ? "no longer has a table of" : "has an empty table of"} ${kind} accounts.`;
};

export const tablesBack: Event = (town, random) => {
  const book = random.pick(town.books.filter(({ silent, emptied }) => silent.size + emptied.size > 0));
  if (book === undefined) return undefined;
  book.silent.clear();
  book.emptied.clear();
  return `${bookName(book)} has all its tables again.`;
};

/** Lasts a day. */
export const readingCutShort: Event = (town, random) => {
  const book = random.pick(lists(town));
  const halves = (book?.kinds ?? []).map((kind) => `half of ${kind}` as const);
  const how = random.pick<Book["reading"]>(["half", ...halves, "nothing"]);
  if (book === undefined || how === undefined) return undefined;
  book.reading = how;
  return `Only ${how} of ${bookName(book)} can be read today.`;
};

export const sourceRenamed: Event = (town, random) => {
  const book = random.pick(town.books);
  if (book === undefined) return undefined;
  const was = bookName(book);
  book.name = `${book.name.replace(/-\d+$/, "")}-${town.next++}`;
  return `The source ${was} is called ${book.name} now.`;
};

export const profileRenamed: Event = (town, random) => {
  const policy = random.pick(town.profiles);
  if (policy === undefined) return undefined;
  const name = `${policy.name.replace(/-\d+$/, "")}-${town.next++}`;
  town.profiles = town.profiles.map((one) => (one === policy ? { ...one, name } : one));
  for (const book of town.books) if (book.profile === policy.name) book.profile = name;
  return `The profile ${policy.name} is called ${name} now.`;
};

export const declaredInGit: Event = (town, random) => {
  const book = town.books.find(({ type }) => type === "declared");
  const being = random.pick<Being>(beingsOf(town).filter((one) => one.employed));
  if (book === undefined || being === undefined) return undefined;
  if (book.declared.has(being) && book.declared.size > 1) {
    book.declared.delete(being);
    return `${nameOf(being)} is declared in Git no longer.`;
  }
  const friend = random.pick(employed(town).filter((one) => one !== being && one.enabled));
  if (friend === undefined) return undefined;
  book.declared.set(being, { delegates: [friend] });
  return `Git declares ${nameOf(friend)} as a delegate of ${nameOf(being)}.`;
};
