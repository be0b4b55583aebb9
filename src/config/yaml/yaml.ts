import type { Document, Node, Pair, YAMLError, YAMLMap } from "yaml";
import {
  isAlias,
  isCollection,
  isMap,
  isNode,
  isPair,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  visit,
} from "yaml";
import type { Problem } from "../../model/values/errors.ts";
import { syntaxProblem } from "./yaml-problems.ts";

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
