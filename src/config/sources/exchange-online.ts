import { KINDS, type Kind } from "../../model/account/kind.ts";
import type { ExchangeOnlineConfig } from "../../model/source-config/exchange.ts";
import type { Problem } from "../../model/values/errors.ts";
import type { WrittenExchangeOnline } from "../schema/types.ts";
import { quote } from "../schema/wording.ts";
import { parseDuration } from "../values/duration.ts";
import { type DirectoryPlace, namedFile } from "./directory/connection.ts";
import { buildEntraAuth } from "./entra-auth.ts";
import { buildKindFilters, type FilterRules } from "./filter/record-filter.ts";

const MAILBOX_TYPES: Readonly<Record<Kind, readonly string[]>> = {
  personal: ["UserMailbox"],
  functional: ["SharedMailbox"],
};
const BASE_URL = "https://outlook.office365.com";
const AUTHORITY = "https://login.microsoftonline.com";
const API_PATH = "adminapi/beta";
const CONCURRENCY = 8;
const TIMEOUT = "60s";
const LONGEST_MS = 30 * 60_000;

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
  const url = (name: "baseUrl" | "authority", text: string) =>
    buildUrl(name, text, document.at([...place.path, name]), problems);
  return {
    type: "exchange-online",
    name: written.name,
    where: document.at(place.path),
    tenant: written.tenant.toLowerCase(),
    credential: buildEntraAuth(written.auth, place, problems),
    baseUrl: url("baseUrl", written.baseUrl ?? BASE_URL),
    apiPath: written.apiPath ?? API_PATH,
    authority: url("authority", written.authority ?? AUTHORITY),
    ...(written.caFile === undefined ? {} : { ca: namedFile(written.caFile, place) }),
    mailboxTypes: buildMailboxTypes(written, kinds, place, problems),
    concurrency: written.concurrency ?? CONCURRENCY,
    timeoutMs: buildTimeout(written.timeout ?? TIMEOUT, document.at([...place.path, "timeout"]), problems),
    map: written.map ?? {},
    ...(Object.keys(filters).length === 0 ? {} : { filters }),
  };
}

const URL_FORM = /^https:\/\/[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::(\d{1,5}))?\/?$/i;

/** Tokens travel there, so nothing but https will do, on the machine itself too. The text is not quoted: it may hold a password. */
function buildUrl(name: string, text: string, where: string, problems: Problem[]): string {
  const fail = (message: string): string => {
    const example = name === "authority" ? AUTHORITY : BASE_URL;
    problems.push({ code: "config-shape", where, message, remedy: `Write for example \`${example}\`.` });
    return text;
  };
  if (/^http:\/\//i.test(text)) {
    return fail(`\`${name}\` is not encrypted, and whoever listens could take the token that goes there.`);
  }
  const [whole, port] = URL_FORM.exec(text) ?? [];
  if (whole === undefined || (port !== undefined && (Number(port) < 1 || Number(port) > 65_535))) {
    return fail(`\`${name}\` is not \`https://\`, a host and perhaps a port, which is all that it holds.`);
  }
  return new URL(text).origin;
}

function buildTimeout(text: string, where: string, problems: Problem[]): number {
  const milliseconds = parseDuration(text);
  if (milliseconds > LONGEST_MS) {
    problems.push({
      code: "config-shape",
      where,
      message: "`timeout` is longer than 30 minutes, and zivsync would seem to hang.",
      remedy: "Write `30m` or less.",
    });
  }
  return milliseconds;
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
        message: `\`${kind}\` stands here, and the profile does not manage ${kind} accounts, so they would be read for nothing.`,
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
