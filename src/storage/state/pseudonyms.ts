import { createHmac, createSecretKey, type KeyObject } from "node:crypto";
import type { Pseudonyms } from "../../model/plan/state.ts";
import type { SealKeys } from "../plan/seal.ts";

/** Enough to notice a change of a value, too little to find the value. */
const VALUE_DIGITS = 16;

/** GUIDs are numbers: how their digits are written says nothing (RFC 9562, section 4). */
const GUID = /^\{?[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\}?$/i;

/** Names ids, keys and values by HMAC-SHA-256, each purpose under its own derived key. */
export function createPseudonyms({ pseudonyms }: SealKeys): Pseudonyms {
  const anchor = createSecretKey(pseudonyms.anchor);
  const accountKey = createSecretKey(pseudonyms.accountKey);
  const value = createSecretKey(pseudonyms.value);
  return {
    anchor: (profile, source, kind, id) =>
      `hmac-sha256:${digest(anchor, [profile, source, kind, GUID.test(id) ? id.toLowerCase() : id])}`,
    accountKey: (zivverId, key) => `hmac-sha256:${digest(accountKey, [zivverId, key.reveal()])}`,
    value: (zivverId, field, given) =>
      digest(value, [zivverId, field, isList(given) ? [...given].sort() : given]).slice(0, VALUE_DIGITS),
  };
}

type Part = string | boolean | null | readonly string[];

function isList(value: Part): value is readonly string[] {
  return Array.isArray(value);
}

/** Of lists of texts JSON.stringify writes canonical JSON, and takes half characters (lone surrogates) as well. */
function digest(key: KeyObject, parts: readonly Part[]): string {
  return createHmac("sha256", key).update(JSON.stringify(parts)).digest("hex");
}
