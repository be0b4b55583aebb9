import type { Kind } from "../../../model/account/kind.ts";
import type { Address } from "../../../model/values/address.ts";
import { asObject, type JsonObject } from "../../../model/values/json.ts";
import { lookUpPath, PATHS } from "../../scim/requests.ts";
import { ADDRESS, CORE, ZIVVER } from "../../scim/resource.ts";
import { ENTERPRISE } from "../../scim/text-fields.ts";
import type { AnswerOf, QuestionId } from "../questions/questions.ts";
import type { OwnAccount, OwnAccounts } from "./own-accounts.ts";
import { scrub } from "./own-accounts.ts";
import { type Asking, type Seen, stopAt, Unanswered, type Wire } from "./wire.ts";

/** An account of the run, with the address that it was given. */
export type TestAccount = OwnAccount & { address: string };

export type Noted = { readonly answer: string; readonly detail?: string };

/** A creation that was not answered yet. */
export type Pending = { readonly kind: Kind; readonly address: string };

/** Called before a creation is sent, and after it was answered, so that a run that is killed can be cleaned up. */
export type Remember = (pending: readonly Pending[], accounts: readonly OwnAccount[]) => Promise<void>;

/** How long a write is looked for, in milliseconds. */
export const LONGEST_LAG_MS = 35_000;
const FIRST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 1_000;
const MARGIN_MS = 50;
const PAGES_AT_MOST = 200;

/** Where experiments run: it sends their requests, reads what they made, and keeps the answers. */
export class Lab {
  readonly wire: Wire;
  readonly own: OwnAccounts;
  readonly answers = new Map<QuestionId, Noted>();
  readonly #remember: Remember;
  /** How late single readings show a write, once that is known: milliseconds. */
  readLagMs = 0;
  listLagMs = 0;
  #lastWrite = Number.NEGATIVE_INFINITY;
  #orders: Readonly<Record<Kind, string[][]>> = { personal: [], functional: [] };
  /** By address: creations of which it is not known whether they were carried out. */
  readonly #pending = new Map<string, Pending>();
  /** The media type that writes go with. */
  #mediaType: string | undefined;

  constructor(wire: Wire, own: OwnAccounts, remember: Remember) {
    this.wire = wire;
    this.own = own;
    this.#remember = remember;
  }

  note<I extends QuestionId>(id: I, answer: AnswerOf<I>, detail?: string): void {
    if (this.answers.has(id)) return;
    this.answers.set(id, detail === undefined ? { answer } : { answer, detail: scrub(detail, this.own.run) });
  }

  now(): number {
    return this.wire.clock.now();
  }

  /** Sends a request about accounts of the run. Throws Unanswered. */
  async ask(asking: Asking): Promise<Seen> {
    const seen = await this.#send(asking);
    // The lists were answered before, so this is about the key and not about the question.
    if (seen.status === 401 && !asking.wrongKey && asking.path !== ORGANIZATION)
      throw new Unanswered("The API key was refused (401).", "target-unauthorized");
    return seen;
  }

  async #send(asking: Asking): Promise<Seen> {
    this.own.check(asking);
    const isWrite = asking.method !== "GET";
    const plain = asking.mediaType === undefined && isWrite && asking.body !== undefined;
    const given = plain && this.#mediaType ? { ...asking, mediaType: this.#mediaType } : asking;
    const seen = await this.wire.ask(given).finally(() => {
      if (isWrite) this.#lastWrite = this.now();
    });
    if (!plain || asking.method === "PATCH" || this.#mediaType !== undefined) return seen;
    if (seen.ok) this.note("json-taken", "taken");
    if (seen.status !== 415 && seen.status !== 406) return seen;
    this.#mediaType = SCIM_JSON;
    const again = await this.wire.ask({ ...asking, mediaType: SCIM_JSON });
    this.#lastWrite = this.now();
    if (again.status !== 415 && again.status !== 406) this.note("json-taken", "refused", describe(seen));
    return again;
  }

  /** Creates an account of the run. Without an account, the answer says why. */
  async create(
    kind: Kind,
    name: string,
    body: JsonObject,
  ): Promise<{ readonly seen: Seen; readonly account: TestAccount | undefined }> {
    const address = this.own.addressOf(name);
    const written = { schemas: schemasOf(kind, body), [ADDRESS[kind]]: address, ...body };
    const key = `${kind} ${address}`;
    const isRepeated = this.#pending.has(key);
    if (this.own.isFull) throw new Unanswered("No more accounts may be made.");
    this.#pending.set(key, { kind, address });
    await this.#remember(this.pending, this.own.all());
    const seen = await this.ask({ method: "POST", path: PATHS[kind], body: written });
    const isThere = seen.ok || isRepeated;
    const account = isThere ? await this.#made(kind, String(written[ADDRESS[kind]]), seen) : undefined;
    if (account || !isThere) this.#pending.delete(key);
    await this.#remember(this.pending, this.own.all());
    return { seen, account };
  }

  /** Creations of which it is not known whether they were carried out. */
  get pending(): readonly Pending[] {
    return [...this.#pending.values()];
  }

  async #made(kind: Kind, address: string, seen: Seen): Promise<TestAccount | undefined> {
    const answered = seen.ok ? asObject(seen.json) : undefined;
    const resource = answered && this.own.add(kind, answered) ? answered : await this.#find(kind, address);
    return resource && { kind, id: String(resource.id), address };
  }

