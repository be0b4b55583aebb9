import type { Cell } from "../table/table.ts";
import type { NumberFormat } from "./number-format.ts";

const DAY = 86_400_000;
/** Day 0 of Excel's calendar. It has a 29 February 1900, day 60, so earlier days are one off. */
const DAY_ZERO = Date.UTC(1899, 11, 30);
const DAYS_UNTIL_1904 = 1462;
const LAST_DAY = 2_958_465; // 9999-12-31

/** A stored number as a cell: plain decimal text, or a date. */
export function readNumber(stored: string, format: NumberFormat | undefined, from1904: boolean): Cell {
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
export function plainDecimal(value: number): string {
  const [mantissa = "", exponent] = String(value).split("e");
  if (exponent === undefined) return mantissa;
  const sign = mantissa.startsWith("-") ? "-" : "";
  const [whole = "", fraction = ""] = mantissa.replace("-", "").split(".");
  const shift = Number(exponent);
  if (shift < 0) return `${sign}0.${"0".repeat(-shift - 1)}${whole}${fraction}`;
  return `${sign}${whole}${fraction.padEnd(shift, "0")}`;
}
