import type { DesiredAccount, LiveAccount, SourceRecord } from "../../model/account/account.ts";
import type { Kind } from "../../model/account/kind.ts";
import type { AccountMemory, Link, Pseudonyms, State } from "../../model/plan/state.ts";
import type { ProfileReadings, Reading } from "../../model/ports.ts";
import type { Address } from "../../model/values/address.ts";
import { addTo } from "../../model/values/multimap.ts";
import type { Secret } from "../../model/values/secret.ts";
import type { LiveIndex } from "../live/live-index.ts";
import type { Said } from "./statements.ts";

/** The state, and the pseudonyms of values in it. */
export type Memory = {
  readonly state: State;
  readonly names: Pseudonyms;
  /** Zivver ids of accounts of which somebody says that they are those of the records with their addresses, under any name. */
  readonly relinked?: ReadonlySet<string>;
};

/** The record that a live account is linked to: none, or one that … */
export type LinkState =
  | "none"
  /** … is there. */
  | "present"
  /** … is gone from a source that was read whole. */
  | "gone"
  /** … was not looked for everywhere: its source is incomplete, lost its ids, or was not read at all. */
  | "unread"
  /** … came from a source or profile that is not configured any more: removed, or renamed. */
  | "retired";

/** Records' anchors, and the accounts that they are linked to. */
export interface Anchors {
  /** Undefined for a record without an id, and where nothing is remembered. */
  anchorOf(profile: string, source: string, record: Pick<SourceRecord, "id" | "kind">): string | undefined;
  /** The live accounts linked to an anchor: none, one, or by mistake several. */
  accountsOf(anchor: string): readonly LiveAccount[];
  /** The live account that knows a record's id as the one that a further source gives its person. */
  knownByOther(profile: string, one: IdentifiedRecord): KnownByOther | undefined;
  linkOf(live: LiveAccount): Link | undefined;
  stateOf(live: LiveAccount): LinkState;
  /** The live account that answers to an address, and its link. */
  holderOf(address: Address): { readonly live: LiveAccount; readonly link: Link } | undefined;
  /** The live personal account that answers to an address. */
  personalAt(address: Address): LiveAccount | undefined;
}

export type IdentifiedRecord = {
  readonly record: Pick<SourceRecord, "id" | "kind">;
  readonly anchor: string | undefined;
};

/** `isRenamed`: the source had another name then, so the id shows less. */
export type KnownByOther = { readonly live: LiveAccount; readonly isRenamed: boolean };

/** Where nothing is remembered, no record is linked to an account. */
export const NO_ANCHORS: Anchors = {
  anchorOf: () => undefined,
  accountsOf: () => [],
  knownByOther: () => undefined,
  linkOf: () => undefined,
  stateOf: () => "none",
  holderOf: () => undefined,
  personalAt: () => undefined,
};

export type LinksInput = {
  readonly memory: Memory | undefined;
  readonly live: LiveIndex;
  /** Names of all profiles, also of those that are not read. */
  readonly profiles: ReadonlySet<string>;
  readonly readings: readonly ProfileReadings[];
  readonly said: Pick<Said, "doubts" | "lost">;
};

const NOBODY: readonly LiveAccount[] = [];

type SourceName = { readonly profile: string; readonly source: string };

/** The links between records and accounts that are remembered. Without a memory, nothing is linked. */
export class Links implements Anchors {
  readonly #input: LinksInput;
  readonly #byId = new Map<string, AccountMemory>();
  readonly #byAnchor = new Map<string, AccountMemory[]>();
  /** By the anchors that accounts were linked to before. */
  readonly #byReplaced = new Map<string, AccountMemory[]>();
  /** By the ids that further sources give. */
  readonly #byOther = new Map<string, AccountMemory[]>();
  /** Anchor → how many records have it. */
  readonly #present = new Map<string, number>();
  /** `profile/source` of every source that was read. */
  readonly #sources = new Set<string>();
  /** Sources and kinds of which a linked record is not there: only then can an id be a mangled one. */
  readonly #unanswered = new Set<string>();
  /** The accounts of those, once somebody asked. */
  readonly #gone = new Map<string, readonly LiveAccount[]>();
  #deleted: readonly AccountMemory[] | undefined;
  readonly #digests = new Map<Secret, { readonly zivverId: string; readonly digest: string }>();
  /** Sources that links name and that are not configured any more. */
  readonly #retired: readonly SourceName[];
  /** The same of the further ids. */
  readonly #retiredOthers: readonly SourceName[];

