import type { Address } from "../model/address.ts";
import type { DelegateAccounts, FieldChange } from "../model/plan.ts";
import { UNLISTED } from "./delegates.ts";
import type { Draft } from "./diff.ts";
import type { Directory } from "./directory.ts";
import { listOf, sameList } from "./field-values.ts";
import type { LiveIndex } from "./live-index.ts";

/** Names the accounts behind every list of delegates that does not name them yet. Pure. */
export function withAccounts(
  drafts: readonly Draft[],
  { live, directory }: { readonly live: LiveIndex; readonly directory: Directory },
): readonly Draft[] {
  const lacks = ({ field, accounts }: FieldChange) => field === "delegates" && accounts === undefined;
  if (!drafts.some(({ fields }) => fields.some(lacks))) return drafts;
  const deleted = new Set(
    drafts.flatMap(({ action, live: one }) => (action === "delete" && one ? [one.zivverId] : [])),
  );
  const finals = new Map<string, string>();
  for (const account of live.all)
    if (!deleted.has(account.zivverId)) finals.set(directory.addressOf(account), account.zivverId);
  const idOf = (name: string): string | null =>
    name.startsWith(UNLISTED)
      ? name.slice(UNLISTED.length)
      : (finals.get(name) ?? live.byPrimary.get(name as Address)?.zivverId ?? null);
  const created = new Set(
    drafts.flatMap(({ action, address }) => (action === "create" ? [address as string] : [])),
  );
  const accountsOf = (field: FieldChange, draft: Draft): DelegateAccounts => {
    const before = listOf(field.before);
    const isText = draft.kind === "personal" && sameList(before, draft.live?.delegates ?? []);
    const holder = (name: string) => live.byAddress.get(name as Address)?.zivverId ?? null;
    return {
      before: before.map(isText ? holder : idOf),
      after: listOf(field.after).map((name) => (created.has(name) ? null : idOf(name))),
    };
  };
  return drafts.map((draft) =>
    draft.fields.some(lacks)
      ? {
          ...draft,
          fields: draft.fields.map((field) =>
            lacks(field) ? { ...field, accounts: accountsOf(field, draft) } : field,
          ),
        }
      : draft,
  );
}
