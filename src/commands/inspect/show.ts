import { resolve } from "node:path";
import { validatePlan } from "../../config/schema/plan.ts";
import { fileKey } from "../../config/yaml/glob.ts";
import type { Plan } from "../../model/plan/plan.ts";
import { isCountedRight } from "../../model/plan/recount.ts";
import type { JournalEntry } from "../../model/ports.ts";
import { canonicalJson } from "../../model/values/canonical-json.ts";
import { InputError, RefusedError } from "../../model/values/errors.ts";
import { renderMarkdown } from "../../review/markdown/plan.ts";
import { jsonLine } from "../../review/shared/neutral.ts";
import type { SealChecked } from "../../review/shared/plan-facts.ts";
import { renderText } from "../../review/text/plan.ts";
import { writeResultFile } from "../../storage/files/result-file.ts";
import { journalPath, readJournalEntries } from "../../storage/journal.ts";
import { readPlan } from "../../storage/plan/plan-file.ts";
import type { CommandIo, CommonOptions, ExitCode } from "../shared/io.ts";
import { asShown, requireDigest, sealAtHand } from "../shared/shown-file.ts";

export type ShowOptions = CommonOptions & {
  readonly format: "text" | "markdown" | "html" | "json";
  readonly details?: boolean;
  readonly journal?: string;
  readonly output?: string;
};

/** `zivsync show plan.json`: renders a plan. Without the API key at hand it says that the seal is unchecked. */
export async function show(file: string, options: ShowOptions, io: CommandIo): Promise<ExitCode> {
  const format = options.json ? "json" : options.format;
  if (options.journal !== undefined && format !== "html") refuseJournal(options.journal);
  const read = await readPlan(resolve(file), validatePlan);
  const sealChecked = await sealAtHand(read, file, options, io);
  if (sealChecked === "unchecked") requireDigest(read, file);
  const plan = asShown(read, sealChecked);
  if (sealChecked === "unchecked" && !isCountedRight(read)) io.note(OTHER_TOTALS);
  const text = await rendered(plan, file, { ...options, format }, sealChecked, io);
  if (options.output === undefined) io.out(text);
  else {
    const isOther = fileKey(resolve(options.output)) !== fileKey(resolve(file));
    await writeResultFile(resolve(options.output), text, format === "json" && isOther ? "a plan" : undefined);
  }
  if (format === "json" && sealChecked === "unchecked")
    io.note("The seal is unchecked: the API key is not at hand. Findings and origins are unverified.");
  return 0;
}

async function rendered(
  plan: Plan,
  file: string,
  { format, details = false, journal, output }: ShowOptions,
  sealChecked: SealChecked,
  io: CommandIo,
): Promise<string> {
  if (format === "json") return jsonLine(canonicalJson(plan));
  if (format === "markdown") return renderMarkdown(plan, { sealChecked });
  if (format === "html") return htmlOf(plan, file, sealChecked, journal);
  const color = io.color && output === undefined;
  return renderText(plan, { color, width: io.width, details, sealChecked });
}

async function htmlOf(
  plan: Plan,
  file: string,
  sealChecked: SealChecked,
  journal: string | undefined,
): Promise<string> {
  const { appliedOf, renderHtml } = await import("../../review/html/report.ts");
  const { readReportPage } = await import("../shared/report-page.ts");
  const [page, entries] = await Promise.all([readReportPage(), entriesOf(plan, file, journal)]);
  const applied = appliedOf(entries);
  return renderHtml(plan, { sealChecked, page, ...(applied === undefined ? {} : { applied }) });
}

/** The content of the named journal, or of the one beside the plan, which need not be there. */
async function entriesOf(
  plan: Plan,
  file: string,
  journal: string | undefined,
): Promise<readonly JournalEntry[]> {
  const path = journal === undefined ? journalPath(resolve(file), plan) : resolve(journal);
  const entries = await readJournalEntries(path).catch((error: unknown) => {
    const none = error instanceof InputError && error.problems.every(({ code }) => code === "file-not-found");
    if (journal === undefined && none) return [];
    throw error;
  });
  const [first] = entries;
  if (first?.type === "begin" && first.seal !== plan.seal)
    throw new RefusedError({
      code: "journal-other-plan",
      where: journal ?? path,
      message: "The journal belongs to another plan, so it says nothing about this one.",
      remedy: "Give the journal that `zivsync apply` named for this plan.",
    });
  return entries;
}

const OTHER_TOTALS =
  "The file names other totals than its changes and guards have, so somebody changed it. The totals shown were counted again.";

function refuseJournal(journal: string): never {
  throw new InputError({
    code: "usage",
    where: `--journal ${journal}`,
    message: "Only the HTML report shows what an apply did.",
    remedy: "Add `-f html`, or leave `--journal` out.",
  });
}
