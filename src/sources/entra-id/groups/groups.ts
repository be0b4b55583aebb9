import type { SourceRecord } from "../../../model/account/account.ts";
import type { EntraIdConfig } from "../../../model/source-config/entra.ts";
import { addressKey } from "../../../model/values/address.ts";
import { asText, type JsonObject } from "../../../model/values/json.ts";
import { present } from "../../../model/values/present.ts";
import { readAddresses } from "../../microsoft/addresses.ts";
import type { Graph } from "../service/graph.ts";
import { readList, type Taken, type Taker } from "../service/lists.ts";
import { ADDRESSES, areAddressesUnsaid } from "../users/user-record.ts";

export const GROUPS_PERMISSION = "GroupMember.Read.All";
export const HIDDEN_PERMISSION = "Member.Read.Hidden";

/** A group. With a record it is a functional account: a security group with mail, or a Microsoft 365 group. */
export type Group = {
  readonly id: string;
  readonly name: string;
  /** Its members are shown to those alone who may see hidden ones. */
  readonly isHidden: boolean;
  readonly record?: SourceRecord;
};

/** All groups of the tenant, as one reading of the list gives them. */
export class Groups implements Taker {
  readonly byId = new Map<string, Group>();
  readonly #byAddress = new Map<string, Group>();
  /** Groups that came with an id and nulls. */
  withheld = 0;
  readonly #source: string;

  constructor({ name }: Pick<EntraIdConfig, "name">) {
    this.#source = name;
  }

  get size(): number {
    return this.byId.size;
  }

  take(row: JsonObject, id: string): void {
    if (this.byId.has(id)) return;
    const areFlagsSaid = typeof row.mailEnabled === "boolean" && typeof row.securityEnabled === "boolean";
    if (!areFlagsSaid || !Array.isArray(row.groupTypes) || areAddressesUnsaid(row)) this.withheld++;
    const addresses = readAddresses(row, {}, ADDRESSES);
    const name = asText(row.displayName) ?? addresses.email ?? id;
    const isHidden = /^HiddenMembership$/i.test(asText(row.visibility) ?? "");
    const isAccount = isFunctional(row) && (addresses.email ?? addresses.problems[0]) !== undefined;
    const group: Group = { id, name, isHidden, ...(isAccount ? { record: this.#recordOf(row, id) } : {}) };
    this.byId.set(id, group);
    for (const one of [addresses.email, ...(addresses.aliases ?? [])])
      if (one !== undefined) this.#byAddress.set(addressKey(one), group);
  }

  /** By its object id, or one of its addresses. */
  find(name: string): Group | undefined {
    return this.byId.get(name.toLowerCase()) ?? this.#byAddress.get(addressKey(name));
  }

  #recordOf(row: JsonObject, id: string): SourceRecord {
    const addresses = readAddresses(row, {}, ADDRESSES);
    const where = `group ${addresses.email ?? asText(row.displayName) ?? id}`;
    const give = <T>(value: T | undefined, attribute: string) =>
      value === undefined ? undefined : { value, origin: { source: this.#source, where, attribute } };
    const fields = present({
      email: give(addresses.email, addresses.emailFrom),
      id: give(id, "id"),
      fullName: give(asText(row.displayName), "displayName"),
      aliases: give(addresses.aliases, addresses.aliasesFrom),
    });
    return { kind: "functional", where, supplement: false, ...fields, problems: addresses.problems };
  }
}

/** Distribution groups have mail, too, and give nobody access to anything. */
function isFunctional({ mailEnabled, securityEnabled, groupTypes }: JsonObject): boolean {
  const isUnified = Array.isArray(groupTypes) && groupTypes.includes("Unified");
  return mailEnabled === true && (securityEnabled === true || isUnified);
}

const SELECTED = "id,displayName,mail,mailEnabled,securityEnabled,groupTypes,proxyAddresses,visibility";

export async function readGroups(graph: Graph, config: EntraIdConfig): Promise<Taken<Groups>> {
  const list = {
    what: "list the groups",
    path: "groups",
    query: { $select: SELECTED },
    needs: GROUPS_PERMISSION,
    counted: "inline",
  } as const;
  return readList(graph, list, () => new Groups(config));
}
