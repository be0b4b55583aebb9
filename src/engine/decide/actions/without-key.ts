import type { Finding } from "../../../model/plan/finding.ts";
import type { OrganizationPolicy } from "../../../model/plan/policy.ts";
import { sameList } from "../../desired/field-values.ts";
import { whereOf } from "../../match/conflicts.ts";
import { named } from "../../match/match-result.ts";
import type { Links } from "../../readings/links.ts";
import type { Intent } from "./action.ts";
import type { Kept } from "./leaving-scope.ts";

type Change = Extract<Intent, { type: "change" }>;

type Context = {
  readonly organization: OrganizationPolicy;
  readonly links: Links;
};

/**
 * Zivver may forget an account key when aliases or delegates are written without it. Where zivsync knows that the account has
 * a key and no source gives it now, or where the key in the record is in doubt, they wait; an account that never had one from here changes as its sources say.
 */
export function keepKey(intent: Change, { organization, links }: Context): Kept {
  const { desired, live, after } = intent;
  const isAtRisk =
    organization.loginMethod === "sso" &&
    live.kind === "personal" &&
    desired.accountKey === undefined &&
    (links.memoryOf(live)?.accountKey !== undefined || desired.held?.has("accountKey") === true);
  if (!isAtRisk) return { intent };
  const { delegates: _, ...rest } = desired;
  const staysAsItIs = sameList(after.aliases, live.aliases);
  const kept: Change = {
    ...intent,
    desired: rest,
    after: staysAsItIs ? after : { address: live.address, aliases: live.aliases },
  };
  return staysAsItIs ? { intent: kept } : { intent: kept, finding: addressesWait(intent) };
}

function addressesWait({ desired, live }: Change): Finding {
  return {
    code: "account-key-missing",
    severity: "error",
    summary: `${named(live)} has an account key, and no source gives it now. Aliases are written together with the key, and Zivver may forget a key that is left out, so address and aliases wait until a source gives it again.`,
    where: whereOf(desired),
  };
}
