import type { Given, RecordField, RecordProblem, SourceRecord } from "../../../model/account/account.ts";
import { type PlainText, plainTexts } from "../../../model/account/fields.ts";
import { KINDS, type Kind } from "../../../model/account/kind.ts";
import type { Finding } from "../../../model/plan/finding.ts";
import type { ExchangeOnlineConfig } from "../../../model/source-config/exchange.ts";
import { asObject, asText, type JsonObject } from "../../../model/values/json.ts";
import { present } from "../../../model/values/present.ts";
import { Secret } from "../../../model/values/secret.ts";
import { type MailboxAddresses, readAddresses } from "../../microsoft/addresses.ts";
import { contentMark } from "../../records/digest.ts";
import { type Collected, HOLDS_BACK, quoted } from "../../records/findings.ts";
import type { ExchangeService } from "../service/service.ts";
import { readPages } from "../service/service.ts";
import { keyOf, Mailboxes, type Standing } from "./mailboxes.ts";

const ADDRESSES = { primary: "PrimarySmtpAddress", entries: "EmailAddresses" };

/** The properties read of every mailbox: those that name it, and those that its record is made of. */
const PROPERTIES = [
  "PrimarySmtpAddress",
  "DisplayName",
  "EmailAddresses",
  "RecipientTypeDetails",
  "Guid",
  "AccountDisabled",
  "ExternalDirectoryObjectId",
  "Alias",
  "Name",
  "UserPrincipalName",
];
/** Users with these mailboxes are people, whatever kinds of account the profile manages. */
const PEOPLE = ["UserMailbox"];

/** The result of listing the mailboxes, as far as it came. */
export class Listing {
  readonly records: SourceRecord[] = [];
  readonly mailboxes = new Mailboxes();
  /** The origin of a record, where a filter looks at more than records hold. */
  readonly rows = new Map<SourceRecord, JsonObject>();
  readonly #config: ExchangeOnlineConfig;
  readonly #collected: Collected;
  readonly #kinds: ReadonlyMap<string, Kind>;
  readonly #people: ReadonlySet<string>;
  readonly #keepsRows: boolean;
  readonly #marks = new Map<string, string>();
  #count = 0;

