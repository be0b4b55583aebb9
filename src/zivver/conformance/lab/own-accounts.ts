import { KINDS, type Kind } from "../../../model/account/kind.ts";
import { InternalError } from "../../../model/values/errors.ts";
import { asObject, type JsonObject } from "../../../model/values/json.ts";
import type { HttpRequest } from "../../http/client.ts";
import { PATHS } from "../../scim/requests.ts";
import { ADDRESS } from "../../scim/resource.ts";

/** One run: its token is in the address of every account that it makes, and in no other. */
export type Run = { readonly token: string; readonly domain: string };

export type OwnAccount = { readonly kind: Kind; readonly id: string };

const MOST_ACCOUNTS = 6;

/**
 * The accounts that a run made. Every request passes `check`, which lets writes through to these accounts only, so that
 * whatever an experiment does, and whatever a server answers, no other account is written to.
 */
export class OwnAccounts {
  readonly run: Run;
  /** The ids of all accounts that were there before. */
  readonly #others: ReadonlySet<string>;
  readonly #own = new Map<string, Kind>();
  /** The ids of all accounts that were made, those included that are deleted again. */
  readonly #made = new Set<string>();

  constructor(run: Run, others: Iterable<string> = []) {
    this.run = run;
    this.#others = new Set(others);
  }

  /** As many were made as may be. */
  get isFull(): boolean {
    return this.#made.size >= MOST_ACCOUNTS;
  }

  addressOf(name: string): string {
    return `${prefixOf(this.run)}${name}@${this.run.domain}`;
  }

  /** Whether this is the address of an account of this run. */
  isOwnAddress(address: unknown): boolean {
    if (typeof address !== "string") return false;
    const text = address.toLowerCase();
    return text.startsWith(prefixOf(this.run)) && text.endsWith(`@${this.run.domain.toLowerCase()}`);
  }

  /** Takes an account that a server showed; false where it is not one of this run. */
  add(kind: Kind, resource: JsonObject): boolean {
    const { id } = resource;
    const isOwn =
      typeof id === "string" &&
      id !== "" &&
      !this.#others.has(id) &&
      this.isOwnAddress(resource[ADDRESS[kind]]);
    if (isOwn) {
      this.#own.set(id, kind);
      this.#made.add(id);
    }
    return isOwn;
  }

  remove(id: string): void {
    this.#own.delete(id);
  }

  /** Groups first, then users. */
  all(): readonly OwnAccount[] {
    return [...KINDS]
      .reverse()
      .flatMap((kind) => [...this.#own].flatMap(([id, its]) => (its === kind ? [{ kind, id }] : [])));
  }

  /** Throws InternalError for a write to any account but those of this run. */
  check({ method, path, body }: Pick<HttpRequest, "method" | "path" | "body">): void {
    if (method === "GET") return;
    const [, collection, id] = /^(\/Users|\/Groups)(?:\/([^/?]+))?$/.exec(path) ?? [];
    const kind = KINDS.find((one) => PATHS[one] === collection);
    if (method === "POST" && kind !== undefined && id === undefined) {
      if (!this.isFull && this.isOwnAddress(asObject(body)?.[ADDRESS[kind]])) return;
    }
    if (method !== "POST" && id !== undefined && this.#own.get(decodeURIComponent(id)) === kind) return;
    throw new InternalError(
      `The experiments may not send ${method} ${path}: it is not about an account of theirs.`,
    );
  }
}

function prefixOf({ token }: Run): string {
  return `zivsync-conformance-${token}-`;
}

const LONGEST = 160;

/** Words of an answer for a report that goes to others: without addresses, ids, the domain and what looks like a secret. */
export function scrub(text: string, { token, domain }: Run): string {
  const clean = text
    .replace(/[^\s"'<>(),;:\\]+@[^\s"'<>(),;:\\]+/g, "<address>")
    .replace(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/gi, "<id>")
    .replace(/https?:\/\/[^\s"'\\]+/gi, "<url>")
    .replaceAll(new RegExp(escaped(domain), "gi"), "<domain>")
    .replaceAll(token, "<run>")
    .replace(/[A-Za-z0-9+/_=-]{24,}/g, "<text>")
    .replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, "\ufffd");
  const characters = [...clean];
  return characters.length > LONGEST ? `${characters.slice(0, LONGEST).join("")}…` : clean;
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&");
}
