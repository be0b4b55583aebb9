import { DEEPEST_JSON } from "../../../model/values/json.ts";

/*
 * What an answer of the target may cost. The figures are far above what Zivver gives for the largest organisation, and far
 * below what a machine lacks: two megabytes that were packed well can be six gigabytes of text.
 */

/** Bytes of an answer that is kept whole, once it is unpacked. */
export const LARGEST_ANSWER = 16 * 1024 * 1024;
/** Bytes of a list, once it is unpacked: of a million accounts, a kilobyte each. */
export const LARGEST_LIST = 1024 * 1024 * 1024;
/** Bytes of one resource of a list. */
export const LARGEST_RESOURCE = 4 * 1024 * 1024;
/** Resources of one list. */
export const MOST_RESOURCES = 2_000_000;
/** Objects and lists inside of each other. */
export const DEEPEST = DEEPEST_JSON;

/** An answer beyond one of the bounds; the message is what the bound says of it. */
export class BeyondBounds extends Error {
  override readonly name = "BeyondBounds";
}

export const tooLarge = (bytes: number) =>
  new BeyondBounds(`is larger than ${(bytes / 1024 / 1024).toLocaleString("en")} MB`);
export const tooDeep = () => new BeyondBounds(`is nested deeper than ${DEEPEST} levels`);
export const tooMany = () =>
  new BeyondBounds(`lists more than ${MOST_RESOURCES.toLocaleString("en")} resources`);

const code = (letter: string) => letter.charCodeAt(0);
const [QUOTE, BACKSLASH] = [code('"'), code("\\")];
const OPENS = new Set(["[", "{"].map(code));
const CLOSES = new Set(["]", "}"].map(code));

/** Throws BeyondBounds where JSON in these bytes is nested too deeply. Text that is not JSON passes, or is too deep as well. */
export function checkDepth(bytes: Uint8Array): void {
  let depth = 0;
  let inText = false;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at] ?? 0;
    if (inText && byte === BACKSLASH) at += 1;
    else if (byte === QUOTE) inText = !inText;
    else if (inText) continue;
    else if (OPENS.has(byte)) {
      depth += 1;
      if (depth > DEEPEST) throw tooDeep();
    } else if (CLOSES.has(byte)) depth -= 1;
  }
}
