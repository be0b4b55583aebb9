import { firstOf } from "../../../model/values/text.ts";
import { quoted } from "../../records/findings.ts";
import type { Mailbox } from "../mailboxes/mailboxes.ts";
import type { Group, LeftOut, Principal } from "./principal.ts";

/** Everybody behind some names, through groups at any depth. */
export type Closure = {
  readonly addresses: ReadonlySet<string>;
  /** All mailboxes that came up, those too that are nobody's delegates. */
  readonly mailboxes: ReadonlySet<Mailbox>;
  readonly leftOut: ReadonlyMap<LeftOut, ReadonlySet<string>>;
  readonly unknown: ReadonlyMap<string, string>;
  readonly gaps: ReadonlySet<string>;
  /** Groups whose list of members came empty. */
  readonly empty: ReadonlySet<string>;
};

/**
 * Pure; groups that are in each other are walked once. `ofPermissions`: the names of a list of permissions, which let in
 * nobody by a distribution group.
 */
export function closureOf(from: readonly Principal[], ofPermissions = false): Closure {
  const addresses = new Set<string>();
  const mailboxes = new Set<Mailbox>();
  const leftOut = new Map<LeftOut, Set<string>>();
  const unknown = new Map<string, string>();
  const gaps = new Set<string>();
  const empty = new Set<string>();
  const seen = new Set<Group>();
  const lists: (readonly Principal[])[] = [from];
  const enter = (group: Group) => {
    if (seen.has(group)) return;
    seen.add(group);
    if (ofPermissions && !group.givesRights) {
      gaps.add(withoutRights(group));
      return;
    }
    if (group.gap !== undefined) gaps.add(group.gap);
    if (group.isEmpty) empty.add(group.name);
    lists.push(group.members ?? []);
  };
  const take = (one: Principal) => {
    if (one.mailbox) mailboxes.add(one.mailbox);
    if (one.type === "person") addresses.add(one.address);
    else if (one.type === "unknown") unknown.set(one.name, one.reason);
    else if (one.type === "leftOut")
      leftOut.set(one.what, (leftOut.get(one.what) ?? new Set()).add(one.name));
    else if (one.type === "group") enter(one.group);
  };
  for (let list = lists.pop(); list !== undefined; list = lists.pop()) for (const one of list) take(one);
  return { addresses, mailboxes, leftOut, unknown, gaps, empty };
}

function withoutRights({ name }: Group): string {
  return `${quoted(name)} is a distribution group, which gives its members no rights in Exchange: so nobody gets in by it. Give the permission to a mail-enabled security group.`;
}

const NAMED = 3;

/** The reason why delegates of a mailbox may be missing, or undefined when none is. A few of each kind are named. */
export function whyIncomplete(
  { unknown, gaps, empty }: Closure,
  mailbox: string,
  more: readonly string[],
): string | undefined {
  const reasons = [
    ...few(more, "entries"),
    ...few([...gaps].sort(), "groups"),
    ...emptyIn([...empty].sort()),
  ];
  const names = [...unknown].map(([name, reason]) => `${quoted(name)} (${reason})`).sort();
  if (names.length > 0)
    reasons.push(
      `Not identified in the permissions of ${mailbox}, or in groups there: ${firstOf(names, NAMED, "; ")}.`,
    );
  return reasons.length === 0 ? undefined : reasons.join(" ");
}

function emptyIn(groups: readonly string[]): readonly string[] {
  if (groups.length === 0) return [];
  const what = groups.length === 1 ? "the group" : "the groups";
  return [
    `Exchange gave an empty list of members for ${what} ${firstOf(groups.map(quoted), NAMED, "; ")}, as it also does where it does not show the members.`,
  ];
}

function few(sentences: readonly string[], what: "entries" | "groups"): readonly string[] {
  if (sentences.length <= NAMED + 1) return sentences;
  return [...sentences.slice(0, NAMED), `The same is so of ${sentences.length - NAMED} more ${what}.`];
}

const WORDS: Readonly<Record<Exclude<LeftOut, "deleted">, readonly [string, string]>> = {
  contact: ["1 contact", "contacts"],
  guest: ["1 guest", "guests"],
  mailbox: ["1 mailbox that is not a person's", "mailboxes that are not person's"],
  user: ["1 user without a mailbox", "users without a mailbox"],
};

/** The finding about those who have access and no account here, or undefined when there are none. */
export function leftOutSummary(closure: Closure): string | undefined {
  const sentences = [withoutAccount(closure), deletedIn(closure)].filter((one) => one !== undefined);
  return sentences.length === 0 ? undefined : sentences.join(" ");
}

function withoutAccount({ leftOut }: Closure): string | undefined {
  const counts = (["contact", "guest", "mailbox", "user"] as const).map((what) => ({
    words: WORDS[what],
    count: leftOut.get(what)?.size ?? 0,
  }));
  const parts = counts
    .filter(({ count }) => count > 0)
    .map(({ words: [one, many], count }) => (count === 1 ? one : `${count} ${many}`));
  if (parts.length === 0) return undefined;
  const isOne = counts.reduce((sum, { count }) => sum + count, 0) === 1;
  const [have, them] = isOne ? ["has access, and is", "it"] : ["have access, and are", "them"];
  return `${parts.join(" and ")} ${have} left out of the delegates: this source has no personal account for ${them}.`;
}

function deletedIn({ leftOut }: Closure): string | undefined {
  const sids = [...(leftOut.get("deleted") ?? [])].sort();
  if (sids.length === 0) return undefined;
  const [are, give, them] = sids.length === 1 ? ["is", "gives", "it"] : ["are", "give", "them"];
  return `${firstOf(sids, NAMED, "; ")} ${are} left in the permissions of somebody who has been deleted, and ${give} nobody access; remove ${them} in Exchange.`;
}
