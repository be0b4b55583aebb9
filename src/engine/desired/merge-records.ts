import type { Given, SourceRecord } from "../../model/account/account.ts";
import { TEXT_FIELDS, type TextField } from "../../model/account/fields.ts";

/** The fields that several records of one account give together. */
export type MergedFields = Pick<
  SourceRecord,
  "id" | "aliases" | "delegates" | "delegatesIncomplete" | "active" | "accountKey" | TextField
>;

/** Records in order of precedence → one set of fields: the first that gives a field wins, lists are united. */
export function mergeRecords(records: readonly SourceRecord[]): MergedFields {
  const [only] = records;
  if (only !== undefined && records.length === 1) return only;
  const aliases = unite(records, "aliases");
  const delegates = unite(records, "delegates");
  const reasons = new Set(records.flatMap((record) => record.delegatesIncomplete ?? []));
  return {
    ...Object.assign({}, ...SINGLE.map((field) => first(records, field))),
    ...(aliases ? { aliases } : {}),
    ...(delegates ? { delegates } : {}),
    ...(reasons.size > 0 ? { delegatesIncomplete: [...reasons].join(" ") } : {}),
  };
}

const SINGLE = ["id", "active", "accountKey", ...TEXT_FIELDS] as const;

/** An unusable phone number does not make room for that of a later record: the account keeps the number that it has. */
function first<K extends (typeof SINGLE)[number]>(
  records: readonly SourceRecord[],
  field: K,
): { readonly [F in K]?: NonNullable<SourceRecord[F]> } {
  for (const record of records) {
    const given = record[field];
    if (given === undefined && field === "phone" && record.phoneInvalid) return {};
    if (given !== undefined)
      return { [field]: given } as { readonly [F in K]?: NonNullable<SourceRecord[F]> };
  }
  return {};
}

function unite(
  records: readonly SourceRecord[],
  field: "aliases" | "delegates",
): Given<readonly string[]> | undefined {
  const given = records.flatMap((record) => record[field] ?? []);
  const [only] = given;
  if (only === undefined) return undefined;
  const speaking = given.filter((one) => one.value.length > 0);
  const named = speaking.length > 0 ? speaking : [only];
  const join = (part: "source" | "where" | "attribute", by: string) =>
    [...new Set(named.map((one) => one.origin[part]))].join(by);
  return {
    value: given.flatMap((one) => one.value),
    origin: { source: join("source", ", "), where: join("where", "; "), attribute: join("attribute", ", ") },
  };
}
