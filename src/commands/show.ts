import { resolve } from "node:path";
import { validatePlan } from "../config/plan-shape.ts";
import { InputError, RefusedError } from "../errors.ts";
import { canonicalJson } from "../model/canonical-json.ts";
import type { Plan } from "../model/plan.ts";
import type { JournalEntry } from "../model/ports.ts";
import { isCountedRight } from "../model/recount.ts";
import { journalPath, readJournalEntries } from "../records/journal.ts";
import { readPlan } from "../records/plan-file.ts";
import { renderMarkdown } from "../review/markdown.ts";
import { jsonLine } from "../review/neutral.ts";
import type { SealChecked } from "../review/plan-facts.ts";
import { renderText } from "../review/text.ts";
import type { CommandIo, CommonOptions, ExitCode } from "./io.ts";
import { sealAtHand } from "./seal-at-hand.ts";
import { asShown, requireDigest } from "./shown-file.ts";

export type ShowOptions = CommonOptions & {
  readonly format: "text" | "markdown" | "html" | "json";
  readonly details?: boolean;
  readonly journal?: string;
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
  if (format === "json") io.out(jsonLine(canonicalJson(plan)));
  else if (format === "markdown") io.out(renderMarkdown(plan, { sealChecked }));
  else if (format === "html") io.out(await htmlOf(plan, file, sealChecked, options.journal));
  else
    io.out(
      renderText(plan, { color: io.color, width: io.width, details: options.details ?? false, sealChecked }),
    );
  if (format === "json" && sealChecked === "unchecked")
    io.note("The seal is unchecked: the API key is not at hand. Findings and origins are unverified.");
  return 0;
}

async function htmlOf(
  plan: Plan,
  file: string,
  sealChecked: SealChecked,
  journal: string | undefined,
): Promise<string> {
  const { appliedOf, renderHtml } = await import("../review/html.ts");
  const { readReportPage } = await import("./report-page.ts");
  const [page, entries] = await Promise.all([readReportPage(), entriesOf(plan, file, journal)]);
  const applied = appliedOf(entries);
  return renderHtml(plan, { sealChecked, page, ...(applied === undefined ? {} : { applied }) });
}

/** What the named journal holds, or the one beside the plan, which need not be there. */
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
    throw new RefusedError([
      {
        code: "journal-other-plan",
        where: journal ?? path,
        message: "The journal belongs to another plan, so it says nothing about this one.",
        remedy: "Give the journal that `zivsync apply` named for this plan.",
      },
    ]);
  return entries;
}

const OTHER_TOTALS =
  "The file names other totals than its changes and guards have, so somebody changed it. The totals shown were counted anew.";

function refuseJournal(journal: string): never {
  throw new InputError([
    {
      code: "usage",
      where: `--journal ${journal}`,
      message: "Only the HTML report tells what an apply did.",
      remedy: "Add `-f html`, or leave `--journal` out.",
    },
  ]);
}
