import { asObject, asText, type JsonObject } from "../../../model/values/json.ts";
import { grouped } from "../../../model/values/text.ts";
import { ServiceFailure } from "../../microsoft/errors/failure.ts";
import { readPages } from "../../microsoft/service/pages.ts";
import { SPEECH } from "./answers.ts";
import type { Graph } from "./graph.ts";

/** A list of Graph. `counted`: the answer itself says how many there are, a request of its own has to, or nothing does. */
export type List = {
  /** Ends a sentence: `list the users`. */
  readonly what: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly needs: string;
  readonly counted: "inline" | "apart" | "not";
  /** The property that distinguishes the entries; `id` unless said otherwise. */
  readonly key?: string;
};

/** Takes what a list gives, from its beginning. */
export type Taker = {
  take(row: JsonObject, id: string): void;
  /** How many different objects came. */
  readonly size: number;
};

/** `gap`: why something may be missing. `number`: what Graph says that there are, where it does. */
export type Taken<T> = { readonly taken: T; readonly gap?: ServiceFailure; readonly number?: number };

/** So often a list is read from its beginning when a page of it is refused. */
export const MOST_STARTS = 3;
/** So often it is read when fewer came than Graph counts. */
export const MOST_SHORT = 2;
export const PAGE_SIZE = 999;

/**
 * Reads a list to its end and holds it against the number that Graph has. It starts again when Graph no longer knows its
 * own pages (`Directory_ExpiredPageToken`), and when fewer came than there are. `begin` gives a new taker for each try.
 */
export async function readList<T extends Taker>(graph: Graph, list: List, begin: () => T): Promise<Taken<T>> {
  let { counted } = list;
  let [starts, short] = [0, 0];
  let best: T | undefined;
  for (;;) {
    const taker = begin();
    const outcome = await readOnce(graph, { ...list, counted }, taker);
    if ("failure" in outcome) {
      const { failure } = outcome;
      if (isAboutCounting(outcome, counted)) counted = "not";
      else if (!isAboutPages(outcome) || ++starts >= MOST_STARTS) return { taken: taker, gap: failure };
      continue;
    }
    const { number } = outcome;
    if (number === undefined) return { taken: taker };
    if (taker.size >= number) return { taken: taker, number };
    if (best === undefined || taker.size >= best.size) best = taker;
    if (++short >= MOST_SHORT) return { taken: best, number, gap: shortOf(list, best.size, number) };
  }
}

/** Tenants for customers (Azure AD B2C) do not count. */
function isAboutCounting({ failure, pages }: Failed, counted: List["counted"]): boolean {
  return failure.status === 400 && pages === 0 && counted === "inline";
}

/** A page that Graph itself named, and does not know any more. */
function isAboutPages({ failure: { status }, pages }: Failed): boolean {
  return pages > 0 && (status === 400 || status === 410);
}

type Failed = { readonly failure: ServiceFailure; readonly pages: number };
type Once =
  | { readonly failure: ServiceFailure; readonly pages: number }
  | { readonly number: number | undefined };

async function readOnce(graph: Graph, list: List, taker: Taker): Promise<Once> {
  const { what, path, query, needs, counted } = list;
  const eventual = counted === "inline";
  const url = graph.urlOf(path, {
    ...(eventual ? { $count: "true" } : {}),
    $top: String(PAGE_SIZE),
    ...query,
  });
  let pages = 0;
  let number: number | undefined;
  try {
    const paging = { service: graph, speech: SPEECH, below: graph.path };
    await readPages(paging, { what, url, needs, eventual }, (rows, body) => {
      if (pages++ === 0) number = asCount(body["@odata.count"]);
      for (const row of rows) takeRow(list, row, taker);
    });
    if (number === undefined && counted !== "not") number = await graph.count(what, path, needs);
    return { number };
  } catch (error) {
    if (!(error instanceof ServiceFailure)) throw error;
    return { failure: error, pages };
  }
}

function takeRow({ what, key = "id" }: List, row: unknown, taker: Taker): void {
  const object = asObject(row);
  const id = asText(object?.[key])?.toLowerCase();
  if (object !== undefined && id !== undefined) {
    taker.take(object, id);
    return;
  }
  const message = `Asked to ${what}, Graph gave an entry without ${key}.`;
  throw new ServiceFailure({ code: "answer", message, remedy: "Run zivsync again." }, "request");
}

function asCount(value: unknown): number | undefined {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0 ? value : undefined;
}

function shortOf({ what, needs }: List, came: number, number: number): ServiceFailure {
  const message = `Asked to ${what}, Graph gave ${grouped(came)} of ${grouped(number)}, and no more when asked again.`;
  const remedy = `Run zivsync again later: Graph's index can be behind. If it stays, check that the application has ${needs}.`;
  return new ServiceFailure({ code: "answer", message, remedy }, "request");
}
