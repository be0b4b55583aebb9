import type { DesiredAccount, LiveAccount } from "../../model/account/account.ts";
import { type FieldName, TEXT_FIELDS } from "../../model/account/fields.ts";
import { accountKeyOf, type Change } from "../../model/plan/change.ts";
import type { FindingCode } from "../../model/plan/finding.ts";
import type { Remembered } from "../../model/plan/plan.ts";
import type { AccountMemory, Link, OtherId } from "../../model/plan/state.ts";
import type { WhyHeldBack } from "../../model/run/held-back.ts";
import type { Address } from "../../model/values/address.ts";
import { compareText } from "../../model/values/text.ts";
import type { Intent } from "../decide/actions/action.ts";
import type { FormerAddresses } from "../decide/actions/former-addresses.ts";
import type { Held } from "../decide/held-days.ts";
import type { LiveIndex } from "../live/live-index.ts";
import type { Pair } from "../match/match.ts";
import { type Links, linkOf, type Memory } from "../readings/links.ts";

export type RememberInput = {
  readonly memory: Memory;
  readonly links: Links;
  readonly pairs: readonly Pair[];
  /** All intents of the plan, and those of them that nothing stands in the way of. */
  readonly intents: readonly Intent[];
  readonly free: readonly Intent[];
  readonly changes: readonly Change[];
  readonly former: FormerAddresses;
  /** Accounts of the plan whose removal is held back, and why. */
  readonly heldBack: ReadonlyMap<LiveAccount, WhyHeldBack>;
  /** Accounts of the plan of which something is held for another reason. */
  readonly held: Held;
  /** All accounts of the planned profiles are planned, not one alone. */
  readonly isWhole: boolean;
  readonly live: LiveIndex;
  readonly planned: ReadonlySet<string>;
  readonly unknownKeys: "keep" | "send";
};

/** The state lines that apply has to write: for every account that changes, and for those whose line is no longer true. */
export function buildRemembered(input: RememberInput): readonly Remembered[] {
  const changeOf = new Map(
    input.changes.flatMap((change) => ("zivverId" in change ? [[change.zivverId, change]] : [])),
  );
  const intentOf = new Map(
    input.intents.flatMap((intent) => (intent.type === "create" ? [] : [[intent.live.zivverId, intent]])),
  );
  const freeOf = new Map(
    input.free.flatMap((intent) => (intent.type === "create" ? [] : [[intent.live.zivverId, intent]])),
  );
  const created = new Map(
    input.changes.flatMap(({ action, kind, address, id }) =>
      action === "create" ? [[`${kind} ${address}`, id] as const] : [],
    ),
  );
  const context = { ...input, changeOf, intentOf, freeOf, created };
  const paired = new Set(input.pairs.map(({ live }) => live.zivverId));
  const entries = [
    ...input.pairs.flatMap((pair) => ofPair(pair, context)),
    ...input.free.flatMap((intent) => (intent.type === "create" ? ofCreate(intent.desired, context) : [])),
    ...input.changes.flatMap((change) =>
      "zivverId" in change && !paired.has(change.zivverId)
        ? ofRemoval(change, freeOf.get(change.zivverId))
        : [],
    ),
  ];
  return withHeld(withRemovals(entries, input), input).sort(
    (a, b) => compareText(a.zivverId ?? "", b.zivverId ?? "") || compareText(a.change ?? "", b.change ?? ""),
  );
}

type PairContext = RememberInput & {
  readonly changeOf: ReadonlyMap<string, Change>;
  readonly intentOf: ReadonlyMap<string, Intent>;
  /** Kind and address → change. */
  readonly created: ReadonlyMap<string, string>;
  /** Intents as they are carried out, without what has to wait. */
  readonly freeOf: ReadonlyMap<string, Intent>;
};

