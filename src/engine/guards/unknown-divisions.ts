import type { LiveAccount } from "../../model/account/account.ts";
import type { Change } from "../../model/plan/change.ts";
import type { Finding } from "../../model/plan/finding.ts";
import { compareText } from "../../model/values/text.ts";
import { shortened } from "../match/scope.ts";

/**
 * Divisions that changes set and no live account is in: Zivver refuses one that does not exist, and no request of its API
 * lists those that do. One finding a profile and division. Pure.
 */
export function unknownDivisions(changes: readonly Change[], live: readonly LiveAccount[]): Finding[] {
  if (!changes.some(({ fields }) => fields.some(({ field }) => field === "division"))) return [];
  const known = new Set(["/"]);
  for (const { division } of live) known.add(division);
  const wanted = new Map<string, Wanted>();
  for (const { profile, address, fields } of changes) {
    const division = fields.find(({ field }) => field === "division")?.after;
    if (typeof division !== "string" || known.has(division)) continue;
    const key = JSON.stringify([profile, division]);
    const one = wanted.get(key);
    if (one) one.addresses.push(address);
    else wanted.set(key, { profile, division, addresses: [address] });
  }
  return [...wanted.values()].map((one) => finding(one, known));
}

type Wanted = { readonly profile: string; readonly division: string; readonly addresses: string[] };

function finding({ profile, division, addresses }: Wanted, known: ReadonlySet<string>): Finding {
  const accounts = `${addresses.length} ${addresses.length === 1 ? "account" : "accounts"}`;
  const meant = [...known].sort(compareText).find((other) => folded(other) === folded(division));
  const hint = meant === undefined ? "" : ` Did you mean "${meant}"?`;
  return {
    code: "division-unknown",
    severity: "warning",
    summary: `No account in Zivver is in the division "${division}", and Zivver refuses a division that does not exist.${hint} It is set for ${accounts}: ${shortened(addresses.toSorted(compareText))}. Create it in Zivver first, or correct it at the source; if it is there and empty, all is well.`,
    where: { profile },
  };
}

/** The common form of two spellings of one division: Zivver itself compares them as they are. */
function folded(division: string): string {
  return division
    .normalize("NFC")
    .trim()
    .replace(/\s*\/+$/, "")
    .replace(/^(?!\/)/, "/")
    .toLowerCase();
}
