import { asObject, type JsonObject } from "../../model/json.ts";
import { quoted } from "../ldap/wording.ts";
import { ExchangeFailure } from "./failure.ts";
import type { Group, Groups } from "./groups.ts";
import { asText } from "./json.ts";
import { keyOf, type Mailbox, type Mailboxes } from "./mailboxes.ts";
import { readPages } from "./pages.ts";
import type { ExchangeService } from "./service.ts";

/** Somebody or something without an account of its own here, in words for one and for several. */
export type LeftOut = "contact" | "guest" | "mailbox" | "user" | "deleted";

/** Who or what stands behind a name in a permission or in a group. */
export type Principal = { readonly mailbox?: Mailbox } & (
  | { readonly type: "person"; readonly address: string }
  | { readonly type: "group"; readonly group: Group }
  | { readonly type: "nobody" }
  | { readonly type: "leftOut"; readonly what: LeftOut; readonly name: string }
  /** Nobody can tell; `reason` completes "it is …". */
  | { readonly type: "unknown"; readonly name: string; readonly reason: string }
);

/** A SID of a domain or of Entra ID that Exchange has no name for: whose it was has been deleted. */
const ORPHAN = /^S-1-(?:5-21|12-1)(?:-\d+)+$/i;
const MAILBOX = /Mailbox$/;
const GROUP = /Group$|^RoomList$/;
const LEFT_OUT: Readonly<Record<string, LeftOut>> = {
  MailContact: "contact",
  Contact: "contact",
  MailUser: "guest",
  GuestMailUser: "guest",
  RemoteUserMailbox: "guest",
  User: "user",
  PublicFolder: "mailbox",
};

export class Principals {
  readonly #service: ExchangeService;
  readonly #mailboxes: Mailboxes;
  readonly #groups: Groups;
  readonly #byName = new Map<string, Promise<Principal>>();
  #lookups = 0;

  constructor(service: ExchangeService, mailboxes: Mailboxes, groups: Groups) {
    this.#service = service;
    this.#mailboxes = mailboxes;
    this.#groups = groups;
  }

  /** Names that the service was asked about. */
  get lookups(): number {
    return this.#lookups;
  }

  /** Whom a name means; each name is asked about once. Never throws for what the service does. */
  byName(name: string): Promise<Principal> {
    const key = keyOf(name);
    const known = this.#byName.get(key) ?? this.#resolve(name.trim());
    this.#byName.set(key, known);
    return known;
  }

  /** Whom a row of a group's members, or of a search for recipients, means. */
  ofRow(value: unknown): Principal {
    const row = asObject(value);
    const name = asText(row?.DisplayName) ?? asText(row?.PrimarySmtpAddress) ?? asText(row?.Name) ?? "";
    if (row === undefined) return { type: "unknown", name, reason: "an entry that cannot be read" };
    const type = asText(row.RecipientTypeDetails) ?? "";
    if (GROUP.test(type) || type === "GroupMailbox") return this.#groupOf(row, type, name);
    const mailbox =
      this.#mailboxes.byId(asText(row.Guid)) ??
      this.#mailboxes.byId(asText(row.ExternalDirectoryObjectId)) ??
      this.#mailboxes.byAddress(asText(row.PrimarySmtpAddress));
    if (mailbox) return ofMailbox(mailbox);
    if (type === "DisabledUser") return { type: "nobody" };
    const what = LEFT_OUT[type];
    if (what !== undefined) return { type: "leftOut", what, name };
    const reason = MAILBOX.test(type)
      ? "a mailbox that is not in the list of mailboxes"
      : type === ""
        ? "of a kind that Exchange does not tell"
        : `of the kind ${quoted(type)}`;
    return { type: "unknown", name, reason };
  }

  #groupOf(row: JsonObject, type: string, name: string): Principal {
    const group = this.#groups.ofRow(row, type);
    if (group === undefined) return { type: "unknown", name, reason: "a group without an id or an address" };
    return { type: "group", group };
  }

  async #resolve(name: string): Promise<Principal> {
    if (ORPHAN.test(name)) return { type: "leftOut", what: "deleted", name };
    const mailboxes = [this.#mailboxes.byAddress(name), this.#mailboxes.byName(name)];
    const found = new Set(mailboxes.filter((mailbox) => mailbox !== undefined));
    const [mailbox] = found;
    if (mailbox !== undefined && found.size === 1) return ofMailbox(mailbox);
    try {
      return await this.#lookUp(name);
    } catch (error) {
      if (!(error instanceof ExchangeFailure)) throw error;
      return {
        type: "unknown",
        name,
        reason: `not known, as it could not be looked up. ${error.words.message}`,
      };
    }
  }

  async #lookUp(name: string): Promise<Principal> {
    this.#lookups++;
    const recipients = await this.#find("Get-Recipient", name);
    if (recipients.length === 1) return this.ofRow(recipients[0]);
    if (recipients.length > 1) return ambiguous(name, recipients.length);
    // Security groups without mail are no recipients.
    const groups = await this.#find("Get-Group", name);
    if (groups.length > 1) return ambiguous(name, groups.length);
    const row = asObject(groups[0]);
    if (row === undefined) return { type: "unknown", name, reason: "nobody that Exchange knows" };
    const type = asText(row.RecipientTypeDetails) ?? "UniversalSecurityGroup";
    const principal = this.#groupOf(row, type, name);
    if (principal.type === "group") this.#groups.offer(principal.group, row);
    return principal;
  }

  /** What a cmdlet finds; nothing when the service says so, or that there is no such object. */
  async #find(cmdlet: string, name: string): Promise<readonly unknown[]> {
    const rows: unknown[] = [];
    const ask = {
      what: `look up ${quoted(name)}`,
      url: `${this.#service.base}/InvokeCommand`,
      cmdlet: { name: cmdlet, parameters: { Identity: name } },
    };
    try {
      const warnings = await readPages(this.#service, ask, (page) => {
        rows.push(...page);
      });
      const [warning] = warnings;
      if (rows.length > 0 || warning === undefined) return rows;
      const message = `Asked to ${ask.what}, Exchange answered nothing but a warning: ${quoted(warning)}.`;
      throw new ExchangeFailure(
        { code: "exchange-answer", message, remedy: "Run zivsync again." },
        "request",
      );
    } catch (error) {
      if (error instanceof ExchangeFailure && error.kind === "missing") return [];
      throw error;
    }
  }
}

function ambiguous(name: string, count: number): Principal {
  return { type: "unknown", name, reason: `the name of ${count} recipients` };
}

function ofMailbox(mailbox: Mailbox): Principal {
  const { standing, address, name } = mailbox;
  if (standing === "nobody") return { type: "nobody", mailbox };
  if (standing === "other") return { type: "leftOut", what: "mailbox", name, mailbox };
  if (standing === "person" && address !== undefined) {
    return { type: "person", address: address.trim(), mailbox };
  }
  return {
    type: "unknown",
    name,
    reason: "a mailbox that does not say its address, its kind or whether it is enabled",
    mailbox,
  };
}
