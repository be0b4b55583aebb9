import type { RecordProblem, SourceRecord } from "../../../model/account/account.ts";
import { asObject, asText, type JsonObject } from "../../../model/values/json.ts";
import { ServiceFailure } from "../../microsoft/errors/failure.ts";
import { type Collected, quoted } from "../../records/findings.ts";
import type { Mailboxes } from "../mailboxes/mailboxes.ts";
import { type ExchangeService, readPages } from "../service/service.ts";
import { closureOf, leftOutSummary, whyIncomplete } from "./delegates.ts";
import { Groups } from "./groups.ts";
import type { Group, Principal } from "./principal.ts";
import { Principals } from "./principals.ts";

/** The access to one mailbox: the names there, or why they are not known. */
type Access =
  | {
      readonly allowed: readonly Principal[];
      readonly denied: readonly Principal[];
      readonly gaps: readonly string[];
      readonly doubts: readonly string[];
    }
  | { readonly unread: string };

/** The people who may open the shared mailboxes. */
export class AccessReader {
  readonly groups: Groups;
  readonly principals: Principals;
  readonly #service: ExchangeService;
  readonly #workers: number;
  readonly #found = new Map<SourceRecord, Access>();
  readonly #read = new Set<Group>();

  constructor(service: ExchangeService, mailboxes: Mailboxes, workers: number) {
    this.#service = service;
    this.#workers = workers;
    this.groups = new Groups(service);
    this.principals = new Principals(service, mailboxes, this.groups);
  }

  /** Reads the permissions of these mailboxes and all groups in them. A refusal of the service stays with its mailbox. */
  async read(records: readonly SourceRecord[]): Promise<void> {
    const reached = new Set<Group>();
    await eachOf(records, this.#workers, async (record) => {
      const access = await this.#readOne(record);
      this.#found.set(record, access);
      if ("allowed" in access)
        for (const one of [...access.allowed, ...access.denied]) addGroup(one, reached);
    });
    await this.#readGroups(reached, ({ givesRights }) => givesRights);
  }

  /** The people and groups that these names of groups mean, each group read to its end. */
  async readGroups(names: readonly string[]): Promise<readonly Principal[]> {
    const found = await Promise.all(names.map((name) => this.principals.byName(name)));
    const reached = new Set<Group>();
    for (const one of found) addGroup(one, reached);
    await this.#readGroups(reached, () => true);
    return found;
  }

  async #readGroups(reached: Set<Group>, follows: (group: Group) => boolean): Promise<void> {
    const reader = {
      ofRow: (row: unknown) => this.principals.ofRow(row),
      byName: (name: string) => this.principals.byName(name),
    };
    for (let level = [...reached]; level.length > 0; level = [...reached]) {
      reached.clear();
      await eachOf(level, this.#workers, async (group) => {
        if (this.#read.has(group) || !follows(group)) return;
        this.#read.add(group);
        await this.groups.read(group, reader);
        for (const one of group.members ?? []) addGroup(one, reached);
      });
    }
  }

  async #readOne(record: SourceRecord): Promise<Access> {
    const address = record.email?.value;
    if (address === undefined) return { unread: "Its permissions were not read, as it has no address." };
    const { over } = this.#service;
    if (over) return { unread: notRead(over) };
    try {
      return await this.#resolve(await readFullAccess(this.#service, address));
    } catch (error) {
      if (!(error instanceof ServiceFailure)) throw error;
      const unread =
        error === this.#service.over
          ? notRead(error)
          : `Its permissions could not be read. ${error.words.message}`;
      return { unread };
    }
  }

  async #resolve({ allowed, denied, gaps, doubts }: FullAccess): Promise<Access> {
    const all = (names: readonly string[]) => Promise.all(names.map((name) => this.principals.byName(name)));
    return { allowed: await all(allowed), denied: await all(denied), gaps, doubts };
  }

  /** The record with its delegates, as far as they are known; `over`: why nothing was read for those not asked for. */
  withDelegates(
    record: SourceRecord,
    source: string,
    collected: Collected,
    over?: ServiceFailure,
  ): SourceRecord {
    const { kind, where } = record;
    const origin = { source, where, attribute: "FullAccess" };
    const access = this.#found.get(record) ?? {
      unread: over ? notRead(over) : "Its permissions were not read.",
    };
    if ("unread" in access) {
      return { ...record, delegates: { value: [], origin }, delegatesIncomplete: access.unread };
    }
    const allowed = closureOf(access.allowed, true);
    const denied = closureOf(access.denied, true);
    // A denial goes before all that is allowed, through groups too.
    const addresses = [...allowed.addresses].filter((one) => !denied.addresses.has(one)).sort();
    const leftOut = leftOutSummary(allowed);
    if (leftOut !== undefined) collected.find("member-left-out", "info", leftOut, { kind, place: where });
    const mailbox = record.email?.value ?? where;
    const incomplete = whyIncomplete(allowed, mailbox, access.gaps);
    const unclear = whyIncomplete(denied, mailbox, access.doubts);
    const message = `Somebody may be denied access who is not known. ${unclear ?? ""}`;
    const problem: RecordProblem = { attribute: "FullAccess", message, field: "delegates" };
    return {
      ...record,
      delegates: { value: addresses, origin },
      ...(incomplete === undefined ? {} : { delegatesIncomplete: incomplete }),
      ...(unclear === undefined ? {} : { problems: [...record.problems, problem] }),
    };
  }
}

function notRead(over: ServiceFailure): string {
  return `Its permissions were not read, as the reading broke off. ${over.words.message}`;
}

