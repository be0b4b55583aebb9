import { ACTIONS, isRemoval } from "../../model/plan/change.ts";
import { aftermathOf, type PlannedChange, personOf, showChange } from "../shared/change.ts";
import type { ShownField } from "../shared/field.ts";
import { MARKDOWN } from "../shared/medium.ts";
import { each, fitSection, folded, type Room, type Section } from "./fit.ts";

const LIST_ITEMS = 10;

/** Changes to be written. */
export type ChangeList = {
  readonly changes: readonly PlannedChange[];
  /** Whether each names its profile. */
  readonly profiles: boolean;
  /** The text behind a change's name, safe already. */
  readonly mark?: (change: PlannedChange) => string;
  /** Of the plan: when Zivver deletes what is suspended. */
  readonly deletedAfterDays?: number | undefined;
};

/**
 * Suspensions and deletions in at most `budget` of the room: with what changes as long as that is less than half of what is left;
 * past it by name only, and cut only past `budget`.
 */
export function takeRemovals(room: Room, { changes, ...list }: ChangeList, budget: number): string {
  const removals = changes.filter(isRemoval);
  if (removals.length === 0) return "";
  const section = (entry: (change: PlannedChange) => string): Section => ({
    open: `**Suspensions and deletions (${removals.length})**\n\n`,
    ...each(removals, entry),
    more: (from) => `- … and ${moreOf(removals.slice(from))}\n`,
    close: "\n",
  });
  const detailed = section((change) => changeEntry(change, list));
  const isShort = fitSection(detailed, Math.min(room.left / 2, budget), room.measure).whole;
  return room.take(isShort ? detailed : section((change) => nameEntry(change, list)), budget);
}

/** A folded list of changes; undefined when there are none. `title` is safe already. */
export function changeSection(title: string, { changes, ...list }: ChangeList): Section | undefined {
  if (changes.length === 0) return undefined;
  return {
    ...folded(title),
    ...each(changes, (change) => changeEntry(change, list)),
    more: (from) => `- … and ${moreOf(changes.slice(from))}\n`,
  };
}

/** The same by name only. */
export function nameSection(title: string, changes: readonly PlannedChange[]): Section | undefined {
  if (changes.length === 0) return undefined;
  return {
    ...folded(title),
    ...each(changes, (change) => nameEntry(change)),
    more: (from) => `- … and ${moreOf(changes.slice(from))}\n`,
  };
}

/** `762 more: 700 to create, 62 to update`. */
function moreOf(changes: readonly PlannedChange[]): string {
  return `${changes.length} more: ${actionCounts(changes)}`;
}

/** `700 to create, 62 to update`; empty of no changes. */
export function actionCounts(changes: readonly PlannedChange[]): string {
  const counts = ACTIONS.map((action) => ({
    action,
    count: changes.filter((change) => change.action === action).length,
  }));
  const parts = counts.filter(({ count }) => count > 0).map(({ action, count }) => `${count} to ${action}`);
  return parts.join(", ");
}

type Marks = Pick<ChangeList, "mark" | "deletedAfterDays">;

function nameEntry(change: PlannedChange, marks: Marks = {}): string {
  const who = isRemoval(change) ? personOf(change, MARKDOWN) : MARKDOWN.address(change.address);
  return `- ${change.action} ${who}${markOf(change, marks)}\n`;
}

function markOf(change: PlannedChange, { mark, deletedAfterDays }: Marks): string {
  const after = aftermathOf(change, deletedAfterDays);
  return `${mark?.(change) ?? ""}${after === undefined ? "" : ` – ${after}`}`;
}

function changeEntry(change: PlannedChange, { profiles, ...marks }: Omit<ChangeList, "changes">): string {
  const shown = showChange(change, MARKDOWN, LIST_ITEMS);
  const profile = profiles ? ` (${shown.profile})` : "";
  const head = `- **${shown.action}** ${shown.kind} ${shown.who}${profile}${markOf(change, marks)}\n`;
  return head + shown.fields.map(fieldEntry).join("");
}

function fieldEntry({ label, text, items, origin }: ShownField): string {
  const shown = text === "" ? items.join(", ") : text;
  return `  - ${label}: ${shown}${origin === "" ? "" : ` (${origin})`}\n`;
}
