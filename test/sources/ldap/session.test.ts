import { createServer, type Server } from "node:net";
import { networkInterfaces } from "node:os";
import { afterEach, describe, expect, it } from "vitest";
import { isLoopback } from "../../../src/sources/ldap/errors/network.ts";
import { bound, done, noticeOfDisconnection } from "../../servers/ldap-messages.ts";
import {
  type Script,
  type ScriptOptions,
  type ScriptServer,
  startLdapScript,
} from "../../servers/ldap-script.ts";
import { dnsOf, openTo, PASSWORD, problemsOf, SIMPLE, WHERE } from "./sessions.ts";

const servers: { close(): unknown }[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});

async function start(script: Script = {}, options: ScriptOptions = {}): Promise<ScriptServer> {
  const server = await startLdapScript(script, options);
  servers.push(server);
  return server;
}

/** A server that takes connections and does this with them. */
async function startRaw(serve: Parameters<typeof createServer>[1]): Promise<string> {
  const server: Server = createServer(serve);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  return `ldap://127.0.0.1:${typeof address === "object" ? address?.port : ""}`;
}

/** A URL where nobody listens. */
async function nobody(): Promise<string> {
  const server = await startLdapScript({});
  await server.close();
  return server.url;
}

const CHECK_NETWORK =
  "Check urls, the network and the firewall between here and the directory, then run zivsync again.";
const unreachable = (message: string, remedy = CHECK_NETWORK) => ({
  code: "directory-unreachable",
  where: WHERE,
  message,
  remedy,
});
const refused = (url: string) =>
  unreachable(`${url} refused the connection (ECONNREFUSED): no directory listens there.`);

describe("opening a session", () => {
  it("binds with the user and the password, once", async () => {
    const server = await start();
    const session = await openTo([server.url]);
    expect(session.url).toBe(server.url);
    expect(server.requests).toEqual([
      { type: "bind", id: 1, user: "CORP\\svc-zivsync", password: PASSWORD, tls: false },
    ]);
    await session.close();
  });

  it("is anonymous without bind", async () => {
    const server = await start();
    const { close } = await openTo([server.url], { bind: undefined as never });
    expect(server.requests).toEqual([{ type: "bind", id: 1, user: "", password: "", tls: false }]);
    await close();
  });

  it("speaks IPv6", async () => {
    const server = await start({}, { host: "::1" });
    const session = await openTo([server.url]);
    expect(session.url).toMatch(/^ldap:\/\/\[::1\]:\d+$/);
    await session.close();
  });

  it("goes to the next URL when nobody answers", async () => {
    const silent = await nobody();
    const server = await start();
    const session = await openTo([silent, "ldap://nowhere.test", server.url]);
    expect(session.url).toBe(server.url);
    await session.close();
  });

  it.each([
    ["busy", [bound(51)]],
    ["not available", [bound(52)]],
    ["lost before it answered", [{ cut: true } as const]],
    ["saying goodbye", [{ as: 0, message: noticeOfDisconnection(2, "no") }]],
    ["silent", []],
  ])("goes to the next URL when one is %s", async (_, steps) => {
    const first = await start({ bind: () => steps });
    const second = await start();
    const session = await openTo([first.url, second.url], { timeouts: { connectMs: 500, answerMs: 200 } });
    expect(session.url).toBe(second.url);
    expect(first.requests.filter(({ type }) => type === "bind")).toHaveLength(1);
    await session.close();
  });

  it("stops at a wrong password: the next server would count it too", async () => {
    const down = await nobody();
    const diagnostic = `80090308: LdapErr: DSID-0C09044E, comment: AcceptSecurityContext error, data 52e, v4563\0`;
    const first = await start({ bind: () => [bound(49, { diagnostic })] });
    const second = await start();
    expect(await problemsOf(openTo([down, first.url, second.url]))).toEqual([
      refused(down),
      {
        code: "directory-credentials",
        where: WHERE,
        message: `${first.url} refused the bind as "CORP\\svc-zivsync": the password is wrong. It says: "80090308: LdapErr: DSID-0C09044E, comment: AcceptSecurityContext error, data 52e, v4563".`,
        remedy: "Check the password. Trying again and again can lock the account.",
      },
    ]);
    expect(second.connections()).toBe(0);
  });

  it("never shows the password, even if the server says it", async () => {
    const server = await start({
      bind: () => [bound(53, { diagnostic: `no ${PASSWORD}!`, matchedDn: PASSWORD })],
    });
    expect(await problemsOf(openTo([server.url]))).toEqual([
      {
        code: "directory-credentials",
        where: WHERE,
        message: `${server.url} refused the bind as "CORP\\svc-zivsync" (unwillingToPerform, 53). It says: "no [secret]!".`,
        remedy: "Name an account in bind that may log on to this directory.",
      },
    ]);
  });

  it("says of every URL why it did not answer", async () => {
    const [first, second] = [await nobody(), await nobody()];
    expect(await problemsOf(openTo([first, second, "ldaps://nowhere.test"]))).toEqual([
      refused(first),
      refused(second),
      unreachable("The host of ldaps://nowhere.test has no address (ENOTFOUND)."),
    ]);
  });

  it("does not wait longer than connectMs for TLS", async () => {
    const url = (await startRaw((socket) => socket.on("error", () => undefined))).replace("ldap:", "ldaps:");
    expect(await problemsOf(openTo([url], { timeouts: { connectMs: 150, answerMs: 5_000 } }))).toEqual([
      unreachable(`No connection to ${url} stood within 0.15 s.`),
    ]);
  });

  it("says what a server without a certificate does", async () => {
    const url = (await startRaw((socket) => socket.end())).replace("ldap:", "ldaps:");
    expect(await problemsOf(openTo([url]))).toEqual([
      unreachable(
        `${url} hung up before a connection stood (ECONNRESET), as a directory without a certificate does where TLS is expected.`,
      ),
    ]);
  });

  it("leaves no connection behind when it fails", async () => {
    const server = await start({ bind: () => [bound(49)] });
    await problemsOf(openTo([server.url]));
    while (server.open() > 0) await new Promise((resolve) => setImmediate(resolve));
    expect(server.connections()).toBe(1);
  });

  it("is not opened again by itself", async () => {
    const server = await start({ search: () => [{ cut: true }] });
    const session = await openTo([server.url]);
    await problemsOf(dnsOf(session));
    await problemsOf(dnsOf(session));
    expect(server.connections()).toBe(1);
  });

  it("refuses an empty password, which every directory would take", async () => {
    const { Secret } = await import("../../../src/model/values/secret.ts");
    const { openSession } = await import("../../../src/sources/ldap/session.ts");
    const { sessionConfig } = await import("./sessions.ts");
    const server = await start();
    expect(await problemsOf(openSession(sessionConfig([server.url]), async () => new Secret("")))).toEqual([
      {
        code: "secret-empty",
        where: WHERE,
        message: "The password in bind is empty, and a directory takes that for an anonymous bind.",
        remedy: "Put the password of the account there, or leave bind out.",
      },
    ]);
    expect(server.connections()).toBe(0);
  });
});

