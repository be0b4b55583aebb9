import type { SourceMemory, State } from "../../model/plan/state.ts";

/** What is remembered of the sources. */
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
