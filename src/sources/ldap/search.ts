import { quoted } from "../records/findings.ts";
import type { Connection } from "./connection.ts";
import { failureAt, type Place } from "./errors/network.ts";
import { resultFailure } from "./errors/result-words.ts";
import { type LdapResult, OPERATION } from "./protocol/answers.ts";
import { MOST_EMPTY_PAGES, MOST_ENTRIES, MOST_REFERENCES } from "./protocol/bounds.ts";
import { encodeFilter, FilterSyntaxError } from "./protocol/filter.ts";
import { encodeSearch } from "./protocol/requests.ts";
import type { LdapEntry, LdapFailure, SearchEnd, SearchQuery } from "./protocol/types.ts";

const NO_SUCH_OBJECT = 32;
const REFERRAL = 10;
const NO_COOKIE = Buffer.alloc(0);

/**
 * Asks for page after page until the server's cookie is empty, whatever stands on a page: RFC 2696 knows no other end.
 * Rejects with LdapFailure, or with what `onEntry` throws.
 */
export async function searchPages(
  connection: Connection,
  query: SearchQuery,
  pageSize: number,
  onEntry: (entry: LdapEntry) => void,
  mostEntries = MOST_ENTRIES,
): Promise<SearchEnd> {
  const filter = filterBytes(connection.place, query.filter);
  const references = new References(connection.place);
  let entries = 0;
  return new Promise((resolve, reject) => {
    let emptyPages = 0;
    const ask = (cookie: Buffer) => {
      let onPage = 0;
      const page = query.scope === "base" ? {} : { page: { size: pageSize, cookie } };
      connection.send((id) => encodeSearch(id, { ...query, filter, ...page }), {
        resultTag: OPERATION.searchResult,
        entry: (entry) => {
          onPage += 1;
          entries += 1;
          if (entries > mostEntries) throw unending(connection.place, mostEntries, "entries");
          onEntry(entry);
        },
        reference: (urls) => references.add(urls),
        result: (result) => {
          emptyPages = onPage > 0 ? 0 : emptyPages + 1;
          const isFull = onPage === pageSize && query.scope !== "base";
          const failure = pageFailure(connection.place, query, result, {
            isOneOfSome: cookie.length > 0 || isFull,
            emptyPages,
          });
          if (failure) return reject(failure);
          try {
            references.add(result.referrals);
          } catch (error) {
            return reject(error);
          }
          const next = nextCookie(result);
          if (next === undefined) resolve({ entries, referrals: [...references.urls] });
          else ask(next);
        },
        fail: reject,
      });
    };
    ask(NO_COOKIE);
  });
}

function nextCookie({ cookie }: LdapResult): Buffer | undefined {
  return cookie !== undefined && cookie.length > 0 ? cookie : undefined;
}

/** The search references of one search, each once. One that is sent again counts again: there may be no end of them. */
class References {
  readonly urls = new Set<string>();
  readonly #place: Place;
  #sent = 0;

  constructor(place: Place) {
    this.#place = place;
  }

  /** Throws LdapFailure where there is no end of them. */
  add(urls: readonly string[]): void {
    this.#sent += urls.length;
    if (this.#sent > MOST_REFERENCES) throw unending(this.#place, MOST_REFERENCES, "references");
    for (const url of urls) this.urls.add(url);
  }
}

function unending(place: Place, most: number, what: string): LdapFailure {
  return failureAt(place, {
    code: "directory-answer",
    message: `${place.url} sent more than ${most.toLocaleString("en")} ${what} for one search, and no end.`,
    remedy: "Look into the log of the directory. A narrower base or filter may help.",
  });
}

/** One entry by its DN. Rejects with LdapFailure, also when the server only knows who else to ask. */
export async function lookUpEntry(
  connection: Connection,
  query: Omit<SearchQuery, "scope">,
  onEntry: (entry: LdapEntry) => void,
): Promise<boolean> {
  const { place } = connection;
  const filter = filterBytes(place, query.filter);
  const asked = { search: query.base, filter: query.filter };
  const references = new References(place);
  let entries = 0;
  const result = await new Promise<LdapResult>((resolve, reject) => {
    connection.send((id) => encodeSearch(id, { ...query, scope: "base", filter }), {
      resultTag: OPERATION.searchResult,
      entry: (entry) => {
        entries += 1;
        onEntry(entry);
      },
      reference: (urls) => references.add(urls),
      result: resolve,
      fail: reject,
    });
  });
  if (result.code === NO_SUCH_OBJECT) return false;
  if (result.code === 0 && entries === 0 && references.urls.size > 0) {
    throw resultFailure(place, asked, { ...result, code: REFERRAL, referrals: [...references.urls] });
  }
  if (result.code !== 0) throw resultFailure(place, asked, result);
  return entries > 0;
}

/**
 * What is known of a page. It is one of some when an earlier page announced it, or when it has as many entries as were
 * asked for: a proxy that drops the controls of answers makes such a page look like the whole list. A server that knows
 * no pages gives fewer or more, and all of them.
 */
type Page = { readonly isOneOfSome: boolean; readonly emptyPages: number };

function pageFailure(
  place: Place,
  query: SearchQuery,
  result: LdapResult,
  { isOneOfSome, emptyPages }: Page,
): LdapFailure | undefined {
  if (result.code !== 0) return resultFailure(place, { search: query.base, filter: query.filter }, result);
  if (result.cookie === undefined && isOneOfSome) {
    return failureAt(place, {
      code: "directory-answer",
      message: `${place.url} sent a page that does not say whether more follow.`,
      remedy:
        "Run zivsync again. If it stays, look into the log of the directory, and at a proxy in between; another pageSize may help.",
    });
  }
  if (emptyPages >= MOST_EMPTY_PAGES && nextCookie(result)) {
    return failureAt(place, {
      code: "directory-answer",
      message: `${place.url} sent ${MOST_EMPTY_PAGES} pages in a row without an entry, and no end.`,
      remedy: "Look into the log of the directory. A narrower base or filter may help.",
    });
  }
  return undefined;
}

function filterBytes(place: Place, filter: string): Buffer {
  try {
    return encodeFilter(filter);
  } catch (error) {
    if (!(error instanceof FilterSyntaxError)) throw error;
    throw failureAt(place, {
      code: "directory-filter",
      message: `The filter ${quoted(filter)} is wrong at character ${error.at + 1}: ${error.message}.`,
      remedy: "Write it by RFC 4515: (&(department=Care)(!(title=Intern)))",
    });
  }
}
