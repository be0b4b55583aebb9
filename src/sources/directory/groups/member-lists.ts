import type { DirectoryConfig } from "../../../model/source-config/directory.ts";
import { parseAddress } from "../../../model/values/address.ts";
import type { LdapEntry } from "../../ldap/protocol/types.ts";
import { forEachAtOnce } from "../context/at-once.ts";
import type { Run } from "../context/context.ts";
import { parseDn } from "../search/dn.ts";
import { ONLY_IN_PART, type Remainder, readList, readRemainder } from "../search/ranges.ts";
import { parseSid } from "../search/sid.ts";
import { memberAttributesOf, REQUIRED_MEMBERS } from "./hidden-members.ts";
import type { MemberGraph, MemberList } from "./member-graph.ts";

/** ADS_GROUP_TYPE_UNIVERSAL_GROUP and ADS_GROUP_TYPE_SECURITY_ENABLED. */
const UNIVERSAL = 0x8;
const SECURITY = 0x8000_0000;
export const UNIVERSAL_ONLY = "a global catalogue holds the members of universal groups only";
/** The identifier that a `uniqueMember` may carry behind its DN (RFC 4517, 3.3.21). */
const UNIQUE_SUFFIX = /#'[01]*'B$/;

type Building = Pick<Run, "graph" | "remainders" | "globalCatalogue" | "schema"> & {
  readonly config: Pick<DirectoryConfig, "type">;
};

/** The attributes that name the members of a group. */
export function memberAttributes({ type }: Pick<DirectoryConfig, "type">): readonly string[] {
  return type === "active-directory" ? ["member"] : ["member", "uniqueMember", "memberUid"];
}

/** The attributes to ask for of a group, to know its members. */
export function groupAttributes(config: Pick<DirectoryConfig, "type">): readonly string[] {
  const more = config.type === "active-directory" ? ["groupType", "objectSid"] : ["objectClass"];
  return [...memberAttributes(config), ...more];
}

/** Makes a group known, once, and gives who is in it. */
export function takeGroup(run: Building, entry: LdapEntry): MemberList {
  const number = run.graph.numberOf(entry.dn);
  const known = run.graph.list(number);
  if (known !== undefined) return known;
  const groupType = entry.texts("groupType")[0];
  const type = groupType === undefined ? SECURITY : Number(groupType);
  const isDistribution = (type & SECURITY) === 0;
  const sid = isDistribution ? undefined : parseSid(entry.bytes("objectSid")[0]);
  const shown = memberAttributes(run.config).filter((attribute) => entry.has(attribute));
  for (const attribute of shown) run.schema.meet(attribute);
  const about = {
    ...(isDistribution ? { isDistribution } : {}),
    ...(sid ? { sid } : {}),
    ...(run.config.type === "ldap" ? emptinessOf(entry, shown) : {}),
  };
  const list: MemberList = { dn: entry.dn, members: [], gap: undefined, ...about };
  for (const attribute of shown) readInto(run, list, entry, attribute);
  if (run.globalCatalogue && (groupType === undefined || (type & UNIVERSAL) === 0)) {
    list.gap = UNIVERSAL_ONLY;
  }
  run.graph.settleGroup(number, list);
  return list;
}

/** By which classes a group should name somebody, or could, where it names nobody in that way. */
function emptinessOf(entry: LdapEntry, shown: readonly string[]): Pick<MemberList, "emptyClass" | "emptyOf"> {
  const classes = entry.texts("objectClass").map((name) => name.toLowerCase());
  const emptyClass = classes.find((name) => {
    const attribute = REQUIRED_MEMBERS[name];
    return attribute !== undefined && !shown.includes(attribute);
  });
  return {
    ...(emptyClass === undefined ? {} : { emptyClass }),
    ...(shown.length > 0 ? {} : { emptyOf: memberAttributesOf(classes) }),
  };
}

/** The accounts that an attribute names by DN or by address, as a list of its own. */
export function takeList(run: Building, entry: LdapEntry, attribute: string): MemberList {
  const list: MemberList = { dn: entry.dn, members: [], gap: undefined };
  readInto(run, list, entry, attribute);
  return list;
}

function readInto(run: Building, list: MemberList, entry: LdapEntry, attribute: string): void {
  const { values, next, gap } = readList(entry, attribute);
  addMembers(run.graph, list, attribute, values);
  if (gap !== undefined) list.gap = gap;
  if (next === undefined) return;
  list.gap = ONLY_IN_PART;
  const rest: Remainder = { dn: entry.dn, attribute, from: next };
  run.remainders.set(list, [...(run.remainders.get(list) ?? []), rest]);
}

/** Adds the members that values of an attribute name. */
function addMembers(
  graph: MemberGraph,
  list: MemberList,
  attribute: string,
  values: readonly string[],
): void {
  const name = attribute.toLowerCase();
  for (const value of values) {
    if (value.trim() === "") continue;
    if (name === "memberuid") list.members.push(graph.numberOfUid(value));
    else if (name === "uniquemember") list.members.push(graph.numberOf(value.replace(UNIQUE_SUFFIX, "")));
    else if (name === "member") list.members.push(graph.numberOf(value));
    else list.members.push(numberOfMapped(graph, value));
  }
}

/** A value that is not a DN is taken as an address; whether it is one is looked at where all addresses are. */
function numberOfMapped(graph: MemberGraph, value: string): number {
  if (parseAddress(value) === undefined && parseDn(value) !== undefined) return graph.numberOf(value);
  const number = graph.numberOfUid(`\0${value}`);
  graph.settle(number, "person", value.trim());
  return number;
}

/** Asks for what is still missing of these lists; what cannot be had stays a gap of the list. */
export async function fetchRemainders(
  { session, graph, remainders }: Pick<Run, "session" | "graph" | "remainders">,
  lists: readonly MemberList[],
): Promise<void> {
  const open = lists.filter((list) => remainders.has(list));
  await forEachAtOnce(open, async (list) => {
    let gap: string | undefined;
    for (const rest of remainders.get(list) ?? []) {
      const add = (values: readonly string[]) => addMembers(graph, list, rest.attribute, values);
      gap = (await readRemainder(session, rest, add)) ?? gap;
    }
    list.gap = gap;
    remainders.delete(list);
  });
}
