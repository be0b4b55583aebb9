import type { JsonObject } from "../../../model/values/json.ts";
import { readPages as readAllPages } from "../../microsoft/service/pages.ts";
import type { Ask, ExchangeService } from "./service.ts";

const SPEECH = { service: "Exchange", check: "`baseUrl` and `apiPath`" };

/**
 * All pages of an answer; `take` gets the rows of each as it comes. Gives the warnings, each of which may mean that
 * something is missing. Throws ServiceFailure when a page is not what it must be.
 */
export async function readPages(
  service: Pick<ExchangeService, "ask">,
  first: Ask,
  take: (rows: readonly unknown[]) => void,
  mostRows?: number,
): Promise<readonly string[]> {
  const warnings: string[] = [];
  const paging = { service, speech: SPEECH, ...(mostRows === undefined ? {} : { mostRows }) };
  await readAllPages(paging, first, (rows, body) => {
    warnings.push(...warningsIn(body));
    take(rows);
  });
  return warnings;
}

function warningsIn(body: JsonObject): readonly string[] {
  const warnings = body["@adminapi.warnings"];
  if (warnings === undefined || warnings === null) return [];
  const list = Array.isArray(warnings) ? warnings : [warnings];
  return list.map((one) => (typeof one === "string" ? one : JSON.stringify(one)));
}
