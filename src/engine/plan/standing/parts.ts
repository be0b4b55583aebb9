import { ACTIONS, type Change } from "../../../model/plan/change.ts";
import type { PlanBody, PlanSummary } from "../../../model/plan/plan.ts";
import type { RateLimit } from "../../../model/plan/policy.ts";
import type { Wait, WaitReason } from "../../../model/plan/standing.ts";
import { countRequests } from "../../order/request-count.ts";
import type { Split } from "./split.ts";

/** The two parts of a plan. Guards and findings are those of the whole in both. */
export type Parts = { readonly routine: PlanBody; readonly waiting: PlanBody };

/**
 * Parts a plan as its split says. What is remembered of accounts that do not change goes with the routine part, which is carried out
 * first, except for the first plan of a state (`isFirst`), of which people apply all that there is. A change of the waiting part needs
 * none of the routine one any more, as that was carried out. Pure.
 */
export function partPlan(
  whole: PlanBody,
  { routine, waits }: Split,
  { rate, isFirst = false }: { readonly rate: RateLimit; readonly isFirst?: boolean },
): Parts {
  return {
    routine: partOf(whole, (id) => routine.has(id), { rate, takesUnchanged: !isFirst }),
    waiting: {
      ...partOf(whole, (id) => waits.has(id), { rate, takesUnchanged: isFirst }),
      waits: numbered(whole.changes, waits),
    },
  };
}

function partOf(
  whole: PlanBody,
  isIn: (id: string) => boolean,
  { rate, takesUnchanged }: { readonly rate: RateLimit; readonly takesUnchanged: boolean },
): PlanBody {
  const own = whole.changes.filter(({ id }) => isIn(id));
  const names = namesIn(own);
  const changes = own.map((change) => ({
    ...change,
    id: names.get(change.id) ?? change.id,
    needs: change.needs.flatMap((id) => names.get(id) ?? []),
  }));
  const remember = whole.remember?.flatMap((entry) => {
    if (entry.change === undefined) return takesUnchanged ? [entry] : [];
    const change = names.get(entry.change);
    return change === undefined ? [] : [{ ...entry, change }];
  });
  return {
    ...whole,
    changes,
    summary: summaryOf(changes, whole, rate),
    ...(remember === undefined ? {} : { remember }),
  };
}

/** Each part is numbered for itself, in the order of the whole. */
function namesIn(changes: readonly Change[]): ReadonlyMap<string, string> {
  return new Map(changes.map(({ id }, at) => [id, `c-${at + 1}`]));
}

function numbered(changes: readonly Change[], waits: ReadonlyMap<string, WaitReason>): readonly Wait[] {
  const names = namesIn(changes.filter(({ id }) => waits.has(id)));
  return [...names].flatMap(([id, name]): readonly Wait[] => {
    const reason = waits.get(id);
    if (reason === undefined) return [];
    if (!("change" in reason)) return [{ ...reason, id: name }];
    return [{ ...reason, id: name, change: names.get(reason.change) ?? reason.change }];
  });
}

function summaryOf(changes: readonly Change[], whole: PlanBody, rate: RateLimit): PlanSummary {
  const count = (all: readonly Change[], action: Change["action"]) =>
    all.filter((change) => change.action === action).length;
  const requests = countRequests(changes);
  const existing = (all: readonly Change[]) => all.length - count(all, "create");
  return {
    ...whole.summary,
    ...Object.fromEntries(ACTIONS.map((action) => [action, count(changes, action)])),
    unchanged: whole.summary.unchanged + existing(whole.changes) - existing(changes),
    requests,
    seconds: Math.round((requests * rate.seconds) / rate.requests),
  };
}
