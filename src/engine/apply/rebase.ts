import type { LiveAccount } from "../../model/account/account.ts";
import type { Change, DelegateAccounts, FieldChange } from "../../model/plan/change.ts";
import { listOf } from "../desired/field-values.ts";
import { SideEffects } from "./accounts/side-effects.ts";
import type { ApplyResult } from "./ports.ts";

/** The readings for the whole plan, and the result of its first part. */
export type FirstPart = {
  readonly changes: readonly Change[];
  /** The accounts as the whole plan was made from them. */
  readonly before: readonly LiveAccount[];
  readonly result: Pick<ApplyResult, "accounts" | "done">;
};

/**
 * The changes of the second part of a plan, once the first was carried out: an account that the first created is meant by its
 * id, and an account that the first changed beside its own (a delegate who was renamed) is the base of its change as it is
 * now. One that somebody else changed since keeps its base, so that apply leaves it alone. Pure.
 */
export function rebase(changes: readonly Change[], { changes: first, before, result }: FirstPart): Change[] {
  const was = new Map(before.map((account) => [account.zivverId, account]));
  const is = new Map(result.accounts.map((account) => [account.zivverId, account]));
  const effects = new SideEffects(first, (id) => is.has(id));
  const created = new Map(
    first.flatMap((change) => {
      const id = change.action === "create" ? result.done.get(change.id) : undefined;
      return id === undefined ? [] : [[change.address as string, id] as const];
    }),
  );
  return changes.map((change) => {
    const fields = change.fields.map((field) => withIds(field, created));
    if (change.action === "create") return { ...change, fields };
    const [then, now] = [was.get(change.zivverId), is.get(change.zivverId)];
    const isUnedited = then && now && effects.settled(then) === effects.settled(now);
    return { ...change, fields, base: isUnedited ? now.fingerprint : change.base };
  });
}

function withIds(field: FieldChange, created: ReadonlyMap<string, string>): FieldChange {
  const { accounts } = field;
  if (accounts === undefined) return field;
  const side = (which: keyof DelegateAccounts) =>
    listOf(field[which]).map((name, at) => accounts[which][at] ?? created.get(name) ?? null);
  return { ...field, accounts: { before: accounts.before, after: side("after") } };
}
