import { leave } from "./events.ts";
import { note } from "./people.ts";
import {
  bookOf,
  deskOf,
  hire,
  mixUp,
  ONE_LIST,
  putOutOfScope,
  rename,
  type Script,
  someone,
  staff,
  swap,
} from "./scripted.ts";
import type { Town } from "./town.ts";

/** Days on which people leave, succeed each other and marry. */

/** The first person leaves on the first day; on the second, somebody new has the address. */
const reusedAfter = (between: (town: Town) => void): Script["days"] => [
  (town) => leave(town, someone(town, 0)),
  (town) => {
    between(town);
    hire(town, someone(town, 0).address);
  },
];

export const PEOPLE: readonly Script[] = [
  {
    name: "a newcomer gets a leaver's address after the source was renamed",
    law: 3,
    setup: ONE_LIST,
    days: reusedAfter((town) => {
      bookOf(town).name = "personnel";
    }),
  },
  {
    name: "a newcomer gets a leaver's address after the profile was renamed",
    law: 3,
    setup: ONE_LIST,
    days: reusedAfter((town) => {
      town.profiles = town.profiles.map((policy) => ({ ...policy, name: "everybody" }));
      bookOf(town).profile = "everybody";
    }),
  },
  {
    name: "a newcomer gets a leaver's address, and nothing was ever linked",
    law: 3,
    setup: "one list without ids",
    days: reusedAfter(() => {}),
  },
  {
    name: "a newcomer gets a leaver's address, and there is no state",
    law: 3,
    setup: "one list, and no state",
    days: reusedAfter(() => {}),
  },
  {
    name: "a new successor has a leaver's address as an alias, and there is no state",
    law: 3,
    setup: "one list, and no state",
    days: [
      (town) => {
        leave(town, someone(town, 0));
        const heir = hire(town);
        heir.aliases = [someone(town, 0).address];
        note(heir);
      },
    ],
  },
  {
    name: "a successor has a leaver's address as an alias, and the leaver stays active",
    law: 8,
    setup: ONE_LIST,
    days: [
      (town) => {
        leave(town, someone(town, 0));
        const heir = someone(town, 1);
        heir.aliases = [someone(town, 0).address];
        note(heir);
        bookOf(town).slips.push({ type: "unreadable", being: heir, field: "accountKey" });
      },
    ],
  },
  {
    name: "a newcomer has the alias of somebody whom a half-read source does not show",
    law: 3,
    setup: "one list, and no state",
    size: 8,
    days: [
      // Every other row is read: the newcomer's, in the ninth place, and not that of the second person.
      (town) => {
        const heir = hire(town);
        heir.given = someone(town, 1).given;
        heir.aliases = [someone(town, 1).address];
        note(heir);
        bookOf(town).reading = "half";
      },
    ],
  },
  {
    name: "a personal mailbox becomes a shared one",
    law: 8,
    setup: ONE_LIST,
    days: [
      (town) => {
        leave(town, someone(town, 0));
        someone(town, 0).shared = true;
      },
    ],
  },
  {
    name: "a mailbox becomes a shared one, whose address is somebody's of another profile since the profile was renamed",
    law: 8,
    setup: "two profiles by division",
    days: [
      (town) => {
        const [leaver, other] = [someone(town, 1), someone(town, 2)];
        swap(leaver, other);
        town.profiles = town.profiles.map((policy) =>
          policy.name === "care" ? { ...policy, name: "nursing" } : policy,
        );
        for (const book of town.books) if (book.profile === "care") book.profile = "nursing";
      },
      (town) => {
        leave(town, someone(town, 1));
        someone(town, 1).shared = true;
        return { wish: { profiles: ["nursing"] } };
      },
    ],
  },
  {
    name: "a disabled user is read as a shared mailbox by another profile",
    law: 8,
    setup: "people from a directory, desks from Exchange",
    days: [
      (town) => {
        leave(town, someone(town, 0));
        someone(town, 0).shared = true;
      },
    ],
  },
  {
    name: "an alias cannot be read in the row that disables a person",
    law: 7,
    setup: ONE_LIST,
    days: [
      (town) => {
        someone(town, 0).enabled = false;
        bookOf(town).slips.push({ type: "unreadable", being: someone(town, 0), field: "aliases" });
      },
    ],
  },
  {
    name: "a desk takes over a leaver's address, and another member goes",
    law: 8,
    setup: ONE_LIST,
    first: (town) => {
      const [a, b, c] = [someone(town, 1), someone(town, 2), someone(town, 3)];
      staff(town, a, b, c);
    },
    days: [
      (town) => {
        const leaver = someone(town, 0);
        leave(town, leaver);
        const desk = deskOf(town);
        desk.aliases = [leaver.address];
        note(desk);
        staff(town, someone(town, 1), someone(town, 2));
      },
    ],
  },
  {
    name: "a division takes a person out of their own profile",
    law: 2,
    setup: "two profiles by division",
    days: [
      (town) => {
        const person = someone(town, 0);
        person.division = person.division === "/care" ? "/office" : "/care";
      },
    ],
  },
  {
    name: "the account key of a colleague who is out of the profile's scope is in somebody's row",
    law: 5,
    setup: ONE_LIST,
    days: [
      (town) => putOutOfScope(town, someone(town, 4).address),
      (town) => mixUp(town, someone(town, 2), someone(town, 4), "accountKey", someone(town, 4).key),
    ],
  },
  {
    name: "no source gives account keys, and two people swap addresses",
    law: 5,
    setup: ONE_LIST,
    days: [
      (town) => {
        bookOf(town).lost.add("accountKey");
        swap(someone(town, 0), someone(town, 1));
      },
    ],
  },
  {
    name: "no source gives an account key, and somebody marries",
    law: 7,
    setup: ONE_LIST,
    days: [
      (town) => {
        bookOf(town).lost.add("accountKey");
        rename(someone(town, 0), "Married");
      },
    ],
  },
];
