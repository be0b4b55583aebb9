import { ACTIONS } from "../../model/plan/change.ts";
import { daysBetween } from "../../model/run/held-back.ts";
import type { ActionCounts, RunEvent } from "../../model/run/memory.ts";
import type { DueDeletion, HeldAccount, Run } from "../../model/run/run.ts";
import type { Problem } from "../../model/values/errors.ts";
import { heldBackSentences } from "../attention/held-back.ts";
import { countOf } from "../shared/totals.ts";

/** `test`: what `notify test` sends. */
export type MessageEvent = RunEvent | "test";

/** A part of a message. Its lines can hold text of others, so every medium neutralises them; its title is ours. */
export type MessagePart = { readonly title: string; readonly lines: readonly string[] };

/** The message about a run, in no medium yet. The title is ours, on one line, and names nobody. */
export type Message = {
  readonly title: string;
  readonly tone: "warn" | "bad";
  readonly parts: readonly MessagePart[];
  /** Where to look: addresses of web pages and files, none of them from a directory. */
  readonly look: readonly string[];
};

/** Accounts that a message names of each sort; the rest is counted. */
export const NAMED = 10;
const PROBLEMS = 5;

/** One message about one event of a run. `details`: whether it names people. Pure. */
export function buildMessage(run: Run, event: MessageEvent, details: "counts" | "names"): Message {
  const names = details === "names";
  const parts: readonly MessagePart[] = [
    part("Applied", Object.keys(run.applied).length === 0 ? [] : [`${countsOf(run.applied, "done")}.`]),
    part("Not applied", unappliedLines(run, names)),
    part("Waiting for approval", waitingLines(run)),
    part("Held back", heldLines(run.heldBack, names)),
    part("Refused by guards", guardLines(run, names)),
    part("What went wrong", problemLines(run.problems, names)),
    part(
      "Sources that could not be read in full",
      cut(
        (run.incomplete ?? []).map((source) => `${source.profile}/${source.name}${daysOf(source, run)}`),
        NAMED,
        "source",
      ),
    ),
    part("Zivver deletes soon", dueLines(run.due, names)),
  ];
  return {
    title: `zivsync ${run.organization}: ${headline(run, event)}`,
    tone: event === "failed" || event === "refused" || event === "partial" ? "bad" : "warn",
    parts: event === "test" ? [TEST] : parts.filter(({ lines }) => lines.length > 0),
    look: run.look,
  };
}

const TEST: MessagePart = {
  title: "Test",
  lines: ["Notifications of zivsync arrive here. Nothing was read or applied."],
};

const part = (title: string, lines: readonly string[]): MessagePart => ({ title, lines });

function headline(run: Run, event: MessageEvent): string {
  switch (event) {
    case "test":
      return "test of notifications";
    case "waiting":
      return waitingHeadline(total(run.waiting?.changes ?? {}));
    case "held-back":
      return heldHeadline(run);
    case "partial":
      return partialHeadline(run);
    case "refused":
      return `\`${run.command}\` was refused`;
    case "failed":
      return `\`${run.command}\` failed`;
  }
}

function heldHeadline({ heldBack, incomplete = [], at }: Run): string {
  if (heldBack.length > 0)
    return `${countOf(heldBack.length, "removal is", "removals are")} held back, for up to ${countOf(longest(heldBack), "day")}`;
  const days = incomplete.reduce((most, { since = at }) => Math.max(most, daysBetween(since, at)), 0);
  return `${countOf(incomplete.length, "source")} could not be read in full, for up to ${countOf(days, "day")}`;
}

function daysOf({ since }: { readonly since?: string }, { at }: Run): string {
  const days = since === undefined ? 0 : daysBetween(since, at);
  return days === 0 ? "" : `, for ${countOf(days, "day")}`;
}

function partialHeadline({ unapplied, problems }: Run): string {
  const isUnsaved = unapplied.length === 0 && problems.length > 0;
  if (isUnsaved) return "applied, but the state could not be saved";
  return `applied in part, ${countOf(unapplied.length, "change is", "changes are")} not in place`;
}

/** Without a change it is the first plan of a state. */
function waitingHeadline(changes: number): string {
  if (changes === 0) return "the first plan of a new state waits for approval";
  return `${countOf(changes, "change waits", "changes wait")} for approval`;
}

const longest = (held: readonly HeldAccount[]) => held.reduce((most, { days }) => Math.max(most, days), 0);

export function total(counts: ActionCounts): number {
  return ACTIONS.reduce((sum, action) => sum + (counts[action] ?? 0), 0);
}

const DONE = {
  create: "created",
  update: "updated",
  suspend: "suspended",
  reactivate: "reactivated",
  delete: "deleted",
};

