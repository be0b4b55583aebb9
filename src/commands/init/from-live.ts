import type { Configuration } from "../../config/organization/configuration.ts";
import {
  DECLARABLE,
  type Declarable,
  declareLive,
  renderLiveStart,
} from "../../config/starter/live-start.ts";
import { startConfiguration } from "../../config/starter/start-configuration.ts";
import type { OrganizationChoices, StarterFile } from "../../config/starter/starter.ts";
import { buildPlan } from "../../engine/plan/plan.ts";
import type { LiveAccount } from "../../model/account/account.ts";
import { textRow } from "../../model/account/fields.ts";
import type { Change } from "../../model/plan/change.ts";
import { InternalError } from "../../model/values/errors.ts";
import { liveDigest, readSources } from "../shared/connect.ts";
import type { CommandIo } from "../shared/io.ts";

/** A start that changes nothing, and which accounts it cannot declare, or not wholly. */
export type LiveStart = {
  readonly files: readonly StarterFile[];
  /** The fields of each account that are not declared, by primary address. */
  readonly partly: ReadonlyMap<string, ReadonlySet<Declarable>>;
  readonly excluded: readonly string[];
};

/** A second plan proves what the first left out; accounts that share an address with two others need a third. */
const MOST_PLANS = 20;

/**
 * Declares the live accounts and plans that against them, in memory. Where nothing differs, one plan is enough. What differs is left out
 * and planned again, so that the first plan of whoever takes the start is empty.
 */
export async function buildLiveStart(
  live: readonly LiveAccount[],
  choices: OrganizationChoices,
  folder: string,
  io: CommandIo,
): Promise<LiveStart> {
  const fields = new Map<string, Set<Declarable>>();
  const accounts = new Set(addressesOfTwo(live));
  for (let plans = 0; plans < MOST_PLANS; plans += 1) {
    const declared = declareLive(live, choices.domains, { fields, accounts });
    const files = renderLiveStart(declared, choices);
    const changes = await planStart(startConfiguration(files, declared, folder), live, io);
    if (changes.length === 0) return { files, partly: fields, excluded: [...accounts] };
    for (const change of changes) leaveOut(change, fields, accounts);
  }
  throw new InternalError("no start could be made that a plan would leave as it is.");
}

function leaveOut(change: Change, fields: Map<string, Set<Declarable>>, accounts: Set<string>): void {
  const { address } = change;
  const left = fields.get(address) ?? new Set();
  const more = DECLARABLE.filter(
    (field) => !left.has(field) && change.fields.some((changed) => changed.field === field),
  );
  if (change.action !== "update" || more.length < change.fields.length) {
    accounts.add(address);
    fields.delete(address);
  } else fields.set(address, new Set([...left, ...more]));
}

/** As if no account needed an account key: a missing one must not hide a difference. */
async function planStart(
  configuration: Configuration,
  live: readonly LiveAccount[],
  io: CommandIo,
): Promise<readonly Change[]> {
  const { body } = buildPlan({
    organization: { ...configuration.policy, loginMethod: "password" },
    profiles: configuration.profiles.map(({ policy }) => policy),
    readings: await readSources(configuration.profiles, configuration, io),
    live,
    liveDigest: liveDigest(live),
    accepted: [],
  });
  return body.changes;
}

/** An address that a personal and a functional account share cannot be declared twice. */
function addressesOfTwo(live: readonly LiveAccount[]): readonly string[] {
  const seen = new Set<string>();
  return live.flatMap(({ address }) => {
    if (seen.has(address)) return [address];
    seen.add(address);
    return [];
  });
}

const MOST_NAMED = 20;

const LABELS = { fullName: "full name", aliases: "aliases", delegates: "delegates" } as const;

/** The reason why a field of a live account cannot be declared so that a plan leaves it as it is. */
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
