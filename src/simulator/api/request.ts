import type { IncomingMessage } from "node:http";
import type { SimRequest } from "./answers.ts";

/** Where the API begins, as at Zivver. */
export const BASE_PATH = "/api/scim/v2";

const LARGEST_BODY = 10 * 1024 * 1024;

export type ReceivedRequest = {
  readonly request: SimRequest;
  /** The path below the base address, with its query, for the log. */
  readonly shownPath: string;
  /** Lies below the base address. */
  readonly isOurs: boolean;
  readonly isTooLarge: boolean;
};

/** Reads one request whole; of a body past 10 MB only that much. Rejects when the client leaves meanwhile. */
export async function receive(incoming: IncomingMessage): Promise<ReceivedRequest> {
  const url = new URL(incoming.url ?? "/", "http://localhost");
  const isOurs = url.pathname.startsWith(`${BASE_PATH}/`);
  const path = isOurs ? url.pathname.slice(BASE_PATH.length) : url.pathname;
  const { body, isTooLarge } = await readBody(incoming);
  const request: SimRequest = {
    method: incoming.method ?? "GET",
    path,
    query: Object.fromEntries(url.searchParams),
    headers: Object.fromEntries(
      Object.entries(incoming.headers).map(([name, value]) => [name, joined(value)]),
    ),
    body,
  };
  return { request, shownPath: `${path}${url.search}`, isOurs, isTooLarge };
}

async function readBody(incoming: IncomingMessage): Promise<{ body: string; isTooLarge: boolean }> {
  const pieces: Buffer[] = [];
  let size = 0;
  for await (const piece of incoming) {
    size += piece.length;
    // The rest is read and forgotten, so that the client gets its answer instead of a broken connection.
    if (size <= LARGEST_BODY) pieces.push(piece);
  }
  return { body: Buffer.concat(pieces).toString("utf8"), isTooLarge: size > LARGEST_BODY };
}

function joined(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value.join(", ") : value;
}
