import type { Finding } from "../../../model/plan/finding.ts";
import type { ProfilePolicy } from "../../../model/plan/policy.ts";
import type { Candidate } from "../../desired/desired.ts";
import { manages, policyOf } from "../../live/ownership.ts";
import type { Intent } from "./action.ts";

type Change = Extract<Intent, { type: "change" }>;

type Context = {
  readonly policies: ReadonlyMap<string, ProfilePolicy>;
  readonly candidates: readonly Candidate[];
};

/** A change as it may be carried out, and why that is not the one that was wanted. */
export type Kept = { readonly intent: Change; readonly finding?: Finding };

/**
 * A change that would move an account out of what its profile manages is left out: nobody would suspend the account any
 * more when its person leaves. The other fields go on.
 */
export function keepInScope(intent: Change, context: Context): Kept {
  const { desired, live, after } = intent;
  const own = policyOf(context.policies, desired.profile).manages;
  if (!intent.updates || !manages(own, live)) return { intent };
  const isManaged = (change: Change) => manages(own, afterwards(change));
  if (isManaged(intent) || isTakenOver(intent, context)) return { intent };
  const { division: _, ...withoutDivision } = desired;
  const { fullName: __, ...withoutName } = desired;
  const kept = { address: live.address, aliases: after.aliases.filter((alias) => alias !== live.address) };
  const attempts: readonly (readonly [string, Change])[] = [
    ["division", { ...intent, desired: withoutDivision }],
    ["full name", { ...intent, desired: withoutName }],
    ["address", { ...intent, after: kept }],
  ];
  const [what, change] = attempts.find(([, attempt]) => isManaged(attempt)) ?? [
    "address, division or full name",
    { ...intent, desired: withoutDivisionAndName(intent), after: kept },
  ];
  const finding: Finding = {
    code: "record-not-managed",
    severity: "warning",
    summary: `The sources give this account another ${what}, and with it the profile would not manage the account any more. It keeps the ${what} that it has; let the profile include the new one, or take the account out of the profile's sources.`,
    where: {
      profile: desired.profile,
      source: desired.addressOrigin.source,
      place: desired.addressOrigin.where,
      kind: live.kind,
      address: live.address,
    },
  };
  return { intent: change, finding };
}

function withoutDivisionAndName({ desired }: Change): Change["desired"] {
  const { division: _, fullName: __, ...rest } = desired;
  return rest;
}

function afterwards({ desired, live, after }: Change): Parameters<typeof manages>[1] {
  return {
    kind: live.kind,
    address: after.address,
    fullName: desired.fullName?.value ?? live.fullName,
    division: desired.division?.value ?? live.division,
  };
}

/** Whether exactly one other profile manages the account then, and its sources give it. */
function isTakenOver(change: Change, { policies, candidates }: Context): boolean {
  const next = [...policies.values()].filter(({ manages: territory }) =>
    manages(territory, afterwards(change)),
  );
  const [only, ...others] = next;
  return (
    only !== undefined &&
    others.length === 0 &&
    candidates.some(
      ({ account, holds }) =>
        account.profile === only.name && account.address === change.after.address && holds.length === 0,
    )
  );
}