  /** Looks for an account that was created without an answer that shows it. */
  async #find(kind: Kind, address: string): Promise<JsonObject | undefined> {
    return this.until(async () => {
      const hits = resourcesIn(
        (await this.ask({ method: "GET", path: lookUpPath(kind, address as Address) })).json,
      );
      const all = hits.length > 0 ? hits : await this.list(kind);
      return all.find((one) => isAddress(one[ADDRESS[kind]], address) && this.own.add(kind, one));
    });
  }

  put({ kind, id, address }: TestAccount, body: JsonObject): Promise<Seen> {
    const written = { schemas: schemasOf(kind, body), [ADDRESS[kind]]: address, ...body };
    return this.ask({ method: "PUT", path: `${PATHS[kind]}/${encodeURIComponent(id)}`, body: written });
  }

  patch({ id }: TestAccount, operation: JsonObject, mediaType: string = SCIM_JSON): Promise<Seen> {
    const body = { schemas: [PATCH_OP], Operations: [operation] };
    return this.ask({
      method: "PATCH",
      path: `${PATHS.functional}/${encodeURIComponent(id)}`,
      body,
      mediaType,
    });
  }

  /** An account as it is once every write shows. Throws Unanswered where it cannot be read. */
  async read(account: OwnAccount): Promise<JsonObject> {
    await this.settled();
    const found = await this.until(async () => resourceIn(await this.get(account)));
    if (found === undefined) throw new Unanswered("The account could not be read back.");
    return found;
  }

  get({ kind, id }: OwnAccount): Promise<Seen> {
    return this.ask({ method: "GET", path: `${PATHS[kind]}/${encodeURIComponent(id)}` });
  }

  /** Waits until single readings show the last write. */
  async settled(): Promise<void> {
    if (this.readLagMs > 0) await this.#waitUntil(this.#lastWrite + this.readLagMs + MARGIN_MS);
  }

  /** Waits until lists show the last write. */
  async listed(): Promise<void> {
    if (this.listLagMs > 0) await this.#waitUntil(this.#lastWrite + this.listLagMs + MARGIN_MS);
  }

  async #waitUntil(time: number): Promise<void> {
    const wait = time - this.now();
    if (wait > 0) await this.wire.clock.sleep(wait);
  }

  /** Looks again and again, with growing pauses, until there is something, or for so many milliseconds. */
  async until<T>(look: () => Promise<T | undefined>, patienceMs = LONGEST_LAG_MS): Promise<T | undefined> {
    const end = this.now() + patienceMs;
    for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(LONGEST_PAUSE_MS, pause * 1.5)) {
      const found = await look();
      if (found !== undefined || this.now() >= end) return found;
      await this.wire.clock.sleep(pause);
    }
  }

  /** A list, page by page; sees whether it is paged and in what order it comes. */
  async list(kind: Kind): Promise<readonly JsonObject[]> {
    return (await this.listWithTotal(kind)).found;
  }

  /** The same, with how many accounts there are by the list's own count: pages may not lead to all of them. */
  async listWithTotal(
    kind: Kind,
  ): Promise<{ readonly found: readonly JsonObject[]; readonly total: number }> {
    const first = await this.ask({ method: "GET", path: PATHS[kind] });
    const isList = totalIn(first.json) === 0 || resourcesIn(first.json).length > 0;
    if (!first.ok || asObject(first.json) === undefined || !isList)
      stopAt(first, `list the ${kind} accounts`);
    const hasTotal = typeof asObject(first.json)?.totalResults === "number";
    this.note("list-total", hasTotal ? "number" : "other");
    const total = totalIn(first.json);
    const found = [...resourcesIn(first.json)];
    const size = found.length;
    for (let page = 1; found.length < total && size > 0 && page < PAGES_AT_MOST; page += 1) {
      const path = `${PATHS[kind]}?startIndex=${found.length + 1}&count=${size}`;
      const next = resourcesIn((await this.ask({ method: "GET", path })).json);
      if (next.length === 0) break;
      found.push(...next);
    }
    if (size < total) this.note("list-whole", "paged", `${size} at a time`);
    this.#orders[kind].push(found.map(({ id }) => String(id)));
    return { found, total: Math.max(total, found.length) };
  }

  /** The orders in which the accounts of a kind were listed so far. */
  ordersOf(kind: Kind): readonly (readonly string[])[] {
    return this.#orders[kind];
  }
}

/** May be closed to a key that may do all else. */
export const ORGANIZATION = "/Organization";

export const SCIM_JSON = "application/scim+json";
const PATCH_OP = "urn:ietf:params:scim:api:messages:2.0:PatchOp";

/** The schemas of what a body holds. */
function schemasOf(kind: Kind, body: JsonObject): readonly string[] {
  return [CORE[kind], ...[ZIVVER[kind], ENTERPRISE].filter((schema) => schema in body)];
}

export function resourcesIn(json: unknown): readonly JsonObject[] {
  const list = asObject(json)?.Resources;
  return Array.isArray(list) ? list.map(asObject).filter((one) => one !== undefined) : [];
}

export function totalIn(json: unknown): number {
  const total = asObject(json)?.totalResults;
  return typeof total === "number" ? total : resourcesIn(json).length;
}

/** The one resource of an answer, bare or in a list. */
export function resourceIn(seen: Seen): JsonObject | undefined {
  const object = asObject(seen.json);
  if (!seen.ok || object === undefined) return undefined;
  return Array.isArray(object.Resources)
    ? resourcesIn(object)[0]
    : object.id === undefined
      ? undefined
      : object;
}

export function isAddress(value: unknown, address: string): boolean {
  return typeof value === "string" && value.toLowerCase() === address.toLowerCase();
}

/** Status and words of an answer. */
export function describe(seen: Seen): string {
  return `${seen.status} ${JSON.stringify(seen.body.slice(0, 2000))}`;
}
