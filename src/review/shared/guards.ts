import type { GuardName } from "../../model/plan/default-guards.ts";
import type { GuardResult } from "../../model/plan/plan.ts";
import type { Medium } from "./medium.ts";
import { countOf } from "./totals.ts";

/** The measure of a guard: `suspend, personal accounts of profile staff`; `memberRemoval, desk@example.org`. */
export function guardScope(result: GuardResult, medium: Medium): string {
  const { guard, kind, address, source } = result;
  if (source !== undefined) return `${guard}, ${medium.name(source)}`;
  if (address !== undefined) return `${guard}, ${medium.address(address)}`;
  return `${guard}, ${kind === undefined ? "all" : kind} accounts${ofProfile(result, medium)}`;
}

/** The reason why a guard refuses: what would happen to how many of how many, and the limit. */
export function refusalLine(result: GuardResult, medium: Medium): string {
  const { guard, limit } = result;
  if (guard === "protectedNobody") return `${guard}: ${protectedNobody(result)}`;
  return `${guard}: ${effectOf({ ...result, guard }, medium)}; the limit is ${limit ?? 0}.`;
}

/** The effects on accounts, by guard. */
const DONE = {
  update: "would be updated",
  suspend: "would be suspended",
  reactivate: "would be made active again",
  delete: "would be deleted",
  rename: "would get another primary address",
  accountKey: "would get another account key",
} as const;

type Measured = GuardResult & { readonly guard: GuardName };

function effectOf(result: Measured, medium: Medium): string {
  const { guard, measured, of, kind, address, source } = result;
  const accounts = (count: number) =>
    `${kind === undefined ? "" : `${kind} `}${count === 1 ? "account" : "accounts"}`;
  const scope = ofProfile(result, medium);
  switch (guard) {
    case "create":
      return `${measured} ${accounts(measured)}${scope} would be created beside the ${of} that exist`;
    case "memberRemoval": {
      const whose = address === undefined ? scope : ` of ${medium.address(address)}`;
      return `${measured} of ${countOf(of, "delegate")}${whose} would lose access`;
    }
    case "addDelegate": {
      const what = address === undefined ? `accounts${scope} that exist` : medium.address(address);
      return `${countOf(measured, "delegate")} would get access to ${what}`;
    }
    case "sourceShrink":
      return `${medium.name(source ?? "the source")} gives ${countOf(measured, "record")} fewer than the ${of} of the last apply`;
    default:
      return `${measured} of ${of} ${accounts(of)}${scope} ${DONE[guard]}`;
  }
}

function ofProfile({ profile }: GuardResult, medium: Medium): string {
  return profile === undefined ? "" : ` of profile ${medium.name(profile)}`;
}

function protectedNobody({ measured }: GuardResult): string {
  return `${countOf(measured, "personal account")} would be suspended or deleted while organization.yaml protects nobody, and your administrators may be among them. This cannot be accepted: name your administrators under \`protected\`, or write \`protected: none\`.`;
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
 * those accepted already included, since an acceptance holds for one planning only. Empty where nothing is refused, and
 * where something is refused that cannot be accepted: what is done about it makes another plan.
 */
export function acceptOptions(guards: readonly GuardResult[]): readonly string[] {
  const refused = refusals(guards);
  if (refused.length === 0 || refused.some(({ guard }) => guard === "protectedNobody")) return [];
  return guards
    .filter(({ verdict }) => verdict !== "passed")
    .map(({ guard, measured }) => `--accept ${guard}=${measured}`);
}
