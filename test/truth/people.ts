/*
 * The truth: people and desks (shared mailboxes), whatever any source says of them. A person stays the same person under
 * every name, address, id and account key.
 */

export type Person = {
  readonly type: "person";
  readonly n: number;
  given: string;
  family: string;
  address: string;
  /** Further addresses that are theirs today. */
  aliases: string[];
  key: string;
  division: string;
  /** False once the person has left. */
  employed: boolean;
  /** False while an employed person is on leave: the sources call the account disabled. */
  enabled: boolean;
  /** Has left, and the mailbox became a shared one. */
  shared: boolean;
  readonly ever: Ever;
};

export type Desk = {
  readonly type: "desk";
  readonly n: number;
  name: string;
  address: string;
  aliases: string[];
  division: string;
  /** Those who are to open it. */
  members: Person[];
  employed: boolean;
  readonly ever: Ever;
};

export type Being = Person | Desk;

/** Everything that was ever theirs, as truth or as a source said it of them alone. */
export type Ever = {
  readonly names: Set<string>;
  readonly addresses: Set<string>;
  readonly keys: Set<string>;
};

const GIVEN = "Ada Bo Cy Dirk Eva Finn Gus Hana Ivo Jet Kim Lena Max Nils Oda Piet Quin Roos Stan Tess".split(
  " ",
);
const FAMILY = "Berg Visser Smit Mulder Bakker Vos Dekker Kok".split(" ");

export function newPerson(n: number, domain = "example.org", division = "/"): Person {
  const given = GIVEN[n % GIVEN.length] ?? "";
  const family = `${FAMILY[n % FAMILY.length]}${n}`;
  const person: Person = {
    type: "person",
    n,
    given,
    family,
    address: `${given}.${family}@${domain}`.toLowerCase(),
    aliases: [],
    key: `key-${n}`,
    division,
    employed: true,
    enabled: true,
    shared: false,
    ever: { names: new Set(), addresses: new Set(), keys: new Set() },
  };
  note(person);
  return person;
}

export function newDesk(n: number, members: Person[], domain = "example.org", division = "/"): Desk {
  const desk: Desk = {
    type: "desk",
    n,
    name: `Desk ${n}`,
    address: `desk${n}@${domain}`,
    aliases: [],
    division,
    members,
    employed: true,
    ever: { names: new Set(), addresses: new Set(), keys: new Set() },
  };
  note(desk);
  return desk;
}

/** Keeps what a being is called today among what it ever was. Call it after every change. */
export function note(being: Being): void {
  being.ever.names.add(nameOf(being));
  for (const address of [being.address, ...being.aliases]) being.ever.addresses.add(address);
  if (being.type === "person") being.ever.keys.add(being.key);
}

export function nameOf(being: Being): string {
  return being.type === "person" ? `${being.given} ${being.family}` : being.name;
}

/** Could two full names be one person's before and after a marriage? They share a given name or its initial. */
export function couldBeOne(a: string, b: string): boolean {
  return a.charAt(0).toLowerCase() === b.charAt(0).toLowerCase();
}
