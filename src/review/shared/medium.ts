import type { Paint } from "../text/terminal/color.ts";
import { markdownCode, neutralMarkdown, neutralText } from "./neutral.ts";

/** The longest an address can be (RFC 5321) and then some: an account's name is never cut. */
const ADDRESS = 400;
const PROSE = 600;

/** The way text that is not ours is written in one kind of output. Every renderer takes it through one of these. */
export type Medium = {
  /** An address, never shortened. */
  readonly address: (text: string) => string;
  /** `"Full Name" <address>`; without a name the address alone. */
  readonly person: (fullName: string, address: string) => string;
  /** Free text as a value: where it begins and ends can be seen. */
  readonly value: (text: string, limit?: number) => string;
  /** A name or a place: of a source, a file, a profile. */
  readonly name: (text: string) => string;
  /** A sentence of ours that may hold values of others. */
  readonly prose: (text: string, limit?: number) => string;
  readonly added: (text: string) => string;
  readonly removed: (text: string) => string;
  readonly quiet: (text: string) => string;
};

/** For a terminal or a log. */
export function createTerminal(paint: Paint): Medium {
  const address = (text: string) =>
    /^[^\s"]+@[^\s"]+$/.test(text) ? neutralText(text, ADDRESS) : quoted(text, ADDRESS);
  return {
    address,
    person: personIn(address, quoted),
    value: quoted,
    name: (text) => neutralText(text),
    prose: (text, limit = PROSE) => neutralText(text, limit),
    added: paint.green,
    removed: paint.red,
    quiet: paint.dim,
  };
}

const same = (text: string): string => text;

type Write = (text: string) => string;

/** The name stands between signs that it cannot hold, so that it cannot end itself and go on as an address. */
function personIn(address: Write, name: Write): Medium["person"] {
  return (fullName, at) => (fullName === "" ? address(at) : `${name(fullName)} <${address(at)}>`);
}

/** For a comment on GitHub. */
const inCode: Write = (text) => markdownCode(text, ADDRESS);
export const MARKDOWN: Medium = {
  address: inCode,
  // The brackets are inside the code span: outside of one they could be HTML.
  person: (fullName, at) => (fullName === "" ? inCode(at) : `${markdownCode(fullName)} ${inCode(`<${at}>`)}`),
  value: markdownCode,
  name: (text) => markdownCode(text),
  prose: (text, limit = PROSE) => neutralMarkdown(text, limit),
  added: same,
  removed: same,
  quiet: same,
};

/** For an HTML page, which escapes what it takes and marks values by itself. */
const inHtml: Write = (text) => neutralText(text, ADDRESS);
export const HTML: Medium = {
  address: inHtml,
  person: personIn(inHtml, quoted),
  value: neutralText,
  name: (text) => neutralText(text),
  prose: (text, limit = PROSE) => neutralText(text, limit),
  added: same,
  removed: same,
  quiet: same,
};

/** A quote inside becomes `\"`, so that a value cannot end itself and go on as if it were our text. */
function quoted(text: string, limit?: number): string {
  return `"${neutralText(text, limit).replace(/"/g, '\\"')}"`;
}