  constructor(input: LinksInput) {
    this.#input = input;
    for (const account of input.memory?.state.accounts ?? []) this.#addAccount(account);
    for (const { policy, readings } of input.readings)
      for (const { source } of readings) this.#sources.add(`${policy.name}/${source}`);
    const links = (input.memory?.state.accounts ?? []).flatMap(({ link }) => link ?? []);
    this.#retired = this.#retiredAmong(links);
    this.#retiredOthers = this.#retiredAmong(
      links.flatMap(({ profile, others = [] }) => others.map(({ source }) => ({ profile, source }))),
    );
    if (input.memory === undefined) return;
    for (const { policy, readings } of input.readings)
      for (const reading of readings) this.#count(policy.name, reading);
    for (const { link, kind } of input.memory.state.accounts)
      if (link && !this.#present.has(link.anchor))
        this.#unanswered.add(`${link.profile}/${link.source}/${kind}`);
  }

  #addAccount(account: AccountMemory): void {
    const { zivverId, link } = account;
    this.#byId.set(zivverId, account);
    if (link === undefined) return;
    addTo(this.#byAnchor, link.anchor, account);
    for (const anchor of link.replaced ?? []) addTo(this.#byReplaced, anchor, account);
    for (const { anchor } of link.others ?? []) addTo(this.#byOther, anchor, account);
  }

  #count(profile: string, { source, records }: Reading): void {
    for (const record of records) {
      const anchor = this.anchorOf(profile, source, record);
      if (anchor !== undefined) this.#present.set(anchor, (this.#present.get(anchor) ?? 0) + 1);
    }
  }

  /** The state's line about a live account. */
  memoryOf(live: LiveAccount): AccountMemory | undefined {
    const found = this.#byId.get(live.zivverId);
    return found?.kind === live.kind ? found : undefined;
  }

  anchorOf(profile: string, source: string, record: Pick<SourceRecord, "id" | "kind">): string | undefined {
    const { memory } = this.#input;
    if (memory === undefined) return undefined;
    const text = record.id?.value.trim() ?? "";
    return text === "" ? undefined : memory.names.anchor(profile, source, record.kind, text);
  }

  accountsOf(anchor: string): readonly LiveAccount[] {
    const { live } = this.#input;
    return (this.#byAnchor.get(anchor) ?? []).flatMap(({ zivverId }) => live.byId.get(zivverId) ?? []);
  }

  holderOf(address: Address): { readonly live: LiveAccount; readonly link: Link } | undefined {
    const live = this.#input.live.byAddress.get(address);
    const link = live && this.memoryOf(live)?.link;
    return live && link ? { live, link } : undefined;
  }

  personalAt(address: Address): LiveAccount | undefined {
    const live = this.#input.live.byAddress.get(address);
    return live?.kind === "personal" ? live : undefined;
  }

  linkOf(live: LiveAccount): Link | undefined {
    return this.memoryOf(live)?.link;
  }

  knownByOther(profile: string, { record, anchor }: IdentifiedRecord): KnownByOther | undefined {
    if (anchor === undefined || this.#byOther.size === 0) return undefined;
    if (this.sharing(anchor) > 1 || this.accountsOf(anchor).length > 0) return undefined;
    const own = this.#liveByOther(anchor);
    const found = own.length > 0 ? own : this.#knownBeforeRename(profile, record);
    const [live, ...more] = found.filter(({ kind }) => kind === record.kind);
    return live === undefined || more.length > 0 ? undefined : { live, isRenamed: own.length === 0 };
  }

  #liveByOther(anchor: string): readonly LiveAccount[] {
    const { live } = this.#input;
    return (this.#byOther.get(anchor) ?? []).flatMap(({ zivverId }) => live.byId.get(zivverId) ?? []);
  }

  #knownBeforeRename(profile: string, record: IdentifiedRecord["record"]): readonly LiveAccount[] {
    const found = this.#retiredOthers.flatMap((former) => {
      if (former.profile !== profile && this.#input.profiles.has(former.profile)) return [];
      const anchor = this.anchorOf(former.profile, former.source, record);
      return anchor === undefined ? [] : this.#liveByOther(anchor);
    });
    return [...new Set(found)];
  }

  /** The account that an anchor is linked to, and that is gone from Zivver. */
  goneOf(anchor: string): AccountMemory | undefined {
    return this.accountsOf(anchor).length > 0 ? undefined : this.#byAnchor.get(anchor)?.[0];
  }

  /** Whether a linked account has no record. */
  get hasUnanswered(): boolean {
    return this.#unanswered.size > 0 || this.#retired.length > 0;
  }

  /** How many records have an anchor. */
  sharing(anchor: string): number {
    return this.#present.get(anchor) ?? 0;
  }

  /**
   * The accounts that were linked to a record with the same id in a source of the profile, or of a profile, that is not
   * configured any more. A renamed source keeps its ids; another source may give the same ids to other people.
   */
  formerAccountsOf(profile: string, record: Pick<SourceRecord, "id" | "kind">): readonly LiveAccount[] {
    if (this.#retired.length === 0) return NOBODY;
    const { profiles } = this.#input;
    return this.#retired.flatMap((former) => {
      if (former.profile !== profile && profiles.has(former.profile)) return [];
      const anchor = this.anchorOf(former.profile, former.source, record);
      return anchor === undefined ? [] : this.accountsOf(anchor);
    });
  }

