import { type Change, type FieldChange, releaseOf } from "../../model/plan/change.ts";
import type { Address } from "../../model/values/address.ts";
import { listOf } from "../desired/field-values.ts";

/** A change, however its account key is held. */
export type AnyChange = Change<unknown>;

/** The addresses that a change takes and gives up; `all`: every address of its own that it names. */
export type OwnAddresses = {
  readonly takes: readonly Address[];
  readonly gives: readonly Address[];
  readonly all: readonly Address[];
};

/** The effect of a change on the name space of addresses, by its fields alone. Aliases that it does not write stay. Pure. */
export function ownAddresses(change: AnyChange): OwnAddresses {
  const address = fieldOf(change, "address");
  const aliases = fieldOf(change, "aliases");
  const primary = (value: FieldChange["after"] | undefined) =>
    address === undefined ? [change.address] : typeof value === "string" ? [value] : [];
  const before = [...primary(address?.before), ...listOf(aliases?.before ?? null)] as Address[];
  const after = [...primary(address?.after), ...listOf(aliases?.after ?? null)] as Address[];
  const release = releaseOf(change);
  return {
    takes: after.filter((one) => !before.includes(one)),
    gives: before.filter((one) => !after.includes(one)),
    all: [...new Set([change.address, ...before, ...after, ...(release ? [release.address] : [])])],
  };
}

export function fieldOf({ fields }: AnyChange, name: FieldChange["field"]): FieldChange | undefined {
  return fields.find(({ field }) => field === name);
}
