/** More than this is not one record. */
export const LONGEST_LINE_BYTES = 1024 * 1024;
/** More than this is not a list of accounts. */
export const LARGEST_BYTES = 200 * 1024 * 1024;
export const MOST_LINES = 2_000_000;

/** A line without its end; or why it cannot be read as text. Numbered from 1. Lines of white space alone are left out. */
export type Line = { readonly number: number } & ({ readonly text: string } | { readonly wrong: string });

const LINE_FEED = 0x0a;
const NOT_UTF8 = "This is not UTF-8, so letters beyond a to z may be others. Write the lines in UTF-8.";
const TOO_MANY = "It has more than 2,000,000 lines, and so is not a list of accounts.";
const UTF16 =
  "The text is UTF-16, as Windows PowerShell writes it. Write it in UTF-8, for example with `Out-File -Encoding utf8`.";

/**
 * Lines out of bytes as they come. What goes beyond a bound, or is not text, ends the reading: `stopped` then says
 * why, and what follows is not looked at.
 */
export class LineSplitter {
  #open: Uint8Array[] = [];
  #openBytes = 0;
  #bytes = 0;
  #number = 0;
  #stopped: string | undefined;

  get stopped(): string | undefined {
    return this.#stopped;
  }
  get bytes(): number {
    return this.#bytes;
  }

  /** The lines that end in these bytes. */
  push(chunk: Uint8Array): readonly Line[] {
    if (this.#stopped !== undefined) return [];
    if (this.#bytes < 2 && isUtf16(this.#start(chunk))) return this.#stop(UTF16);
    this.#bytes += chunk.length;
    if (this.#bytes > LARGEST_BYTES)
      return this.#stop("It is larger than 200 MB, and so is not a list of accounts.");
    const lines: Line[] = [];
    let from = 0;
    for (let at = chunk.indexOf(LINE_FEED); at !== -1; at = chunk.indexOf(LINE_FEED, from)) {
      this.#keep(chunk.subarray(from, at));
      if (this.#openBytes > LONGEST_LINE_BYTES) return [...lines, ...this.#tooLong()];
      if (this.#number === MOST_LINES) return [...lines, ...this.#stop(TOO_MANY)];
      lines.push(...this.#close());
      from = at + 1;
    }
    this.#keep(chunk.subarray(from));
    return this.#openBytes > LONGEST_LINE_BYTES ? [...lines, ...this.#tooLong()] : lines;
  }

  /** The last line, where it has no end. */
  end(): readonly Line[] {
    return this.#stopped === undefined && this.#openBytes > 0 ? this.#close() : [];
  }

  #start(chunk: Uint8Array): Uint8Array {
    return this.#openBytes === 0 ? chunk : Buffer.concat([...this.#open, chunk]);
  }

  #keep(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    // A copy: the stream may use its buffer again.
    this.#open.push(Uint8Array.prototype.slice.call(bytes));
    this.#openBytes += bytes.length;
  }

  #close(): readonly Line[] {
    const number = ++this.#number;
    if (this.#openBytes === 0) return [];
    const bytes = Buffer.concat(this.#open);
    this.#open = [];
    this.#openBytes = 0;
    const text = decoded(bytes);
    if (text === undefined) return [{ number, wrong: NOT_UTF8 }];
    return text.trim() === "" ? [] : [{ number, text }];
  }

  #tooLong(): readonly Line[] {
    return this.#stop(`Line ${this.#number + 1} is longer than 1 MB, and so is not one record.`);
  }

  #stop(why: string): readonly Line[] {
    this.#stopped = why;
    this.#open = [];
    return [];
  }
}

function isUtf16([first, second]: Uint8Array): boolean {
  return (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff);
}

/** It takes away a byte order mark, as some programs write before the first line. */
const UTF8 = new TextDecoder("utf-8", { fatal: true });

function decoded(bytes: Uint8Array): string | undefined {
  try {
    return UTF8.decode(bytes);
  } catch {
    return undefined;
  }
}
