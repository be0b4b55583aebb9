import { asObject, asText, type JsonObject } from "../../../model/values/json.ts";
import { ServiceFailure } from "../../microsoft/errors/failure.ts";
import { quoted } from "../../records/findings.ts";
import { looseKeyOf, type Mailbox, type Mailboxes } from "../mailboxes/mailboxes.ts";
import type { ExchangeService } from "./service.ts";
import { readPages } from "./service.ts";

/** Something that Exchange finds by a name; `row` is undefined when the answer cannot be read. */
export type Found = { readonly cmdlet: Cmdlet; readonly row: JsonObject | undefined };
type Cmdlet = (typeof CMDLETS)[number];

/** Security groups and users without mail are not recipients, and each has a cmdlet of its own. */
const CMDLETS = ["Get-Recipient", "Get-Group", "Get-User"] as const;

/** Everybody and everything that Exchange knows by this name. Throws ServiceFailure when one of the searches is not whole. */
export async function searchByName(service: ExchangeService, name: string): Promise<readonly Found[]> {
  const found = await Promise.all(
    CMDLETS.map(async (cmdlet) => {
      const rows = await find(service, cmdlet, name);
      return rows.map((row): Found => ({ cmdlet, row: asObject(row) }));
    }),
  );
  return found.flat();
}

/** The results of a cmdlet; nothing when the service says that there is no such object. */
async function find(service: ExchangeService, cmdlet: Cmdlet, name: string): Promise<readonly unknown[]> {
  const rows: unknown[] = [];
  const ask = {
    what: `look up ${quoted(name)}`,
    url: `${service.base}/InvokeCommand`,
    cmdlet: { name: cmdlet, parameters: { Identity: name } },
  };
  try {
    const [warning] = await readPages(service, ask, (page) => {
      rows.push(...page);
    });
    if (warning === undefined) return rows;
    const answer = rows.length === 0 ? "nothing but a warning" : "with a warning";
    const message = `Asked to ${ask.what}, Exchange answered ${answer}: ${quoted(warning)}.`;
    throw new ServiceFailure({ code: "answer", message, remedy: "Run zivsync again." }, "request");
  } catch (error) {
    if (error instanceof ServiceFailure && error.kind === "missing") return [];
    throw error;
  }
}

/** So many are several, whoever they are; distinguishing them would take long. */
const MANY = 100;

/** The reason why one of those who are found or `called` so cannot be chosen; undefined when all are the same one. */
export function whyAmbiguous(
  found: readonly Found[],
  called: readonly Mailbox[],
  mailboxes: Mailboxes,
): string | undefined {
  if (found.length + called.length > MANY) return `the name of more than ${MANY} recipients`;
  const count = countDistinct(found, called, mailboxes);
  return count > 1 ? `the name of ${count} recipients` : undefined;
}

/** How many different ones are found or `called` so. What has the same id, or is the same mailbox, is one. */
function countDistinct(found: readonly Found[], called: readonly Mailbox[], mailboxes: Mailboxes): number {
  let distinct: (readonly unknown[])[] = called.map((mailbox) => [mailbox]);
  for (const { row } of found) {
    const keys = keysOf(row, mailboxes);
    const same = distinct.filter((one) => one.some((key) => keys.includes(key)));
    distinct = [...distinct.filter((one) => !same.includes(one)), [...keys, ...same.flat()]];
  }
  return distinct.length;
}

function keysOf(row: JsonObject | undefined, mailboxes: Mailboxes): readonly unknown[] {
  const ids = [row?.Guid, row?.ExternalDirectoryObjectId].map(asText).filter((id) => id !== undefined);
  const address = asText(row?.PrimarySmtpAddress);
  if (ids.length === 0)
    return address === undefined ? [row] : [mailboxes.byAddress(address) ?? looseKeyOf(address)];
  return [...ids.map(looseKeyOf), ...ids.flatMap((id) => mailboxes.byId(id) ?? [])];
}

const NAMES = [
  "Name",
  "DisplayName",
  "Alias",
  "PrimarySmtpAddress",
  "WindowsEmailAddress",
  "WindowsLiveID",
  "UserPrincipalName",
  "SamAccountName",
  "LegacyExchangeDN",
  "DistinguishedName",
  "Identity",
  "Guid",
  "ExternalDirectoryObjectId",
  "EmailAddresses",
];

/** Whether the result has this name. A search that answers with somebody else has not found who is meant. */
export function bearsName({ row }: Found, name: string): boolean {
  const wanted = new Set([name, name.replace(/^[^\\]*\\/, "")].map(looseKeyOf));
  const values = NAMES.flatMap((property) => row?.[property] ?? []);
  const texts = values.flatMap((value) => asText(value) ?? []);
  return texts.some((text) => wanted.has(looseKeyOf(text.replace(/^(?:smtp|x500):/i, ""))));
}