  /** The accounts that a source linked, and whose records are gone from it. */
  unansweredOf(profile: string, source: string, kind: Kind): readonly LiveAccount[] {
    const key = `${profile}/${source}/${kind}`;
    if (!this.#unanswered.has(key)) return [];
    const known = this.#gone.get(key);
    if (known !== undefined) return known;
    const gone = this.#input.live.all.filter((live) => {
      const link = this.memoryOf(live)?.link;
      if (live.kind !== kind || link?.profile !== profile || link.source !== source) return false;
      return this.stateOf(live) === "gone";
    });
    this.#gone.set(key, gone);
    return gone;
  }

  /**
   * The accounts that are linked to an id which differs from this record's only by what spreadsheets do to ids: leading
   * zeros, upper and lower case, a fraction of zero, brackets around a GUID. And those that were linked to this very id
   * before the one they are linked to now, which is gone.
   */
  nearAccountsOf(
    profile: string,
    source: string,
    record: Pick<SourceRecord, "id" | "kind">,
  ): readonly LiveAccount[] {
    const { memory } = this.#input;
    if (memory === undefined || !this.#unanswered.has(`${profile}/${source}/${record.kind}`)) return NOBODY;
    const text = record.id?.value.trim() ?? "";
    if (text === "") return NOBODY;
    const found = variantsOf(text).flatMap((id) =>
      this.accountsOf(memory.names.anchor(profile, source, record.kind, id)),
    );
    const own = memory.names.anchor(profile, source, record.kind, text);
    const once = (this.#byReplaced.get(own) ?? []).flatMap(
      ({ zivverId }) => this.#input.live.byId.get(zivverId) ?? [],
    );
    return [...new Set([...found, ...once])].filter((live) => this.stateOf(live) !== "present");
  }

  /** Whether somebody says that it is the account of the record with its address. */
  isRelinked({ zivverId }: LiveAccount): boolean {
    return this.#input.memory?.relinked?.has(zivverId) ?? false;
  }

  stateOf(live: LiveAccount): LinkState {
    return this.#stateOf(this.memoryOf(live)?.link, live.kind);
  }

  #stateOf(link: Link | undefined, kind: Kind): LinkState {
    if (link === undefined) return "none";
    if (this.#present.has(link.anchor)) return "present";
    if (this.isRetired(link)) return "retired";
    return this.#isRead(link, kind) ? "gone" : "unread";
  }

  /** Whether some of a profile's records of a kind could not be read, so that another of them may be meant. */
  isIncomplete(profile: string, kind: Kind): boolean {
    return this.#input.said.doubts.of(profile, kind) === "incomplete";
  }

  /** Whether the linked record of an account, which may be gone from Zivver, is there or unread. */
  isAwaited({ link, kind }: AccountMemory): boolean {
    const state = this.#stateOf(link, kind);
    return state === "present" || state === "unread";
  }

  /** The accounts that are gone from Zivver, while their records are there or unread. */
  get deleted(): readonly AccountMemory[] {
    this.#deleted ??= (this.#input.memory?.state.accounts ?? []).filter(
      (account) => !this.#input.live.byId.has(account.zivverId) && this.isAwaited(account),
    );
    return this.#deleted;
  }

  /** The digest of an account key, computed once. */
  keyDigest(zivverId: string, key: Secret): string {
    const known = this.#digests.get(key);
    if (known?.zivverId === zivverId) return known.digest;
    const digest = this.#input.memory?.names.accountKey(zivverId, key) ?? "";
    this.#digests.set(key, { zivverId, digest });
    return digest;
  }

  #isRead({ profile, source }: Link, kind: Kind): boolean {
    const { said } = this.#input;
    if (!this.#sources.has(`${profile}/${source}`)) return false;
    const doubt = said.doubts.of(profile, kind);
    return (
      (doubt === undefined || doubt === "unidentified") && !said.lost.of(profile, source, kind).includes("id")
    );
  }

  /** Whether a source is no longer configured, or not under that name. */
  isRetired({ profile, source }: SourceName): boolean {
    const { profiles, readings } = this.#input;
    if (!profiles.has(profile)) return true;
    const isProfileRead = readings.some(({ policy }) => policy.name === profile);
    return isProfileRead && !this.#sources.has(`${profile}/${source}`);
  }

  #retiredAmong(sources: readonly SourceName[]): readonly SourceName[] {
    const once = new Map(sources.map((one) => [`${one.profile}/${one.source}`, one]));
    return [...once.values()].filter((one) => this.isRetired(one));
  }
}

