/** A part of a comment that may be cut between its entries, never inside one. Entries are written only when there is room. */
export type Section = {
  readonly open: string;
  readonly count: number;
  readonly entry: (at: number) => string;
  /** The line that gives the number left out, from this entry on. */
  readonly more: (from: number) => string;
  readonly close: string;
};

/** A section as far as it fits; `whole` is false when entries are left out. */
export type Fitted = { readonly text: string; readonly whole: boolean };

/** How long a text is. */
export type Measure = (text: string) => number;

/** UTF-16 units: never less than the characters that GitHub counts. */
export const countUnits: Measure = (text) => text.length;

/** Bytes in UTF-8: never less than characters, however they are counted. A lone surrogate is written as three. */
export const countBytes: Measure = (text) => {
  let bytes = 0;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    bytes += unit < 0x80 ? 1 : unit < 0x800 ? 2 : 3;
    // Two surrogates are four bytes together, and only the first of them stands here.
    if (unit >= 0xd800 && unit < 0xdc00 && /^[\udc00-\udfff]/.test(text.charAt(at + 1))) {
      bytes += 1;
      at++;
    }
  }
  return bytes;
};

/** The section in at most `budget`, with a count of what is left out; empty if not even that fits. */
export function fitSection(
  { open, count, entry, more, close }: Section,
  budget: number,
  measure: Measure = countUnits,
): Fitted {
  const room = budget - measure(open) - measure(close);
  const entries: string[] = [];
  let used = 0;
  while (entries.length < count && used <= room) {
    const next = entry(entries.length);
    entries.push(next);
    used += measure(next);
  }
  if (used <= room) return { text: open + entries.join("") + close, whole: true };
  for (;;) {
    used -= measure(entries.pop() ?? "");
    const rest = more(entries.length);
    if (used + measure(rest) <= room) return { text: open + entries.join("") + rest + close, whole: false };
    if (entries.length === 0) return { text: "", whole: false };
  }
}

/** The room on a page. Sections take of it in the order in which they are asked, whatever their order on the page. */
export class Room {
  readonly measure: Measure;
  #left: number;

  constructor(left: number, measure: Measure = countUnits) {
    this.#left = left;
    this.measure = measure;
  }

  get left(): number {
    return this.#left;
  }

  /** As much of the section as fits into `budget`. */
  take(section: Section | undefined, budget: number = this.#left): string {
    const text = section ? fitSection(section, budget, this.measure).text : "";
    this.#left -= this.measure(text);
    return text;
  }
}

/** A folded section of a comment. `title` is safe already; GitHub wants the empty lines. */
export function folded(title: string): { readonly open: string; readonly close: string } {
  return { open: `<details><summary>${title}</summary>\n\n`, close: "\n</details>\n\n" };
}

/** The entries of a section, one an item. */
export function each<T>(items: readonly T[], write: (item: T) => string): Pick<Section, "count" | "entry"> {
  return {
    count: items.length,
    entry: (at) =>
      items
        .slice(at, at + 1)
        .map(write)
        .join(""),
  };
}
