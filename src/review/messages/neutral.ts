import { neutralText } from "../shared/neutral.ts";

/** Characters of a line of a message; a name is shorter, and the reason of a failure is cut here. */
const LINE = 300;

/**
 * A line of a message that can hold text of others, for every medium: no control, bidi or invisible character; no `@everyone`; no
 * address of a web page, which programs that show messages make a link of. Each is written as a visible escape.
 */
export function neutralLine(text: string): string {
  return (
    neutralText(text, LINE)
      // A word that notifies everybody, also behind letters of a script that has no spaces.
      .replace(/(?<![\p{L}\p{N}._%+-])@|(?<![A-Za-z0-9._%+-])@(?=everyone|channel|here|team)/gu, "\\u{40}")
      .replace(/:\/\/|\bwww\./giu, (found) => (found === "://" ? ":\\u{2f}/" : `${found.slice(0, 3)}\\u{2e}`))
  );
}
