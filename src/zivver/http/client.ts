import { type ClientRequest, Agent as HttpAgent } from "node:http";
import { type Agent, Agent as HttpsAgent } from "node:https";
import { TLSSocket } from "node:tls";
import got, { type PlainResponse, type Request, RequestError, TimeoutError } from "got";
import { HttpsProxyAgent } from "hpagent";
import { getProxyForUrl } from "proxy-from-env";
import { InputError, InternalError } from "../../model/values/errors.ts";
import type { Secret } from "../../model/values/secret.ts";
import type { Take } from "../lists/list-splitter.ts";
import { ListBody } from "../lists/list-splitter.ts";
import { isLoopback } from "./allowed-hosts.ts";
import { BeyondBounds, checkDepth, LARGEST_ANSWER, LARGEST_LIST, tooLarge } from "./answers/bounds.ts";
import { type Break, type Failure, failureOf, type Timeouts } from "./network-errors.ts";

/** One request; `path` starts with a slash and is appended to the base address. */
export type HttpRequest = {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  readonly path: string;
  readonly body?: unknown;
  readonly mediaType: string;
  /** Of a list: what becomes of each resource of an answer too large to be kept whole. */
  readonly take?: Take<unknown>;
};

/** Header names are in lower case, as Node gives them. */
export type Answer = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** Of a large list, only its beginning. */
  readonly body: string;
  /** The list that `take` was applied to; absent when the body says all. */
  readonly list?: { readonly json: unknown };
};

export type Exchange = { readonly answer: Answer } | { readonly failure: Failure };

/** Sends one request once. Never throws for what the network or the target does; follows no redirect. */
export type Send = (request: HttpRequest) => Promise<Exchange>;

export type ConnectionOptions = {
  readonly baseUrl: URL;
  readonly authorization: Secret;
  readonly version: string;
  readonly timeouts: Timeouts;
  readonly environment: NodeJS.ProcessEnv;
  /** Called while a list comes in. */
  readonly onReceived?: OnReceived;
  /** Bytes of a list that is unpacked; LARGEST_LIST when left out. */
  readonly largestList?: number;
};

/** Bytes so far, and in all where the answer says so beforehand. */
export type OnReceived = (bytes: number, of: number | undefined) => void;

/** Connections are kept open between requests and do not keep the process alive. Throws InputError for a bad proxy. */
export function connect(options: ConnectionOptions): Send {
  const { baseUrl, timeouts } = options;
  const base = baseUrl.href.replace(/\/$/, "");
  const proxy = proxyFor(baseUrl, options.environment);
  const http = new HttpAgent({ keepAlive: true });
  const https = proxy ? proxyAgent(proxy, timeouts.connect) : new HttpsAgent({ keepAlive: true });
  const client = got.extend({
    agent: { http, https },
    followRedirect: false,
    throwHttpErrors: false,
    retry: { limit: 0 },
    strictContentLength: true,
    https: { rejectUnauthorized: true, minVersion: "TLSv1.2" },
    timeout: {
      lookup: timeouts.connect,
      connect: timeouts.connect,
      secureConnect: timeouts.connect,
      response: timeouts.response,
      request: timeouts.whole,
    },
  });
  return async (request) => {
    let sending: ClientRequest | undefined;
    try {
      const body = request.body === undefined ? {} : { body: JSON.stringify(request.body) };
      const { method, path, take } = request;
      const stream = client.stream(base + path, { method, headers: headersOf(request, options), ...body });
      stream.once("request", (begun: ClientRequest) => {
        sending = begun;
      });
      // Except for GET, a stream waits for a body that may be written to it.
      if (method !== "GET" && request.body === undefined) stream.end();
      return { answer: await (take ? listAnswer(stream, take, options) : wholeAnswer(stream)) };
    } catch (error) {
      const broken = { ...breakOf(error), open: isOpen(sending) };
      return { failure: failureOf(broken, baseUrl.host, timeouts) };
    }
  };
}

/** Whether the request had a connection on which it may have been sent: with TLS, once the certificate was verified. */
function isOpen(request: ClientRequest | undefined): boolean {
  return request?.socket instanceof TLSSocket && request.socket.authorized;
}

function headersOf(request: HttpRequest, options: ConnectionOptions): Record<string, string> {
  return {
    authorization: options.authorization.reveal(),
    "user-agent": `zivsync/${options.version}`,
    accept: request.mediaType,
    ...(request.body === undefined ? {} : { "content-type": request.mediaType }),
  };
}

class UnreadableText extends Error {}

