import { dnKey, parseDn } from "../../../src/sources/directory/search/dn.ts";
import {
  type LdapEntry,
  LdapFailure,
  type LdapSession,
  type SearchQuery,
} from "../../../src/sources/ldap/protocol/types.ts";
import { matching } from "./memory-filter.ts";

export type Values = string | Uint8Array | readonly (string | Uint8Array)[];
export type MemoryEntry = {
  readonly dn: string;
  readonly attributes: Readonly<Record<string, readonly (string | Uint8Array)[]>>;
};

/** A directory in memory: entries, and how its server behaves. */
export type Memory = {
  readonly entries: readonly MemoryEntry[];
  readonly url?: string;
  readonly identity?: string;
  readonly rootDse?: Readonly<Record<string, readonly string[]>>;
  /** More members than this come in ranges. */
  readonly rangeOf?: number;
  /** Says what range is sent in place of the right one. */
  readonly wrongRange?: (low: number, high: number | "*") => string;
  readonly referrals?: readonly string[];
  /** Fails once this many entries were sent. */
  readonly failAfter?: { readonly entries: number; readonly failure: LdapFailure };
  /** DNs that the server does not hold, with what it answers. */
  readonly refuses?: Readonly<Record<string, LdapFailure>>;
  /** DNs whose object classes may be searched for, and not read. */
  readonly classless?: readonly string[];
  /** What becomes of the entries once so many searches were answered. */
  readonly after?: Readonly<Record<number, readonly MemoryEntry[]>>;
};

export type Log = { readonly searches: SearchQuery[]; readonly lookUps: string[]; mostAtOnce: number };

export function entry(dn: string, attributes: Readonly<Record<string, Values>>): MemoryEntry {
  const lists = Object.entries(attributes).map(([name, values]) => [
    name,
    typeof values === "string" || values instanceof Uint8Array ? [values] : values,
  ]);
  return { dn, attributes: Object.fromEntries(lists) };
}

const encoder = new TextEncoder();
const bytesOf = (value: string | Uint8Array) => (typeof value === "string" ? encoder.encode(value) : value);
const textOf = (value: string | Uint8Array) =>
  typeof value === "string" ? value : Buffer.from(value).toString("utf8");

export function memorySession(memory: Memory): LdapSession & { readonly log: Log } {
  let entries = memory.entries;
  let byKey = new Map(entries.map((one) => [dnKey(one.dn), one]));
  const log: Log = { searches: [], lookUps: [], mostAtOnce: 0 };
  let sent = 0;
  let atOnce = 0;
  const send = (
    one: MemoryEntry,
    query: Pick<SearchQuery, "attributes">,
    onEntry: (e: LdapEntry) => void,
  ) => {
    if (memory.failAfter && sent >= memory.failAfter.entries) throw memory.failAfter.failure;
    sent++;
    const asked = memory.classless?.includes(one.dn)
      ? query.attributes.filter((name) => name.toLowerCase() !== "objectclass")
      : query.attributes;
    onEntry(view(one, asked, memory));
  };
  return {
    log,
    url: memory.url ?? "ldaps://dc1.corp.example.test:636",
    whoAmI: async () => memory.identity,
    close: async () => {},
    search: async (query, onEntry) => {
      log.searches.push(query);
      const refusal = memory.refuses?.[query.base];
      if (refusal) throw refusal;
      const inside = entries.filter((one) => isUnder(one.dn, query));
      const found = inside.filter(matching(query.filter, byKey));
      for (const one of found) send(one, query, onEntry);
      if (memory.failAfter && sent >= memory.failAfter.entries) throw memory.failAfter.failure;
      entries = memory.after?.[log.searches.length] ?? entries;
      byKey = new Map(entries.map((one) => [dnKey(one.dn), one]));
      return { entries: found.length, referrals: memory.referrals ?? [] };
    },
    lookUp: async (query, onEntry) => {
      log.lookUps.push(query.base);
      atOnce++;
      log.mostAtOnce = Math.max(log.mostAtOnce, atOnce);
      await new Promise((resolve) => setImmediate(resolve));
      atOnce--;
      const refusal = memory.refuses?.[query.base];
      if (refusal) throw refusal;
      if (query.base === "") {
        onEntry(view({ dn: "", attributes: memory.rootDse ?? {} }, query.attributes, memory));
        return true;
      }
      const one = byKey.get(dnKey(query.base));
      if (one === undefined || !matching(query.filter, byKey)(one)) return false;
      send(one, query, onEntry);
      return true;
    },
  };
}

function isUnder(dn: string, { base, scope }: SearchQuery): boolean {
  const parts = parseDn(dn) ?? [];
  const above = parseDn(base) ?? [];
  const depth = parts.length - above.length;
  const [entryKey, baseKey] = [dnKey(dn), dnKey(base)];
  if (base !== "" && entryKey !== baseKey && !entryKey.endsWith(`,${baseKey}`)) return false;
  return scope === "subtree" || depth === (scope === "base" ? 0 : 1);
}

/** One entry as a reader is given it. `name;range=0-1` is a list that came in part. */
export function received(dn: string, attributes: Readonly<Record<string, Values>>): LdapEntry {
  return view(entry(dn, attributes), Object.keys(attributes), { entries: [] });
}

/** An entry as a server would send it: only what was asked for, long lists in ranges. */
function view({ dn, attributes }: MemoryEntry, asked: readonly string[], memory: Memory): LdapEntry {
  const sent = new Map<string, readonly (string | Uint8Array)[]>();
  for (const [name, values] of Object.entries(attributes)) {
    const key = name.toLowerCase();
    const ask = asked.find((one) => one.toLowerCase().split(";")[0] === key.split(";")[0]);
    if (ask === undefined || values.length === 0) continue;
    const from = Number(/;range=(\d+)-/.exec(ask)?.[1] ?? 0);
    const limit = key === "member" ? (memory.rangeOf ?? Number.POSITIVE_INFINITY) : Number.POSITIVE_INFINITY;
    if (values.length <= limit && from === 0) sent.set(key, values);
    else {
      const part = values.slice(from, from + limit);
      const high = from + limit >= values.length ? "*" : from + part.length - 1;
      const range = memory.wrongRange?.(from, high) ?? `${from}-${high}`;
      if (part.length > 0) sent.set(`${key};range=${range}`, part);
    }
  }
  return {
    dn,
    names: () => [...sent.keys()],
    has: (name) => [...sent.keys()].some((key) => key.replace(/;range=.*$/, "") === name.toLowerCase()),
    textsBehind: (prefix, name) =>
      (sent.get(name.toLowerCase()) ?? [])
        .map(textOf)
        .flatMap((text) => (text.startsWith(prefix) ? [text.slice(prefix.length)] : [])),
    texts: (name) => (sent.get(name.toLowerCase()) ?? []).map(textOf),
    bytes: (name) => (sent.get(name.toLowerCase()) ?? []).map(bytesOf),
  };
}

export function failure(
  code: LdapFailure["problem"]["code"],
  message: string,
  resultCode?: number,
): LdapFailure {
  return new LdapFailure(
    { code, where: "profiles/staff.yaml:4:5", message, remedy: "Try again." },
    resultCode,
  );
}
