import { isUtf8 } from "node:buffer";
import { asObject, type JsonObject, parseJson, parseJsonOfAnyDepth } from "../../model/values/json.ts";
import {
  DEEPEST,
  LARGEST_RESOURCE,
  MOST_RESOURCES,
  tooDeep,
  tooLarge,
  tooMany,
} from "../http/answers/bounds.ts";

/** Called with each resource as soon as it is read; its JSON is not kept. */
export type Take<T> = (resource: JsonObject) => T;

/** A resource that was taken while its list was read, and the id in it. */
export class Taken<T = unknown> {
  readonly id: string;
  readonly value: T;

  constructor(id: string, value: T) {
    this.id = id;
    this.value = value;
  }
}

/** Takes a resource that has an id; one without is left for `readList` to refuse. */
export function takeOne<T>(resource: JsonObject, take: Take<T>): Taken<T> | JsonObject {
  const { id } = resource;
  return typeof id === "string" && id !== "" ? new Taken(id, take(resource)) : resource;
}

const code = (letter: string) => letter.charCodeAt(0);
const [QUOTE, BACKSLASH, COMMA] = [code('"'), code("\\"), code(",")];
const [OPEN_LIST, CLOSE_LIST, OPEN, CLOSE] = [code("["), code("]"), code("{"), code("}")];
const SPACE = 0x20;
const LIST = "Resources";
/** How deep the resources stand: in a list in an object. */
const INSIDE = 2;
const NOTHING = Buffer.alloc(0);

/**
 * Reads `{…, "Resources": [{…}, …]}` out of pieces of bytes, resource by resource, so that its text is never whole: a
 * JavaScript string ends at 537 MB. What stands around the resources is kept, with a null for each of them, and read as
 * JSON at the end: every byte is judged by JSON.parse. Throws BeyondBounds.
 */
export class ListSplitter<T> {
  readonly #take: Take<T>;
  #around: Buffer[] = [];
  #found: (Taken<T> | JsonObject | undefined)[] = [];
  #broken = false;
  #unreadable = false;
  /** Bytes of a resource or a name that goes on in the next piece. */
  #rest: Buffer = NOTHING;
  #depth = 0;
  #inText = false;
  #escaped = false;
  #inList = false;
  #name: unknown = undefined;
  #commas = 0;
  // Places in the bytes at hand: of an open text, of an open resource, and of the resources that are read to their end.
  #textFrom = 0;
  #openFrom = 0;
  #aroundFrom = 0;
  #run = { from: 0, to: 0, count: 0, index: 0 };

  constructor(take: Take<T>) {
    this.#take = take;
  }

