import type { Acceptance } from "../../src/engine/guards/guards.ts";
import { buildPlan, type PlanInput, type PlanResult } from "../../src/engine/plan/plan.ts";
import type { Given, LiveAccount, RecordProblem, SourceRecord } from "../../src/model/account/account.ts";
import type { FieldValue } from "../../src/model/account/fields.ts";
import type { Kind } from "../../src/model/account/kind.ts";
import type { Change } from "../../src/model/plan/change.ts";
import type { GuardLimits } from "../../src/model/plan/default-guards.ts";
import type { Finding } from "../../src/model/plan/finding.ts";
import type { Manages, OrganizationPolicy, ProfilePolicy, SyncPolicy } from "../../src/model/plan/policy.ts";
import {
  type AccountMemory,
  EMPTY_STATE,
  type Pseudonyms,
  type ReleasedAddress,
  type SourceFields,
  type SourceMemory,
} from "../../src/model/plan/state.ts";
import type { Reading } from "../../src/model/ports.ts";
import type { Address } from "../../src/model/values/address.ts";
import { canonicalJson } from "../../src/model/values/canonical-json.ts";
import { Secret } from "../../src/model/values/secret.ts";
import { sha256 } from "../../src/storage/plan/seal.ts";

/** Any text as an address: a live account's address is whatever Zivver says. */
export const at = (text: string): Address => text as Address;

/** The id that `person` and `desk` give to the account of an address. */
export const idOf = (address: string): string => `id-${address}`;

/** The name that records and live accounts have unless another is given, so that a bare pair is already in step. */
const nameOf = (address: string): string => `Name of ${address.slice(0, address.indexOf("@"))}`;

export const GUARDS_OFF: GuardLimits = {
  create: "off",
  update: "off",
  suspend: "off",
  reactivate: "off",
  delete: "off",
  rename: "off",
  memberRemoval: "off",
  addDelegate: "off",
  accountKey: "off",
  sourceShrink: "off",
};

/** Claims example.org and example.com, protects admin@example.org, guards off, single sign-on. */
export function organization(given: Partial<OrganizationPolicy> = {}): OrganizationPolicy {
  return {
    loginMethod: "sso",
    claimedDomains: ["example.org", "example.com"],
    protected: ["admin@example.org"],
    guards: GUARDS_OFF,
    rateLimit: { requests: 50, seconds: 10 },
    ...given,
  };
}

export const SYNC: SyncPolicy = {
  create: true,
  update: true,
  missing: "suspend",
  disabled: "suspend",
  reactivate: true,
  delegates: true,
};

export type ProfileGiven = Partial<Omit<ProfilePolicy, "manages" | "sync">> & {
  readonly manages?: Partial<Manages>;
  readonly personal?: Partial<SyncPolicy>;
  readonly functional?: Partial<SyncPolicy>;
};

/** A profile that manages everything and may do everything, unless told otherwise. */
export function profile({ manages, personal, functional, ...given }: ProfileGiven = {}): ProfilePolicy {
  return {
    name: "staff",
    manages: { kinds: ["personal", "functional"], include: [], exclude: [], ...manages },
    aliases: { excludeDomains: [], unclaimed: "skip" },
    sync: { personal: { ...SYNC, ...personal }, functional: { ...SYNC, ...functional } },
    ...given,
  };
}

export type Row = {
  readonly kind?: Kind;
  readonly where?: string;
  readonly supplement?: boolean;
  readonly fullName?: string | null;
  readonly aliases?: readonly string[];
  readonly delegates?: readonly string[];
  readonly active?: boolean;
  readonly division?: string;
  readonly phone?: string;
  readonly phoneInvalid?: true;
  readonly accountKey?: string | null;
  readonly id?: string;
  readonly problems?: readonly RecordProblem[];
};

