import { connect as connectTcp, isIP, type Socket } from "node:net";
import { connect as connectTls, type SecureContextOptions } from "node:tls";
import { domainToASCII } from "node:url";
import {
  connectFailure,
  connectTimedOut,
  failureAt,
  isLoopback,
  lostFailure,
  type Place,
  troubleOf,
} from "./errors/network.ts";
import { resultFailure } from "./errors/result-words.ts";
import { type LdapResult, OPERATION, readResult } from "./protocol/answers.ts";
import { BerCursor, MalformedAnswer } from "./protocol/ber.ts";
import { Frames } from "./protocol/frames.ts";
import { encodeExtended } from "./protocol/requests.ts";
import { LdapFailure } from "./protocol/types.ts";

export type DialOptions = {
  readonly place: Place;
  readonly startTls: boolean;
  /** Trusted certificates, and the client's own. */
  readonly tls: SecureContextOptions;
  readonly connectMs: number;
};

const DEFAULT_PORTS: Readonly<Record<string, number>> = { "ldap:": 389, "ldaps:": 636 };

/**
 * Connects to the URL: over TLS 1.2 or newer with a verified certificate, or in clear to the machine itself. All of it
 * within `connectMs`. Throws LdapFailure.
 */
export async function dial(options: DialOptions): Promise<Socket> {
  const { place, connectMs } = options;
  const url = new URL(place.url);
  const host = hostOf(url);
  const port = url.port === "" ? (DEFAULT_PORTS[url.protocol] ?? 389) : Number(url.port);
  // Of a name with several addresses, Node gives each but the last 250 ms by default: too little for a slow way.
  const perAddress = { autoSelectFamilyAttemptTimeout: Math.max(250, Math.floor(connectMs / 4)) };
  const address = { host, port, noDelay: true, ...perAddress };
  const tls = {
    ...options.tls,
    host,
    ...(isIP(host) === 0 ? { servername: host } : {}),
    minVersion: "TLSv1.2",
    rejectUnauthorized: true,
  } as const;
  const sockets: Socket[] = [];
  const opened = (socket: Socket) => {
    sockets.push(socket);
    return socket;
  };
  const destroyAll = () => {
    for (const socket of sockets.reverse()) socket.destroy();
  };
  let late = false;
  const deadline = setTimeout(() => {
    late = true;
    destroyAll();
  }, connectMs);
  try {
    if (url.protocol === "ldaps:") {
      const socket = opened(connectTls({ ...tls, ...address }));
      await reached(socket, "secureConnect");
      return socket;
    }
    const dialled = opened(connectTcp(address));
    await reached(dialled, "connect");
    if (!options.startTls) return onThisMachine(dialled, place);
    await askForTls(dialled, place);
    const secured = opened(connectTls({ ...tls, socket: dialled }));
    await reached(secured, "secureConnect");
    return secured;
  } catch (error) {
    destroyAll();
    if (late) throw connectTimedOut(place, connectMs);
    throw error instanceof LdapFailure ? error : connectFailure(place, troubleOf(error));
  } finally {
    clearTimeout(deadline);
  }
}

function hostOf(url: URL): string {
  const host = decodeURIComponent(url.hostname).replace(/^\[(.*)\]$/, "$1");
  return isIP(host) === 0 ? domainToASCII(host) || host : host;
}

/** Asks the socket and not the URL: what a name stands for is for somebody else to say. */
function onThisMachine(socket: Socket, place: Place): Socket {
  if (isLoopback(socket.remoteAddress ?? "")) return socket;
  throw failureAt(place, {
    code: "directory-tls",
    message: `${place.url} would be read in clear over the network: the password and the accounts could be seen and changed on the way.`,
    remedy: "Use ldaps://, or set startTls: true.",
  });
}

function reached(socket: Socket, event: "connect" | "secureConnect"): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once(event, resolve);
    // It stays: a socket that breaks between two owners must not end the process.
    socket.on("error", reject);
    socket.once("close", () => reject(Object.assign(new Error("closed"), { code: "ECONNRESET" })));
  });
}

/** RFC 4511 section 4.14. */
const START_TLS = "1.3.6.1.4.1.1466.20037";
const MESSAGE_ID = 1;

/**
 * Asks the directory to go on in TLS. Whatever is in clear behind its answer was put there by somebody who wants it
 * taken for an answer under TLS: that ends the connection. Throws LdapFailure.
 */
async function askForTls(socket: Socket, place: Place): Promise<void> {
  const result = await firstAnswer(socket, place);
  if (result.code === 0) return;
  const failure = resultFailure(place, { request: "StartTLS" }, result);
  throw new LdapFailure(
    {
      ...failure.problem,
      code: "directory-tls",
      remedy: "Let the directory speak TLS, or use ldaps:// if it listens there.",
    },
    failure.resultCode,
  );
}

function firstAnswer(socket: Socket, place: Place): Promise<LdapResult> {
  return new Promise((resolve, reject) => {
    const answers: LdapResult[] = [];
    const frames = new Frames((message) => {
      answers.push(readStartTlsAnswer(message));
      return true;
    });
    const receive = (chunk: Buffer) => {
      const problem = tryPush(frames, chunk, place);
      const [answer, ...surplus] = answers;
      if (problem) reject(problem);
      else if (answer && (surplus.length > 0 || frames.held > 0)) reject(injected(place));
      else if (answer) resolve(answer);
      else return;
      socket.pause();
      socket.off("data", receive);
    };
    socket.on("data", receive);
    socket.once("error", (error) => reject(lostFailure(place, troubleOf(error))));
    socket.once("close", () => reject(lostFailure(place)));
    socket.write(encodeExtended(MESSAGE_ID, START_TLS));
  });
}

function tryPush(frames: Frames, chunk: Buffer, place: Place): LdapFailure | undefined {
  try {
    frames.push(chunk);
    return undefined;
  } catch (error) {
    if (!(error instanceof MalformedAnswer)) throw error;
    return injected(place);
  }
}

function readStartTlsAnswer(message: Buffer): LdapResult {
  const cursor = new BerCursor(message);
  const messageEnd = cursor.open(0x30, message.length);
  const id = cursor.integer(0x02, messageEnd);
  if (id !== MESSAGE_ID && id !== 0) throw new MalformedAnswer("an answer to another request");
  const contentEnd = cursor.open(OPERATION.extendedResponse, messageEnd);
  const result = readResult(cursor, contentEnd, messageEnd);
  // A goodbye instead of an answer (id 0): its code is never taken for a success.
  return id === 0 && result.code === 0 ? { ...result, code: 52 } : result;
}

function injected(place: Place): LdapFailure {
  return failureAt(place, {
    code: "directory-tls",
    message: `${place.url} answered StartTLS with more than an answer: somebody in between may have put it there.`,
    remedy:
      "Use ldaps:// if the directory listens there, and find out what is between here and the directory.",
  });
}
