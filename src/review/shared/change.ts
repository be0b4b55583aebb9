import {
  type Action,
  type Change,
  type FieldChange,
  isRemoval,
  type SealedKey,
} from "../../model/plan/change.ts";
import { firstOf } from "../../model/values/text.ts";
import { HIDDEN_KEY, type ShownField, showField } from "./field.ts";
import type { Medium } from "./medium.ts";
import { countOf } from "./totals.ts";

const SYMBOLS: Readonly<Record<Action, string>> = {
  create: "+",
  update: "~",
  suspend: "-",
  reactivate: "^",
  delete: "-",
};

/** A change of a plan file. */
export type PlannedChange = Change<SealedKey>;

/** A change, however its account key is held: it is never shown. */
type AnyChange = Change<unknown>;

/** One account's change, ready to be laid out. */
export type ShownChange = {
  readonly symbol: string;
  readonly action: Action;
  readonly kind: string;
  readonly address: string;
  /** Empty where the plan does not hold it. */
  readonly fullName: string;
  /** The account that it is about: of a removal `"Full Name" <address>`, else address and name, which may be new. */
  readonly who: string;
  readonly profile: string;
  readonly fields: readonly ShownField[];
};

/** The later action of Zivver after a change, where organization.yaml says so; undefined where there is none. */
export function aftermathOf(
  { action, kind }: Pick<PlannedChange, "action" | "kind">,
  deletedAfterDays: number | undefined,
): string | undefined {
  if (action !== "suspend" || kind !== "personal" || deletedAfterDays === undefined) return undefined;
  return `Zivver deletes this account ${countOf(deletedAfterDays, "day")} after.`;
}

/** Writes one change. `most`: how many items of a list are shown. */
export function showChange(change: AnyChange, medium: Medium, most: number): ShownChange {
  const fullName = fullNameOf(change);
  const address = medium.address(change.address);
  const name = fullName === undefined ? "" : medium.value(fullName);
  return {
    symbol: SYMBOLS[change.action],
    action: change.action,
    kind: change.kind,
    address,
    fullName: name,
    who: isRemoval(change) ? personOf(change, medium) : `${address}${name === "" ? "" : ` ${name}`}`,
    profile: medium.name(change.profile),
    fields: [
      ...change.fields
        .filter(({ field }) => !isHeading(change, field))
        .map((field) => showField(field, medium, most)),
      ...showExtras(change, medium, most),
    ],
  };
}

/** The effects of a change beside its fields: a key that goes along, an address that it takes for a while. */
export function showExtras(
  change: AnyChange,
  medium: Medium,
  most: number = Number.POSITIVE_INFINITY,
): readonly ShownField[] {
  return [...showKey(change), ...showRelease(change, medium, most)];
}

/** The heading already says the address of an account that comes or goes. */
export function isHeading(change: AnyChange, field: FieldChange["field"]): boolean {
  return (
    field === "address" &&
    change.action !== "update" &&
    change.action !== "reactivate" &&
    change.fields.length > 1
  );
}

/** `"Full Name" <address>`. */
export function personOf(change: AnyChange, medium: Medium): string {
  return medium.person(fullNameOf(change) ?? "", change.address);
}

function fullNameOf(change: AnyChange): string | undefined {
  if (change.action === "suspend" && change.fullName !== undefined) return change.fullName;
  const field = change.fields.find((one) => one.field === "fullName");
  const name = field?.after ?? field?.before;
  return typeof name === "string" && name !== "" ? name : undefined;
}

function showKey(change: AnyChange): readonly ShownField[] {
  const held = "accountKey" in change && change.accountKey !== undefined;
  if (!held || change.fields.some(({ field }) => field === "accountKey")) return [];
  return [{ label: "account key", text: HIDDEN_KEY, items: [], origin: "" }];
}

function showRelease(change: AnyChange, medium: Medium, most: number): readonly ShownField[] {
  if (!("release" in change) || change.release === undefined) return [];
  const { address, aliases } = change.release;
  const kept = aliases.length === 0 ? "no aliases" : `aliases ${firstOf(aliases.map(medium.address), most)}`;
  const text = `${medium.address(address)} with ${kept}, so that others can take what it gives up`;
  return [{ label: "first goes to", text, items: [], origin: "" }];
}
