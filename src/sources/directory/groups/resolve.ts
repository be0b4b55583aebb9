import { addTo } from "../../../model/values/multimap.ts";
import type { LdapEntry } from "../../ldap/protocol/types.ts";
import { LdapFailure } from "../../ldap/protocol/types.ts";
import { forEachAtOnce } from "../context/at-once.ts";
import type { Run } from "../context/context.ts";
import { introduce } from "../context/take-record.ts";
import { distinct } from "../entries/entry-reader.ts";
import { isNarrowed } from "../membership/ways.ts";
import { basesOf } from "../search/bases.ts";
import { domainDn } from "../search/dn.ts";
import {
  addressFilter,
  allOf,
  anyOf,
  escapeFilterValue,
  GROUP_CLASSES,
  inFilters,
  peopleFilter,
} from "../search/filters.ts";
import { reachOf } from "./closure.ts";
import type { MemberList, Standing } from "./member-graph.ts";
import { fetchRemainders, groupAttributes, takeGroup } from "./member-lists.ts";
import { primaryMembers } from "./primary-groups.ts";

/** From so many unknown members on, all people are read at once instead of one by one. */
const MANY = 500;
const REFERRAL = 10;
/** Results that are about one entry, and not about the connection: invalid DN, access denied, wrong attribute. */
const ABOUT_THE_ENTRY = new Set([16, 34, 50]);

/**
 * Finds out who all members are, as far as the lists reach: what the searches did not bring is looked up, and a group
 * found so is followed like any other. Rejects with LdapFailure when the connection breaks off.
 */
export async function resolveMembers(run: Run): Promise<void> {
  const { graph } = run;
  const from = run.opened.flatMap(({ list, except }) => (except ? [list, except] : [list]));
  const asked = new Set<MemberList>();
  let isSwept = isPeopleKnown(run);
  for (;;) {
    const { lists, unknown } = reachOf(graph, from);
    const inPart = lists.filter((list) => run.remainders.has(list));
    const primary = lists.filter((list) => list.sid !== undefined && !asked.has(list));
    if (inPart.length > 0) await fetchRemainders(run, inPart);
    else if (unknown.length >= MANY && !isSwept) {
      isSwept = true;
      await sweepPeople(run);
    } else if (primary.length > 0) {
      for (const list of primary) asked.add(list);
      await addPrimaryMembers(run, primary);
    } else if (unknown.length > 0) {
      run.searches.lookedUp += unknown.length;
      await lookUpUids(
        run,
        unknown.filter((number) => graph.isUid(number)),
      );
      const rest = unknown.filter((number) => !graph.isUid(number));
      await forEachAtOnce(rest, (number) => lookUpMember(run, number));
    } else {
      await run.schema.markHidden(lists);
      break;
    }
  }
}

/** Whether all people with an address have been read already. */
function isPeopleKnown({ config: { personal, functional } }: Run): boolean {
  if (personal === undefined || isNarrowed(personal)) return false;
  const wanted = functional?.baseDns ?? [];
  return personal.baseDns.length === 0 || personal.baseDns.join("\n") === wanted.join("\n");
}

async function sweepPeople(run: Run): Promise<void> {
  const { config, people } = run;
  const tables = [config.personal, config.functional].filter((table) => table !== undefined);
  const bases: string[] = [];
  for (const table of tables) bases.push(...(await basesOf(table, run.contexts)));
  const sweep = {
    label: "people in groups",
    bases: distinct(bases),
    scope: "subtree" as const,
    filter: allOf(peopleFilter(config), addressFilter(config, config.personal)),
    attributes: distinct([...people.attributes, ...uidOf(run)]),
    ignoreReferrals: true,
  };
  await run.searches.run(sweep, (entry) => meet(run, entry));
}

async function addPrimaryMembers(run: Run, lists: readonly MemberList[]): Promise<void> {
  const byDomain = new Map<string, MemberList[]>();
  for (const list of lists) {
    const domain = domainDn(list.dn);
    addTo(byDomain, domain, list);
  }
  for (const [domain, ofDomain] of byDomain) {
    const { filters, attributes, groupsOf } = primaryMembers(ofDomain);
    for (const filter of filters) {
      const sweep = {
        bases: [domain],
        scope: "subtree" as const,
        filter: allOf(peopleFilter(run.config), filter),
        attributes: distinct([...run.people.attributes, ...attributes]),
        ignoreReferrals: true,
      };
      await run.searches.run(sweep, (entry) => groupsOf(entry)?.members.push(meet(run, entry)));
    }
  }
}

