import type { SlipField } from "./books.ts";
import { type Course, endDay } from "./day.ts";
import { newPerson, note, type Person } from "./people.ts";
import { randomOf } from "./random.ts";
import type { Violation } from "./scene.ts";
import { foundTown, setupCalled } from "./setups.ts";
import { townInWords } from "./story.ts";
import type { Town } from "./town.ts";

/** A few days with a script: what happens on each, after a first day on which zivsync came. */
export type Script = {
  readonly name: string;
  /** The law that is at stake. */
  readonly law: number;
  readonly setup: string;
  readonly size?: number;
  /** Before zivsync comes. */
  readonly first?: (town: Town) => void;
  readonly days: readonly Happening[];
};

/** What happens on a day; gives the day's course where it is not the ordinary one. */
export type Happening = ((town: Town) => Course | undefined) | ((town: Town) => void);

export type Played = { readonly violations: readonly Violation[]; readonly story: readonly string[] };

export async function play({ setup, size = 7, first, days }: Script): Promise<Played> {
  const town = foundTown(setupCalled(setup), 7, randomOf(7), { size, settled: true });
  first?.(town);
  const story: string[] = [];
  for (const happen of [() => undefined, ...days]) {
    story.push("A day", ...townInWords(town));
    const course: Course = happen(town) ?? {};
    const { violations } = await endDay(town, course, (lines) => story.push(...lines));
    for (const book of town.books) book.reading = "whole";
    if (violations.length > 0) return { violations, story };
  }
  return { violations: [], story };
}

export const ONE_LIST = "one list";

/** The n-th person, from 0. */
export function someone({ people }: Town, n: number): Person {
  const person = people[n];
  if (person === undefined) throw new Error(`There is no person ${n}.`);
  return person;
}

export function deskOf({ desks }: Town, n = 0) {
  const desk = desks[n];
  if (desk === undefined) throw new Error(`There is no desk ${n}.`);
  return desk;
}

export function bookOf({ books }: Town, n = 0) {
  const book = books[n];
  if (book === undefined) throw new Error(`There is no book ${n}.`);
  return book;
}

/** The profile no longer manages the account under this address. */
export function putOutOfScope(town: Town, address: string): void {
  town.profiles = town.profiles.map((policy) => {
    const exclude = [...policy.manages.exclude, { address }];
    return { ...policy, manages: { ...policy.manages, exclude } };
  });
}

/** Everybody named works at the first desk, and nobody else. */
export function staff(town: Town, ...people: readonly Person[]): void {
  deskOf(town).members = [...people];
}

export function swap(one: Person, other: Person): void {
  [one.address, other.address] = [other.address, one.address];
  note(one);
  note(other);
}

/** Somebody new, under an address of their own or a given one. */
export function hire(town: Town, address?: string) {
  const person = newPerson(town.next++);
  if (address !== undefined) {
    person.ever.addresses.clear();
    person.address = address;
    note(person);
  }
  town.people.push(person);
  return person;
}

/** A colleague's value is written in a person's row. */
export function mixUp(town: Town, being: Person, from: Person, field: SlipField, value: string): void {
  bookOf(town).slips.push({ type: "wrong", being, field, value, from });
}

/** A person is called and reached otherwise from today on. */
export function rename(person: Person, family: string, address = person.address): void {
  person.family = family;
  person.address = address;
  note(person);
}
