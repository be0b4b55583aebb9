const ASCII = /^[ -~]*$/;
const MARK = /^\p{M}$/u;

// East Asian Wide and Fullwidth (UAX #11), and emoji: terminals give them two columns. Blocks, not single characters.
const WIDE: readonly (readonly [number, number])[] = [
  [0x1100, 0x115f],
  [0x2e80, 0x303e],
  [0x3041, 0xa4cf],
  [0xa960, 0xa97f],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe30, 0xfe6f],
  [0xff01, 0xff60],
  [0xffe0, 0xffe6],
  [0x1f300, 0x1f64f],
  [0x1f680, 0x1f6ff],
  [0x1f900, 0x1faff],
  [0x20000, 0x3fffd],
];

/** Columns that neutralised text takes on a terminal. */
export function displayWidth(text: string): number {
  if (ASCII.test(text)) return text.length;
  let width = 0;
  for (const point of text) width += columnsOf(point);
  return width;
}

/** Text in at most `width` columns; what is cut off leaves an ellipsis. */
export function truncate(text: string, width: number): string {
  if (displayWidth(text) <= width) return text;
  let shown = "";
  let used = 0;
  for (const point of text) {
    used += columnsOf(point);
    if (used > width - 1) break;
    shown += point;
  }
  return width < 1 ? "" : `${shown}…`;
}

/**
 * Lines of at most `width` columns, the first indented by `indent`, further ones by two more. Breaks at spaces only, so no
 * address is ever torn.
 */
export function wrapText(text: string, width: number, indent: number): readonly string[] {
  const [first = "", ...words] = text.split(" ");
  const lines: string[] = [];
  let line = " ".repeat(indent) + first;
  for (const word of words) {
    if (displayWidth(line) + 1 + displayWidth(word) > width) {
      lines.push(line);
      line = " ".repeat(indent + 2) + word;
    } else line += ` ${word}`;
  }
  return [...lines, line];
}

function columnsOf(point: string): number {
  const code = point.codePointAt(0) ?? 0;
  if (code < 0x300) return 1;
  if (MARK.test(point)) return 0;
  return WIDE.some(([from, to]) => code >= from && code <= to) ? 2 : 1;
}
