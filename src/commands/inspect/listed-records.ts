import { buildDesiredState, type Candidate, type DesiredState } from "../../engine/desired/desired.ts";
import { sayKeysNotGivenOnce } from "../../engine/desired/missing-keys.ts";
import type { SourceRecord } from "../../model/account/account.ts";
import { type PlainText, plainTexts } from "../../model/account/fields.ts";
import type { Kind } from "../../model/account/kind.ts";
import type { Finding } from "../../model/plan/finding.ts";
import type { OrganizationPolicy } from "../../model/plan/policy.ts";
import type { ProfileReadings } from "../../model/ports.ts";
import { type Address, parseAddress } from "../../model/values/address.ts";

/** A record as commands show it, and what becomes of it. null: the source does not say. */
export type ListedRecord = { readonly [F in PlainText]: string | null } & {
  readonly place: string;
  readonly kind: Kind;
  readonly email: string;
  readonly fullName: string | null;
  readonly active: boolean | null;
  readonly aliases: readonly string[] | null;
  readonly delegates: readonly string[] | null;
  /** The reason why some delegates may be missing. */
  readonly delegatesIncomplete: string | null;
  readonly accountKey: "set" | "none";
  readonly id: string | null;
  readonly becomes: string;
};

/** The desired state by all sources together, without the accounts themselves. */
export type Followed = Omit<DesiredState, "candidates"> & {
  readonly fates: Fates;
  /** Problems and notes of single accounts. */
  readonly ofAccounts: readonly Finding[];
};

/** Follows every record to what becomes of it. Pure. */
export function followRecords(
  organization: OrganizationPolicy,
  profiles: readonly ProfileReadings[],
): Followed {
  const fates = new Fates();
  const ofAccounts: Finding[] = [];
  const { candidates, ...rest } = buildDesiredState({ organization, profiles });
  for (const candidate of candidates) {
    fates.add(candidate);
    ofAccounts.push(...candidate.holds, ...candidate.notes);
  }
  return { ...rest, fates, ofAccounts: sayKeysNotGivenOnce(ofAccounts, candidates) };
}

/** The condition of the accounts of each profile: `active`, `disabled`, or why an account is held back. */
export class Fates {
  readonly #byProfile = new Map<string, Map<Address, string>>();

  add({ account, holds: [held] }: Candidate): void {
    const ofProfile = this.#byProfile.get(account.profile) ?? new Map<Address, string>();
    this.#byProfile.set(account.profile, ofProfile);
    const fate = held === undefined ? (account.active ? "active" : "disabled") : `held back: ${held.code}`;
    ofProfile.set(account.address, fate);
  }

  /** Of a record of one of the profile's sources. */
  list(profile: string, record: SourceRecord): ListedRecord {
    const email = record.email?.value ?? "";
    const address = parseAddress(email);
    const fate = address === undefined ? undefined : this.#byProfile.get(profile)?.get(address);
    if (fate === undefined) return listed(record, email, "nothing by itself");
    return listed(record, email, fate === "active" || fate === "disabled" ? `${address}, ${fate}` : fate);
  }
}

function listed(record: SourceRecord, email: string, becomes: string): ListedRecord {
  return {
    place: record.where,
    kind: record.kind,
    email,
    fullName: record.fullName?.value ?? null,
    active: record.active?.value ?? null,
    aliases: record.aliases?.value ?? null,
    delegates: record.delegates?.value ?? null,
    delegatesIncomplete: record.delegatesIncomplete ?? null,
    accountKey: record.accountKey ? "set" : "none",
    ...plainTexts((field) => record[field]?.value ?? null),
    id: record.id?.value ?? null,
    becomes,
  };
}
