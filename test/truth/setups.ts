import type { Quirk } from "../../src/simulator/index.ts";
import { type Book, newBook } from "./books.ts";
import { type Being, type Desk, newDesk, newPerson, type Person } from "./people.ts";
import { Program } from "./program.ts";
import type { Random } from "./random.ts";
import { organizationOf, profileOf, type Town, withMissing } from "./town.ts";
import { Zivver } from "./zivver.ts";

/*
 * The organisations that the days are lived in: which profiles there are, which sources they have, and what is kept between
 * runs. Each is a way in which an administrator could have set zivsync up.
 */

export type Setup = {
  readonly name: string;
  readonly profiles: () => Town["profiles"];
  readonly books: () => Book[];
  readonly state?: "none";
  readonly guards?: "default";
  /** Where the n-th person and desk belong. */
  readonly place?: (n: number) => Place;
  readonly size?: number;
};

type Place = { readonly domain?: string; readonly division?: string };

const LIST = {
  type: "spreadsheet",
  profile: "staff",
  name: "hr",
  kinds: ["personal", "functional"],
  fields: ["email", "id", "fullName", "aliases", "delegates", "accountKey", "active"],
} as const;
const GIT = {
  type: "declared",
  profile: "staff",
  name: "git",
  kinds: ["personal", "functional"],
  fields: ["email", "aliases", "delegates"],
} as const;
const DIVISIONS = ["/care", "/office"];
/** A department lists its own people, wherever their division is written to be. */
const evenOrOdd = (remainder: number) => (being: Being) => being.n % 2 === remainder;
const inDomain = (domain: string) => (being: Being) => being.address.endsWith(`@${domain}`);
const withoutIds = LIST.fields.filter((field) => field !== "id");

export function setupCalled(name: string): Setup {
  const setup = SETUPS.find((one) => one.name === name);
  if (setup === undefined) throw new Error(`There is no organisation "${name}".`);
  return setup;
}

export const SETUPS: readonly Setup[] = [
  { name: "one list", profiles: () => [profileOf("staff")], books: () => [newBook(LIST)] },
  {
    name: "a list, and accounts declared in Git",
    profiles: () => [profileOf("staff")],
    books: () => [newBook(LIST), newBook(GIT)],
  },
  {
    name: "people from a directory, desks from Exchange",
    profiles: () => [
      profileOf("people", { kinds: ["personal"] }),
      profileOf("desks", { kinds: ["functional"] }),
    ],
    books: () => [
      newBook({
        type: "active-directory",
        profile: "people",
        name: "ad",
        kinds: ["personal"],
        fields: ["email", "id", "fullName", "aliases", "accountKey", "active"],
      }),
      newBook({
        type: "exchange-online",
        profile: "desks",
        name: "exchange",
        kinds: ["functional"],
        fields: ["email", "id", "fullName", "aliases", "delegates"],
      }),
    ],
  },
  {
    name: "two profiles by division",
    profiles: () => [
      profileOf("care", { include: [{ divisionUnder: "/care" }] }),
      profileOf("office", { include: [{ divisionUnder: "/office" }] }),
    ],
    books: () =>
      ["care", "office"].map((profile, remainder) =>
        newBook({
          ...LIST,
          profile,
          name: `${profile}-list`,
          fields: [...LIST.fields, "division"],
          lists: evenOrOdd(remainder),
        }),
      ),
    place: (n) => ({ division: DIVISIONS[n % 2] ?? "/" }),
  },
  {
    name: "two lists with ids of their own",
    profiles: () => [profileOf("staff")],
    books: () => [
      newBook({ ...LIST, lists: ({ type, n }) => type === "desk" || n % 4 !== 1 }),
      newBook({
        ...LIST,
        name: "payroll",
        kinds: ["personal"],
        firstId: 7000,
        fields: ["email", "id", "fullName", "accountKey", "active"],
        lists: (being) => being.n % 4 !== 2,
      }),
    ],
  },
  {
    name: "one list without ids",
    profiles: () => [profileOf("staff")],
    books: () => [newBook({ ...LIST, fields: withoutIds })],
  },
  {
    name: "one list, and no state",
    state: "none",
    profiles: () => [profileOf("staff")],
    books: () => [newBook(LIST)],
  },
  {
    name: "a small profile beside a large one, with the default guards",
    guards: "default",
    profiles: () => [
      profileOf("office", { include: [{ domain: "example.org" }] }),
      profileOf("clinic", { include: [{ domain: "example.com" }] }),
    ],
    books: () => [
      newBook({ ...LIST, profile: "office", lists: inDomain("example.org") }),
      newBook({ ...LIST, profile: "clinic", name: "clinic-list", lists: inDomain("example.com") }),
    ],
    place: (n) => ({ domain: n <= 14 ? "example.com" : "example.org" }),
    size: 30,
  },
];

/** An organisation on the day before zivsync comes: some of the accounts are there already, or with `settled` all. */
export function foundTown(
  setup: Setup,
  seed: number,
  random: Random,
  { size = setup.size, settled = false }: { readonly size?: number; readonly settled?: boolean } = {},
): Town {
  const count = size ?? 5 + random.below(8);
  const place = setup.place ?? ((): Place => ({}));
  const people: Person[] = [];
  const desks: Desk[] = [];
  let next = 1;
  for (let at = 0; at < count; at++) {
    const { domain, division } = place(next);
    people.push(newPerson(next++, domain, division));
  }
  for (let at = 0; at < 2; at++) {
    const { domain, division } = place(next);
    const members = people.filter((person) => person.division === (division ?? "/") && random.once(2));
    desks.push(newDesk(next++, members.slice(0, 5), domain, division));
  }
  const town: Town = {
    setup: setup.name,
    people,
    desks,
    books: setup.books(),
    profiles: withMissing(setup.profiles(), !settled && random.once(6) ? "delete" : "suspend"),
    organization: organizationOf(setup.guards === "default" ? {} : { guards: "off" }),
    zivver: new Zivver(seed, quirksOf(random)),
    program: new Program(setup.state !== "none"),
    next,
    links: new Map(),
    knownIds: new Map(),
    lastActive: new Map(),
    given: new Set(),
    appliedLists: new Map(),
    keysGiven: new Set(),
  };
  declareSomething(town);
  const isOld = !random.once(3);
  for (const being of [...people, ...desks])
    if (settled || (isOld && !random.once(5))) town.zivver.settle(being);
  return town;
}

function declareSomething({ books, desks, people }: Town): void {
  const [desk] = desks;
  const git = books.find(({ type }) => type === "declared");
  if (git && desk) git.declared.set(desk, { delegates: people.slice(-1) });
}

function quirksOf(random: Random): Partial<Record<Quirk, boolean>> {
  return {
    "rename-reaches-delegates": random.once(2),
    "delegates-must-exist": random.once(3),
    "delete-leaves-member-ids": random.once(3),
    "put-erases-extension": !random.once(3),
  };
}