/** An entry that was read as a record is known better than by what is asked here. */
function meet(run: Run, entry: LdapEntry): number {
  const { graph } = run;
  const number = graph.numberOf(entry.dn);
  const standing = graph.standing(number);
  if (standing === "unknown") return introduce(run, entry, run.people.read(entry));
  if (standing !== "group") introduce(run, entry, { standing, ...addressOf(graph.address(number)) });
  return number;
}

function addressOf(address: string | undefined) {
  return address === undefined ? {} : { address };
}

function uidOf({ config }: Run): readonly string[] {
  return config.type === "ldap" ? ["uid"] : [];
}

async function lookUpUids(run: Run, numbers: readonly number[]): Promise<void> {
  const { graph, config, people } = run;
  const bases = [...(await basesOf(config.functional ?? { ...EVERYWHERE }, run.contexts))];
  if (config.personal) bases.push(...config.personal.baseDns);
  for (const some of inFilters(numbers)) {
    const filter = anyOf(some.map((number) => `(uid=${escapeFilterValue(graph.nameOf(number))})`));
    const attributes = distinct([...people.attributes, "uid"]);
    const sweep = { bases: distinct(bases), scope: "subtree" as const, filter, attributes };
    await run.searches.run({ ...sweep, ignoreReferrals: true }, (entry) => {
      meet(run, entry);
    });
  }
  for (const number of numbers)
    if (graph.standing(number) === "unknown") graph.settle(number, "missing", undefined);
}

const EVERYWHERE = { baseDns: [], scope: "subtree", memberOf: [], map: {} } as const;

async function lookUpMember(run: Run, number: number): Promise<void> {
  const { graph } = run;
  // It may have become known through another name of it meanwhile.
  if (graph.standing(number) !== "unknown") return;
  const base = graph.nameOf(number);
  const attributes = askedOfAnyone(run);
  try {
    const found = await run.session.lookUp({ base, filter: "(objectClass=*)", attributes }, (entry) =>
      classify(run, number, entry),
    );
    if (!found) graph.settle(number, "missing", undefined);
  } catch (error) {
    const code = error instanceof LdapFailure ? error.resultCode : undefined;
    if (code === REFERRAL) graph.settle(number, "elsewhere", undefined);
    else if (code !== undefined && ABOUT_THE_ENTRY.has(code)) graph.settle(number, "unclear", undefined);
    else throw error;
  }
}

/** The attributes that `classify` looks at. */
export function askedOfAnyone(run: Run): readonly string[] {
  const { config, people } = run;
  return distinct(["objectClass", ...people.attributes, ...groupAttributes(config), ...uidOf(run)]);
}

/**
 * Makes known what an entry is. It may have been found under another name than the one that it is known by: both get
 * what it is.
 */
export function classify(run: Run, number: number, entry: LdapEntry): void {
  const classes = new Set(entry.texts("objectClass").map((name) => name.toLowerCase()));
  const isGroup = GROUP_CLASSES.some((name) => classes.has(name.toLowerCase()));
  if (isGroup) run.graph.settleGroup(number, takeGroup(run, entry));
  else {
    const standing = standingOf(run, classes);
    const person = standing === undefined ? run.people.read(entry) : { standing };
    run.graph.settle(number, person.standing, person.address);
  }
}

/** Some servers give an entry's own class only, and not those that it is made of. */
const LDAP_PEOPLE = ["person", "organizationalperson", "inetorgperson", "account", "posixaccount"];

/** The meaning of an object class; undefined: a person, of whom the attributes say more. */
function standingOf({ config }: Run, classes: ReadonlySet<string>): Standing | undefined {
  if (classes.size === 0) return "unclear";
  if (classes.has("computer")) return "nobody";
  if (classes.has("contact")) return "contact";
  if (classes.has("foreignsecurityprincipal")) return "foreign";
  if (classes.has("alias")) return "alias";
  if (classes.has("msexchdynamicdistributionlist") || classes.has("groupofurls")) return "dynamic";
  const isPerson =
    config.type === "active-directory" ? classes.has("user") : LDAP_PEOPLE.some((name) => classes.has(name));
  return isPerson ? undefined : "other";
}
