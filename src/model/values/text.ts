/** The text, or its first `most` characters and `…`. Never half of a character, as a cut by length would leave. */
export function shortened(text: string, most: number): string {
  if (text.length <= most) return text;
  const characters = [...text.slice(0, 2 * most + 2)];
  return characters.length > most ? `${characters.slice(0, most).join("")}…` : text;
}

/** Text by which names are compared: case, accents written as one or two characters, and runs of white space do not count. */
export function foldText(text: string): string {
  return text.normalize("NFC").toLowerCase().replace(/\s+/gu, " ").trim();
}

/** `12,345`, whatever the machine's language. */
export function grouped(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ",");
}

/** Compares by UTF-16 code unit, so that an order never depends on the machine's locale. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The order in which people read names: digits by their number, so that `room2` comes before `room10`; else as compareText. */
export function compareNatural(a: string, b: string): number {
  const parts = a.split(/(\d+)/);
  const others = b.split(/(\d+)/);
  for (const [at, part] of parts.entries()) {
    const other = others[at];
    if (other === undefined) return 1;
    // Odd places are runs of digits: without leading zeros the longer run is the larger number.
    const [one, two] = at % 2 === 1 ? [part, other].map((run) => run.replace(/^0+/, "")) : [part, other];
    const longer = at % 2 === 1 ? (one?.length ?? 0) - (two?.length ?? 0) : 0;
    const order = longer || compareText(one ?? "", two ?? "");
    if (order !== 0) return order;
  }
  return parts.length - others.length || compareText(a, b);
}

/** The first texts of a list, and how many more there are: `a, b and 4 more`; behind semicolons `a; b; and 4 more`. */
export function firstOf(texts: readonly string[], most: number, separator: ", " | "; " = ", "): string {
  const rest = texts.length - most;
  const more = rest > 0 ? `${separator === "; " ? ";" : ""} and ${rest} more` : "";
  return `${texts.slice(0, most).join(separator)}${more}`;
}
