/** A part of a comment that may be cut between its entries, never inside one. */
export type Section = {
  readonly open: string;
  readonly entries: readonly string[];
  /** What says how many entries are left out, from this one on. */
  readonly more: (from: number) => string;
  readonly close: string;
};

/** The section in at most `budget` characters (UTF-16 units), with a count of what is left out; empty if even that is too long. */
export function fitSection({ open, entries, more, close }: Section, budget: number): string {
  const whole = open + entries.join("") + close;
  if (whole.length <= budget) return whole;
  // `more` is longest when all are left out.
  let left = budget - open.length - close.length - more(0).length;
  if (left < 0) return "";
  let taken = 0;
  for (const entry of entries) {
    if (entry.length > left) break;
    left -= entry.length;
    taken += 1;
  }
  return open + entries.slice(0, taken).join("") + more(taken) + close;
}

/** A folded section of a comment. `title` and `body` are safe already; GitHub wants the empty lines. */
export function folded(title: string): { readonly open: string; readonly close: string } {
  return { open: `<details><summary>${title}</summary>\n\n`, close: "\n</details>\n\n" };
}
