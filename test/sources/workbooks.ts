import { strToU8, type Zippable, zipSync } from "fflate";

const OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships";
const MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";

export type SheetXml = { readonly name: string; readonly state?: string; readonly rows: string };

export type WorkbookXml = {
  readonly sheets: readonly SheetXml[];
  /** `<si>` elements. */
  readonly strings?: string;
  /** Format codes: the style number of a cell is the place here, from 1 on; 0 is General. */
  readonly formats?: readonly string[];
  readonly date1904?: boolean;
  /** Parts to add, to replace, or (null) to leave out. */
  readonly parts?: Readonly<Record<string, string | Uint8Array | null>>;
};

/** The bytes of a workbook written by hand, for what no library writes. */
export function workbookOf({ sheets, strings, formats, date1904, parts }: WorkbookXml): Uint8Array {
  const files: Record<string, string | Uint8Array | null> = {
    "[Content_Types].xml": "<Types/>",
    "_rels/.rels": relations([["rId1", "officeDocument", "xl/workbook.xml"]]),
    "xl/workbook.xml": `<?xml version="1.0"?><workbook xmlns="${MAIN}" xmlns:r="${OFFICE}"><workbookPr${date1904 ? ' date1904="1"' : ""}/><sheets>${sheets.map((sheet, index) => `<sheet name="${sheet.name}" sheetId="${index + 7}" state="${sheet.state ?? "visible"}" r:id="rId${index + 10}"/>`).join("")}</sheets></workbook>`,
    "xl/_rels/workbook.xml.rels": relations([
      ["rId1", "sharedStrings", "sharedStrings.xml"],
      ["rId2", "styles", "/xl/styles.xml"],
      ...sheets.map(
        (_, index) => [`rId${index + 10}`, "worksheet", `worksheets/sheet${index + 1}.xml`] as const,
      ),
    ]),
    "xl/sharedStrings.xml": `<sst xmlns="${MAIN}">${strings ?? ""}</sst>`,
    "xl/styles.xml": stylesXml(formats ?? []),
    ...parts,
  };
  sheets.forEach(({ rows }, index) => {
    const name = `xl/worksheets/sheet${index + 1}.xml`;
    if (!(name in files)) files[name] = sheetXml(rows);
  });
  const zippable: Zippable = {};
  for (const [name, content] of Object.entries(files)) {
    if (content !== null) zippable[name] = typeof content === "string" ? strToU8(content) : content;
  }
  // What it keeps in memory for larger parts took longer to make than these parts take to pack.
  return zipSync(zippable, { mem: 0 });
}

/** A workbook with one sheet "Users" of these `<row>` elements. */
export function sheetOf(rows: string, more: Omit<WorkbookXml, "sheets"> = {}): Uint8Array {
  return workbookOf({ sheets: [{ name: "Users", rows }], ...more });
}

export function sheetXml(rows: string): string {
  return `<?xml version="1.0"?>\n<worksheet xmlns="${MAIN}"><dimension ref="A1"/><sheetData>${rows}</sheetData></worksheet>`;
}

/** A row of inline texts; what starts with `<` is a cell's own XML. */
export function row(number: number, ...cells: readonly string[]): string {
  const written = cells.map((cell, index) => {
    const at = `${String.fromCharCode(65 + index)}${number}`;
    if (cell === "") return "";
    if (cell.startsWith("<")) return cell.replace("<c", `<c r="${at}"`);
    return `<c r="${at}" t="inlineStr"><is><t xml:space="preserve">${escapeXml(cell)}</t></is></c>`;
  });
  return `<row r="${number}">${written.join("")}</row>`;
}

export function escapeXml(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}

function relations(list: readonly (readonly [string, string, string])[]): string {
  const items = list.map(
    ([id, type, target]) => `<Relationship Id="${id}" Type="${OFFICE}/${type}" Target="${target}"/>`,
  );
  return `<Relationships xmlns="${PACKAGE}">${items.join("")}</Relationships>`;
}

function stylesXml(formats: readonly string[]): string {
  const codes = formats.map(
    (code, index) => `<numFmt numFmtId="${164 + index}" formatCode="${escapeXml(code)}"/>`,
  );
  const styles = formats.map((_, index) => `<xf numFmtId="${164 + index}"/>`);
  return `<styleSheet xmlns="${MAIN}"><numFmts>${codes.join("")}</numFmts><cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs><xf numFmtId="0"/>${styles.join("")}</cellXfs></styleSheet>`;
}
