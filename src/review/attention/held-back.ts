import type { Kind } from "../../model/account/kind.ts";
import type { Finding } from "../../model/plan/finding.ts";
import { type HeldRemoval, whyHeldBack } from "../../model/run/held-back.ts";
import { addTo } from "../../model/values/multimap.ts";
import { countOf } from "../shared/totals.ts";

/** A removal that is held back, and of which kind of account. `action`: absent where that is not known. */
export type Held = Omit<HeldRemoval, "action"> &
  Partial<Pick<HeldRemoval, "action">> & { readonly kind: Kind };

/** Sentences that are shown; there are more reasons only where everything is wrong at once. */
const GROUPS = 4;

/**
 * `21 suspensions on hold for 3 days because …`, a sentence for each action and reason, the most first. Without names.
 * `for up to`: not all of them as long.
 */
export function heldBackSentences(held: readonly Held[]): readonly string[] {
  const groups = new Map<string, Held[]>();
  for (const one of held) {
    addTo(groups, `${one.action ?? ""} ${whyHeldBack(one.because, one.kind)}`, one);
  }
  const order = [...groups.values()].sort((a, b) => b.length - a.length);
  const rest = order.slice(GROUPS).reduce((sum, group) => sum + group.length, 0);
  return [
    ...order.slice(0, GROUPS).map(sentenceOf),
    ...(rest > 0 ? [`${countOf(rest, "more removal")} on hold for other reasons`] : []),
  ];
}

function sentenceOf(group: readonly Held[]): string {
  const { action, because = "incomplete", kind = "personal" } = group[0] ?? {};
  const days = group.map((one) => one.days ?? 0);
  const most = days.reduce((a, b) => Math.max(a, b), 0);
  const upTo = days.every((count) => count === most) ? "" : "up to ";
  const time = most === 0 ? "" : ` for ${upTo}${countOf(most, "day")}`;
  const noun = action === undefined ? "removal" : action === "suspend" ? "suspension" : "deletion";
  return `${countOf(group.length, noun)} on hold${time} because ${whyHeldBack(because, kind)}`;
}

/** The removals of findings; undefined where one does not say, as in plans of older versions. */
export function heldIn(findings: readonly Finding[]): readonly Held[] | undefined {
  const held = findings.flatMap(({ heldBack, where: { kind } }) =>
    heldBack === undefined || kind === undefined ? [] : [{ ...heldBack, kind }],
  );
  return held.length === findings.length ? held : undefined;
}
