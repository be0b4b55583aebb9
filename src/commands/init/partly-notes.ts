import type { Declarable } from "../../config/starter/live-start.ts";
import { textRow } from "../../model/account/fields.ts";

const LABELS = { fullName: "full name", aliases: "aliases", delegates: "delegates" } as const;

const MOST_NAMED = 20;

/** Why a field of a live account cannot be declared so that a plan leaves it as it is. */
const REASONS: Readonly<Partial<Record<Declarable, string>>> = {
  fullName: "characters that no source may give",
  aliases: "outside the claimed domains, or another account's",
  delegates: "not accounts of the organisation, or without an address of their own",
  phone: "not a number that can be called",
  division: "not one that Zivver lists",
};

/** A note that says whose account is declared in part, which fields are left out, and why. None where there are none. */
export function partlyNotes(partly: ReadonlyMap<string, ReadonlySet<Declarable>>): readonly string[] {
  if (partly.size === 0) return [];
  const accounts = [...partly].map(([address, fields]) => {
    const reasons = [...fields].map((field) => `${labelOf(field)}: ${REASONS[field] ?? "not writable"}`);
    return `${address} (${reasons.join("; ")})`;
  });
  const rest = accounts.length - MOST_NAMED;
  const more = rest > 0 ? `, and ${rest} more, whose entries lack such a field` : "";
  return [
    `Declared in part, since the rest cannot be written as it is, and stays as Zivver has it: ${accounts.slice(0, MOST_NAMED).join(", ")}${more}.`,
  ];
}

function labelOf(field: Declarable): string {
  return field === "fullName" || field === "aliases" || field === "delegates"
    ? LABELS[field]
    : textRow(field).label;
}
