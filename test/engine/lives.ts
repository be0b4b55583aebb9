import { applyChanges } from "../../src/engine/apply/apply.ts";
import { buildPlan } from "../../src/engine/plan/plan.ts";
import { remember } from "../../src/engine/state/applied-state.ts";
import type { LiveAccount, SourceRecord } from "../../src/model/account/account.ts";
import type { PlanBody } from "../../src/model/plan/plan.ts";
import { EMPTY_STATE, type State } from "../../src/model/plan/state.ts";
import {
  deskRecord,
  GUARDS_OFF,
  organization,
  PLAIN_NAMES,
  profile,
  reading,
  record,
} from "../support/engine.ts";
import { MemoryJournal, type MemoryZivver, virtualClock } from "./memory-zivver.ts";

/*
 * An organisation as it goes through the days: people join, leave, marry, swap addresses, come back; keys are rotated;
 * somebody edits accounts in Zivver by hand; and what zivsync remembers is lost on one of the days.
 */

export type Person = {
  id: string;
  address: string;
  name: string;
  key: string;
  /** undefined: the source says nothing of aliases. */
  aliases: string[] | undefined;
  present: boolean;
  /** Former addresses that the account should still have. */
  kept: string[];
  /** The keys that Zivver should have been sent, in order. */
  keys: string[];
  zivverId: string | undefined;
};

export type Random = (below: number) => number;

export type Life = {
  readonly people: Person[];
  readonly missing: "suspend" | "delete";
  readonly random: Random;
  /** The source says of everybody which aliases there are. */
  readonly alwaysAliases: boolean;
  state: State;
  /** Who had something happen to them today: one thing a day. */
  readonly touched: Set<Person>;
  /** The next number for an id, an address, a key. */
  next: number;
};