/** A list as it comes in: what is large is taken apart on the way, so that neither its bytes nor its text are ever whole. */
async function listAnswer(
  stream: Request,
  take: Take<unknown>,
  { onReceived, largestList = LARGEST_LIST }: ConnectionOptions,
): Promise<Answer> {
  if (onReceived) stream.on("downloadProgress", ({ transferred, total }) => onReceived(transferred, total));
  const body = new ListBody(take);
  const response = await received(stream, largestList, (piece) => body.write(piece));
  const list = isSuccess(response) ? body.end() : undefined;
  if (list === "unreadable") throw new UnreadableText();
  const answer = answerOf(response, body.beginning(), list !== undefined);
  return list === undefined ? answer : { ...answer, list };
}

async function wholeAnswer(stream: Request): Promise<Answer> {
  const pieces: Buffer[] = [];
  const response = await received(stream, LARGEST_ANSWER, (piece) => pieces.push(piece));
  return answerOf(response, Buffer.concat(pieces));
}

type Head = Pick<PlainResponse, "statusCode" | "headers">;

/** Passes the unpacked body on in pieces, and gives the head. Throws BeyondBounds once more than `largest` bytes came. */
async function received(stream: Request, largest: number, write: (piece: Buffer) => void): Promise<Head> {
  let response: Head | undefined;
  stream.once("response", (given: PlainResponse) => {
    response = given;
  });
  let bytes = 0;
  for await (const piece of stream) {
    bytes += piece.length;
    if (bytes > largest) throw tooLarge(largest);
    write(piece);
  }
  if (response === undefined) throw new InternalError("The HTTP library gave an answer without its head.");
  return response;
}

function isSuccess({ statusCode }: Head): boolean {
  return statusCode >= 200 && statusCode < 300;
}

/** A successful answer must be UTF-8 to the last byte; of a refusal as much is shown as can be read. */
function answerOf(response: Head, bytes: Uint8Array, cut = false): Answer {
  const fatal = isSuccess(response) && !cut;
  if (fatal) checkDepth(bytes);
  try {
    const body = new TextDecoder("utf-8", { fatal }).decode(bytes);
    return { status: response.statusCode, headers: response.headers, body };
  } catch {
    throw new UnreadableText();
  }
}

/**
 * got's errors hold the request's headers: only these plain texts leave this file. From Node 24 on a stream can also end
 * with the bare system error (of the request's `end`, before got has wrapped it).
 */
function breakOf(error: unknown): Omit<Break, "open"> {
  if (error instanceof BeyondBounds) return { code: "ERR_TARGET_BOUNDS", message: error.message };
  if (error instanceof UnreadableText) return { code: "ERR_TARGET_TEXT", message: "" };
  if (error instanceof TimeoutError) return { code: error.code, message: "", timeout: error.event };
  if (!(error instanceof RequestError) && !isSystemError(error))
    throw new InternalError("The HTTP library threw something unknown.");
  const cause = error instanceof RequestError ? error.cause : error;
  const syscall = cause instanceof Error && "syscall" in cause ? String(cause.syscall) : undefined;
  return { code: error.code, message: error.message, ...(syscall === undefined ? {} : { syscall }) };
}

function isSystemError(error: unknown): error is Error & { readonly code: string } {
  return error instanceof Error && "code" in error && typeof error.code === "string";
}

/**
 * The proxy that HTTPS_PROXY, HTTP_PROXY, ALL_PROXY and NO_PROXY (either case) ask for, or undefined. Never one for
 * loopback. Throws InputError `target-host` for a proxy address that is none; the message leaves its password out.
 */
function proxyFor(url: URL, environment: NodeJS.ProcessEnv): URL | undefined {
  if (isLoopback(url.hostname)) return undefined;
  const text = withEnvironment(environment, () => getProxyForUrl(url.href));
  if (text === "") return undefined;
  const proxy = URL.canParse(text) ? new URL(text) : undefined;
  if (proxy && (proxy.protocol === "http:" || proxy.protocol === "https:")) return proxy;
  throw new InputError({
    code: "target-host",
    where: "HTTPS_PROXY",
    message:
      "The proxy that the environment names is not an http:// or https:// address, so the target cannot be reached through it.",
    remedy: `Write HTTPS_PROXY=http://HOST:PORT, or name ${url.hostname} in NO_PROXY.`,
  });
}

/** The library reads process.env and nothing else. The exchange is undone before anybody else can run. */
function withEnvironment<T>(environment: NodeJS.ProcessEnv, work: () => T): T {
  const own = process.env;
  if (environment === own) return work();
  process.env = environment;
  try {
    return work();
  } finally {
    process.env = own;
  }
}

/** An agent that reaches https addresses through a proxy (CONNECT). The proxy's own certificate is verified too. */
function proxyAgent(proxy: URL, connectMs: number): Agent {
  return new HttpsProxyAgent({
    keepAlive: true,
    proxy,
    // Ends a CONNECT that the proxy never answers; the socket's own limit is taken off once the tunnel stands.
    timeout: connectMs,
    proxyRequestOptions: { rejectUnauthorized: true },
  });
}
