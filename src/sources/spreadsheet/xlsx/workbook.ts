import { InputError, type Problem } from "../../../model/values/errors.ts";
import type { SourceFile } from "../table/source-file.ts";
import { quoted, type TableFile } from "../table/table.ts";
import { type NumberFormat, readNumberFormats } from "./number-format.ts";
import { readSheet } from "./sheet.ts";
import { unescapeText } from "./sheet-cell.ts";
import { MalformedWorkbook, OversizedWorkbook, parseAttributes, scanXml } from "./xml.ts";
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
    throw new InputError({ code: "sheet-missing", where: shownAs, message, remedy });
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
    throw new InputError({ ...problem, where });
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

type Sheet = { readonly name: string; readonly hidden: boolean; readonly part: string };

/** Where a workbook keeps what is needed of it. */
type WorkbookParts = {
  readonly sheets: readonly Sheet[];
  readonly sharedStrings?: string;
  readonly styles?: string;
  /** Days count from 1904, as in workbooks of old Macs. */
  readonly from1904: boolean;
};

type Relation = { readonly type: string; readonly part: string };

const USUAL_PLACE = "xl/workbook.xml";

/** The name of the part that is the workbook. Throws MalformedWorkbook when the archive is something else. */
function findWorkbook(archive: Archive): string {
  const relations = archive.has("_rels/.rels") ? [...readRelations(archive, "").values()] : [];
  const part = relations.find(({ type }) => type === "officeDocument")?.part ?? USUAL_PLACE;
  if (part.endsWith(".xml") && archive.has(part)) return part;
  throw new MalformedWorkbook("The file is an archive without an Excel workbook (.xlsx) in it.");
}

/** Reads the list of sheets and of the parts that they need. Throws MalformedWorkbook. */
function readWorkbookParts(archive: Archive, workbook: string): WorkbookParts {
  const relations = readRelations(archive, workbook);
  const partOf = (type: string) => [...relations.values()].find((relation) => relation.type === type)?.part;
  const sheets: Sheet[] = [];
  let from1904 = false;
  scanXml(archive.read(workbook), {
    open(name, attributes) {
      if (name !== "sheet" && name !== "workbookPr") return;
      const values = parseAttributes(attributes);
      if (name === "workbookPr") from1904 ||= /^(1|true)$/.test(values.get("date1904") ?? "");
      else {
        const relation = relations.get(values.get("id") ?? "");
        // Sheets of another kind hold a chart or a dialogue.
        if (relation?.type !== "worksheet") return;
        const hidden = (values.get("state") ?? "visible") !== "visible";
        sheets.push({ name: unescapeText(values.get("name") ?? ""), hidden, part: relation.part });
      }
    },
  });
  if (sheets.length === 0) throw new MalformedWorkbook("The workbook has no sheet with a table.");
  const sharedStrings = partOf("sharedStrings");
  const styles = partOf("styles");
  return {
    sheets,
    ...(sharedStrings === undefined ? {} : { sharedStrings }),
    ...(styles === undefined ? {} : { styles }),
    from1904,
  };
}

/** The targets of a part's references, by id. Types end in the same word in both dialects of the format, strict and transitional. */
function readRelations(archive: Archive, part: string): ReadonlyMap<string, Relation> {
  const slash = part.lastIndexOf("/") + 1;
  const folder = part.slice(0, slash);
  const relations = new Map<string, Relation>();
  scanXml(archive.read(`${folder}_rels/${part.slice(slash)}.rels`), {
    open(name, attributes) {
      if (name !== "Relationship") return;
      const values = parseAttributes(attributes);
      if (values.get("TargetMode") === "External") return;
      const type = (values.get("Type") ?? "").split("/").at(-1) ?? "";
      relations.set(values.get("Id") ?? "", { type, part: resolvePart(folder, values.get("Target") ?? "") });
    },
  });
  return relations;
}

function resolvePart(folder: string, target: string): string {
  const steps: string[] = [];
  for (const step of (target.startsWith("/") ? target : `${folder}${target}`).split("/")) {
    if (step === "..") steps.pop();
    else if (step !== "" && step !== ".") steps.push(step);
  }
  return steps.join("/");
}