describe("a connection in clear", () => {
  const outside = Object.values(networkInterfaces())
    .flat()
    .find((address) => address && !address.internal && address.family === "IPv4")?.address;

  it.runIf(outside)("is refused as soon as it leaves the machine, before anything is sent", async () => {
    const server = await start({}, { host: outside ?? "" });
    for (const changes of [{ bind: SIMPLE }, { bind: undefined as never }]) {
      expect(await problemsOf(openTo([server.url], changes))).toEqual([
        {
          code: "directory-tls",
          where: WHERE,
          message: `${server.url} would be read in clear over the network: the password and the accounts could be seen and changed on the way.`,
          remedy: "Use ldaps://, or set startTls: true.",
        },
      ]);
    }
    expect(server.requests).toEqual([]);
  });

  it.each([
    ["127.0.0.1", true],
    ["127.255.0.9", true],
    ["::1", true],
    ["::ffff:127.0.0.1", true],
    ["::FFFF:127.0.0.1", true],
    ["128.0.0.1", false],
    ["::ffff:10.0.0.1", false],
    ["::2", false],
    ["127.0.0.1.example.org", false],
    ["", false],
  ])("%s is the machine itself: %s", (address, expected) => {
    expect(isLoopback(address)).toBe(expected);
  });
});

describe("a server that ends the bind", () => {
  it("with a result that is not a bind's is not believed", async () => {
    const server = await start({ bind: () => [done()] });
    expect(await problemsOf(openTo([server.url]))).toEqual([
      {
        code: "directory-answer",
        where: WHERE,
        message: `What ${server.url} sent is not LDAP: an operation 0x65 that nobody asked for.`,
        remedy: "Check that a directory answers at this URL. Something in between may change what it sends.",
      },
    ]);
  });
});
