import type { LiveAccount } from "../../model/account/account.ts";
import type { DelegateAccounts, FieldChange } from "../../model/plan/change.ts";
import type { Finding } from "../../model/plan/finding.ts";
import type { Address } from "../../model/values/address.ts";
import { compareText } from "../../model/values/text.ts";
import type { LiveIndex } from "../live/live-index.ts";
import { whereOf } from "../match/conflicts.ts";
import { shortened } from "../match/scope.ts";
import type { Intent } from "./actions/action.ts";
import type { Meant, References, Unknown } from "./references.ts";

/** A member that no listing shows, as a plan names it. */
export const UNLISTED = "id:";

export type DelegateContext = {
  readonly live: LiveIndex;
  readonly references: References;
};

/** A delegate under the name it will have; `id` is null for an account that is created, and for a guest. */
export type Delegate = { readonly name: string; readonly id: string | null };

/** Live members or delegates under the names they will have after the plan; ids that no listing shows as `id:…`. */
export function liveDelegates(
  account: LiveAccount,
  { live, references }: DelegateContext,
): readonly Delegate[] {
  if (account.kind === "functional") {
    return sorted(
      account.members.map((id) => {
        const member = live.byId.get(id);
        return { id, name: member ? references.nameOf(member) : `${UNLISTED}${id}` };
      }),
    );
  }
  return sorted(
    account.delegates.map((address) => {
      const holder = live.byAddress.get(address);
      return holder ? { id: holder.zivverId, name: references.nameOf(holder) } : { id: null, name: address };
    }),
  );
}

type Changing = Exclude<Intent, { type: "remove" }>;

/** The change, if there is one, and whom nobody knows. */
export type DelegateDiff = { readonly change?: FieldChange; readonly findings: readonly Finding[] };

const NOTHING: DelegateDiff = { findings: [] };

/**
 * The change of the delegates of a desired account. An address whose account is not known
 * lets nobody in, and nobody who may be meant by it falls out. Members that no listing shows cannot be named by a source,
 * so they stay.
 */
export function diffDelegates(intent: Changing, context: DelegateContext): DelegateDiff {
  const { delegates: given, held } = intent.desired;
  // A list in doubt lets nobody in, and nobody falls out.
  if (given === undefined || held?.has("delegates")) return NOTHING;
  const { known, unknown } = resolveAll(given.value, intent, context);
  const { origin } = given;
  if (intent.type === "create") {
    const findings = unknown.length > 0 ? [unknownDelegates(intent, unknown, [])] : [];
    const after = sorted(known);
    if (after.length === 0) return { findings };
    const accounts: DelegateAccounts = { before: [], after: idsOf(after) };
    return {
      change: { field: "delegates", before: null, after: namesOf(after), accounts, origin },
      findings,
    };
  }
  const now = liveDelegates(intent.live, context);
  const kept = now.filter((delegate) => stays(delegate, intent, unknown, context));
  const named = sorted([...known, ...kept]);
  // A list that names somebody never empties an account, since that would suspend it.
  const after = named.length === 0 && unknown.length > 0 ? withoutDeleted(now, context) : named;
  const isListed = ({ id, name }: Delegate) => known.some((one) => one.id === id && one.name === name);
  const staying =
    intent.addsOnly || intent.desired.delegatesIncomplete ? [] : after.filter((one) => !isListed(one));
  const findings = unknown.length > 0 ? [unknownDelegates(intent, unknown, staying)] : [];
  // Whether Zivver keeps delegates as text or as references is not known: as text they must be written again after a
  // rename, as references not. Comparing both makes the second plan empty either way.
  const asText = intent.live.kind === "personal" ? textDelegates(intent.live, context) : now;
  if (isSame(now, after) && isSame(asText, after)) return { findings };
  const before = isSame(asText, after) ? now : asText;
  const accounts: DelegateAccounts = { before: idsOf(before), after: idsOf(after) };
  return {
    change: { field: "delegates", before: namesOf(before), after: namesOf(after), accounts, origin },
    findings,
  };
}

function textDelegates({ delegates }: LiveAccount, { live }: DelegateContext): readonly Delegate[] {
  return sorted(delegates.map((name) => ({ name, id: live.byAddress.get(name)?.zivverId ?? null })));
}

type UnknownName = { readonly address: Address; readonly meant: Unknown };

function resolveAll(wanted: readonly Address[], intent: Changing, { references, live }: DelegateContext) {
  const known: Delegate[] = [];
  const unknown: UnknownName[] = [];
  // A delegate that Zivver has and no listing shows (a guest) is there all the same.
  const unlisted = new Set(intent.type === "create" ? [] : intent.live.delegates);
  const own = intent.type === "create" ? null : intent.live.zivverId;
  for (const address of wanted) {
    const meant: Meant = references.meant(address);
    if (meant.type === "unknown") {
      if (unlisted.has(address) && !live.byAddress.has(address)) known.push({ name: address, id: null });
      else unknown.push({ address, meant });
    } else if (meant.id === null ? meant.name !== intent.desired.address : meant.id !== own)
      known.push({ name: meant.name, id: meant.id });
  }
  return { known, unknown };
}

function withoutDeleted(
  delegates: readonly Delegate[],
  { live, references }: DelegateContext,
): readonly Delegate[] {
  return delegates.filter(({ id }) => {
    const account = id === null ? undefined : live.byId.get(id);
    return account === undefined || !references.isDeleted(account);
  });
}

/** Whether an existing delegate stays although the sources do not name it. */
function stays(
  { id, name }: Delegate,
  intent: Extract<Intent, { type: "change" }>,
  unknown: readonly UnknownName[],
  { live, references }: DelegateContext,
): boolean {
  const account = id === null ? undefined : live.byId.get(id);
  if (account && references.isDeleted(account)) return false;
  if (intent.addsOnly || intent.desired.delegatesIncomplete) return true;
  if (account === undefined) return intent.live.kind === "functional" && name.startsWith(UNLISTED);
  if (unknown.some(({ meant }) => meant.accounts.includes(account))) return true;
  return unknown.length > 0 && !references.isSettled(account);
}

function unknownDelegates(
  { desired }: Changing,
  unknown: readonly UnknownName[],
  staying: readonly Delegate[],
): Finding {
  const names = unknown.map(({ address }) => address).join(", ");
  const stay = staying.length === 0 ? "" : ` Not named, and in it still: ${shortened(namesOf(staying))}.`;
  const are = unknown.length === 1 ? "It is" : "They are";
  return {
    code: "delegate-unknown",
    severity: "warning",
    summary: `For ${names} no account is known: no record claims the address, or its record is held, disabled, out of scope or not planned. ${are} not added to the delegates, and nobody who may be meant is taken out.${stay}`,
    where: {
      ...whereOf(desired),
      source: desired.delegates?.origin.source ?? desired.addressOrigin.source,
      place: desired.delegates?.origin.where ?? desired.addressOrigin.where,
    },
  };
}

function sorted(delegates: readonly Delegate[]): readonly Delegate[] {
  const byName = new Map(delegates.map((one) => [one.name, one]));
  return [...byName.values()].sort((a, b) => compareText(a.name, b.name));
}

const namesOf = (delegates: readonly Delegate[]): readonly string[] => delegates.map(({ name }) => name);
const idsOf = (delegates: readonly Delegate[]): readonly (string | null)[] => delegates.map(({ id }) => id);

function isSame(a: readonly Delegate[], b: readonly Delegate[]): boolean {
  return (
    a.length === b.length && a.every(({ name, id }, at) => name === b[at]?.name && id === (b[at]?.id ?? null))
  );
}
