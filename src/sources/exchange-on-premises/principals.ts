import type { Run } from "../directory/context/context.ts";
import { askedOfAnyone, classify } from "../directory/groups/resolve.ts";
import { allOf, anyOf, inFilters } from "../directory/search/filters.ts";
import { parseSid, sidFilterValue, sidText } from "../directory/search/sid.ts";
import type { LdapEntry } from "../ldap/protocol/types.ts";

/** Where an identifier can stand, best first: its own, that of a linked mailbox's person elsewhere, former ones. */
const ATTRIBUTES = ["objectSid", "msExchMasterAccountSid", "sIDHistory"];
/** Principals that the directory can have an entry for; others mean whoever is logged on in some way. */
const WITH_ENTRY = /^S-1-5-(?:21|32)-/;
/** An entry that only stands for somebody of another forest. */
const NO_FOREIGNERS = "(!(objectClass=foreignSecurityPrincipal))";
const FOREIGNER = /^CN=(S-1-5-21-[\d-]+),/i;

/** The number of whoever has this identifier: a name beside the DN. */
export function numberOfSid({ graph }: Run, sid: string): number {
  return graph.numberOf(sid);
}

/**
 * Finds out who has these identifiers. Gives those of this directory's own domains that nobody has any more; one of
 * another domain is somebody whom this domain does not know.
 */
export async function resolvePrincipals(run: Run, sids: readonly string[]): Promise<ReadonlySet<string>> {
  const { graph } = run;
  const unclear = sids.filter((sid) => !WITH_ENTRY.test(sid));
  const wanted = sids.filter((sid) => WITH_ENTRY.test(sid));
  run.searches.lookedUp += wanted.length;
  const open = await find(run, new Map(wanted.map((sid) => [sid, numberOfSid(run, sid)])), ATTRIBUTES);
  const own = open.length === 0 ? new Set<string>() : await ownDomains(run);
  const orphans = new Set<string>();
  for (const sid of open) {
    const isOwn = own.has(sid.slice(0, sid.lastIndexOf("-")));
    if (isOwn) orphans.add(sid);
    graph.settle(numberOfSid(run, sid), isOwn ? "nobody" : "elsewhere", undefined);
  }
  for (const sid of unclear) graph.settle(numberOfSid(run, sid), "unclear", undefined);
  return orphans;
}

/** People of another forest whom a group names, where they have a linked mailbox here. */
export async function resolveForeigners(run: Run): Promise<void> {
  const { graph } = run;
  const numbers = new Map<string, number>();
  for (let number = 0; number < graph.size; number++) {
    if (graph.standing(number) !== "foreign") continue;
    const sid = FOREIGNER.exec(graph.nameOf(number))?.[1];
    if (sid !== undefined) numbers.set(sid, number);
  }
  await find(run, numbers, ATTRIBUTES.slice(1));
}

/** Settles the numbers of those whom one of the attributes names, and gives the identifiers of the others. */
async function find(
  run: Run,
  wanted: ReadonlyMap<string, number>,
  attributes: readonly string[],
): Promise<readonly string[]> {
  let open = [...wanted.keys()];
  for (const attribute of attributes) {
    const found = new Map(open.map((sid) => [sid, new Set<number>()]));
    for (const some of inFilters(open)) await ask(run, attribute, some, found);
    for (const [sid, alias] of wanted) settleAlias(run, alias, [...(found.get(sid) ?? [])]);
    open = open.filter((sid) => found.get(sid)?.size === 0);
  }
  return open;
}

async function ask(
  run: Run,
  attribute: string,
  sids: readonly string[],
  found: ReadonlyMap<string, Set<number>>,
): Promise<void> {
  const named = anyOf(sids.map((sid) => `(${attribute}=${sidFilterValue(sid)})`));
  const sweep = {
    bases: await run.contexts(),
    scope: "subtree" as const,
    filter: allOf(NO_FOREIGNERS, named),
    attributes: [...askedOfAnyone(run), attribute],
    ignoreReferrals: true,
  };
  await run.searches.run(sweep, (entry) => {
    const number = meet(run, entry);
    for (const bytes of entry.bytes(attribute)) found.get(sidText(bytes) ?? "")?.add(number);
  });
}

/** An entry that was read before is known better than by what is asked here. */
function meet(run: Run, entry: LdapEntry): number {
  const number = run.graph.numberOf(entry.dn);
  if (run.graph.standing(number) === "unknown") classify(run, number, entry);
  return number;
}

/** Of several, those who are nobody's delegate do not count; where more are left, zivsync cannot tell who is meant. */
function settleAlias({ graph }: Run, alias: number, numbers: readonly number[]): void {
  if (numbers.length === 0) return;
  const [one, ...others] = numbers.filter((number) => graph.standing(number) !== "nobody");
  const list = one === undefined ? undefined : graph.list(one);
  if (one === undefined) graph.settle(alias, "nobody", undefined);
  else if (others.length > 0) graph.settle(alias, "unclear", undefined);
  else if (list !== undefined) graph.settleGroup(alias, list);
  else graph.settle(alias, graph.standing(one), graph.address(one));
}

/** The identifiers of the domains that this server holds: one, or in a global catalogue all of the forest. */
async function ownDomains(run: Run): Promise<ReadonlySet<string>> {
  const domains = new Set<string>();
  const sweep = {
    bases: await run.contexts(),
    scope: run.globalCatalogue ? ("subtree" as const) : ("base" as const),
    filter: "(objectCategory=domainDNS)",
    attributes: ["objectSid"],
    ignoreReferrals: true,
  };
  await run.searches.run(sweep, (entry) => {
    const sid = parseSid(entry.bytes("objectSid")[0]);
    if (sid !== undefined) domains.add(`${sid.domain}-${sid.rid}`);
  });
  return domains;
}
