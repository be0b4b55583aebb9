import { afterEach, describe, expect, it } from "vitest";
import type { LdapEntry, LdapSession } from "../../../src/sources/ldap/protocol/types.ts";
import {
  bound,
  done,
  entry,
  extended,
  type Message,
  noticeOfDisconnection,
  octets,
  reference,
  tlv,
} from "../../servers/ldap-messages.ts";
import {
  inPages,
  type Script,
  type ScriptServer,
  type Step,
  startLdapScript,
} from "../../servers/ldap-script.ts";
import { dnsOf, failureOf, openTo, PEOPLE, problemsOf, WHERE } from "./sessions.ts";

const opened: { session?: LdapSession; server?: ScriptServer } = {};
afterEach(async () => {
  await opened.session?.close();
  await opened.server?.close();
});

async function sessionWith(
  script: Script,
  answerMs = 2_000,
): Promise<{ session: LdapSession; server: ScriptServer }> {
  const server = await startLdapScript(script);
  const session = await openTo([server.url], { timeouts: { connectMs: 2_000, answerMs } });
  Object.assign(opened, { server, session });
  return { session, server };
}

const a = entry("CN=a", { cn: ["a"] });
const b = entry("CN=b", { cn: ["b"] });
const lost = (url: string, reason: string) => ({
  code: "directory-unreachable",
  where: WHERE,
  message: `The connection to ${url} was lost before the whole answer had come (${reason}).`,
  remedy:
    "Run zivsync again. If it stays, look into the log of the directory and at the firewall in between.",
});
const notLdap = (url: string, reason: string) => ({
  code: "directory-answer",
  where: WHERE,
  message: `What ${url} sent is not LDAP: ${reason}.`,
  remedy: "Check that a directory answers at this URL. Something in between may change what it sends.",
});

