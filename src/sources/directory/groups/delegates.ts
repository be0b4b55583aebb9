import { firstOf } from "../../../model/values/text.ts";
import type { Run } from "../context/context.ts";
import { type Closure, closureOf } from "./closure.ts";
import type { MemberGraph, MemberList, Standing } from "./member-graph.ts";

const NAMED = 3;

/** The findings about members that zivsync cannot identify. */
const WHY: Readonly<Partial<Record<Standing, string>>> = {
  unknown: "not looked up",
  unclear: "not readable enough to identify them",
  missing: "not found",
  elsewhere: "in another domain",
  ambiguous: "with a uid that several people have",
  foreign: "from another forest",
  alias: "an alias for another entry",
  dynamic: "groups whose members are found by a filter",
};

/** Gives every account that has a list the addresses of those in it, except for those who are kept out. */
export function setAllDelegates({ graph, opened, collected, config }: Run): void {
  for (const one of opened) {
    const { record, list, except } = one;
    const closure = closureOf(graph, list, one.ofPermissions);
    const denied = except === undefined ? NOBODY : deniedBy(graph, except);
    const gap = whyIncomplete(graph, closure);
    const isDenied = denied.doubt !== undefined && closure.addresses.length > 0;
    const doubt = isDenied
      ? `Somebody is denied access, and it is unknown who: ${denied.doubt} So this source lets nobody in.`
      : undefined;
    const incomplete = [gap, doubt].filter((part) => part !== undefined).join(" ");
    if (incomplete !== "") record.delegatesIncomplete = incomplete;
    if (one.isUnseen && gap !== undefined && closure.addresses.length === 0) continue;
    const value = isDenied ? [] : closure.addresses.filter((address) => !denied.addresses.has(address));
    const attribute = one.ofPermissions ? withGroups(graph, list, one.attribute) : one.attribute;
    record.delegates = { value, origin: { source: config.name, where: record.where, attribute } };
    const leftOut = leftOutSummary(closure);
    if (leftOut === undefined) continue;
    collected.find("member-left-out", "info", leftOut, { kind: record.kind, place: record.where });
  }
}

type Denied = { readonly addresses: ReadonlySet<string>; readonly doubt: string | undefined };
const NOBODY: Denied = { addresses: new Set(), doubt: undefined };

function deniedBy(graph: MemberGraph, except: MemberList): Denied {
  const closure = closureOf(graph, except, true);
  return { addresses: new Set(closure.addresses), doubt: whyIncomplete(graph, closure) };
}

/** The attribute, and the groups by which somebody came into it: that is where a change is to be looked for. */
function withGroups(graph: MemberGraph, { members }: MemberList, attribute: string): string {
  const groups = members.flatMap((number) => {
    const group = graph.list(number);
    return group === undefined || group.isDistribution ? [] : [group.dn];
  });
  return groups.length === 0
    ? attribute
    : `${attribute} via ${firstOf([...new Set(groups)].sort(), NAMED, "; ")}`;
}

/** The reason why delegates may be missing, naming a few of those of whom zivsync cannot tell. */
export function whyIncomplete(graph: MemberGraph, { unresolved, gaps }: Closure): string | undefined {
  const reasons: string[] = [];
  if (unresolved.length > 0) {
    const counts = new Map<string, number>();
    for (const number of unresolved) {
      const why = WHY[graph.standing(number)] ?? "unknown";
      counts.set(why, (counts.get(why) ?? 0) + 1);
    }
    const names = unresolved.map((number) => graph.nameOf(number)).sort();
    const kinds = [...counts].map(([why, count]) => `${count} ${why}`).sort();
    reasons.push(
      `zivsync cannot identify ${unresolved.length === 1 ? "a member" : `${unresolved.length} members`}: ${firstOf(names, NAMED, "; ")} (${kinds.join(", ")}).`,
    );
  }
  if (gaps.length > 0) {
    const names = gaps.map(({ dn }) => dn).sort();
    const why = [...new Set(gaps.map(({ gap }) => gap))].sort().join("; ");
    reasons.push(`Members may be missing from ${firstOf(names, NAMED, "; ")}: ${why}.`);
  }
  return reasons.length === 0 ? undefined : reasons.join(" ");
}

function leftOutSummary({ contacts, others }: Closure): string | undefined {
  const parts: string[] = [];
  if (contacts > 0) parts.push(contacts === 1 ? "1 contact" : `${contacts} contacts`);
  if (others > 0) parts.push(others === 1 ? "1 other entry" : `${others} other entries`);
  if (parts.length === 0) return undefined;
  const [are, accounts] = contacts + others === 1 ? ["is", "not an account"] : ["are", "not accounts"];
  return `${parts.join(" and ")} among its members ${are} ${accounts} of this directory, and left out of the delegates.`;
}
