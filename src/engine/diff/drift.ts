import type { LiveAccount } from "../../model/account/account.ts";
import type { FieldValue } from "../../model/account/fields.ts";
import type { ChangedIn, FieldChange } from "../../model/plan/change.ts";
import type { AccountMemory } from "../../model/plan/state.ts";
import { compareText } from "../../model/values/text.ts";
import type { DelegateContext } from "../decide/delegates.ts";
import { appliedValue, listOf } from "../desired/field-values.ts";
import type { Links, Memory } from "../readings/links.ts";

export type MemoryContext = DelegateContext & { readonly links: Links; readonly memory?: Memory };

/**
 * Distinguishes drift from intent, field by field: what Zivver has now, and what it is to have, against what was last applied.
 * At least one of the two differs from it, as they differ from each other.
 */
export function markChanges(
  fields: readonly FieldChange[],
  live: LiveAccount,
  context: MemoryContext,
): readonly FieldChange[] {
  const remembered = context.links.memoryOf(live);
  const { memory } = context;
  if (memory === undefined || remembered === undefined) return fields;
  return fields.map((change) => {
    const changedIn = whereChanged(change, live, remembered, { ...context, memory });
    return changedIn === undefined ? change : { ...change, changedIn };
  });
}

function whereChanged(
  change: FieldChange,
  live: LiveAccount,
  remembered: AccountMemory,
  context: MemoryContext & { readonly memory: Memory },
): ChangedIn | undefined {
  const { field } = change;
  if (field === "accountKey") return change.before === null ? undefined : "source";
  // Linked, and nothing ever applied.
  if (remembered.fields === undefined) return undefined;
  const { before, after } = values(change, live, context);
  const applied = field === "address" ? remembered.address : remembered.fields[field];
  if (applied === undefined) return undefined;
  const named = (value: FieldValue) =>
    field === "address" ? value : context.memory.names.value(live.zivverId, field, value);
  const isBefore = named(before) === applied;
  const isAfter = named(after) === applied;
  if (isBefore && isAfter) return undefined;
  return isBefore ? "source" : isAfter ? "zivver" : "both";
}

function values(
  { field, after, accounts }: FieldChange,
  live: LiveAccount,
  { live: index }: MemoryContext,
): { readonly before: FieldValue; readonly after: FieldValue } {
  const before = appliedValue(live, field, (address) => index.byAddress.get(address)?.zivverId);
  if (field !== "delegates") return { before, after };
  const ids = listOf(after).map((name, at) => accounts?.after[at] ?? name);
  return { before, after: ids.sort(compareText) };
}
