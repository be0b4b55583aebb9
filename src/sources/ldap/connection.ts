import type { Socket } from "node:net";
import {
  answerTimedOut,
  answerUnending,
  goodbyeFailure,
  lostFailure,
  malformedFailure,
  type Place,
  type Trouble,
  troubleOf,
} from "./errors/network.ts";
import { type LdapResult, OPERATION, readResult, readUrls } from "./protocol/answers.ts";
import { BerCursor, MalformedAnswer } from "./protocol/ber.ts";
import { PROGRESS_BYTES, WHOLE_TIMES } from "./protocol/bounds.ts";
import { WireEntry } from "./protocol/entry.ts";
import { Frames } from "./protocol/frames.ts";
import { encodeUnbind } from "./protocol/requests.ts";
import type { LdapEntry, LdapFailure } from "./protocol/types.ts";

const INTEGER = 0x02;
const SEQUENCE = 0x30;
/** RFC 4511 section 4.4.1. */
const NOTICE_OF_DISCONNECTION = "1.3.6.1.4.1.1466.20036";
const CLOSING_MS = 500;

/** The consumer of the answers to one request, until `result` or `fail`, of which exactly one comes. */
export type Exchange = {
  readonly resultTag: number;
  readonly entry?: (entry: LdapEntry) => void;
  readonly reference?: (urls: readonly string[]) => void;
  readonly result: (result: LdapResult) => void;
  readonly fail: (reason: unknown) => void;
};

/** A request under way, and since when. */
type Pending = { readonly exchange: Exchange; readonly since: number };

/**
 * One connection to a directory: many requests may be under way on it. It breaks once, for good, and with it all that is
 * under way: by the network, by silence while an answer is due, by an answer without end, by a message that does not
 * belong, or by what a consumer of answers throws. What carries no part of an answer does not end a silence: keep-alive
 * messages, intermediate responses, a few bytes now and then.
 */
export class Connection {
  readonly place: Place;
  readonly #socket: Socket;
  readonly #answerMs: number;
  readonly #pending = new Map<number, Pending>();
  readonly #frames = new Frames((message) => this.#take(message));
  #lastId = 0;
  #broken: LdapFailure | undefined;
  #trouble: Trouble | undefined;
  #silence: NodeJS.Timeout | undefined;
  #heard = false;
  /** Bytes of a message under way that have counted as a sign of life. */
  #counted = 0;

