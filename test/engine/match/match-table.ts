import { expect, test } from "vitest";
import { buildDesiredState, type Candidate } from "../../../src/engine/desired/desired.ts";
import { indexLive } from "../../../src/engine/live/live-index.ts";
import { holdKeysOfOthers } from "../../../src/engine/match/key-owners.ts";
import { type Fate, type Matching, matchAccounts } from "../../../src/engine/match/match.ts";
import { Links } from "../../../src/engine/readings/links.ts";
import { whatIsSaid } from "../../../src/engine/readings/statements.ts";
import type { LiveAccount } from "../../../src/model/account/account.ts";
import { KINDS } from "../../../src/model/account/kind.ts";
import type { Finding } from "../../../src/model/plan/finding.ts";
import { inputOf, type Setting } from "../../support/engine.ts";

/**
 * What becomes of each record, in lines:
 * `a@example.org: is b@example.org; waits x@example.org`, `: create`, `: unknown [b@example.org]`, `missing b@example.org`.
 */
export type Outcome = {
  readonly records: readonly string[];
  readonly missing?: readonly string[];
  /** `severity code a@example.org` */
  readonly findings?: readonly string[];
  /** `profile kind: doubt` */
  readonly doubts?: readonly string[];
};

export type MatchCase = Setting & { readonly name: string; readonly expect: Outcome };

/** One test a case: the whole outcome of matching, nothing else where nothing else is given. */
export function matchTable(cases: readonly MatchCase[]): void {
  test.each(cases)("$name", ({ expect: expected, name: _, ...setting }) => {
    expect(outcomeOf(setting)).toEqual({ missing: [], findings: [], doubts: [], ...expected });
  });
}

/** What matching says, word by word. */
export function messagesOf(setting: Setting): readonly string[] {
  return matchingOf(setting).matching.findings.map(({ summary }) => summary);
}

/** Everything up to the keys, as `decide` does it. */
function matchingOf(setting: Setting) {
  const { organization, profiles, readings, memory, live: accounts } = inputOf(setting);
  const live = indexLive(accounts, profiles);
  const said = whatIsSaid(readings, memory?.state);
  const links = new Links({
    memory,
    live,
    profiles: new Set(profiles.map(({ name }) => name)),
    readings,
    said,
  });
  const { lost, doubts } = said;
  const desired = buildDesiredState({ organization, profiles: readings, anchors: links, lost, doubts });
  const planned = new Set(readings.map(({ policy }) => policy.name));
  const matched = matchAccounts({ profiles, planned, desired, live, links, said });
  const matching = holdKeysOfOthers(matched, { memory, live, links });
  return { matching, desired, profiles, doubts };
}

function outcomeOf(setting: Setting): Required<Outcome> {
  const { matching, desired, profiles, doubts } = matchingOf(setting);
  const several = profiles.length > 1;
  return {
    records: desired.candidates.map((one) => becomesOf(one, matching, several)),
    missing: matching.missing.map(
      ({ live: { address }, profile, isOtherKind }) =>
        `${several ? `${profile}: ` : ""}${address}${isOtherKind ? ", a desk now" : ""}`,
    ),
    findings: matching.findings.map(findingLine),
    doubts: profiles.flatMap(({ name }) =>
      KINDS.flatMap((kind) => {
        const doubt = doubts.of(name, kind);
        return doubt === undefined ? [] : [`${name} ${kind}: ${doubt}`];
      }),
    ),
  };
}

function becomesOf(candidate: Candidate, matching: Matching, several: boolean): string {
  const { account } = candidate;
  const fate = matching.fates.get(candidate);
  // A key that is withheld makes another account of it.
  const isIts = ({ desired }: { readonly desired: Candidate["account"] }) =>
    desired.address === account.address && desired.profile === account.profile;
  const pair = matching.pairs.find(isIts);
  const creation = matching.creates.find(isIts);
  const taken = pair ?? creation;
  const parts = [
    ...(pair ? [`is ${pair.live.address}${pair.renamed ? ", renamed" : ""}`] : []),
    ...(fate && !(pair && fate.type === "live") ? [fateOf(fate, pair?.live)] : []),
    ...(fate?.type === "create" && !creation ? ["not made"] : []),
    ...(taken && taken.waiting.size > 0 ? [`waits ${[...taken.waiting].join(" ")}`] : []),
    ...(account.accountKey && taken && !taken.desired.accountKey ? ["without its key"] : []),
    ...(taken?.desired.held ? [`held ${[...taken.desired.held].join(" ")}`] : []),
    ...(account.id && taken && !taken.desired.id ? ["without its id"] : []),
    ...(creation && fate?.type === "create" && fate.desired !== creation.desired ? ["fate of another"] : []),
  ];
  const name = several ? `${account.profile} ${account.address}` : account.address;
  return `${name}: ${parts.join("; ")}`;
}

function fateOf(fate: Fate, paired: LiveAccount | undefined): string {
  if (fate.type === "create") return "create";
  if (fate.type === "live") return `live ${fate.live.address}`;
  const accounts = fate.accounts.filter((one) => one !== paired);
  return [fate.type, ...accounts.map(({ address }) => address)].join(" ");
}

/** What was found, without its words: `messages.test.ts` has those. */
function findingLine({ severity, code, where }: Finding): string {
  return `${severity} ${code}${where.address === undefined ? "" : ` ${where.address}`}`;
}
