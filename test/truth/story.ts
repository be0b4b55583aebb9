import type { Finding, Plan } from "../../src/index.ts";
import type { Town } from "./town.ts";

/** A plan in lines: what it does, and what it warns of. */
export function planInWords(plan: Plan): readonly string[] {
  const changes = plan.changes.map((change) => {
    const fields = change.fields.map(
      ({ field, before, after }) => `${field}: ${show(before)} → ${show(after)}`,
    );
    return `  ${change.action} ${change.address}: ${fields.join("; ")}`;
  });
  const refused = plan.guards.filter(({ verdict }) => verdict === "refused");
  return [
    ...(plan.applicable ? [] : [`  refused by ${refused.map(({ guard }) => guard).join(", ")}`]),
    ...(changes.length === 0 ? ["  no changes"] : changes),
    ...plan.findings.map(findingInWords),
  ];
}

function findingInWords({ severity, code, where, summary }: Finding): string {
  return `  ${severity} ${code} ${where.address ?? where.source ?? where.profile ?? ""}: ${summary}`;
}

function show(value: unknown): string {
  if (value === null) return "-";
  return Array.isArray(value) ? `[${value.join(", ")}]` : String(value);
}

/** The organisation as it is on a day: everybody, and what Zivver has. */
export function townInWords({ setup, people, desks, zivver }: Town): readonly string[] {
  return [
    `${setup}: ${people.length} people, ${desks.length} desks`,
    ...zivver.accounts().map(({ kind, address, name, active, aliases, access }) => {
      const inside = access.map((id) => zivver.world.accounts.get(id)?.address ?? id);
      const more = `${aliases.length > 0 ? ` also ${aliases.join(", ")}` : ""}${inside.length > 0 ? ` open to ${inside.join(", ")}` : ""}`;
      return `  ${active ? "" : "suspended "}${kind} ${address} "${name}"${more}`;
    }),
  ];
}
