import type { FieldValue } from "../../model/account/fields.ts";
import type { Change, SealedKey } from "../../model/plan/change.ts";
import { MARKDOWN } from "../shared/medium.ts";
import { each, type Section } from "./fit.ts";

/** One who may open an account now, and may not afterwards. */
type Loss = { readonly delegate: string; readonly account: string };

/** The people who lose access to an account, each by name: also where the account itself is suspended or deleted. */
export function accessSection(changes: readonly Change<SealedKey>[]): Section | undefined {
  const losses = changes.flatMap(lossesOf);
  if (losses.length === 0) return undefined;
  return {
    open: `**Loss of access (${losses.length})**\n\n`,
    ...each(
      losses,
      ({ delegate, account }) => `- ${MARKDOWN.address(delegate)} to ${MARKDOWN.address(account)}\n`,
    ),
    more: (from) => {
      const rest = losses.slice(from);
      const accounts = new Set(rest.map(({ account }) => account)).size;
      return `- … and ${rest.length} more, to ${accounts} ${accounts === 1 ? "account" : "accounts"}\n`;
    },
    close: "\n",
  };
}

function lossesOf({ address, fields }: Change<SealedKey>): readonly Loss[] {
  return fields.flatMap(({ field, before, after }) => {
    if (field !== "delegates" || !isList(before)) return [];
    const stays = new Set(isList(after) ? after : []);
    return before
      .filter((delegate) => !stays.has(delegate))
      .map((delegate) => ({ delegate, account: address }));
  });
}

function isList(value: FieldValue): value is readonly string[] {
  return Array.isArray(value);
}