describe("a search", () => {
  it("goes on past pages without entries, to the empty cookie", async () => {
    const { session } = await sessionWith({ search: inPages([[], [a], [], [], [b], []]) });
    expect(await dnsOf(session)).toEqual({ dns: ["CN=a", "CN=b"], referrals: [] });
  });

  it("asks for pages, without limits of its own, and for nothing but the named attributes", async () => {
    const { session, server } = await sessionWith({ search: inPages([[a], [b]]) });
    await dnsOf(session);
    const asked = (id: number, cookie: string) => ({
      type: "search",
      id,
      base: "DC=corp,DC=example,DC=org",
      scope: 2,
      sizeLimit: 0,
      timeLimit: 0,
      filter: tlv(0xa3, octets("objectClass"), octets("user")).toString("hex"),
      attributes: ["cn", "mail"],
      page: { size: 500, cookie },
    });
    expect(server.requests.slice(1)).toEqual([asked(2, ""), asked(3, "1")]);
  });

  it("asks for no attribute when none is named", async () => {
    const { session, server } = await sessionWith({});
    await session.search({ ...PEOPLE, attributes: [] }, () => undefined);
    expect(server.requests.at(-1)).toMatchObject({ attributes: ["1.1"] });
  });

  it.each([
    ["subtree", 2],
    ["oneLevel", 1],
    ["base", 0],
  ] as const)("%s has the scope %i", async (scope, number) => {
    const { session, server } = await sessionWith({});
    await session.search({ ...PEOPLE, scope }, () => undefined);
    expect(server.requests.at(-1)).toMatchObject({ scope: number });
  });

  it("keeps the bytes of the cookie", async () => {
    const cookie = Buffer.from([0, 0x80, 0xff, 0x0a]);
    const { session, server } = await sessionWith({
      search: ({ page }) => [done(0, { cookie: page?.cookie === "" ? cookie : "" })],
    });
    await dnsOf(session);
    expect(server.requests.at(-1)).toMatchObject({ page: { cookie: cookie.toString("latin1") } });
  });

  it("asks for the next page before anything else gets a turn", async () => {
    const order: string[] = [];
    const { session, server } = await sessionWith({ search: inPages([[a], [b]]) });
    const whole = dnsOf(session).then(() => order.push("whole"));
    while (server.requests.length < 3) await new Promise((resolve) => setImmediate(resolve));
    order.push("second page asked for");
    await whole;
    expect(order).toEqual(["second page asked for", "whole"]);
  });

  it("takes all from a server that knows no pages", async () => {
    const { session } = await sessionWith({ search: () => [a, b, done()] });
    expect((await dnsOf(session)).dns).toEqual(["CN=a", "CN=b"]);
  });

  it("does not take a page without a cookie for the last", async () => {
    const { session, server } = await sessionWith({
      search: ({ page }) => (page?.cookie === "" ? [a, done(0, { cookie: "1" })] : [b, done()]),
    });
    expect(await problemsOf(dnsOf(session))).toEqual([
      {
        code: "directory-answer",
        where: WHERE,
        message: `${server.url} sent a page that does not say whether more follow.`,
        remedy:
          "Run zivsync again. If it stays, look into the log of the directory, and at a proxy in between; another pageSize may help.",
      },
    ]);
  });

  it("does not take a full page for the whole list where nothing says so", async () => {
    const server = await startLdapScript({ search: () => [a, b, done()] });
    const ofPages = async (pageSize: number) => openTo([server.url], { pageSize });
    const full = await ofPages(2);
    expect((await problemsOf(dnsOf(full))).map(({ message }) => message)).toEqual([
      `${server.url} sent a page that does not say whether more follow.`,
    ]);
    const longer = await ofPages(1);
    expect((await dnsOf(longer)).dns).toEqual(["CN=a", "CN=b"]);
    await Promise.all([full.close(), longer.close()]);
    await server.close();
  });

  it("ends after 1,000 empty pages in a row", async () => {
    const { session, server } = await sessionWith({ search: () => [done(0, { cookie: "again" })] });
    expect(await problemsOf(dnsOf(session))).toEqual([
      {
        code: "directory-answer",
        where: WHERE,
        message: `${server.url} sent 1000 pages in a row without an entry, and no end.`,
        remedy: "Look into the log of the directory. A narrower base or filter may help.",
      },
    ]);
    expect(server.requests).toHaveLength(1_001);
  });

  it("goes on past more empty pages than that when they are not in a row", async () => {
    const pages = Array.from({ length: 1_500 }, (_, i) => (i === 750 ? [a] : []));
    const { session } = await sessionWith({ search: inPages(pages) });
    expect((await dnsOf(session)).dns).toEqual(["CN=a"]);
  });

  it("gives entries that say the same after it has ended", async () => {
    const { session } = await sessionWith({ search: () => [a, b, done()] });
    const kept: LdapEntry[] = [];
    await session.search(PEOPLE, (entry) => kept.push(entry));
    expect(kept.map(({ dn }) => dn)).toEqual(["CN=a", "CN=b"]);
  });

  it("collects references, each once", async () => {
    const other = "ldap://sub.corp.example.org/DC=sub,DC=corp,DC=example,DC=org";
    const { session } = await sessionWith({
      search: inPages([
        [a, reference(other, "ldap://b.test/")],
        [reference(other), b],
      ]),
    });
    expect(await dnsOf(session)).toEqual({ dns: ["CN=a", "CN=b"], referrals: [other, "ldap://b.test/"] });
  });

  it.each([3, 4, 11])("does not take the limit %i for a success, cookie or not", async (code) => {
    for (const cookie of ["", "more"]) {
      const { session } = await sessionWith({ search: () => [a, done(code, { cookie })] });
      expect((await failureOf(dnsOf(session))).resultCode).toBe(code);
      await session.close();
      await opened.server?.close();
    }
  });

  it("does not take a limit on the second page for a success", async () => {
    const { session, server } = await sessionWith({
      search: ({ page }) => (page?.cookie === "" ? [a, done(0, { cookie: "1" })] : [b, done(4)]),
    });
    expect(await problemsOf(dnsOf(session))).toEqual([
      {
        code: "directory-refused",
        where: WHERE,
        message: `${server.url} stopped: its size limit was reached (sizeLimitExceeded, 4).`,
        remedy: "Ask for a higher limit (or none) for this account, or lower pageSize.",
      },
    ]);
  });

  it("hands out the URLs of a referral", async () => {
    const urls = ["ldap://dc2.example.org/DC=x"];
    const { session } = await sessionWith({ search: () => [done(10, { referrals: urls })] });
    const failure = await failureOf(dnsOf(session));
    expect([failure.resultCode, failure.referrals]).toEqual([10, urls]);
  });

  it("says where a filter is wrong, and sends nothing", async () => {
    const { session, server } = await sessionWith({});
    expect(await problemsOf(session.search({ ...PEOPLE, filter: "(&(mail=*)" }, () => undefined))).toEqual([
      {
        code: "directory-filter",
        where: WHERE,
        message: 'The filter "(&(mail=*)" is wrong at character 11: ")" is missing.',
        remedy: "Write it by RFC 4515: (&(department=Care)(!(title=Intern)))",
      },
    ]);
    expect(server.requests).toHaveLength(1);
  });

  it("ends with what its consumer throws, and takes the connection with it", async () => {
    const { session, server } = await sessionWith({ search: () => [a, b, done()] });
    const thrown = new Error("mine");
    let entries = 0;
    const search = session.search(PEOPLE, () => {
      entries += 1;
      throw thrown;
    });
    const other = problemsOf(session.whoAmI());
    await expect(search).rejects.toBe(thrown);
    expect(entries).toBe(1);
    expect(await other).toEqual([lost(server.url, "given up")]);
    expect(await problemsOf(dnsOf(session))).toEqual([lost(server.url, "given up")]);
  });
});

