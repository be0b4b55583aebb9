import { idIn } from "./books.ts";
import { leave } from "./events.ts";
import { note } from "./people.ts";
import { bookOf, hire, mixUp, ONE_LIST, rename, type Script, someone, staff } from "./scripted.ts";
import type { Town } from "./town.ts";

/** Nobody needs an account key, so a key that two records give holds no second account back. */
function withPasswords(town: Town): void {
  town.organization = { ...town.organization, loginMethod: "password" };
}

/** The third person, whom both lists have, gets another name and address; one of the lists still has the former address. */
function marryLate(town: Town, late: number): void {
  const being = someone(town, 2);
  const value = being.address;
  rename(being, "Married", "dirk.married@example.org");
  bookOf(town, late).slips.push({ type: "wrong", being, field: "email", value });
}

/** Days on which rows are mixed up: whose row it is, and whose account. */
export const IDENTITY: readonly Script[] = [
  {
    name: "the second of two lists gives a new address first, and the first one on the next day",
    law: 1,
    setup: "two lists with ids of their own",
    first: withPasswords,
    days: [(town) => marryLate(town, 0), (town) => void bookOf(town).slips.splice(0)],
  },
  {
    name: "the first of two lists gives a new address first, and the second one on the next day",
    law: 1,
    setup: "two lists with ids of their own",
    first: withPasswords,
    days: [(town) => marryLate(town, 1), (town) => void bookOf(town, 1).slips.splice(0)],
  },
  {
    name: "a newcomer gets a leaver's id, on the day on which the leaver goes",
    law: 3,
    setup: ONE_LIST,
    days: [
      (town) => {
        leave(town, someone(town, 0));
        bookOf(town).passedOn.set(hire(town), someone(town, 0));
      },
    ],
  },
  {
    name: "a successor gets a leaver's id, address as an alias, and desk",
    law: 3,
    setup: ONE_LIST,
    days: [
      (town) => {
        const leaver = someone(town, 0);
        leave(town, leaver);
        const heir = hire(town);
        bookOf(town).passedOn.set(heir, leaver);
        heir.aliases = [leaver.address];
        note(heir);
        staff(town, heir, someone(town, 1));
      },
    ],
  },
  {
    name: "a newcomer's row has a colleague's address, and the colleague's own row is there",
    law: 2,
    setup: ONE_LIST,
    days: [
      (town) => {
        const newcomer = hire(town);
        town.people.unshift(...town.people.splice(-1));
        const colleague = someone(town, 2);
        mixUp(town, newcomer, colleague, "email", colleague.address);
      },
    ],
  },
  {
    name: "a newcomer's row, which comes first, has the address of a colleague",
    law: 2,
    setup: ONE_LIST,
    days: [
      (town) => {
        const newcomer = hire(town);
        // Rows come in the order of their names.
        newcomer.given = "Aad";
        mixUp(town, newcomer, someone(town, 2), "email", someone(town, 2).address);
      },
    ],
  },
  {
    name: "a colleague's address is typed into somebody's cell",
    law: 2,
    setup: ONE_LIST,
    days: [(town) => mixUp(town, someone(town, 0), someone(town, 1), "email", someone(town, 1).address)],
  },
  {
    name: "two lists, and a colleague's address in one of them",
    law: 2,
    setup: "two lists with ids of their own",
    days: [(town) => mixUp(town, someone(town, 1), someone(town, 2), "email", someone(town, 2).address)],
  },
  {
    name: "a newcomer's row in one list has the address of a colleague who is in both",
    law: 2,
    setup: "two lists with ids of their own",
    days: [
      (town) => {
        while (town.next % 4 !== 1) town.next++;
        const [newcomer, colleague] = [hire(town), someone(town, 2)];
        const [, payroll] = town.books;
        const slip = { type: "wrong", being: newcomer, field: "email", value: colleague.address } as const;
        payroll?.slips.push({ ...slip, from: colleague });
      },
    ],
  },
  {
    name: "a row has the id of a newcomer, and is corrected the day after",
    law: 3,
    setup: ONE_LIST,
    days: [
      (town) => {
        const newcomer = hire(town);
        mixUp(town, someone(town, 0), newcomer, "id", idIn(bookOf(town), newcomer));
      },
      (town) => {
        bookOf(town).slips = [];
      },
    ],
  },
  {
    name: "a row has the id of a colleague who gets a new address",
    law: 2,
    setup: ONE_LIST,
    days: [
      (town) => {
        const colleague = someone(town, 1);
        rename(colleague, "Married", "married@example.org");
        mixUp(town, someone(town, 0), colleague, "id", idIn(bookOf(town), colleague));
      },
    ],
  },
  {
    name: "ids lose their leading zeros on the day of a marriage",
    law: 2,
    setup: ONE_LIST,
    days: [
      (town) => {
        bookOf(town).renumbered = true;
        rename(someone(town, 0), "Married");
      },
    ],
  },
  {
    name: "an id cannot be read on the day of a new address",
    law: 2,
    setup: ONE_LIST,
    days: [
      (town) => {
        const person = someone(town, 0);
        rename(person, "Married", "married@example.org");
        bookOf(town).slips.push({ type: "unreadable", being: person, field: "id" });
      },
    ],
  },
  {
    name: "an id is mangled on the day of a new address, and the old one is an alias",
    law: 2,
    setup: ONE_LIST,
    days: [
      (town) => {
        const person = someone(town, 0);
        person.aliases = [person.address];
        rename(person, "Married", "married@example.org");
        bookOf(town).slips.push({ type: "wrong", being: person, field: "id", value: "1.2E+03" });
      },
    ],
  },
  {
    name: "a row has the key of a colleague whose row is unread",
    law: 5,
    setup: ONE_LIST,
    days: [
      (town) => {
        mixUp(town, someone(town, 0), someone(town, 5), "accountKey", someone(town, 5).key);
        bookOf(town).reading = "half";
      },
    ],
  },
  {
    name: "a row has the address of a colleague whose account was deleted, and whose own address cannot be read",
    law: 4,
    setup: ONE_LIST,
    days: [
      (town) => {
        const colleague = someone(town, 1);
        staff(town, colleague, someone(town, 2));
      },
      (town) => {
        const colleague = someone(town, 1);
        const account = town.zivver.accountOf(colleague);
        if (account) town.zivver.delete(account.id);
        mixUp(town, someone(town, 0), colleague, "email", colleague.address);
        bookOf(town).slips.push({ type: "unreadable", being: colleague, field: "email" });
      },
    ],
  },
];
