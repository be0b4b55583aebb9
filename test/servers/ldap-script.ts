import { once } from "node:events";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import { createServer as createTlsServer, TLSSocket, type TlsOptions } from "node:tls";
import { BerReader } from "ldapts";
import { bound, done, envelope, extended, type Message } from "./ldap-messages.ts";

export type BindRequest = {
  readonly type: "bind";
  readonly id: number;
  readonly user: string;
  /** Of a simple bind. */
  readonly password?: string;
  readonly mechanism?: string;
  /** Whether it came over TLS. */
  readonly tls: boolean;
};
export type SearchRequest = {
  readonly type: "search";
  readonly id: number;
  readonly base: string;
  readonly scope: number;
  readonly sizeLimit: number;
  readonly timeLimit: number;
  /** As it came over the network, in hex. */
  readonly filter: string;
  readonly attributes: readonly string[];
  /** Of the paged results control. */
  readonly page?: { readonly size: number; readonly cookie: string };
};
export type ExtendedRequest = { readonly type: "extended"; readonly id: number; readonly oid: string };
export type ScriptRequest =
  | BindRequest
  | SearchRequest
  | ExtendedRequest
  | { readonly type: "unbind"; readonly id: number };

/** What is done to answer: a message, bytes as they are, a rest, or the end of the connection. */
export type Step =
  | Message
  | { readonly raw: Uint8Array }
  | { readonly as: number; readonly message: Message }
  | { readonly pauseMs: number }
  | { readonly cut: true };

/** Answers to requests; an empty list is silence. What is left out succeeds, with nothing found. */
export type Script = {
  readonly bind?: (request: BindRequest) => readonly Step[];
  readonly search?: (request: SearchRequest) => readonly Step[];
  readonly extended?: (request: ExtendedRequest) => readonly Step[];
};

export type ScriptOptions = {
  /** TLS from the start. */
  readonly tls?: TlsOptions;
  /** TLS after StartTLS. */
  readonly startTls?: TlsOptions;
  /** Sends this many bytes of answers to searches, and closes the connection. */
  readonly cutAfter?: number;
  readonly host?: string;
};

export type ScriptServer = {
  readonly url: string;
  readonly port: number;
  readonly requests: readonly ScriptRequest[];
  connections(): number;
  /** Connections that are open now. */
  open(): number;
  close(): Promise<void>;
};

const START_TLS = "1.3.6.1.4.1.1466.20037";

