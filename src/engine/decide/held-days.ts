import type { LiveAccount } from "../../model/account/account.ts";
import { attentionClass } from "../../model/plan/attention.ts";
import type { Finding, FindingCode } from "../../model/plan/finding.ts";
import type { Address } from "../../model/values/address.ts";
import { sinceWhen } from "./actions/leavers.ts";
import type { Decision } from "./decide.ts";

/** Zivver id → the codes of the findings for which something of the account is left as it is; sorted. */
export type Held = ReadonlyMap<string, readonly FindingCode[]>;

/**
 * Conflicts, and changes that are held, with the days since the first apply that remembered them. A finding counts days where it is
 * about a live account: a record without an account has no line in the state. Removals count theirs when they are held back.
 */
export function countDays(
  findings: readonly Finding[],
  decision: Pick<Decision, "live" | "links" | "desired" | "matching">,
  today: string | undefined,
): { readonly findings: readonly Finding[]; readonly held: Held } {
  const accountOf = accountsByAddress(findings.filter(isHeld), decision);
  const held = new Map<string, Set<FindingCode>>();
  const dated = findings.map((finding) => {
    const account = isHeld(finding) ? accountOf(finding.where.address as Address) : undefined;
    if (account === undefined) return finding;
    const codes = held.get(account.zivverId) ?? new Set();
    held.set(account.zivverId, codes.add(finding.code));
    const since = decision.links.memoryOf(account)?.heldSince?.[finding.code];
    return since === undefined
      ? finding
      : { ...finding, summary: `${finding.summary}${sinceWhen("Held", since, today)}` };
  });
  return { findings: dated, held: new Map([...held].map(([id, codes]) => [id, [...codes].sort()])) };
}

function isHeld(finding: Finding): boolean {
  const its = attentionClass(finding);
  return finding.where.address !== undefined && (its === "conflict" || its === "frozen");
}

/** The account at an address, or else the one that a record with the address is, or may be. */
function accountsByAddress(
  findings: readonly Finding[],
  { live, desired, matching }: Pick<Decision, "live" | "desired" | "matching">,
): (address: Address) => LiveAccount | undefined {
  const unknown = new Set(
    findings.map(({ where }) => where.address as Address).filter((address) => !live.byPrimary.has(address)),
  );
  const byRecord = new Map<Address, LiveAccount>();
  for (const candidate of unknown.size === 0 ? [] : desired.candidates) {
    const fate = matching.fates.get(candidate);
    const accounts = fate?.type === "live" ? [fate.live] : fate?.type === "unknown" ? fate.accounts : [];
    const [only, ...others] = new Set(accounts);
    if (only && others.length === 0 && unknown.has(candidate.account.address))
      byRecord.set(candidate.account.address, only);
  }
  return (address) => live.byPrimary.get(address) ?? byRecord.get(address);
}
