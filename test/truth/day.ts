import { editedByHand } from "./hand-edits.ts";
import { theClearAreDone } from "./law-doubts.ts";
import { dropStaleSlips } from "./mishaps.ts";
import type { Wish } from "./program.ts";
import type { Random } from "./random.ts";
import { liveRevert } from "./revert-round.ts";
import { livePlanAndApply, type RoundOptions } from "./round.ts";
import type { Violation } from "./scene.ts";
import { planInWords } from "./story.ts";
import { seenBy, type Town } from "./town.ts";

/** What is out of the ordinary about how a day's plan is made and applied. */
export type Course = {
  readonly wish?: Wish;
  readonly kill?: RoundOptions["kill"];
  /** Edits by hand between a killed apply and the one that resumes it, or between an apply and its revert. */
  readonly meanwhile?: (town: Town) => readonly (string | undefined)[];
  readonly reverts?: boolean;
};

export type Day = { readonly plans: number; readonly violations: readonly Violation[] };

/**
 * The rest of a day on which events have happened: plan and apply, once more, and a third plan that must be empty (law 12).
 * A day stops at the first law that is broken, since whatever follows may follow from that.
 */
export async function endDay(
  town: Town,
  course: Course,
  tell: (lines: readonly string[]) => void,
): Promise<Day> {
  dropStaleSlips(town);
  const meanwhile = () => editsOf(town, course, tell);
  const options = { wish: course.wish, kill: course.kill, meanwhile };
  const rounds: RoundOptions[] = [withoutAbsent(options), {}];
  if (course.wish || course.kill || course.reverts) rounds.push({});
  let plans = 0;
  for (const [at, round] of rounds.entries()) {
    const lived = await livePlanAndApply(town, round, tell);
    plans += 1;
    if (lived.violations.length > 0 || lived.refused) return { plans, violations: lived.violations };
    if (at > 0 || !course.reverts) continue;
    const violations = await liveRevert(town, lived, meanwhile, tell);
    plans += 1;
    if (violations.length > 0) return { plans, violations };
  }
  const seen = seenBy(town);
  const before = town.zivver.accounts();
  const plan = await town.program.plan(seen);
  const scene = { town, readings: seen.readings, wish: {}, plan, before };
  const [first] = plan.changes;
  tell(["The last plan:", ...planInWords(plan)]);
  const unrest = first && {
    law: 12,
    story: `After two rounds there is still to do: ${first.action} ${first.address}.`,
  };
  return { plans: plans + 1, violations: [...(unrest ? [unrest] : []), ...theClearAreDone(scene, before)] };
}

function withoutAbsent({
  wish,
  kill,
  meanwhile,
}: { [K in keyof RoundOptions]: RoundOptions[K] | undefined }): RoundOptions {
  return { ...(wish ? { wish } : {}), ...(kill ? { kill } : {}), ...(meanwhile ? { meanwhile } : {}) };
}

/** The ids of the accounts that an administrator edits meanwhile. */
function editsOf(town: Town, course: Course, tell: (lines: readonly string[]) => void): ReadonlySet<string> {
  const before = new Map([...town.zivver.world.accounts]);
  const words = course.meanwhile?.(town) ?? [];
  tell(words.flatMap((line) => (line === undefined ? [] : [line])));
  return new Set(
    [...before].flatMap(([id, was]) => (town.zivver.world.accounts.get(id) === was ? [] : [id])),
  );
}

/** A course for a random day: mostly the ordinary one. */
export function courseOf(town: Town, random: Random): Course {
  const meanwhile = (here: Town) => (random.once(2) ? [editedByHand(here, random)] : []);
  const choice = random.below(12);
  if (choice === 0) return { kill: { at: 1 + random.below(6), done: random.once(2) }, meanwhile };
  if (choice === 1) return { reverts: true, meanwhile };
  if (choice === 2) {
    const only = random.pick(town.zivver.accounts().map(({ address }) => address));
    return only === undefined ? {} : { wish: { only } };
  }
  const one = random.pick(town.profiles);
  return choice === 3 && one && town.profiles.length > 1 ? { wish: { profiles: [one.name] } } : {};
}
