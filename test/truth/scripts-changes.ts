import { leave } from "./events.ts";
import { note } from "./people.ts";
import { bookOf, deskOf, hire, ONE_LIST, type Script, someone, staff, swap } from "./scripted.ts";
import type { Town } from "./town.ts";

/** Days of larger changes: other profiles, other lists, and ids that are lost on the day on which something else happens. */

const TWO_PROFILES = "two profiles by division";
/** No list of members names the first two people, so that a warning about it says nothing of them. */
function worksNowhere(town: Town): void {
  for (const desk of town.desks) desk.members = [someone(town, 2)];
}
const TWO_LISTS = "two lists with ids of their own";

export const CHANGES: readonly Script[] = [
  {
    name: "two desks swap addresses on the day on which the list loses its ids",
    law: 4,
    setup: ONE_LIST,
    first: (town) => {
      staff(town, someone(town, 0), someone(town, 1));
      deskOf(town, 1).members = [someone(town, 2), someone(town, 3)];
    },
    days: [
      (town) => {
        const [one, other] = [deskOf(town), deskOf(town, 1)];
        [one.address, other.address] = [other.address, one.address];
        note(one);
        note(other);
        bookOf(town).lost.add("id");
      },
    ],
  },
  {
    name: "two people swap addresses on the day on which the first of two lists loses its ids",
    law: 3,
    setup: TWO_LISTS,
    days: [
      (town) => {
        swap(someone(town, 1), someone(town, 2));
        bookOf(town).lost.add("id");
      },
    ],
  },
  {
    name: "somebody goes to the list of another profile, and is disabled there",
    law: 8,
    setup: TWO_PROFILES,
    first: worksNowhere,
    days: [
      (town) => {
        const person = someone(town, 1);
        person.enabled = false;
        for (const book of town.books) book.moved.set(person, !book.lists(person));
      },
    ],
  },
  {
    name: "somebody new in another profile has a leaver's address, and the leaver's list is empty",
    law: 8,
    setup: TWO_PROFILES,
    days: [
      (town) => {
        const leaver = someone(town, 1);
        leave(town, leaver);
        const own = town.books.find((book) => book.lists(leaver));
        own?.emptied.add("personal");
        if (town.next % 2 === leaver.n % 2) town.next++;
        hire(town, leaver.address).division = leaver.division === "/care" ? "/office" : "/care";
      },
    ],
  },
  {
    name: "a row out of order has a leaver's address and a former one as aliases, and there is no state",
    law: 8,
    setup: "one list, and no state",
    first: worksNowhere,
    days: [
      (town) => {
        const [heir, leaver] = [someone(town, 0), someone(town, 1)];
        leave(town, leaver);
        heir.aliases = [heir.address, leaver.address];
        heir.address = `new.${heir.address}`;
        note(heir);
        bookOf(town).slips.push({ type: "disordered", being: heir });
      },
    ],
  },
];