/** A record as the source "hr" gives it; a name and, for a person, an account key are in it unless they are null. */
export function record(email: string | undefined, row: Row = {}): SourceRecord {
  const { kind = "personal", where = `row of ${email}`, supplement = false, problems = [] } = row;
  const give = <T>(attribute: string, value: T): Given<T> => ({
    value,
    origin: { source: "hr", where, attribute },
  });
  const text = email?.trim().toLowerCase() ?? "";
  const fullName = row.fullName === undefined && !supplement ? nameOf(text) : row.fullName;
  const key =
    row.accountKey === undefined && kind === "personal" && !supplement ? `key of ${text}` : row.accountKey;
  return {
    kind,
    where,
    supplement,
    problems,
    ...(email === undefined ? {} : { email: give("email", email) }),
    ...(row.id === undefined ? {} : { id: give("id", row.id) }),
    ...(fullName ? { fullName: give("name", fullName) } : {}),
    ...(row.aliases ? { aliases: give("aliases", row.aliases) } : {}),
    ...(row.delegates ? { delegates: give("delegates", row.delegates) } : {}),
    ...(row.active === undefined ? {} : { active: give("active", row.active) }),
    ...(row.division === undefined ? {} : { division: give("division", row.division) }),
    ...(row.phone === undefined ? {} : { phone: give("phone", row.phone) }),
    ...(row.phoneInvalid ? { phoneInvalid: row.phoneInvalid } : {}),
    ...(key ? { accountKey: give("key", new Secret(key)) } : {}),
  };
}

/** A functional account's record. */
export function deskRecord(email: string, row: Row = {}): SourceRecord {
  return record(email, { kind: "functional", ...row });
}

export function reading(records: readonly SourceRecord[], given: Partial<Reading> = {}): Reading {
  return {
    source: "hr",
    type: "spreadsheet",
    records,
    complete: true,
    digest: sha256("hr"),
    findings: [],
    ...given,
  };
}

/** The account with the fingerprint that its fields have. */
export function fingerprinted(account: Omit<LiveAccount, "fingerprint">): LiveAccount {
  const { fingerprint: _, ...rest } = account as LiveAccount;
  return { ...rest, fingerprint: sha256(canonicalJson(rest)) };
}

type LiveGiven = Partial<Omit<LiveAccount, "aliases" | "delegates" | "kind">> & {
  readonly aliases?: readonly string[];
  readonly delegates?: readonly string[];
};

/** A live personal account. */
export function person(address: string, given: LiveGiven = {}): LiveAccount {
  return live("personal", address, { active: true, ...given });
}

/** A live functional account with these member ids; active while it has any. */
export function desk(address: string, members: readonly string[] = [], given: LiveGiven = {}): LiveAccount {
  return live("functional", address, { members: [...members].sort(), active: members.length > 0, ...given });
}

function live(kind: Kind, address: string, given: LiveGiven): LiveAccount {
  return fingerprinted({
    kind,
    zivverId: idOf(address),
    address: at(address),
    fullName: nameOf(address),
    active: true,
    members: [],
    division: "/",
    phone: "",
    ...given,
    aliases: [...(given.aliases ?? [])].sort().map(at),
    delegates: [...(given.delegates ?? [])].sort().map(at),
  });
}

/** Names that show what they name: for tests that look at what is remembered. */
export const PLAIN_NAMES: Pseudonyms = {
  anchor: (profileName, source, kind, id) => `${profileName}/${source} ${kind} ${id}`,
  accountKey: (zivverId, key) => `${zivverId} ${key.reveal()}`,
  value: (_, field, value) => `${field} ${JSON.stringify(value)}`,
};

type Known = Partial<Omit<AccountMemory, "former" | "accountKey">> & {
  /** The id of the record in the source "hr" of the profile "staff". */
  readonly id?: string;
  readonly former?: readonly string[];
  /** The account key as sent, or, with `seen`, as seen at the source. */
  readonly key?: string;
  readonly seen?: string;
};

/** What is remembered of a personal account that `person` makes for this address. */
export function known(address: string, { id, former, key, seen, ...given }: Known = {}): AccountMemory {
  const zivverId = given.zivverId ?? idOf(address);
  const kind = given.kind ?? "personal";
  const anchor = id === undefined ? "" : PLAIN_NAMES.anchor("staff", "hr", kind, id);
  const digest = (value: string) => PLAIN_NAMES.accountKey(zivverId, new Secret(value));
  return {
    zivverId,
    kind,
    address: at(address),
    ...(id === undefined ? {} : { link: { profile: "staff", source: "hr", anchor } }),
    ...(former === undefined ? {} : { former: former.map(at) }),
    ...(key === undefined ? {} : { accountKey: { digest: digest(key), sent: true } }),
    ...(seen === undefined ? {} : { accountKey: { digest: digest(seen), sent: false } }),
    ...given,
  };
}

