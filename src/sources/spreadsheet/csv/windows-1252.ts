/**
 * Bytes 0x80 to 0x9F of Windows-1252, by the index of the WHATWG Encoding Standard; the five that have no letter (0x81, 0x8D,
 * 0x8F, 0x90, 0x9D) are control characters there. Node 20's own TextDecoder gives control characters for all of them.
 */
const FROM_80 = "€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ";

/** The text that bytes in Windows-1252 are. Every byte is a character, so this cannot fail. */
export function decodeWindows1252(bytes: Uint8Array): string {
  const latin = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
  return latin.replace(/[\u0080-\u009f]/g, (control) => FROM_80.charAt(control.charCodeAt(0) - 0x80));
}

/** The bytes without a letter in Windows-1252. */
const NO_LETTER = /[\u0081\u008d\u008f\u0090\u009d]/;

/**
 * Signs where a letter is expected: `RenŽ`, `MŸller`, `Dani‘lle`, `Mu–oz`, as é, ü, ë and ñ of a Macintosh look in
 * Windows-1252, and `K”hler`, as ö of DOS looks. The apostrophes of `‘s` and `‘t` and the dashes of double names are none.
 */
const MISPLACED = [
  "(?<=[a-z])[ŠŒŽŸ]",
  "(?<=[A-Z])[ŠŒŽŸ](?=[a-z])",
  "(?<=[A-Za-z])ƒ|ƒ(?=[A-Za-z])",
  "(?<=[A-Za-z])[‚„†‡ˆ‰‹“”•˜™š›](?=[a-z])",
  "(?<=[aeio])‘(?=[a-qru-z])",
  "(?<=[aeiou])–(?=[aeiou])",
].join("|");

/** Letters where they are expected in Windows-1252, and which are signs or capitals in the other encodings. */
const IN_PLACE = [
  "(?<=[a-z])[ß-öø-ÿ]",
  "(?<=[A-Z])[ß-öø-ÿ](?=[a-z])",
  "(?<=[A-Z])[À-ÉË-ÏÑÖØ-Þ](?=[A-Z])",
  "(?<![A-Za-z\\u0080-\\uffff])[À-ÉË-ÏÑÖØ-ÞŠ](?=[a-z])",
].join("|");

/** So many times as often must misplaced signs come as letters in their place. */
const CLEARLY = 10;

/**
 * Where a text, decoded as Windows-1252, shows that it is in another encoding; undefined when it does not. This is a guess,
 * and made to be reported only: the text is not decoded in any other way.
 */
export function findForeignLetter(text: string): number | undefined {
  const certain = text.search(NO_LETTER);
  if (certain >= 0) return certain;
  const first = text.search(new RegExp(MISPLACED));
  if (first < 0) return undefined;
  return countOf(text, MISPLACED) >= CLEARLY * countOf(text, IN_PLACE) ? first : undefined;
}

function countOf(text: string, pattern: string): number {
  return text.match(new RegExp(pattern, "g"))?.length ?? 0;
}
