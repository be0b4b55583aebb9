import * as crypto from "node:crypto";
import { compareText } from "../../model/account/account.ts";
import { canonicalJson, canonicalObject } from "../../model/values/canonical-json.ts";
import { asObject, type JsonObject } from "../../model/values/json.ts";

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
