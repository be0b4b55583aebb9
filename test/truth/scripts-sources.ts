import { leave } from "./events.ts";
import { note } from "./people.ts";
import { bookOf, deskOf, ONE_LIST, rename, type Script, someone, staff, swap } from "./scripted.ts";
import { organizationOf, withMissing } from "./town.ts";

/** Days on which a source says less than it did, and days that are large. */

const BESIDE = "a small profile beside a large one, with the default guards";
const IN_GIT = "a list, and accounts declared in Git";

export const SOURCES: readonly Script[] = [
  {
    name: "the list has no table of desks any more",
    law: 2,
    setup: ONE_LIST,
    days: [(town) => void bookOf(town).silent.add("functional")],
  },
  {
    name: "the list has no table of desks, and what is missing is deleted",
    law: 2,
    setup: ONE_LIST,
    first: (town) => {
      town.profiles = withMissing(town.profiles, "delete");
    },
    days: [(town) => void bookOf(town).silent.add("functional")],
  },
  {
    name: "the list has no table of desks any more, and Git adds to one of them",
    law: 2,
    setup: IN_GIT,
    days: [(town) => void bookOf(town).silent.add("functional")],
  },
  {
    name: "the list has no table of desks any more, and Git adds a member to one of them",
    law: 7,
    setup: IN_GIT,
    first: (town) => staff(town, someone(town, 0)),
    days: [
      (town) => void bookOf(town).silent.add("functional"),
      (town) => void bookOf(town, 1).declared.set(deskOf(town), { delegates: [someone(town, 3)] }),
    ],
  },
  {
    name: "the aliases of somebody cannot be read on the day of a swap of addresses, and there are no ids",
    law: 6,
    setup: "one list without ids",
    first: (town) => {
      someone(town, 0).aliases = ["alias@example.org"];
      note(someone(town, 0));
    },
    days: [
      (town) => {
        const being = someone(town, 0);
        swap(being, someone(town, 1));
        bookOf(town).slips.push({ type: "unreadable", being, field: "aliases" });
      },
    ],
  },
  {
    name: "one of two lists has an empty table of people",
    law: 2,
    setup: "two lists with ids of their own",
    days: [(town) => void bookOf(town).emptied.add("personal")],
  },
  {
    name: "the table of people is empty",
    law: 2,
    setup: ONE_LIST,
    days: [(town) => void bookOf(town).emptied.add("personal")],
  },
  {
    name: "the table of desks is empty, and somebody leaves",
    law: 2,
    setup: ONE_LIST,
    days: [
      (town) => {
        bookOf(town).emptied.add("functional");
        leave(town, someone(town, 0));
      },
    ],
  },
  {
    name: "half of the people are read",
    law: 2,
    setup: ONE_LIST,
    days: [
      (town) => {
        bookOf(town).reading = "half of personal";
      },
    ],
  },
  {
    name: "the column Active is lost after somebody was disabled",
    law: 6,
    setup: ONE_LIST,
    days: [
      (town) => {
        someone(town, 0).enabled = false;
      },
      (town) => void bookOf(town).lost.add("active"),
    ],
  },
  {
    name: "the column Aliases is lost",
    law: 6,
    setup: ONE_LIST,
    first: (town) => {
      someone(town, 0).aliases = ["more@example.org"];
      note(someone(town, 0));
    },
    days: [(town) => void bookOf(town).lost.add("aliases")],
  },
  {
    name: "the column Id is lost",
    law: 6,
    setup: ONE_LIST,
    days: [(town) => void bookOf(town).lost.add("id")],
  },
  {
    name: "delegates that were declared in Git are removed there",
    law: 6,
    setup: IN_GIT,
    first: (town) => {
      const [, git] = town.books;
      git?.declared.set(someone(town, 0), { delegates: [someone(town, 1)] });
    },
    days: [(town) => void bookOf(town, 1).declared.delete(someone(town, 0))],
  },
  {
    name: "aliases that were declared in Git for a desk are removed there, and the list has none",
    law: 6,
    setup: IN_GIT,
    first: (town) => {
      bookOf(town).lost.add("aliases");
      deskOf(town, 1).ever.addresses.add("reception@example.org");
      bookOf(town, 1).declared.set(deskOf(town, 1), { aliases: ["reception@example.org"] });
    },
    days: [(town) => void bookOf(town, 1).declared.delete(deskOf(town, 1))],
  },
  {
    name: "13 of the 14 people of a small profile are disabled, beside a large one",
    law: 9,
    setup: BESIDE,
    size: 300,
    days: [
      (town) => {
        for (const person of town.people.slice(1, 14)) person.enabled = false;
      },
    ],
  },
  {
    name: "13 of the 14 people of a small profile are reactivated, beside a large one",
    law: 9,
    setup: BESIDE,
    size: 300,
    days: [
      ({ people, zivver }) => {
        for (const person of people.slice(1, 14)) {
          const account = zivver.accountOf(person);
          if (account) zivver.edit(account.id, { active: false });
        }
      },
    ],
  },
  {
    name: "the first plan suspends an administrator, and nobody is protected",
    law: 9,
    setup: ONE_LIST,
    first: (town) => {
      town.organization = { ...organizationOf({ guards: "off" }), protected: [], protectsNobody: true };
      leave(town, someone(town, 0));
    },
    days: [],
  },
  {
    name: "a swap of addresses, and one of the two is planned alone by the new address",
    law: 13,
    setup: ONE_LIST,
    days: [
      (town) => {
        swap(someone(town, 0), someone(town, 1));
        return { wish: { only: someone(town, 0).address } };
      },
    ],
  },
  {
    name: "a desk alone is planned on the day when its member gets a new address",
    law: 13,
    setup: ONE_LIST,
    first: (town) => staff(town, someone(town, 1)),
    days: [
      (town) => {
        rename(someone(town, 0), "Married", "married@example.org");
        staff(town, someone(town, 0), someone(town, 1));
        return { wish: { only: deskOf(town).address } };
      },
    ],
  },
];
