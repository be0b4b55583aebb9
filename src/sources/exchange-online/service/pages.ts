import { asObject, type JsonObject } from "../../../model/values/json.ts";
import { quoted } from "../../ldap/errors/failure.ts";
import { ExchangeFailure } from "../../microsoft/errors/failure.ts";
import { asText } from "../../microsoft/errors/json.ts";
import type { Ask, ExchangeService } from "./service.ts";

/** A service that sends page after page without a row has lost its way. */
export const MOST_EMPTY = 1_000;
/** Rows of one answer, all pages together. */
export const MOST_ROWS = 5_000_000;

/**
 * All pages of an answer; `take` gets the rows of each as it comes. Gives the warnings, each of which may mean that
 * something is missing. Throws ExchangeFailure when a page is not what it must be.
 */
export async function readPages(
  service: Pick<ExchangeService, "ask">,
  first: Ask,
  take: (rows: readonly unknown[]) => void,
  mostRows = MOST_ROWS,
): Promise<readonly string[]> {
  const warnings: string[] = [];
  const seen = new Set<string>();
  let empty = 0;
  let rows = 0;
  for (let url: string | undefined = first.url; url !== undefined; ) {
    const body: JsonObject = await service.ask({ ...first, url });
    const { value } = body;
    if (body.error !== undefined && body.error !== null) throw brokenOff(first, body.error);
    if (!Array.isArray(value)) throw unusable(first, "without a list of results");
    warnings.push(...warningsIn(body));
    rows += value.length;
    if (rows > mostRows) throw unusable(first, `of more than ${mostRows.toLocaleString("en")} rows`);
    take(value);
    seen.add(url);
    const next = nextPage(first, url, body);
    if (next !== undefined && seen.has(next))
      throw unusable(first, "whose next page is one that was read before");
    empty = value.length === 0 ? empty + 1 : 0;
    if (empty > MOST_EMPTY) throw unusable(first, "that goes on without results");
    url = next;
  }
  return warnings;
}

/** The next page, which must be at the same place: the token goes there. */
function nextPage(first: Ask, url: string, body: JsonObject): string | undefined {
  const link = body["@odata.nextLink"];
  if (link === undefined || link === null) return undefined;
  if (typeof link !== "string" || !URL.canParse(link, url)) {
    throw unusable(first, "whose link to the next page is none");
  }
  const next = new URL(link, url);
  if (next.origin !== new URL(first.url).origin) {
    throw unusable(
      first,
      `whose next page is at another host (${quoted(next.host)}), where the token must not go`,
    );
  }
  return next.href;
}

function warningsIn(body: JsonObject): readonly string[] {
  const warnings = body["@adminapi.warnings"];
  if (warnings === undefined || warnings === null) return [];
  const list = Array.isArray(warnings) ? warnings : [warnings];
  return list.map((one) => (typeof one === "string" ? one : JSON.stringify(one)));
}

/** OData 4.01, 11.6: an error that a service meets while it answers stands behind the results that came before it. */
function brokenOff({ what }: Ask, error: unknown): ExchangeFailure {
  const said = asText(asObject(error)?.message) ?? JSON.stringify(error);
  return new ExchangeFailure(
    {
      code: "exchange-answer",
      message: `Asked to ${what}, Exchange gave an answer that ends with the error ${quoted(said)}.`,
      remedy: "Run zivsync again. If it stays, check `baseUrl` and `apiPath`.",
    },
    "request",
  );
}

function unusable({ what }: Ask, which: string): ExchangeFailure {
  return new ExchangeFailure(
    {
      code: "exchange-answer",
      message: `Asked to ${what}, Exchange gave an answer ${which}.`,
      remedy: "Run zivsync again. If it stays, check `baseUrl` and `apiPath`.",
    },
    "request",
  );
}
