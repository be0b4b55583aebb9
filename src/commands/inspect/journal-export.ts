import { resolve } from "node:path";
import { validatePlan } from "../../config/schema/plan.ts";
import { findFiles } from "../../config/yaml/glob.ts";
import type { Plan } from "../../model/plan/plan.ts";
import { ZivsyncError } from "../../model/values/errors.ts";
import { journalLines, renderJournalCsv, renderJournalJson } from "../../review/journal-lines.ts";
import { neutralJson } from "../../review/shared/neutral.ts";
import { writeResultFile } from "../../storage/files/result-file.ts";
import { readJournalEntries } from "../../storage/journal.ts";
import { readPlan } from "../../storage/plan/plan-file.ts";
import type { CommandIo, CommonOptions, ExitCode } from "../shared/io.ts";

export type JournalExportOptions = CommonOptions & {
  readonly format: "csv" | "jsonl";
  readonly output?: string;
};

/** `zivsync journal export JOURNAL…`: the changes of one or more applies, a line each, for a log or an archive. Offline. */
export async function exportJournals(
  journals: readonly string[],
  options: JournalExportOptions,
  io: CommandIo,
): Promise<ExitCode> {
  const lines = [];
  for (const journal of (await Promise.all(journals.map(namedBy))).flat()) {
    const entries = await readJournalEntries(resolve(journal));
    const [first] = entries;
    const plan = await planBeside(journal, first?.type === "begin" ? first.seal : "");
    lines.push(...journalLines(entries, plan));
  }
  const isJson = options.json === true || options.format === "jsonl";
  const text = isJson
    ? renderJournalJson(lines).split("\n").map(neutralJson).join("\n")
    : renderJournalCsv(lines);
  if (options.output === undefined) io.out(text);
  else {
    await writeResultFile(resolve(options.output), text);
    io.note(`${lines.length} changes were written to ${options.output}.`);
  }
  return 0;
}

/** The shells of Windows leave `*.journal` to the program; others have made names of it already. */
async function namedBy(word: string): Promise<readonly string[]> {
  if (process.platform !== "win32" || !/[*?]/.test(word)) return [word];
  const found = await findFiles(process.cwd(), word);
  return found.length === 0 ? [word] : found;
}

/** The plan that the journal stands beside, where it is still there: it names what no request was sent for. */
async function planBeside(journal: string, seal: string): Promise<Plan | undefined> {
  const path = resolve(journal.replace(/\.[^./\\]{8}\.journal$/, ""));
  try {
    const plan = await readPlan(path, validatePlan);
    return plan.seal === seal ? plan : undefined;
  } catch (error) {
    if (error instanceof ZivsyncError) return undefined;
    throw error;
  }
}
