import {
  type Document,
  isAlias,
  isCollection,
  isMap,
  isNode,
  isPair,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  parseDocument,
  visit,
  type YAMLError,
  type YAMLMap,
} from "yaml";
import type { Problem } from "../../model/values/errors.ts";

/** The way from the root of a document to a value: keys of maps and positions in lists. */
export type Path = readonly (string | number)[];

/** One YAML document: its data, and where in the file each part of it stands. */
export type YamlDocument = {
  readonly file: string;
  readonly data: unknown;
  /** `file:line:column` of the value at a path, or of the nearest value above it that is there. */
  at(path: Path): string;
  /** The same for the key that the path ends in. */
  atKey(path: Path): string;
};

/** Maps and lists inside of each other. */
export const MAX_DEPTH = 64;

/** More aliases than a person writes; each costs a search through the document. */
export const MAX_ALIASES = 100;

// A tag that nobody knows, a merge key, a second document: nothing is passed over, or read as what it may not mean.
// Messages of the library can quote the text, and so a secret: `prettyErrors` is off and only its codes are used.
const OPTIONS = {
  version: "1.2",
  strict: true,
  // The library holds each key against all others: 60,000 keys took half a minute.
  uniqueKeys: false,
  merge: false,
  stringKeys: true,
  resolveKnownTags: false,
  prettyErrors: false,
} as const;

/** Reads one YAML 1.2 document. `file` names it in problems; with a problem, nothing is returned. Never throws. */
export function parseYaml(text: string, file: string, problems: Problem[]): YamlDocument | undefined {
  const lines = new LineCounter();
  const place = (offset: number): string => {
    const { line, col } = lines.linePos(offset);
    return `${file}:${Math.max(1, line)}:${Math.max(1, col)}`;
  };
  try {
    const document = parseDocument(text, { ...OPTIONS, lineCounter: lines });
    const syntax = syntaxErrors(document, text);
    const found = syntax.length > 0 ? syntax : contentErrors(document);
    problems.push(...found.map(({ code, offset }) => syntaxProblem(code, place(offset))));
    if (found.length > 0) return undefined;
    // The library counts the anchor as well.
    const data: unknown = document.toJS({ maxAliasCount: MAX_ALIASES + 1 });
    const offsetOf = (path: Path, end: "key" | "value") => locate(document, path, end);
    return {
      file,
      data,
      at: (path) => place(offsetOf(path, "value")),
      atKey: (path) => place(offsetOf(path, "key")),
    };
  } catch (error) {
    // ReferenceError: an alias that resolves to nothing, or to too much; RangeError: nesting beyond the stack.
    if (!(error instanceof ReferenceError || error instanceof RangeError)) throw error;
    const fault = error instanceof RangeError ? "RESOURCE_EXHAUSTION" : "ALIAS_BOMB";
    problems.push(syntaxProblem(fault, `${file}:1:1`));
    return undefined;
  }
}

type Fault = { readonly code: string; readonly offset: number };

