import type { EntraLogon } from "../../model/source-config/entra.ts";
import type { Problem } from "../../model/values/errors.ts";
import { absoluteSecret } from "../organization/organization.ts";
import type { WrittenEntraAuth } from "../schema/types.ts";
import { parseDuration } from "../values/duration.ts";
import { type DirectoryPlace, namedFile } from "./directory/connection.ts";

const WAYS = ["certificate", "secret", "github", "tokenFile", "managedIdentity"] as const;
type Way = (typeof WAYS)[number];

/** The audience that the public cloud expects of a token from elsewhere. */
const AUDIENCE = "api://AzureADTokenExchange";
const TIMEOUT = "60s";
const LONGEST_MS = 30 * 60_000;
const NOBODY = "00000000-0000-0000-0000-000000000000";

type Credential = EntraLogon["credential"];

type WrittenLogon = {
  readonly tenant: string;
  readonly auth: WrittenEntraAuth;
  readonly baseUrl?: string;
  readonly authority?: string;
  readonly caFile?: string;
  readonly timeout?: string;
};

/** Where a service and Entra ID answer, and how zivsync logs on; what is not written is as in `usual`. Pure. */
export function buildLogon(
  written: WrittenLogon,
  usual: Pick<EntraLogon, "baseUrl" | "authority">,
  place: DirectoryPlace,
  problems: Problem[],
): EntraLogon {
  const { document } = place.file;
  const { tenant, auth, caFile, timeout = TIMEOUT } = written;
  const url = (name: "baseUrl" | "authority") => {
    const where = document.at([...place.path, name]);
    return buildUrl(name, written[name] ?? usual[name], { where, example: usual[name] }, problems);
  };
  return {
    tenant: tenant.toLowerCase(),
    credential: buildEntraAuth(auth, place, problems),
    baseUrl: url("baseUrl"),
    authority: url("authority"),
    ...(caFile === undefined ? {} : { ca: namedFile(caFile, place) }),
    timeoutMs: buildTimeout(timeout, document.at([...place.path, "timeout"]), problems),
  };
}

/** The one way in which zivsync proves to Entra ID which application it is. Pure. */
function buildEntraAuth(written: WrittenEntraAuth, place: DirectoryPlace, problems: Problem[]): Credential {
  const ways = WAYS.filter((way) => written[way] !== undefined);
  problems.push(...contradictions(written, ways, place));
  const { clientId = NOBODY, certificate, passphrase, secret, github, tokenFile, managedIdentity } = written;
  const { folder } = place.file;
  if (certificate !== undefined) {
    return {
      type: "certificate",
      clientId,
      certificate: namedFile(certificate, place),
      ...(passphrase === undefined ? {} : { passphrase: absoluteSecret(passphrase, folder) }),
    };
  }
  if (secret !== undefined) return { type: "secret", clientId, secret: absoluteSecret(secret, folder) };
  if (tokenFile !== undefined) return { type: "tokenFile", clientId, file: namedFile(tokenFile, place) };
  if (github !== undefined)
    return { type: "github", clientId, audience: github === true ? AUDIENCE : github };
  return {
    type: "managedIdentity",
    ...(typeof managedIdentity === "string" ? { clientId: managedIdentity } : {}),
  };
}

const URL_FORM = /^https:\/\/[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::(\d{1,5}))?\/?$/i;

/** Tokens travel there, so nothing but https will do, on the machine itself too. The text is not quoted: it may hold a password. */
function buildUrl(
  name: string,
  text: string,
  { where, example }: { readonly where: string; readonly example: string },
  problems: Problem[],
): string {
  const fail = (message: string): string => {
    problems.push({ code: "config-shape", where, message, remedy: `Write for example \`${example}\`.` });
    return text;
  };
  if (/^http:\/\//i.test(text)) {
    return fail(`\`${name}\` is not encrypted, and anyone who listens could take the token that goes there.`);
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

function contradictions(written: WrittenEntraAuth, ways: readonly Way[], place: DirectoryPlace): Problem[] {
  const { document } = place.file;
  const path = [...place.path, "auth"];
  const problem = (where: string, message: string, remedy: string): Problem => ({
    code: "config-shape",
    where,
    message,
    remedy,
  });
  const found: Problem[] = [];
  if (ways.length > 1) {
    const named = ways.map((way) => `\`${way}\``).join(" and ");
    const message = `\`auth\` names ${named}, and zivsync proves itself in one way only.`;
    found.push(problem(document.at(path), message, "Keep one of them."));
  }
  if (ways.length === 0) {
    const message = "`auth` names nothing that proves to Entra ID which application zivsync is.";
    const remedy =
      "Add one of `certificate`, `secret`, `github`, `tokenFile` and `managedIdentity`, for example `certificate: ../exchange.pfx`.";
    found.push(problem(document.at(path), message, remedy));
  }
  const byMachine = ways.includes("managedIdentity");
  if (ways.length > 0 && !byMachine && written.clientId === undefined) {
    const message = "`clientId` is missing in `auth`. Entra ID must know which application zivsync is.";
    found.push(problem(document.at(path), message, `Add it, for example \`clientId: ${NOBODY}\`.`));
  }
  if (ways.length === 1 && byMachine && written.clientId !== undefined) {
    const message = "`clientId` is beside `managedIdentity`, which has a client id of its own.";
    const remedy =
      "Write the client id of a user-assigned identity as `managedIdentity: …`, or remove `clientId`.";
    found.push(problem(document.atKey([...path, "clientId"]), message, remedy));
  }
  if (written.passphrase !== undefined && written.certificate === undefined) {
    const message = "`passphrase` has no effect without `certificate`.";
    found.push(
      problem(document.atKey([...path, "passphrase"]), message, "Add `certificate`, or remove `passphrase`."),
    );
  }
  return found;
}
