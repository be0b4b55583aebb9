import { InputError } from "../../model/values/errors.ts";
import type { SourceFile } from "./table/source-file.ts";
import type { TableFile } from "./table/table.ts";

/** Recognises a workbook or CSV text by its content, whatever its name. Throws InputError. */
export async function openTableFile(file: SourceFile): Promise<TableFile> {
  const { bytes, shownAs } = file;
  const fail = (message: string, remedy: string): never => {
    throw new InputError({ code: "spreadsheet-format", where: shownAs, message, remedy });
  };
  if (isOpenDocument(bytes)) {
    return fail(
      "This is an OpenDocument spreadsheet (.ods), as LibreOffice saves it, and zivsync reads xlsx and csv.",
      "Save it as Excel Workbook (.xlsx).",
    );
  }
  if (startsWith(bytes, [0x50, 0x4b])) return (await import("./xlsx/workbook.ts")).openWorkbook(file);
  if (startsWith(bytes, [0xd0, 0xcf, 0x11, 0xe0])) {
    return fail(
      "This is a workbook with a password, or one of Excel 2003 or older.",
      "Save it without a password, as Excel Workbook (.xlsx).",
    );
  }
  const isNamedWorkbook = /\.(xls[xmb]?|ods)$/i.test(file.path);
  if (isNamedWorkbook && bytes.every((byte) => byte === 0)) {
    const isEmpty = bytes.length === 0;
    return fail(
      isEmpty
        ? "The file is empty: it has no bytes at all."
        : "The file holds nothing but zeros: it was not written to the end.",
      "Export it again, and look at the export's own messages.",
    );
  }
  if (isMarkup(bytes)) {
    return fail(
      isNamedWorkbook
        ? "The file is named like a workbook and is a web page (HTML) or another XML file. Excel opens such an export all the same."
        : "This is a web page or another XML file, not a table.",
      isNamedWorkbook
        ? "Open it in Excel and save it as Excel Workbook (.xlsx), or export CSV."
        : "Export it as Excel Workbook (.xlsx) or as CSV.",
    );
  }
  if (isNamedWorkbook) {
    return fail(
      "The file is named like a workbook and is none.",
      "Save it as Excel Workbook (.xlsx), or give it the name it should have.",
    );
  }
  const { readCsv } = await import("./csv/csv.ts");
  return {
    sheets: [],
    async read({ sheet, headerRow } = {}) {
      if (sheet === undefined) return readCsv(file, headerRow);
      throw new InputError({
        code: "sheet-missing",
        where: shownAs,
        message: "The configuration names a sheet, and this file is CSV text, which has none.",
        remedy: "Leave `sheet` out, or name a workbook.",
      });
    },
  };
}

/** An archive whose first part says what it is (OpenDocument 1.3 part 2, 3.3), stored as it is at a fixed place. */
function isOpenDocument(bytes: Uint8Array): boolean {
  const said = Buffer.from(bytes.subarray(30, 100)).toString("latin1");
  return startsWith(bytes, [0x50, 0x4b]) && said.startsWith("mimetypeapplication/vnd.oasis.opendocument.");
}

/** HTML or XML, in bytes or in UTF-16. */
function isMarkup(bytes: Uint8Array): boolean {
  const start = Buffer.from(bytes.subarray(0, 200)).toString("latin1").replaceAll("\0", "");
  return /^(\u00ef\u00bb\u00bf|\u00ff\u00fe|\u00fe\u00ff)?\s*<[!?a-z]/i.test(start);
}

function startsWith(bytes: Uint8Array, magic: readonly number[]): boolean {
  return magic.every((byte, index) => bytes[index] === byte);
}