function addGroup(one: Principal, groups: Set<Group>): void {
  if (one.type === "group") groups.add(one.group);
}

/** Does the work for every item, for so many at once; in the order of the items. */
async function eachOf<T>(
  items: readonly T[],
  workers: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const left = items.values();
  const run = async () => {
    for (const item of left) await work(item);
  };
  await Promise.all(Array.from({ length: Math.min(workers, items.length) }, run));
}

/**
 * The people who may open a mailbox, by the names that Exchange gives. `gaps`: why some may be missing, in sentences; `doubts`: those
 * of them that may hide a denial.
 */
type FullAccess = {
  readonly allowed: readonly string[];
  readonly denied: readonly string[];
  readonly gaps: readonly string[];
  readonly doubts: readonly string[];
};

const FULL = "fullaccess";

/** Reads the permissions of the mailbox with this address. Throws ServiceFailure. */
async function readFullAccess(service: ExchangeService, address: string): Promise<FullAccess> {
  const name = encodeURIComponent(Buffer.from(address, "utf8").toString("base64"));
  const url = `${service.base}/Mailbox('${name}')/MailboxPermission?isEncoded=true`;
  const rows: unknown[] = [];
  const warnings = await readPages(service, { what: `read the permissions of ${address}`, url }, (page) => {
    rows.push(...page);
  });
  const access = fullAccessIn(rows);
  const warned = warnings.map(
    (warning) => `Exchange gave a warning with its permissions: ${quoted(warning)}.`,
  );
  return { ...access, gaps: [...withoutSelf(rows), ...warned, ...access.gaps] };
}

/** Exchange gives every mailbox an entry for itself; a list without it is not the whole list. */
function withoutSelf(rows: readonly unknown[]): readonly string[] {
  if (rows.some((row) => isSelf(asObject(row)))) return [];
  const what = rows.length === 0 ? "Its list of permissions came empty, even" : "Its permissions came";
  return [`${what} without the entry for NT AUTHORITY\\SELF that every mailbox has, so some may be missing.`];
}

/**
 * Explicit entries of full access count, allowed and denied. Inherited ones are those of administrators, and entries of
 * SELF, SYSTEM and services are nobody's. What cannot be read is a gap, never a "no".
 */
export function fullAccessIn(rows: readonly unknown[]): FullAccess {
  const found: Found = { allowed: new Set(), denied: new Set(), gaps: new Set(), doubts: new Set() };
  for (const row of rows) takeEntry(asObject(row), found);
  const { allowed, denied, gaps, doubts } = found;
  return { allowed: [...allowed], denied: [...denied], gaps: [...gaps], doubts: [...doubts] };
}

type Found = { readonly [list in keyof FullAccess]: Set<string> };

function takeEntry(entry: JsonObject | undefined, { allowed, denied, gaps, doubts }: Found): void {
  const user = asText(entry?.User);
  if (isSelf(entry) || (user !== undefined && isBuiltIn(user))) return;
  const list = entry?.PermissionList;
  const verdicts: readonly Verdict[] =
    Array.isArray(list) && list.length > 0 ? list.map((one) => judge(asObject(one))) : ["unclear"];
  const doubt = (sentence: string, mayDeny: boolean) => {
    gaps.add(sentence);
    if (mayDeny) doubts.add(sentence);
  };
  if (verdicts.includes("unclear") || verdicts.includes("unclear allow")) {
    const whom = user === undefined ? "" : ` for ${quoted(user)}`;
    doubt(`An entry of its permissions${whom} cannot be read.`, verdicts.includes("unclear"));
  }
  if (user === undefined) {
    const isDenial = verdicts.includes("deny");
    if (isDenial || verdicts.includes("allow"))
      doubt("An entry of its permissions does not say whom it is for.", isDenial);
    return;
  }
  if (verdicts.includes("allow")) allowed.add(user);
  if (verdicts.includes("deny")) denied.add(user);
}

type Verdict = "allow" | "deny" | "no" | "unclear" | "unclear allow";

function judge(permission: JsonObject | undefined): Verdict {
  if (permission === undefined) return "unclear";
  const { AccessRights: rights, IsInherited: inherited, Deny: deny } = permission;
  const unclear = deny === false ? "unclear allow" : "unclear";
  if (!Array.isArray(rights) || !rights.every((right) => typeof right === "string")) return unclear;
  const each = rights.flatMap((right) => right.split(","));
  if (!each.some((right) => right.trim().toLowerCase() === FULL)) return "no";
  if (inherited === true) return "no";
  if (inherited !== false || typeof deny !== "boolean") return unclear;
  return deny ? "deny" : "allow";
}

/** SELF by its SID, or by its name as English, German and French servers write it. */
function isSelf(entry: JsonObject | undefined): boolean {
  const names = [asText(entry?.User), asText(entry?.UserSid)].map((one) =>
    one?.normalize("NFC").toUpperCase(),
  );
  return names.some((name) => name !== undefined && SELF.has(name));
}

const SELF = new Set(["S-1-5-10", "NT AUTHORITY\\SELF", "NT-AUTORITÄT\\SELBST", "AUTORITE NT\\SELF"]);

/** SYSTEM, LOCAL SERVICE and NETWORK SERVICE. Others of `NT AUTHORITY`, as Authenticated Users, may be people. */
function isBuiltIn(user: string): boolean {
  return (
    /^NT AUTHORITY\\(?:SYSTEM|LOCAL SERVICE|NETWORK SERVICE)$/i.test(user) ||
    /^S-1-5-(?:18|19|20)$/i.test(user)
  );
}
