import {
  type BerWriter,
  BindRequest,
  ExtendedRequest,
  Filter,
  PagedResultsControl,
  SearchFilter,
  SearchRequest,
  UnbindRequest,
} from "ldapts";
import type { SearchScope } from "../../../model/source-config/directory.ts";

// Of ldapts only what writes requests is used. Its client and its reading of answers lose entries silently, and its
// filter parser takes filters that are none: see connection.ts, entry.ts and filter.ts.

const SCOPES = { base: "base", oneLevel: "one", subtree: "sub" } as const;

/** RFC 4511 section 4.5.1.8: asks for no attribute at all. An empty list would ask for every one. */
const NO_ATTRIBUTES = ["1.1"];

export type SearchBytes = {
  readonly base: string;
  readonly scope: SearchScope;
  /** As it goes over the network. */
  readonly filter: Buffer;
  readonly attributes: readonly string[];
  /** Absent: unpaged. */
  readonly page?: { readonly size: number; readonly cookie: Buffer };
};

/** A filter that is bytes already. */
class EncodedFilter extends Filter {
  override readonly type = SearchFilter.and;
  readonly #bytes: Buffer;
  constructor(bytes: Buffer) {
    super();
    this.#bytes = bytes;
  }
  override write(writer: BerWriter): void {
    for (const byte of this.#bytes) writer.writeByte(byte);
  }
  override toString(): string {
    return this.#bytes.toString("hex");
  }
}

export function encodeSimpleBind(messageId: number, user: string, password: string): Buffer {
  return new BindRequest({ messageId, dn: user, password }).write();
}

/** RFC 4422, appendix A: the identity is the one that the TLS client certificate proves. */
export function encodeExternalBind(messageId: number): Buffer {
  return new BindRequest({ messageId, mechanism: "EXTERNAL" }).write();
}

export function encodeExtended(messageId: number, oid: string): Buffer {
  return new ExtendedRequest({ messageId, oid }).write();
}

export function encodeUnbind(messageId: number): Buffer {
  return new UnbindRequest({ messageId }).write();
}

/** Without size and time limits of our own: a server that stops at one calls that a success of sorts. */
export function encodeSearch(messageId: number, search: SearchBytes): Buffer {
  const { page } = search;
  return new SearchRequest({
    messageId,
    baseDN: search.base,
    scope: SCOPES[search.scope],
    filter: new EncodedFilter(search.filter),
    attributes: search.attributes.length > 0 ? [...search.attributes] : NO_ATTRIBUTES,
    sizeLimit: 0,
    timeLimit: 0,
    ...(page ? { controls: [new PagedResultsControl({ critical: true, value: page })] } : {}),
  }).write();
}
