import type { GuardResult } from "../model/plan.ts";
import type { Medium } from "./medium.ts";

/** What a guard measures: `suspend, personal accounts`; `memberRemoval, desk@example.org`. */
export function guardScope({ guard, kind, address, source }: GuardResult, medium: Medium): string {
  if (source !== undefined) return `${guard}, ${medium.name(source)}`;
  if (address !== undefined) return `${guard}, ${medium.address(address)}`;
  return `${guard}, ${kind === undefined ? "all" : kind} accounts`;
}

/** Why a guard refuses, with scope, measured value, whole and limit. */
export function refusalLine(result: GuardResult, medium: Medium): string {
  return `${guardScope(result, medium)}: ${result.measured} of ${result.of} is more than the limit of ${result.limit ?? 0}.`;
}

/** `12 of 800, limit 40`. */
export function guardMeasure({ measured, of, limit }: GuardResult): string {
  return `${measured} of ${of}, ${limit === null ? "no limit" : `limit ${limit}`}`;
}

/** The guards that refuse. */
export function refusals(guards: readonly GuardResult[]): readonly GuardResult[] {
  return guards.filter(({ verdict }) => verdict === "refused");
}

/**
 * The `--accept` options under which the same plan would be applicable: one for each measurement that is over its limit,
 * those accepted already included, since an acceptance holds for one planning only. Empty where nothing is refused.
 */
export function acceptOptions(guards: readonly GuardResult[]): readonly string[] {
  if (refusals(guards).length === 0) return [];
  return guards
    .filter(({ verdict }) => verdict !== "passed")
    .map(({ guard, measured }) => `--accept ${guard}=${measured}`);
}