describe("looking up an entry", () => {
  const { scope: _, ...byDn } = PEOPLE;
  const lookUp = (session: LdapSession, base = "CN=a") => {
    const dns: string[] = [];
    return session.lookUp({ ...byDn, base }, ({ dn }) => dns.push(dn)).then((found) => ({ found, dns }));
  };

  it("finds it, without pages", async () => {
    const { session, server } = await sessionWith({ search: () => [a, done()] });
    expect(await lookUp(session)).toEqual({ found: true, dns: ["CN=a"] });
    expect(server.requests.at(-1)).not.toHaveProperty("page");
    expect(server.requests.at(-1)).toMatchObject({ base: "CN=a", scope: 0 });
  });

  it.each([
    ["there is none", [done(32)]],
    ["it does not match, or may not be read", [done()]],
  ])("is false when %s", async (_, steps) => {
    const { session } = await sessionWith({ search: () => steps });
    expect(await lookUp(session)).toEqual({ found: false, dns: [] });
  });

  it.each([
    ["a referral", [done(10, { referrals: ["ldap://b.test/"] })]],
    ["a reference", [reference("ldap://b.test/"), done()]],
  ])("fails with the URLs of %s", async (_, steps) => {
    const { session } = await sessionWith({ search: () => steps });
    const { resultCode, referrals } = await failureOf(lookUp(session));
    expect({ resultCode, referrals }).toEqual({ resultCode: 10, referrals: ["ldap://b.test/"] });
  });

  it("goes on while others are under way, whichever answer comes first", async () => {
    let first: number | undefined;
    const { session } = await sessionWith({
      search: ({ id, base }) => {
        if (base === "CN=slow") {
          first = id;
          return [];
        }
        return [b, done(), { as: first ?? 0, message: a }, { as: first ?? 0, message: done() }];
      },
    });
    const answers = await Promise.all([lookUp(session, "CN=slow"), lookUp(session, "CN=quick")]);
    expect(answers).toEqual([
      { found: true, dns: ["CN=a"] },
      { found: true, dns: ["CN=b"] },
    ]);
  });
});

describe("who am I", () => {
  it.each([
    ["u:CORP\\svc", [extended(0, { value: "u:CORP\\svc" })], "u:CORP\\svc"],
    ["anonymous", [extended(0)], ""],
    ["anonymous, in words of no length", [extended(0, { value: "" })], ""],
    ["not known", [extended(2)], undefined],
  ])("%s", async (_, steps, name) => {
    const { session } = await sessionWith({ extended: () => steps });
    expect(await session.whoAmI()).toBe(name);
  });
});

