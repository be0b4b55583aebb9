import type { LiveAccount } from "../../model/account/account.ts";
import type { Kind } from "../../model/account/kind.ts";
import { ACTIONS, type Action, type Change } from "../../model/plan/change.ts";
import type { Finding } from "../../model/plan/finding.ts";
import type { PlanBody, PlanSummary } from "../../model/plan/plan.ts";
import type { OrganizationPolicy, RateLimit } from "../../model/plan/policy.ts";
import { compareNatural } from "../../model/values/text.ts";
import type { Intent } from "../decide/actions/action.ts";
import { settleMoves } from "../decide/address-moves.ts";
import type { References } from "../decide/references.ts";
import { diffIntent } from "../diff/diff.ts";
import { type Acceptance, checkGuards, type SourceCount } from "../guards/guards.ts";
import { unknownDivisions } from "../guards/unknown-divisions.ts";
import type { LiveIndex } from "../live/live-index.ts";
import { type Ordered, orderDrafts } from "../order/order.ts";
import { countRequests } from "../order/request-count.ts";
import type { Links, Memory } from "../readings/links.ts";

export type AssemblyInput = {
  readonly organization: OrganizationPolicy;
  readonly live: LiveIndex;
  readonly links: Links;
  readonly memory?: Memory;
  readonly liveDigest: string;
  /** Names of the profiles whose accounts are counted. */
  readonly planned: ReadonlySet<string>;
  readonly accepted: readonly Acceptance[];
  /** How many records the sources gave, now and before. */
  readonly sources: readonly SourceCount[];
  /** The accounts that the names of delegates mean, once these intents are carried out. */
  readonly referencesFor: (intents: readonly Intent[]) => References;
};

export type Assembled = {
  readonly body: Omit<PlanBody, "sources" | "findings" | "remember">;
  /** The intents that nothing stands in the way of. */
  readonly free: readonly Intent[];
  readonly unusedAcceptances: readonly Acceptance[];
  readonly findings: readonly Finding[];
};

/** Intents → changes in order, counted and guarded. */
export function assemblePlan(intents: readonly Intent[], input: AssemblyInput): Assembled {
  const { organization, live, planned } = input;
  const settled = settleMoves(intents, live);
  const references = input.referencesFor(settled.free);
  const context = {
    ...input,
    references,
    protectedPatterns: organization.protected,
    unknownKeys: organization.unknownAccountKeys ?? "keep",
  };
  const diffs = settled.free.map((intent) => diffIntent(intent, context));
  const drafts = diffs.flatMap(({ draft }) => draft ?? []);
  const managed = countManaged(live, planned);
  const ordered = orderDrafts(drafts, references.isFree);
  const changes = ordered.map(toChange);
  const guards = checkGuards({
    ...input,
    limits: organization.guards,
    drafts,
    managed,
    managedBy: managedByProfile(live, planned),
    delegatesBy: delegatesByProfile(live, planned),
    protectsNobody: organization.protectsNobody ?? false,
  });
  return {
    unusedAcceptances: guards.unused,
    findings: [
      ...settled.findings,
      ...diffs.flatMap(({ findings }) => findings),
      ...unknownDivisions(changes, live.all),
    ],
    free: settled.free,
    body: {
      live: { ...countKinds(live.all), digest: input.liveDigest },
      summary: summarise(ordered, managed, live.all.length, organization.rateLimit),
      guards: guards.results,
      changes,
      applicable: guards.results.every((result) => result.verdict !== "refused"),
    },
  };
}

function toChange({ draft, needs, release }: Ordered, position: number): Change {
  const common = {
    id: idOf(position),
    kind: draft.kind,
    address: draft.address,
    profile: draft.profile,
    needs: needs.map(idOf),
    fields: draft.fields,
  };
  const accountKey = draft.accountKey ?? (release ? draft.keyAtHand : undefined);
  const key = accountKey ? { accountKey } : {};
  const { action } = draft;
  if (action === "create" || draft.live === undefined) return { ...common, ...key, action: "create" };
  const onLive = { zivverId: draft.live.zivverId, base: draft.live.fingerprint };
  if (action === "delete") return { ...common, ...onLive, action };
  const first = release ? { release } : {};
  if (action === "suspend") return { ...common, ...onLive, ...first, ...named(draft.live), action };
  return { ...common, ...onLive, ...first, ...key, action };
}

/** Accounts without a name have none to show. */
function named({ fullName }: LiveAccount): { readonly fullName?: string } {
  return fullName === "" ? {} : { fullName };
}

function idOf(position: number): string {
  return `c-${position + 1}`;
}

function countManaged(live: LiveIndex, planned: ReadonlySet<string>): Record<Kind, number> {
  const managed = { personal: 0, functional: 0 };
  for (const profile of planned) {
    const owned = live.owned.get(profile);
    managed.personal += owned?.personal ?? 0;
    managed.functional += owned?.functional ?? 0;
  }
  return managed;
}

function managedByProfile(
  { owned }: LiveIndex,
  planned: ReadonlySet<string>,
): ReadonlyMap<string, Readonly<Record<Kind, number>>> {
  return new Map(
    [...planned].map((profile) => [profile, owned.get(profile) ?? { personal: 0, functional: 0 }]),
  );
}

function delegatesByProfile(
  { all, owner }: LiveIndex,
  planned: ReadonlySet<string>,
): ReadonlyMap<string, number> {
  const counts = new Map([...planned].map((profile) => [profile, 0]));
  for (const { zivverId, kind, members, delegates } of all) {
    const profile = owner.get(zivverId) ?? "";
    const count = counts.get(profile);
    if (count === undefined) continue;
    counts.set(profile, count + (kind === "personal" ? delegates : members).length);
  }
  return counts;
}

function countKinds(accounts: readonly LiveAccount[]): Record<Kind, number> {
  let personal = 0;
  for (const account of accounts) if (account.kind === "personal") personal += 1;
  return { personal, functional: accounts.length - personal };
}

function summarise(
  ordered: readonly Ordered[],
  managed: Readonly<Record<Kind, number>>,
  live: number,
  rate: RateLimit,
): PlanSummary {
  const count = (action: Action) => ordered.filter(({ draft }) => draft.action === action).length;
  const counts = Object.fromEntries(ACTIONS.map((action) => [action, count(action)])) as Record<
    Action,
    number
  >;
  const owned = managed.personal + managed.functional;
  const requests = countRequests(ordered.map(({ draft, release }) => ({ ...draft, release })));
  return {
    ...counts,
    unchanged: owned - (ordered.length - counts.create),
    unmanaged: live - owned,
    requests,
    seconds: Math.round((requests * rate.seconds) / rate.requests),
  };
}

const SEVERITIES = ["error", "warning", "info"];

/** By severity, then by code and place. */
export function sortFindings(findings: readonly Finding[]): readonly Finding[] {
  const key = ({ code, where, summary }: Finding) =>
    [code, where.profile, where.source, where.address, where.place, summary]
      .map((part) => part ?? "")
      .join("\n");
  const keyed = findings.map((finding) => ({
    finding,
    rank: SEVERITIES.indexOf(finding.severity),
    key: key(finding),
  }));
  return keyed.sort((a, b) => a.rank - b.rank || compareNatural(a.key, b.key)).map(({ finding }) => finding);
}
