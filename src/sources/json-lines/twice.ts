/** A text of JSON, or one of the characters that make its structure. */
const TOKEN = /"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\]:,]/gs;

/**
 * The properties of a line's object that it names twice, or in whose value an object names one twice. JSON.parse takes
 * the last of them, and other readers the first, so neither is what the source says. The text has to be sound JSON.
 */
export function namedTwice(text: string): ReadonlySet<string> {
  const twice = new Set<string>();
  /** Of each open object the names so far; of a list, undefined. */
  const open: (Set<string> | undefined)[] = [];
  let property = "";
  let last = "";
  for (const [token] of text.matchAll(TOKEN)) {
    if (token === "{") open.push(new Set());
    else if (token === "[") open.push(undefined);
    else if (token === "}" || token === "]") open.pop();
    else if (token === ":") {
      const name: string = JSON.parse(last);
      const names = open.at(-1);
      if (open.length === 1) property = name;
      if (names?.has(name)) twice.add(property);
      names?.add(name);
    }
    last = token;
  }
  return twice;
}
