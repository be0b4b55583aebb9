/** A text as a YAML scalar between double quotes, so that nothing in it is read as anything but text. Pure. */
export function quoted(text: string): string {
  return JSON.stringify(text).replace(/[^\p{L}\p{M}\p{N}\p{P}\p{S} ]/gu, (character) => {
    const code = (character.codePointAt(0) ?? 0).toString(16);
    return code.length > 4 ? `\\U${code.padStart(8, "0")}` : `\\u${code.padStart(4, "0")}`;
  });
}

/** A list of texts on one line. Pure. */
export function quotedList(texts: readonly string[]): string {
  return `[${texts.map(quoted).join(", ")}]`;
}

/** Whether YAML can hold this text. Half of a surrogate pair is not a character. */
export function isWritable(text: string): boolean {
  return !/\p{Surrogate}/u.test(text);
}
