import { isIP } from "node:net";
import type { ErrorCode } from "../../../model/values/errors.ts";
import { shortened } from "../../../model/values/text.ts";
import { LdapFailure } from "../protocol/types.ts";

/** The subject of a failure: the place of the source in its profile, and the URL that was tried. */
export type Place = { readonly where: string; readonly url: string };

const LONGEST_QUOTE = 200;

/** Text of a server as messages show it: one line, without control characters, at most 200 characters. */
export function quoted(text: string): string {
  const clean = text
    .replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]+/gu, " ")
    .replace(/ +/g, " ")
    .trim();
  return `"${shortened(clean, LONGEST_QUOTE)}"`;
}

export type Words = { readonly code: ErrorCode; readonly message: string; readonly remedy: string };

/** A failure at a place, with the result code and the referrals that came with it. */
export function failureAt(
  place: Place,
  words: Words,
  resultCode?: number,
  referrals: readonly string[] = [],
): LdapFailure {
  return new LdapFailure({ where: place.where, ...words }, resultCode, referrals);
}

/** True for the machine itself: what goes there crosses no network. */
export function isLoopback(address: string): boolean {
  const plain = address.toLowerCase().replace(/^::ffff:/, "");
  return plain === "::1" || (isIP(plain) === 4 && plain.startsWith("127."));
}
