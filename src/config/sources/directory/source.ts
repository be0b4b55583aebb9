import { KINDS, type Kind } from "../../../model/account/kind.ts";
import type {
  DirectoryConfig,
  DirectoryTable,
  DisabledUsersTable,
} from "../../../model/source-config/directory.ts";
import type { Problem } from "../../../model/values/errors.ts";
import { present } from "../../../model/values/present.ts";
import type {
  WrittenDirectory,
  WrittenDisabledUsers,
  WrittenSearch,
  WrittenTables,
} from "../../schema/types.ts";
import { quote } from "../../schema/wording.ts";
import type { Path, YamlDocument } from "../../yaml/yaml.ts";
import {
  buildDirectoryFilter,
  checkConditions,
  groupOfDirectory,
  withoutEmpty,
} from "../filter/directory-filter.ts";
import { buildAttributeMap } from "./attribute-map.ts";
import { buildConnection, type DirectoryPlace } from "./connection.ts";
import { isDn } from "./ldap-syntax.ts";

/**
 * A directory as the program uses it. It is read for the kinds that the profile manages, except for those set to `false`;
 * what is said for a kind goes before what is said for the source. Pure.
 */
export function buildDirectory(
  written: WrittenDirectory,
  kinds: readonly Kind[],
  place: DirectoryPlace,
  problems: Problem[],
): DirectoryConfig {
  const { personal, functional } = buildTables(written, kinds, place, problems);
  const disabledUsers = disabledUsersOf(written, place, problems);
  return {
    type: written.type,
    name: written.name,
    where: place.file.document.at(place.path),
    ...buildConnection(written, place, problems),
    primary: written.primary ?? "mail",
    ...present({ personal }),
    ...(functional === undefined ? {} : { functional: { ...functional, ...present({ disabledUsers }) } }),
  };
}

/** The search of each kind that is read. Pure. */
export function buildTables(
  written: WrittenTables,
  kinds: readonly Kind[],
  place: DirectoryPlace,
  problems: Problem[],
): Readonly<Partial<Record<Kind, DirectoryTable>>> {
  const { document } = place.file;
  const read = kindsToRead(written, kinds, place, problems);
  const ofSource = buildSearch(written, document, place.path, problems);
  const tables: Partial<Record<Kind, DirectoryTable>> = {};
  const found: Problem[] = [];
  for (const kind of KINDS) {
    const given = written[kind];
    const ofKind = typeof given === "object" ? given : {};
    const table = mergeSearch(ofSource, buildSearch(ofKind, document, [...place.path, kind], problems));
    if (!read.includes(kind)) continue;
    tables[kind] = table;
    found.push(...checkConditions(table, kind));
  }
  // Settings for both kinds are reported once.
  problems.push(...new Map(found.map((one) => [`${one.where} ${one.message}`, one])).values());
  return tables;
}

/** The kinds that a source reads of those that its profile manages. */
export function kindsToRead(
  written: Readonly<Partial<Record<Kind, unknown>>>,
  kinds: readonly Kind[],
  place: DirectoryPlace,
  problems: Problem[],
): readonly Kind[] {
  const { document } = place.file;
  const read = KINDS.filter((kind) => kinds.includes(kind) && written[kind] !== false);
  for (const kind of KINDS) {
    if (kinds.includes(kind) || written[kind] === undefined || written[kind] === false) continue;
    problems.push({
      code: "config-shape",
      where: document.atKey([...place.path, kind]),
      message: `The profile does not manage ${kind} accounts, so \`${kind}\` would be read for nothing.`,
      remedy: `Add \`${kind}\` to \`manages.kinds\`, or remove the key.`,
    });
  }
  // A profile without kinds has a problem of its own.
  if (read.length === 0 && kinds.length > 0) {
    problems.push({
      code: "config-shape",
      where: document.at(place.path),
      message: "This source reads nothing: every kind that the profile manages is `false` in it.",
      remedy: "Remove the `false`, or the source.",
    });
  }
  return read;
}

function disabledUsersOf(
  { functional }: WrittenDirectory,
  place: DirectoryPlace,
  problems: Problem[],
): DisabledUsersTable | undefined {
  const given = typeof functional === "object" ? functional.disabledUsers : undefined;
  if (given === undefined || given === false) return undefined;
  const { filter, map }: WrittenDisabledUsers = given === true ? {} : given;
  const { document } = place.file;
  const path = [...place.path, "functional", "disabledUsers"];
  return {
    ...(filter === undefined
      ? {}
      : withoutEmpty(buildDirectoryFilter(filter, { document, path: [...path, "filter"] }, problems))),
    map: buildAttributeMap(map ?? {}, document, [...path, "map"], problems),
  };
}

/** The settings of a search at one place of the configuration, checked. A setting that is not given is absent; a filter has both its parts. */
type Search = Partial<DirectoryTable>;

/** The part of a search that stands at `path`. Pure. */
function buildSearch(
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
    ...present({ scope }),
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
function mergeSearch(ofSource: Search, ofKind: Search): DirectoryTable {
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