  constructor(config: ExchangeOnlineConfig, collected: Collected, keepsRows = false) {
    this.#config = config;
    this.#keepsRows = keepsRows;
    this.#collected = collected;
    this.#kinds = new Map(
      KINDS.flatMap((kind) => (config.mailboxTypes[kind] ?? []).map((type) => [type, kind])),
    );
    this.#people = new Set(config.mailboxTypes.personal ?? PEOPLE);
  }

  /** Rows that came, whatever they were. */
  get count(): number {
    return this.#count;
  }

  take(row: unknown): void {
    this.#count++;
    const mailbox = asObject(row);
    if (mailbox === undefined) {
      this.#incomplete("An entry of the list of mailboxes is not a mailbox.");
      return;
    }
    const ids = [asText(mailbox.Guid), asText(mailbox.ExternalDirectoryObjectId)];
    const [first] = ids.filter((id) => id !== undefined);
    const type = asText(mailbox.RecipientTypeDetails);
    const { map, name } = this.#config;
    const addresses = readAddresses(mailbox, map, ADDRESSES);
    const where = placeOf(mailbox, addresses.email, first);
    if (this.#isKnown(mailbox, ids, where)) return;
    const kind = this.#kinds.get(type ?? "");
    const record = kind && mailboxRecord(mailbox, addresses, { name, map, kind, where });
    if (type === undefined) {
      this.#incomplete(
        "A mailbox has no `RecipientTypeDetails`, so it is not known what kind of account it is.",
        {
          place: where,
        },
      );
    }
    if (record !== undefined) {
      this.records.push(record);
      if (this.#keepsRows) this.rows.set(record, mailbox);
      if (addresses.mismatch !== undefined) this.#mismatch(addresses.mismatch, record);
    }
    const email = addresses.isUnclear ? undefined : addresses.email;
    const standing = this.#standing(type, mailbox, record, email);
    const names = [mailbox.DisplayName, mailbox.Name, mailbox.Alias].map(asText);
    this.mailboxes.add(
      { name: asText(mailbox.DisplayName) ?? where, standing, address: addresses.email },
      {
        ids,
        addresses: [addresses.email, asText(mailbox.PrimarySmtpAddress), ...(addresses.aliases ?? [])],
        signIn: asText(mailbox.UserPrincipalName),
        names,
      },
    );
  }

  /** The same mailbox comes twice when the list changes while its pages are read, and not always with the same content. */
  #isKnown(row: JsonObject, ids: readonly (string | undefined)[], place: string): boolean {
    const keys = ids.flatMap((id) => (id === undefined ? [] : [keyOf(id)]));
    const mark = contentMark(row);
    const known = keys.map((key) => this.#marks.get(key)).filter((one) => one !== undefined);
    for (const key of keys) if (!this.#marks.has(key)) this.#marks.set(key, mark);
    if (known.some((one) => one !== mark))
      this.#incomplete("A mailbox came twice, and not the same both times; the first is used.", { place });
    return known.length > 0;
  }

  #standing(
    type: string | undefined,
    row: JsonObject,
    record: SourceRecord | undefined,
    email: string | undefined,
  ): Standing {
    if (type === undefined) return "unclear";
    if (type === "GroupMailbox") return "group";
    if (!this.#people.has(type)) return "other";
    // Of a person whom the profile does not manage there is no record.
    const active = record ? this.#activeIn(record) : notOf(row.AccountDisabled);
    if (active === false) return "nobody";
    return active === undefined || email === undefined ? "unclear" : "person";
  }

  /** A mapped property that is empty says nothing against an account. */
  #activeIn({ active, problems }: SourceRecord): boolean | undefined {
    const { active: property } = this.#config.map;
    if (active !== undefined || property === undefined) return active?.value;
    return problems.some(({ attribute }) => attribute === property) ? undefined : true;
  }

  #mismatch(said: string, { kind, where: place, email }: SourceRecord): void {
    const summary = `\`PrimarySmtpAddress\` says ${said}, and the entry \`SMTP:\` of \`EmailAddresses\` says ${email?.value ?? ""}. The account goes by the entry; correct the mailbox if it should not.`;
    this.#collected.find("address-mismatch", "warning", summary, { kind, place });
  }

  #incomplete(summary: string, where: Omit<Finding["where"], "source"> = {}): void {
    this.#collected.find("source-incomplete", "error", `${summary} ${HOLDS_BACK}`, where);
  }
}

function notOf(disabled: unknown): boolean | undefined {
  return typeof disabled === "boolean" ? !disabled : undefined;
}

function placeOf(row: JsonObject, email: string | undefined, id: string | undefined): string {
  const name = email ?? asText(row.PrimarySmtpAddress);
  if (name !== undefined) return `mailbox ${name}`;
  const shown = asText(row.DisplayName);
  return `mailbox ${shown === undefined ? "" : `${quoted(shown)} `}${id ?? "without an id"}`;
}

/** The properties to ask for: those always needed, and `more`; case does not count. */
export function propertiesWith(more: readonly string[]): readonly string[] {
  const byKey = new Map([...PROPERTIES, ...more].map((name) => [name.toLowerCase(), name]));
  return [...byKey.values()];
}

/** Lists all mailboxes into `listing`; what came before a failure is in it. Throws ServiceFailure. */
export async function listMailboxes(
  service: ExchangeService,
  properties: readonly string[],
  listing: Listing,
  collected: Collected,
): Promise<void> {
  const ask = { what: "list the mailboxes", url: `${service.base}/Mailbox?$select=${properties.join(",")}` };
  const warnings = await readPages(service, ask, (rows) => {
    for (const row of rows) listing.take(row);
  });
  for (const warning of new Set(warnings)) {
    const summary = `Exchange gave a warning with the list of mailboxes, so some may be missing: ${quoted(warning)}. ${HOLDS_BACK}`;
    collected.find("source-incomplete", "error", summary);
  }
}

