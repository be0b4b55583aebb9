import * as crypto from "node:crypto";
import type { LiveAccount } from "../../model/account/account.ts";
import type { Kind } from "../../model/account/kind.ts";
import { type Address, parseAddress } from "../../model/values/address.ts";
import { canonicalJson, canonicalObject } from "../../model/values/canonical-json.ts";
import { asObject, insteadOf, type JsonObject, kindOf } from "../../model/values/json.ts";
import { compareText } from "../../model/values/text.ts";
import { readTexts } from "./text-fields.ts";

export const CORE = {
  personal: "urn:ietf:params:scim:schemas:core:2.0:User",
  functional: "urn:ietf:params:scim:schemas:core:2.0:Group",
} as const;
export const ZIVVER = {
  personal: "urn:ietf:params:scim:schemas:zivver:0.1:User",
  functional: "urn:ietf:params:scim:schemas:zivver:0.1:Group",
} as const;

/** Either the account, or all that is wrong with the resource. */
export type Read = { readonly account: LiveAccount } | { readonly wrong: readonly string[] };

/** Zivver's resource as an account. Absent and null mean "none"; a value of a wrong type is never guessed at. */
export function readResource(kind: Kind, resource: JsonObject): Read {
  const reader = new ResourceReader();
  const personal = kind === "personal";
  const address = canonical(reader.required(resource[ADDRESS[kind]], ADDRESS[kind]));
  const zivverId = reader.required(resource.id, "id");
  const extension = reader.object(resource[ZIVVER[kind]], ZIVVER[kind]);
  const texts = readTexts(kind, resource, reader);
  const members = personal
    ? NONE
    : sortedOnce(reader.values(resource.members, "members").filter((id) => id !== zivverId));
  // The texts come last: adding a member to a spread object gives each account a hidden class of its own.
  const account = {
    kind,
    zivverId,
    address,
    active: personal ? reader.flag(resource.active, "active") : members.length > 0,
    aliases: addresses(reader.texts(extension.aliases, "aliases"), address),
    delegates: personal ? addresses(reader.texts(extension.delegates, "delegates"), address) : NONE,
    members,
    fingerprint: reader.fingerprint(resource, kind),
    ...texts,
    ...externalIdIn(extension),
  };
  return reader.wrong.length > 0 ? { wrong: reader.wrong } : { account };
}

const GUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

function externalIdIn({ ExternalAccountId: id }: JsonObject): Pick<LiveAccount, "externalAccountId"> {
  return typeof id === "string" && GUID.test(id) ? { externalAccountId: id.toLowerCase() } : {};
}

export const ADDRESS = { personal: "userName", functional: "externalId" } as const;

/** Live data is what it is: an address that is none stays readable, trimmed and in lower case. */
function canonical(text: string): Address {
  return parseAddress(text) ?? (text.trim().normalize("NFC").toLowerCase() as Address);
}

function addresses(texts: readonly string[], primary: Address): readonly Address[] {
  const all = texts.map(canonical);
  // A filtered list keeps room for fifteen more, and there are as many lists as accounts.
  return sortedOnce(all.includes(primary) ? all.filter((one) => one !== primary) : all);
}

/** One for all: there are as many lists as accounts, and most are empty. */
const NONE: readonly never[] = [];

function sortedOnce<T extends string>(texts: readonly T[]): readonly T[] {
  if (texts.length === 0) return NONE;
  return isSortedOnce(texts) ? texts : [...new Set(texts)].sort(compareText);
}

/** Whether every text is greater than the one before. Most lists come as they are kept. */
function isSortedOnce(texts: readonly string[]): boolean {
  return texts.every((text, at) => at === 0 || (texts[at - 1] ?? "") < text);
}

/** Takes values out of a resource and collects everything that is not as it should be. */
class ResourceReader {
  readonly wrong: string[] = [];

