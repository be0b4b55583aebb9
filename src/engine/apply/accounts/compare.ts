import type { LiveAccount } from "../../../model/account/account.ts";
import { type FieldName, TEXT_FIELDS } from "../../../model/account/fields.ts";
import { type Change, type FieldChange, releaseOf } from "../../../model/plan/change.ts";
import { hasValue, sameSet } from "../../desired/field-values.ts";
import type { ApplyWorld } from "./accounts.ts";
import { hasDelegates, isBetweenDelegates, meansDelegates } from "./delegates.ts";

/**
 * The fields of a change whose live value is not what the plan says it should be. Empty: the account is as planned. No
 * reading shows an account key: `keySent` says whether a request that carries it was answered.
 */
export function differingFields(
  change: Change,
  account: LiveAccount,
  world: ApplyWorld,
  keySent: boolean,
): readonly FieldName[] {
  const isPlanned = (field: FieldChange): boolean => {
    if (field.field === "accountKey") return keySent;
    return field.field === "delegates"
      ? hasDelegates(account, field, world)
      : hasValue(account, field.field, field.after);
  };
  return change.fields.filter((field) => !isPlanned(field)).map(({ field }) => field);
}

/** Whether every touched field is as before or as planned (or, for addresses, as the plan's first write leaves it). */
export function isBetween(change: Change, account: LiveAccount, world: ApplyWorld): boolean {
  const release = releaseOf(change);
  return change.fields.every((field) => {
    if (field.field === "delegates") return isBetweenDelegates(account, field, world);
    if (hasValue(account, field.field, field.before) || hasValue(account, field.field, field.after))
      return true;
    if (release === undefined) return false;
    if (field.field === "address") return account.address === release.address;
    return field.field === "aliases" && sameSet(account.aliases, release.aliases);
  });
}

/**
 * Whether the account can be as requests of the change left it that were never answered. One write changes all of its fields but
 * members at once, so they are all as planned, or all as the plan's first write leaves them, or all as before. Where they are
 * as before, the change has perhaps not begun, and then nothing else of the account may have changed either. A mixture is
 * somebody else's work.
 */
export function isAsLeft(
  change: Change,
  account: LiveAccount,
  image: LiveAccount,
  world: ApplyWorld,
): boolean {
  if (!isBetween(change, account, world)) return false;
  const release = releaseOf(change);
  const all = (stage: (field: Exclude<FieldName, "delegates">, change: FieldChange) => boolean) =>
    change.fields.every((one) => one.field === "delegates" || stage(one.field, one));
  // No reading shows an account key, and members need requests of their own: without another field, all is as before.
  const isShown = change.fields.some(({ field }) => field !== "accountKey" && field !== "delegates");
  if (isShown && all((field, { after }) => hasValue(account, field, after))) return true;
  if (release !== undefined) {
    const released = { address: release.address, aliases: release.aliases } as const;
    const isReleased = all((field, { before }) =>
      hasValue(account, field, field === "address" || field === "aliases" ? released[field] : before),
    );
    if (isReleased) return true;
  }
  const isBefore = all((field, { before }) => hasValue(account, field, before));
  return isBefore && isUnedited(change, account, image, world);
}

/** As planned, except for delegates that are listed under an address that a rename of this plan has made an old one. */
export function isPlannedInSubstance(change: Change, account: LiveAccount, world: ApplyWorld): boolean {
  return change.fields.every((field) =>
    field.field === "delegates"
      ? meansDelegates(account, field, "after", world)
      : hasValue(account, field.field, field.after),
  );
}

/** Whether only this change and the rest of the plan have altered the account since its image was taken. */
export function isUnedited(
  change: Change,
  account: LiveAccount,
  image: LiveAccount,
  world: ApplyWorld,
): boolean {
  const release = releaseOf(change);
  const touched = new Set<string>(change.fields.map(({ field }) => field));
  // The fields of the change itself are as in the image; what a release gives up is the change's own work, too.
  const own = (["address", "active", "aliases", ...TEXT_FIELDS] as const).filter(
    (field) => touched.has(field) || (release !== undefined && (field === "address" || field === "aliases")),
  );
  const alike = {
    ...account,
    ...Object.fromEntries(own.map((field) => [field, image[field]])),
    ...(touched.has("delegates") ? { members: image.members, delegates: image.delegates } : {}),
  };
  return world.effects.settled(alike) === world.effects.settled(image) && isBetween(change, account, world);
}
