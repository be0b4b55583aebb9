/** One sheet: a title row that stays in view, and rows of text. */
export type Sheet = {
  readonly name: string;
  readonly columns: readonly { readonly title: string; readonly width: number }[];
  readonly rows: readonly (readonly string[])[];
};

/** The characters that XML 1.0 cannot represent. */
const NOT_XML = /[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|\p{Cs}/gu;
const HEADER = { fontWeight: "bold", color: "#ffffff", backgroundColor: "#1f4e79" } as const;

/** Sheets as an Excel workbook. Every cell is text, so what begins like a formula is none. */
export async function renderWorkbook(sheets: readonly Sheet[]): Promise<Uint8Array> {
  const { default: writeExcelFile } = await import("write-excel-file/node");
  const written = sheets.map(({ name, columns, rows }) => ({
    sheet: name,
    columns: columns.map(({ width }) => ({ width })),
    stickyRowsCount: 1,
    data: [
      columns.map(({ title }) => ({ value: title, type: String, ...HEADER })),
      ...rows.map((row) =>
        row.map((text) => ({ value: text.replace(NOT_XML, ""), type: String, format: "@" })),
      ),
    ],
  }));
  return writeExcelFile(written, { features: [filterOf(sheets)] }).toBuffer();
}

/** A filter button on every title. In a sheet's XML it stands right behind the cells (ECMA-376, part 1, 18.3.1.99). */
function filterOf(sheets: readonly Sheet[]) {
  return {
    files: {
      transform: {
        "xl/worksheets/sheet{id}.xml": {
          transform: (xml: string, _: unknown, { sheetIndex }: { readonly sheetIndex: number }) => {
            const sheet = sheets[sheetIndex];
            if (sheet === undefined) return xml;
            const last = String.fromCharCode(64 + sheet.columns.length);
            const filter = `<autoFilter ref="A1:${last}${sheet.rows.length + 1}"/>`;
            return xml.replace(/<\/sheetData>|<sheetData\/>/, (end) => `${end}${filter}`);
          },
        },
      },
    },
  };
}