  required(value: unknown, name: string): string {
    const text = this.text(value, name);
    if (text.trim() === "" && (value === undefined || value === null || typeof value === "string")) {
      this.wrong.push(`${name} is ${typeof value === "string" ? "empty" : kindOf(value)}`);
    }
    return text;
  }

  text(value: unknown, name: string): string {
    if (typeof value === "string") return value;
    return this.#refuse(value, name, "text", "");
  }

  flag(value: unknown, name: string): boolean {
    if (typeof value === "boolean") return value;
    this.wrong.push(`${name} is ${insteadOf(value, "true or false")}`);
    return false;
  }

  object(value: unknown, name: string): JsonObject {
    return asObject(value) ?? this.#refuse(value, name, "an object", {});
  }

  texts(value: unknown, name: string): readonly string[] {
    return this.#list(value, name).map((item) => this.#item(item, name, "text"));
  }

  /** The `value` of each object in a list (members, phone numbers). */
  values(value: unknown, name: string): readonly string[] {
    return this.#list(value, name).map((item) =>
      this.#item(asObject(item)?.value, name, "an object with a value"),
    );
  }

  fingerprint(resource: JsonObject, kind: Kind): string {
    try {
      return fingerprintOf(resource, ZIVVER[kind]);
    } catch {
      this.wrong.push("it holds half a character (a lone surrogate), which is not Unicode text");
      return "";
    }
  }

  #list(value: unknown, name: string): readonly unknown[] {
    return Array.isArray(value) ? value : this.#refuse(value, name, "a list", []);
  }

  #item(value: unknown, name: string, wanted: string): string {
    if (typeof value === "string") return value;
    this.wrong.push(`${name} holds something that is not ${wanted}`);
    return "";
  }

  #refuse<T>(value: unknown, name: string, wanted: string, none: T): T {
    if (value !== undefined && value !== null) this.wrong.push(`${name} is ${insteadOf(value, wanted)}`);
    return none;
  }
}

/**
 * `sha256:…` over a resource as Zivver gave it: without `meta`, which changes by itself, and with sets sorted, whose order
 * says nothing. `extension` names Zivver's own part. Throws TypeError on a lone surrogate.
 */
export function fingerprintOf(resource: JsonObject, extension: string): string {
  const text = canonicalObject(resource, (key, value) => {
    if (key === "meta" || value === undefined) return undefined;
    const own = key === extension ? asObject(value) : undefined;
    if (own) return canonicalObject(own, ownText);
    return SETS.includes(key)
      ? setText(value)
      : key === "schemas"
        ? schemasText(value)
        : canonicalJson(value);
  });
  return `sha256:${sha256(text)}`;
}

const SETS = ["members", "phoneNumbers"];
const OWN_SETS = ["aliases", "delegates"];

function ownText(key: string, value: unknown): string | undefined {
  if (value === undefined) return undefined;
  return OWN_SETS.includes(key) ? setText(value) : canonicalJson(value);
}

function setText(value: unknown): string {
  if (!Array.isArray(value) || value.length < 2) return canonicalJson(value);
  return canonicalJson(value.map(canonicalJson).sort(compareText));
}

/** The schemas written last: nearly all resources of a kind have the same, and they are long. */
let latest: { readonly schemas: readonly string[]; readonly text: string } | undefined;

function schemasText(value: unknown): string {
  if (!Array.isArray(value) || !value.every((one) => typeof one === "string")) return setText(value);
  const isLatest =
    latest?.schemas.length === value.length && value.every((one, at) => one === latest?.schemas[at]);
  if (latest === undefined || !isLatest) latest = { schemas: value, text: setText(value) };
  return latest.text;
}

/** In one call where Node has one (20.12): there are as many as accounts, and an object for each takes thrice as long. */
function sha256(text: string): string {
  const { hash = hashByObject } = crypto;
  return hash("sha256", text, "hex");
}

function hashByObject(algorithm: string, text: string, encoding: "hex"): string {
  return crypto.createHash(algorithm).update(text).digest(encoding);
}
