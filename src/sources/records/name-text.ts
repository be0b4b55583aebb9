/** White space, line breaks included, is folded later on. Every other invisible character is a mistake, or means to deceive. */
const UNSEEN = /(?![\t\n\r\u0085])[\p{Cc}\p{Cf}\p{Cs}\ufffd]/u;
const PLAIN = /^[ -~]*$/;
const DIRECTION = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/;

/** `Ã©` is é of UTF-8, read as Windows-1252. A no-break space, which `Ã` is part of à with, can follow a name. */
const MISREAD = /[ÂÃ][\u00a1-\u00bf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]/u;
const MISREAD_NAME =
  "A program has read letters of this name in the wrong encoding, so that Ã comes before a sign. Write the name again.";

/**
 * The reason why an account key that was copied into a list cannot be the one that single sign-on sends, or undefined. No review shows a
 * key, and with another one nobody logs in.
 */
export function whyUnclearKey(key: string): string | undefined {
  if (/\p{Cf}/u.test(key))
    return "The account key holds an invisible character, so it is perhaps not the one that single sign-on sends. Enter it again.";
  // Such as `-` and `?`, which people write where they know none.
  return key.trim() !== "" && !/[\p{L}\p{N}]/u.test(key)
    ? "The account key has neither a letter nor a digit. Leave it out where there is none."
    : undefined;
}

/** The reason why a name cannot be the one that people see, or undefined. The sentences hold nothing of the name but a code point. */
export function whyUnclearName(name: string): string | undefined {
  if (PLAIN.test(name)) return undefined;
  if (MISREAD.test(name)) return MISREAD_NAME;
  const [found] = UNSEEN.exec(name) ?? [];
  if (found === undefined) return undefined;
  const code = found.codePointAt(0)?.toString(16).toUpperCase().padStart(4, "0");
  if (/[\p{Cs}\ufffd]/u.test(found)) {
    return `The name holds a character that shows that a letter was lost (U+${code}). Write it again.`;
  }
  const kind = /\p{Cc}/u.test(found)
    ? "a control character"
    : DIRECTION.test(found)
      ? "an invisible character that changes the direction of text"
      : "an invisible character";
  return `The name holds ${kind} (U+${code}). Write it again without it.`;
}
