import { whyHeldBack } from "../../model/run/held-back.ts";
import type { Status } from "../../model/run/status.ts";
import { heldBackSentences } from "../attention/held-back.ts";
import { countsOf } from "../messages/message.ts";
import { createTerminal, type Medium } from "../shared/medium.ts";
import { countOf } from "../shared/totals.ts";
import { createPaint } from "./terminal/color.ts";
import { wrapText } from "./terminal/display-width.ts";

/** Clocks of two machines may differ by this much. */
const TOLERANCE_SECONDS = 300;

type Section = { readonly title: string; readonly isFine: boolean; readonly lines: readonly string[] };

/** The status for people: what is well in one line each, what is not with its details. Nothing is shortened. */
export function renderStatus(
  status: Status,
  { color, width }: { readonly color: boolean; readonly width: number },
): string {
  const paint = createPaint(color);
  const medium = createTerminal(createPaint(false));
  const sections = [
    successSection(status),
    waitingSection(status),
    heldSection(status, medium),
    sourceSection(status, medium),
    ...dueSections(status, medium),
    deliverySection(status, medium),
  ];
  const lines = sections.flatMap(({ title, isFine, lines: more }) => [
    ...wrapText(title, width, 0).map((line) => (isFine ? line : paint.bold(paint.yellow(line)))),
    ...more.flatMap((line) => wrapText(line, width, 2)),
  ]);
  return `${paint.bold(`zivsync status of ${medium.name(status.organization)}`)}\n${lines.join("\n")}\n`;
}

function successSection({ success }: Status): Section {
  if (success === null)
    return { title: "Last success: none that the state knows of", isFine: false, lines: [] };
  const isAhead = success.ageSeconds < -TOLERANCE_SECONDS;
  const age = isAhead ? "in the future: a clock is wrong, or was" : `${ageOf(success.ageSeconds)} ago`;
  const title = `Last success: ${success.at} (\`${success.command}\`, ${age})`;
  return { title, isFine: !isAhead, lines: [] };
}

function ageOf(seconds: number): string {
  if (seconds < 120) return countOf(Math.max(0, seconds), "second");
  const minutes = Math.floor(seconds / 60);
  if (minutes < 120) return countOf(minutes, "minute");
  const hours = Math.floor(minutes / 60);
  return hours < 72 ? countOf(hours, "hour") : countOf(Math.floor(hours / 24), "day");
}

/** Of a new state nothing is kept before people have applied its first plan, so what waits is not known from it. */
function waitingSection({ waiting, success }: Status): Section {
  if (waiting === null && success === null)
    return { title: "Waiting for approval: nothing that the state knows of", isFine: false, lines: [] };
  if (waiting === null) return { title: "Waiting for approval: nothing", isFine: true, lines: [] };
  const { changes, since, days, digest } = waiting;
  const title = `Waiting for approval: ${countsOf(changes, "due")}, since ${since.slice(0, 10)} (${countOf(days, "day")})`;
  return { title, isFine: false, lines: [`Digest: ${digest}`] };
}

function heldSection({ heldBack }: Status, medium: Medium): Section {
  if (heldBack.length === 0) return { title: "Held back: nothing", isFine: true, lines: [] };
  const known = heldBack.flatMap((one) => (one.because === null ? [] : [{ ...one, because: one.because }]));
  const sentences =
    known.length === heldBack.length ? heldBackSentences(known) : [countOf(heldBack.length, "removal")];
  const lines = heldBack.map(({ kind, address, because, since, days }) => {
    const why = because === null ? "" : `, because ${whyHeldBack(because, kind)}`;
    return `${kind} ${medium.address(address)}: for ${countOf(days, "day")}, since ${since.slice(0, 10)}${why}`;
  });
  return {
    title: `Held back: ${sentences.join("; ")}`,
    isFine: false,
    lines,
  };
}

function sourceSection({ incomplete }: Status, medium: Medium): Section {
  if (incomplete.length === 0) return { title: "Incomplete sources: none", isFine: true, lines: [] };
  const lines = incomplete.map(
    ({ profile, name, since, days }) =>
      `${medium.name(profile)}/${medium.name(name)}: for ${countOf(days, "day")}, since ${since.slice(0, 10)}`,
  );
  return { title: `Incomplete sources: ${incomplete.length}`, isFine: false, lines };
}

function dueSections({ due, undated }: Status, medium: Medium): readonly Section[] {
  const lines = due.map(
    ({ address, dueAt, suspendedAt }) =>
      `${medium.address(address)}: on ${dueAt.slice(0, 10)}, suspended on ${suspendedAt.slice(0, 10)}`,
  );
  const soon =
    due.length === 0
      ? { title: "Deleted by Zivver within 14 days: none that the state knows of", isFine: true, lines }
      : {
          title: `Deleted by Zivver within 14 days: ${countOf(due.length, "account")}`,
          isFine: false,
          lines,
        };
  if (undated === 0) return [soon];
  const title = `Suspended by an older zivsync: ${countOf(undated, "account")}, and when Zivver deletes them is not known`;
  return [soon, { title, isFine: false, lines: [] }];
}

function deliverySection({ undelivered }: Status, medium: Medium): Section {
  if (undelivered.length === 0) return { title: "Failed notifications: none", isFine: true, lines: [] };
  const lines = undelivered.map(
    ({ channel, event, at, code }) => `${medium.name(channel)}, ${event}: ${code}, at ${at}`,
  );
  return { title: `Failed notifications: ${undelivered.length}`, isFine: false, lines };
}
