import { KINDS, type Kind } from "../../../model/account/kind.ts";
import type {
  DirectoryConfig,
  DirectoryTable,
  DisabledUsersTable,
} from "../../../model/source-config/directory.ts";
import type { Problem } from "../../../model/values/errors.ts";
import type { WrittenDirectory, WrittenDisabledUsers, WrittenTables } from "../../schema/types.ts";
import { buildDirectoryFilter, checkConditions, withoutEmpty } from "../filter/directory-filter.ts";
import { buildAttributeMap } from "./attribute-map.ts";
import { buildConnection, type DirectoryPlace } from "./connection.ts";
import { buildSearch, mergeSearch } from "./search.ts";

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
    ...(personal === undefined ? {} : { personal }),
    ...(functional === undefined
      ? {}
      : { functional: { ...functional, ...(disabledUsers === undefined ? {} : { disabledUsers }) } }),
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

function kindsToRead(
  written: WrittenTables,
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
      message: `\`${kind}\` stands here, and the profile does not manage ${kind} accounts, so they would be read for nothing.`,
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
