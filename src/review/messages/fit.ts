import type { Message } from "./message.ts";

/** Renders a message with as many of its lines as fit; what is cut is counted. The last lines of the longest part go first. */
export function fitMessage<T>(
  message: Message,
  render: (message: Message) => T,
  fits: (rendered: T) => boolean,
): T {
  let parts = message.parts.map((part) => ({ ...part, cut: 0 }));
  for (;;) {
    const shown = parts.map(({ title, lines, cut }) => ({
      title,
      lines: cut === 0 ? lines : [...lines, `… and ${cut} more ${cut === 1 ? "line" : "lines"}`],
    }));
    const rendered = render({ ...message, parts: shown });
    const longest = parts.reduce((most, { lines }) => Math.max(most, lines.length), 0);
    if (longest === 0 || fits(rendered)) return rendered;
    parts = parts.map((part) =>
      part.lines.length === longest ? { ...part, lines: part.lines.slice(0, -1), cut: part.cut + 1 } : part,
    );
  }
}

/** Bytes of UTF-8, as JSON. */
export function jsonBytes(value: unknown): number {
  return new TextEncoder().encode(JSON.stringify(value)).length;
}
