import type { SourceRecord } from "../../model/account/account.ts";
import type { Finding } from "../../model/plan/finding.ts";
import type { ProfileReadings } from "../../model/ports.ts";
import { parseAddress } from "../../model/values/address.ts";
import { addTo } from "../../model/values/multimap.ts";
import { compareText } from "../../model/values/text.ts";

/**
 * Records of one source that have one id and different addresses. Without a state an id links nothing, so they are matched by
 * address all the same; but one of them has something that is another's, and whoever keeps a state later meets it.
 */
export function sharedIds(profiles: readonly ProfileReadings[]): readonly Finding[] {
  return profiles.flatMap(({ policy, readings }) =>
    readings.flatMap(({ source, records }) =>
      [...byId(records).values()]
        .filter((group) => new Set(group.map(addressOf)).size > 1)
        .flatMap((group) => group.map((record) => sharedId(policy.name, source, record, group))),
    ),
  );
}

/** The records with an address whose id another record gives as well: hardly any source has some. */
function byId(records: readonly SourceRecord[]): ReadonlyMap<string, readonly SourceRecord[]> {
  const groups = new Map<string, SourceRecord[]>();
  const shared = idsGivenTwice(records);
  if (shared.size === 0) return groups;
  for (const record of records) {
    const id = idOf(record);
    if (!shared.has(id) || addressOf(record) === undefined) continue;
    addTo(groups, `${record.kind} ${id}`, record);
  }
  return groups;
}

function idsGivenTwice(records: readonly SourceRecord[]): ReadonlySet<string> {
  const seen = { personal: new Set<string>(), functional: new Set<string>() };
  const twice = new Set<string>();
  for (const record of records) {
    const id = idOf(record);
    const ids = seen[record.kind];
    const before = ids.size;
    if (id !== "" && ids.add(id).size === before) twice.add(id);
  }
  return twice;
}

const idOf = ({ id }: SourceRecord) => id?.value.trim() ?? "";
const addressOf = ({ email }: SourceRecord) => (email ? parseAddress(email.value) : undefined);

function sharedId(
  profile: string,
  source: string,
  record: SourceRecord,
  group: readonly SourceRecord[],
): Finding {
  const places = group.map(({ where }) => where).sort(compareText);
  const address = addressOf(record);
  return {
    code: "anchor-twice",
    severity: "warning",
    summary: `${group.length} records have the id of this one: ${places.join("; ")}. Their accounts are found by the addresses. Give each record an id of its own.`,
    where: { profile, source, place: record.where, kind: record.kind, ...(address ? { address } : {}) },
  };
}
