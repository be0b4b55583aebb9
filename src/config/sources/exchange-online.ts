import { KINDS, type Kind } from "../../model/account/kind.ts";
import type { ExchangeOnlineConfig } from "../../model/source-config/exchange.ts";
import type { Problem } from "../../model/values/errors.ts";
import type { WrittenExchangeOnline } from "../schema/types.ts";
import { quote } from "../schema/wording.ts";
import type { DirectoryPlace } from "./directory/connection.ts";
import { buildLogon } from "./entra-auth.ts";
import { buildKindFilters, type FilterRules } from "./filter/record-filter.ts";

const MAILBOX_TYPES: Readonly<Record<Kind, readonly string[]>> = {
  personal: ["UserMailbox"],
  functional: ["SharedMailbox"],
};
const BASE_URL = "https://outlook.office365.com";
const AUTHORITY = "https://login.microsoftonline.com";
const API_PATH = "adminapi/beta";
const CONCURRENCY = 8;

/** A group goes by whatever Exchange knows it by: an address, a name. */
const RULES: FilterRules = {
  source: "Exchange Online",
  own: (name) =>
    /^[A-Za-z][A-Za-z0-9]*$/.test(name)
      ? undefined
      : {
          message: `${quote(name)} is neither a field of records nor a property of mailboxes: those hold letters and digits only.`,
          remedy: "Write the name as Exchange has it, for example `CustomAttribute1`.",
        },
  group: () => undefined,
};

/** Exchange Online as the program uses it, read for the kinds that the profile manages. Pure. */
export function buildExchangeOnline(
  written: WrittenExchangeOnline,
  kinds: readonly Kind[],
  place: DirectoryPlace,
  problems: Problem[],
): ExchangeOnlineConfig {
  const { document } = place.file;
  const filters = buildKindFilters(
    written.filter === undefined ? {} : { filter: written.filter },
    RULES,
    { document, path: place.path },
    problems,
  );
  return {
    type: "exchange-online",
    name: written.name,
    where: document.at(place.path),
    ...buildLogon(written, { baseUrl: BASE_URL, authority: AUTHORITY }, place, problems),
    apiPath: written.apiPath ?? API_PATH,
    mailboxTypes: buildMailboxTypes(written, kinds, place, problems),
    concurrency: written.concurrency ?? CONCURRENCY,
    map: written.map ?? {},
    ...(Object.keys(filters).length === 0 ? {} : { filters }),
  };
}

function buildMailboxTypes(
  { mailboxTypes = {} }: WrittenExchangeOnline,
  kinds: readonly Kind[],
  place: DirectoryPlace,
  problems: Problem[],
): ExchangeOnlineConfig["mailboxTypes"] {
  const { document } = place.file;
  const path = [...place.path, "mailboxTypes"];
  const types: Partial<Record<Kind, readonly string[]>> = {};
  for (const kind of KINDS) {
    const given = mailboxTypes[kind];
    if (kinds.includes(kind)) types[kind] = given ?? MAILBOX_TYPES[kind];
    else if (given !== undefined) {
      problems.push({
        code: "config-shape",
        where: document.atKey([...path, kind]),
        message: `The profile does not manage ${kind} accounts, so \`${kind}\` would be read for nothing.`,
        remedy: `Add \`${kind}\` to \`manages.kinds\`, or remove the key.`,
      });
    }
  }
  const { personal = [], functional = [] } = types;
  for (const type of functional.filter((type) => personal.includes(type))) {
    problems.push({
      code: "config-shape",
      where: document.at(
        mailboxTypes.functional === undefined ? [...path, "personal"] : [...path, "functional"],
      ),
      message: `Mailboxes of the type ${quote(type)} would be personal and functional accounts at once.`,
      remedy: "Name each type for one of the two kinds.",
    });
  }
  return types;
}
