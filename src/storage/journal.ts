import { readFileBytes } from "../file-bytes.ts";
import type { Plan } from "../model/plan/plan.ts";
import type { StandingApproval } from "../model/plan/standing.ts";
import type { Journal, JournalEntry } from "../model/ports.ts";
import { InputError, RefusedError } from "../model/values/errors.ts";
import { parseJson } from "../model/values/json.ts";
import { errorCode, LARGEST_BYTES, reasonOf } from "./files/files.ts";
import { continueGrowingFile, createGrowingFile, type GrowingFile } from "./files/growing-file.ts";
import { isJournalEntry } from "./journal-schema.ts";

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
  throw new InputError([
    {
      code: entries.length === 0 ? "file-not-found" : "journal-syntax",
      where: path,
      message:
        entries.length === 0
          ? "There is no such file, or no entry of a journal is in it."
          : "This is not a journal of an apply.",
      remedy: "Give the file that `zivsync apply` names at its end; it stands beside the plan.",
    },
  ]);
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
    unwritable(
      path,
      `The journal cannot be written any more: ${reasonOf(error)}. What is in no journal is not sent.`,
      "Make room for it, then apply the same plan again to go on.",
    );
  try {
    if (bytes === undefined) return await createGrowingFile(path, "", failed);
    return await continueGrowingFile(path, bytes, failed);
  } catch (error) {
    throw unwritable(
      path,
      `The journal cannot be written: ${reasonOf(error)}. Nothing is applied without one.`,
      "Check the folder of the plan and its permissions.",
    );
  }
}

function unwritable(where: string, message: string, remedy: string): InputError {
  return new InputError([{ code: "file-unwritable", where, message, remedy }]);
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
    throw new InputError([
      { code: "file-unreadable", where: path, message: `The journal cannot be read: ${reasonOf(error)}.` },
    ]);
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
      "The line is not a journal entry, so zivsync cannot tell what was done.",
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
  throw new RefusedError([{ code, where, message, remedy }]);
}
