import { leave } from "./events.ts";
import { newPerson, note } from "./people.ts";
import {
  bookOf,
  deskOf,
  mixUp,
  ONE_LIST,
  putOutOfScope,
  type Script,
  someone,
  staff,
  swap,
} from "./scripted.ts";
import { type Town, withMissing } from "./town.ts";

/** Days on which somebody could get in, and days on which apply and revert meet what others did meanwhile. */

/** The first two people have each other's address from today on; the first works at the desk. */
function swapFirstTwo(town: Town): void {
  swap(someone(town, 0), someone(town, 1));
}
const atTheDesk = (town: Town) => staff(town, someone(town, 0), someone(town, 2));

export const ACCESS: readonly Script[] = [
  {
    name: "a member's row waits, and somebody else has that address today",
    law: 4,
    setup: ONE_LIST,
    first: atTheDesk,
    days: [
      (town) => {
        swapFirstTwo(town);
        bookOf(town).slips.push({ type: "disordered", being: someone(town, 0) });
      },
    ],
  },
  {
    name: "a row has the address of a member whose own row has a colleague's",
    law: 4,
    setup: ONE_LIST,
    first: atTheDesk,
    days: [
      (town) => {
        const [member, colleague, other] = [someone(town, 0), someone(town, 1), someone(town, 3)];
        mixUp(town, member, colleague, "email", colleague.address);
        const value = member.address;
        bookOf(town).slips.push({ type: "wrong", being: other, field: "email", value });
      },
    ],
  },
  {
    name: "a member is disabled, and somebody else has that address today",
    law: 4,
    setup: ONE_LIST,
    first: atTheDesk,
    days: [
      (town) => {
        swapFirstTwo(town);
        someone(town, 0).enabled = false;
      },
    ],
  },
  {
    name: "a member's row is out of scope, and somebody else has that address today",
    law: 4,
    setup: ONE_LIST,
    first: atTheDesk,
    days: [
      (town) => {
        putOutOfScope(town, someone(town, 1).address);
        swapFirstTwo(town);
      },
    ],
  },
  {
    name: "the desk alone is planned on the day of a swap",
    law: 4,
    setup: ONE_LIST,
    first: atTheDesk,
    days: [
      (town) => {
        swapFirstTwo(town);
        return { wish: { only: deskOf(town).address } };
      },
    ],
  },
  {
    name: "the profile of desks alone is planned on the day of a swap",
    law: 4,
    setup: "people from a directory, desks from Exchange",
    first: atTheDesk,
    days: [
      (town) => {
        swapFirstTwo(town);
        return { wish: { profiles: ["desks"] } };
      },
    ],
  },
  {
    name: "a member's new address is still a leaver's, and a newcomer has the old one",
    law: 4,
    setup: ONE_LIST,
    first: atTheDesk,
    days: [
      (town) => leave(town, someone(town, 3)),
      (town) => {
        const member = someone(town, 0);
        const was = member.address;
        member.address = someone(town, 3).address;
        note(member);
        const newcomer = newPerson(town.next++);
        newcomer.ever.addresses.clear();
        newcomer.address = was;
        note(newcomer);
        town.people.push(newcomer);
      },
    ],
  },
  {
    name: "a revert after addresses went back sends a colleague's key",
    law: 5,
    setup: ONE_LIST,
    days: [
      (town) => {
        swapFirstTwo(town);
        for (const n of [0, 1]) {
          someone(town, n).aliases = [`more${n}@example.org`];
          note(someone(town, n));
        }
        return {
          reverts: true,
          meanwhile: (here) => {
            swapFirstTwo(here);
            return ["The addresses are swapped back in the list."];
          },
        };
      },
    ],
  },
  {
    name: "a revert readmits a member who was put out by hand since",
    law: 11,
    setup: ONE_LIST,
    first: atTheDesk,
    days: [
      (town) => {
        staff(town, someone(town, 0), someone(town, 2), someone(town, 4));
        return {
          reverts: true,
          meanwhile: ({ zivver, desks }) => {
            const account = desks[0] && zivver.accountOf(desks[0]);
            const member = zivver.accountOf(someone(town, 2));
            if (account && member) zivver.putOut(account.id, member.id);
            return ["A member is put out of the desk by hand."];
          },
        };
      },
    ],
  },
  {
    name: "a resumed apply deletes an account that was edited before its turn",
    law: 10,
    setup: ONE_LIST,
    first: (town) => {
      town.profiles = withMissing(town.profiles, "delete");
    },
    days: [
      (town) => {
        for (const n of [0, 1]) leave(town, someone(town, n));
        return {
          kill: { at: 3, done: false },
          meanwhile: ({ zivver, people }) => {
            for (const person of people) {
              const account = zivver.accountOf(person);
              if (account && !person.employed) zivver.edit(account.id, { active: !account.active });
            }
            return ["The leavers who are there still are suspended by hand."];
          },
        };
      },
    ],
  },
  {
    name: "the name of a new member goes to somebody else before a resumed apply",
    law: 4,
    setup: ONE_LIST,
    first: (town) => staff(town, someone(town, 2)),
    days: [
      (town) => {
        staff(town, someone(town, 0), someone(town, 2));
        return {
          kill: { at: 1, done: false },
          meanwhile: ({ zivver }) => {
            const [one, other] = [zivver.accountOf(someone(town, 0)), zivver.accountOf(someone(town, 1))];
            if (one && other) zivver.swapAddresses(one.id, other.id);
            return ["Two accounts swap addresses by hand."];
          },
        };
      },
    ],
  },
];
