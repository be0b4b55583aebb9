import {
  type Given,
  RECORD_FIELDS,
  type RecordField,
  type RecordProblem,
  type SourceRecord,
} from "../../model/account/account.ts";
import { plainTexts } from "../../model/account/fields.ts";
import { KINDS, type Kind } from "../../model/account/kind.ts";
import { parseJsonOfAnyDepth } from "../../model/values/json.ts";
import { present } from "../../model/values/present.ts";
import { Secret } from "../../model/values/secret.ts";
import type { FieldValues } from "../records/filter.ts";
import { Unclear } from "../records/findings.ts";
import { whyUnclearKey, whyUnclearName } from "../records/name-text.ts";

/**
 * The meaning of one line: a record, the end with its count, or why it is neither. `spoken` are the fields that the line names,
 * whatever it says of them. `own` gives what a filter asks for by a name of the source's own.
 */
export type ReadLine =
  | {
      readonly type: "record";
      readonly record: SourceRecord;
      readonly spoken: readonly RecordField[];
      readonly own: (name: string) => FieldValues;
    }
  | { readonly type: "end"; readonly count: number }
  | { readonly type: "wrong"; readonly message: string };

export type LinePlace = { readonly source: string; readonly where: string };

type Properties = Readonly<Record<string, unknown>>;

/** The properties of a record, in the order of schemas/record.schema.json. */
const PROPERTIES: ReadonlySet<string> = new Set(["kind", ...RECORD_FIELDS, "supplement", "extra"]);
const LONGEST_NAME = 64;
const TWICE = "is named twice in the line, so nothing says which one is meant.";

/** Reads one line, by schemas/record.schema.json. No message holds a value: any of them may be an account key. */
export function readLine(text: string, place: LinePlace): ReadLine {
  const wrong = (message: string): ReadLine => ({ type: "wrong", message });
  const value = parseJsonOfAnyDepth(text);
  if (value === undefined) return wrong("This is not JSON, or only a part of a line.");
  if (typeof value !== "object" || value === null || Array.isArray(value))
    return wrong("A line has to be one object of JSON: `{…}`.");
  const properties = value as Properties;
  const twice = namedTwice(text);
  if (Object.hasOwn(properties, "end")) return readEnd(properties, twice);
  const { kind } = properties;
  if (twice.has("kind")) return wrong(`\`kind\` ${TWICE}`);
  if (!KINDS.includes(kind as Kind))
    return wrong('`kind` has to be "personal" or "functional", so nothing says which kind of account it is.');
  return {
    type: "record",
    record: recordOf(properties, twice, kind as Kind, place),
    spoken: RECORD_FIELDS.filter((field) => Object.hasOwn(properties, field)),
    own: (name) => (twice.has("extra") ? "unreadable" : ownValues(properties.extra, name)),
  };
}

function readEnd(properties: Properties, twice: ReadonlySet<string>): ReadLine {
  const { end, count, ...others } = properties;
  const isSound = end === true && Number.isSafeInteger(count) && Number(count) >= 0;
  if (isSound && twice.size === 0 && Object.keys(others).length === 0)
    return { type: "end", count: Number(count) };
  return { type: "wrong", message: 'The last line has to be `{"end":true,"count":n}` and nothing else.' };
}

function recordOf(
  properties: Properties,
  twice: ReadonlySet<string>,
  kind: Kind,
  { source, where }: LinePlace,
): SourceRecord {
  const problems: RecordProblem[] = unknownProperties(properties);
  /** The value that `read` makes of a property: nothing when it is absent, null, or of the wrong type. */
  const give = <T>(field: RecordField, read: (value: unknown) => T | undefined | Unclear) => {
    const written = properties[field];
    if (!twice.has(field) && (written === undefined || written === null)) return undefined;
    const value = twice.has(field) ? new Unclear(`It ${TWICE}`) : read(written);
    if (value === undefined) return undefined;
    if (!(value instanceof Unclear))
      return { value, origin: { source, where, attribute: field } } as Given<T>;
    problems.push({ attribute: field, message: value.message, field });
    return undefined;
  };
  const { supplement } = properties;
  if (twice.has("supplement")) problems.push({ attribute: "supplement", message: `It ${TWICE}` });
  else if (supplement !== undefined && supplement !== null && typeof supplement !== "boolean")
    problems.push({ attribute: "supplement", message: "It has to be true or false." });
  const fields = present({
    email: give("email", readText),
    id: give("id", readText),
    fullName: give("fullName", readName),
    aliases: give("aliases", readList),
    delegates: give("delegates", readList),
    active: give("active", readFlag),
    ...plainTexts((field) => give(field, readText)),
    accountKey: give("accountKey", readKey),
  });
  return { kind, where, supplement: supplement === true, ...fields, problems };
}

