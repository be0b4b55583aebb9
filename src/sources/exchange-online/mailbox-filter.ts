import type { SourceRecord } from "../../model/account/account.ts";
import type { Kind } from "../../model/account/kind.ts";
import type { ExchangeOnlineConfig } from "../../model/source-config/exchange.ts";
import type { FilterField, MemberCondition, RecordFilter } from "../../model/source-config/filter.ts";
import { RemoteError } from "../../model/values/errors.ts";
import type { JsonObject } from "../../model/values/json.ts";
import { memberConditions } from "../records/account-groups.ts";
import { prepareFilter, recordValues, textsOf } from "../records/filter.ts";
import { type Known, Sieve } from "../records/filtering.ts";
import { type Collected, quoted } from "../records/findings.ts";
import type { AccessReader } from "./access/access.ts";
import { type Closure, closureOf } from "./access/delegates.ts";
import type { Principal } from "./access/principal.ts";
import type { Listing } from "./mailboxes/list.ts";

/** The filter of a source at work on its mailboxes. */
export class MailboxFilter {
  readonly sieve: Sieve;
  readonly #config: ExchangeOnlineConfig;
  readonly #listing: () => Listing;
  readonly #members = new Map<MemberCondition, Closure>();
  /** Of each kind: groups with an empty list of members, in which somebody who was left out may be. */
  readonly #emptyGroups = new Map<Kind, Set<string>>();

  constructor(config: ExchangeOnlineConfig, listing: () => Listing) {
    this.sieve = new Sieve(config.name, config.filters);
    this.#config = config;
    this.#listing = listing;
  }

  /** Reads the groups that the filter names. Throws RemoteError for one that is not there, or is not a group. */
  async readGroups(access: AccessReader): Promise<void> {
    for (const condition of memberConditions(this.#config.filters ?? {})) {
      const found = await access.readGroups(condition.memberOf);
      for (const [index, one] of found.entries()) requireGroup(one, condition, index);
      this.#members.set(condition, closureOf(found));
    }
  }

  /** Whether it is left out, whoever its delegates are. Their permissions need not be asked for then. */
  leavesOut(record: SourceRecord): boolean {
    const filter: RecordFilter = this.#config.filters?.[record.kind] ?? [];
    const certain = filter.filter((one) => !("field" in one && one.field === "delegates"));
    const { own, isMember, attributesOf } = this.#known(record);
    const field = (name: FilterField) => {
      const attributes = attributesOf(name);
      return attributes === "unreadable" ? attributes : recordValues(record, name, attributes);
    };
    const verdict = prepareFilter(certain).judge({ field, own, isMember });
    return verdict === "left-out";
  }

  /** The record with its delegates, if the filter takes it; `listed` is the record that the list gave. */
  sift(listed: SourceRecord, record: SourceRecord): readonly SourceRecord[] {
    const taken = this.sieve.sift(record, this.#known(listed));
    return taken === undefined ? [] : [taken];
  }

  /** Reports properties that the filter looks at and no mailbox has. */
  reportUnseen(collected: Collected): void {
    const rows = [...this.#listing().rows.values()];
    if (rows.length === 0) return;
    for (const name of this.sieve.ownNames) {
      if (rows.some((row) => propertyOf(row, name) !== undefined)) continue;
      const summary = `The filter looks at ${name}, and no mailbox that was read has this property. Its name may be mistyped.`;
      collected.find("filter-unseen", "warning", summary);
    }
  }

  /** Somebody who is left out for not being in an empty group may be in it all the same: of that kind something may be missing. */
  reportEmptyGroups(collected: Collected): void {
    for (const [kind, groups] of this.#emptyGroups) {
      const names = [...groups].sort().map(quoted).join(", ");
      const summary = `The filter asks for members, and Exchange gave an empty list for ${names}, as it also does where it does not show the members. No ${kind} account is removed because of this source. Take an empty group out of the filter, and out of the groups there.`;
      collected.find("source-incomplete", "error", summary, { kind });
    }
  }

  #outsideEmpty(kind: Kind, groups: ReadonlySet<string>): false {
    const known = this.#emptyGroups.get(kind) ?? new Set();
    this.#emptyGroups.set(kind, new Set([...known, ...groups]));
    return false;
  }

  #known(listed: SourceRecord): Required<Known> {
    const { rows, mailboxes } = this.#listing();
    const row = rows.get(listed);
    return {
      own: (name) => (row === undefined ? [] : textsOf(propertyOf(row, name))),
      isMember: (condition) => {
        const closure = this.#members.get(condition);
        const mailbox = mailboxes.byAddress(listed.email?.value);
        if (closure === undefined || mailbox === undefined) return "unreadable";
        if (closure.mailboxes.has(mailbox)) return true;
        if (closure.gaps.size > 0 || closure.unknown.size > 0) return "unreadable";
        if (closure.empty.size === 0) return false;
        return condition.exclude ? "unreadable" : this.#outsideEmpty(listed.kind, closure.empty);
      },
      attributesOf: (field) => doubtIn(listed, field, this.#config),
    };
  }
}

/** Where a field of a record comes from, if it is in doubt; whether a user is enabled must have been said. */
function doubtIn(
  { kind, active, problems }: SourceRecord,
  field: FilterField,
  { map }: ExchangeOnlineConfig,
): readonly string[] | "unreadable" {
  const isUnsaid =
    field === "active" && active === undefined && kind === "personal" && map.active === undefined;
  if (isUnsaid) return "unreadable";
  return problems.flatMap((one) => (one.field === undefined || one.field === field ? [one.attribute] : []));
}

function requireGroup(one: Principal, { memberOf, where }: MemberCondition, index: number): void {
  if (one.type === "group") return;
  const name = quoted(memberOf[index] ?? "");
  const why = one.type === "unknown" ? `it is ${one.reason}` : "it is not a group";
  const message = `memberOf names ${name}, and ${why}. It would look as if nobody were in it.`;
  const remedy = "Write the address or the name of a group that Exchange knows.";
  throw new RemoteError({ code: "address-not-found", where, message, remedy });
}

/** The value of a property; case does not count. null stands for none. */
function propertyOf(row: JsonObject, name: string): unknown {
  const key = name in row ? name : Object.keys(row).find((one) => one.toLowerCase() === name.toLowerCase());
  return key === undefined ? undefined : (row[key] ?? undefined);
}
