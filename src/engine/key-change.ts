import type { FieldChange } from "../model/plan.ts";
import type { MemoryContext } from "./changed-in.ts";
import type { Intent } from "./intents.ts";

/**
 * Zivver returns no account key, so a change of one shows only against the digest of what was last sent or seen. Where
 * nothing is remembered, the key in Zivver is kept, or sent anew, as configured. Its value stands in no field.
 */
export function keyChange(
  { desired, live, updates }: Extract<Intent, { type: "change" }>,
  { memory, links, unknownKeys }: MemoryContext & { readonly unknownKeys: "keep" | "send" },
): FieldChange | undefined {
  const key = desired.accountKey;
  if (memory === undefined || key === undefined || !updates || live.kind !== "personal") return undefined;
  const known = links.memoryOf(live)?.accountKey;
  const after = memory.names.accountKey(live.zivverId, key.value);
  const isKnown = known !== undefined && (known.sent || unknownKeys === "keep");
  if (isKnown ? known.digest === after : unknownKeys === "keep") return undefined;
  return { field: "accountKey", before: isKnown ? known.digest : null, after, origin: key.origin };
}
