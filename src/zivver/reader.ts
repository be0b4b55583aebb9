import type { LiveAccount } from "../model/account/account.ts";
import { KINDS, type Kind } from "../model/account/kind.ts";
import type { Address } from "../model/values/address.ts";
import { type Problem, RemoteError } from "../model/values/errors.ts";
import { asObject, type JsonObject } from "../model/values/json.ts";
import { compareText } from "../model/values/text.ts";
import { refusalOf } from "./http/refusals.ts";
import { deliver, failed, type Line } from "./http/retry.ts";
import type { Take } from "./lists/list-splitter.ts";
import { type FetchPage, malformed, readList, shortened } from "./lists/lists.ts";
import { JSON_TYPE, type Kept, keptOf, lookUpPath, PATHS } from "./scim/requests.ts";
import { readResource } from "./scim/resource.ts";

type Redact = (text: string) => string;
type Found = { readonly account: LiveAccount; readonly kept: Kept | undefined };
/** Takes from a resource what is kept of it beyond the account. */
type Keep = (kind: Kind, resource: JsonObject) => Kept | undefined;
type TakenAccount = Found | { readonly name: string; readonly wrong: readonly string[] };

/** Problems of the connection or the key: they come with every request, and are said once. */
const CONTENT = new Set(["target-answer", "target-incomplete"]);

/** Reads accounts, and remembers of each what a later write has to send along. */
export class AccountReader {
  readonly #line: Line;
  readonly #redact: Redact;
  readonly #keep: Keep;
  #kept = new Map<string, Kept>();

  constructor(line: Line, redact: Redact, keep: Keep = keptOf) {
    this.#line = line;
    this.#redact = redact;
    this.#keep = keep;
  }

