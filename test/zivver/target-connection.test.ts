import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer as createHttpServer } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { type AddressInfo, connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { Secret } from "../../src/model/values/secret.ts";
import {
  API_KEY,
  type Bench,
  bench,
  list,
  type Received,
  type Reply,
  refusalBy,
  remoteErrorBy,
  serve,
} from "./stage.ts";

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function play(reply: (request: Received, n: number) => Reply, options = {}): Promise<Bench> {
  const made = await bench(reply, options);
  closing.push(() => made.server.close());
  return made;
}

describe("where the API key goes", () => {
  const REMEDY_HTTPS = "Write https:// instead of http://.";
  const untrusted = (host: string) => ({
    message: `The API key may not be sent to ${host}: it is neither zivver.com, nor below it, nor this machine.`,
    remedy: `Correct target.url. If the host is meant, name it in the environment variable ZIVSYNC_TARGET_HOSTS where zivsync runs: ZIVSYNC_TARGET_HOSTS=${host}`,
  });
  const none = {
    message: "This is not a web address.",
    remedy: "Write the address of the API, such as https://app.zivver.com/api/scim/v2.",
  };
  const credentials = {
    message:
      "The address holds a user name or a password. Zivver knows none, and an address is shown in plans and reports.",
    remedy: "Take them out: the API key is all that is needed.",
  };
  const query = {
    message: "The address holds a query or a fragment, which cannot come before the paths that zivsync adds.",
    remedy: "Leave out everything from the first ? or # on.",
  };
  test.each([
    ["https://zivver.example.org/api", untrusted("zivver.example.org")],
    ["https://evilzivver.com/api", untrusted("evilzivver.com")],
    ["https://zivver.com.example.org/api", untrusted("zivver.com.example.org")],
    ["https://127.0.0.1.example.org/", untrusted("127.0.0.1.example.org")],
    ["https://10.0.0.1/", untrusted("10.0.0.1")],
    ["https://[::2]/", untrusted("[::2]")],
    [
      "http://app.zivver.com/api/scim/v2",
      { message: "The API key would go to app.zivver.com unencrypted.", remedy: REMEDY_HTTPS },
    ],
    [
      "http://trusted.example.com/",
      { message: "The API key would go to trusted.example.com unencrypted.", remedy: REMEDY_HTTPS },
    ],
    ["ftp://app.zivver.com/", none],
    ["app.zivver.com", none],
    ["https://me:secret@app.zivver.com/", credentials],
    ["https://app.zivver.com/?x=1", query],
    ["https://app.zivver.com/#x", query],
  ])("not to %s", async (url, expected) => {
    const error = await refusalBy(bench(() => ({}), { url, allowedHosts: ["trusted.example.com"] }));
    expect(error.problems).toEqual([{ code: "target-host", where: "target.url", ...expected }]);
  });

  test.each([
    "https://app.zivver.com/api/scim/v2",
    "https://zivver.com/",
    "https://APP.Zivver.COM/api",
    "https://trusted.example.com/api",
    "http://127.8.9.10:1/",
    "http://localhost:1/",
    "http://[::1]:1/",
  ])("but to %s", async (url) => {
    const made = await play(() => ({}), { url, allowedHosts: [" Trusted.example.com"] });
    expect(made.target).toBeDefined();
  });

  test.each([
    ["", "secret-empty", "The API key is empty."],
    [
      "key\n",
      "secret-white-space",
      "The API key starts or ends with white space, as keys do that were pasted with a line end. It was not sent.",
    ],
    [
      "\u00a0key",
      "secret-white-space",
      "The API key starts or ends with white space, as keys do that were pasted with a line end. It was not sent.",
    ],
    [
      "ke\u0000y",
      "secret-white-space",
      "The API key holds control characters or letters that no API key has. It was not sent.",
    ],
    [
      "k\u00e9y",
      "secret-white-space",
      "The API key holds control characters or letters that no API key has. It was not sent.",
    ],
  ])("and not at all when it is %j", async (key, code, message) => {
    const { problems } = await refusalBy(bench(() => ({}), { apiKey: new Secret(key) }));
    expect(problems.map((problem) => [problem.code, problem.where, problem.message])).toEqual([
      [code, "target.apiKey", message],
    ]);
  });

  test("a redirect is never followed, whoever it points to", async () => {
    const elsewhere = await serve(() => list([]));
    closing.push(() => elsewhere.close());
    for (const status of [301, 302, 303, 307, 308]) {
      const headers = { location: `${elsewhere.url}/Users?token=${encodeURIComponent(API_KEY)}` };
      const made = await play(() => ({ status, headers }));
      const error = await remoteErrorBy(made.target.read());
      expect(error.problems[0]).toEqual({
        code: "target-answer",
        where: `GET ${made.server.url}/Users`,
        message: `The answer was ${status}, a redirect to ${elsewhere.url}/Users. Redirects are never followed, and the API key was not sent there.`,
        remedy:
          "Set target.url to the address of the API itself, https://app.zivver.com/api/scim/v2 unless Zivver gave you another.",
      });
    }
    expect(elsewhere.received).toEqual([]);
  });
});

describe("what is sent", () => {
  test("the key as copied, the version, and one connection for many requests", async () => {
    const made = await play(() => list([]));
    await made.target.read();
    expect(made.server.received.length).toBeGreaterThan(1);
    for (const { headers } of made.server.received) {
      expect(headers.authorization).toBe(`Bearer ${API_KEY}`);
      expect(headers["user-agent"]).toBe("zivsync/1.2.3");
      expect(headers.accept).toBe("application/json");
      expect(headers.connection).toBe("keep-alive");
    }
  });

  test("or the key in base64", async () => {
    const made = await play(() => list([]), { apiKeyEncoding: "base64" });
    await made.target.read();
    expect(made.server.received[0]?.headers.authorization).toBe(
      `Bearer ${Buffer.from(API_KEY).toString("base64")}`,
    );
  });

  test("a final slash of the address makes no difference", async () => {
    const server = await serve(() => list([]));
    closing.push(() => server.close());
    const made = await play(() => ({}), { url: `${server.url}//` });
    await made.target.read();
    expect(server.received.map(({ path }) => path).sort()).toEqual(["/Groups", "/Users"]);
  });

  test("a target that answers nothing is given up on", async () => {
    const made = await play(() => "silence", { timeouts: { response: 40 } });
    const { problems } = await remoteErrorBy(made.target.read());
    expect(problems).toEqual([
      {
        code: "target-timeout",
        where: `GET ${made.server.url}/Users`,
        message: `127.0.0.1:${made.server.port} did not answer within 0.04 s. It was tried 5 times.`,
        remedy:
          "Check target.url, the network, and the proxy settings (HTTPS_PROXY, NO_PROXY), then run it again.",
      },
    ]);
  });
});

/** A certificate that nobody trusts, for zivver.test. */
function selfSigned(): { key: Buffer; cert: Buffer } {
  const folder = mkdtempSync(join(tmpdir(), "zivsync-tls-"));
  closing.push(() => rmSync(folder, { recursive: true, force: true }));
  const [key, cert] = [join(folder, "key.pem"), join(folder, "cert.pem")];
  const make = [
    "req",
    "-x509",
    "-newkey",
    "ec",
    "-pkeyopt",
    "ec_paramgen_curve:P-256",
    "-nodes",
    "-days",
    "1",
  ];
  execFileSync("openssl", [...make, "-subj", "/CN=zivver.test", "-keyout", key, "-out", cert], {
    stdio: "ignore",
  });
  return { key: readFileSync(key), cert: readFileSync(cert) };
}

async function listening(server: {
  listen(port: number, host: string, done: () => void): unknown;
  address(): unknown;
}) {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return (server.address() as AddressInfo).port;
}

describe("TLS and proxies", () => {
  const tlsProblem = (host: string, code: string) => ({
    code: "target-tls",
    message: `No trusted TLS connection to ${host} (${code}): its certificate could not be verified, or it does not speak TLS 1.2 or newer. Nothing was sent.`,
    remedy:
      "If your network inspects TLS, name the file with its CA certificate in NODE_EXTRA_CA_CERTS. Verification cannot be switched off.",
  });

  async function tlsServer(): Promise<{ port: number; requests: () => number }> {
    let requests = 0;
    const server = createTlsServer(selfSigned(), (_, response) => {
      requests += 1;
      response.end("{}");
    });
    const port = await listening(server);
    closing.push(() => server.close());
    return { port, requests: () => requests };
  }

  test("a certificate that cannot be verified ends it at once, whatever NODE_TLS_REJECT_UNAUTHORIZED says", async () => {
    const { port, requests } = await tlsServer();
    const before = process.env.NODE_TLS_REJECT_UNAUTHORIZED;
    process.env.NODE_TLS_REJECT_UNAUTHORIZED = "0";
    closing.push(() => {
      if (before === undefined) delete process.env.NODE_TLS_REJECT_UNAUTHORIZED;
      else process.env.NODE_TLS_REJECT_UNAUTHORIZED = before;
    });
    const made = await play(() => ({}), { url: `https://127.0.0.1:${port}` });
    const { problems } = await remoteErrorBy(made.target.read());
    expect(problems).toEqual([
      {
        where: `GET https://127.0.0.1:${port}/Users`,
        ...tlsProblem(`127.0.0.1:${port}`, "DEPTH_ZERO_SELF_SIGNED_CERT"),
      },
    ]);
    expect(requests()).toBe(0);
    expect(made.clock.slept).toEqual([]);
  });

  test("a server without TLS", async () => {
    const plain = await serve(() => list([]));
    closing.push(() => plain.close());
    const made = await play(() => ({}), { url: `https://127.0.0.1:${plain.port}` });
    const { problems } = await remoteErrorBy(made.target.read());
    expect(problems.map(({ code }) => code)).toEqual(["target-tls"]);
    expect(plain.received).toEqual([]);
  });

  /** A CONNECT proxy: refuses with a status, or leads every connection to one port of this machine. */
  async function proxy(
    answer: { status: number } | { port: number } | "silence",
  ): Promise<{ url: string; asked: string[] }> {
    const asked: string[] = [];
    const server = createHttpServer((request, response) => {
      asked.push(`${request.method} ${request.url}`);
      response.end();
    });
    const sockets: Socket[] = [];
    server.on("connect", (request, socket: Socket) => {
      asked.push(`CONNECT ${request.url}`);
      sockets.push(socket);
      socket.on("error", () => {});
      if (answer === "silence") return;
      if ("status" in answer) {
        socket.end(`HTTP/1.1 ${answer.status} No\r\n\r\n`);
        return;
      }
      const onward = connect(answer.port, "127.0.0.1", () => {
        socket.write("HTTP/1.1 200 OK\r\n\r\n");
        socket.pipe(onward).pipe(socket);
      });
      onward.on("error", () => {});
    });
    const port = await listening(server);
    closing.push(() => {
      for (const socket of sockets) socket.destroy();
      server.close();
    });
    return { url: `http://127.0.0.1:${port}`, asked };
  }

  test("HTTPS_PROXY leads to the target, whose certificate is verified behind it", async () => {
    const { port, requests } = await tlsServer();
    const between = await proxy({ port });
    const made = await play(() => ({}), {
      url: "https://zivver.test/api",
      allowedHosts: ["zivver.test"],
      environment: { HTTPS_PROXY: between.url },
    });
    const { problems } = await remoteErrorBy(made.target.read());
    expect(problems).toEqual([
      {
        where: "GET https://zivver.test/api/Users",
        ...tlsProblem("zivver.test", "DEPTH_ZERO_SELF_SIGNED_CERT"),
      },
    ]);
    expect(between.asked).toEqual(["CONNECT zivver.test:443", "CONNECT zivver.test:443"]);
    expect(requests()).toBe(0);
  });

  test("a proxy that wants a password", async () => {
    const between = await proxy({ status: 407 });
    const made = await play(() => ({}), {
      url: "https://zivver.test/api",
      allowedHosts: ["zivver.test"],
      environment: { https_proxy: between.url },
    });
    const { problems } = await remoteErrorBy(made.target.read());
    expect(problems).toEqual([
      {
        code: "target-unreachable",
        where: "GET https://zivver.test/api/Users",
        message: "The proxy refused the connection to zivver.test: it answered 407. Nothing was sent.",
        remedy: "The proxy wants a user name and a password: HTTPS_PROXY=http://USER:PASSWORD@HOST:PORT",
      },
    ]);
  });

  test("a proxy that never answers", async () => {
    const between = await proxy("silence");
    const made = await play(() => ({}), {
      url: "https://zivver.test/api",
      allowedHosts: ["zivver.test"],
      environment: { https_proxy: between.url },
      timeouts: { connect: 40 },
    });
    const { problems } = await remoteErrorBy(made.target.read());
    expect(problems).toEqual([
      {
        code: "target-unreachable",
        where: "GET https://zivver.test/api/Users",
        message:
          "zivver.test could not be reached (the proxy did not answer). Nothing was sent. It was tried 5 times.",
        remedy:
          "Check target.url, the network, and the proxy settings (HTTPS_PROXY, NO_PROXY), then run it again.",
      },
    ]);
    expect(between.asked).toHaveLength(10);
  });

  test("never for loopback, and not for what NO_PROXY names", async () => {
    const between = await proxy({ status: 503 });
    const environment = { HTTP_PROXY: between.url, HTTPS_PROXY: between.url, NO_PROXY: "zivver.test" };
    const near = await play(() => list([]), { environment });
    await near.target.read();
    const far = await play(() => ({}), {
      url: "https://zivver.test",
      allowedHosts: ["zivver.test"],
      environment,
    });
    await remoteErrorBy(far.target.read());
    expect(near.server.received).toHaveLength(2);
    expect(between.asked).toEqual([]);
  });

  test("a proxy address that is none", async () => {
    const options = { url: "https://zivver.test", allowedHosts: ["zivver.test"] };
    const error = await refusalBy(
      bench(() => ({}), { ...options, environment: { HTTPS_PROXY: "socks5://me:pw@x:1" } }),
    );
    expect(error.problems).toEqual([
      {
        code: "target-host",
        where: "HTTPS_PROXY",
        message:
          "The proxy that the environment names is not an http:// or https:// address, so the target cannot be reached through it.",
        remedy: "Write HTTPS_PROXY=http://HOST:PORT, or name zivver.test in NO_PROXY.",
      },
    ]);
  });
});
