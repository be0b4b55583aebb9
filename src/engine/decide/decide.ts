import type { DesiredAccount, LiveAccount } from "../../model/account/account.ts";
import type { Finding } from "../../model/plan/finding.ts";
import type { OrganizationPolicy, ProfilePolicy } from "../../model/plan/policy.ts";
import type { ProfileReadings } from "../../model/ports.ts";
import type { WhyHeldBack } from "../../model/run/held-back.ts";
import { buildDesiredState, type DesiredState } from "../desired/desired.ts";
import { sharesGivenName } from "../desired/full-names.ts";
import { sharedIds } from "../desired/shared-ids.ts";
import { indexLive, type LiveIndex } from "../live/live-index.ts";
import { holdKeysOfOthers } from "../match/key-owners.ts";
import { type Matching, matchAccounts } from "../match/match.ts";
import { Links, type Memory } from "../readings/links.ts";
import { type Said, whatIsSaid } from "../readings/statements.ts";
import type { Intent } from "./actions/action.ts";
import { buildIntents } from "./actions/actions.ts";
import { type FormerAddresses, formerAddresses } from "./actions/former-addresses.ts";
import { settleMoves } from "./address-moves.ts";
import { sayMissingKeysOnce } from "./keys-not-given.ts";
import { findLeftUnmanaged } from "./left-unmanaged.ts";
import { buildReferences, type References } from "./references.ts";
import { findingsOfUngivenFields } from "./ungiven-fields.ts";
import { warnPerhapsRenamed } from "./warn-perhaps-renamed.ts";

export type DecideInput = {
  readonly organization: OrganizationPolicy;
  /** Every profile there is: they decide together whose an account is. */
  readonly profiles: readonly ProfilePolicy[];
  /** The profiles that were read, with what their sources gave. */
  readonly readings: readonly ProfileReadings[];
  readonly live: readonly LiveAccount[];
  /** The state after earlier applies; absent without a state store. */
  readonly memory?: Memory;
  /** The day of the plan (`2026-11-28`), to count how long removals have been held back. */
  readonly today?: string;
};

/** Everything that is decided about the accounts, one by one; a plan puts the intents in order. */
export type Decision = {
  readonly live: LiveIndex;
  readonly links: Links;
  readonly said: Said;
  readonly desired: DesiredState;
  readonly matching: Matching;
  readonly former: FormerAddresses;
  readonly intents: readonly Intent[];
  /** Accounts whose removal is held back, and why. */
  readonly heldBack: ReadonlyMap<LiveAccount, WhyHeldBack>;
  readonly findings: readonly Finding[];
  /** Addresses that an intent would take and that no account gives up, even if all intents are planned. */
  readonly stuck: readonly Finding[];
  /** The accounts that the names of delegates mean, once these intents are carried out. */
  readonly referencesFor: (intents: readonly Intent[]) => References;
};

/** Desired × live → what is to become of each account. Pure; the order of records and accounts makes no difference. */
export function decide(input: DecideInput): Decision {
  const { organization, profiles, readings, memory } = input;
  const live = indexLive(input.live, profiles);
  const said = whatIsSaid(readings, memory?.state);
  const names = new Set(profiles.map(({ name }) => name));
  const links = new Links({ memory, live, profiles: names, readings, said });
  const { lost, doubts } = said;
  const desired = buildDesiredState({ organization, profiles: readings, anchors: links, lost, doubts });
  const planned = new Set(readings.map(({ policy }) => policy.name));
  const matched = matchAccounts({ profiles, planned, desired, live, links, said });
  const matching = holdKeysOfOthers(matched, { memory, live, links });
  const policies = new Map(profiles.map((profile) => [profile.name, profile]));
  const former = formerAddresses({ organization, policies, links, candidates: desired.candidates });
  const several = readings.filter((one) => one.readings.length > 1);
  const { intents, heldBack, findings } = buildIntents(matching, {
    organization,
    policies,
    said,
    links,
    composed: new Set(several.map(({ policy }) => policy.name)),
    former,
    candidates: desired.candidates,
    ...(input.today === undefined ? {} : { today: input.today }),
  });
  const { free: possible, findings: stuck } = settleMoves(intents, live);
  return {
    live,
    links,
    said,
    desired,
    matching,
    former,
    intents,
    heldBack,
    stuck,
    findings: [
      ...said.findings,
      ...desired.findings,
      ...live.findings,
      ...sayMissingKeysOnce(matching.findings, {
        candidates: desired.candidates,
        pairs: matching.pairs,
        links,
      }),
      ...findings,
      ...warnPerhapsRenamed(intents, links, unplaced(matching, live)),
      ...findingsOfUngivenFields(matching.pairs, policies, links, lost),
      ...kindsNotGiven(input, live, said),
      // A profile that was not read may have the records.
      ...(readings.length === profiles.length ? findLeftUnmanaged(live, links, matching) : []),
      ...(memory === undefined ? sharedIds(input.readings) : []),
    ],
    referencesFor: (carriedOut) =>
      buildReferences({
        live,
        intents: carriedOut,
        possible,
        desired,
        matching,
        planned,
        said,
        released: memory?.state.released,
      }),
  };
}

/** Active people of whom a record is held or out of scope, and who have no account of their name. */
function unplaced({ fates }: Matching, live: LiveIndex): readonly DesiredAccount[] {
  return [...fates].flatMap(([{ account }, fate]) => {
    if (fate.type !== "unknown" || account.kind !== "personal" || !account.active) return [];
    const name = account.fullName?.value;
    const known = [live.byPrimary.get(account.address), ...fate.accounts];
    const isTheirs = (one: LiveAccount | undefined) =>
      one?.kind === "personal" && (name === undefined || sharesGivenName(name, one.fullName));
    return known.some(isTheirs) ? [] : [account];
  });
}

/** A profile that manages a kind of which none of its sources says anything, while Zivver has such accounts. */
function kindsNotGiven(
  { readings }: DecideInput,
  { owned }: LiveIndex,
  { doubts }: Said,
): readonly Finding[] {
  return readings.flatMap(({ policy }) =>
    policy.manages.kinds.flatMap((kind) => {
      const count = owned.get(policy.name)?.[kind] ?? 0;
      if (doubts.of(policy.name, kind) !== "not-given" || count === 0) return [];
      return [
        {
          code: "kind-not-given" as const,
          severity: "warning" as const,
          summary: `The profile manages ${kind} accounts, and none of its sources gives any: its ${count} ${kind} ${count === 1 ? "account is" : "accounts are"} left as they are. Add their table or search to a source, or take \`${kind}\` out of \`manages.kinds\`.`,
          where: { profile: policy.name, kind },
        },
      ];
    }),
  );
}
