import type { JournalEntry, Plan } from "../../src/index.ts";
import { judgeEnd, judgePlan } from "./judge.ts";
import { noteKnowledge, noteOwners } from "./observe.ts";
import type { Kill, Wish } from "./program.ts";
import { changeOf, isNamed, ownerOf, type Scene, type Violation } from "./scene.ts";
import { planInWords } from "./story.ts";
import { seenBy, type Town } from "./town.ts";
import type { Account } from "./zivver.ts";

/** Plan, judge, apply, judge. */
export type Round = {
  readonly scene: Scene;
  readonly after: readonly Account[];
  readonly journal: readonly JournalEntry[];
  /** No acceptance lets the plan through, so that nothing was applied. */
  readonly refused: boolean;
  readonly violations: readonly Violation[];
};

export type RoundOptions = {
  readonly wish?: Wish;
  readonly kill?: Kill;
  /** What happens between a killed apply and its resumption; gives the accounts that were edited. */
  readonly meanwhile?: () => ReadonlySet<string>;
};

export async function livePlanAndApply(
  town: Town,
  { wish = {}, kill, meanwhile }: RoundOptions,
  tell: (lines: readonly string[]) => void,
): Promise<Round> {
  const seen = seenBy(town);
  const before = town.zivver.accounts();
  const first = await town.program.plan(seen, wish);
  tell([`Plan${describeWish(wish)}:`, ...planInWords(first)]);
  const scene: Scene = { town, readings: seen.readings, wish, plan: first, before };
  const { violations, heirs } = judgePlan(scene);
  const quiet = wish.only === undefined ? [] : onlyIsTrue(scene, await town.program.plan(seen));
  const plan = first.applicable ? first : await acceptAll(town, first, wish);
  if (!plan.applicable)
    return { scene, after: before, journal: [], refused: true, violations: [...violations, ...quiet] };
  let applied = await town.program.apply(plan, seen.target, kill);
  let latest = before;
  const own: Violation[] = [];
  if (applied.killed) {
    noteOwners(scene, town.zivver.accounts(), heirs);
    const edited = meanwhile?.() ?? new Set();
    latest = town.zivver.accounts();
    tell(["Apply is killed, and run again."]);
    const begun = carriedOut(applied.journal);
    applied = await town.program.apply(plan, seen.target, undefined, applied.journal);
    own.push(...lawTen(plan, edited, begun, { before, latest, after: town.zivver.accounts() }));
  }
  const failed = applied.outcomes.filter(({ state }) => state !== "applied" && state !== "already");
  tell(failed.map(({ change, state, detail }) => `  ${change} ${state}: ${detail}`));
  const after = town.zivver.accounts();
  noteOwners(scene, after, heirs);
  noteKnowledge(scene, after);
  return {
    scene: { ...scene, plan },
    after,
    journal: applied.journal,
    refused: false,
    violations: [...violations, ...quiet, ...own, ...judgeEnd(scene, after, latest)],
  };
}

async function acceptAll(town: Town, plan: Plan, wish: Wish): Promise<Plan> {
  const accepted = plan.guards.flatMap(({ guard, measured, verdict }) =>
    verdict === "refused" && guard !== "protectedNobody" ? [{ guard, count: measured }] : [],
  );
  return town.program.plan(seenBy(town), { ...wish, accepted });
}

/** Law 13: `--only` plans what the whole plan does to that account, or a warning names it. */
function onlyIsTrue(scene: Scene, whole: Plan): readonly Violation[] {
  const account = scene.before.find(({ address }) => address === scene.wish.only);
  const owner = account && ownerOf(scene, account);
  if (account === undefined || owner === undefined || isNamed(scene, owner, account)) return [];
  const inWhole = changeOf({ ...scene, plan: whole }, account);
  if (inWhole === undefined || changeOf(scene, account)?.action === inWhole.action) return [];
  const story = `The plan of ${account.address} alone does not ${inWhole.action} it as the whole plan does, and no warning says why.`;
  return [{ law: 13, story }];
}

/** The changes whose own request was answered, or that had made an account give its addresses up. */
function carriedOut(journal: readonly JournalEntry[]): ReadonlySet<string> {
  return new Set(
    journal.flatMap((entry) => {
      const isBegun = entry.type === "done" || (entry.type === "start" && entry.step === "release");
      return isBegun ? [entry.change] : [];
    }),
  );
}

type Stages = {
  readonly before: readonly Account[];
  readonly latest: readonly Account[];
  readonly after: readonly Account[];
};

/**
 * Law 10: an account that somebody edited before its change was carried out stays as they left it. Unless they left it as it was
 * when it was planned: the change has its base, and nothing shows that a request without an answer had been carried out.
 */
function lawTen(
  plan: Plan,
  edited: ReadonlySet<string>,
  begun: ReadonlySet<string>,
  { before, latest, after }: Stages,
): readonly Violation[] {
  const waiting = plan.changes.filter((change) => "zivverId" in change && !begun.has(change.id));
  const shown = ({ name, active, address, aliases, key }: Account) =>
    JSON.stringify({ name, active, address, aliases, key });
  return latest.flatMap((account) => {
    const isWaiting = waiting.some((change) => "zivverId" in change && change.zivverId === account.id);
    if (!edited.has(account.id) || !isWaiting) return [];
    const isAsPlanned = before.some((one) => JSON.stringify(one) === JSON.stringify(account));
    const now = after.find(({ id }) => id === account.id);
    if (isAsPlanned || (now && shown(now) === shown(account))) return [];
    const story = `${account.address} was edited by hand before its change was carried out, and the resumed apply ${now ? "changed" : "deleted"} it.`;
    return [{ law: 10, story }];
  });
}

function describeWish({ profiles, only }: Wish): string {
  return `${profiles ? ` of ${profiles.join(", ")} alone` : ""}${only === undefined ? "" : ` of ${only} alone`}`;
}
