import { ACTION_ORDER, type ReportData } from "./report-data.ts";

/** Someone who gets or loses access, or an account to which they do. Numbers are positions in the texts. */
export type AccessItem = { readonly name: number; readonly note: string };
export type AccessEntry = AccessItem & {
  readonly loses: readonly AccessItem[];
  readonly gets: readonly AccessItem[];
};
export type Access = {
  readonly byAccount: readonly AccessEntry[];
  readonly byPerson: readonly AccessEntry[];
  /** How many times access is given, and taken. */
  readonly gets: number;
  readonly loses: number;
};

type Growing = AccessItem & { readonly loses: AccessItem[]; readonly gets: AccessItem[] };

const NOTES: Readonly<Record<(typeof ACTION_ORDER)[number], string>> = {
  suspend: "suspended by this plan",
  delete: "deleted by this plan",
  create: "new",
  update: "",
  reactivate: "reactivated by this plan",
};

/** Gained and lost access, from the delegates of every change. */
export function accessOf({ changes, texts, delegates }: ReportData): Access {
  const notes = new Map(changes.map(([action, , address]) => [address, noteOf(action)]));
  const accounts: Growing[] = [];
  const people = new Map<number, Growing>();
  let gets = 0;
  let loses = 0;
  for (const [, kind, address, , , , , , , fields] of changes) {
    const field = fields.find(([label, , , , before]) => label === delegates && Array.isArray(before));
    if (field === undefined) continue;
    const note = notes.get(address) ?? "";
    const account = { name: address, note: kind === 0 ? joined("personal account", note) : note };
    const entry: Growing = { ...account, loses: [], gets: [] };
    for (const name of listOf(field[4])) {
      entry.loses.push({ name, note: notes.get(name) ?? "" });
      personOf(people, name, notes).loses.push(account);
    }
    for (const name of listOf(field[5])) {
      entry.gets.push({ name, note: notes.get(name) ?? "" });
      personOf(people, name, notes).gets.push(account);
    }
    gets += entry.gets.length;
    loses += entry.loses.length;
    if (entry.gets.length + entry.loses.length > 0) accounts.push(entry);
  }
  const byName = (a: AccessItem, b: AccessItem) => compare(texts[a.name] ?? "", texts[b.name] ?? "");
  return { byAccount: accounts.sort(byName), byPerson: [...people.values()].sort(byName), gets, loses };
}

function noteOf(action: number): string {
  const name = ACTION_ORDER[action];
  return name === undefined ? "" : NOTES[name];
}

function joined(...parts: readonly string[]): string {
  return parts.filter((part) => part !== "").join(", ");
}

function listOf(value: number | readonly number[]): readonly number[] {
  return typeof value === "number" ? [] : value;
}

function personOf(people: Map<number, Growing>, name: number, notes: ReadonlyMap<number, string>): Growing {
  const known = people.get(name);
  if (known !== undefined) return known;
  const made: Growing = { name, note: notes.get(name) ?? "", loses: [], gets: [] };
  people.set(name, made);
  return made;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
