import type { Kind } from "../model/account/kind.ts";
import type { Action, FieldChange } from "../model/plan/change.ts";
import type { OutcomeState } from "../model/plan/outcome.ts";
import type { Plan } from "../model/plan/plan.ts";
import type { JournalEntry } from "../model/ports.ts";
import { renderCsv } from "./text/terminal/table.ts";

/** One change of an apply, for a log. Empty texts where neither journal nor plan says it; account keys are never in it. */
export type JournalLine = {
  /** The time when it ended, else when it began: ISO 8601, UTC. */
  readonly at: string;
  readonly digest: string;
  readonly change: string;
  readonly action: Action | "";
  readonly kind: Kind | "";
  readonly profile: string;
  readonly address: string;
  readonly fullName: string;
  readonly zivverId: string;
  readonly fields: readonly Pick<FieldChange, "field" | "before" | "after">[];
  /** `unknown` for a change that was begun and of which no end is written. */
  readonly outcome: OutcomeState;
  readonly detail: string;
};

type Known = Pick<JournalLine, "action" | "kind" | "profile" | "address" | "fullName" | "fields">;
const NOTHING_KNOWN: Known = { action: "", kind: "", profile: "", address: "", fullName: "", fields: [] };

/** One line a change, in the order in which they ended. `plan` has the changes that sent no request. Pure. */
export function journalLines(
  entries: readonly JournalEntry[],
  plan?: Pick<Plan, "changes">,
): readonly JournalLine[] {
  const [first] = entries;
  const digest = first?.type === "begin" ? first.digest : "";
  const planned = new Map((plan?.changes ?? []).map((change) => [change.id, change]));
  const lines = new Map<string, JournalLine>();
  const put = (change: string, more: Partial<JournalLine>) => {
    const ofPlan = planned.get(change);
    const before = lines.get(change) ?? {
      ...{ at: "", digest, change, ...NOTHING_KNOWN, zivverId: "", outcome: "unknown" as const, detail: "" },
      ...(ofPlan === undefined ? {} : knownOf(ofPlan, null)),
    };
    // The last word on a change is at the end.
    lines.delete(change);
    lines.set(change, { ...before, ...more });
  };
  for (const entry of entries) {
    if (entry.type === "start")
      put(entry.change, {
        ...{ at: entry.at, ...knownOf(entry, entry.before?.fullName ?? null) },
        zivverId: entry.before?.zivverId ?? lines.get(entry.change)?.zivverId ?? "",
        outcome: "unknown",
      });
    else if (entry.type === "done" && entry.zivverId !== null)
      put(entry.change, { at: entry.at, zivverId: entry.zivverId });
    else if (entry.type === "outcome") {
      const { change, state, detail } = entry.outcome;
      put(change, { at: entry.at, outcome: state, detail });
    }
  }
  return [...lines.values()];
}

type Source = Pick<JournalLine, "address" | "profile"> & {
  readonly action: Action;
  readonly kind: Kind;
  readonly fields: readonly FieldChange[];
};

function knownOf({ action, kind, profile, address, fields }: Source, fullName: string | null): Known {
  const name = fullName ?? fields.find(({ field }) => field === "fullName")?.after;
  return {
    ...{ action, kind, profile, address, fullName: typeof name === "string" ? name : "" },
    // A key is not data for a log: that it was written is all that is said.
    fields: fields.map(({ field, before, after }) =>
      field === "accountKey" ? { field, before: null, after: null } : { field, before, after },
    ),
  };
}

/** A line of JSON each. */
export function renderJournalJson(lines: readonly JournalLine[]): string {
  return lines.map((line) => `${JSON.stringify(line)}\n`).join("");
}

/** With a header row, safe to open in a spreadsheet program. */
export function renderJournalCsv(lines: readonly JournalLine[]): string {
  return renderCsv([
    [
      "At",
      "Action",
      "Kind",
      "Address",
      "Full name",
      "Changes",
      "Outcome",
      "Detail",
      "Profile",
      "Zivver id",
      "Change",
      "Plan",
    ],
    ...lines.map((line) => [
      ...[line.at, line.action, line.kind, line.address, line.fullName, changesOf(line)],
      ...[line.outcome, line.detail, line.profile, line.zivverId, line.change, line.digest],
    ]),
  ]);
}

function changesOf({ fields }: JournalLine): string {
  return fields
    .map(({ field, before, after }) =>
      field === "accountKey" ? "accountKey: written" : `${field}: ${textOf(before)} -> ${textOf(after)}`,
    )
    .join("; ");
}

function textOf(value: FieldChange["before"]): string {
  if (value === null) return "(none)";
  return Array.isArray(value) ? `[${value.join(", ")}]` : String(value);
}
