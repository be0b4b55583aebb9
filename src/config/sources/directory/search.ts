import type { DirectoryTable } from "../../../model/source-config/directory.ts";
import type { Problem } from "../../../model/values/errors.ts";
import type { WrittenSearch } from "../../schema/types.ts";
import { quote } from "../../schema/wording.ts";
import type { Path, YamlDocument } from "../../yaml/yaml.ts";
import { buildDirectoryFilter, groupOfDirectory, withoutEmpty } from "../filter/directory-filter.ts";
import { buildAttributeMap } from "./attribute-map.ts";
import { isDn } from "./ldap-syntax.ts";

/** The settings of a search at one place of the configuration, checked. A setting that is not given is absent; a filter has both its parts. */
export type Search = Partial<DirectoryTable>;

/** The part of a search that stands at `path`. Pure. */
export function buildSearch(
  written: WrittenSearch,
  document: YamlDocument,
  path: Path,
  problems: Problem[],
): Search {
  const { baseDns, scope, filter, memberOf, map } = written;
  const buildNames = (
    given: string | readonly string[],
    at: Path,
    faultOf: (name: string) => Wording | undefined,
  ): readonly string[] =>
    [given].flat().map((text, index) => {
      const name = text.trim();
      const fault = faultOf(name);
      const where = document.at(typeof given === "string" ? at : [...at, index]);
      if (fault) problems.push({ code: "config-shape", where, ...fault });
      return name;
    });
  return {
    ...(baseDns === undefined ? {} : { baseDns: buildNames(baseDns, [...path, "baseDns"], noDn) }),
    ...(scope === undefined ? {} : { scope }),
    ...(filter === undefined
      ? {}
      : buildDirectoryFilter(filter, { document, path: [...path, "filter"] }, problems)),
    ...(memberOf === undefined
      ? {}
      : { memberOf: buildNames(memberOf, [...path, "memberOf"], groupOfDirectory) }),
    ...(map === undefined ? {} : { map: buildAttributeMap(map, document, [...path, "map"], problems) }),
  };
}

/** The search of one kind: what is said for it replaces what is said for the source; maps are put together. Pure. */
export function mergeSearch(ofSource: Search, ofKind: Search): DirectoryTable {
  const { filter, conditions, ...others } = { ...ofSource, ...ofKind };
  const narrowed = ofKind.conditions === undefined ? ofSource : ofKind;
  return {
    baseDns: [],
    scope: "subtree",
    memberOf: [],
    ...others,
    map: { ...ofSource.map, ...ofKind.map },
    ...withoutEmpty(narrowed),
  };
}

type Wording = Pick<Problem, "message" | "remedy">;

function noDn(dn: string): Wording | undefined {
  if (isDn(dn)) return undefined;
  return {
    message: `${quote(dn)} is not a DN: it is not made of parts such as \`OU=Care\`, with commas between them.`,
    remedy: "Write it as the directory shows it, for example `OU=Care,DC=corp,DC=example,DC=org`.",
  };
}
