import { type CountryCode, isSupportedCountry, parsePhoneNumberWithError } from "libphonenumber-js/max";

/** A number in E.164, or what keeps the text from being one: a clause for people, without a full stop. */
export type ReadPhone = { readonly number: string } | { readonly wrong: string };

/**
 * Reads a phone number as people write it: `020 123 4567` in its own region, `0031 20…`, `+31 (0)20…`, `tel:…`. The whole
 * text must be one number that its country gives out. `region` is a code of ISO 3166-1 alpha-2 in upper case.
 */
export function readPhoneNumber(text: string, region: string): ReadPhone {
  // Numbers that are copied from address books carry invisible marks of direction.
  const plain = text
    .replace(/\p{Cf}/gu, "")
    .trim()
    .replace(/^tel:\s*/i, "");
  const home: CountryCode | undefined = isSupportedCountry(region) ? region : undefined;
  try {
    const read = parsePhoneNumberWithError(plain, {
      extract: false,
      ...(home === undefined ? {} : { defaultCountry: home }),
    });
    if (!read.isValid()) return { wrong: `is not a phone number of ${read.country ?? region}` };
    // E.164 has no place for one, and without it the number is another one: that of the switchboard.
    if (read.ext !== undefined) return { wrong: "has an extension, for which E.164 has no place" };
    return { number: read.number };
  } catch (error) {
    if (error instanceof Error && WORDS[error.message] !== undefined)
      return { wrong: WORDS[error.message] ?? "" };
    throw error;
  }
}

/** The messages of the library's ParseError, which are codes. */
const WORDS: Readonly<Record<string, string>> = {
  NOT_A_NUMBER: "is not a phone number",
  INVALID_COUNTRY: "has no recognisable country",
  TOO_SHORT: "is too short for a phone number",
  TOO_LONG: "is too long for a phone number",
};
