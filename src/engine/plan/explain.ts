import type {
  DesiredAccount,
  Given,
  LiveAccount,
  RecordField,
  SourceRecord,
} from "../../model/account/account.ts";
import { FIELD_NAMES } from "../../model/account/fields.ts";
import { attentionClass } from "../../model/plan/attention.ts";
import type { Change } from "../../model/plan/change.ts";
import type { Finding } from "../../model/plan/finding.ts";
import type { PlanBody } from "../../model/plan/plan.ts";
import type { AccountMemory } from "../../model/plan/state.ts";
import type { ProfileReadings } from "../../model/ports.ts";
import { type Address, parseAddress } from "../../model/values/address.ts";
import { decide } from "../decide/decide.ts";
import type { Candidate } from "../desired/desired.ts";
import type { LiveIndex } from "../live/live-index.ts";
import { describeStanding, type Standing } from "../live/ownership.ts";
import { buildPlan, type PlanInput } from "./plan.ts";

/** The fields that a record can give, except for its address and its id. */
export type StoryField = Exclude<RecordField, "email" | "id">;
const FIELDS = FIELD_NAMES.flatMap((field): readonly StoryField[] => (field === "address" ? [] : [field]));

/** One record of the account, with the fields that it gives, and whether they count or a source before it says otherwise. */
export type RecordStory = {
  readonly profile: string;
  readonly source: string;
  readonly record: SourceRecord;
  readonly fields: readonly { readonly field: StoryField; readonly counts: boolean }[];
};

/** All that is known of one account: what the sources say, what Zivver has, what is remembered, and what the plan does. */
export type Story = {
  readonly records: readonly RecordStory[];
  /** The sources' view of it, one for each profile that has a record of it. */
  readonly candidates: readonly Candidate[];
  readonly live?: { readonly account: LiveAccount; readonly delegates: readonly string[] } & Standing;
  readonly memory?: AccountMemory;
  readonly change?: Change;
  readonly findings: readonly Finding[];
  /** Findings about sources, or about several accounts, that can be the reason why nothing happens to this one. */
  readonly general: readonly Finding[];
  readonly sources: PlanBody["sources"];
  /** Every address that the sources or Zivver know, when they do not know this one. */
  readonly others: readonly Address[];
};

/** Everything about the account that an address names: its primary address or an alias, at the source or live. Pure. */
export function explainAccount(input: PlanInput, address: Address): Story {
  const { desired, live, links, matching } = decide(input);
  const account = live.byAddress.get(address);
  const liveOf = (candidate: Candidate) => {
    const fate = matching.fates.get(candidate);
    return fate?.type === "live" ? [fate.live] : fate?.type === "unknown" ? fate.accounts : [];
  };
  const candidates = desired.candidates.filter((candidate) => {
    if (answersTo(candidate.account, address)) return true;
    return (
      account !== undefined &&
      (candidate.account.address === account.address || liveOf(candidate).includes(account))
    );
  });
  const present =
    account ?? candidates.flatMap((candidate) => presentOf(candidate, liveOf(candidate), live))[0];
  const names = new Set([
    address,
    ...candidates.map((one) => one.account.address),
    ...(present ? [present.address] : []),
  ]);
  const { body } = buildPlan(input);
  const change = body.changes.find(
    (one) =>
      names.has(one.address) ||
      (present !== undefined && "zivverId" in one && one.zivverId === present.zivverId),
  );
  const memory = present && links.memoryOf(present);
  const isOwn = ({ where }: Finding) => where.address !== undefined && names.has(where.address as Address);
  const known = candidates.length > 0 || present !== undefined;
  return {
    records: recordsOf(input.readings, candidates, address),
    candidates,
    ...(present ? { live: storyOf(present, live, input) } : {}),
    ...(memory ? { memory } : {}),
    ...(change ? { change } : {}),
    findings: body.findings.filter(isOwn),
    general: body.findings.filter((finding) => !isOwn(finding) && isGeneral(finding)),
    sources: body.sources,
    others: known
      ? []
      : [...new Set([...live.byAddress.keys(), ...desired.candidates.map((one) => one.account.address)])],
  };
}

function isGeneral(finding: Finding): boolean {
  const its = attentionClass(finding);
  return its === "incomplete" || (its === "heldBack" && finding.where.address === undefined);
}

function answersTo({ address, aliases }: DesiredAccount, asked: Address): boolean {
  return address === asked || (aliases?.value.includes(asked) ?? false);
}

function presentOf(
  { account }: Candidate,
  accounts: readonly LiveAccount[],
  live: LiveIndex,
): readonly LiveAccount[] {
  const found = accounts[0] ?? live.byPrimary.get(account.address);
  return found ? [found] : [];
}

function storyOf(account: LiveAccount, live: LiveIndex, { organization, profiles }: PlanInput) {
  const delegates =
    account.kind === "personal"
      ? account.delegates
      : account.members.map((id) => live.byId.get(id)?.address ?? `id:${id}`).sort();
  return { account, delegates, ...describeStanding(profiles, organization.protected, account) };
}

/** The records under the addresses of the candidates; without a candidate, those that name the address at all. */
function recordsOf(
  profiles: readonly ProfileReadings[],
  candidates: readonly Candidate[],
  asked: Address,
): readonly RecordStory[] {
  return profiles.flatMap(({ policy, readings }) => {
    const wanted = candidates.filter((one) => one.account.profile === policy.name);
    return readings.flatMap(({ source, records }) =>
      records.flatMap((record) => {
        const address = parseAddress(record.email?.value ?? "");
        const candidate = wanted.find((one) => one.account.address === address);
        if (candidate === undefined && (address !== asked || wanted.length > 0)) return [];
        const fields = FIELDS.filter((field) => record[field] !== undefined).map((field) => ({
          field,
          counts: candidate !== undefined && countsIn(record[field], desiredField(candidate.account, field)),
        }));
        return [{ profile: policy.name, source, record, fields }];
      }),
    );
  });
}

function desiredField(account: DesiredAccount, field: StoryField): Given<unknown> | undefined {
  return field === "active" ? { value: account.active, origin: account.activeOrigin } : account[field];
}

/** Lists are united, and their origins with them; of other fields the first record that gives one counts. */
function countsIn(given: Given<unknown> | undefined, used: Given<unknown> | undefined): boolean {
  if (given === undefined || used === undefined) return false;
  return (
    used.origin.source.includes(given.origin.source) &&
    used.origin.where.includes(given.origin.where) &&
    used.origin.attribute.includes(given.origin.attribute)
  );
}