type RecordContext = Pick<ExchangeOnlineConfig, "name" | "map"> & {
  readonly kind: Kind;
  readonly where: string;
};

const ID = "ExternalDirectoryObjectId";
const YES = new Set(["true", "yes", "1"]);
const NO = new Set(["false", "no", "0"]);

/** The record of a mailbox, its delegates left out. */
function mailboxRecord(row: JsonObject, addresses: MailboxAddresses, context: RecordContext): SourceRecord {
  const { name, map, kind, where } = context;
  const problems: RecordProblem[] = [...addresses.problems];
  const give = <T>(value: T | undefined, attribute: string): Given<T> | undefined =>
    value === undefined ? undefined : { value, origin: { source: name, where, attribute } };
  const text = (field: RecordField, property: string): Given<string> | undefined => {
    const value = readScalar(row, { field, property }, problems);
    return give(value, property);
  };
  const mapped = (field: PlainText) => {
    const { [field]: property } = map;
    return property === undefined ? undefined : text(field, property);
  };
  const key = kind === "personal" ? text("accountKey", map.accountKey ?? ID) : undefined;
  const active = readActive(row, kind, map.active, problems);
  const fields = present({
    email: give(addresses.email, addresses.emailFrom),
    id: map.id === undefined ? readId(row, text) : text("id", map.id),
    fullName: text("fullName", map.fullName ?? "DisplayName"),
    aliases: give(addresses.aliases, addresses.aliasesFrom),
    active: active && give(active.value, active.property),
    ...plainTexts(mapped),
    accountKey: key && { value: new Secret(key.value), origin: key.origin },
  });
  return { kind, where, supplement: false, ...fields, problems };
}

/** The mailbox's own id is taken only where the directory gives none: where that one cannot be read, the id is not known. */
function readId(
  row: JsonObject,
  text: (field: RecordField, property: string) => Given<string> | undefined,
): Given<string> | undefined {
  return text("id", isBlank(row[ID]) ? "Guid" : ID);
}

function isBlank(value: unknown): boolean {
  if (typeof value === "string") return value.trim() === "";
  return value === undefined || value === null || (Array.isArray(value) && value.length === 0);
}

type Wanted = { readonly field: RecordField; readonly property: string };

/** A property that holds one value. No value is in a message: any property may hold an account key. */
function readScalar(
  row: JsonObject,
  { field, property }: Wanted,
  problems: RecordProblem[],
): string | undefined {
  const value = row[property];
  if (isBlank(value)) return undefined;
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  const only = Array.isArray(value) && value.length === 1 ? value[0] : value;
  if (typeof only === "string") return asText(only);
  const message = Array.isArray(value)
    ? `It has ${value.length} values, and the field takes one.`
    : "It holds no text, and the field takes one.";
  problems.push({ attribute: property, message, field });
  return undefined;
}

/** A shared mailbox's own user is normally disabled, which says nothing about the mailbox. */
function readActive(row: JsonObject, kind: Kind, property: string | undefined, problems: RecordProblem[]) {
  if (property === undefined) return kind === "personal" ? readDisabled(row, problems) : undefined;
  const word = readScalar(row, { field: "active", property }, problems)?.toLowerCase();
  if (word === undefined) return undefined;
  if (YES.has(word)) return { value: true, property };
  if (NO.has(word)) return { value: false, property };
  problems.push({ attribute: property, message: "It says neither yes nor no.", field: "active" });
  return undefined;
}

const DISABLED = "AccountDisabled";

function readDisabled(row: JsonObject, problems: RecordProblem[]) {
  const disabled = row[DISABLED];
  if (typeof disabled === "boolean") return { value: !disabled, property: DISABLED };
  if (disabled === undefined || disabled === null) return undefined;
  const message = "It says neither true nor false, so whether the account is active is not known.";
  problems.push({ attribute: DISABLED, message, field: "active" });
  return undefined;
}