function ofPair(pair: Pair, context: PairContext): readonly Remembered[] {
  const { desired, live } = pair;
  const { links } = context;
  const known = links.memoryOf(live);
  const wanted = context.intentOf.get(live.zivverId);
  const intent = context.freeOf.get(live.zivverId);
  // Aliases or an address that wait are not what the sources say.
  const waits = wanted?.type === "change" && intent?.type === "change" && wanted.after !== intent.after;
  const change = context.changeOf.get(live.zivverId);
  const link = ownLink(desired, context, known?.link);
  const given = fieldsOf(pair, intent);
  const fields = waits ? given?.filter((field) => field !== "aliases") : given;
  const former = keptFormer(pair, intent, waits, context);
  const sends = change !== undefined && accountKeyOf(change) !== undefined;
  const seen =
    desired.accountKey && live.kind === "personal" && context.unknownKeys === "keep" && !sends
      ? links.keyDigest(live.zivverId, desired.accountKey.value)
      : undefined;
  const entry: Remembered = {
    zivverId: live.zivverId,
    ...(change ? { change: change.id } : {}),
    ...(link ? { link } : {}),
    ...(former ? { former } : {}),
    ...(fields ? { fields } : {}),
    ...(seen !== undefined && known?.accountKey === undefined ? { accountKey: seen } : {}),
    ...suspension(intent, change, known, live),
  };
  return change !== undefined || isNews(entry, known, pair) ? [entry] : [];
}

/** The former addresses that the account has from now on; where another alias has to wait, those that it gets all the same. */
function keptFormer(
  pair: Pair,
  intent: Intent | undefined,
  waits: boolean,
  { former }: PairContext,
): readonly Address[] | undefined {
  if (intent?.type !== "change" || !intent.updates) return undefined;
  const kept = notGiven(former(pair), pair.desired);
  return waits ? kept.filter((address) => intent.after.aliases.includes(address)) : kept;
}

/** An id that several records have says of none which account is its own. */
function ownLink(desired: DesiredAccount, { links, memory }: RememberInput, before?: Link): Link | undefined {
  const link = linkOf(desired, memory.names);
  if (link === undefined || links.sharing(link.anchor) > 1) return undefined;
  const { others: given, ...own } = link;
  const others = otherIdsFrom(own, given ?? [], before, links);
  return others.length === 0 ? own : { ...own, others };
}

/** The ids of the person in each further source, now or before: a source that is silent today may speak again. */
function otherIdsFrom(
  { profile, source }: Link,
  given: readonly OtherId[],
  before: Link | undefined,
  links: Links,
): readonly OtherId[] {
  const known = before?.profile === profile ? [...(before.others ?? []), before] : [];
  const bySource = new Map<string, OtherId>();
  for (const { source: other, anchor } of known)
    if (!links.isRetired({ profile, source: other })) bySource.set(other, { source: other, anchor });
  for (const other of given) if (links.sharing(other.anchor) === 1) bySource.set(other.source, other);
  bySource.delete(source);
  return [...bySource.values()].sort((a, b) => compareText(a.source, b.source));
}

/** The reason why zivsync suspends the account, or that it is active again. */
function suspension(
  intent: Intent | undefined,
  change: Change | undefined,
  known: AccountMemory | undefined,
  live: LiveAccount,
): Pick<Remembered, "suspended"> {
  if (intent?.type === "remove" && change?.action === "suspend" && intent.because)
    return { suspended: intent.because };
  // An administrator may have reactivated it.
  const isActive = live.active || change?.action === "reactivate";
  return isActive && known?.suspended ? { suspended: null } : {};
}

/** Removals that are held back, for another reason than is remembered, and those that no longer are. */
function withRemovals(
  entries: readonly Remembered[],
  { heldBack, memory, isWhole, live, planned }: RememberInput,
): Remembered[] {
  type Mark = Pick<Remembered, "removalHeldBack" | "heldBackBecause">;
  const held = new Map([...heldBack].map(([{ zivverId }, because]) => [zivverId, because]));
  const marks = new Map<string, Mark>();
  for (const { zivverId, heldBackSince, heldBackBecause } of memory.state.accounts) {
    const account = live.byId.get(zivverId);
    const isPlanned = account !== undefined && planned.has(live.owner.get(zivverId) ?? "");
    if (heldBackSince === undefined) continue;
    if (isPlanned && isWhole && !held.has(zivverId)) marks.set(zivverId, { removalHeldBack: false });
    if (held.get(zivverId) === heldBackBecause) held.delete(zivverId);
  }
  for (const [zivverId, heldBackBecause] of held)
    marks.set(zivverId, { removalHeldBack: true, heldBackBecause });
  const marked = entries.map((entry) => {
    const mark = entry.zivverId === undefined ? undefined : marks.get(entry.zivverId);
    if (mark === undefined || entry.zivverId === undefined) return entry;
    marks.delete(entry.zivverId);
    return { ...entry, ...mark };
  });
  return [...marked, ...[...marks].map(([zivverId, mark]) => ({ zivverId, ...mark }))];
}

