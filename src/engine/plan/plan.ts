import type { Finding } from "../../model/plan/finding.ts";
import type { PlanBody } from "../../model/plan/plan.ts";
import type { ProfileReadings } from "../../model/ports.ts";
import { type Address, parseAddress } from "../../model/values/address.ts";
import { compareText } from "../../model/values/text.ts";
import type { Intent } from "../decide/actions/action.ts";
import { type DecideInput, type Decision, decide } from "../decide/decide.ts";
import { countDays, type Held } from "../decide/held-days.ts";
import type { Acceptance } from "../guards/guards.ts";
import { shrinkable } from "../guards/guards.ts";
import { buildRemembered } from "../state/planned-state.ts";
import { assemblePlan, sortFindings } from "./assemble.ts";

export type PlanInput = DecideInput & {
  /** `sha256:…` over the live accounts' fingerprints. */
  readonly liveDigest: string;
  readonly accepted: readonly Acceptance[];
  /** Plan this one account and no other: its primary address or an alias, at the source or live. */
  readonly only?: Address;
  /** Plan the accounts of these profiles and no others; all profiles that were read, when it is absent. */
  readonly selected?: ReadonlySet<string>;
};

export type PlanResult = {
  readonly body: PlanBody;
  /** Acceptances that no guard needed, in their own words. */
  readonly unusedAcceptances: readonly Acceptance[];
  /** False when `only` named an address that neither the sources nor Zivver know. */
  readonly onlyFound: boolean;
};

/**
 * Desired × live → plan. Pure: equal input gives an equal plan, in whatever order records and accounts come. Everything is
 * decided in the same way whether all accounts are planned or some: `only` and `selected` choose among what was decided.
 */
export function buildPlan(input: PlanInput): PlanResult {
  const decision = decide(input);
  const { organization, memory, only } = input;
  const readings = input.readings.filter(({ policy }) => input.selected?.has(policy.name) ?? true);
  const planned = new Set(readings.map(({ policy }) => policy.name));
  const ofPlanned = decision.intents.filter((intent) => planned.has(profileOf(intent)));
  const chosen = only === undefined ? ofPlanned : ofPlanned.filter((intent) => concerns(intent, only));
  const sources = summariseSources(readings, decision);
  const { body, free, unusedAcceptances, findings } = assemblePlan(chosen, {
    organization,
    liveDigest: input.liveDigest,
    accepted: input.accepted,
    live: decision.live,
    links: decision.links,
    ...(memory ? { memory } : {}),
    sources: only === undefined ? shrinkable(sources, memory) : [],
    planned,
    referencesFor: decision.referencesFor,
  });
  // Of profiles that are not planned, no address is settled with the chosen intents.
  const ofOthers = decision.stuck.filter(({ where }) => !planned.has(where.profile ?? ""));
  const ofIts = [...decision.findings, ...ofOthers, ...findings].filter(isAboutThese(planned, decision));
  const shown = sortFindings(only === undefined ? ofIts : findingsAbout(ofIts, only, ofPlanned, decision));
  const dated = countDays(shown, decision, input.today);
  return {
    unusedAcceptances,
    onlyFound: only === undefined || isKnown(only, decision),
    body: {
      ...body,
      sources,
      ...(memory
        ? { remember: remembered(input, decision, chosen, free, body.changes, planned, dated.held) }
        : {}),
      findings: dated.findings,
    },
  };
}

function remembered(
  { memory, organization, only }: PlanInput,
  decision: Decision,
  intents: readonly Intent[],
  free: readonly Intent[],
  changes: PlanBody["changes"],
  planned: ReadonlySet<string>,
  held: Held,
): NonNullable<PlanBody["remember"]> {
  if (memory === undefined) return [];
  const { links, former, matching, heldBack } = decision;
  const pairs = matching.pairs.filter(
    ({ desired, live }) =>
      planned.has(desired.profile) && (only === undefined || named(desired, only) || live.address === only),
  );
  return buildRemembered({
    memory,
    links,
    pairs,
    intents,
    free,
    changes,
    former,
    heldBack: new Map([...heldBack].filter(([{ address }]) => only === undefined || address === only)),
    held,
    isWhole: only === undefined,
    live: decision.live,
    planned,
    unknownKeys: organization.unknownAccountKeys ?? "keep",
  });
}

function profileOf(intent: Intent): string {
  return intent.type === "remove" ? intent.profile : intent.desired.profile;
}

function isKnown(only: Address, { live, desired }: Decision): boolean {
  return live.byAddress.has(only) || desired.candidates.some((candidate) => named(candidate.account, only));
}

function named(
  account: { readonly address: Address; readonly aliases?: { readonly value: readonly Address[] } },
  only: Address,
): boolean {
  return account.address === only || (account.aliases?.value.includes(only) ?? false);
}

function concerns(intent: Intent, only: Address): boolean {
  const live = intent.type === "create" ? undefined : intent.live;
  if (live && (live.address === only || live.aliases.includes(only))) return true;
  return intent.type !== "remove" && named(intent.desired, only);
}

/** With `--only`, findings about other accounts are left out; those about no account in particular stay. */
function findingsAbout(
  findings: readonly Finding[],
  only: Address,
  wanted: readonly Intent[],
  decision: Decision,
): Finding[] {
  const concerned = addressesConcerned(only, decision);
  const intent = wanted.find((one) => concerns(one, only));
  if (intent) concerned.add(intent.type === "remove" ? intent.live.address : intent.desired.address);
  return findings.filter(
    ({ where: { address } }) =>
      address === undefined || concerned.has(parseAddress(address) ?? (address as Address)),
  );
}

/**
 * A finding of a profile that is planned, or one about a record of another profile that names an account of these: whoever plans
 * one profile alone reads why a leaver of it stays.
 */
function isAboutThese(
  planned: ReadonlySet<string>,
  { live, matching }: Decision,
): (finding: Finding) => boolean {
  const naming = new Set<string>(
    [...matching.namedElsewhere].flatMap(([{ zivverId }, addresses]) =>
      planned.has(live.owner.get(zivverId) ?? "") ? [...addresses] : [],
    ),
  );
  return ({ severity, where: { profile, address } }) => {
    if (profile === undefined || planned.has(profile)) return true;
    return severity !== "info" && address !== undefined && naming.has(address);
  };
}

/** The address of an account and of every record that is it or may be it. */
function addressesConcerned(only: Address, { live, desired, matching }: Decision): Set<Address> {
  const concerned = new Set([only]);
  const holder = live.byAddress.get(only);
  if (holder) concerned.add(holder.address);
  for (const candidate of desired.candidates) {
    const fate = matching.fates.get(candidate);
    const accounts = fate?.type === "unknown" ? fate.accounts : fate?.type === "live" ? [fate.live] : [];
    const isIt = named(candidate.account, only) || (holder !== undefined && accounts.includes(holder));
    if (!isIt) continue;
    concerned.add(candidate.account.address);
    for (const { address } of accounts) concerned.add(address);
  }
  return concerned;
}

function summariseSources(
  readings: readonly ProfileReadings[],
  { desired: { incompleteSources }, said }: Decision,
): PlanBody["sources"] {
  return readings
    .flatMap(({ policy, readings: ofProfile }) =>
      ofProfile.map((reading) => ({
        profile: policy.name,
        name: reading.source,
        type: reading.type,
        records: reading.records.length,
        complete: !incompleteSources.has(`${policy.name}/${reading.source}`),
        digest: reading.digest,
        fields: said.fieldsOf(policy.name, reading),
      })),
    )
    .sort((a, b) => compareText(a.profile, b.profile));
}
