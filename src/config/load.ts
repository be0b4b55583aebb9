import { access } from "node:fs/promises";
import { join, resolve } from "node:path";
import { succeeds } from "../file-bytes.ts";
import type { Kind } from "../model/account/kind.ts";
import type { SourceConfig } from "../model/source-config/source-config.ts";
import { InputError, type Problem } from "../model/values/errors.ts";
import { compareText } from "../model/values/text.ts";
import { checkProfile, checkProfiles, checkStandingProfiles, type LoadedProfile } from "./cross-checks.ts";
import type { Configuration, ProfileConfiguration } from "./organization/configuration.ts";
import { buildOrganization, type Organization } from "./organization/organization.ts";
import { buildPolicy } from "./organization/profile.ts";
import { checkShape } from "./schema/check.ts";
import type { WrittenProfile } from "./schema/types.ts";
import { quote } from "./schema/wording.ts";
import { checkSecrets } from "./secrets/checks.ts";
import {
  type SecretPlace,
  secretsOfChannels,
  secretsOfOrganization,
  secretsOfSource,
} from "./secrets/places.ts";
import { type AccountsReader, buildDeclared, createAccountsReader } from "./sources/declared.ts";
import type { DirectoryPlace } from "./sources/directory/connection.ts";
import { buildDirectory } from "./sources/directory/source.ts";
import { buildEntraId } from "./sources/entra-id.ts";
import { buildExchangeOnPremises } from "./sources/exchange-on-premises.ts";
import { buildExchangeOnline } from "./sources/exchange-online.ts";
import { buildRecords } from "./sources/records.ts";
import { buildSpreadsheet } from "./sources/spreadsheet.ts";
import { didYouMean, listChoices } from "./values/did-you-mean.ts";
import { type ConfigFile, digestOf, listYamlFiles, readConfigFile } from "./yaml/config-file.ts";
import type { YamlDocument } from "./yaml/yaml.ts";

const ORGANIZATION = "organization.yaml";

/**
 * Reads and checks all YAML files of a configuration folder; connects to nothing and reads no secret. Throws one
 * InputError with the problems of all files, sorted by file, line and column.
 */
export async function loadConfiguration(directory: string): Promise<Configuration> {
  const root = resolve(directory);
  const problems: Problem[] = [];
  await requireOrganization(directory, root);
  const file = await readConfigFile(root, join(root, ORGANIZATION), problems);
  const organization = file === undefined ? undefined : readOrganization(file, problems);
  const reader = createAccountsReader(root, problems);
  const { profiles, documents, secrets } = await readProfiles(root, reader, problems);
  for (const path of await listYamlFiles(root, "accounts", problems)) await reader.read(path);
  // Without its claimed domains there is nothing to hold the profiles against.
  if (organization !== undefined && file !== undefined) {
    problems.push(...checkProfiles(profiles, organization.policy.claimedDomains));
    problems.push(...checkStandingProfiles(organization.standing?.profiles ?? [], profiles, file.document));
    problems.push(
      ...checkSecrets(secretsOfOrganization(organization, file.document), [
        ...secretsOfChannels(organization.notify),
        ...secrets,
      ]),
    );
  }
  if (organization === undefined || file === undefined || problems.length > 0) {
    throw new InputError(sortProblems(problems));
  }
  return {
    directory: root,
    ...organization,
    profiles: profiles.map(({ profile }) => profile),
    digest: digestOf([file.document, ...documents, ...reader.documents()]),
  };
}

/** Without this file the folder is most likely the wrong one, and whatever else is wrong in it does not matter. */
async function requireOrganization(directory: string, root: string): Promise<void> {
  const [isRight, isShort, isText] = await Promise.all(
    // Windows hides the end of the last one.
    [ORGANIZATION, "organization.yml", `${ORGANIZATION}.txt`].map((name) =>
      succeeds(access(join(root, name))),
    ),
  );
  const other = isShort ? "organization.yml" : isText && !isRight ? `${ORGANIZATION}.txt` : undefined;
  if (isRight && other === undefined) return;
  const where = directory;
  if (other !== undefined) {
    const message = `There is a file ${other}, and zivsync reads ${ORGANIZATION}.`;
    const remedy = isRight ? "Remove one of the two." : `Rename it to ${ORGANIZATION}.`;
    throw new InputError({ code: "config-duplicate", where, message, remedy });
  }
  const message = `There is no ${ORGANIZATION} in this folder, so it holds no configuration of zivsync.`;
  const remedy =
    "Name the folder that has one: `zivsync -C DIR …`. `zivsync init` writes a new one to fill in.";
  throw new InputError({ code: "file-not-found", where, message, remedy });
}

