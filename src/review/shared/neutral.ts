/*
 * Whatever comes from a directory is hostile text. It can hold terminal escapes, characters that reverse or hide what
 * follows, Markdown, HTML, mentions, workflow commands and formulas. Nothing is dropped: a reviewer has to see that it is
 * there, so each such character is written as a visible escape, `\u{1b}`.
 */

/** Longest text shown whole; long enough for a name, a division or the reason of a finding. */
const SHOWN = 200;
/** Marks that stack on one letter; a fifth one is not a writing system's, but hides the lines above. */
const MARKS = 4;

// Controls, format characters, lone surrogates, private use, unassigned, separators, what fonts draw as nothing (variation
// selectors, fillers, the empty Braille cell), and every space that only looks like one.
const INVISIBLE = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]|(?! )\p{Zs}/u;
const MARK = /\p{M}/u;
const PLAIN = /^[ !"$-9;-[\]-~]*$/;

/**
 * Text that is safe on one line of a terminal or a log: no control, bidi or invisible character, no `::` or `##` that a
 * CI runner takes for a command. At most `limit` characters, then `… (+N characters)`.
 */
export function neutralText(text: string, limit: number = SHOWN): string {
  if (text.length <= limit && PLAIN.test(text)) return text;
  return escapeEach(text, limit, "");
}

/** Text as one Markdown code span: safe in a list, a paragraph and a table cell. GitHub links and mentions nothing in it. */
export function markdownCode(text: string, limit: number = SHOWN): string {
  const shown = escapeEach(text, limit, "`|");
  if (shown === "") return "_empty_";
  // A code span loses one space at each end, so a space there is written as an escape.
  return `\`${shown.replace(/^ | $/g, "\\u{20}")}\``;
}

/**
 * Prose as Markdown: ordinary words stay, and whatever holds anything that Markdown, HTML or GitHub could take for more
 * (addresses, links, mentions, `#12`, numbers at the start) becomes a code span.
 */
export function neutralMarkdown(text: string, limit: number = SHOWN): string {
  return escapeEach(text, limit, "`|")
    .split(" ")
    .filter((token) => token !== "")
    .map((token, position) => proseToken(token, position === 0))
    .join(" ");
}

const UNSAFE_IN_JSON = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]|(?<=:):|(?<=#)#/gu;

/**
 * JSON without white space outside of its strings, with all that neutralText escapes but spaces as an escape of JSON's: the
 * same data. Colons follow each other inside of strings only.
 */
export function neutralJson(json: string): string {
  return /[^ -~]|::|##/.test(json) ? json.replace(UNSAFE_IN_JSON, jsonEscapeOf) : json;
}

/** A result for machines, as a line. */
export function jsonLine(json: string): string {
  return `${neutralJson(json)}\n`;
}

/** A character past the first 65,536 is two units, and so two escapes. */
function jsonEscapeOf(point: string): string {
  return Array.from(
    { length: point.length },
    (_, at) => `\\u${point.charCodeAt(at).toString(16).padStart(4, "0")}`,
  ).join("");
}

/**
 * A cell that no spreadsheet program takes for a formula, also where it parts cells differently than the writer did, and of
 * which no line begins with a workflow command.
 */
export function neutralCsv(text: string): string {
  return (
    text
      .replace(/[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]|\p{Cs}/gu, escapeOf)
      .replace(/^(?=[\t\r])/, "'")
      // The sign first, then what stands before it: the other way round, each of many line breaks would look at all others.
      .replace(/(?=[=+\-@\uff1d\uff0b\uff0d\uff20])(?<=(?:^|[\t\r\n,;"])\s*)/g, "'")
      .replace(/(?=::|##)(?<=[\r\n]\s*)/g, "'")
  );
}

/** Characters are code points; `also` names further ones to escape. The limit counts what is shown. */
function escapeEach(text: string, limit: number, also: string): string {
  let shown = "";
  let length = 0;
  let taken = 0;
  let marks = MARKS; // A mark at the start would sit on a character of ours.
  let previous = "";
  for (const point of text) {
    const isMark = MARK.test(point);
    marks = isMark ? marks + 1 : 0;
    const repeated = (point === ":" || point === "#") && point === previous;
    const fakesEscape = point === "\\" && text.startsWith("u{", taken + 1);
    const escaped = INVISIBLE.test(point) || marks > MARKS || repeated || fakesEscape || also.includes(point);
    const piece = escaped ? escapeOf(point) : point;
    const size = escaped ? piece.length : 1;
    if (length + size > limit) return `${shown}… (+${[...text.slice(taken)].length} characters)`;
    shown += piece;
    length += size;
    taken += point.length;
    previous = point;
  }
  return shown;
}

function escapeOf(point: string): string {
  return `\\u{${(point.codePointAt(0) ?? 0).toString(16)}}`;
}

// Letters alone are words. Digits inside a word could be a commit or an issue (`GH-12`), so such a word goes into a span.
const WORD = /^([("]*)(\p{L}[\p{L}\p{M}'’-]*)([)",.;:?!…]*)$/u;
const NUMBER = /^\(?\d+[),.;:]*$/;
const DASH = /^[–—…]$/;
const SPAN = /^(.*?)([,.;:]*)$/u;

function proseToken(token: string, first: boolean): string {
  if (WORD.test(token)) return token;
  if (!first && (NUMBER.test(token) || DASH.test(token))) return token;
  const [, core = "", tail = ""] = SPAN.exec(token) ?? [];
  return core === "" ? `\`${token}\`` : `\`${core}\`${tail}`;
}

/** Characters of a line of a message; a name is shorter, and the reason of a failure is cut here. */
const LINE = 300;

/**
 * A line of a message that can hold text of others, for every medium: no control, bidi or invisible character; no `@everyone`; no
 * address of a web page, which programs that show messages make a link of. Each is written as a visible escape.
 */
export function neutralLine(text: string): string {
  return (
    neutralText(text, LINE)
      // A word that notifies everybody, also behind letters of a script that has no spaces.
      .replace(/(?<![\p{L}\p{N}._%+-])@|(?<![A-Za-z0-9._%+-])@(?=everyone|channel|here|team)/gu, "\\u{40}")
      .replace(/:\/\/|\bwww\./giu, (found) => (found === "://" ? ":\\u{2f}/" : `${found.slice(0, 3)}\\u{2e}`))
  );
}
