import type { JsonObject } from "../../model/values/json.ts";
import type { World } from "../world/world.ts";

/** A request as it reaches Zivver: the path below the base address, header names in lower case, the body as text. */
export type SimRequest = {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: string;
};

/** An answer as it goes on the wire. */
export type SimResponse = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
};

/** The reason why a request is not carried out, in Zivver's words. */
export type Refusal = { readonly status: number; readonly text: string };

export const SCIM_MEDIA_TYPE = "application/scim+json";

/** 400, by far the most frequent refusal. */
export function bad(text: string): Refusal {
  return { status: 400, text };
}

/** A refusal as an answer: bare text, or JSON, as the quirk `text-refusals` says. */
export function refuse(world: World, refusal: Refusal): SimResponse {
  const { status, text } = refusal;
  return world.quirks.has("text-refusals")
    ? plain(status, text)
    : json(status, { code: status, message: text });
}

/** Refusals that the framework below Zivver gives are JSON whatever the refusals of Zivver itself are. */
export function frameworkRefusal(status: number, reason: string): SimResponse {
  return json(status, { code: status, message: `HTTP ${status} ${reason}` });
}

/** The answer to a write: the resource, or nothing, as the quirk `write-answers-without-body` says. */
export function written(world: World, status: number, resource: unknown): SimResponse {
  return world.quirks.has("write-answers-without-body") ? empty(status) : json(status, resource);
}

/** The answer to a creation: as to a write, or with id and address only, as the quirk `create-answers-briefly` says. */
export function created(world: World, resource: JsonObject): SimResponse {
  if (!world.quirks.has("create-answers-briefly")) return written(world, 201, resource);
  const { id, userName, externalId } = resource;
  return json(201, userName === undefined ? { id, externalId } : { id, userName });
}

export function json(status: number, value: unknown): SimResponse {
  return { status, headers: { "content-type": "application/json" }, body: JSON.stringify(value) };
}

export function plain(status: number, text: string): SimResponse {
  return { status, headers: { "content-type": "text/plain; charset=utf-8" }, body: text };
}

export function empty(status: number): SimResponse {
  return { status, headers: {}, body: "" };
}
