import { createHash } from "node:crypto";
import {
  type Given,
  isInDoubt,
  RECORD_FIELDS,
  type RecordField,
  type SourceRecord,
} from "../../model/account/account.ts";
import { plainTexts } from "../../model/account/fields.ts";
import { KINDS } from "../../model/account/kind.ts";
import type { Finding } from "../../model/plan/finding.ts";
import type { Reading, SecretReader } from "../../model/ports.ts";
import type { MemberCondition } from "../../model/source-config/filter.ts";
import type { DeclaredAccount, DeclaredConfig } from "../../model/source-config/source-config.ts";
import { canonicalJson } from "../../model/values/canonical-json.ts";
import { InputError, type Problem, ZivsyncError } from "../../model/values/errors.ts";
import { present } from "../../model/values/present.ts";
import type { Secret } from "../../model/values/secret.ts";
import { AccountGroups, memberConditions, missingGroups } from "../records/account-groups.ts";
import { Sieve } from "../records/filtering.ts";
import { whyUnclearName } from "../records/name-text.ts";

/**
 * The accounts of `kind: Accounts` files as records. An entry without a full name only adds to what other sources say of
 * its account. Throws InputError with every secret that cannot be read.
 */
export async function readDeclared(config: DeclaredConfig, readSecret: SecretReader): Promise<Reading> {
  const problems: Problem[] = [];
  const records: SourceRecord[] = [];
  for (const account of config.accounts) {
    const key = await readKey(account, readSecret, problems);
    records.push(recordOf(config.name, account, key));
  }
  const filters = config.filters ?? {};
  const groups = new AccountGroups(records);
  problems.push(...missingGroups(groups, memberConditions(filters)));
  if (problems.length > 0) throw new InputError(problems);
  const sieve = new Sieve(config.name, filters);
  const taken = records.flatMap((record) => {
    const isMember = (condition: MemberCondition) => groups.isMember(condition, record);
    return sieve.sift(record, { isMember }) ?? [];
  });
  const emptied = KINDS.filter((kind) => sieve.isEmptied(kind));
  return {
    source: config.name,
    type: config.type,
    records: taken,
    complete: taken.length > 0,
    digest: `sha256:${createHash("sha256").update(canonicalJson(config.accounts)).digest("hex")}`,
    findings: records.length === 0 ? [nothingDeclared(config.name)] : sieve.findings(),
    ...sieve.summary(),
    speaks: spokenOf(records, sieve),
    ...(taken.length > 0 && emptied.length > 0 ? { incompleteKinds: emptied } : {}),
  };
}

/** The fields that the entries of a kind give. Entries that only add say nothing about who there is of their kind. */
function spokenOf(records: readonly SourceRecord[], sieve: Sieve): NonNullable<Reading["speaks"]> {
  const kinds = KINDS.flatMap((kind) => {
    const ofKind = records.filter((record) => record.kind === kind);
    if (!sieve.takesKind(kind) || ofKind.every(({ supplement }) => supplement)) return [];
    return [
      [kind, RECORD_FIELDS.filter((field) => ofKind.some((record) => isGiven(record, field)))] as const,
    ];
  });
  return Object.fromEntries(kinds);
}

/** Also one that is given and cannot be used. */
function isGiven(record: SourceRecord, field: RecordField): boolean {
  return record[field] !== undefined || isInDoubt(record, field);
}

function nothingDeclared(source: string): Finding {
  return {
    code: "source-empty",
    severity: "warning",
    summary: "The files declare no account at all, so nothing is removed because of this source.",
    where: { source },
  };
}

async function readKey(
  account: DeclaredAccount,
  readSecret: SecretReader,
  problems: Problem[],
): Promise<Secret | undefined> {
  if (account.accountKey === undefined) return undefined;
  try {
    return await readSecret(account.accountKey, account.where);
  } catch (error) {
    if (!(error instanceof ZivsyncError)) throw error;
    problems.push(...error.problems);
    return undefined;
  }
}

function recordOf(source: string, account: DeclaredAccount, key: Secret | undefined): SourceRecord {
  const { where, fullName } = account;
  const unclear = fullName === undefined ? undefined : whyUnclearName(fullName);
  const give = <T>(attribute: string, value: T | undefined): Given<T> | undefined =>
    value === undefined ? undefined : { value, origin: { source, where, attribute } };
  return {
    kind: account.kind,
    where,
    supplement: fullName === undefined,
    ...present({
      email: give("email", account.email),
      id: give("id", account.id),
      fullName: give("fullName", unclear === undefined ? fullName : undefined),
      aliases: give("aliases", account.aliases),
      delegates: give("delegates", account.delegates),
      active: give("active", account.active),
      ...plainTexts((field) => give(field, account[field])),
      accountKey: give("accountKey", key),
    }),
    problems: unclear === undefined ? [] : [{ attribute: "fullName", message: unclear, field: "fullName" }],
  };
}