/** `3 created, 1 suspended` or `3 to create, 1 to suspend`. */
export function countsOf(counts: ActionCounts, when: "done" | "due"): string {
  const shown = ACTIONS.flatMap((action) => {
    const count = counts[action] ?? 0;
    return count === 0 ? [] : [`${count} ${when === "done" ? DONE[action] : `to ${action}`}`];
  });
  return shown.length === 0 ? "nothing" : shown.join(", ");
}

function unappliedLines({ unapplied }: Run, names: boolean): readonly string[] {
  if (unapplied.length === 0) return [];
  const states = [...new Set(unapplied.map(({ state }) => state))].map(
    (state) => `${unapplied.filter((one) => one.state === state).length} ${state}`,
  );
  return [
    `${countOf(unapplied.length, "change")}: ${states.join(", ")}.`,
    ...named(
      unapplied,
      names,
      ({ action, address, state, detail }) => `${action} ${address}: ${state}. ${detail}`,
    ),
  ];
}

function waitingLines({ waiting }: Run): readonly string[] {
  if (waiting === undefined || waiting === null) return [];
  const { changes, since, reasons } = waiting;
  const what = total(changes) === 0 ? "No changes" : countsOf(changes, "due");
  return [`${what}, since ${since.slice(0, 10)}.`, ...cut(reasons, PROBLEMS, "reason")];
}

function heldLines(held: readonly HeldAccount[], names: boolean): readonly string[] {
  return [
    ...heldBackSentences(held).map((sentence) => `${sentence}.`),
    ...named(
      held,
      names,
      ({ fullName, address, days }) => `${personOf(fullName, address)}: ${countOf(days, "day")}`,
    ),
  ];
}

function personOf(fullName: string, address: string): string {
  return fullName === "" ? address : `"${fullName.replaceAll('"', "'")}" <${address}>`;
}

function guardLines({ guards }: Run, names: boolean): readonly string[] {
  const lines = guards.map(({ guard, kind, profile, source, address, measured, limit }) => {
    const scope = [kind, profile ?? source, names ? address : undefined].filter((one) => one !== undefined);
    return `${guard}${scope.length === 0 ? "" : ` (${scope.join(", ")})`}: ${measured}, the limit is ${limit ?? "none"}`;
  });
  return cut([...new Set(lines)], NAMED, "guard");
}

/** Messages of errors can quote a record, so without names only the code is shown, and a place in the configuration. */
function problemLines(problems: readonly Problem[], names: boolean): readonly string[] {
  const lines = problems.map(({ code, where, message }) => {
    const place = where !== undefined && (names || isPlace(where)) ? ` at ${where}` : "";
    return `${code}${place}${names ? `: ${message}` : ""}`;
  });
  return cut([...new Set(lines)], PROBLEMS, "problem");
}

/** `profiles/staff.yaml:12:5`, a file of the configuration, and not an address nor a row of a source. */
export function isPlace(where: string): boolean {
  return /^(?:profiles\/)?[\w.-]+\.ya?ml(?::\d+){0,2}$/.test(where);
}

function dueLines(due: readonly DueDeletion[], names: boolean): readonly string[] {
  const [first] = due;
  if (first === undefined) return [];
  return [
    `${countOf(due.length, "suspended account")}, the first on ${first.dueAt.slice(0, 10)}. To keep one, reactivate it before.`,
    ...named(due, names, ({ address, dueAt }) => `${address}: ${dueAt.slice(0, 10)}`),
  ];
}

function named<T>(items: readonly T[], names: boolean, lineOf: (item: T) => string): readonly string[] {
  return names ? cut(items.map(lineOf), NAMED, "account") : [];
}

function cut(lines: readonly string[], most: number, what: string): readonly string[] {
  const rest = lines.length - most;
  return rest > 0 ? [...lines.slice(0, most), `… and ${countOf(rest, `more ${what}`)}`] : lines;
}

/** Renders a message with as many of its lines as fit; what is cut is counted. The last lines of the longest part go first. */
export function fitMessage<T>(
  message: Message,
  render: (message: Message) => T,
  fits: (rendered: T) => boolean,
): T {
  let parts = message.parts.map((part) => ({ ...part, cut: 0 }));
  for (;;) {
    const shown = parts.map(({ title, lines, cut }) => ({
      title,
      lines: cut === 0 ? lines : [...lines, `… and ${cut} more ${cut === 1 ? "line" : "lines"}`],
    }));
    const rendered = render({ ...message, parts: shown });
    const longest = parts.reduce((most, { lines }) => Math.max(most, lines.length), 0);
    if (longest === 0 || fits(rendered)) return rendered;
    parts = parts.map((part) =>
      part.lines.length === longest ? { ...part, lines: part.lines.slice(0, -1), cut: part.cut + 1 } : part,
    );
  }
}

/** Bytes of UTF-8, as JSON. */
export function jsonBytes(value: unknown): number {
  return new TextEncoder().encode(JSON.stringify(value)).length;
}
