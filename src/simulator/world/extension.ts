import type { JsonObject } from "../../model/values/json.ts";
import type { WrittenExtension } from "../api/written-body.ts";
import type { World } from "./world.ts";

/**
 * One key of the Zivver extension after a PUT: as sent; as it was, when no extension was sent; and when the extension was
 * sent without the key, erased or as it was, as the quirk `put-erases-extension` says.
 */
export function kept<T>(
  world: World,
  extension: WrittenExtension | undefined,
  sent: T | undefined,
  was: T,
  erased: T,
): T {
  if (sent !== undefined) return sent;
  return extension && world.quirks.has("put-erases-extension") ? erased : was;
}

/** The keys without a meaning that a new account has. */
export function extraAtBirth(world: World, id: string, extension?: WrittenExtension): JsonObject {
  if (!world.quirks.has("external-account-id")) return {};
  return withoutNull({ ExternalAccountId: `external-${id}`, ...extension?.extra });
}

/** The keys without a meaning after a PUT. */
export function extraAfter(
  world: World,
  extension: WrittenExtension | undefined,
  was: JsonObject,
): JsonObject {
  if (!extension || !world.quirks.has("external-account-id")) return was;
  const before = world.quirks.has("put-erases-extension") ? {} : was;
  return withoutNull({ ...before, ...extension.extra });
}

/** RFC 7643, 2.5: null says that there is none. */
function withoutNull(extra: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(extra).filter(([, value]) => value !== null));
}
