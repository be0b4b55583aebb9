import type { ReportChange, ReportData } from "../report-data.ts";

/** What a change must be; what is left out may be anything. */
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

/** The texts that hold each word of a query. `folded` is computed once, at the first search. */
export function createTextSearch(texts: readonly string[]): (query: string) => readonly Uint8Array[] {
  let folded: readonly string[] | undefined;
  return (query) => {
    const words = fold(query)
      .split(/\s+/)
      .filter((word) => word !== "");
    if (words.length === 0) return [];
    folded ??= texts.map(fold);
    const all = folded;
    return words.map((word) => Uint8Array.from(all, (text) => (text.includes(word) ? 1 : 0)));
  };
}

/** Finds the positions of the changes that fit: every word of the query stands somewhere in the change. */
export function createSearch(data: ReportData): (filter: Filter) => readonly number[] {
  const search = createTextSearch(data.texts);
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
