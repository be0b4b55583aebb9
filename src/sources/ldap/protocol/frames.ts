import { MalformedAnswer } from "./ber.ts";
import { LARGEST_MESSAGE } from "./bounds.ts";

const SEQUENCE = 0x30;

/** Given a whole message. Answers false to take no more. */
export type TakeMessage = (message: Buffer) => boolean;

/**
 * Cuts the bytes that come over a connection into whole LDAP messages. Bytes are copied only where a message lies in
 * more than one chunk. Throws MalformedAnswer for what cannot be the beginning of a message.
 */
export class Frames {
  readonly #take: TakeMessage;
  #parts: Buffer[] = [];
  #held = 0;
  #wanted = 0;

  constructor(take: TakeMessage) {
    this.#take = take;
  }

  /** Bytes of a message that has not come whole yet. */
  get held(): number {
    return this.#held;
  }

  push(chunk: Buffer): void {
    const bytes = this.#held > 0 ? this.#complete(chunk) : chunk;
    if (bytes) this.#cut(bytes);
  }

  /** Adds to the message that is under way; gives what of the chunk belongs to later ones. */
  #complete(chunk: Buffer): Buffer | undefined {
    if (this.#wanted === 0) {
      // Not even the length has come whole: at most a few bytes are held.
      const joined = Buffer.concat([...this.#parts, chunk]);
      this.#forget();
      return joined;
    }
    const missing = this.#wanted - this.#held;
    if (chunk.length < missing) {
      this.#hold(chunk, this.#wanted);
      return undefined;
    }
    const whole = Buffer.concat([...this.#parts, chunk.subarray(0, missing)], this.#wanted);
    this.#forget();
    return this.#take(whole) ? chunk.subarray(missing) : undefined;
  }

  #cut(bytes: Buffer): void {
    let at = 0;
    while (at < bytes.length) {
      const size = sizeOfMessage(bytes, at);
      if (size === undefined || size > bytes.length - at) {
        this.#hold(bytes.subarray(at), size ?? 0);
        return;
      }
      if (!this.#take(bytes.subarray(at, at + size))) return;
      at += size;
    }
  }

  #hold(part: Buffer, wanted: number): void {
    this.#parts.push(part);
    this.#held += part.length;
    this.#wanted = wanted;
  }

  #forget(): void {
    this.#parts = [];
    this.#held = 0;
    this.#wanted = 0;
  }
}

/** Header and content of the message that begins here, or undefined while too little of it has come. */
function sizeOfMessage(bytes: Buffer, at: number): number | undefined {
  if (bytes[at] !== SEQUENCE) throw new MalformedAnswer("a message that does not begin like one");
  const first = bytes[at + 1];
  if (first === undefined) return undefined;
  if (first < 0x80) return 2 + first;
  const lengthBytes = first & 0x7f;
  if (lengthBytes === 0 || lengthBytes > 8) throw new MalformedAnswer(`a length of ${lengthBytes} bytes`);
  let length = 0;
  for (let i = 0; i < lengthBytes; i += 1) {
    const byte = bytes[at + 2 + i];
    if (byte === undefined) return undefined;
    length = length * 256 + byte;
    if (length > LARGEST_MESSAGE) throw new MalformedAnswer("a message of more than 128 MB");
  }
  return 2 + lengthBytes + length;
}
