/** Colour for a terminal. It goes around whole, already neutralised text. */
export type Paint = Readonly<Record<"red" | "green" | "yellow" | "bold" | "dim", (text: string) => string>>;

/** SGR codes (ECMA-48) when `color` is true, else the text as it is. */
export function createPaint(color: boolean): Paint {
  const wrap = (on: number, off: number) => (text: string) =>
    color && text !== "" ? `\u001b[${on}m${text}\u001b[${off}m` : text;
  return {
    red: wrap(31, 39),
    green: wrap(32, 39),
    yellow: wrap(33, 39),
    bold: wrap(1, 22),
    dim: wrap(2, 22),
  };
}
