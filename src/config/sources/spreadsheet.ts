import { resolve } from "node:path";
import { KINDS, type Kind } from "../../model/account/kind.ts";
import type { SpreadsheetConfig, SpreadsheetTable } from "../../model/source-config/source-config.ts";
import type { Problem } from "../../model/values/errors.ts";
import type { WrittenSpreadsheet, WrittenTable } from "../schema/types.ts";
import { type ConfigFile, showPath } from "../yaml/config-file.ts";
import type { Path } from "../yaml/yaml.ts";
import { anyName, buildKindFilters, groupOfAccounts } from "./filter/record-filter.ts";

type Place = { readonly directory: string; readonly file: ConfigFile; readonly path: Path };

/**
 * A spreadsheet source as the program uses it: each table with its file and the columns named for both. With neither
 * `personal` nor `functional` the file holds the one kind that the profile manages. Pure.
 */
export function buildSpreadsheet(
  written: WrittenSpreadsheet,
  kinds: readonly Kind[],
  place: Place,
  problems: Problem[],
): SpreadsheetConfig {
  const { document } = place.file;
  const given = tablesOf(written, kinds);
  // A profile without kinds has a problem of its own.
  if (given.length === 0 && kinds.length > 0) problems.push(noTable(written, document.at(place.path)));
  const filters = buildKindFilters(written, RULES, { document, path: place.path }, problems);
  const tables: Partial<Record<Kind, SpreadsheetTable>> = {};
  for (const { kind, table } of given) {
    const name = table.file ?? written.file;
    if (name === undefined) {
      problems.push({
        code: "config-shape",
        where: document.atKey([...place.path, kind]),
        message: `\`${kind}\` names no file, so its accounts cannot be read.`,
        remedy: "Add `file:` to it, or to the source for both kinds.",
      });
      continue;
    }
    const path = resolve(place.file.folder, name);
    const headerRow = table.headerRow ?? written.headerRow;
    tables[kind] = {
      path,
      shownAs: showPath(place.directory, path),
      ...(table.sheet === undefined ? {} : { sheet: table.sheet }),
      ...(headerRow === undefined ? {} : { headerRow }),
      map: { ...written.map, ...table.map },
      ...(filters[kind] === undefined ? {} : { filter: filters[kind] }),
    };
  }
  problems.push(...checkSameTable(tables, document.at(place.path)));
  return { type: "spreadsheet", name: written.name, ...tables };
}

/** The columns are known when the file is read. */
const RULES = { source: "a spreadsheet", own: anyName, group: groupOfAccounts };

type GivenTable = { readonly kind: Kind; readonly table: WrittenTable };

function tablesOf(written: WrittenSpreadsheet, kinds: readonly Kind[]): readonly GivenTable[] {
  const given = KINDS.flatMap((kind) => {
    const table = written[kind];
    return table === undefined ? [] : [{ kind, table: table === true ? {} : table }];
  });
  const [only, ...others] = kinds;
  if (given.length > 0 || written.file === undefined || only === undefined || others.length > 0) return given;
  return [{ kind: only, table: {} }];
}

function noTable(written: WrittenSpreadsheet, where: string): Problem {
  if (written.file === undefined) {
    return {
      code: "config-shape",
      where,
      message: "This source names no table: it has none of `file`, `personal` and `functional`.",
      remedy: "Add for example `personal: { file: ../users.xlsx, sheet: Users }`.",
    };
  }
  const csv = /\.csv$/i.test(written.file);
  return {
    code: "config-shape",
    where,
    message: "The profile manages both kinds, and nothing says which accounts of `file` are of which kind.",
    remedy: csv
      ? "Name a file for each: `personal: { file: … }` and `functional: { file: … }`."
      : "Name the sheets: `personal: { sheet: … }` and `functional: { sheet: … }`.",
  };
}

/** One table read as both kinds would make every account of it twice. */
function checkSameTable(tables: Partial<Record<Kind, SpreadsheetTable>>, where: string): readonly Problem[] {
  const { personal, functional } = tables;
  if (personal === undefined || functional === undefined || personal.path !== functional.path) return [];
  const sheets = [personal.sheet, functional.sheet].map((sheet) => sheet?.trim().toLowerCase());
  if (!/\.csv$/i.test(personal.path) && sheets[0] !== sheets[1]) return [];
  return [
    {
      code: "config-shape",
      where,
      message: "`personal` and `functional` name the same table, so each of its rows would be both kinds.",
      remedy: "Name a `sheet` for each, or a `file` for each.",
    },
  ];
}
