import * as changes from "./changes.ts";
import { type Course, courseOf, endDay } from "./day.ts";
import type { Event } from "./events.ts";
import * as events from "./events.ts";
import * as handEdits from "./hand-edits.ts";
import * as mishaps from "./mishaps.ts";
import { type Random, randomOf } from "./random.ts";
import type { Violation } from "./scene.ts";
import { foundTown, SETUPS } from "./setups.ts";
import { townInWords } from "./story.ts";
import type { Town } from "./town.ts";

/** How often an event happens, in proportion to the others. */
const EVENTS: readonly (readonly [number, Event])[] = [
  [4, events.joins],
  [2, changes.idPassesOn],
  [6, events.leaves],
  [3, events.goesOnLeave],
  [3, events.isBack],
  [3, events.comesBack],
  [6, events.marries],
  [3, events.swapAddresses],
  [4, events.inheritsAddress],
  [4, events.succeeds],
  [2, events.deskSucceeds],
  [2, events.becomesShared],
  [4, events.changesKey],
  [4, events.changesAliases],
  [3, events.movesDivision],
  [5, events.changesMembers],
  [2, events.opensDesk],
  [2, events.closesDesk],
  [2, changes.returnsOtherwise],
  [1, changes.domainMoves],
  [1, changes.idsReissued],
  [3, changes.goesToOtherList],
  [2, changes.deskMoves],
  [1, changes.desksSwap],
  [2, changes.namesakeJoins],
  [2, changes.aliasBecomesPrimary],
  [1, changes.deskBecomesUser],
  [1, changes.keysSwap],
  [1, changes.keyPassesOn],
  [1, changes.isProtectedNow],
  [1, changes.madeByHand],
  [4, mishaps.rowsMixedUp],
  [2, mishaps.addressMistyped],
  [2, mishaps.idMangled],
  [5, mishaps.cellUnreadable],
  [3, mishaps.rowDoubtful],
  [12, mishaps.corrected],
  [3, mishaps.columnLost],
  [6, mishaps.columnsBack],
  [1, mishaps.idsRenumbered],
  [2, mishaps.tableGone],
  [5, mishaps.tablesBack],
  [3, mishaps.readingCutShort],
  [1, mishaps.sourceRenamed],
  [1, mishaps.profileRenamed],
  [4, mishaps.declaredInGit],
  [8, handEdits.editedByHand],
  [1, handEdits.deletedByHand],
  [1, handEdits.stateLost],
];
const TOTAL = EVENTS.reduce((sum, [weight]) => sum + weight, 0);

export type Life = {
  readonly seed: number;
  readonly days: number;
  readonly plans: number;
  readonly changes?: number;
  /** The first laws that were broken; a life ends there. */
  readonly failure?: { readonly day: number; readonly violations: readonly Violation[] };
  readonly story: readonly string[];
  /** The events that happened, as `day.number`: for shrinking. */
  readonly happened: readonly string[];
};

/** Lives so many days in one organisation. Events named in `without` do not happen: `day.number`, as in `happened`. */
export async function live(
  seed: number,
  days: number,
  without: ReadonlySet<string> = new Set(),
): Promise<Life> {
  const setup = SETUPS[seed % SETUPS.length];
  if (setup === undefined) throw new Error("There is no organisation.");
  const town = foundTown(setup, seed, randomOf(seed, 0));
  const story: string[] = [];
  const happened: string[] = [];
  let plans = 0;
  for (let day = 1; day <= days; day++) {
    story.push(`Day ${day}`, ...townInWords(town));
    if (day > 1) happenAll(town, seed, day, { without, story, happened });
    const course = courseFor(town, seed, day, without, happened);
    const lived = await endDay(town, course, (lines) => story.push(...lines));
    plans += lived.plans;
    for (const book of town.books) book.reading = "whole";
    if (lived.violations.length > 0)
      return { seed, days: day, plans, failure: { day, violations: lived.violations }, story, happened };
  }
  return { seed, days, plans, story, happened };
}

type Telling = {
  readonly without: ReadonlySet<string>;
  readonly story: string[];
  readonly happened: string[];
};

function happenAll(town: Town, seed: number, day: number, { without, story, happened }: Telling): void {
  const many = 1 + randomOf(seed, day).below(4);
  for (let at = 1; at <= many; at++) {
    const name = `${day}.${at}`;
    const random = randomOf(seed, day, at);
    const words = without.has(name) ? undefined : eventOf(random)(town, random);
    if (words === undefined) continue;
    story.push(words);
    happened.push(name);
  }
}

function eventOf(random: Random): Event {
  let left = random.below(TOTAL);
  for (const [weight, event] of EVENTS) {
    left -= weight;
    if (left < 0) return event;
  }
  return events.joins;
}

function courseFor(
  town: Town,
  seed: number,
  day: number,
  without: ReadonlySet<string>,
  happened: string[],
): Course {
  const name = `${day}.course`;
  if (day === 1 || without.has(name)) return {};
  const course = courseOf(town, randomOf(seed, day, 999));
  if (Object.keys(course).length > 0) happened.push(name);
  return course;
}

/** The same failure with as few events as can be found in so many attempts. */
export async function shrink(life: Life, attempts = 150): Promise<Life> {
  const laws = (one: Life) => one.failure?.violations.map(({ law }) => law) ?? [];
  const without = new Set<string>();
  let best = life;
  for (const name of [...life.happened].reverse()) {
    if (attempts-- <= 0) break;
    const next = await live(life.seed, best.days, new Set([...without, name]));
    if (!laws(next).some((law) => laws(life).includes(law))) continue;
    without.add(name);
    best = next;
  }
  return best;
}
