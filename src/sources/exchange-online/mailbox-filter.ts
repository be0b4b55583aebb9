import { RemoteError } from "../../errors.ts";
import type { SourceRecord } from "../../model/account.ts";
import type { ExchangeOnlineConfig } from "../../model/exchange-config.ts";
import type { JsonObject } from "../../model/json.ts";
import type { MemberCondition, RecordFilter } from "../../model/source-config.ts";
import { memberConditions } from "../account-groups.ts";
import type { Collected } from "../collected.ts";
import { quoted } from "../ldap/wording.ts";
import { type FieldValues, prepareFilter, recordValues } from "../record-filter.ts";
import { type Known, Sieve } from "../sieve.ts";
import type { AccessReader } from "./access.ts";
import { type Closure, closureOf } from "./delegates.ts";
import type { Listing } from "./list.ts";
import type { Principal } from "./principals.ts";

/** The filter of a source at work on its mailboxes. */
export class MailboxFilter {
  readonly sieve: Sieve;
  readonly #config: ExchangeOnlineConfig;
  readonly #listing: () => Listing;
  readonly #members = new Map<MemberCondition, Closure>();

  constructor(config: ExchangeOnlineConfig, listing: () => Listing) {
    this.sieve = new Sieve(config.name, config.filters);
    this.#config = config;
    this.#listing = listing;
  }

  /** Reads the groups that the filter names. Throws RemoteError for one that is not there, or is no group. */
  async readGroups(access: AccessReader): Promise<void> {
    for (const condition of memberConditions(this.#config.filters ?? {})) {
      const found = await access.readGroups(condition.memberOf);
      for (const [index, one] of found.entries()) requireGroup(one, condition, index);
      this.#members.set(condition, closureOf(found));
    }
  }

  /** Is it left out, whoever its delegates are? Their permissions need not be asked for then. */
  leavesOut(record: SourceRecord): boolean {
    const filter: RecordFilter = this.#config.filters?.[record.kind] ?? [];
    const certain = filter.filter((one) => !("field" in one && one.field === "delegates"));
    const { own, isMember } = this.#known(record);
    const field = (name: Parameters<typeof recordValues>[1]) => recordValues(record, name);
    const verdict = prepareFilter(certain).judge({ field, own, isMember });
    return verdict === "left-out";
  }

  /** The record with its delegates, if the filter takes it; `listed` is the record that the list gave. */
  sift(listed: SourceRecord, record: SourceRecord): readonly SourceRecord[] {
    const taken = this.sieve.sift(record, this.#known(listed));
    return taken === undefined ? [] : [taken];
  }

  /** Tells of properties that the filter looks at and no mailbox has. */
  tellUnseen(collected: Collected): void {
    const rows = [...this.#listing().rows.values()];
    if (rows.length === 0) return;
    for (const name of this.sieve.ownNames) {
      if (rows.some((row) => propertyOf(row, name) !== undefined)) continue;
      const summary = `The filter looks at ${name}, and no mailbox that was read has this property. Its name may be mistyped.`;
      collected.find("filter-unseen", "warning", summary);
    }
  }

  #known(listed: SourceRecord): Required<Pick<Known, "own" | "isMember">> {
    const { rows, mailboxes } = this.#listing();
    const row = rows.get(listed);
    return {
      own: (name) => (row === undefined ? [] : textsOf(propertyOf(row, name))),
      isMember: (condition) => {
        const closure = this.#members.get(condition);
        const mailbox = mailboxes.byAddress(listed.email?.value);
        if (closure === undefined || mailbox === undefined) return "unreadable";
        if (closure.mailboxes.has(mailbox)) return true;
        return closure.gaps.size > 0 || closure.unknown.size > 0 ? "unreadable" : false;
      },
    };
  }
}

function requireGroup(one: Principal, { memberOf, where }: MemberCondition, index: number): void {
  if (one.type === "group") return;
  const name = quoted(memberOf[index] ?? "");
  const why = one.type === "unknown" ? `it is ${one.reason}` : "it is no group";
  const message = `memberOf names ${name}, and ${why}. It would look as if nobody were in it.`;
  const remedy = "Write the address or the name of a group that Exchange knows.";
  throw new RemoteError([{ code: "address-not-found", where, message, remedy }]);
}

/** The value of a property; case does not count. null stands for none. */
function propertyOf(row: JsonObject, name: string): unknown {
  const key = name in row ? name : Object.keys(row).find((one) => one.toLowerCase() === name.toLowerCase());
  return key === undefined ? undefined : (row[key] ?? undefined);
}

function textsOf(value: unknown): FieldValues {
  if (value === undefined || value === null) return [];
  const values = Array.isArray(value) ? value : [value];
  const texts = values.flatMap((one) =>
    typeof one === "string" || typeof one === "number" || typeof one === "boolean" ? [String(one)] : [],
  );
  return texts.length === values.length ? texts : "unreadable";
}
