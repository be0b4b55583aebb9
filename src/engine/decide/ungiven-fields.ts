import type { DesiredAccount, LiveAccount } from "../../model/account/account.ts";
import { FIELDS, TEXT_FIELDS, textRow } from "../../model/account/fields.ts";
import type { Finding } from "../../model/plan/finding.ts";
import type { ProfilePolicy } from "../../model/plan/policy.ts";
import { policyOf } from "../live/ownership.ts";
import { whereOf } from "../match/conflicts.ts";
import type { Pair } from "../match/match.ts";
import { named } from "../match/match-result.ts";
import type { Links } from "../readings/links.ts";
import type { LostFields } from "../readings/statements.ts";

const CAN_BE_UNGIVEN = [
  "fullName",
  "aliases",
  "delegates",
  ...TEXT_FIELDS.filter((field) => field !== "fullName"),
] as const;
type Field = (typeof CAN_BE_UNGIVEN)[number];

/**
 * Fields that zivsync applied from a source and that no source gives any more, account by account: what Zivver has stays,
 * and every plan reports it until somebody decides.
 */
export function findingsOfUngivenFields(
  pairs: readonly Pair[],
  policies: ReadonlyMap<string, ProfilePolicy>,
  links: Links,
  lost: LostFields,
): readonly Finding[] {
  return pairs.flatMap((pair) => {
    const fields = ungivenFields(pair, policies, links);
    // A whole source that gives a field for nobody is reported once.
    if (fields.some((field) => lost.ofAny(pair.desired.profile, pair.desired.kind).includes(field)))
      return [];
    return fields.length === 0 ? [] : [finding(pair, fields)];
  });
}

/** Fields that were applied, that Zivver has, and that are neither given nor in doubt. */
function ungivenFields(
  { desired, live }: Pair,
  policies: ReadonlyMap<string, ProfilePolicy>,
  links: Links,
): readonly Field[] {
  const applied = links.memoryOf(live)?.fields;
  const sync = policyOf(policies, desired.profile).sync[desired.kind];
  if (applied === undefined || !desired.active || !sync.update) return [];
  return CAN_BE_UNGIVEN.filter(
    (field) =>
      applied[field] !== undefined &&
      !isGiven(desired, field) &&
      (field !== "delegates" || sync.delegates) &&
      hasSomething(live, field),
  );
}

function isGiven(desired: DesiredAccount, field: Field): boolean {
  return desired[field] !== undefined || desired.held?.has(field) === true;
}

function hasSomething(live: LiveAccount, field: Field): boolean {
  if (field === "delegates") return live.delegates.length + live.members.length > 0;
  if (field === "aliases") return live.aliases.length > 0;
  return live[field] !== textRow(field).none;
}

function finding({ desired, live }: Pair, fields: readonly Field[]): Finding {
  const names = fields.map((field) => FIELDS[field].label).join(" and ");
  return {
    code: "field-not-given",
    severity: "warning",
    summary: `zivsync applied the ${names} of ${named(live)} from a source, and no source gives that any more. Zivver's value stays. To remove it, let a source say so (an empty list, another value); to keep it and hear no more of it, run \`zivsync adopt --forget-fields ${live.address}\`.`,
    where: whereOf(desired),
  };
}
