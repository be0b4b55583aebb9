import type { Condition, DivisionRule, ProfilePolicy, SyncPolicy } from "../../model/plan/policy.ts";
import { parseDomain } from "../../model/values/address.ts";
import type { Problem } from "../../model/values/errors.ts";
import type { WrittenProfile } from "../schema/types.ts";
import { quote } from "../schema/wording.ts";
import { parseAddressPattern } from "../values/address-pattern.ts";
import type { YamlDocument } from "../yaml/yaml.ts";

const DEFAULT_SYNC: SyncPolicy = {
  create: true,
  update: true,
  missing: "suspend",
  disabled: "suspend",
  reactivate: true,
  delegates: true,
};

/** The policy of a profile for the engine, with the defaults filled in. Pure. */
export function buildPolicy(
  written: WrittenProfile,
  document: YamlDocument,
  problems: Problem[],
): ProfilePolicy {
  const { manages, aliases, division, sync } = written;
  return {
    name: written.name,
    manages: {
      kinds: manages.kinds,
      include: (manages.include ?? []).map(canonicalCondition),
      exclude: (manages.exclude ?? []).map(canonicalCondition),
    },
    aliases: {
      excludeDomains: excludedDomains(aliases?.excludeDomains ?? [], document, problems),
      unclaimed: aliases?.unclaimed ?? "skip",
      ...(aliases?.former === undefined ? {} : { former: aliases.former }),
    },
    ...(division === undefined ? {} : { division: canonicalDivision(division, document, problems) }),
    sync: {
      personal: { ...DEFAULT_SYNC, ...sync?.personal },
      functional: { ...DEFAULT_SYNC, ...sync?.functional },
    },
  };
}

function canonicalCondition(condition: Condition): Condition {
  const { address, domain } = condition;
  return {
    ...condition,
    ...(address === undefined ? {} : { address: parseAddressPattern(address) ?? address }),
    ...(domain === undefined ? {} : { domain: parseDomain(domain) ?? domain }),
  };
}

/** As in the Synctool, the domains can be in one text, parted by `;` or `,`. */
function excludedDomains(
  given: string | readonly string[],
  document: YamlDocument,
  problems: Problem[],
): readonly string[] {
  const texts = typeof given === "string" ? given.split(/[;,]/).filter((text) => text.trim() !== "") : given;
  const domains = texts.map((text) => {
    const domain = parseDomain(text);
    if (domain === undefined) {
      problems.push({
        code: "domain-invalid",
        where: document.at(["aliases", "excludeDomains"]),
        message: `${quote(text.trim())} is not a domain that can receive mail.`,
        remedy: "Write a domain such as `example.org`, without `@` or `https://`.",
      });
    }
    return domain ?? text;
  });
  return [...new Set(domains)];
}

function canonicalDivision(
  division: DivisionRule,
  document: YamlDocument,
  problems: Problem[],
): DivisionRule {
  if (division.byDomain === undefined) return division;
  const byDomain = new Map<string, string>();
  for (const [text, value] of Object.entries(division.byDomain)) {
    const domain = parseDomain(text) ?? text;
    if (byDomain.has(domain)) {
      problems.push({
        code: "config-duplicate",
        where: document.atKey(["division", "byDomain", text]),
        message: `The domain ${quote(domain)} is listed twice, and only one of the two could count.`,
        remedy: "Remove one of the two.",
      });
    }
    byDomain.set(domain, value);
  }
  return { byDomain: Object.fromEntries(byDomain) };
}
