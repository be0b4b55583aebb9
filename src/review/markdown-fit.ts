/** A part of a comment that may be cut between its entries, never inside one. Entries are written only when there is room. */
export type Section = {
  readonly open: string;
  readonly count: number;
  readonly entry: (at: number) => string;
  /** What says how many are left out, from this entry on. */
  readonly more: (from: number) => string;
  readonly close: string;
};

/** A section as far as it fits; `whole` is false when entries are left out. */
export type Fitted = { readonly text: string; readonly whole: boolean };

/** The section in at most `budget` characters (UTF-16 units), with a count of what is left out; empty if not even that fits. */
export function fitSection({ open, count, entry, more, close }: Section, budget: number): Fitted {
  const room = budget - open.length - close.length;
  const entries: string[] = [];
  let used = 0;
  while (entries.length < count && used <= room) {
    const next = entry(entries.length);
    entries.push(next);
    used += next.length;
  }
  if (used <= room) return { text: open + entries.join("") + close, whole: true };
  for (;;) {
    used -= entries.pop()?.length ?? 0;
    const rest = more(entries.length);
    if (used + rest.length <= room) return { text: open + entries.join("") + rest + close, whole: false };
    if (entries.length === 0) return { text: "", whole: false };
  }
}

/** A folded section of a comment. `title` is safe already; GitHub wants the empty lines. */
export function folded(title: string): { readonly open: string; readonly close: string } {
  return { open: `<details><summary>${title}</summary>\n\n`, close: "\n</details>\n\n" };
}