/** Accounts held for other reasons, where the state does not say so yet. */
function withHeld(
  entries: readonly Remembered[],
  { held, memory, isWhole, live, planned }: RememberInput,
): Remembered[] {
  const news = new Map(held);
  for (const { zivverId, heldSince } of memory.state.accounts) {
    if (heldSince === undefined) continue;
    const owner = live.owner.get(zivverId);
    const before = Object.keys(heldSince).sort() as FindingCode[];
    const now = held.get(zivverId) ?? [];
    // A plan of one account, or of other profiles, does not show every finding.
    const showsAll = isWhole && (owner === undefined || planned.has(owner));
    const codes = showsAll ? now : [...new Set([...before, ...now])].sort();
    if (before.join() === codes.join()) news.delete(zivverId);
    else news.set(zivverId, codes);
  }
  const marked = entries.map((entry) => {
    const codes = entry.zivverId === undefined ? undefined : news.get(entry.zivverId);
    if (codes === undefined || entry.zivverId === undefined) return entry;
    news.delete(entry.zivverId);
    return { ...entry, held: codes };
  });
  return [...marked, ...[...news].map(([zivverId, codes]) => ({ zivverId, held: codes }))];
}

/** Whether the state has another image of an account that does not change. */
function isNews(entry: Remembered, known: AccountMemory | undefined, { live }: Pair): boolean {
  if (known === undefined || known.address !== live.address) return true;
  if (entry.link && idsIn(entry.link) !== idsIn(known.link)) return true;
  if (entry.fields && known.fields === undefined) return true;
  if (entry.former && entry.former.join() !== (known.former ?? []).join()) return true;
  return entry.accountKey !== undefined || entry.suspended !== undefined;
}

function idsIn(link: Link | undefined): string {
  return [link?.anchor, ...(link?.others ?? []).map(({ anchor }) => anchor)].join();
}

/** The fields that are as the sources say once the plan is carried out; undefined where policy keeps them from it. */
function fieldsOf({ desired, live }: Pair, intent: Intent | undefined): readonly FieldName[] | undefined {
  if (intent?.type === "remove") return live.kind === "personal" ? ["active"] : ["delegates"];
  if (intent === undefined) return !desired.active && !live.active ? ["active"] : undefined;
  return intent.type === "change" && !intent.updates ? ["active"] : givenFields(desired);
}

const OPTIONAL = ["aliases", "delegates", ...TEXT_FIELDS] as const;

function givenFields(desired: DesiredAccount): readonly FieldName[] {
  return ["active", ...OPTIONAL.filter((field) => desired[field] !== undefined)];
}

function notGiven(former: readonly Address[], desired: DesiredAccount): readonly Address[] {
  return former.filter((address) => !desired.aliases?.value.includes(address));
}

function ofCreate(desired: DesiredAccount, context: PairContext): readonly Remembered[] {
  const change = context.created.get(`${desired.kind} ${desired.address}`);
  if (change === undefined) return [];
  const link = ownLink(desired, context);
  return [{ change, ...(link ? { link } : {}), fields: givenFields(desired) }];
}

/** A suspended account keeps its link: who comes back under the same id gets it again. */
function ofRemoval(change: Change, intent: Intent | undefined): readonly Remembered[] {
  if (change.action !== "suspend") return [];
  const field = change.kind === "personal" ? "active" : "delegates";
  const because = intent?.type === "remove" ? intent.because : undefined;
  return [
    {
      change: change.id,
      zivverId: change.zivverId,
      fields: [field],
      ...(because ? { suspended: because } : {}),
    },
  ];
}
