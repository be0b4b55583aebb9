import type { Finding } from "../../model/plan/finding.ts";
import type { DesiredState } from "../desired/desired.ts";
import { profilesWithKeys } from "../desired/missing-keys.ts";
import type { Matching } from "../match/match.ts";
import type { Links } from "../readings/links.ts";

type Known = {
  readonly candidates: DesiredState["candidates"];
  readonly pairs: Matching["pairs"];
  readonly links: Links;
};

/**
 * Where a profile's sources give nobody an account key and none was ever sent, the keys in Zivver are not their matter: what
 * would be said of every person who has an account is said once, as a note. People without an account keep their own finding,
 * since they cannot be created. Pure.
 */
export function sayMissingKeysOnce(
  findings: readonly Finding[],
  { candidates, pairs, links }: Known,
): readonly Finding[] {
  const giving = new Set(profilesWithKeys(candidates));
  const withAccount = new Map<string, Set<string>>();
  for (const { desired, live } of pairs) {
    if (desired.kind !== "personal") continue;
    if (links.memoryOf(live)?.accountKey !== undefined) giving.add(desired.profile);
    const people = withAccount.get(desired.profile) ?? new Set();
    withAccount.set(desired.profile, people.add(desired.address));
  }
  const isCommon = ({ code, where: { profile = "", address = "" } }: Finding) =>
    code === "account-key-missing" && !giving.has(profile) && withAccount.get(profile)?.has(address) === true;
  const counts = new Map<string, number>();
  for (const finding of findings.filter(isCommon)) {
    const { profile = "" } = finding.where;
    counts.set(profile, (counts.get(profile) ?? 0) + 1);
  }
  const several = new Map([...counts].filter(([, count]) => count > 1));
  const others = findings.filter(
    (finding) => !isCommon(finding) || !several.has(finding.where.profile ?? ""),
  );
  return [...others, ...[...several].map(([profile, count]) => keysNotGiven(profile, count))];
}

function keysNotGiven(profile: string, count: number): Finding {
  return {
    code: "account-key-missing",
    severity: "info",
    summary: `No source gives account keys. The keys that ${count} people have in Zivver stay as they are, and everything else is kept in step. New people cannot be created until a source gives their keys (\`accountKey\`).`,
    where: { profile, kind: "personal" },
  };
}
