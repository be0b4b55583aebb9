import type { DesiredAccount, Given, RecordField } from "../../model/account/account.ts";
import { canonicalText, hasField, TEXT_FIELDS, type TextField } from "../../model/account/fields.ts";
import type { Kind } from "../../model/account/kind.ts";
import type { Finding, FindingCode } from "../../model/plan/finding.ts";
import type { OrganizationPolicy, ProfilePolicy } from "../../model/plan/policy.ts";
import { type Address, domainOf, isInOneOf, parseAddress } from "../../model/values/address.ts";
import { compareText } from "../../model/values/text.ts";
import type { MergedFields } from "./merge-records.ts";

type Input = {
  readonly organization: OrganizationPolicy;
  readonly policy: ProfilePolicy;
  readonly address: Address;
  readonly kind: Kind;
  readonly active: boolean;
  readonly merged: MergedFields;
  /** Fields in doubt: they are left as they are. */
  readonly held: ReadonlySet<RecordField>;
  /** Lists out of which nothing is taken. */
  readonly partial: ReadonlySet<RecordField>;
  readonly where: Finding["where"];
};

type Fields = Pick<
  DesiredAccount,
  "id" | "aliases" | "aliasesIncomplete" | "delegates" | "delegatesIncomplete" | "accountKey" | TextField
>;

/** The fields of an account, and what is wrong with any: it concerns that field alone. */
export type DesiredFields = { readonly fields: Fields; readonly notes: readonly Finding[] };

/** Brings given fields into canonical form. */
export function desiredFields(input: Input): DesiredFields {
  const { merged, kind, held, partial } = input;
  const aliases = desiredAliases(input);
  const delegates = desiredDelegates(input);
  // Members are set one by one: this runs once an account, and spreading absent ones costs more than all the rest.
  const fields: { -readonly [F in keyof Fields]: Fields[F] } = {};
  if (merged.id) fields.id = merged.id;
  if (aliases) fields.aliases = aliases.given;
  const isPartial = (list: "aliases" | "delegates") => held.has(list) || partial.has(list);
  if (aliases && (!aliases.isWhole || isPartial("aliases"))) fields.aliasesIncomplete = true;
  if (delegates) fields.delegates = delegates.given;
  if (delegates && (!delegates.isWhole || isPartial("delegates") || merged.delegatesIncomplete))
    fields.delegatesIncomplete = true;
  for (const field of TEXT_FIELDS) {
    const given = held.has(field) || !hasField(kind, field) ? undefined : givenText(input, field);
    if (given) fields[field] = given;
  }
  if (merged.accountKey && kind === "personal" && !held.has("accountKey"))
    fields.accountKey = merged.accountKey;
  const notes = [
    ...(aliases?.notes ?? []),
    ...(delegates?.notes ?? []),
    ...(delegates ? partOfDelegates(input) : []),
    ...missingKey(input),
  ];
  return { fields, notes };
}

/** The text of the records, else of the profile's rule for divisions. */
function givenText(input: Input, field: TextField): Given<string> | undefined {
  const given = input.merged[field];
  if (given === undefined) return field === "division" ? divisionByRule(input.policy, input) : undefined;
  const value = canonicalText(field, given.value);
  if (value === undefined || value === given.value) return value === undefined ? undefined : given;
  return { value, origin: given.origin };
}

function partOfDelegates(input: Input): readonly Finding[] {
  const { delegatesIncomplete } = input.merged;
  if (delegatesIncomplete === undefined) return [];
  const summary = `${delegatesIncomplete} Delegates are added to this account, and none is removed.`;
  return [about(input, "delegates-incomplete", "warning", summary)];
}

function missingKey(input: Input): readonly Finding[] {
  const { organization, kind, active, merged, held } = input;
  const needsKey = organization.loginMethod === "sso" && kind === "personal" && active;
  if (!needsKey || merged.accountKey !== undefined || held.has("accountKey")) return [];
  const summary =
    "No source gives an account key, and without it the person cannot log in by single sign-on. The account is not created without one; its key in Zivver is left as it is.";
  return [about(input, "account-key-missing", "error", summary)];
}

/** A list in canonical form; not whole when something in it cannot be read or used. */
type CanonicalList = {
  readonly given: Given<readonly Address[]>;
  readonly isWhole: boolean;
  readonly notes: readonly Finding[];
};

function desiredAliases(input: Input): CanonicalList | undefined {
  const given = input.merged.aliases;
  if (given === undefined) return undefined;
  const { policy, organization } = input;
  const kept = new Set<Address>();
  const notes: Finding[] = [];
  let isWhole = true;
  for (const text of given.value) {
    const alias = parseAddress(text);
    if (alias === undefined) {
      isWhole = false;
      const summary = `The alias "${text}" is not an e-mail address. It is left out, and no alias is taken away.`;
      notes.push(about(input, "alias-invalid", "error", summary));
    } else if (alias === input.address || isInOneOf(policy.aliases.excludeDomains, alias)) {
      // The primary is not an alias of itself, and excluded domains are left out as configured.
    } else if (isInOneOf(organization.claimedDomains, alias)) kept.add(alias);
    else {
      const isError = policy.aliases.unclaimed === "error";
      if (isError) isWhole = false;
      const effect = isError ? "is left out, and no alias is taken away" : "is left out";
      const summary = `The alias ${alias} lies outside the claimed domains and ${effect}.`;
      notes.push(about(input, "alias-unclaimed", isError ? "error" : "info", summary));
    }
  }
  // Most have one or none, and there are as many as accounts.
  const value = kept.size < 2 ? [...kept] : [...kept].sort(compareText);
  return { given: { value, origin: given.origin }, isWhole, notes };
}

function desiredDelegates(input: Input): CanonicalList | undefined {
  const given = input.merged.delegates;
  if (given === undefined || !input.policy.sync[input.kind].delegates) return undefined;
  const kept = new Set<Address>();
  const notes: Finding[] = [];
  let isWhole = true;
  for (const text of given.value) {
    const delegate = parseAddress(text);
    if (delegate === undefined) {
      isWhole = false;
      const summary = `The delegate "${text}" is not an e-mail address. It is left out, and no delegate is taken away.`;
      notes.push(about(input, "delegate-invalid", "error", summary));
    } else if (delegate !== input.address) kept.add(delegate);
  }
  return { given: { value: [...kept].sort(compareText), origin: given.origin }, isWhole, notes };
}

function divisionByRule(policy: ProfilePolicy, input: Input): Given<string> | undefined {
  const value = policy.division?.byDomain?.[domainOf(input.address)] ?? policy.division?.fixed;
  if (value === undefined) return undefined;
  return {
    value,
    origin: { source: `profile ${policy.name}`, where: "its division rule", attribute: "division" },
  };
}

function about(input: Input, code: FindingCode, severity: Finding["severity"], summary: string): Finding {
  return { code, severity, summary, where: input.where };
}
