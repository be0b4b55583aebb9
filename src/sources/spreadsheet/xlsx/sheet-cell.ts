import { type Cell, MOST_CHARACTERS } from "../table/table.ts";
import type { NumberFormat } from "./number-format.ts";

/** The tables that cells of a sheet refer to. `formats` is undefined when the workbook has no styles. */
export type SheetContext = {
  readonly sharedStrings: readonly string[];
  readonly formats: readonly NumberFormat[] | undefined;
  readonly from1904: boolean;
};

/** A cell as it is in the file: its attributes and the text of its elements, undefined where there is none. */
export type WrittenCell = {
  readonly type: string;
  readonly style: string;
  readonly formula: boolean;
  readonly value: string | undefined;
  readonly inline: string | undefined;
};

/** The value of a cell (ECMA-376 part 1, 18.3.1.4 and 18.18.11); empty text for none. */
export function readCell(written: WrittenCell, context: SheetContext): Cell {
  const cell = cellOf(written, context);
  if (typeof cell !== "string" || cell.length <= MOST_CHARACTERS) return cell;
  return unreadable(
    `The cell holds more than ${MOST_CHARACTERS.toLocaleString("en")} characters, the most that Excel takes.`,
  );
}

function cellOf(written: WrittenCell, context: SheetContext): Cell {
  const { type, value, inline, formula } = written;
  if (type === "e") return unreadable(`The cell holds the error ${errorName(value)}.`);
  if (type === "inlineStr") return unescapeText(inline ?? "");
  if (formula && (value === undefined || (value === "" && type !== "str"))) {
    return unreadable(
      "The cell holds a formula whose result is not in the file. Open the file in Excel, let it calculate, and save it.",
    );
  }
  if ((value === undefined && type !== "s" && type !== "b") || value === "") return "";
  return readValue(type, value ?? "", written.style, context);
}

function readValue(type: string, value: string, style: string, context: SheetContext): Cell {
  switch (type) {
    case "str":
      return unescapeText(value);
    case "s":
      return (
        context.sharedStrings[indexOf(value)] ??
        unreadable("The cell points at a text that is not in the file.")
      );
    case "b":
      return value === "1"
        ? "true"
        : value === "0"
          ? "false"
          : unreadable("The cell is neither true nor false.");
    case "d": {
      const text = /^\d{4}-\d\d-\d\d/.exec(value)?.[0];
      return text === undefined ? unreadable("The cell holds a date that is none.") : { type: "date", text };
    }
    case "n": {
      const format: NumberFormat | undefined =
        context.formats === undefined ? { type: "plain" } : context.formats[indexOf(style)];
      return readNumber(value, format, context.from1904);
    }
    default:
      return unreadable("The cell is of a kind that zivsync does not know.");
  }
}

function unreadable(message: string): Cell {
  return { type: "unreadable", message };
}

function indexOf(text: string): number {
  return /^\s*\d+\s*$/.test(text) ? Number(text) : -1;
}

/** Such as #DIV/0!, #N/A, #NAME?, #GETTING_DATA; anything else is not shown. */
function errorName(value: string | undefined): string {
  return value !== undefined && /^#(?:DIV\/0|N\/A|[A-Z_]{1,15})[!?]?$/.test(value) ? value : "of a formula";
}

/** The escapes of ST_Xstring (ECMA-376 part 1, 22.9.2.19): `_x000D_` is a carriage return. */
export function unescapeText(text: string): string {
  if (!text.includes("_x")) return text;
  return text.replace(/_x([0-9a-f]{4})_/gi, (_, code: string) =>
    String.fromCharCode(Number.parseInt(code, 16)),
  );
}

const DAY = 86_400_000;
/** Day 0 of Excel's calendar. It has a 29 February 1900, day 60, so earlier days are one off. */
const DAY_ZERO = Date.UTC(1899, 11, 30);
const DAYS_UNTIL_1904 = 1462;
const LAST_DAY = 2_958_465; // 9999-12-31

/** A stored number as a cell: plain decimal text, or a date. */
function readNumber(stored: string, format: NumberFormat | undefined, from1904: boolean): Cell {
  const value = stored.trim() === "" ? Number.NaN : Number(stored);
  if (!Number.isFinite(value))
    return { type: "unreadable", message: "The cell holds a number that is none." };
  if (format === undefined) {
    return { type: "unreadable", message: "The cell has a format that is not in the file." };
  }
  if (format.type === "date") return readDate(value + (from1904 ? DAYS_UNTIL_1904 : 0));
  const text = plainDecimal(value);
  if (format.type !== "zeros") return { type: "number", text, altered: format.type === "altered" };
  const whole = /^\d+$/.test(text);
  return { type: "number", text: whole ? text.padStart(format.width, "0") : text, altered: !whole };
}

function readDate(serial: number): Cell {
  const day = Math.floor(serial);
  if (day < 0 || day > LAST_DAY)
    return { type: "unreadable", message: "The cell holds a date that is none." };
  const text = new Date(DAY_ZERO + (day < 60 ? day + 1 : day) * DAY).toISOString().slice(0, 10);
  return { type: "date", text };
}

/** A number without an exponent: 1e21 → 1000000000000000000000. */
function plainDecimal(value: number): string {
  const [mantissa = "", exponent] = String(value).split("e");
  if (exponent === undefined) return mantissa;
  const sign = mantissa.startsWith("-") ? "-" : "";
  const [whole = "", fraction = ""] = mantissa.replace("-", "").split(".");
  const shift = Number(exponent);
  if (shift < 0) return `${sign}0.${"0".repeat(-shift - 1)}${whole}${fraction}`;
  return `${sign}${whole}${fraction.padEnd(shift, "0")}`;
}
