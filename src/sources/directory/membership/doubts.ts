import type { MemberCondition } from "../../../model/source-config/filter.ts";
import { firstOf } from "../../../model/values/text.ts";
import type { Run } from "../context/context.ts";
import type { MemberList } from "../groups/member-graph.ts";
import { UNIVERSAL_ONLY } from "../groups/member-lists.ts";
import { ONLY_IN_PART } from "../search/ranges.ts";
import { FAR, HIDDEN, NOT_SHOWN, UNSAID } from "./unseen-members.ts";

/** Of a group to be left out these are a warning: nobody is suspended because of them. */
const UNSEEN: ReadonlySet<string | undefined> = new Set([FAR, HIDDEN, NOT_SHOWN, UNSAID]);

/** Of a list that may lack members, zivsync cannot tell who is not in it; who would be taken for it is held back. */
export function unlessPartial(
  { exclude }: MemberCondition,
  partial: readonly MemberList[],
): false | "unreadable" {
  return exclude && partial.length > 0 ? "unreadable" : false;
}

/** Reports the groups of a condition that may have more members than were read, and gives those that hold something back. */
export function reportDoubts(
  run: Run,
  table: object,
  condition: MemberCondition,
  lists: readonly MemberList[],
): readonly MemberList[] {
  const isUnseen = ({ gap }: MemberList) => condition.exclude && UNSEEN.has(gap);
  const partial = lists.filter((list) => list.gap !== undefined && !isUnseen(list));
  reportUnseenMembers(run, condition, lists.filter(isUnseen));
  if (partial.length > 0) reportPartial(run, table, partial);
  return partial;
}

/** Says which groups may have more members than were read: somebody left out may belong to them. */
export function reportPartial(
  { config, collected }: Run,
  table: object,
  partial: readonly MemberList[],
): void {
  const kind = table === config.personal ? "personal" : "functional";
  const holdsBack = `No ${kind} account is removed because of this source.`;
  const names = namesOf(partial);
  const gaps = [...new Set(partial.map(({ gap }) => gap))].sort();
  const whose = gaps.every((gap) => gap === ONLY_IN_PART)
    ? `whose members the server gave only in part: ${names}`
    : `whose members may not all be known: ${names} (${gaps.join("; ")})`;
  const remedy = gaps.includes(FAR)
    ? " Put the people of this domain into groups with members of this domain only, and name those in memberOf."
    : gaps.includes(HIDDEN)
      ? " Let the account that binds read all members of these groups and their memberOf; if members just changed, run the plan again."
      : gaps.includes(NOT_SHOWN)
        ? " Take names that lead nowhere out of the groups, or let the account that binds read what they name."
        : "";
  const summary =
    config.type === "active-directory" && gaps.every((gap) => gap === UNIVERSAL_ONLY)
      ? `memberOf goes through groups that are not universal, and a global catalogue holds the members of universal groups only: ${names}. Read a domain controller (port 636) instead. ${holdsBack}`
      : `memberOf goes through groups ${whose}.${remedy} ${holdsBack}`;
  collected.find("source-incomplete", "error", summary, { kind });
}

/** Nobody is suspended because of it; but an account may be made for somebody who should have none. */
function reportUnseenMembers(
  { collected }: Run,
  { memberOf }: MemberCondition,
  lists: readonly MemberList[],
): void {
  if (lists.length === 0) return;
  const why = [...new Set(lists.map(({ gap }) => gap))].sort().join("; ");
  const summary = `The filter leaves out the members of ${memberOf.join("; ")}, and perhaps not all of them: ${namesOf(lists)} (${why}).`;
  collected.find("filter-unseen", "warning", summary);
}

/** Some of these lists, for a message. */
export function namesOf(lists: readonly MemberList[]): string {
  return firstOf(
    lists.map(({ dn }) => dn),
    3,
    "; ",
  );
}

/** A list that may not be read looks like an empty one, and then nobody is left out who should be. */
export function reportNobody(
  { collected }: Run,
  { exclude, memberOf }: MemberCondition,
  members: number,
): void {
  if (!exclude || members > 0) return;
  const summary = `The filter leaves out the members of ${memberOf.join("; ")}, and nobody was found in there, so it may be that this may not be read.`;
  collected.find("filter-unseen", "warning", summary);
}
