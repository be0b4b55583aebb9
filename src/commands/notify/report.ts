import type { Outcome } from "../../model/plan/outcome.ts";
import type { Plan } from "../../model/plan/plan.ts";
import type { MailChannel } from "../../model/run/channel.ts";
import type { Run } from "../../model/run/run.ts";
import { LARGEST_ATTACHMENT, type Letter } from "../../notify/mail.ts";
import { readReportPage } from "../shared/report-page.ts";

/** The input of the report that goes along with mail; without a plan there is none. */
export type Report = { readonly plan?: Plan; readonly outcomes?: readonly Outcome[] };

type Attached = Pick<Letter, "attachments"> & { readonly note: string };

/**
 * The report of the plan, attached: the one that `show -f html` makes where the channel may name people, else one of counts. What is
 * too large for a mail server is left out, and the note says so.
 */
export async function reportFor(
  run: Run,
  { details }: MailChannel,
  { plan, outcomes }: Report,
): Promise<Attached> {
  if (plan === undefined) return { note: "", attachments: [] };
  const content = details === "names" ? await wholeReport(run, plan, outcomes) : await countsOnly(plan, run);
  if (Buffer.byteLength(content) > LARGEST_ATTACHMENT)
    return {
      note: "The report is too large for mail. `zivsync show plan.json -f html` makes it from the plan file.",
      attachments: [],
    };
  const note =
    details === "names"
      ? "The report is attached."
      : "The report is attached, without names: `details: names` attaches all of it.";
  return { note, attachments: [{ filename: "zivsync-report.html", content }] };
}

async function wholeReport(run: Run, plan: Plan, outcomes: readonly Outcome[] | undefined): Promise<string> {
  const { renderHtml } = await import("../../review/html/report.ts");
  const page = await readReportPage();
  if (outcomes === undefined) return renderHtml(plan, { sealChecked: "valid", page });
  const byChange = new Map(outcomes.map((outcome) => [outcome.change, outcome]));
  const isEnded = run.outcome === "done" || run.outcome === "pending";
  const applied = { begun: run.at, ...(isEnded ? { ended: run.at } : {}), byChange };
  return renderHtml(plan, { sealChecked: "valid", page, applied });
}

async function countsOnly(plan: Plan, run: Run): Promise<string> {
  const { renderCounts } = await import("../../review/messages/counts-report.ts");
  return renderCounts(plan, run);
}
