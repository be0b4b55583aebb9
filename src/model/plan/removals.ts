import { type Change, isRemoval, type SealedKey } from "./change.ts";

type Planned = Pick<Change<SealedKey>, "action" | "fields">;

/** The losses that a plan causes, as a verb: accounts, or else the access of delegates; undefined for none. */
export function removalIn(changes: readonly Planned[]): string | undefined {
  if (changes.some(isRemoval)) return "suspends or deletes";
  return changes.some(losesDelegates) ? "removes delegates" : undefined;
}

function losesDelegates({ fields }: Planned): boolean {
  return fields.some(({ field, before, after }) => {
    if (field !== "delegates" || !Array.isArray(before)) return false;
    const stays = new Set<string>(Array.isArray(after) ? after : []);
    return before.some((delegate) => !stays.has(delegate));
  });
}
