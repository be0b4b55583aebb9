import { parseAddress } from "../../model/values/address.ts";

/** Does a text match? Case and runs of white space do not count. */
export type TextTest = (text: string) => boolean;

/** A pattern in which `*` stands for any run of characters, also none. An address also matches in its canonical form. */
export function textPattern(pattern: string): TextTest {
  const parts = folded(pattern).split("*");
  const test = partsTest(parts);
  const address = parts.length === 1 ? parseAddress(pattern) : undefined;
  return (text) => {
    if (test(folded(text))) return true;
    const canonical = text.includes("@") ? parseAddress(text) : undefined;
    if (canonical === undefined) return false;
    return address === undefined ? test(canonical) : canonical === address;
  };
}

function folded(text: string): string {
  return text.normalize("NFC").toLowerCase().replace(/\s+/gu, " ").trim();
}

function partsTest(parts: readonly string[]): TextTest {
  const [first = "", ...rest] = parts;
  const last = rest.pop();
  if (last === undefined) return (text) => text === first;
  return (text) => {
    const end = text.length - last.length;
    if (end < first.length || !text.startsWith(first) || !text.endsWith(last)) return false;
    let from = first.length;
    for (const part of rest) {
      const found = text.indexOf(part, from);
      if (found < 0 || found + part.length > end) return false;
      from = found + part.length;
    }
    return true;
  };
}
