import { asObject, asText, type JsonObject } from "../../../model/values/json.ts";
import { quoted } from "../../records/findings.ts";
import { ServiceFailure } from "../errors/failure.ts";

/** A service that sends page after page without a row has lost its way. */
export const MOST_EMPTY = 1_000;
/** Rows of one answer, all pages together. */
export const MOST_ROWS = 5_000_000;

/** The purpose of a request: `what` ends a sentence, `list the users`. */
type Asking = { readonly what: string; readonly url: string };

/** The way one service is spoken of, and what there is to check when its answers make no sense. */
export type Speech = { readonly service: string; readonly check: string };

type Paging<A extends Asking> = {
  readonly service: { ask(ask: A): Promise<JsonObject> };
  readonly speech: Speech;
  readonly mostRows?: number;
  /** Every page must lie below this path, also where the service names another. */
  readonly below?: string;
};

/**
 * All pages of an answer; `take` gets the rows of each as it comes, and all that the page says. Throws ServiceFailure when
 * a page is not what it must be.
 */
export async function readPages<A extends Asking>(
  { service, speech, mostRows = MOST_ROWS, below = "/" }: Paging<A>,
  first: A,
  take: (rows: readonly unknown[], body: JsonObject) => void,
): Promise<void> {
  const seen = new Set<string>();
  const fail = (which: string) => unusable(first, speech, which);
  let empty = 0;
  let rows = 0;
  for (let url: string | undefined = first.url; url !== undefined; ) {
    const body: JsonObject = await service.ask({ ...first, url });
    const { value } = body;
    if (body.error !== undefined && body.error !== null) throw brokenOff(first, speech, body.error);
    if (!Array.isArray(value)) throw fail("without a list of results");
    rows += value.length;
    if (rows > mostRows) throw fail(`of more than ${mostRows.toLocaleString("en")} rows`);
    take(value, body);
    seen.add(url);
    const next = nextPage({ first: first.url, url, below }, body, fail);
    if (next !== undefined && seen.has(next)) throw fail("whose next page is one that was read before");
    empty = value.length === 0 ? empty + 1 : 0;
    if (empty > MOST_EMPTY) throw fail("that goes on without results");
    url = next;
  }
}

type Place = { readonly first: string; readonly url: string; readonly below: string };

/** The next page, which must be at the same place: the token goes there. */
function nextPage(
  { first, url, below }: Place,
  body: JsonObject,
  fail: (which: string) => ServiceFailure,
): string | undefined {
  const link = body["@odata.nextLink"];
  if (link === undefined || link === null) return undefined;
  if (typeof link !== "string" || !URL.canParse(link, url)) throw fail("whose link to the next page is none");
  const next = new URL(link, url);
  if (next.origin !== new URL(first).origin) {
    throw fail(`whose next page is at another host (${quoted(next.host)}), where the token must not go`);
  }
  if (!next.pathname.startsWith(below)) throw fail(`whose next page is not below ${below}`);
  return next.href;
}

/** OData 4.01, 11.6: an error that a service meets while it answers stands behind the results that came before it. */
function brokenOff({ what }: Asking, { service, check }: Speech, error: unknown): ServiceFailure {
  const said = asText(asObject(error)?.message) ?? JSON.stringify(error);
  const message = `Asked to ${what}, ${service} gave an answer that ends with the error ${quoted(said)}.`;
  const remedy = `Run zivsync again. If it stays, check ${check}.`;
  return new ServiceFailure({ code: "answer", message, remedy }, "request");
}

function unusable({ what }: Asking, { service, check }: Speech, which: string): ServiceFailure {
  const message = `Asked to ${what}, ${service} gave an answer ${which}.`;
  const remedy = `Run zivsync again. If it stays, check ${check}.`;
  return new ServiceFailure({ code: "answer", message, remedy }, "request");
}
