import type { Finding } from "../../model/plan/finding.ts";
import { addTo } from "../../model/values/multimap.ts";
import { present } from "../../model/values/present.ts";
import type { Candidate } from "./desired.ts";

/** The profiles whose sources give an account key to anyone, a key in doubt included. */
export function profilesWithKeys(candidates: readonly Pick<Candidate, "account">[]): ReadonlySet<string> {
  return new Set(
    candidates.flatMap(({ account }) =>
      account.accountKey !== undefined || account.held?.has("accountKey") ? [account.profile] : [],
    ),
  );
}

/**
 * Of a profile whose sources give nobody an account key, says so once for each source, with the number of its people. Before a
 * comparison it is unknown who has an account, so it is a warning. Pure.
 */
export function sayKeysNotGivenOnce(
  findings: readonly Finding[],
  candidates: readonly Pick<Candidate, "account">[],
): readonly Finding[] {
  const giving = profilesWithKeys(candidates);
  const groups = new Map<string, [Finding, ...Finding[]]>();
  const others: Finding[] = [];
  for (const finding of findings) {
    const { profile = "", source = "" } = finding.where;
    if (finding.code !== "account-key-missing" || giving.has(profile)) {
      others.push(finding);
      continue;
    }
    addTo(groups, JSON.stringify([profile, source]), finding);
  }
  return [
    ...others,
    ...[...groups.values()].map((group) => (group.length > 1 ? keysNotGiven(group) : group[0])),
  ];
}

function keysNotGiven([{ where }, ...more]: readonly [Finding, ...Finding[]]): Finding {
  const { profile, source, kind } = where;
  return {
    code: "account-key-missing",
    severity: "warning",
    summary: `No source of the profile gives account keys, and ${more.length + 1} people here need one to log in by single sign-on. Those who have an account keep the key that Zivver has; nobody else is created until a source gives their keys (\`accountKey\`).`,
    where: present({ profile, source, kind }),
  };
}