export type Setting = {
  /** What is remembered: there is a state store when this is given. */
  readonly known?: readonly AccountMemory[];
  /** How many records the source "hr" of the profile "staff" gave at the last apply. */
  readonly recordsBefore?: number;
  /** The fields that it gave before. */
  readonly fieldsBefore?: SourceFields;
  /** What is remembered of other sources. */
  readonly sourcesBefore?: readonly SourceMemory[];
  /** Addresses that earlier applies took from accounts. */
  readonly released?: readonly ReleasedAddress[];
  /** The day of the plan. */
  readonly today?: string;
  /** Records of the one source of the one profile; or give `readings`, or `profiles` with their readings. */
  readonly desired?: readonly SourceRecord[];
  readonly readings?: readonly Reading[];
  readonly profiles?: readonly { readonly policy: ProfilePolicy; readonly readings: readonly Reading[] }[];
  /** Profiles that exist and are not planned. */
  readonly others?: readonly ProfilePolicy[];
  readonly profile?: ProfileGiven;
  readonly organization?: Partial<OrganizationPolicy>;
  readonly live?: readonly LiveAccount[];
  readonly accepted?: readonly Acceptance[];
  readonly only?: string;
  /** The profiles whose accounts are planned. */
  readonly selected?: readonly string[];
};

/** What `buildPlan` is given for a setting. */
export function inputOf(setting: Setting): PlanInput {
  const readings = setting.profiles ?? [
    { policy: profile(setting.profile), readings: setting.readings ?? [reading(setting.desired ?? [])] },
  ];
  return {
    organization: organization(setting.organization),
    profiles: [...readings.map(({ policy }) => policy), ...(setting.others ?? [])],
    readings,
    live: setting.live ?? [],
    liveDigest: sha256("live"),
    accepted: setting.accepted ?? [],
    ...memoryOf(setting),
    ...(setting.only === undefined ? {} : { only: at(setting.only) }),
    ...(setting.selected === undefined ? {} : { selected: new Set(setting.selected) }),
    ...(setting.today === undefined ? {} : { today: setting.today }),
  };
}

function memoryOf(setting: Setting): Pick<PlanInput, "memory"> {
  const { known: accounts, recordsBefore, fieldsBefore, sourcesBefore = [], released = [] } = setting;
  const isSourceKnown = recordsBefore !== undefined || fieldsBefore !== undefined;
  if (accounts === undefined && !isSourceKnown) return {};
  const fields = fieldsBefore === undefined ? {} : { fields: fieldsBefore };
  const hr = isSourceKnown ? [{ profile: "staff", name: "hr", records: recordsBefore ?? 0, ...fields }] : [];
  const sources = [...hr, ...sourcesBefore];
  const state = { ...EMPTY_STATE, accounts: accounts ?? [], sources, released };
  return { memory: { state, names: PLAIN_NAMES } };
}

export function planOf(setting: Setting): PlanResult {
  return buildPlan(inputOf(setting));
}

/** A change in one line: `update a@example.org fullName: A → B; aliases: - → x@example.org`. */
export function inLine(change: Change): string {
  const fields = change.fields.map(
    ({ field, before, after }) => `${field}: ${shown(before)} → ${shown(after)}`,
  );
  return `${change.action} ${change.address} ${fields.join("; ")}`;
}

function shown(value: FieldValue): string {
  if (value === null) return "-";
  return typeof value === "object" ? `[${value.join(", ")}]` : String(value);
}

/** A finding in one line: `alias-unclaimed a@example.org`. */
export function findingInLine({ code, where }: Finding): string {
  return where.address === undefined ? code : `${code} ${where.address}`;
}

/** A plan in lines: what it does, and what it finds. */
export function linesOf(setting: Setting): {
  readonly changes: readonly string[];
  readonly findings: readonly string[];
} {
  const { body } = planOf(setting);
  return { changes: body.changes.map(inLine), findings: body.findings.map(findingInLine) };
}
