import { errorCode, readFileBytes } from "../file-bytes.ts";
import { FIELD_NAMES, TEXT_FIELDS } from "../model/account/fields.ts";
import type { Plan } from "../model/plan/plan.ts";
import type { StandingApproval } from "../model/plan/standing.ts";
import type { Journal, JournalEntry } from "../model/ports.ts";
import { InputError, RefusedError } from "../model/values/errors.ts";
import { parseJson } from "../model/values/json.ts";
import { cannotWrite, LARGEST_BYTES, reasonOf } from "./files/files.ts";
import { continueGrowingFile, createGrowingFile, type GrowingFile } from "./files/growing-file.ts";

export type JournalFile = Journal & { close(): Promise<void> };

/** The journal of a plan stands beside it, under a name that no other plan in the same place has. */
export function journalPath(planPath: string, plan: Plan): string {
  return `${planPath}.${plan.seal.slice(-8)}.journal`;
}

/**
 * Opens the journal of a plan, new or begun by an earlier run. JSON Lines; every line is on disc before `append` resolves.
 * Throws RefusedError when the plan is used up or the journal belongs to another plan.
 */
export async function openJournal(
  path: string,
  plan: Plan,
  at: string,
  approval?: StandingApproval,
): Promise<JournalFile> {
  const { entries, bytes } = await readUsableJournal(path, plan);
  const file = await openForAppend(path, bytes);
  const append = (entry: JournalEntry) => file.append(`${JSON.stringify(entry)}\n`);
  try {
    const by = approval === undefined ? {} : { approval };
    await append(
      entries.length === 0
        ? { type: "begin", at, digest: plan.digest, seal: plan.seal, zivsync: plan.zivsync, ...by }
        : { type: "resume", at, ...by },
    );
  } catch (error) {
    await file.close();
    throw error;
  }
  return { entries, append, close: file.close };
}

/** The entries of a journal. Throws InputError, also where there is none; RefusedError when it cannot be trusted. */
export async function readJournalEntries(path: string): Promise<readonly JournalEntry[]> {
  const { entries } = await readJournal(path);
  if (entries[0]?.type === "begin") return entries;
  throw new InputError({
    code: entries.length === 0 ? "file-not-found" : "journal-syntax",
    where: path,
    message:
      entries.length === 0
        ? "There is no such file, or no entry of a journal is in it."
        : "This is not a journal of an apply.",
    remedy: "Give the file that `zivsync apply` names at its end; it is beside the plan.",
  });
}

/** The journal of a plan that was applied to its end; undefined where there is none. Throws RefusedError, as `openJournal` does. */
export async function readEndedJournal(
  path: string,
  plan: Plan,
): Promise<readonly JournalEntry[] | undefined> {
  const { entries } = await readJournal(path);
  const [first] = entries;
  const isOfPlan = first?.type === "begin" && first.seal === plan.seal;
  return isOfPlan && entries.some(({ type }) => type === "end") ? entries : undefined;
}

/** Throws RefusedError when the plan is used up or the journal in its place belongs to another plan. Writes nothing. */
export async function checkUnused(path: string, plan: Plan): Promise<void> {
  await readUsableJournal(path, plan);
}

async function readUsableJournal(path: string, plan: Plan) {
  const read = await readJournal(path);
  const { entries } = read;
  const [first] = entries;
  if (first !== undefined && (first.type !== "begin" || first.seal !== plan.seal)) {
    refuse(
      "journal-other-plan",
      path,
      "The journal belongs to another plan that was in this place.",
      "Move the journal away to keep it, then apply again.",
    );
  }
  if (entries.some((entry) => entry.type === "end")) {
    refuse(
      "plan-used",
      path,
      "The plan has been applied already, and a plan is used once.",
      "Make a new plan: it holds what is still to do, such as what was in conflict or failed.",
    );
  }
  return read;
}

/** Opens for appending and cuts off a last line that was never finished; `bytes` is undefined where there is no file. */
async function openForAppend(path: string, bytes: number | undefined): Promise<GrowingFile> {
  const failed = (error: unknown) =>
    cannotWrite(
      path,
      `The journal can no longer be written: ${reasonOf(error)}. What is in no journal is not sent.`,
      "Make room for it, then apply the same plan again to go on.",
    );
  try {
    if (bytes === undefined) return await createGrowingFile(path, "", failed);
    return await continueGrowingFile(path, bytes, failed);
  } catch (error) {
    throw cannotWrite(
      path,
      `The journal cannot be written: ${reasonOf(error)}. Nothing is applied without one.`,
      "Check the folder of the plan and its permissions.",
    );
  }
}

/**
 * The whole lines of a journal and the bytes they take, or no bytes where there is no file. A last line without an end was
 * torn by a crash and does not count.
 */
async function readJournal(
  path: string,
): Promise<{ readonly entries: readonly JournalEntry[]; readonly bytes?: number }> {
  let content: Buffer;
  try {
    content = await readFileBytes(path, LARGEST_BYTES);
  } catch (error) {
    if (errorCode(error) === "ENOENT") return { entries: [] };
    throw new InputError({
      code: "file-unreadable",
      where: path,
      message: `The journal cannot be read: ${reasonOf(error)}.`,
    });
  }
  const bytes = content.lastIndexOf("\n") + 1;
  const lines = content.subarray(0, bytes).toString("utf8").split("\n").slice(0, -1);
  return { entries: lines.map((line, index) => parseLine(line, `${path}:${index + 1}`)), bytes };
}

function parseLine(line: string, where: string): JournalEntry {
  const entry = parseJson(line);
  if (!isJournalEntry(entry)) {
    refuse(
      "journal-syntax",
      where,
      "The line is not a journal entry, so it is unknown what was done.",
      "Make a new plan; keep the journal for the record.",
    );
  }
  return entry;
}

function refuse(
  code: "journal-syntax" | "journal-other-plan" | "plan-used",
  where: string,
  message: string,
  remedy: string,
): never {
  throw new RefusedError({ code, where, message, remedy });
}

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
function isJournalEntry(data: unknown): data is JournalEntry {
  const type = typeof data === "object" && data !== null && "type" in data ? data.type : undefined;
  return (
    typeof type === "string" && Object.hasOwn(SHAPES, type) && SHAPES[type as JournalEntry["type"]](data)
  );
}
