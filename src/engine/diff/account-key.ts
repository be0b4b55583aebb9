import type { FieldChange } from "../../model/plan/change.ts";
import type { Intent } from "../decide/actions/action.ts";
import type { MemoryContext } from "./drift.ts";

/**
 * Zivver returns no account key, so a change of one shows only against the digest of what was last sent or seen. Where
 * nothing is remembered, the key in Zivver is kept, or sent again, as configured; who comes back is sent the key in any
 * case, since a new id at work mostly means a new key. Its value is in no field.
 */
export function keyChange(
  { desired, live, updates, reactivates }: Extract<Intent, { type: "change" }>,
  { memory, links, unknownKeys }: MemoryContext & { readonly unknownKeys: "keep" | "send" },
): FieldChange | undefined {
  const key = desired.accountKey;
  if (memory === undefined || key === undefined || !updates || live.kind !== "personal") return undefined;
  const known = links.memoryOf(live)?.accountKey;
  const after = links.keyDigest(live.zivverId, key.value);
  const keeps = unknownKeys === "keep" && !reactivates;
  const isKnown = known !== undefined && (known.sent || keeps);
  if (isKnown ? known.digest === after : keeps) return undefined;
  return { field: "accountKey", before: isKnown ? known.digest : null, after, origin: key.origin };
}
