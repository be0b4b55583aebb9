import { KINDS, type Kind } from "../../model/account/kind.ts";
import type { SourceFields, SourceMemory, State } from "../../model/plan/state.ts";
import type { Reading } from "../../model/ports.ts";

/** The state's lines about the sources. */
export type SourcesBefore = {
  of(profile: string, source: string): SourceMemory | undefined;
  readonly all: readonly SourceMemory[];
};

/** A source of which nothing is remembered is known by its name in a profile that is not configured any more: renamed. Pure. */
export function sourcesBefore(
  state: Pick<State, "sources"> | undefined,
  profiles: readonly string[],
): SourcesBefore {
  const all = state?.sources ?? [];
  return {
    all,
    of: (profile, source) =>
      all.find((one) => one.profile === profile && one.name === source) ??
      all.find((one) => one.name === source && !profiles.includes(one.profile)),
  };
}

/**
 * The facts that a profile's new sources take over from those that are not configured any more: the kinds that these gave and that
 * none of the new ones gives, or of which one has an empty table. A source that was renamed on the day on which it lost a table is known as one that had it.
 */
export function takenAlong(
  profile: string,
  readings: readonly Reading[],
  given: ReadonlyMap<Reading, SourceFields>,
  before: SourcesBefore,
): ReadonlyMap<string, SourceFields> {
  const names = new Set(readings.map(({ source }) => source));
  const retired = before.all.filter((one) => one.profile === profile && !names.has(one.name));
  // Entries in Git are written one by one: they take the place of no list.
  const fresh = readings.filter(
    ({ source, type }) => type !== "declared" && before.of(profile, source) === undefined,
  );
  if (retired.length === 0 || fresh.length === 0) return new Map();
  const gives = (reading: Reading, kind: Kind) => given.get(reading)?.[kind] !== undefined;
  const isTaken = (reading: Reading, kind: Kind) =>
    !gives(reading, kind) &&
    (reading.speaks?.[kind] !== undefined || !fresh.some((other) => gives(other, kind)));
  const gaveOf = (kind: Kind) => [...new Set(retired.flatMap(({ fields }) => fields?.[kind] ?? []))];
  return new Map(
    fresh.map((reading) => {
      const kinds = KINDS.filter((kind) => isTaken(reading, kind) && gaveOf(kind).length > 0);
      return [reading.source, Object.fromEntries(kinds.map((kind) => [kind, gaveOf(kind)]))];
    }),
  );
}

/** A source of which nothing is remembered has what it took along. */
export function withTakenAlong(
  before: SourcesBefore,
  taken: ReadonlyMap<string, ReadonlyMap<string, SourceFields>>,
): FieldsBefore {
  return (profile, source) =>
    before.of(profile, source)?.fields ?? taken.get(profile)?.get(source) ?? NOTHING;
}

/** The fields that a source gave, or has lost and nobody forgot since. */
export type FieldsBefore = (profile: string, source: string) => SourceFields;

const NOTHING: SourceFields = {};