/** A small LDAP server on loopback that answers by a script. */
export async function startLdapScript(script: Script, options: ScriptOptions = {}): Promise<ScriptServer> {
  const requests: ScriptRequest[] = [];
  const sockets = new Set<Socket>();
  let connections = 0;
  const serve = (socket: Socket) => {
    connections += 1;
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    new Conversation(script, options, requests).listen(socket);
  };
  const server: Server = options.tls ? createTlsServer(options.tls, serve) : createServer(serve);
  server.on("tlsClientError", () => undefined);
  const host = options.host ?? "127.0.0.1";
  server.listen(0, host);
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    url: `${options.tls ? "ldaps" : "ldap"}://${host.includes(":") ? `[${host}]` : host}:${port}`,
    port,
    requests,
    connections: () => connections,
    open: () => sockets.size,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

class Conversation {
  readonly #script: Script;
  readonly #options: ScriptOptions;
  readonly #requests: ScriptRequest[];
  #received = Buffer.alloc(0);
  #left: number;
  #turn: Promise<void> = Promise.resolve();

  constructor(script: Script, options: ScriptOptions, requests: ScriptRequest[]) {
    this.#script = script;
    this.#options = options;
    this.#requests = requests;
    this.#left = options.cutAfter ?? Number.POSITIVE_INFINITY;
  }

  listen(socket: Socket): void {
    socket.on("error", () => undefined);
    socket.on("data", (chunk) => {
      this.#received = Buffer.concat([this.#received, chunk]);
      for (let size = wholeMessage(this.#received); size > 0; size = wholeMessage(this.#received)) {
        const request = readRequest(this.#received.subarray(0, size), socket instanceof TLSSocket);
        this.#received = this.#received.subarray(size);
        this.#requests.push(request);
        this.#turn = this.#turn.then(() => this.#answer(socket, request));
      }
    });
  }

  async #answer(socket: Socket, request: ScriptRequest): Promise<void> {
    if (request.type === "unbind") {
      socket.end();
      return;
    }
    const steps = this.#stepsFor(request);
    let bytes: Uint8Array[] = [];
    for (const step of steps) {
      if ("operation" in step) bytes.push(envelope(request.id, step));
      else if ("message" in step) bytes.push(envelope(step.as, step.message));
      else if ("raw" in step) bytes.push(step.raw);
      else {
        this.#write(socket, Buffer.concat(bytes), request);
        bytes = [];
        if ("cut" in step) socket.end();
        else await wait(step.pauseMs);
      }
    }
    this.#write(socket, Buffer.concat(bytes), request);
    if (request.type === "extended" && request.oid === START_TLS) this.#upgrade(socket);
  }

  #stepsFor(request: BindRequest | SearchRequest | ExtendedRequest): readonly Step[] {
    if (request.type === "bind") return this.#script.bind?.(request) ?? [bound()];
    if (request.type === "search") return this.#script.search?.(request) ?? [done(0, { cookie: "" })];
    const own = this.#script.extended?.(request);
    if (own) return own;
    return [extended(request.oid === START_TLS && this.#options.startTls ? 0 : 2)];
  }

  #write(socket: Socket, bytes: Buffer, request: ScriptRequest): void {
    if (bytes.length === 0 || socket.destroyed || socket.writableEnded) return;
    if (request.type !== "search" || bytes.length < this.#left) {
      if (request.type === "search") this.#left -= bytes.length;
      socket.write(bytes);
    } else {
      socket.end(bytes.subarray(0, this.#left));
      this.#left = 0;
    }
  }

  #upgrade(socket: Socket): void {
    const { startTls } = this.#options;
    if (!startTls) return;
    socket.removeAllListeners("data");
    this.listen(new TLSSocket(socket, { ...startTls, isServer: true }));
  }
}

/** The size of the message at the start, or 0 while it is not whole. */
function wholeMessage(bytes: Buffer): number {
  const reader = new BerReader(bytes);
  if (reader.readSequence(0x30) === null || reader.length > reader.remain) return 0;
  return reader.offset + reader.length;
}

function readRequest(bytes: Buffer, tls: boolean): ScriptRequest {
  const reader = new BerReader(bytes);
  reader.readSequence(0x30);
  const id = reader.readInt() ?? 0;
  const tag = reader.readSequence();
  if (tag === 0x60) return readBind(reader, id, tls);
  if (tag === 0x63) return readSearch(reader, id);
  if (tag === 0x77) return { type: "extended", id, oid: reader.readString(0x80) ?? "" };
  if (tag === 0x42) return { type: "unbind", id };
  throw new Error(`no request: 0x${tag?.toString(16)}`);
}

function readBind(reader: BerReader, id: number, tls: boolean): BindRequest {
  reader.readInt();
  const user = reader.readString() ?? "";
  if (reader.peek() === 0x80) return { type: "bind", id, user, password: reader.readString(0x80) ?? "", tls };
  reader.readSequence(0xa3);
  return { type: "bind", id, user, mechanism: reader.readString() ?? "", tls };
}

function readSearch(reader: BerReader, id: number): SearchRequest {
  const base = reader.readString() ?? "";
  const scope = reader.readEnumeration() ?? 0;
  reader.readEnumeration();
  const sizeLimit = reader.readInt() ?? -1;
  const timeLimit = reader.readInt() ?? -1;
  reader.readBoolean();
  const filterStart = reader.offset;
  reader.readSequence();
  reader.offset += reader.length;
  const filter = reader.buffer.subarray(filterStart, reader.offset).toString("hex");
  const attributes: string[] = [];
  reader.readSequence(0x30);
  const end = reader.offset + reader.length;
  while (reader.offset < end) attributes.push(reader.readString() ?? "");
  const page = reader.peek() === 0xa0 ? readPage(reader) : undefined;
  return {
    type: "search",
    id,
    base,
    scope,
    sizeLimit,
    timeLimit,
    filter,
    attributes,
    ...(page ? { page } : {}),
  };
}

function readPage(reader: BerReader): { size: number; cookie: string } {
  reader.readSequence(0xa0);
  reader.readSequence(0x30);
  reader.readString();
  if (reader.readBoolean() !== true) throw new Error("the control is not critical");
  reader.readSequence(0x04);
  reader.readSequence(0x30);
  return { size: reader.readInt() ?? 0, cookie: reader.readString(0x04, true)?.toString("latin1") ?? "" };
}

/** A search handler that gives these pages one after another, then the end. */
export function inPages(pages: readonly (readonly Step[])[]): (request: SearchRequest) => readonly Step[] {
  return ({ page }) => {
    const index = Number(page?.cookie || "0");
    const cookie = index + 1 < pages.length ? String(index + 1) : "";
    return [...(pages[index] ?? []), done(0, page ? { cookie } : {})];
  };
}
