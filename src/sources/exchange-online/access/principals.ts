import { asObject, asText, type JsonObject } from "../../../model/values/json.ts";
import { ServiceFailure } from "../../microsoft/errors/failure.ts";
import { quoted } from "../../records/findings.ts";
import { keyOf, type Mailbox, type Mailboxes } from "../mailboxes/mailboxes.ts";
import { bearsName, type Found, searchByName, whyAmbiguous } from "../service/search.ts";
import type { ExchangeService } from "../service/service.ts";
import type { Groups } from "./groups.ts";
import type { LeftOut, Principal } from "./principal.ts";

/** A SID of a domain or of Entra ID that Exchange has no name for: whose it was has been deleted. */
const ORPHAN = /^S-1-(?:5-21|12-1)(?:-\d+)+$/i;
const MAILBOX = /Mailbox$/;
const GROUP = /Group$|^RoomList$/;
const LEFT_OUT: Readonly<Record<string, LeftOut>> = {
  MailContact: "contact",
  Contact: "contact",
  GuestMailUser: "guest",
  User: "user",
  PublicFolder: "mailbox",
};

/** Users with a mailbox on-premises: whether one has an account, and is enabled, is for the record with the address to say. */
const ELSEWHERE: ReadonlySet<string> = new Set(["MailUser", "RemoteUserMailbox"]);

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

  /** The principal that a name means; each name is asked about once. Never throws for what the service does. */
  byName(name: string): Promise<Principal> {
    const key = keyOf(name);
    const known = this.#byName.get(key) ?? this.#resolve(name.trim());
    this.#byName.set(key, known);
    return known;
  }

  /** The principal that a row of a group's members, or of a search for recipients, means. */
  ofRow(value: unknown): Principal {
    const row = asObject(value);
    const name = asText(row?.DisplayName) ?? asText(row?.PrimarySmtpAddress) ?? asText(row?.Name) ?? "";
    if (row === undefined) return { type: "unknown", name, reason: "an entry that cannot be read" };
    const type = asText(row.RecipientTypeDetails) ?? "";
    if (GROUP.test(type) || type === "GroupMailbox") return this.#groupOf(row, type, name);
    const byId =
      this.#mailboxes.byId(asText(row.Guid)) ?? this.#mailboxes.byId(asText(row.ExternalDirectoryObjectId));
    const byAddress = this.#mailboxes.byAddress(asText(row.PrimarySmtpAddress));
    const what = LEFT_OUT[type];
    const mailbox = byId ?? byAddress;
    const isElsewhere = ELSEWHERE.has(type);
    if (mailbox && (what !== undefined || isElsewhere || (byAddress ?? mailbox) !== mailbox)) {
      return { type: "unknown", name, reason: "one whose id, address and kind do not fit together" };
    }
    if (mailbox) return ofMailbox(mailbox);
    if (isElsewhere) return userElsewhere(name, asText(row.PrimarySmtpAddress));
    if (type === "DisabledUser") return { type: "nobody" };
    if (what !== undefined) return { type: "leftOut", what, name };
    const reason = MAILBOX.test(type)
      ? "a mailbox that is not in the list of mailboxes"
      : type === ""
        ? "of a kind that Exchange does not report"
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
    const mailbox = this.#mailboxes.byIdentity(name);
    if (mailbox !== undefined) return ofMailbox(mailbox);
    const unknown = (reason: string): Principal => ({ type: "unknown", name, reason });
    if (name.includes("*")) return unknown("a name with an asterisk, which Exchange treats as a pattern");
    try {
      this.#lookups++;
      return this.#chosen(name, await searchByName(this.#service, name));
    } catch (error) {
      if (!(error instanceof ServiceFailure)) throw error;
      return unknown(`not known, as it could not be looked up. ${error.words.message}`);
    }
  }

  /** The one recipient of all kinds that has this name; where several have it, none is chosen. */
  #chosen(name: string, found: readonly Found[]): Principal {
    const unknown = (reason: string): Principal => ({ type: "unknown", name, reason });
    const called = this.#mailboxes.called(name);
    const [first] = found;
    if (first === undefined) return unknown("nobody that Exchange knows");
    const ambiguous = whyAmbiguous(found, called, this.#mailboxes);
    if (ambiguous !== undefined) return unknown(ambiguous);
    if (called.length === 0 && !found.some((one) => bearsName(one, name)))
      return unknown("one that Exchange answers with somebody of another name");
    const group = found.find(({ cmdlet }) => cmdlet === "Get-Group")?.row;
    if (first.cmdlet !== "Get-Group") return this.#offered(this.ofRow(first.row), group);
    const type = asText(first.row?.RecipientTypeDetails) ?? "UniversalSecurityGroup";
    return this.#offered(first.row ? this.#groupOf(first.row, type, name) : this.ofRow(undefined), group);
  }

  /** A group keeps the members that came with it. */
  #offered(principal: Principal, row: JsonObject | undefined): Principal {
    if (principal.type === "group" && row !== undefined) this.#groups.offer(principal.group, row);
    return principal;
  }
}

function userElsewhere(name: string, address: string | undefined): Principal {
  if (address !== undefined) return { type: "person", address: keyOf(address) };
  return { type: "unknown", name, reason: "a user with a mailbox elsewhere, and without an address" };
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
