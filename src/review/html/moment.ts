import { type Markup, markup } from "../shared/markup.ts";
import { HTML } from "../shared/medium.ts";

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const ISO = /^(\d{4})-(\d\d)-(\d\d)T(\d\d:\d\d)(?::\d\d(?:\.\d+)?)?Z$/;

/** A moment for people, `24 Nov 2026, 11:00 UTC`; what is no such moment is shown as it is. */
export function instant(text: string): Markup {
  const [, year, month, day, time] = ISO.exec(text) ?? [];
  const name = MONTHS[Number(month) - 1];
  if (name === undefined) return markup`${HTML.name(text)}`;
  return markup`<time datetime="${text}">${Number(day)} ${name} ${year ?? ""}, ${time ?? ""} UTC</time>`;
}
