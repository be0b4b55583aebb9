import type { SourceConfig } from "../model/source-config/source-config.ts";
import { InputError } from "../model/values/errors.ts";
import type { Configuration, ProfileConfiguration } from "./organization/configuration.ts";
import { quote } from "./schema/wording.ts";
import { didYouMean, listChoices } from "./values/did-you-mean.ts";

/** A source and its profile: the name of a source is unique within its profile only. */
export type SourceOfProfile = { readonly profile: ProfileConfiguration; readonly source: SourceConfig };

/** All sources of this name, in order of their profiles. Throws InputError `unknown-source` when there is none. */
export function findSource(configuration: Configuration, name: string): readonly SourceOfProfile[] {
  const all = configuration.profiles.flatMap((profile) =>
    profile.sources.map((source) => ({ profile, source })),
  );
  const found = all.filter(({ source }) => source.name === name);
  if (found.length > 0) return found;
  const names = [...new Set(all.map(({ source }) => source.name))];
  const message = `No profile has a source named ${quote(name)}.`;
  throw new InputError([{ code: "unknown-source", message, remedy: suggest(name, names, "sources") }]);
}

/** The profiles of these names, each once, sorted; all of them for no names. Throws InputError `unknown-profile`. */
export function findProfiles(
  configuration: Configuration,
  names: readonly string[],
): readonly ProfileConfiguration[] {
  if (names.length === 0) return configuration.profiles;
  const known = configuration.profiles.map((profile) => profile.policy.name);
  const unknown = [...new Set(names)].filter((name) => !known.includes(name));
  if (unknown.length > 0) {
    throw new InputError(
      unknown.map((name) => ({
        code: "unknown-profile",
        message: `There is no profile named ${quote(name)}.`,
        remedy: suggest(name, known, "profiles"),
      })),
    );
  }
  return configuration.profiles.filter((profile) => names.includes(profile.policy.name));
}

function suggest(name: string, known: readonly string[], what: string): string {
  if (known.length === 0) return `There are no ${what} in this configuration.`;
  return didYouMean(name, known) ?? `The ${what} are ${listChoices(known)}.`;
}
