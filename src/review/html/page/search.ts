import type { ReportChange, ReportData } from "./report-data.ts";

/** The conditions of a change; one that is left out fits every change. */
export type Filter = {
  readonly query: string;
  readonly action?: number;
  readonly kind?: number;
  readonly profile?: number;
  readonly domain?: number;
  readonly state?: number;
  readonly mark?: number;
};

/** Lower case and without accents, so that "muller" finds "Müller". */
export function fold(text: string): string {
  const lower = text.toLowerCase();
  return /^[\0-\x7f]*$/.test(lower) ? lower : lower.normalize("NFD").replace(/\p{M}/gu, "");
}

/** Of each word of a query: which texts hold it, 1 for those. */
export type TextSearch = (query: string) => readonly Uint8Array[];

/** Searches texts, which are folded once: `ready` does it ahead of the first search. */
export function createTextSearch(texts: readonly string[]): {
  readonly search: TextSearch;
  readonly ready: () => void;
} {
  let folded: readonly string[] | undefined;
  const ready = () => {
    folded ??= texts.map(fold);
    return folded;
  };
  const search: TextSearch = (query) =>
    fold(query)
      .split(/\s+/)
      .filter((word) => word !== "")
      .map((word) => holding(word, ready()));
  return { search, ready };
}

/** A plain loop: over a hundred thousand texts, `Uint8Array.from` takes several times as long. */
function holding(word: string, texts: readonly string[]): Uint8Array {
  const found = new Uint8Array(texts.length);
  for (let at = 0; at < texts.length; at++) if (texts[at]?.includes(word)) found[at] = 1;
  return found;
}

/** Finds the positions of the changes that fit: every word of the query stands somewhere in the change. */
export function createSearch(data: ReportData, search: TextSearch): (filter: Filter) => readonly number[] {
  return (filter) => {
    const words = search(filter.query);
    const found: number[] = [];
    data.changes.forEach((change, at) => {
      if (fits(change, filter) && words.every((word) => holds(change, word))) found.push(at);
    });
    return found;
  };
}

function fits(change: ReportChange, { action, kind, profile, domain, state, mark }: Filter): boolean {
  return (
    is(change[0], action) &&
    is(change[1], kind) &&
    is(change[4], profile) &&
    is(change[5], domain) &&
    is(change[7], state) &&
    (mark === undefined || change[9].some((field) => field[3] === mark))
  );
}

function is(value: number, wanted: number | undefined): boolean {
  return wanted === undefined || value === wanted;
}

function holds(change: ReportChange, word: Uint8Array): boolean {
  const [, , address, fullName, profile, , id, , detail, fields] = change;
  const has = (text: number) => word[text] === 1;
  if (has(address) || has(fullName) || has(profile) || has(id) || has(detail)) return true;
  return fields.some(([label, place, attribute, , before, after]) => {
    if (has(label) || has(place) || has(attribute)) return true;
    return side(before, has) || side(after, has);
  });
}

function side(value: number | readonly number[], has: (text: number) => boolean): boolean {
  return typeof value === "number" ? has(value) : value.some(has);
}
