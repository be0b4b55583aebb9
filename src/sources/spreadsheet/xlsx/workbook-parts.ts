import { MalformedWorkbook } from "./errors.ts";
import { unescapeText } from "./sheet-cell.ts";
import { parseAttributes, scanXml } from "./xml.ts";
import type { Archive } from "./zip.ts";

export type Sheet = { readonly name: string; readonly hidden: boolean; readonly part: string };

/** Where a workbook keeps what is needed of it. */
export type WorkbookParts = {
  readonly sheets: readonly Sheet[];
  readonly sharedStrings?: string;
  readonly styles?: string;
  /** Days count from 1904, as in workbooks of old Macs. */
  readonly from1904: boolean;
};

type Relation = { readonly type: string; readonly part: string };

const USUAL_PLACE = "xl/workbook.xml";

/** The name of the part that is the workbook. Throws MalformedWorkbook when the archive is something else. */
export function findWorkbook(archive: Archive): string {
  const relations = archive.has("_rels/.rels") ? [...readRelations(archive, "").values()] : [];
  const part = relations.find(({ type }) => type === "officeDocument")?.part ?? USUAL_PLACE;
  if (part.endsWith(".xml") && archive.has(part)) return part;
  throw new MalformedWorkbook("The file is an archive without an Excel workbook (.xlsx) in it.");
}

/** Reads the list of sheets and of the parts that they need. Throws MalformedWorkbook. */
export function readWorkbookParts(archive: Archive, workbook: string): WorkbookParts {
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
