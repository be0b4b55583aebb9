import type { Reply } from "../../servers/exchange-entra.ts";
import { error, type GraphAsked, type GraphOptions } from "../../servers/graph.ts";

type Body = Record<string, unknown>;
type Rows = readonly Readonly<Record<string, unknown>>[];

/** What goes wrong with one request. `heals`: the reading may get over it when it does not come again. */
export type GraphFault = {
  readonly name: string;
  readonly fault?: (asked: GraphAsked) => Reply | "cut" | undefined;
  readonly bend?: (body: Body, asked: GraphAsked) => Body;
  readonly heals?: true;
};

const rowsIn = ({ value }: Body): Rows => value as Rows;
const without = (name: string) => (body: Body) => {
  const { [name]: _, ...rest } = body;
  return rest;
};
const answers = (name: string, reply: Reply | "cut", more: Partial<GraphFault> = {}): GraphFault => ({
  name,
  fault: () => reply,
  ...more,
});
const bends = (name: string, bend: (body: Body, asked: GraphAsked) => Body): GraphFault => ({ name, bend });
const JSON_TYPE = { "content-type": "application/json" };

/** Whatever Graph, its index, a proxy or the network has been known to do, or could. */
export const GRAPH_FAULTS: readonly GraphFault[] = [
  answers("cut", "cut", { heals: true }),
  answers("400", error(400, "Request_BadRequest")),
  answers("expired page token", error(400, "Directory_ExpiredPageToken"), { heals: true }),
  answers("401", error(401, "InvalidAuthenticationToken"), { heals: true }),
  answers("403", error(403, "Authorization_RequestDenied")),
  answers("404 of Graph", error(404, "Request_ResourceNotFound")),
  answers("404 of something else", { status: 404, headers: { "content-type": "text/html" }, body: "<html>" }),
  answers("410", error(410, "SyncStateNotFound")),
  answers("429 within patience", error(429, "TooManyRequests", { "retry-after": "3" }), { heals: true }),
  answers("429 beyond patience", error(429, "TooManyRequests", { "retry-after": "7200" })),
  answers("500", error(500, "UnknownError"), { heals: true }),
  answers("503", error(503, "ServiceUnavailable"), { heals: true }),
  answers("redirect", { status: 302, headers: { location: "https://login.example.org/" }, body: "" }),
  answers("204", { status: 204, body: "" }),
  answers("a page of a proxy", {
    status: 200,
    headers: { "content-type": "text/html" },
    body: "<html>Log on</html>",
  }),
  answers("nothing", { status: 200, headers: JSON_TYPE, body: "" }),
  answers("an empty object", { status: 200, body: {} }),
  answers("no list", { status: 200, body: { value: null } }),
  answers("a list of nothing that can be read", { status: 200, body: { value: [null, 1, "x"] } }),
  answers("cut within the JSON", {
    status: 200,
    headers: JSON_TYPE,
    body: '{"@odata.count":2,"value":[{"id":"1',
  }),
  answers("an error after the results", {
    status: 200,
    body: { value: [], error: { code: "x", message: "It broke." } },
  }),
  answers("nothing at all, counted", { status: 200, body: { "@odata.count": 0, value: [] } }),
  answers("nothing at all, not counted", { status: 200, body: { value: [] } }),
  bends("an empty page with a next one", (body) => ({ ...body, value: [] })),
  bends("a page short of one", (body) => ({ ...body, value: rowsIn(body).slice(1) })),
  bends("no next page", without("@odata.nextLink")),
  bends("a next page at another host", (body) => ({
    ...body,
    "@odata.nextLink": "https://graph.example.net/v1.0/users?$skiptoken=1",
  })),
  bends("a next page of another version", (body) => ({
    ...body,
    "@odata.nextLink": "/beta/users?$skiptoken=1",
  })),
  bends("a next page without TLS", (body, { url }) => ({
    ...body,
    "@odata.nextLink": url.href.replace("https:", "http:"),
  })),
  bends("itself as the next page", (body, { url }) => ({ ...body, "@odata.nextLink": url.href })),
  bends("a number in place of a next page", (body) => ({ ...body, "@odata.nextLink": 7 })),
  bends("a count that lies high", (body) =>
    typeof body["@odata.count"] === "number" ? { ...body, "@odata.count": body["@odata.count"] + 3 } : body,
  ),
  bends("a count that lies low", (body) =>
    typeof body["@odata.count"] === "number" ? { ...body, "@odata.count": 0 } : body,
  ),
  bends("a count that is text", (body) => ({ ...body, "@odata.count": "2" })),
  bends("everything twice", (body) => ({ ...body, value: [...rowsIn(body), ...rowsIn(body)] })),
  bends("twice, and not the same", (body) => ({
    ...body,
    value: [
      ...rowsIn(body),
      ...rowsIn(body).map((row) => ({
        ...row,
        accountEnabled: false,
        proxyAddresses: [],
        mailEnabled: false,
      })),
    ],
  })),
  bends("an id and nulls", (body) => ({
    ...body,
    value: rowsIn(body).map((row) =>
      Object.fromEntries(Object.keys(row).map((name) => [name, name === "id" ? row.id : null])),
    ),
  })),
  bends("an id and nothing else", (body) => ({ ...body, value: rowsIn(body).map(({ id }) => ({ id })) })),
  bends("rows without an id", (body) => ({ ...body, value: rowsIn(body).map(without("id")) })),
  bends("null in one property after another", (body, { ofAll }) => ({
    ...body,
    value: rowsIn(body).map((row) => {
      const names = Object.keys(row).filter((name) => name !== "id");
      return { ...row, [names[ofAll % names.length] ?? ""]: null };
    }),
  })),
];

/** Lets a fault come at a request, and at those after it where it stays. */
export class Saboteur {
  #present: { readonly fault: GraphFault; readonly at: number; readonly stays: boolean } | undefined;
  readonly options: Pick<GraphOptions, "fault" | "bend"> = {
    fault: (asked) => (this.#comes(asked) ? this.#present?.fault.fault?.(asked) : undefined),
    bend: (body, asked) => (this.#comes(asked) ? (this.#present?.fault.bend?.(body, asked) ?? body) : body),
  };

  set(fault: GraphFault | undefined, at = 0, stays = false): void {
    this.#present = fault && { fault, at, stays };
  }

  #comes({ ofAll }: GraphAsked): boolean {
    const one = this.#present;
    return one !== undefined && (ofAll === one.at || (one.stays && ofAll > one.at));
  }
}
