import type { SourceRecord } from "../../model/account/account.ts";
import { KINDS, type Kind } from "../../model/account/kind.ts";
import type { EntraIdConfig } from "../../model/source-config/entra.ts";
import type { KindFilters, MemberCondition, RecordCondition } from "../../model/source-config/filter.ts";
import { RemoteError } from "../../model/values/errors.ts";
import { asObject, asText, type JsonObject } from "../../model/values/json.ts";
import { memberConditions } from "../records/account-groups.ts";
import { type FieldValues, textsOf } from "../records/filter.ts";
import { type Known, Sieve } from "../records/filtering.ts";
import { type Collected, quoted } from "../records/findings.ts";
import type { Groups } from "./groups/groups.ts";
import type { MemberReader, Members } from "./groups/members.ts";

const PLANS = "assignedPlans";
/** A plan in its days of grace still works. */
const WORKING = new Set(["enabled", "warning"]);

/** All that decides which records are taken: `memberOf`, `assignedTo` and `licensed` are conditions like those of the filter. */
export class Selection {
  readonly sieve: Sieve;
  /** The properties to ask for of each user, for the conditions' sake. */
  readonly properties: readonly string[];
  readonly #filters: KindFilters;
  readonly #assigned: MemberCondition | undefined;
  readonly #members = new Map<MemberCondition, Members>();
  /** Kinds of which somebody was left out who may be in a group all the same, with the reasons. */
  readonly #gaps = new Map<Kind, Set<string>>();

  constructor(config: EntraIdConfig) {
    const { filters = {}, memberOf, assignedTo, licensed } = config;
    this.#assigned = assignedTo && { memberOf: [assignedTo.appId], exclude: false, where: assignedTo.where };
    const own: readonly RecordCondition[] = [
      ...(memberOf ? [memberOf] : []),
      ...(this.#assigned ? [this.#assigned] : []),
      ...(licensed
        ? [{ own: PLANS, values: [licensed.service], exclude: false, where: licensed.where }]
        : []),
    ];
    this.#filters = { ...filters, personal: [...own, ...(filters.personal ?? [])] };
    this.sieve = new Sieve(config.name, this.#filters);
    this.properties = this.sieve.ownNames;
  }

  /** Whether conditions name groups, so that all groups must be known. */
  get namesGroups(): boolean {
    return this.#assigned !== undefined || this.#named().length > 0;
  }

  /** Reads the groups that are named. Throws RemoteError for one that is not there, if all groups could be read. */
  async readGroups(groups: Groups, isWhole: boolean, reader: MemberReader): Promise<void> {
    for (const condition of this.#named()) {
      const types = new Map<string, string | undefined>();
      const gaps: string[] = [];
      for (const name of condition.memberOf) {
        const group = groups.find(name);
        if (group === undefined && isWhole) throw new RemoteError(notThere(name, condition));
        const found: Members = group
          ? await reader.members(group, "any")
          : { types: new Map(), gap: `The group ${name} was not among those that could be read.` };
        for (const [id, type] of found.types) types.set(id, type);
        if (found.gap !== undefined) gaps.push(found.gap);
      }
      this.#members.set(condition, { types, ...(gaps.length === 0 ? {} : { gap: gaps.join(" ") }) });
    }
  }

  takeAssigned(members: Members): void {
    if (this.#assigned) this.#members.set(this.#assigned, members);
  }

  /** The record, if it is taken. `row` is what the filter looks at beside it; groups have none. */
  sift(record: SourceRecord, id: string, row?: JsonObject): readonly SourceRecord[] {
    const known: Known = {
      own: (name) => (row === undefined ? [] : valuesOf(row, name)),
      isMember: (condition) => this.#isMember(condition, record.kind, id),
      attributesOf: (field) =>
        record.problems.flatMap((one) =>
          one.field === undefined || one.field === field ? [one.attribute] : [],
        ),
    };
    const taken = this.sieve.sift(record, known);
    return taken === undefined ? [] : [taken];
  }

  /** Somebody who was left out may be in a group whose members are not all known: of that kind something may be missing. */
  reportGaps(collected: Collected): void {
    for (const kind of KINDS) {
      const reasons = this.#gaps.get(kind);
      if (reasons === undefined) continue;
      const why = [...reasons].sort().join(" ");
      const summary = `Not everybody can be known who is meant. ${why} No ${kind} account is removed because of this source.`;
      collected.find("source-incomplete", "error", summary, { kind });
    }
  }

  #named(): readonly MemberCondition[] {
    return memberConditions(this.#filters).filter((one) => one !== this.#assigned);
  }

  #isMember(condition: MemberCondition, kind: Kind, id: string): boolean | "unreadable" {
    const { types, gap } = this.#members.get(condition) ?? { types: new Map(), gap: "It was not read." };
    if (types.has(id)) return true;
    if (gap === undefined) return false;
    if (condition.exclude) return "unreadable";
    this.#gaps.set(kind, (this.#gaps.get(kind) ?? new Set()).add(gap));
    return false;
  }
}

function notThere(name: string, { where }: MemberCondition) {
  const message = `memberOf names ${quoted(name)}, and the tenant has no group with this id or address. It would look as if nobody were in it.`;
  const remedy = "Write the object id of the group, or its present address.";
  return { code: "address-not-found", where, message, remedy } as const;
}

/** Of plans the services that work; of other properties their texts. */
function valuesOf(row: JsonObject, name: string): FieldValues {
  return name === PLANS ? servicesOf(row[name]) : textsOf(row[name]);
}

function servicesOf(plans: unknown): FieldValues {
  if (!Array.isArray(plans)) return "unreadable";
  return plans.flatMap((one) => {
    const plan = asObject(one);
    const service = asText(plan?.service);
    const isWorking = WORKING.has(asText(plan?.capabilityStatus)?.toLowerCase() ?? "");
    return service !== undefined && isWorking ? [service] : [];
  });
}
