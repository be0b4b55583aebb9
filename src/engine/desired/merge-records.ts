import type { Given, SourceRecord } from "../../model/account/account.ts";

/** The fields that several records of one account give together. */
export type MergedFields = Pick<
  SourceRecord,
  | "id"
  | "fullName"
  | "aliases"
  | "delegates"
  | "delegatesIncomplete"
  | "active"
  | "division"
  | "phone"
  | "accountKey"
>;

/** Records in order of precedence → one set of fields: the first that gives a field wins, lists are united. */
export function mergeRecords(records: readonly SourceRecord[]): MergedFields {
  const [only] = records;
  if (only !== undefined && records.length === 1) return only;
  const aliases = unite(records, "aliases");
  const delegates = unite(records, "delegates");
  const reasons = new Set(records.flatMap((record) => record.delegatesIncomplete ?? []));
  return {
    ...first(records, "id"),
    ...first(records, "fullName"),
    ...first(records, "active"),
    ...first(records, "division"),
    ...firstPhone(records),
    ...first(records, "accountKey"),
    ...(aliases ? { aliases } : {}),
    ...(delegates ? { delegates } : {}),
    ...(reasons.size > 0 ? { delegatesIncomplete: [...reasons].join(" ") } : {}),
  };
}

type Single = "id" | "fullName" | "active" | "division" | "accountKey";

function first<K extends Single>(
  records: readonly SourceRecord[],
  field: K,
): { readonly [F in K]?: NonNullable<SourceRecord[F]> } {
  for (const record of records) {
    const given = record[field];
    if (given !== undefined)
      return { [field]: given } as { readonly [F in K]?: NonNullable<SourceRecord[F]> };
  }
  return {};
}

/** A number that cannot be one does not make room for that of a later record: the account is to keep what it has. */
function firstPhone(records: readonly SourceRecord[]): Pick<SourceRecord, "phone"> {
  const speaking = records.find((record) => record.phone !== undefined || record.phoneInvalid === true);
  return speaking?.phone === undefined ? {} : { phone: speaking.phone };
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