  /** Takes over a socket that nobody else listens to. */
  constructor(socket: Socket, place: Place, answerMs: number) {
    this.place = place;
    this.#socket = socket;
    this.#answerMs = answerMs;
    socket.on("data", (chunk: Buffer) => this.#receive(chunk));
    socket.on("error", (error) => {
      this.#trouble = troubleOf(error);
    });
    socket.on("close", () => this.#break(lostFailure(place, this.#trouble)));
    if (socket.destroyed) this.#break(lostFailure(place));
  }

  send(encode: (messageId: number) => Buffer, exchange: Exchange): void {
    if (this.#broken) {
      exchange.fail(this.#broken);
      return;
    }
    this.#lastId += 1;
    this.#pending.set(this.#lastId, { exchange, since: performance.now() });
    this.#silence ??= this.#listen();
    this.#socket.write(encode(this.#lastId));
  }

  /** For requests with a single answer. */
  request(encode: (messageId: number) => Buffer, resultTag: number): Promise<LdapResult> {
    return new Promise((resolve, reject) => {
      this.send(encode, { resultTag, result: resolve, fail: reject });
    });
  }

  /** Says goodbye, and does not wait long for it to be heard. */
  async close(): Promise<void> {
    if (this.#socket.destroyed) return;
    const closed = new Promise<void>((resolve) => this.#socket.once("close", () => resolve()));
    const impatience = setTimeout(() => this.#socket.destroy(), CLOSING_MS);
    this.#fail(lostFailure(this.place, { code: "closed", message: "" }));
    this.#socket.write(encodeUnbind(this.#lastId + 1));
    this.#socket.destroySoon();
    await closed;
    clearTimeout(impatience);
  }

  #receive(chunk: Buffer): void {
    if (this.#broken) return;
    try {
      this.#frames.push(chunk);
    } catch (error) {
      this.#break(malformedFailure(this.place, error));
    }
    const { held } = this.#frames;
    if (held < this.#counted) this.#counted = 0;
    if (held >= this.#counted + PROGRESS_BYTES) {
      this.#counted = held;
      this.#hear();
    }
    this.#checkWholeTime();
  }

  /** A part of an answer has come: the time for the next one starts. */
  #hear(): void {
    this.#heard = true;
    this.#silence?.refresh();
  }

  /** Looked at whenever something comes; where nothing comes, silence ends the request earlier. */
  #checkWholeTime(): void {
    const [oldest] = this.#pending.values();
    const wholeMs = this.#answerMs * WHOLE_TIMES;
    if (oldest === undefined || performance.now() - oldest.since <= wholeMs) return;
    this.#break(answerUnending(this.place, wholeMs));
  }

  /** Answers false where the connection has broken, and nothing more is to come of it. */
  #take(message: Buffer): boolean {
    const cursor = new BerCursor(message);
    const messageEnd = cursor.open(SEQUENCE, message.length);
    const id = cursor.integer(INTEGER, messageEnd);
    const tag = cursor.peek(messageEnd);
    const contentEnd = cursor.open(tag, messageEnd);
    if (id === 0) this.#unsolicited(cursor, tag, contentEnd, messageEnd);
    else this.#answer(cursor, id, tag, contentEnd, messageEnd);
    return this.#broken === undefined;
  }

  #answer(cursor: BerCursor, id: number, tag: number, contentEnd: number, messageEnd: number): void {
    const { exchange } = this.#pending.get(id) ?? {};
    if (exchange === undefined)
      throw new MalformedAnswer(`an answer to request ${id}, which is not under way`);
    const { entry, reference } = exchange;
    if (tag === OPERATION.searchEntry && entry) {
      this.#hear();
      const its = new WireEntry(cursor.bytes, cursor.at, contentEnd);
      this.#consume(id, exchange, () => entry(its));
    } else if (tag === OPERATION.searchReference && reference) {
      this.#hear();
      const urls = readUrls(cursor, contentEnd);
      this.#consume(id, exchange, () => reference(urls));
    } else if (tag === exchange.resultTag) {
      this.#hear();
      const result = readResult(cursor, contentEnd, messageEnd);
      this.#settle(id);
      exchange.result(result);
    } else if (tag !== OPERATION.intermediateResponse) {
      throw new MalformedAnswer(`an operation 0x${tag.toString(16)} that nobody asked for`);
    }
  }

  #consume(id: number, exchange: Exchange, take: () => void): void {
    try {
      take();
    } catch (error) {
      this.#settle(id);
      exchange.fail(error);
      this.#break(lostFailure(this.place, { code: "given up", message: "" }));
    }
    // The time that this took was ours.
    this.#silence?.refresh();
  }

  /** Of what a server says unasked only its goodbye matters. */
  #unsolicited(cursor: BerCursor, tag: number, contentEnd: number, messageEnd: number): void {
    if (tag !== OPERATION.extendedResponse) throw new MalformedAnswer("an answer without a request");
    const result = readResult(cursor, contentEnd, messageEnd);
    if (result.name !== NOTICE_OF_DISCONNECTION) return;
    this.#break(goodbyeFailure(this.place, result));
  }

  #settle(id: number): void {
    this.#pending.delete(id);
    if (this.#pending.size > 0) return;
    clearTimeout(this.#silence);
    this.#silence = undefined;
  }

  /** After a long computation of ours the answer may be waiting to be read: it is looked for before time is called. */
  #listen(): NodeJS.Timeout {
    const timer = setTimeout(() => {
      this.#heard = false;
      setImmediate(() => {
        if (this.#heard || this.#silence !== timer) return;
        this.#break(answerTimedOut(this.place, this.#answerMs));
      });
    }, this.#answerMs);
    return timer;
  }

  #break(failure: LdapFailure): void {
    if (this.#broken) return;
    this.#fail(failure);
    this.#socket.destroy();
  }

  #fail(failure: LdapFailure): void {
    this.#broken ??= failure;
    clearTimeout(this.#silence);
    this.#silence = undefined;
    const pending = [...this.#pending.values()];
    this.#pending.clear();
    for (const { exchange } of pending) exchange.fail(this.#broken);
  }
}
