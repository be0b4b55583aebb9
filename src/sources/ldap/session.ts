import type { SecretReader } from "../../model/ports.ts";
import type { DirectoryConfig } from "../../model/source-config/directory.ts";
import { type Problem, RemoteError } from "../../model/values/errors.ts";
import { Secret } from "../../model/values/secret.ts";
import { redactorOf } from "../../model/values/secret-forms.ts";
import { Connection } from "./connection.ts";
import { type Credentials, type Proof, readCredentials } from "./credentials.ts";
import { dial } from "./dial.ts";
import { resultFailure } from "./errors/result-words.ts";
import { type LdapResult, OPERATION } from "./protocol/answers.ts";
import { encodeExtended, encodeExternalBind, encodeSimpleBind } from "./protocol/requests.ts";
import { LdapFailure, type LdapSession } from "./protocol/types.ts";
import { lookUpEntry, searchPages } from "./search.ts";

export type SessionConfig = Pick<
  DirectoryConfig,
  "name" | "where" | "urls" | "startTls" | "bind" | "ca" | "pageSize" | "timeouts"
> & {
  /** Of one search; left out, as many as docs/limits.md says. */
  readonly mostEntries?: number;
};

/** RFC 4532. */
const WHO_AM_I = "1.3.6.1.4.1.4203.1.11.3";
const AUTH_METHOD_NOT_SUPPORTED = 7;
const NOT_NOW = new Set([51, 52]);

/**
 * Opens a bound session on the first URL that answers. A directory that answers with a refusal, or with a certificate
 * that is not trusted, is the last one that is tried: a wrong password sent to every server locks the account. Throws
 * RemoteError with a problem for each URL that failed, InputError for secrets and files.
 */
export async function openSession(config: SessionConfig, readSecret: SecretReader): Promise<LdapSession> {
  const credentials = await readCredentials(config, readSecret);
  const problems: Problem[] = [];
  for (const url of config.urls) {
    try {
      return await openAt(url, config, credentials);
    } catch (error) {
      if (!(error instanceof LdapFailure)) throw error;
      problems.push(error.problem);
      if (!nobodyAnswered(error)) break;
    }
  }
  throw new RemoteError(problems);
}

function nobodyAnswered({ problem, resultCode }: LdapFailure): boolean {
  if (resultCode !== undefined && NOT_NOW.has(resultCode)) return true;
  return problem.code === "directory-unreachable" || problem.code === "directory-timeout";
}

async function openAt(url: string, config: SessionConfig, credentials: Credentials): Promise<LdapSession> {
  const place = { where: config.where, url };
  const { connectMs, answerMs } = config.timeouts;
  const socket = await dial({ place, startTls: config.startTls, tls: credentials.tls, connectMs });
  const connection = new Connection(socket, place, answerMs);
  try {
    await bind(connection, credentials.proof, url.startsWith("ldaps:"));
  } catch (error) {
    await connection.close();
    throw credentials.proof.type === "certificate" ? hintAtCertificate(error) : error;
  }
  return {
    url,
    whoAmI: () => whoAmI(connection),
    search: (query, onEntry) => searchPages(connection, query, config.pageSize, onEntry, config.mostEntries),
    lookUp: (query, onEntry) => lookUpEntry(connection, query, onEntry),
    close: () => connection.close(),
  };
}

/** GnuTLS closes the connection without a word when it does not trust a client certificate. */
function hintAtCertificate(error: unknown): unknown {
  if (!(error instanceof LdapFailure) || error.problem.code !== "directory-unreachable") return error;
  const remedy = "Check bind.certificate: a directory that does not trust it may hang up without a word.";
  return new LdapFailure({ ...error.problem, remedy }, error.resultCode);
}

async function bind(connection: Connection, proof: Proof, tlsFromTheStart: boolean): Promise<void> {
  const asked = {
    bind: proof.type === "simple" ? proof.user : proof.type === "certificate" ? "the client certificate" : "",
  };
  const result = await sendBind(connection, proof);
  if (result.code === 0) return;
  if (proof.type === "certificate" && tlsFromTheStart && result.code === AUTH_METHOD_NOT_SUPPORTED) {
    // Active Directory takes the certificate of the handshake itself on ldaps, and then refuses to receive it again.
    const name = await whoAmI(connection);
    if (name !== undefined && name !== "") return;
  }
  throw resultFailure(connection.place, asked, result);
}

async function sendBind(connection: Connection, proof: Proof): Promise<LdapResult> {
  if (proof.type === "certificate") return connection.request(encodeExternalBind, OPERATION.bindResponse);
  const [user, password] = proof.type === "simple" ? [proof.user, proof.password] : ["", new Secret("")];
  const result = await connection.request(
    (id) => encodeSimpleBind(id, user, password.reveal()),
    OPERATION.bindResponse,
  );
  // A server's message is shown, and the server was just given the password.
  const hide = redactorOf([password]);
  return { ...result, diagnostic: hide(result.diagnostic), matchedDn: hide(result.matchedDn) };
}

async function whoAmI(connection: Connection): Promise<string | undefined> {
  const result = await connection.request((id) => encodeExtended(id, WHO_AM_I), OPERATION.extendedResponse);
  return result.code === 0 ? (result.value?.toString("utf8") ?? "") : undefined;
}
