import { createHash } from "node:crypto";
import type { Configuration } from "../../config/organization/configuration.ts";
import { createSecretReader } from "../../config/secrets/secrets.ts";
import type { Outcome } from "../../model/plan/outcome.ts";
import type { Plan } from "../../model/plan/plan.ts";
import type { Channel, MailChannel, MessageChannel } from "../../model/run/channel.ts";
import type { RunEvent } from "../../model/run/memory.ts";
import { eventsOf, isSuccess, type Run } from "../../model/run/run.ts";
import { canonicalJson } from "../../model/values/canonical-json.ts";
import { InternalError, type Problem, ZivsyncError } from "../../model/values/errors.ts";
import { LARGEST_ATTACHMENT, type Letter } from "../../notify/mail.ts";
import type { NotifyPorts } from "../../notify/ports.ts";
import { buildMessage, type MessageEvent } from "../../review/messages/message.ts";
import { neutralJson } from "../../review/shared/neutral.ts";
import type { CommandIo } from "../shared/io.ts";
import { readReportPage } from "../shared/report-page.ts";

/** The result of one notification. `problem`: why it failed; absent where it was delivered. */
export type Delivery = {
  readonly channel: string;
  readonly event: MessageEvent | "heartbeat";
  readonly problem?: Problem;
};

type Sending = { readonly channel: Channel; readonly event: Delivery["event"] };

/** Tells every channel of a run what it asks for, all at once. Throws nothing: what fails is in the result. */
export async function deliver(
  run: Run,
  configuration: Configuration,
  report: Report,
  io: CommandIo,
): Promise<readonly Delivery[]> {
  const events = eventsOf(run, configuration.alertAfterMs);
  return sendAll(
    run,
    configuration.notify.flatMap((channel) => sendingsOf(channel, events)),
    configuration,
    report,
    io,
  );
}

/** The same on the real path, with a message that says that it is a test. */
export async function deliverTest(
  run: Run,
  configuration: Configuration,
  io: CommandIo,
): Promise<readonly Delivery[]> {
  const sendings = configuration.notify.map(
    (channel): Sending => ({
      channel,
      event: channel.type === "heartbeat" ? "heartbeat" : "test",
    }),
  );
  return sendAll(run, sendings, configuration, {}, io);
}

function sendingsOf(channel: Channel, events: readonly RunEvent[]): readonly Sending[] {
  if (channel.type === "heartbeat") return [{ channel, event: "heartbeat" }];
  return events.filter((event) => channel.on.includes(event)).map((event) => ({ channel, event }));
}

function sendAll(
  run: Run,
  sendings: readonly Sending[],
  { target, sealKey }: Configuration,
  report: Report,
  io: CommandIo,
): Promise<readonly Delivery[]> {
  const ports: NotifyPorts = {
    readSecret: createSecretReader(io.environment, [target.apiKey, ...(sealKey ? [sealKey] : [])]),
    clock: io.clock,
    environment: io.environment,
    version: io.version,
  };
  return Promise.all(
    sendings.map(async ({ channel, event }) => {
      const what = { channel: channel.name, event };
      try {
        await sendOne(run, { channel, event }, report, ports);
        return what;
      } catch (error) {
        return { ...what, problem: problemOf(error, channel) };
      }
    }),
  );
}

function problemOf(error: unknown, { where, name }: Channel): Problem {
  const [known] = error instanceof ZivsyncError ? error.problems : [];
  if (known !== undefined) return known;
  // A library's message could hold the address or what was sent.
  const kind = error instanceof Error ? error.name : "error";
  const [problem] = new InternalError(`the notification to \`${name}\` failed (${kind})`).problems;
  return { ...(problem as Problem), where };
}

async function sendOne(
  run: Run,
  { channel, event }: Sending,
  report: Report,
  ports: NotifyPorts,
): Promise<void> {
  if (channel.type === "heartbeat") {
    const { callHeartbeat } = await import("../../notify/web.ts");
    return callHeartbeat(channel, isSuccess(run), ports);
  }
  if (event === "heartbeat") return;
  const id = idOf(run, event, channel);
  if (channel.type === "mail") {
    const { renderMail } = await import("../../review/messages/mail.ts");
    const { sendMail } = await import("../../notify/mail.ts");
    const { note, attachments } =
      event === "test" ? { note: "", attachments: [] } : await reportFor(run, channel, report);
    const mail = renderMail(buildMessage(run, event, channel.details), note);
    return sendMail(channel, { ...mail, attachments }, id, ports);
  }
  const { postJson } = await import("../../notify/web.ts");
  return postJson(channel, neutralJson(JSON.stringify(await bodyOf(run, event, channel, id))), id, ports);
}

async function bodyOf(
  run: Run,
  event: MessageEvent,
  { type, details }: Exclude<MessageChannel, { type: "mail" }>,
  id: string,
): Promise<object> {
  switch (type) {
    case "webhook": {
      const { buildPayload } = await import("../../review/messages/payload.ts");
      return buildPayload(run, event, { id, names: details === "names" });
    }
    case "teams": {
      const { renderTeams } = await import("../../review/messages/teams.ts");
      return renderTeams(buildMessage(run, event, details));
    }
    case "slack": {
      const { renderSlack } = await import("../../review/messages/slack.ts");
      return renderSlack(buildMessage(run, event, details));
    }
  }
}

/** The same for every attempt, and another one for every run, event and channel. */
function idOf(
  { organization, command, at, digest = "" }: Run,
  event: MessageEvent,
  { name }: Channel,
): string {
  const text = canonicalJson([organization, command, at, digest, event, name]);
  return createHash("sha256").update(text).digest("hex").slice(0, 32);
}

/** The input of the report that goes along with mail; without a plan there is none. */
type Report = { readonly plan?: Plan; readonly outcomes?: readonly Outcome[] };

type Attached = Pick<Letter, "attachments"> & { readonly note: string };

/**
 * The report of the plan, attached: the one that `show -f html` makes where the channel may name people, else one of counts. What is
 * too large for a mail server is left out, and the note says so.
 */
async function reportFor(run: Run, { details }: MailChannel, { plan, outcomes }: Report): Promise<Attached> {
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
