import type { Run } from "./own-accounts.ts";

const LONGEST = 160;

/** Words of an answer for a report that goes to others: without addresses, ids, the domain and what looks like a secret. */
export function scrub(text: string, { token, domain }: Run): string {
  const clean = text
    .replace(/[^\s"'<>(),;:\\]+@[^\s"'<>(),;:\\]+/g, "<address>")
    .replace(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/gi, "<id>")
    .replace(/https?:\/\/[^\s"'\\]+/gi, "<url>")
    .replaceAll(new RegExp(escaped(domain), "gi"), "<domain>")
    .replaceAll(token, "<run>")
    .replace(/[A-Za-z0-9+/_=-]{24,}/g, "<text>")
    .replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, "\ufffd");
  const characters = [...clean];
  return characters.length > LONGEST ? `${characters.slice(0, LONGEST).join("")}…` : clean;
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&");
}
