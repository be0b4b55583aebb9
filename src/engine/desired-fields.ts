import type { DesiredAccount, Given, Kind } from "../model/account.ts";
import { compareText } from "../model/account.ts";
import { type Address, domainOf, parseAddress } from "../model/address.ts";
import type { Finding, FindingCode } from "../model/plan.ts";
import type { OrganizationPolicy, ProfilePolicy } from "../model/policy.ts";
import type { MergedFields } from "./merge.ts";

type Input = {
  readonly organization: OrganizationPolicy;
  readonly policy: ProfilePolicy;
  readonly address: Address;
  readonly kind: Kind;
  readonly active: boolean;
  readonly merged: MergedFields;
  readonly where: Finding["where"];
};

type Fields = Pick<
  DesiredAccount,
  "id" | "fullName" | "aliases" | "delegates" | "delegatesIncomplete" | "division" | "phone" | "accountKey"
>;

/** Brings given fields into canonical form. What makes the account unsafe to touch goes to `holds`, the rest to `notes`. */
export function desiredFields(input: Input, holds: Finding[], notes: Finding[]): Fields {
  const { merged, policy, organization, kind, active } = input;
  const fullName = merged.fullName && cleanName(merged.fullName);
  const aliases = desiredAliases(input, holds, notes);
  const delegates = desiredDelegates(input, holds);
  if (delegates !== undefined && merged.delegatesIncomplete !== undefined) {
    const summary = `${merged.delegatesIncomplete} Delegates are added to this account, and none is removed.`;
    notes.push(about(input, "delegates-incomplete", "warning", summary));
  }
  const division = merged.division ?? divisionByRule(policy, input);
  if (
    organization.loginMethod === "sso" &&
    kind === "personal" &&
    active &&
    merged.accountKey === undefined
  ) {
    holds.push(
      about(
        input,
        "account-key-missing",
        "error",
        "No source gives an account key, and without it the person could not log in by single sign-on. The account is left as it is.",
      ),
    );
  }
  // Members are set one by one: this runs once an account, and spreading absent ones costs more than all the rest.
  const fields: { -readonly [F in keyof Fields]: Fields[F] } = {};
  if (merged.id) fields.id = merged.id;
  if (fullName && fullName.value !== "") fields.fullName = fullName;
  if (aliases) fields.aliases = aliases;
  if (delegates) fields.delegates = delegates;
  if (delegates && merged.delegatesIncomplete) fields.delegatesIncomplete = true;
  if (division) fields.division = division;
  if (merged.phone) fields.phone = { ...merged.phone, value: canonicalPhone(merged.phone.value) };
  if (merged.accountKey && kind === "personal") fields.accountKey = merged.accountKey;
  return fields;
}

/** A phone number without the spaces, dots, dashes and brackets that people write in it. */
export function canonicalPhone(text: string): string {
  return text.replace(/[\s().\-\u2010-\u2015/]/gu, "");
}

const CLEAN_NAME = /^[!-~]+(?: [!-~]+)*$/;

/** Is a name certainly as it is after cleaning? */
export function isCleanName(name: string): boolean {
  return CLEAN_NAME.test(name);
}

/** White space folded, control characters taken out, NFC. */
function cleanName(name: Given<string>): Given<string> {
  if (isCleanName(name.value)) return name;
  const value = name.value
    .normalize("NFC")
    .replace(/[\p{Cc}\p{Cs}\p{Zs}\p{Zl}\p{Zp}]+/gu, " ")
    .trim();
  return { value, origin: name.origin };
}

function desiredAliases(
  input: Input,
  holds: Finding[],
  notes: Finding[],
): Given<readonly Address[]> | undefined {
  const given = input.merged.aliases;
  if (given === undefined) return undefined;
  const { policy, organization } = input;
  const kept = new Set<Address>();
  for (const text of given.value) {
    const alias = parseAddress(text);
    if (alias === undefined) {
      holds.push(
        about(
          input,
          "alias-invalid",
          "error",
          `The alias "${text}" is no e-mail address. The account is left as it is.`,
        ),
      );
    } else if (alias === input.address || policy.aliases.excludeDomains.includes(domainOf(alias))) {
      // The primary is no alias of itself, and excluded domains are left out as configured.
    } else if (organization.claimedDomains.includes(domainOf(alias))) kept.add(alias);
    else if (policy.aliases.unclaimed === "error") {
      holds.push(
        about(
          input,
          "alias-unclaimed",
          "error",
          `The alias ${alias} lies outside the claimed domains. The account is left as it is.`,
        ),
      );
    } else {
      notes.push(
        about(
          input,
          "alias-unclaimed",
          "info",
          `The alias ${alias} lies outside the claimed domains and is left out.`,
        ),
      );
    }
  }
  // Most have one or none, and there are as many as accounts.
  return { value: kept.size < 2 ? [...kept] : [...kept].sort(compareText), origin: given.origin };
}

function desiredDelegates(input: Input, holds: Finding[]): Given<readonly Address[]> | undefined {
  const given = input.merged.delegates;
  if (given === undefined || !input.policy.sync[input.kind].delegates) return undefined;
  const kept = new Set<Address>();
  for (const text of given.value) {
    const delegate = parseAddress(text);
    if (delegate === undefined) {
      holds.push(
        about(
          input,
          "delegate-invalid",
          "error",
          `The delegate "${text}" is no e-mail address. The account is left as it is.`,
        ),
      );
    } else if (delegate !== input.address) kept.add(delegate);
  }
  return { value: [...kept].sort(compareText), origin: given.origin };
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