/** The link that a desired account has from now on; undefined where its sources give no id, or nothing is remembered. */
export function linkOf(
  { id, otherIds, profile, kind }: Pick<DesiredAccount, "id" | "otherIds" | "profile" | "kind">,
  names: Pseudonyms,
): Link | undefined {
  if (id === undefined || id.value.trim() === "") return undefined;
  const { source } = id.origin;
  const anchor = names.anchor(profile, source, kind, id.value.trim());
  const others = otherIds?.filter((other) => other.source !== source) ?? [];
  return { profile, source, anchor, ...(others.length > 0 ? { others } : {}) };
}

const LONGEST_PADDED = 12;

function variantsOf(id: string): readonly string[] {
  const bare = id.replace(/^0+(?=.)/, "").replace(/^(\d+)[.,]0+$/, "$1");
  const padded = /^\d+$/.test(bare)
    ? Array.from({ length: Math.max(0, LONGEST_PADDED - bare.length) }, (_, more) =>
        bare.padStart(bare.length + more + 1, "0"),
      )
    : [];
  const unbraced = id.replace(/^\{(.*)\}$/, "$1");
  const cases = [id, unbraced].flatMap((one) => [one.toLowerCase(), one.toUpperCase(), `{${one}}`]);
  return [...new Set([bare, ...padded, unbraced, ...cases])].filter((one) => one !== id);
}
