import { domainOf, parseAddress } from "../model/values/address.ts";
import type { ErrorCode, Problem } from "../model/values/errors.ts";
import type { ProfileConfiguration } from "./organization/configuration.ts";
import { findOverlap, ownsNothing } from "./organization/profile-overlap.ts";
import type { WrittenProfile } from "./schema/types.ts";
import { quote } from "./schema/wording.ts";
import type { YamlDocument } from "./yaml/yaml.ts";

/** A profile beside the document it was read from, as long as places are still needed. */
export type LoadedProfile = { readonly profile: ProfileConfiguration; readonly document: YamlDocument };

type Rule = (profiles: readonly LoadedProfile[], claimedDomains: readonly string[]) => readonly Problem[];

const RULES: readonly Rule[] = [namesTwice, unclaimedIncludes, nothingOwned, overlaps];

/** Contradictions between profiles, and with the organisation. Pure. */
export function checkProfiles(
  profiles: readonly LoadedProfile[],
  claimedDomains: readonly string[],
): readonly Problem[] {
  return RULES.flatMap((rule) => rule(profiles, claimedDomains));
}

/** Contradictions within one profile that its schema cannot find: two sources of one name. Pure. */
export function checkProfile({ sources }: WrittenProfile, document: YamlDocument): readonly Problem[] {
  return sources.flatMap(({ name }, index) => {
    const first = sources.findIndex((source) => source.name === name);
    if (first === index) return [];
    const message = `The source ${quote(name)} is at ${document.at(["sources", first, "name"])} already, and findings name a source by its name.`;
    const where = document.at(["sources", index, "name"]);
    return [{ code: "config-duplicate" as const, where, message, remedy: "Rename one of the two." }];
  });
}

function namesTwice(profiles: readonly LoadedProfile[]): readonly Problem[] {
  return profiles.flatMap(({ profile, document }, index) => {
    const before = profiles[index - 1];
    if (before?.profile.policy.name !== profile.policy.name) return [];
    const message = `The profile ${quote(profile.policy.name)} is in ${before.profile.file} already, and plans name a profile by its name.`;
    const where = document.at(["name"]);
    return [{ code: "config-duplicate" as const, where, message, remedy: "Rename one of the two." }];
  });
}

function unclaimedIncludes(
  profiles: readonly LoadedProfile[],
  claimedDomains: readonly string[],
): readonly Problem[] {
  return profiles.flatMap(({ profile, document }) =>
    profile.policy.manages.include.flatMap((condition, index) => {
      const address = parseAddress(condition.address ?? "");
      const named = { domain: condition.domain, address: address && domainOf(address) };
      return (["domain", "address"] as const).flatMap((key) => {
        const domain = named[key];
        if (domain === undefined || claimedDomains.includes(domain)) return [];
        const where = document.at(["manages", "include", index, key]);
        const message = `The domain ${quote(domain)} is not among the \`claimedDomains\`, so no account can lie in it.`;
        const remedy = "Correct it, or add it to `claimedDomains` in organization.yaml.";
        return [{ code: "domain-unclaimed" as ErrorCode, where, message, remedy }];
      });
    }),
  );
}

function nothingOwned(
  profiles: readonly LoadedProfile[],
  claimedDomains: readonly string[],
): readonly Problem[] {
  return profiles
    .filter(({ profile }) => ownsNothing(profile.policy.manages, claimedDomains))
    .map(({ profile, document }) => ({
      code: "profile-owns-nothing",
      where: document.atKey(["manages"]),
      message:
        profile.policy.manages.kinds.length === 0
          ? "The profile manages no kind of account, so it would never do anything."
          : "Whatever `include` takes in, `exclude` leaves out, so the profile would never do anything.",
      remedy:
        profile.policy.manages.kinds.length === 0
          ? "Write `kinds: [personal]`, `[functional]` or both."
          : "Remove the condition from one of the two, or remove the profile.",
    }));
}

function overlaps(profiles: readonly LoadedProfile[], claimedDomains: readonly string[]): readonly Problem[] {
  return profiles.flatMap((later, index) =>
    profiles.slice(0, index).flatMap((earlier) => {
      // Two of one name are one profile copied: that problem is reported already.
      if (earlier.profile.policy.name === later.profile.policy.name) return [];
      const found = overlapOf(later, earlier, claimedDomains) ?? overlapOf(earlier, later, claimedDomains);
      return found === undefined ? [] : [found];
    }),
  );
}

/** The problem at a condition of one profile that takes in accounts of the other. */
function overlapOf(
  one: LoadedProfile,
  other: LoadedProfile,
  claimedDomains: readonly string[],
): Problem | undefined {
  const { policy, file } = one.profile;
  const overlap = findOverlap(policy.manages, other.profile.policy.manages, claimedDomains);
  if (overlap === undefined) return undefined;
  const { kind, condition, example } = overlap;
  const path = condition === undefined ? ["manages"] : ["manages", "include", condition];
  return {
    code: "profiles-overlap",
    where: one.document.at(path),
    message: `The profile ${quote(other.profile.policy.name)} in ${other.profile.file} owns the same ${kind} accounts, for example ${quote(example)}, and two profiles would undo each other's changes.`,
    remedy: `Exclude them in one of the two: add a condition to \`manages.exclude\` in ${file} or ${other.profile.file}.`,
  };
}

/** `approval.standing.profiles` names profiles that exist: one that is misspelt would cover nothing. Pure. */
export function checkStandingProfiles(
  named: readonly string[],
  profiles: readonly LoadedProfile[],
  document: YamlDocument,
): readonly Problem[] {
  const known = profiles.map(({ profile }) => profile.policy.name);
  return named.flatMap((name, index) => {
    if (known.includes(name)) return [];
    const where = document.at(["approval", "standing", "profiles", index]);
    const message = `There is no profile ${quote(name)}, so standing approval would cover nothing of it.`;
    return [
      { code: "unknown-profile" as const, where, message, remedy: `Name one of: ${known.join(", ")}.` },
    ];
  });
}