describe("a connection", () => {
  const intermediate = { operation: tlv(0x79, tlv(0x80, Buffer.from("1.2.3"))) };
  const unknownNotice = extended(0, { name: "1.2.3.4" });

  it("passes over intermediate answers and notices that are not goodbye", async () => {
    const { session } = await sessionWith({
      search: () => [intermediate, { as: 0, message: unknownNotice }, a, done()],
    });
    expect((await dnsOf(session)).dns).toEqual(["CN=a"]);
  });

  it("says why the directory ended it", async () => {
    const goodbye = noticeOfDisconnection(52, "the server is\u001b[31m going down\n");
    const { session, server } = await sessionWith({ search: () => [a, { as: 0, message: goodbye }] });
    const failure = await failureOf(dnsOf(session));
    expect([failure.problem, failure.resultCode]).toEqual([
      {
        code: "directory-unreachable",
        where: WHERE,
        message: `${server.url} ended the connection (result 52: "the server is [31m going down").`,
        remedy: "Run zivsync again. If it stays, look into the log of the directory.",
      },
      52,
    ]);
  });

  it("gives up when nothing comes while an answer is due", async () => {
    const { session, server } = await sessionWith({ search: () => [a] }, 150);
    const silence = {
      code: "directory-timeout",
      where: WHERE,
      message: `${server.url} sent no part of an answer for 0.15 s, though one was due.`,
      remedy: "Allow more time with timeouts.answer, or make the searches of this source smaller.",
    };
    expect(await problemsOf(dnsOf(session))).toEqual([silence]);
    expect(await problemsOf(session.whoAmI())).toEqual([silence]);
  });

  it("does not give up while something comes, nor while nothing is due", async () => {
    const slowly = Array.from({ length: 5 }, (): Step[] => [a, { pauseMs: 60 }]).flat();
    const { session } = await sessionWith({ search: () => [...slowly, done()] }, 150);
    expect((await dnsOf(session)).dns).toHaveLength(5);
    await new Promise((resolve) => setTimeout(resolve, 250));
    expect((await dnsOf(session)).dns).toHaveLength(5);
  });

  it("does not take a long computation of ours for silence of the server", async () => {
    // The answer is there when the computation ends, but so is the time-out.
    const { session } = await sessionWith(
      { search: () => [a, { pauseMs: 20 }, b, { pauseMs: 20 }, done()] },
      100,
    );
    const dns: string[] = [];
    await session.search(PEOPLE, ({ dn }) => {
      const until = performance.now() + 200;
      while (performance.now() < until);
      dns.push(dn);
    });
    expect(dns).toEqual(["CN=a", "CN=b"]);
  });

  it("fails for what is under way, and at once for what comes after it was lost", async () => {
    const { session, server } = await sessionWith({ search: () => [a, { cut: true }] });
    const gone = [lost(server.url, "the directory closed it")];
    expect(await Promise.all([problemsOf(dnsOf(session)), problemsOf(dnsOf(session))])).toEqual([gone, gone]);
    expect(await problemsOf(session.whoAmI())).toEqual(gone);
    expect(server.connections()).toBe(1);
  });

  it.each<[string, Step[], string]>([
    [
      "an answer that nobody waits for",
      [{ as: 99, message: a }],
      "an answer to request 99, which is not under way",
    ],
    ["an answer to nothing", [{ as: 0, message: a }], "an answer without a request"],
    ["an answer of another kind", [bound()], "an operation 0x61 that nobody asked for"],
    ["a request", [{ operation: tlv(0x63) }], "an operation 0x63 that nobody asked for"],
    [
      "HTTP",
      [{ raw: Buffer.from("HTTP/1.1 400 Bad Request\r\n\r\n") }],
      "a message that does not begin like one",
    ],
    ["a message without anything", [{ raw: tlv(0x30) }], "0x2 was expected"],
    ["an id of five bytes", [{ raw: tlv(0x30, tlv(2, Buffer.alloc(5, 1))) }], "an integer of 5 bytes"],
    ["an entry that is none", [{ operation: tlv(0x64, octets("CN=a")) }], "0x30 was expected"],
    ["a result without a code", [{ operation: tlv(0x65) }], "0xa was expected"],
    [
      "a control that is none",
      [{ ...done(), controls: tlv(0xa0, tlv(0x30, octets("1.2.840.113556.1.4.319"), octets("x"))) }],
      "0x30 was expected",
    ],
  ])("ends with %s", async (_, steps, reason) => {
    const { session, server } = await sessionWith({ search: () => [a, ...steps] });
    expect(await problemsOf(dnsOf(session))).toEqual([notLdap(server.url, reason)]);
  });

  it("ends with a second result", async () => {
    const { session, server } = await sessionWith({ search: () => [a, done(), done()] });
    const [first, later] = [dnsOf(session), problemsOf(session.whoAmI())];
    expect((await first).dns).toEqual(["CN=a"]);
    expect(await later).toEqual([notLdap(server.url, "an answer to request 2, which is not under way")]);
  });

  it("passes over what newer servers may add behind the parts it knows", async () => {
    const longer = ({ operation, controls }: Message): Message => ({
      operation: tlv(0x65, operation.subarray(2), tlv(0x9f, Buffer.from("new"))),
      ...(controls ? { controls } : {}),
    });
    const { session } = await sessionWith({
      search: ({ page }) => [a, longer(done(0, { cookie: page?.cookie === "" ? "1" : "" }))],
    });
    expect((await dnsOf(session)).dns).toEqual(["CN=a", "CN=a"]);
  });

  it("is said goodbye to, and closed; closing it twice is no matter", async () => {
    const { session, server } = await sessionWith({});
    await session.close();
    await session.close();
    while (server.open() > 0) await new Promise((resolve) => setImmediate(resolve));
    expect(server.requests.at(-1)).toEqual({ type: "unbind", id: 2 });
    expect(await problemsOf(session.whoAmI())).toEqual([lost(server.url, "closed")]);
  });

  it("fails for what is under way when it is closed", async () => {
    const { session, server } = await sessionWith({ search: () => [] });
    const search = problemsOf(dnsOf(session));
    await session.close();
    expect(await search).toEqual([lost(server.url, "closed")]);
  });
});
