import { resolve } from "node:path";
import { InputError, type Problem } from "../../model/values/errors.ts";
import type { Configuration } from "../organization/configuration.ts";
import { buildOrganization } from "../organization/organization.ts";
import { buildPolicy } from "../organization/profile.ts";
import { checkShape } from "../schema/check.ts";
import type { Written } from "../schema/types.ts";
import { checkSecrets } from "../secrets/checks.ts";
import { secretsOfOrganization } from "../secrets/places.ts";
import { type ConfigFile, digestOf } from "../yaml/config-file.ts";
import { parseYaml } from "../yaml/yaml.ts";
import type { DeclaredLive } from "./live-start.ts";
import type { StarterFile } from "./starter.ts";

/**
 * The configuration that the files of a start make in a folder, before they are written. The accounts are not read from the files, which
 * takes half a second for each thousand: they are the entries that the files were rendered from. Throws InputError.
 */
export function startConfiguration(
  files: readonly StarterFile[],
  { entries }: DeclaredLive,
  folder: string,
): Configuration {
  const problems: Problem[] = [];
  const directory = resolve(folder);
  const [organization, policyFile] = [
    read("Organization", "organization.yaml"),
    read("Profile", "profiles/accounts.yaml"),
  ];
  const built = buildOrganization(organization.written, organization, problems);
  const policy = buildPolicy(policyFile.written, policyFile.document, problems);
  problems.push(...checkSecrets(secretsOfOrganization(built, organization.document), []));
  if (problems.length > 0) throw new InputError(problems);
  const sources = policyFile.written.sources.map(({ name }) => ({
    type: "declared" as const,
    name,
    accounts: entries,
  }));
  return {
    directory,
    ...built,
    profiles: [{ file: policyFile.document.file, policy, sources }],
    digest: digestOf([organization.document, policyFile.document]),
  };

  function read<K extends keyof Written>(
    kind: K,
    name: string,
  ): ConfigFile & { readonly written: Written[K] } {
    const text = files.find(({ path }) => path === name)?.text ?? "";
    const document = parseYaml(text, name, problems);
    const written = document === undefined ? undefined : checkShape(kind, document, problems);
    if (document === undefined || written === undefined) throw new InputError(problems);
    const path = resolve(directory, name);
    return { path, folder: resolve(path, ".."), document, written };
  }
}
