import type { Origin } from "../../model/account/account.ts";
import type { FieldName, FieldValue } from "../../model/account/fields.ts";
import { FIELDS } from "../../model/account/fields.ts";
import type { ChangedIn, FieldChange } from "../../model/plan/change.ts";
import type { Medium } from "./medium.ts";
import { diffLongText } from "./word-diff.ts";

export const CHANGED_IN: Readonly<Record<ChangedIn, string>> = {
  source: "changed at the source",
  zivver: "changed in Zivver since",
  both: "changed at the source, and in Zivver since",
};

/** A difference may be longer than a value: what changed must not be cut off with what did not. */
export const DIFFERENCE = 600;

/** All that is ever shown of an account key. */
export const HIDDEN_KEY = "set (hidden)";

/** One field of a change, ready to be laid out: one line, or a line and items below it. */
export type ShownField = {
  readonly label: string;
  /** Before and after; empty where `items` say it. */
  readonly text: string;
  /** Removed ones first: those are the people who lose something. */
  readonly items: readonly string[];
  /** Where the value comes from, and where it was changed since the last apply. */
  readonly origin: string;
};

/** Writes a field's before and after; of a list, what comes and goes, at most `most` items and a count of the rest. */
export function showField(change: FieldChange, medium: Medium, most: number): ShownField {
  const label = FIELDS[change.field].label;
  const origin = [
    change.origin ? showOrigin(change.origin, medium) : "",
    change.changedIn ? CHANGED_IN[change.changedIn] : "",
  ]
    .filter((part) => part !== "")
    .join("; ");
  const { before, after } = change;
  if (change.field === "accountKey") return { label, text: HIDDEN_KEY, items: [], origin };
  if (isList(before) || isList(after)) {
    const items = showList(isList(before) ? before : [], isList(after) ? after : [], medium, most);
    return { label, text: items.length === 0 ? "(none)" : "", items, origin };
  }
  return { label, text: showTransition(change.field, before, after, medium), items: [], origin };
}

/** The place a value comes from: source, place in it, attribute. */
function showOrigin({ source, where, attribute }: Origin, medium: Medium): string {
  return medium.name([source, where, attribute].filter((part) => part !== "").join(", "));
}

function showTransition(field: FieldName, before: FieldValue, after: FieldValue, medium: Medium): string {
  if (before === null && after !== null) return medium.added(showValue(field, after, medium));
  if (after === null) return `was ${medium.removed(showValue(field, before, medium))}`;
  if (typeof before === "string" && typeof after === "string") {
    const difference = diffLongText(before, after);
    if (difference !== undefined) return medium.value(difference, DIFFERENCE);
  }
  return `${medium.removed(showValue(field, before, medium))} → ${medium.added(showValue(field, after, medium))}`;
}

/** One value; what is empty is said. */
export function showValue(field: FieldName, value: FieldValue, medium: Medium): string {
  if (value === null || value === "") return "(none)";
  if (typeof value === "boolean") return value ? "yes" : "no";
  return field === "address" ? medium.address(String(value)) : medium.value(String(value));
}

/** Lists are sorted sets, so what comes and goes is exact in one pass, whatever the size (an edit script is quadratic). */
function showList(
  before: readonly string[],
  after: readonly string[],
  medium: Medium,
  most: number,
): readonly string[] {
  const had = new Set(before);
  const has = new Set(after);
  const removed = before.filter((item) => !has.has(item));
  const added = after.filter((item) => !had.has(item));
  const shownRemoved = removed.slice(
    0,
    added.length === 0 ? most : Math.max(most - added.length, Math.ceil(most / 2)),
  );
  const shownAdded = added.slice(0, most - shownRemoved.length);
  const rest = [
    ...restOf(removed.length - shownRemoved.length, "removed"),
    ...restOf(added.length - shownAdded.length, "added"),
  ];
  return [
    ...shownRemoved.map((item) => medium.removed(`− ${medium.address(item)}`)),
    ...shownAdded.map((item) => medium.added(`+ ${medium.address(item)}`)),
    ...(rest.length > 0 ? [`… and ${rest.join(", ")}`] : []),
  ];
}

function restOf(count: number, what: string): readonly string[] {
  return count > 0 ? [`${count} more ${what}`] : [];
}

export function isList(value: FieldValue): value is readonly string[] {
  return Array.isArray(value);
}
