import type { Status } from "../../model/run/status.ts";
import { total } from "../messages/message.ts";
import { neutralText } from "../shared/neutral.ts";

type Metric = { readonly name: string; readonly help: string; readonly value: number | null };

/** The status in the text format of Prometheus. Times are in seconds since 1970. An unknown value has no sample. */
export function renderPrometheus(status: Status): string {
  const { success, waiting, heldBack, incomplete, due, undelivered } = status;
  const seconds = (at: string | undefined) => (at === undefined ? null : Date.parse(at) / 1000);
  const metrics: readonly Metric[] = [
    {
      name: "last_success_timestamp_seconds",
      help: "When a run last ended in good order.",
      value: seconds(success?.at),
    },
    {
      name: "waiting_changes",
      help: "Changes that wait for approval.",
      value: waiting === null ? 0 : total(waiting.changes),
    },
    {
      name: "waiting_since_timestamp_seconds",
      help: "Since when something waits for approval.",
      value: seconds(waiting?.since),
    },
    {
      name: "held_back_removals",
      help: "Suspensions and deletions that incomplete data does not justify.",
      value: heldBack.length,
    },
    {
      name: "held_back_since_timestamp_seconds",
      help: "Since when the first of them is held back.",
      value: seconds(heldBack[0]?.since),
    },
    {
      name: "incomplete_sources",
      help: "Sources that the last run could not read in full.",
      value: incomplete.length,
    },
    {
      name: "due_deletions",
      help: "Suspended accounts that Zivver deletes within 14 days.",
      value: due.length,
    },
    {
      name: "failed_notifications",
      help: "Channels whose last notification failed.",
      value: undelivered.length,
    },
  ];
  const label = `{organization="${neutralText(status.organization).replace(/[\\"]/g, "\\$&")}"}`;
  return metrics
    .map(({ name, help, value }) => {
      const head = `# HELP zivsync_${name} ${help}\n# TYPE zivsync_${name} gauge\n`;
      return value === null ? head : `${head}zivsync_${name}${label} ${value}\n`;
    })
    .join("");
}
