import { asText, type JsonObject } from "../../../model/values/json.ts";
import { ServiceFailure } from "../../microsoft/errors/failure.ts";
import { quoted } from "../../records/findings.ts";
import { keyOf } from "../mailboxes/mailboxes.ts";
import type { ExchangeService } from "../service/service.ts";
import { readPages } from "../service/service.ts";
import type { Principal } from "./principal.ts";
import { Group } from "./principal.ts";

/** The cmdlet that gives the members of groups of a type; the others are security groups without mail. */
const CMDLETS: Readonly<Record<string, string>> = {
  MailUniversalSecurityGroup: "Get-DistributionGroupMember",
  MailUniversalDistributionGroup: "Get-DistributionGroupMember",
  MailNonUniversalGroup: "Get-DistributionGroupMember",
  RoomList: "Get-DistributionGroupMember",
  DynamicDistributionGroup: "Get-DynamicDistributionGroupMember",
  GroupMailbox: "Get-UnifiedGroupLinks",
};
const GET_GROUP = "Get-Group";

/** The identity of a member, by a row or by a name. */
export type MemberReader = {
  readonly ofRow: (row: unknown) => Principal;
  readonly byName: (name: string) => Promise<Principal>;
};

/** All groups that came up in a reading, each of them once. */
export class Groups {
  readonly #service: ExchangeService;
  readonly #known = new Map<string, Group>();
  readonly #all = new Set<Group>();
  #asked = 0;

  constructor(service: ExchangeService) {
    this.#service = service;
  }

  /** Groups that the service was asked about. */
  get asked(): number {
    return this.#asked;
  }

  /** The group that a row names by id or address; undefined when it has neither. */
  ofRow(row: JsonObject, type: string): Group | undefined {
    const texts = (...values: unknown[]) => values.map(asText).filter((text) => text !== undefined);
    const ids = texts(row.Guid, row.ExternalDirectoryObjectId);
    const identities = ids.length > 0 ? ids : texts(row.PrimarySmtpAddress);
    const [identity] = identities;
    if (identity === undefined) return undefined;
    const keys = identities.map(keyOf);
    const known = keys.map((key) => this.#known.get(key)).find((group) => group !== undefined);
    const name = asText(row.DisplayName) ?? asText(row.PrimarySmtpAddress) ?? asText(row.Name) ?? identity;
    const group = known ?? new Group(name, type, identity);
    this.#all.add(group);
    for (const key of keys) this.#known.set(key, group);
    return group;
  }

  /** Keeps the members that came with a group, so that they need not be asked for. */
  offer(group: Group, row: JsonObject): void {
    if (CMDLETS[group.type] === undefined) group.offered ??= row.Members;
  }

  /** Reads the members of a group, once. A refusal of the service becomes the group's gap. */
  async read(group: Group, reader: MemberReader): Promise<void> {
    const { name } = group;
    try {
      if (group.offered === undefined) this.#asked++;
      const cmdlet = CMDLETS[group.type];
      if (cmdlet === undefined) await this.#readByGroup(group, reader);
      else await this.#readMembers(group, cmdlet, reader);
    } catch (error) {
      if (!(error instanceof ServiceFailure)) throw error;
      group.members ??= [];
      group.gap = error.words.message;
    }
    group.members ??= [];
    group.isEmpty = group.gap === undefined && group.members.length === 0;
    if (group.gap !== undefined)
      group.gap = `Members may be missing from the group ${quoted(name)}: ${group.gap}`;
  }

  async #readMembers(group: Group, cmdlet: string, { ofRow }: MemberReader): Promise<void> {
    const members: Principal[] = [];
    const links = cmdlet === "Get-UnifiedGroupLinks" ? { LinkType: "Members" } : {};
    const warnings = await this.#ask(group, cmdlet, { ...links, ResultSize: "Unlimited" }, (row) => {
      members.push(ofRow(row));
      group.members = members;
    });
    if (warnings.length > 0) group.gap = warned(warnings);
  }

  /** `Get-Group` gives the members as names. */
  async #readByGroup(group: Group, { byName }: MemberReader): Promise<void> {
    let names = group.offered;
    let warnings: readonly string[] = [];
    if (names === undefined) {
      const rows: JsonObject[] = [];
      warnings = await this.#ask(group, GET_GROUP, {}, (row) => {
        rows.push(row);
      });
      if (rows.length === 1) names = rows[0]?.Members;
    }
    if (!Array.isArray(names) || !names.every((one) => typeof one === "string")) {
      group.gap = warnings.length > 0 ? warned(warnings) : "Exchange did not say who is in it.";
      return;
    }
    group.members = await Promise.all(names.map((one: string) => byName(one)));
    if (warnings.length > 0) group.gap = warned(warnings);
  }

  #ask(
    group: Group,
    cmdlet: string,
    parameters: JsonObject,
    take: (row: JsonObject) => void,
  ): Promise<readonly string[]> {
    const ask = {
      what: `read the members of the group ${quoted(group.name)}`,
      url: `${this.#service.base}/InvokeCommand`,
      cmdlet: { name: cmdlet, parameters: { Identity: group.identity, ...parameters } },
    };
    return readPages(this.#service, ask, (rows) => {
      for (const row of rows) take(row as JsonObject);
    });
  }
}

function warned(warnings: readonly string[]): string {
  return `Exchange gave a warning: ${quoted(warnings.join(" "))}.`;
}
