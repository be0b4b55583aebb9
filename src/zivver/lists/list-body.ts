import { ListSplitter, type Take } from "./list-splitter.ts";

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