  /** All live accounts, sorted by kind and address. Throws RemoteError with the problems of both lists. */
  async readAll(): Promise<readonly LiveAccount[]> {
    const lists = await Promise.allSettled(KINDS.map((kind) => this.#readKind(kind)));
    const problems: Problem[] = [];
    const found: Found[] = [];
    for (const list of lists) {
      if (list.status === "fulfilled") for (const one of list.value) found.push(one);
      else if (list.reason instanceof RemoteError) problems.push(...newOnes(list.reason.problems, problems));
      else throw list.reason;
    }
    if (problems.length === 0) problems.push(...idsOfTwo(found, `GET ${this.#line.base}`));
    if (problems.length > 0) throw new RemoteError(problems);
    this.#kept = new Map(found.flatMap(({ account, kept }) => (kept ? [[account.zivverId, kept]] : [])));
    return found.map(({ account }) => account).sort(byKindAndAddress);
  }

  /** The account with this primary address, or undefined when Zivver knows none of this kind. */
  async lookUp(kind: Kind, address: Address, redact: Redact): Promise<LiveAccount | undefined> {
    const path = lookUpPath(kind, address);
    const where = `GET ${this.#line.base}${path}`;
    const pages = this.#pages<TakenAccount>(path, `look up ${address}`, redact);
    for (const read of await readList(pages, where, takeAccount(kind, this.#keep))) {
      if (!("account" in read) || read.account.address !== address) continue;
      this.#remember(read);
      return read.account;
    }
    return undefined;
  }

  /** The account with this id, bare or in a list of one; undefined where Zivver does not know the id. */
  async readOne({
    kind,
    zivverId,
  }: Pick<LiveAccount, "kind" | "zivverId">): Promise<LiveAccount | undefined> {
    const path = `${PATHS[kind]}/${encodeURIComponent(zivverId)}`;
    const asked = { action: "read an account", where: `GET ${this.#line.base}${path}`, redact: this.#redact };
    const result = await deliver(this.#line, { method: "GET", path, mediaType: JSON_TYPE }, asked);
    if (result.json !== undefined) return this.note(kind, inList(result.json), zivverId);
    const problem = refusalOf(result.answer, asked);
    if (problem.code === "target-account-unknown") return undefined;
    throw failed(problem, false);
  }

  /** The account in the answer to a write, or undefined when there is none, or none that can be relied on. */
  note(kind: Kind, json: unknown, zivverId: string): LiveAccount | undefined {
    return this.#noteIf(kind, json, (account) => account.zivverId === zivverId);
  }

  /**
   * The same of an answer to a creation. Zivver may write the address or the name in its own way; an account with neither is
   * somebody else's, whose id must not become that of the new account.
   */
  noteCreated(
    kind: Kind,
    json: unknown,
    { address, fullName }: Pick<LiveAccount, "address" | "fullName">,
  ): LiveAccount | undefined {
    return this.#noteIf(
      kind,
      json,
      (account) => account.address === address || account.fullName === fullName,
    );
  }

  #noteIf(kind: Kind, json: unknown, isMeant: (account: LiveAccount) => boolean): LiveAccount | undefined {
    const resource = asObject(json);
    const read = resource && readResource(kind, resource);
    // An answer without a name is an excerpt: it says nothing of what is left out.
    if (!resource || !read || !("account" in read) || !hasName(kind, resource)) return undefined;
    if (!isMeant(read.account)) return undefined;
    this.#remember({ account: read.account, kept: this.#keep(kind, resource) });
    return read.account;
  }

  /** The parts of this account's resource beyond the account itself, by the last reading or an answer since. */
  keptOf(zivverId: string): Kept | undefined {
    return this.#kept.get(zivverId);
  }

  /** The account was emptied, its own id included. */
  noteEmptied(zivverId: string): void {
    const kept = this.#kept.get(zivverId);
    if (kept) this.#kept.set(zivverId, { ...kept, ownMember: false });
  }

  noteDeleted(zivverId: string): void {
    this.#kept.delete(zivverId);
  }

  #remember({ account, kept }: Found): void {
    if (kept) this.#kept.set(account.zivverId, kept);
  }

  async #readKind(kind: Kind): Promise<readonly Found[]> {
    const where = `GET ${this.#line.base}${PATHS[kind]}`;
    const pages = this.#pages<TakenAccount>(PATHS[kind], `read the ${kind} accounts`, this.#redact);
    const found: Found[] = [];
    const problems: Problem[] = [];
    for (const read of await readList(pages, where, takeAccount(kind, this.#keep))) {
      if ("account" in read) found.push(read);
      else
        problems.push(malformed(where, `of resource ${this.#redact(read.name)}, ${read.wrong.join(", ")}`));
    }
    if (problems.length > 0) throw new RemoteError(shortened(problems));
    this.#line.onProgress(`${found.length} ${kind} ${found.length === 1 ? "account" : "accounts"} read.`);
    return found;
  }

  #pages<T>(path: string, action: string, redact: Redact): FetchPage<T> {
    return async (parameters, take) => {
      const query = new URLSearchParams(parameters).toString();
      const full = query === "" ? path : `${path}${path.includes("?") ? "&" : "?"}${query}`;
      const asked = { action, where: `GET ${this.#line.base}${full}`, redact };
      const request = { method: "GET", path: full, mediaType: JSON_TYPE, take } as const;
      const result = await deliver(this.#line, request, asked);
      if (result.json !== undefined) return result.json;
      throw failed(refusalOf(result.answer, asked), false);
    };
  }
}

/**
 * Members are listed by id alone, so an id of two accounts means either of them. Ids are unique among all resources (RFC 7643, 3.1),
 * but an account that is converted between the two readings is in both lists.
 */
function idsOfTwo(found: readonly Found[], where: string): readonly Problem[] {
  const ids = new Set<string>();
  const problems: Problem[] = [];
  for (const { account } of found) {
    const { zivverId, kind, address } = account;
    if (ids.has(zivverId))
      problems.push({
        code: "target-answer",
        where: `${where}${PATHS[kind]}`,
        message: `The lists cannot be used: the id of ${address} is that of a personal and of a functional account. Delegates are listed by id, so zivsync cannot tell which of the two gets access.`,
        remedy:
          "Run it again: somebody may have converted the account meanwhile. If it stays, please report this message.",
      });
    ids.add(zivverId);
  }
  return shortened(problems);
}

/** The parts of a resource that later writes need, and no more. */
function takeAccount(kind: Kind, keep: Keep): Take<TakenAccount> {
  return (resource) => {
    const read = readResource(kind, resource);
    return "account" in read
      ? { account: read.account, kept: keep(kind, resource) }
      : { name: nameOf(resource), wrong: read.wrong };
  };
}

function newOnes(problems: readonly Problem[], known: readonly Problem[]): readonly Problem[] {
  return problems.filter(({ code }) => CONTENT.has(code) || !known.some((other) => other.code === code));
}

/** The resource of an answer that may hold it in a list of one. */
function inList(json: unknown): unknown {
  const list = asObject(json)?.Resources;
  return Array.isArray(list) ? list[0] : json;
}

function hasName(kind: Kind, resource: JsonObject): boolean {
  return resource[kind === "personal" ? "name" : "displayName"] !== undefined;
}

function nameOf(resource: JsonObject): string {
  return typeof resource.id === "string" ? resource.id : "without an id";
}

function byKindAndAddress(a: LiveAccount, b: LiveAccount): number {
  return KINDS.indexOf(a.kind) - KINDS.indexOf(b.kind) || compareText(a.address, b.address);
}
