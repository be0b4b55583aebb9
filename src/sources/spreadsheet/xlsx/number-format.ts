import { parseAttributes, scanXml } from "./xml.ts";

/** The way a number is shown: as itself, as a date, with zeros in front up to a width, or with characters of the format's own. */
export type NumberFormat =
  | { readonly type: "plain" | "date" | "altered" }
  | { readonly type: "zeros"; readonly width: number };

const PLAIN: NumberFormat = { type: "plain" };
const DATE: NumberFormat = { type: "date" };

/** The number formats of a workbook, by the style number of a cell (ECMA-376 part 1, 18.8.10 and 18.8.30). */
export function readNumberFormats(stylesXml: string): readonly NumberFormat[] {
  const codes = new Map<number, string>();
  const formats: NumberFormat[] = [];
  let inCellFormats = false;
  scanXml(stylesXml, {
    open(name, attributes) {
      if (name === "cellXfs") inCellFormats = true;
      else if (name === "numFmt") {
        const values = parseAttributes(attributes);
        codes.set(Number(values.get("numFmtId")), values.get("formatCode") ?? "");
      } else if (name === "xf" && inCellFormats) {
        const id = Number(parseAttributes(attributes).get("numFmtId") ?? 0);
        formats.push(formatOf(id, codes.get(id)));
      }
    },
    close(name) {
      if (name === "cellXfs") inCellFormats = false;
    },
  });
  return formats;
}

/** Formats below 164 need no code in the file: 14 to 22, 27 to 36, 45 to 47 and 50 to 58 are dates and times. */
function formatOf(id: number, code: string | undefined): NumberFormat {
  if (code !== undefined) return parseFormat(code);
  const date =
    (id >= 14 && id <= 22) || (id >= 27 && id <= 36) || (id >= 45 && id <= 47) || (id >= 50 && id <= 58);
  return date ? DATE : PLAIN;
}

/** The section of a format code for a positive number: its first (ECMA-376 part 1, 18.8.31). */
function parseFormat(code: string): NumberFormat {
  // Elapsed time is in brackets, as do colours, conditions and locales, which show nothing of their own.
  const bare = code.replace(/\[(?:h+|m+|s+)\]/gi, "h").replace(/\[[^\]]*\]/g, "");
  const section = firstSection(bare);
  const placeholders = section.replace(/"[^"]*"|\\.|[_*]./g, "");
  if (/^general$/i.test(placeholders)) return section === placeholders ? PLAIN : { type: "altered" };
  if (/[dmyhs]/i.test(placeholders)) return DATE;
  if (/^0{2,}$/.test(section)) return { type: "zeros", width: section.length };
  const whole = placeholders.split(/[.e]/i)[0] ?? "";
  const literal = /"[^"]+"|\\[^ ]|[+()]/.test(section);
  return literal || /0[^0]*0/.test(whole) ? { type: "altered" } : PLAIN;
}

function firstSection(code: string): string {
  return /^(?:"[^"]*"|\\.|[^;])*/.exec(code)?.[0] ?? code;
}