/** The first error of syntax, as those after it mostly follow from it. */
function syntaxErrors(document: Document.Parsed, text: string): Fault[] {
  const faults = [...document.errors, ...document.warnings].map(asFault).sort((a, b) => a.offset - b.offset);
  const unprintable = text.search(/[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u);
  if (unprintable >= 0) faults.unshift({ code: "UNPRINTABLE", offset: unprintable });
  const [first] = faults;
  if (first !== undefined) return [first];
  // A directive that asks for YAML 1.1 would make `off` a boolean.
  const { explicit, version } = document.directives.yaml;
  return explicit && version !== "1.2" ? [{ code: "BAD_VERSION", offset: 0 }] : [];
}

function asFault(error: YAMLError): Fault {
  // Where the stack ends is chance, so that error stands at the start of the file, before all others.
  if (error.code === "RESOURCE_EXHAUSTION") return { code: error.code, offset: 0 };
  // The library blames the indentation of a flow list or map; the usual cause is a bracket that nobody closed.
  const unclosed = error.code === "BAD_INDENT" && error.message.startsWith("Flow ");
  return { code: unclosed ? "MISSING_CHAR" : error.code, offset: error.pos[0] };
}

/** Sound syntax that still cannot be read: keys written twice, aliases in a circle, too many, or without an anchor. */
function contentErrors(document: Document.Parsed): Fault[] {
  const faults: Fault[] = [];
  let aliases = 0;
  visit(document, {
    Collection(_key, node, ancestors) {
      if (ancestors.filter((ancestor) => isCollection(ancestor)).length >= MAX_DEPTH) {
        faults.push({ code: "RESOURCE_EXHAUSTION", offset: 0 });
        return visit.BREAK;
      }
      if (isMap(node)) faults.push(...keysTwice(node));
      return undefined;
    },
    Alias(_key, node, ancestors) {
      aliases += 1;
      if (aliases > MAX_ALIASES) {
        faults.push({ code: "ALIAS_BOMB", offset: offsetOfNode(node) ?? 0 });
        return visit.BREAK;
      }
      const target = node.resolve(document);
      if (target === undefined) faults.push({ code: "BAD_ALIAS", offset: offsetOfNode(node) ?? 0 });
      else if (ancestors.some((ancestor) => ancestor === target)) {
        faults.push({ code: "ALIAS_BOMB", offset: offsetOfNode(node) ?? 0 });
      }
      return undefined;
    },
    Scalar(_key, node) {
      if (typeof node.value === "string" && /\p{Surrogate}/u.test(node.value)) {
        faults.push({ code: "SURROGATE", offset: offsetOfNode(node) ?? 0 });
      }
    },
  });
  return faults;
}

function keysTwice({ items }: YAMLMap): Fault[] {
  const keys = new Set<string>();
  return items.flatMap(({ key }) => {
    // A key that is not text is reported as such.
    if (!isScalar(key)) return [];
    const text = keyText(key);
    const isNew = !keys.has(text);
    keys.add(text);
    return isNew ? [] : [{ code: "DUPLICATE_KEY", offset: offsetOfNode(key) ?? 0 }];
  });
}

/** The offset of what a path leads to; of the last part of the way that is there, where it leads nowhere. */
function locate(document: Document.Parsed, path: Path, end: "key" | "value"): number {
  let node: unknown = document.contents;
  let offset = offsetOfNode(node) ?? 0;
  for (const [index, step] of path.entries()) {
    const entry = entryOf(isAlias(node) ? node.resolve(document) : node, step);
    if (entry === undefined) return offset;
    const last = index === path.length - 1;
    const shown = isPair(entry) && last && end === "key" ? entry.key : isPair(entry) ? entry.value : entry;
    offset = offsetOfNode(shown) ?? offsetOfNode(isPair(entry) ? entry.key : entry) ?? offset;
    node = isPair(entry) ? entry.value : entry;
  }
  return offset;
}

function entryOf(node: unknown, step: string | number): Pair | Node | undefined {
  if (isMap(node)) return node.items.find((pair) => keyText(pair.key) === String(step));
  if (!isSeq(node)) return undefined;
  const item = node.items[Number(step)];
  return isNode(item) ? item : undefined;
}

function keyText(key: unknown): string {
  return String(isScalar(key) ? key.value : key);
}

function offsetOfNode(node: unknown): number | undefined {
  return isNode(node) ? node.range?.[0] : undefined;
}

type Text = readonly [message: string, remedy: string];

const INDENT: Text = [
  "The indentation does not match the lines around it, so it is unclear what this belongs to.",
  "Give the keys of one map the same indentation, and put what lies inside them further to the right.",
];
const QUOTES = 'Put the text in quotes: "…".';
const NO_TAGS: Text = ["Unknown tag (`!…`).", "Leave the tag out; put text that begins with `!` in quotes."];
const NO_ALIAS: Text = [
  "This alias (`*…`) has no anchor (`&…`) of its name before it.",
  "Put text that begins with `*` in quotes, or write the value out.",
];
const SECOND_DOCUMENT: Text = [
  "A second document begins here, and one file holds one document.",
  "Move it to a file of its own, or remove the `---`.",
];
const DIRECTIVE: Text = ["zivsync does not accept this directive (`%…`).", "Remove the line."];

/** By the code that the YAML library gives; the capitals at the end are zivsync's own. */
const TEXTS: Readonly<Record<string, Text>> = {
  BAD_INDENT: INDENT,
  BAD_ALIAS: NO_ALIAS,
  ALIAS_PROPS: NO_ALIAS,
  TAB_AS_INDENT: ["A tab indents this line, and YAML takes spaces only.", "Use spaces."],
  MISSING_CHAR: [
    "A character is missing here: a quote, bracket, comma, colon or space that YAML needs.",
    "Close what was opened, and leave a space after every `:`, `-` and `,`.",
  ],
  BLOCK_AS_IMPLICIT_KEY: [
    "A second `key: value` is in the same line.",
    'Begin a new line for it, or put the text in quotes: "…".',
  ],
  BAD_SCALAR_START: ["A text cannot begin with this character.", QUOTES],
  BAD_DQ_ESCAPE: [
    'A backslash inside "…" begins an escape, and this one does not exist.',
    "Use single quotes: '…'.",
  ],
  DUPLICATE_KEY: [
    "This key is twice in one map, and only one of the two could count.",
    "Remove or rename one of them.",
  ],
  NON_STRING_KEY: ["A key must be text.", "Write `key: value`."],
  MULTIPLE_DOCS: SECOND_DOCUMENT,
  TAG_RESOLVE_FAILED: NO_TAGS,
  MULTIPLE_TAGS: NO_TAGS,
  BAD_DIRECTIVE: DIRECTIVE,
  BAD_VERSION: DIRECTIVE,
  RESOURCE_EXHAUSTION: ["The values are nested too deeply.", "Write them out flat."],
  UNPRINTABLE: [
    "This character cannot be printed, such as a NUL or an escape.",
    "Remove it, or save the file as UTF-8 text.",
  ],
  SURROGATE: ["An escape in this text is half a character.", "Write the character itself."],
  ALIAS_BOMB: [
    "The aliases (`*…`) of this file lead in a circle, or are more than 100 when those inside each other are counted.",
    "Write the values out in place of aliases.",
  ],
};
const OTHER: Text = [
  "This is not YAML: something else was expected here.",
  "Look at the quotes, brackets and indentation of this line and the one before it.",
];

/** A fault of syntax as a problem. The words are fixed: those of the library quote the file, and so perhaps a secret. */
function syntaxProblem(fault: string, where: string): Problem {
  const [message, remedy] = (Object.hasOwn(TEXTS, fault) ? TEXTS[fault] : undefined) ?? OTHER;
  const code =
    fault === "DUPLICATE_KEY"
      ? "config-duplicate"
      : fault === "ALIAS_BOMB"
        ? "yaml-alias-bomb"
        : "yaml-syntax";
  return { code, where, message, remedy };
}

/** A text as a YAML scalar between double quotes, so that nothing in it is read as anything but text. Pure. */
export function quoted(text: string): string {
  return JSON.stringify(text).replace(/[^\p{L}\p{M}\p{N}\p{P}\p{S} ]/gu, (character) => {
    const code = (character.codePointAt(0) ?? 0).toString(16);
    return code.length > 4 ? `\\U${code.padStart(8, "0")}` : `\\u${code.padStart(4, "0")}`;
  });
}

/** A list of texts on one line. Pure. */
export function quotedList(texts: readonly string[]): string {
  return `[${texts.map(quoted).join(", ")}]`;
}

/** Whether YAML can hold this text. Half of a surrogate pair is not a character. */
export function isWritable(text: string): boolean {
  return !/\p{Surrogate}/u.test(text);
}
