import { createServer } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { describe, expect, onTestFinished, test } from "vitest";
import { user } from "../../servers/exchange-tenant.ts";
import { problemsOf } from "../reading.ts";
import { certificates, stage, WHERE } from "./stage.ts";

const certs = certificates();
const tenant = { mailboxes: [user("anna@example.org")] };

/** A proxy that lets CONNECT through, or answers it with a status; it goes when the test ends. */
async function proxy(status = 200): Promise<{ readonly url: string; readonly connects: string[] }> {
  const connects: string[] = [];
  const server = createServer();
  server.on("connect", ({ url = "" }, socket) => {
    connects.push(url);
    if (status !== 200) return void socket.end(`HTTP/1.1 ${status} No\r\n\r\n`);
    const [host, port] = url.split(":");
    const to = connect(Number(port), host, () => {
      socket.write("HTTP/1.1 200 Established\r\n\r\n");
      to.pipe(socket);
      socket.pipe(to);
    });
    for (const one of [to, socket]) one.on("error", () => to.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const before = process.env.HTTPS_PROXY;
  process.env.HTTPS_PROXY = url;
  onTestFinished(() => {
    if (before === undefined) delete process.env.HTTPS_PROXY;
    else process.env.HTTPS_PROXY = before;
    server.closeAllConnections();
    server.close();
  });
  return { url, connects };
}

describe("on the way to Exchange", () => {
  test("the proxy of the environment is used, and the certificate of Exchange is still looked at", async () => {
    const { connects } = await proxy();
    const { read, exchange } = await stage(certs, tenant);
    const { host } = new URL(exchange.origin);
    expect((await read()).records.length).toBe(1);
    expect(new Set(connects)).toEqual(new Set([host]));
    const { untrusted } = certs.all;
    const problems = await problemsOf(read({ ca: { path: untrusted.certFile, shownAs: "other.pem" } }));
    expect(problems.map(({ code }) => code)).toEqual(["exchange-tls"]);
  });

  test("a proxy that wants a password", async () => {
    await proxy(407);
    const { read, exchange } = await stage(certs, tenant);
    const { host } = new URL(exchange.origin);
    expect(await problemsOf(read())).toEqual([
      {
        code: "exchange-unreachable",
        where: WHERE,
        message: `The proxy refused the connection to ${host}: it answered 407.`,
        remedy: "The proxy wants a user name and a password: HTTPS_PROXY=http://USER:PASSWORD@HOST:PORT",
      },
    ]);
  });

  test("a proxy that is not an address", async () => {
    await proxy();
    process.env.HTTPS_PROXY = "not an address canary";
    const { read } = await stage(certs, tenant);
    expect(await problemsOf(read())).toEqual([
      {
        code: "exchange-unreachable",
        where: WHERE,
        message: "The environment names a proxy (HTTPS_PROXY or HTTP_PROXY) that is not an address.",
        remedy: "Write http://HOST:PORT.",
      },
    ]);
  });

  test("an answer that does not come", async () => {
    const { read, exchange } = await stage(certs, tenant, {
      fault: () => ({ status: 200, body: "x", delayMs: 400 }),
    });
    const { host } = new URL(exchange.origin);
    expect(await problemsOf(read({ timeoutMs: 100 }))).toEqual([
      {
        code: "exchange-timeout",
        where: WHERE,
        message: `${host} gave no whole answer within 0.1 s.`,
        remedy: "Run zivsync again, or allow more time with `timeout`.",
      },
    ]);
  });

  test("an answer that is not UTF-8, and one that shows the token", async () => {
    const broken = await stage(certs, tenant, {
      fault: ({ kind }) =>
        kind === "list" ? { status: 200, body: Buffer.from([0x7b, 0xff, 0x7d]) } : undefined,
    });
    const { host } = new URL(broken.exchange.origin);
    expect((await problemsOf(broken.read())).map(({ message }) => message)).toEqual([
      `The answer of ${host} is not UTF-8 text, so names in it cannot be read for certain.`,
    ]);
    const echo = await stage(certs, tenant, {
      fault: ({ kind, authorization }) =>
        kind === "list" ? { status: 400, body: `you sent ${authorization}` } : undefined,
    });
    expect((await problemsOf(echo.read())).map(({ message }) => message)).toEqual([
      'Asked to list the mailboxes, Exchange answered 400 with "you sent Bearer [secret]".',
    ]);
  });
});
