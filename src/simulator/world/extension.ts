import type { JsonObject } from "../../model/values/json.ts";
import type { WrittenBody, WrittenExtension } from "../api/written-body.ts";
import type { StoredAccount, World } from "./world.ts";

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

type Written = Pick<WrittenBody, "fullName" | "division" | "enterprise" | "extension">;
type Extended = Pick<StoredAccount, "fullName" | "division" | "enterprise" | "extra">;

/** The enterprise extension of a new account, and the keys without a meaning that it has. */
export function bornWith(
  world: World,
  id: string,
  { division = "/", enterprise, extension }: Written,
): Omit<Extended, "fullName"> & { readonly hidden: false } {
  const extra = extraAtBirth(world, id, extension);
  return { division, ...(enterprise ? { enterprise } : {}), extra, hidden: false };
}

/** The keys without a meaning that a new account has. */
export function extraAtBirth(world: World, id: string, extension?: WrittenExtension): JsonObject {
  if (!world.quirks.has("external-account-id")) return {};
  return withoutNull({ ExternalAccountId: `external-${id}`, ...extension?.extra });
}

/** An account with the name, the enterprise extension and the keys without a meaning that it has after a PUT. */
export function keptBy<T extends Extended>(
  world: World,
  account: T,
  body: Written,
): Omit<T, "enterprise"> & Extended {
  const { enterprise: before, ...others } = account;
  // A write of the enterprise extension replaces all of it.
  const isWritten = body.division !== undefined || body.enterprise !== undefined;
  const enterprise = isWritten ? body.enterprise : before;
  return {
    ...others,
    fullName: body.fullName ?? account.fullName,
    division: body.division ?? account.division,
    ...(enterprise ? { enterprise } : {}),
    extra: extraAfter(world, body.extension, account.extra),
  };
}

function extraAfter(world: World, extension: WrittenExtension | undefined, was: JsonObject): JsonObject {
  if (!extension || !world.quirks.has("external-account-id")) return was;
  const before = world.quirks.has("put-erases-extension") ? {} : was;
  return withoutNull({ ...before, ...extension.extra });
}

/** RFC 7643, 2.5: null says that there is none. */
function withoutNull(extra: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(extra).filter(([, value]) => value !== null));
}
