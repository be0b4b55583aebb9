import { afterEach, describe, expect, it } from "vitest";
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
  it("is asked for when all entries of the last one are handed over", async () => {
    const { session, server } = await sessionWith({ search: inPages([[a], [b]]) });
    const thrown = new Error("mine");
    const search = searchWith(session, () => {
      throw thrown;
    });
    await expect(search).rejects.toBe(thrown);
    while (server.open() > 0) await turn();
    expect(server.requests.map(({ type }) => type)).toEqual(["bind", "search"]);
  });

  it("is asked for whatever stands on a page, empty ones too", async () => {
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

describe("entries of a page", () => {
  it("do not wait for the end of their page, and keep their order", async () => {
    const { session } = await sessionWith({
      search: () => Array.from({ length: 60 }, (_, i) => large(i)),
    });
    const dns: string[] = [];
    const search = problemsOf(searchWith(session, (dn) => dns.push(dn)));
    while (dns.length < 36) await turn();
    await session.close();
    await search;
    expect(dns).toEqual(Array.from(dns, (_, i) => `CN=${i}`));
  });

  it("are all there when single ones are large", async () => {
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

  it("end where one of them is malformed", async () => {
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
