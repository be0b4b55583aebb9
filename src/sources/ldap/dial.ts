import { connect as connectTcp, isIP, type Socket } from "node:net";
import { connect as connectTls, type SecureContextOptions } from "node:tls";
import { domainToASCII } from "node:url";
import { failureAt, isLoopback, type Place } from "./errors/failure.ts";
import { connectFailure, connectTimedOut, troubleOf } from "./errors/network.ts";
import { LdapFailure } from "./protocol/types.ts";
import { askForTls } from "./start-tls.ts";

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