  write(piece: Buffer): void {
    if (this.#broken || this.#unreadable) return;
    const bytes = this.#rest.length === 0 ? piece : Buffer.concat([this.#rest, piece]);
    this.#scan(bytes, this.#rest.length);
    this.#flush(bytes);
    const keep = this.#keepsFrom(bytes.length);
    this.#setAround(bytes, keep);
    if (bytes.length - keep > LARGEST_RESOURCE) throw tooLarge(LARGEST_RESOURCE);
    this.#rest = keep === bytes.length ? NOTHING : Buffer.from(bytes.subarray(keep));
    this.#aroundFrom = this.#openFrom = this.#textFrom = 0;
  }

  /** The JSON, with what was taken in the place of resources; undefined when it is none. "unreadable": it is not UTF-8. */
  end(): { readonly json: unknown } | "unreadable" {
    this.#around.push(this.#rest);
    const around = Buffer.concat(this.#around);
    if (this.#unreadable) return "unreadable";
    // Text after the break was not looked at.
    if (this.#broken) return { json: undefined };
    if (!isUtf8(around)) return "unreadable";
    const json = parseJson(new TextDecoder().decode(around));
    const list = asObject(json)?.[LIST];
    if (!Array.isArray(list)) return { json };
    for (const [index, one] of this.#found.entries()) if (one !== undefined) list[index] = one;
    return { json };
  }

  #keepsFrom(end: number): number {
    if (this.#inList && this.#depth > INSIDE) return this.#openFrom;
    return this.#inText && this.#depth === 1 ? this.#textFrom : end;
  }

  #scan(bytes: Buffer, start: number): void {
    for (let at = start; at < bytes.length; at++) {
      if (this.#inText) {
        at = this.#endOfText(bytes, at);
        continue;
      }
      const byte = bytes[at] ?? 0;
      if (byte > SPACE) this.#step(bytes, at, byte);
    }
  }

  #step(bytes: Buffer, at: number, byte: number): void {
    if (byte === QUOTE) {
      this.#inText = true;
      this.#textFrom = at;
    }
    if (byte === OPEN || byte === OPEN_LIST) this.#open(bytes, at, byte);
    else if (byte === CLOSE || byte === CLOSE_LIST) this.#close(bytes, at);
    else if (this.#depth !== INSIDE) return;
    else if (byte === COMMA) this.#commas += 1;
    else this.#flush(bytes);
  }

  /** The place of the quote that ends a text, or the last one of the bytes. */
  #endOfText(bytes: Buffer, start: number): number {
    let at = start;
    if (this.#escaped) at += 1;
    this.#escaped = false;
    for (; at < bytes.length; at++) {
      const byte = bytes[at];
      if (byte === BACKSLASH) at += 1;
      else if (byte === QUOTE) {
        this.#inText = false;
        if (this.#depth === 1) this.#name = parseJson(bytes.toString("utf8", this.#textFrom, at + 1));
        return at;
      }
    }
    this.#escaped = at > bytes.length;
    return at;
  }

  #open(bytes: Buffer, at: number, byte: number): void {
    if (byte === OPEN_LIST && this.#depth === 1 && this.#name === LIST) {
      // Of two members with one name JSON.parse takes the last.
      this.#inList = true;
      this.#found = [];
      this.#commas = 0;
    } else if (this.#inList && this.#depth === INSIDE) {
      if (byte === OPEN_LIST) this.#flush(bytes);
      this.#openFrom = at;
    }
    this.#depth += 1;
    if (this.#depth > DEEPEST) throw tooDeep();
  }

  #close(bytes: Buffer, at: number): void {
    this.#depth -= 1;
    if (!this.#inList) return;
    if (this.#depth === INSIDE && bytes[this.#openFrom] === OPEN) {
      const run = this.#run;
      if (run.count === 0) this.#run = { from: this.#openFrom, to: at + 1, count: 1, index: this.#commas };
      else {
        run.to = at + 1;
        run.count += 1;
      }
    } else if (this.#depth === 1) {
      this.#flush(bytes);
      this.#inList = false;
    }
  }

  /** Reads the resources that have come to their end; between them there is nothing but what JSON.parse is to judge. */
  #flush(bytes: Buffer): void {
    const { from, to, count, index } = this.#run;
    if (count === 0) return;
    this.#setAround(bytes, from);
    // A word, which no digit or sign beside it makes another valid value of.
    this.#around.push(Buffer.from(`null${",null".repeat(count - 1)}`));
    this.#aroundFrom = to;
    this.#run = { from: 0, to: 0, count: 0, index: 0 };
    const part = bytes.subarray(from, to);
    if (!isUtf8(part)) this.#unreadable = true;
    const list = parseJsonOfAnyDepth(`[${part.toString("utf8")}]`);
    if (!Array.isArray(list) || list.length !== count) this.#broken = true;
    else if (index + count > MOST_RESOURCES) throw tooMany();
    else for (const [nth, one] of list.entries()) this.#found[index + nth] = takeOne(one, this.#take);
  }

  #setAround(bytes: Buffer, to: number): void {
    if (to > this.#aroundFrom) this.#around.push(Buffer.from(bytes.subarray(this.#aroundFrom, to)));
    this.#aroundFrom = to;
  }
}

/** A smaller list is kept whole, so that a message can show all of it. */
const LARGE = 1 << 20;

/** The body of an answer to a request for a list, in pieces: kept while it is small, taken apart when it is large. */
export class ListBody {
  readonly #take: Take<unknown>;
  readonly #pieces: Buffer[] = [];
  #size = 0;
  #splitter: ListSplitter<unknown> | undefined;

  constructor(take: Take<unknown>) {
    this.#take = take;
  }

  write(piece: Buffer): void {
    if (this.#splitter !== undefined) {
      this.#splitter.write(piece);
      return;
    }
    this.#pieces.push(piece);
    this.#size += piece.length;
    if (this.#size <= LARGE) return;
    this.#splitter = new ListSplitter(this.#take);
    for (const one of this.#pieces) this.#splitter.write(one);
  }

  /** The bytes: all of a small body, the first of a large one. */
  beginning(): Buffer {
    return Buffer.concat(this.#pieces);
  }

  /** The JSON of a large body; undefined for a small one, which is whole in `beginning`. */
  end(): ReturnType<ListSplitter<unknown>["end"]> | undefined {
    return this.#splitter?.end();
  }
}
