import { isTextField } from "../../../model/account/fields.ts";
import type { FieldChange } from "../../../model/plan/change.ts";
import { addCounts, type StandingCounts, type WaitReason } from "../../../model/plan/standing.ts";
import type { JournalEntry } from "../../../model/ports.ts";
import { listOf } from "../../desired/field-values.ts";
import { type AnyChange, fieldOf } from "../../diff/own-addresses.ts";

type Mutable = { -readonly [K in keyof StandingCounts]: StandingCounts[K] };

/** The type that a change counts as, or why standing approval never covers it. A change or field that is not known here waits. */
export type Classified = { readonly counts: StandingCounts } | WaitReason;

/**
 * Classes a change by its action and by every field that it writes; a change of several types counts for each. Delegates and
 * members are counted one by one, by the accounts that are meant, whatever else the change does. Pure.
 */
export function classify(change: AnyChange): Classified {
  const counts: Mutable = {};
  switch (change.action) {
    case "delete":
      return { because: "deletion" };
    case "create":
    case "reactivate":
    case "suspend":
      counts[change.action] = 1;
      break;
    case "update":
      break;
    default:
      return { because: "unknown-type" };
  }
  for (const field of change.fields) {
    const trouble = countField(field, change, counts);
    if (trouble !== undefined) return trouble;
  }
  // A list that is written again with the same people in it.
  return { counts: Object.keys(counts).length === 0 ? { update: 1 } : counts };
}

function countField(field: FieldChange, change: AnyChange, counts: Mutable): WaitReason | undefined {
  const isNew = change.action === "create";
  if (field.field === "delegates") countDelegates(field, counts);
  else if (field.field === "accountKey") return isNew ? undefined : { because: "account-key" };
  else if (field.field === "active")
    return change.action === "update" ? { because: "unknown-type" } : undefined;
  else if (field.field === "address") return isNew ? undefined : countRename(change, counts);
  else if (field.field === "aliases") {
    if (!isNew && !isOfRename(field, change)) counts.update = 1;
  } else if (isTextField(field.field)) {
    if (!isNew) counts.update = 1;
  } else return { because: "unknown-type" };
  return undefined;
}

/** A new address of an account that keeps the old one as an alias. Any other change of an address is for people. */
function countRename(change: AnyChange, counts: Mutable): WaitReason | undefined {
  const address = fieldOf(change, "address");
  const aliases = fieldOf(change, "aliases");
  const keepsOld =
    typeof address?.before === "string" && listOf(aliases?.after ?? null).includes(address.before);
  if (!keepsOld) return { because: "address-change" };
  counts.rename = 1;
  return undefined;
}

/** Whether the aliases change only by the old address that comes in, and the new one that was an alias before. */
function isOfRename({ before, after }: FieldChange, change: AnyChange): boolean {
  const address = fieldOf(change, "address");
  if (address === undefined) return false;
  const expected = new Set(listOf(before).filter((one) => one !== address.after));
  if (typeof address.before === "string") expected.add(address.before);
  const found = listOf(after);
  return found.length === expected.size && found.every((one) => expected.has(one));
}

function countDelegates({ before, after, accounts }: FieldChange, counts: Mutable): void {
  const was = new Set(listOf(before).map((name, at) => accounts?.before[at] ?? `name ${name}`));
  const is = new Set(listOf(after).map((name, at) => accounts?.after[at] ?? `name ${name}`));
  const added = [...is].filter((one) => !was.has(one)).length;
  const removed = [...was].filter((one) => !is.has(one)).length;
  if (added > 0) counts.addDelegate = added;
  if (removed > 0) counts.removeDelegate = removed;
}

/** The changes of a plan that its journal shows as sent, and that Zivver did not certainly refuse. Pure. */
export function changesSent<C extends AnyChange>(
  changes: readonly C[],
  entries: readonly JournalEntry[],
): readonly C[] {
  const sent = new Map<string, number>();
  for (const entry of entries) {
    if (entry.type === "start") sent.set(entry.change, (sent.get(entry.change) ?? 0) + 1);
    if (entry.type === "error" && !entry.uncertain) sent.set(entry.change, (sent.get(entry.change) ?? 0) - 1);
  }
  return changes.filter(({ id }) => (sent.get(id) ?? 0) > 0);
}

/** The types that changes count as; one that standing approval never covers counts nothing. Pure. */
export function countsOf(changes: readonly AnyChange[]): StandingCounts {
  return changes.reduce<StandingCounts>((sum, change) => {
    const its = classify(change);
    return "counts" in its ? addCounts(sum, its.counts) : sum;
  }, {});
}