/** A property that nobody knows is most likely a field by a wrong name: what the record means is in doubt. */
function unknownProperties(properties: Properties): RecordProblem[] {
  return Object.keys(properties)
    .filter((name) => !PROPERTIES.has(name))
    .map((name) => ({
      attribute: name.slice(0, LONGEST_NAME),
      message: "A record has no such property. What only a filter looks at belongs into `extra`.",
    }));
}

/** Empty text says nothing, as an empty cell of a table does. */
function readText(value: unknown): string | undefined | Unclear {
  if (typeof value === "number")
    return new Unclear("It is a number. Write it as text, or digits may be lost.");
  if (typeof value !== "string") return new Unclear("It has to be a text.");
  if (/[^\P{Cc}\t\n\r\u0085]/u.test(value)) return new Unclear("It holds control characters.");
  return value.trim() === "" ? undefined : value.trim();
}

function readName(value: unknown): string | undefined | Unclear {
  const unclear = typeof value === "string" ? whyUnclearName(value) : undefined;
  return unclear === undefined ? readText(value) : new Unclear(unclear);
}

function readKey(value: unknown): Secret | undefined | Unclear {
  const unclear = typeof value === "string" ? whyUnclearKey(value) : undefined;
  const text = unclear === undefined ? readText(value) : new Unclear(unclear);
  return typeof text === "string" ? new Secret(text) : text;
}

/** An empty list says that there are none. */
function readList(value: unknown): readonly string[] | Unclear {
  if (!Array.isArray(value))
    return new Unclear("It has to be a list of addresses: `[]` where there are none.");
  const items: string[] = [];
  for (const item of value) {
    const text = typeof item === "string" ? readText(item) : new Unclear("");
    if (typeof text !== "string") return new Unclear("Each of its items has to be an address.");
    items.push(text);
  }
  return items;
}

function readFlag(value: unknown): boolean | Unclear {
  return typeof value === "boolean"
    ? value
    : new Unclear("It has to be true or false, without quotation marks.");
}

/** A name that `extra` lacks has no value, as a property that is null. */
function ownValues(extra: unknown, name: string): FieldValues {
  if (extra === undefined || extra === null) return [];
  if (typeof extra !== "object" || Array.isArray(extra)) return "unreadable";
  const value = Object.hasOwn(extra, name) ? (extra as Properties)[name] : undefined;
  const values = Array.isArray(value) ? value : [value];
  const texts = values.flatMap((one) => (one === undefined || one === null ? [] : [one]));
  // A number beyond these has lost digits already.
  const isClear = (one: unknown) =>
    ["string", "boolean"].includes(typeof one) ||
    (typeof one === "number" && Math.abs(one) <= Number.MAX_SAFE_INTEGER);
  if (!texts.every(isClear)) return "unreadable";
  return texts.map(String);
}

/** A text of JSON, or one of the characters that make its structure. */
const TOKEN = /"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\]:,]/gs;

/**
 * The properties of a line's object that it names twice, or in whose value an object names one twice. JSON.parse takes
 * the last of them, and other readers the first, so neither is what the source says. The text has to be sound JSON.
 */
function namedTwice(text: string): ReadonlySet<string> {
  const twice = new Set<string>();
  /** Of each open object the names so far; of a list, undefined. */
  const open: (Set<string> | undefined)[] = [];
  let property = "";
  let last = "";
  for (const [token] of text.matchAll(TOKEN)) {
    if (token === "{") open.push(new Set());
    else if (token === "[") open.push(undefined);
    else if (token === "}" || token === "]") open.pop();
    else if (token === ":") {
      const name: string = JSON.parse(last);
      const names = open.at(-1);
      if (open.length === 1) property = name;
      if (names?.has(name)) twice.add(property);
      names?.add(name);
    }
    last = token;
  }
  return twice;
}