/** A small generator: the same numbers for the same seed, however long the life is. */
export function randomFrom(seed: number): Random {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

export function beginLife(size: number, missing: Life["missing"], random: Random, aliases?: "given"): Life {
  const life: Life = {
    people: [],
    missing,
    random,
    alwaysAliases: aliases === "given",
    state: EMPTY_STATE,
    touched: new Set(),
    next: 1,
  };
  for (let at = 0; at < size; at++) join(life);
  return life;
}

/** What somebody sees and does in Zivver's own pages. */
export type ByHand = {
  readonly accounts: readonly { readonly zivverId: string; readonly address: string }[];
  edit(address: string, fields: Partial<LiveAccount>): void;
};

/** One day of everything, `many` events. On a day on which the memory is lost, nothing happens that only a memory shows. */
export function liveOneDay(life: Life, zivver: ByHand, many: number, isLost: boolean): void {
  const events = isLost
    ? [join, leave, editByHand]
    : [join, leave, marry, swap, rotate, comeBack, editByHand, inherit];
  if (isLost) {
    life.state = EMPTY_STATE;
    for (const person of life.people) if (person.aliases !== undefined) person.kept = [];
  }
  life.touched.clear();
  for (let at = 0; at < many; at++) events[life.random(events.length)]?.(life, zivver);
}

function one(life: Life, fits: (person: Person) => boolean): Person | undefined {
  const found = life.people.filter((person) => !life.touched.has(person) && fits(person));
  const chosen = found[life.random(Math.max(1, found.length))];
  if (chosen) life.touched.add(chosen);
  return chosen;
}

const isThere = ({ present }: Person) => present;

function join(life: Life): void {
  const number = life.next++;
  life.people.push({
    id: `id-${number}`,
    address: `p${number}@example.org`,
    name: `Person ${number}`,
    key: `key-${number}`,
    aliases:
      !life.alwaysAliases && life.random(2) === 0
        ? undefined
        : life.random(2) === 0
          ? []
          : [`a${number}@example.org`],
    present: true,
    kept: [],
    keys: [],
    zivverId: undefined,
  });
}

function leave(life: Life): void {
  const person = one(life, isThere);
  if (person === undefined) return;
  person.present = false;
  if (life.missing === "delete") person.kept = [];
}

/** A new name and address; the old one is kept, whether or not the source says so. */
function marry(life: Life): void {
  const person = one(life, isThere);
  if (person === undefined) return;
  const former = person.address;
  person.address = `p${life.next++}@example.com`;
  person.name = `Married ${person.name}`;
  if (person.aliases && life.random(2) === 0) person.aliases.push(former);
  else if (person.zivverId !== undefined) person.kept.push(former);
}

function swap(life: Life): void {
  const [a, b] = [one(life, isThere), one(life, isThere)];
  if (!a || !b || a.zivverId === undefined || b.zivverId === undefined) return;
  [a.address, b.address] = [b.address, a.address];
}

function rotate(life: Life): void {
  const person = one(life, isThere);
  if (person) person.key = `key-${life.next++}`;
}

/** Back under a new id, and with it a new key; where leavers are deleted, with a new account. */
function comeBack(life: Life): void {
  const isFree = (person: Person) =>
    !life.people.some((other) => other !== person && owns(other, person.address));
  const person = one(life, (someone) => !someone.present && isFree(someone));
  if (person === undefined) return;
  person.present = true;
  person.id = `id-${life.next++}`;
  person.key = `key-${life.next++}`;
}

function owns(person: Person, address: string): boolean {
  return (
    person.address === address || person.kept.includes(address) || (person.aliases ?? []).includes(address)
  );
}

/** A colleague takes over the address of somebody who left and is deleted. */
function inherit(life: Life): void {
  if (life.missing === "suspend") return;
  const leaver = one(
    life,
    ({ present, address }) => !present && !life.people.some((p) => p.present && owns(p, address)),
  );
  const heir = one(life, ({ present, zivverId }) => present && zivverId !== undefined);
  if (!leaver || !heir) return;
  heir.kept.push(heir.address);
  heir.address = leaver.address;
  life.people.splice(life.people.indexOf(leaver), 1);
}

function editByHand(life: Life, zivver: ByHand): void {
  const person = one(life, ({ present, zivverId }) => present && zivverId !== undefined);
  const account = zivver.accounts.find(({ zivverId }) => zivverId === person?.zivverId);
  if (person === undefined || account === undefined) return;
  const edits = [
    { fullName: "Edited by hand" },
    { active: false },
    ...(person.aliases ? [{ aliases: [] }] : []),
  ];
  const edit = edits[life.random(edits.length)] ?? {};
  zivver.edit(account.address, edit);
  // What no source says is not put back.
  if ("aliases" in edit) person.kept = [];
}

/** The records of a day. A desk is open to the first few people there are. */
export function recordsOf({ people }: Life): readonly SourceRecord[] {
  const there = people.filter(isThere);
  const members = there.slice(0, 5).map(({ address }) => address);
  return [
    ...there.map(({ id, address, name, key, aliases }) =>
      record(address, {
        id,
        fullName: name,
        active: true,
        accountKey: key,
        ...(aliases ? { aliases: [...aliases] } : {}),
      }),
    ),
    deskRecord("desk@example.org", { id: "desk", delegates: members }),
  ];
}

/** Plans a day, and applies it: what the plan was, and what is left to do after it. */
export async function planAndApply(life: Life, zivver: MemoryZivver): Promise<PlanBody> {
  const live = await zivver.read();
  const body = planDay(life, live);
  const ports = { target: zivver, journal: new MemoryJournal(), clock: virtualClock() };
  const result = await applyChanges(body.changes, ports);
  const news = {
    remember: body.remember ?? [],
    done: result.done,
    keys: result.keys,
    live: result.accounts,
    sources: body.sources,
    at: "2026-11-28T12:00:00.000Z",
    names: PLAIN_NAMES,
  };
  life.state = remember(life.state, life.state, news);
  return body;
}

export function planDay(life: Life, live: Parameters<typeof buildPlan>[0]["live"]): PlanBody {
  const policy = profile({ personal: { missing: life.missing } });
  return buildPlan({
    organization: organization({ guards: GUARDS_OFF }),
    profiles: [policy],
    readings: [{ policy, readings: [reading(recordsOf(life))] }],
    live,
    liveDigest: "",
    accepted: [],
    memory: { state: life.state, names: PLAIN_NAMES },
  }).body;
}
