import type { LiveAccount } from "../model/account.ts";
import { compareText } from "../model/account.ts";
import type { Address } from "../model/address.ts";
import type { FieldChange, Finding } from "../model/plan.ts";
import type { Directory } from "./directory.ts";
import type { Intent } from "./intents.ts";
import type { LiveIndex } from "./live-index.ts";

/** A member that no listing shows, as a plan names it. */
export const UNLISTED = "id:";

export type DelegateContext = {
  readonly live: LiveIndex;
  readonly directory: Directory;
  /** True when some source was not read whole or some profile is not planned: an unknown delegate may be a renamed one. */
  readonly blind: boolean;
  readonly findings: Finding[];
};

/** Live members or delegates under the names they will have after the plan; ids that no listing shows as `id:…`. */
export function liveDelegates(account: LiveAccount, { live, directory }: DelegateContext): readonly string[] {
  const names =
    account.kind === "personal"
      ? account.delegates.map((address) => directory.resolve(address) ?? address)
      : account.members.map((id) => {
          const member = live.byId.get(id);
          return member ? directory.addressOf(member) : `${UNLISTED}${id}`;
        });
  return sorted(names);
}

/**
 * The change of the delegates of a desired account, or undefined when there is none. Delegates that will not exist are
 * dropped with a finding. Members that no listing shows cannot be named by a source, so they stay.
 */
export function diffDelegates(
  intent: Exclude<Intent, { type: "remove" }>,
  context: DelegateContext,
): FieldChange | undefined {
  const { desired } = intent;
  const given = desired.delegates;
  if (given === undefined) return undefined;
  const { known, unknown } = resolveAll(given.value, intent, context);
  if (unknown.length > 0) context.findings.push(unknownDelegates(intent, unknown));
  const origin = given.origin;
  if (intent.type === "create") {
    return known.length > 0 ? { field: "delegates", before: null, after: sorted(known), origin } : undefined;
  }
  const now = liveDelegates(intent.live, context);
  const partial = intent.addsOnly || desired.delegatesIncomplete === true;
  const keepsAll = partial || (context.blind && unknown.length > 0);
  const kept = now.filter((name) =>
    keepsAll ? !isDeleted(name, context) : intent.live.kind === "functional" && name.startsWith(UNLISTED),
  );
  const after = sorted([...known, ...kept]);
  // Whether Zivver keeps delegates as text or as references is not known: as text they must be written anew after a
  // rename, as references not. Comparing both makes the second plan empty either way.
  const asText = intent.live.kind === "personal" ? sorted(intent.live.delegates) : now;
  if (same(now, after) && same(asText, after)) return undefined;
  return { field: "delegates", before: same(asText, after) ? now : asText, after, origin };
}

function resolveAll(
  wanted: readonly Address[],
  intent: Exclude<Intent, { type: "remove" }>,
  { live, directory }: DelegateContext,
) {
  const known: Address[] = [];
  const unknown: Address[] = [];
  // A delegate that Zivver has and no listing shows (a guest) is there all the same.
  const unlisted = new Set(intent.type === "create" ? [] : intent.live.delegates);
  for (const address of wanted) {
    const isUnlisted = unlisted.has(address) && !live.byAddress.has(address);
    const found = directory.resolve(address) ?? (isUnlisted ? address : undefined);
    if (found === undefined) unknown.push(address);
    else if (found !== intent.desired.address) known.push(found);
  }
  return { known, unknown };
}

/** Is it the address of an account that is there now and will not be? */
function isDeleted(name: string, { live, directory }: DelegateContext): boolean {
  const holder = live.byPrimary.get(name as Address);
  return holder !== undefined && directory.resolve(holder.address) === undefined;
}

function unknownDelegates(
  { desired }: Exclude<Intent, { type: "remove" }>,
  unknown: readonly Address[],
): Finding {
  const are =
    unknown.length === 1
      ? "is no account in Zivver and does not become one in this plan, so it is"
      : "are no accounts in Zivver and do not become any in this plan, so they are";
  return {
    code: "delegate-unknown",
    severity: "warning",
    summary: `${unknown.join(", ")} ${are} left out of the delegates.`,
    where: {
      profile: desired.profile,
      source: desired.delegates?.origin.source ?? desired.addressOrigin.source,
      place: desired.delegates?.origin.where ?? desired.addressOrigin.where,
      kind: desired.kind,
      address: desired.address,
    },
  };
}

function sorted(names: readonly string[]): readonly string[] {
  return [...new Set(names)].sort(compareText);
}

function same(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((name, index) => name === b[index]);
}
