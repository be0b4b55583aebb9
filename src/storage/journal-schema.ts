import { FIELD_NAMES, TEXT_FIELDS } from "../model/account/fields.ts";
import type { JournalEntry } from "../model/ports.ts";

type Check = (value: unknown) => boolean;

/** Half a character (a lone surrogate) is not text: no plan could say it. */
const text: Check = (value) => typeof value === "string" && !/\p{Cs}/u.test(value);
/** Zivver's answer is quoted as it came, cut off where it was long. */
const quoted: Check = (value) => typeof value === "string";
const flag: Check = (value) => typeof value === "boolean";
const none: Check = (value) => value === null;
const oneOf =
  (...words: readonly string[]): Check =>
  (value) =>
    words.some((word) => word === value);
const either =
  (...checks: readonly Check[]): Check =>
  (value) =>
    checks.some((check) => check(value));
const list =
  (check: Check): Check =>
  (value) =>
    Array.isArray(value) && value.every(check);
const object =
  (shape: Readonly<Record<string, Check>>): Check =>
  (value) =>
    typeof value === "object" &&
    value !== null &&
    Object.entries(shape).every(([key, check]) => check((value as Readonly<Record<string, unknown>>)[key]));

const kind = oneOf("personal", "functional");
const ofRequest = { change: text, step: oneOf("release", "change", "mend") };
const fieldValue = either(text, flag, none, list(text));
const fieldName = oneOf(...FIELD_NAMES);

const liveAccount = object({
  kind,
  zivverId: text,
  address: text,
  ...Object.fromEntries(TEXT_FIELDS.map((field) => [field, text])),
  active: flag,
  aliases: list(text),
  delegates: list(text),
  members: list(text),
  fingerprint: text,
});

const absent: Check = (value) => value === undefined;
const ids = list(either(text, none));

/** Of each type of entry, what resuming and reverting rest on. */
const SHAPES: Readonly<Record<JournalEntry["type"], Check>> = {
  begin: object({ seal: text }),
  resume: object({}),
  read: object({ accounts: list(object({ change: text, account: liveAccount })) }),
  start: object({
    ...ofRequest,
    action: oneOf("create", "update", "suspend", "reactivate", "delete"),
    kind,
    address: text,
    profile: text,
    fields: list(
      object({
        field: fieldName,
        before: fieldValue,
        after: fieldValue,
        accounts: either(absent, object({ before: ids, after: ids })),
      }),
    ),
    before: either(none, liveAccount),
  }),
  done: object({ ...ofRequest, zivverId: either(text, none), shown: either(absent, flag) }),
  error: object({ ...ofRequest, uncertain: flag, message: quoted }),
  outcome: object({
    outcome: object({
      change: text,
      state: oneOf("applied", "already", "conflict", "failed", "blocked", "unknown"),
      detail: quoted,
    }),
  }),
  end: object({}),
};

/** Whether this is the data of a journal entry, complete enough for all its uses. */
export function isJournalEntry(data: unknown): data is JournalEntry {
  const type = typeof data === "object" && data !== null && "type" in data ? data.type : undefined;
  return (
    typeof type === "string" && Object.hasOwn(SHAPES, type) && SHAPES[type as JournalEntry["type"]](data)
  );
}
