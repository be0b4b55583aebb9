import { InputError } from "../../model/values/errors.ts";
import type { SourceFile } from "./table/source-file.ts";
import type { TableFile } from "./table/table.ts";

/** Recognises a workbook or CSV text by its content, whatever its name. Throws InputError. */
export async function openTableFile(file: SourceFile): Promise<TableFile> {
  const { bytes, shownAs } = file;
  const fail = (message: string, remedy: string): never => {
    throw new InputError([{ code: "spreadsheet-format", where: shownAs, message, remedy }]);
  };
  if (startsWith(bytes, [0x50, 0x4b])) return (await import("./xlsx/workbook.ts")).openWorkbook(file);
  if (startsWith(bytes, [0xd0, 0xcf, 0x11, 0xe0])) {
    return fail(
      "This is a workbook with a password, or one of Excel 2003 or older.",
      "Save it without a password, as Excel Workbook (.xlsx).",
    );
  }
  if (/\.(xls[xmb]?|ods)$/i.test(file.path)) {
    return fail(
      "The file is named like a workbook and is none.",
      "Save it as Excel Workbook (.xlsx), or give it the name it should have.",
    );
  }
  if (
    /^(\ufeff|\u00ef\u00bb\u00bf)?\s*<[!?a-z]/i.test(Buffer.from(bytes.subarray(0, 200)).toString("latin1"))
  ) {
    return fail(
      "This is a web page or another XML file, not a table.",
      "Export it as Excel Workbook (.xlsx) or as CSV.",
    );
  }
  const { readCsv } = await import("./csv/csv.ts");
  return {
    async read(sheet) {
      if (sheet === undefined) return readCsv(file);
      throw new InputError([
        {
          code: "sheet-missing",
          where: shownAs,
          message: "The configuration names a sheet, and this file is CSV text, which has none.",
          remedy: "Leave `sheet` out, or name a workbook.",
        },
      ]);
    },
  };
}

function startsWith(bytes: Uint8Array, magic: readonly number[]): boolean {
  return magic.every((byte, index) => bytes[index] === byte);
}
