import { markdownCode, neutralMarkdown, neutralText } from "./neutral.ts";
import type { Paint } from "./paint.ts";

/** The longest an address can be (RFC 5321) and then some: an account's name is never cut. */
const ADDRESS = 400;
const PROSE = 600;

/** How text that is not ours is written in one kind of output. Every renderer takes it through one of these. */
export type Medium = {
  /** An address, never shortened. */
  readonly address: (text: string) => string;
  /** Free text as a value: where it begins and ends can be seen. */
  readonly value: (text: string, limit?: number) => string;
  /** A name or a place: of a source, a file, a profile. */
  readonly name: (text: string) => string;
  /** A sentence of ours that may hold values of others. */
  readonly prose: (text: string) => string;
  readonly added: (text: string) => string;
  readonly removed: (text: string) => string;
  readonly quiet: (text: string) => string;
};

/** For a terminal or a log. */
export function createTerminal(paint: Paint): Medium {
  return {
    address: (text) => (/^[^\s"]+@[^\s"]+$/.test(text) ? neutralText(text, ADDRESS) : quoted(text, ADDRESS)),
    value: quoted,
    name: (text) => neutralText(text),
    prose: (text) => neutralText(text, PROSE),
    added: paint.green,
    removed: paint.red,
    quiet: paint.dim,
  };
}

const same = (text: string): string => text;

/** For a comment on GitHub. */
export const MARKDOWN: Medium = {
  address: (text) => markdownCode(text, ADDRESS),
  value: markdownCode,
  name: (text) => markdownCode(text),
  prose: (text) => neutralMarkdown(text, PROSE),
  added: same,
  removed: same,
  quiet: same,
};

/** For an HTML page, which escapes what it takes and marks values by itself. */
export const HTML: Medium = {
  address: (text) => neutralText(text, ADDRESS),
  value: neutralText,
  name: (text) => neutralText(text),
  prose: (text) => neutralText(text, PROSE),
  added: same,
  removed: same,
  quiet: same,
};

/** A quote inside becomes `\"`, so that a value cannot end itself and go on as if it were our text. */
function quoted(text: string, limit?: number): string {
  return `"${neutralText(text, limit).replace(/"/g, '\\"')}"`;
}