function readOrganization(file: ConfigFile, problems: Problem[]): Organization | undefined {
  const written = checkShape("Organization", file.document, problems);
  return written === undefined ? undefined : buildOrganization(written, file, problems);
}

type Profiles = {
  readonly profiles: readonly LoadedProfile[];
  readonly documents: readonly YamlDocument[];
  readonly secrets: readonly SecretPlace[];
};

/** The profiles that could be read, sorted by name; the documents and the references to secrets of all. */
async function readProfiles(root: string, reader: AccountsReader, problems: Problem[]): Promise<Profiles> {
  const profiles: LoadedProfile[] = [];
  const documents: YamlDocument[] = [];
  const secrets: SecretPlace[] = [];
  for (const path of await listYamlFiles(root, "profiles", problems)) {
    const file = await readConfigFile(root, path, problems);
    if (file === undefined) continue;
    const { document } = file;
    documents.push(document);
    const written = checkShape("Profile", document, problems);
    if (written === undefined) continue;
    problems.push(...checkProfile(written, document));
    const sources = await buildSources(root, written, file, reader, problems);
    for (const [index, config] of sources.entries()) {
      const source = written.sources[index];
      const place = { document, folder: file.folder, path: ["sources", index] };
      if (source !== undefined) secrets.push(...secretsOfSource(source, config, place));
    }
    const { description } = written;
    const profile = {
      file: document.file,
      ...(description === undefined ? {} : { description }),
      policy: buildPolicy(written, document, problems),
      sources,
    };
    profiles.push({ profile, document });
  }
  profiles.sort((a, b) => compareText(a.profile.policy.name, b.profile.policy.name));
  return { profiles, documents, secrets };
}

async function buildSources(
  directory: string,
  written: WrittenProfile,
  file: ConfigFile,
  reader: AccountsReader,
  problems: Problem[],
): Promise<readonly SourceConfig[]> {
  const sources: SourceConfig[] = [];
  const { kinds } = written.manages;
  for (const [index, source] of written.sources.entries()) {
    const place = { directory, file, path: ["sources", index] };
    sources.push(await buildSource(source, kinds, place, reader, problems));
  }
  return sources;
}

async function buildSource(
  source: WrittenProfile["sources"][number],
  kinds: readonly Kind[],
  place: DirectoryPlace,
  reader: AccountsReader,
  problems: Problem[],
): Promise<SourceConfig> {
  switch (source.type) {
    case "declared":
      return buildDeclared(source, place, reader, problems);
    case "spreadsheet":
      return buildSpreadsheet(source, kinds, place, problems);
    case "active-directory":
    case "ldap":
      return buildDirectory(source, kinds, place, problems);
    case "entra-id":
      return buildEntraId(source, kinds, place, problems);
    case "exchange-on-premises":
      return buildExchangeOnPremises(source, kinds, place, problems);
    case "exchange-online":
      return buildExchangeOnline(source, kinds, place, problems);
    case "records":
      return buildRecords(source, place, problems);
  }
}

/** A source and its profile: the name of a source is unique within its profile only. */
type SourceOfProfile = { readonly profile: ProfileConfiguration; readonly source: SourceConfig };

/** All sources of this name, in order of their profiles. Throws InputError `unknown-source` when there is none. */
export function findSource(configuration: Configuration, name: string): readonly SourceOfProfile[] {
  const all = configuration.profiles.flatMap((profile) =>
    profile.sources.map((source) => ({ profile, source })),
  );
  const found = all.filter(({ source }) => source.name === name);
  if (found.length > 0) return found;
  const names = [...new Set(all.map(({ source }) => source.name))];
  const message = `No profile has a source named ${quote(name)}.`;
  throw new InputError({ code: "unknown-source", message, remedy: suggest(name, names, "sources") });
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

/** The problems sorted by file, line and column, each once: two readers of one file find the same. Pure. */
function sortProblems(problems: readonly Problem[]): readonly Problem[] {
  const placed = problems.map((problem) => ({ problem, ...placeOf(problem.where ?? "") }));
  placed.sort(
    (a, b) =>
      compareText(a.file, b.file) ||
      a.line - b.line ||
      a.column - b.column ||
      compareText(a.problem.message, b.problem.message),
  );
  const sorted = placed.map(({ problem }) => problem);
  return sorted.filter((problem, index) => {
    const before = sorted[index - 1];
    return before?.where !== problem.where || before?.message !== problem.message;
  });
}

function placeOf(where: string): { readonly file: string; readonly line: number; readonly column: number } {
  const [, file = where, line = "0", column = "0"] = /^(.*):(\d+):(\d+)$/.exec(where) ?? [];
  return { file, line: Number(line), column: Number(column) };
}
