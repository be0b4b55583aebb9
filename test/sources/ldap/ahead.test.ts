import { afterEach, describe, expect, it } from "vitest";
import { Backlog } from "../../../src/sources/ldap/backlog.ts";
import type { LdapSession } from "../../../src/sources/ldap/protocol/types.ts";
import { done, entry, octets, tlv } from "../../servers/ldap-messages.ts";
import { inPages, type Script, type ScriptServer, startLdapScript } from "../../servers/ldap-script.ts";
import { dnsOf, openTo, PEOPLE, problemsOf } from "./sessions.ts";

const opened: { session?: LdapSession; server?: ScriptServer } = {};
afterEach(async () => {
  await opened.session?.close();
  await opened.server?.close();
});

async function sessionWith(script: Script, answerMs = 2_000) {
  const server = await startLdapScript(script);
  const session = await openTo([server.url], { timeouts: { connectMs: 2_000, answerMs } });
  Object.assign(opened, { server, session });
  return { session, server };
}

const a = entry("CN=a", { cn: ["a"] });
const b = entry("CN=b", { cn: ["b"] });
const large = (i: number, bytes = 100_000) => entry(`CN=${i}`, { cn: [Buffer.alloc(bytes, 0x61)] });
const turn = () => new Promise((resolve) => setImmediate(resolve));

function searchWith(session: LdapSession, onEntry: (dn: string) => void) {
  return session.search(PEOPLE, ({ dn }) => onEntry(dn));
}

function compute(milliseconds: number): void {
  const until = performance.now() + milliseconds;
  while (performance.now() < until);
}

describe("the next page", () => {
  it("is asked for before the entries of the last one are handed over", async () => {
    const { session, server } = await sessionWith({ search: inPages([[a], [b]]) });
    const thrown = new Error("mine");
    const search = searchWith(session, () => {
      throw thrown;
    });
    await expect(search).rejects.toBe(thrown);
    while (server.open() > 0) await turn();
    expect(server.requests.map(({ type }) => type)).toEqual(["bind", "search", "search"]);
  });

  it("is not asked for ahead of what is worked through while pages are empty", async () => {
    const pages = [[], [a], [], [], [b], [], [a, b], [a]];
    const { session, server } = await sessionWith({ search: inPages(pages) });
    expect((await dnsOf(session)).dns).toEqual(["CN=a", "CN=b", "CN=a", "CN=b", "CN=a"]);
    expect(server.requests).toHaveLength(1 + pages.length);
  });

  it("may take its time after a long computation of ours", async () => {
    const { session } = await sessionWith(
      {
        search: ({ page }) =>
          page?.cookie === "" ? [a, done(0, { cookie: "1" })] : [{ pauseMs: 60 }, b, done(0, { cookie: "" })],
      },
      150,
    );
    const dns: string[] = [];
    await searchWith(session, (dn) => {
      compute(250);
      dns.push(dn);
    });
    expect(dns).toEqual(["CN=a", "CN=b"]);
  });
});

describe("entries that wait for the end of their page", () => {
  it("do not wait when the page is large, and keep their order", async () => {
    const { session } = await sessionWith({
      search: () => Array.from({ length: 60 }, (_, i) => large(i)),
    });
    const dns: string[] = [];
    const search = problemsOf(searchWith(session, (dn) => dns.push(dn)));
    while (dns.length === 0) await turn();
    await session.close();
    await search;
    expect(dns.length).toBeGreaterThan(35);
    expect(dns).toEqual(Array.from(dns, (_, i) => `CN=${i}`));
  });

  it("are all there when single ones are larger than what may wait", async () => {
    const { session } = await sessionWith({
      search: inPages([[a, large(1, 5_000_000), b], [large(2, 4_500_000)], [a]]),
    });
    expect((await dnsOf(session)).dns).toEqual(["CN=a", "CN=1", "CN=b", "CN=2", "CN=a"]);
  });

  it("are handed over when the rest does not come, and the search fails", async () => {
    const silent = await sessionWith({ search: () => [a, b] }, 100);
    const dns: string[] = [];
    const [silence] = await problemsOf(searchWith(silent.session, (dn) => dns.push(dn)));
    expect([silence?.code, dns]).toEqual(["directory-timeout", ["CN=a", "CN=b"]]);
    await silent.server.close();
    const { session } = await sessionWith({
      search: ({ page }) => (page?.cookie === "" ? [a, done(0, { cookie: "1" })] : [b, { cut: true }]),
    });
    const [lost] = await problemsOf(searchWith(session, (dn) => dns.push(dn)));
    expect([lost?.code, dns]).toEqual(["directory-unreachable", ["CN=a", "CN=b", "CN=a", "CN=b"]]);
  });

  it("are none of the search when one of them is malformed", async () => {
    const { session, server } = await sessionWith({
      search: inPages([[a, { operation: tlv(0x64, octets("CN=x")) }, b], [b]]),
    });
    const dns: string[] = [];
    const [problem] = await problemsOf(searchWith(session, (dn) => dns.push(dn)));
    expect(problem?.message).toBe(`What ${server.url} sent is not LDAP: 0x30 was expected.`);
    expect(dns).toEqual(["CN=a"]);
  });

  it("belong each to its own search, however the answers are mixed", async () => {
    let first = 0;
    const { session } = await sessionWith({
      search: ({ id, base }) => {
        if (base === "CN=first") {
          first = id;
          return [a];
        }
        const other = (message: ReturnType<typeof done>) => ({ as: first, message });
        return [b, other(a), b, other(done(0, { cookie: "" })), b, done(0, { cookie: "" })];
      },
    });
    const given = { first: [] as string[], second: [] as string[] };
    const ends = await Promise.all([
      session.search({ ...PEOPLE, base: "CN=first" }, ({ dn }) => given.first.push(dn)),
      session.search({ ...PEOPLE, base: "CN=second" }, ({ dn }) => given.second.push(dn)),
    ]);
    expect(given).toEqual({ first: ["CN=a", "CN=a"], second: ["CN=b", "CN=b", "CN=b"] });
    expect(ends.map(({ entries }) => entries)).toEqual([2, 3]);
  });
});

describe("a backlog", () => {
  const worked = (backlog: Backlog) => {
    const texts: string[] = [];
    backlog.workOff((bytes, start, end) => texts.push(bytes.toString("latin1", start, end)) > 0);
    return texts;
  };

  it("gives copies in their order, once", () => {
    const backlog = new Backlog();
    const bytes = Buffer.from("one two three");
    expect([backlog.add(bytes, 0, 3), backlog.add(bytes, 4, 7), backlog.add(bytes, 8, 13)]).toEqual([
      true,
      true,
      true,
    ]);
    bytes.fill(0);
    expect(worked(backlog)).toEqual(["one", "two", "three"]);
    expect([backlog.isEmpty, worked(backlog)]).toEqual([true, []]);
  });

  it("takes four megabytes together, growing on the way", () => {
    const backlog = new Backlog();
    const bytes = Buffer.alloc(1024 * 1024, "x");
    const added = Array.from({ length: 5 }, () => backlog.add(bytes, 0, bytes.length));
    expect(added).toEqual([true, true, true, true, false]);
    expect(worked(backlog).map((text) => text === bytes.toString())).toEqual([true, true, true, true]);
    expect(backlog.add(Buffer.alloc(4 * 1024 * 1024 + 1), 0, 4 * 1024 * 1024 + 1)).toBe(false);
    expect(backlog.isEmpty).toBe(true);
  });
});
