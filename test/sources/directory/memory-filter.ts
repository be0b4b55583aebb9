import { dnKey } from "../../../src/sources/directory/search/dn.ts";
import type { MemoryEntry } from "./memory-session.ts";

type Test = (entry: MemoryEntry) => boolean;
type Directory = ReadonlyMap<string, MemoryEntry>;

const BIT_AND = "1.2.840.113556.1.4.803";

/** Which entries match a filter (RFC 4515), as Active Directory compares: without case. */
export function matching(filter: string, directory: Directory): Test {
  const { test, end } = read(filter, 0, directory);
  if (end !== filter.length) throw new Error(`no filter: ${filter}`);
  return test;
}

function read(text: string, at: number, directory: Directory): { test: Test; end: number } {
  if (text[at] !== "(") throw new Error(`no filter at ${at}: ${text}`);
  const operator = text[at + 1] ?? "";
  if (!"&|!".includes(operator)) {
    const end = text.indexOf(")", at);
    return { test: simple(text.slice(at + 1, end), directory), end: end + 1 };
  }
  const tests: Test[] = [];
  let next = at + 2;
  while (text[next] === "(") {
    const one = read(text, next, directory);
    tests.push(one.test);
    next = one.end;
  }
  const test: Test =
    operator === "&"
      ? (entry) => tests.every((one) => one(entry))
      : operator === "|"
        ? (entry) => tests.some((one) => one(entry))
        : (entry) => !tests[0]?.(entry);
  return { test, end: next + 1 };
}

function simple(text: string, directory: Directory): Test {
  const [, name = "", rule, raw = ""] = /^([^=:]+)(?::([^:]+):)?=(.*)$/s.exec(text) ?? [];
  if (name === "") throw new Error(`no filter: ${text}`);
  const value = raw.replace(/\\([0-9a-f]{2})/gi, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)));
  const key = name.toLowerCase();
  const values = (entry: MemoryEntry) =>
    Object.entries(entry.attributes).flatMap(([attribute, list]) =>
      attribute.toLowerCase() === key
        ? list.map((one) => (typeof one === "string" ? one : Buffer.from(one).toString("latin1")))
        : [],
    );
  if (key === "memberof") return (entry) => isMember(entry, directory.get(dnKey(value)));
  if (rule === BIT_AND) {
    const bits = Number(value);
    return (entry) => values(entry).some((one) => (Number(one) & bits) === bits);
  }
  if (raw === "*") return (entry) => values(entry).length > 0;
  const pattern = new RegExp(`^${raw.split("*").map(unescaped).join(".*")}$`, "is");
  return (entry) => values(entry).some((one) => pattern.test(one));
}

function unescaped(part: string): string {
  const text = part.replace(/\\([0-9a-f]{2})/gi, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)));
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}

/** What `memberOf` says in Active Directory: it is the other end of `member`, and no more. */
function isMember(entry: MemoryEntry, group: MemoryEntry | undefined): boolean {
  const wanted = dnKey(entry.dn);
  return (group?.attributes.member ?? []).some((member) => dnKey(String(member)) === wanted);
}
