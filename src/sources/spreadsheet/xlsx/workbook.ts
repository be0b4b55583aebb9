import { InputError, type Problem } from "../../../model/values/errors.ts";
import type { SourceFile } from "../table/source-file.ts";
import { quoted, type TableFile } from "../table/table.ts";
import { MalformedWorkbook, OversizedWorkbook } from "./errors.ts";
import { type NumberFormat, readNumberFormats } from "./number-format.ts";
import { readSheet } from "./sheet.ts";
import { unescapeText } from "./sheet-cell.ts";
import { findWorkbook, readWorkbookParts, type Sheet, type WorkbookParts } from "./workbook-parts.ts";
import { scanXml } from "./xml.ts";
import { type Archive, openArchive } from "./zip.ts";

type Shared = {
  readonly sharedStrings: readonly string[];
  readonly formats: readonly NumberFormat[] | undefined;
};

/**
 * Opens a workbook (.xlsx, .xlsm). A cell whose value is not in the file is given as unreadable, never as empty. Throws
 * InputError with `spreadsheet-format`, `spreadsheet-too-large` or `sheet-missing`.
 */
export function openWorkbook({ bytes, shownAs }: SourceFile): TableFile {
  const { archive, parts } = refusing(shownAs, () => {
    const opened = openArchive(bytes);
    return { archive: opened, parts: readWorkbookParts(opened, findWorkbook(opened)) };
  });
  let shared: Shared | undefined;
  return {
    sheets: parts.sheets.flatMap(({ name, hidden }) => (hidden ? [] : [name])),
    async read({ sheet: name } = {}) {
      const sheet = findSheet(parts.sheets, name, shownAs);
      const where = `${shownAs}, sheet ${quoted(sheet.name)}`;
      return refusing(where, () => {
        shared ??= readShared(archive, parts);
        const content = readSheet(archive.read(sheet.part), { ...shared, from1904: parts.from1904 });
        return { shownAs: where, counts: "row", fixedWidth: false, ...content };
      });
    },
  };
}

function readShared(archive: Archive, parts: WorkbookParts): Shared {
  return {
    sharedStrings:
      parts.sharedStrings === undefined ? [] : readSharedStrings(archive.read(parts.sharedStrings)),
    formats: parts.styles === undefined ? undefined : readNumberFormats(archive.read(parts.styles)),
  };
}

/** Without a name, the first sheet that is not hidden: people take it for the first. */
function findSheet(sheets: readonly Sheet[], name: string | undefined, shownAs: string): Sheet {
  const fail = (message: string, remedy: string): never => {
    throw new InputError([{ code: "sheet-missing", where: shownAs, message, remedy }]);
  };
  if (name === undefined) {
    return (
      sheets.find(({ hidden }) => !hidden) ?? fail("All sheets are hidden.", "Name the sheet: `sheet: …`.")
    );
  }
  const exact = sheets.find((sheet) => sheet.name === name);
  if (exact !== undefined) return exact;
  const [first, ...others] = sheets.filter((sheet) => sheet.name.toLowerCase() === name.toLowerCase());
  if (first !== undefined && others.length === 0) return first;
  const list = sheets.map((sheet) => quoted(sheet.name)).join(", ");
  return fail(`There is no sheet ${quoted(name)}.`, `The sheets are ${list}. Correct \`sheet: …\`.`);
}

function refusing<T>(where: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    const problem = problemOf(error);
    if (problem === undefined) throw error;
    throw new InputError([{ ...problem, where }]);
  }
}

function problemOf(error: unknown): Problem | undefined {
  if (error instanceof OversizedWorkbook) {
    return {
      code: "spreadsheet-too-large",
      message: "Unpacked, the workbook would be larger than 200 MB, and so is not a list of accounts.",
      remedy: "Export only the columns and rows of the accounts.",
    };
  }
  if (!(error instanceof MalformedWorkbook)) return undefined;
  return {
    code: "spreadsheet-format",
    message: error.message,
    remedy: "Export it again, or open it in Excel and save it as Excel Workbook (.xlsx).",
  };
}

/** The texts that cells share, by number; of rich text the letters alone, without its reading aids (ECMA-376 18.4). */
function readSharedStrings(xml: string): readonly string[] {
  const strings: string[] = [];
  let text = "";
  let reading = false;
  let phonetic = false;
  scanXml(xml, {
    open(name) {
      if (name === "si") text = "";
      else if (name === "rPh") phonetic = true;
      else if (name === "t") reading = !phonetic;
    },
    text(piece) {
      if (reading) text += piece;
    },
    close(name) {
      if (name === "si") strings.push(unescapeText(text));
      else if (name === "rPh") phonetic = false;
      else if (name === "t") reading = false;
    },
  });
  return strings;
}
