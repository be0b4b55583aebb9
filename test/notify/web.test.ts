import { createHmac } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { createServer as createHttpsServer } from "node:https";
import { type AddressInfo, connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, onTestFinished, test } from "vitest";
import type { ChatChannel, HeartbeatChannel, WebhookChannel } from "../../src/model/run/channel.ts";
import { LARGEST_CA } from "../../src/notify/ports.ts";
import { callHeartbeat, LARGEST_ANSWER, postJson } from "../../src/notify/web.ts";
import { makeCertificates } from "../servers/certificates.ts";
import { type Answer, startWebSink, type WebSink } from "../servers/sinks.ts";
import { portsOf, problemOf } from "./ports.ts";

const SLACK: ChatChannel = {
  type: "slack",
  name: "notify[0] slack",
  where: "organization.yaml:6:5",
  on: [],
  details: "counts",
  url: { env: "URL" },
};
const HOOK: WebhookChannel = { ...SLACK, type: "webhook", name: "notify[0] webhook", secret: { env: "KEY" } };
const BEAT: HeartbeatChannel = {
  type: "heartbeat",
  name: "notify[0] heartbeat",
  where: "organization.yaml:6:5",
  url: { env: "URL" },
};

const open: WebSink[] = [];
afterEach(async () => {
  for (const sink of open.splice(0)) await sink.close();
});

async function sink(...args: Parameters<typeof startWebSink>): Promise<WebSink> {
  const started = await startWebSink(...args);
  open.push(started);
  return started;
}

/** Posts to a sink with a secret path. */
async function post(answers: readonly Answer[], channel: ChatChannel | WebhookChannel = SLACK) {
  const to = await sink(answers);
  const ports = portsOf({ URL: `${to.url}/services/canary-token`, KEY: "canary-hook-key" });
  const problem = await problemOf(postJson(channel, '{"text":"h\u00e9"}', "id-1", ports));
  expect(JSON.stringify(problem ?? {})).not.toContain("canary");
  expect(JSON.stringify(problem ?? {})).not.toContain("127.0.0.1");
  return { problem, received: to.received, pauses: ports.pauses };
}

const refused = (message: string, remedy: string) => ({
  code: "notify-refused",
  where: "organization.yaml:6:5",
  message,
  remedy,
});
const LATER = "It may be busy or out of order: `zivsync notify test` tries again.";

describe("a post", () => {
  test("arrives with its bytes, its kind and its idempotency key", async () => {
    const { problem, received } = await post([200]);
    expect(problem).toBeUndefined();
    expect(received).toMatchObject([
      {
        method: "POST",
        path: "/services/canary-token",
        body: '{"text":"h\u00e9"}',
        headers: {
          "content-type": "application/json; charset=utf-8",
          "idempotency-key": "id-1",
          "user-agent": "zivsync/0.1.0",
        },
      },
    ]);
    expect(received[0]?.headers).not.toHaveProperty("x-zivsync-signature-256");
  });

  test("of a webhook is signed over its bytes", async () => {
    const { received } = await post([204], HOOK);
    const [{ body = "", headers = {} } = {}] = received;
    const hex = createHmac("sha256", "canary-hook-key").update(body).digest("hex");
    expect(headers["x-zivsync-signature-256"]).toBe(`sha256=${hex}`);
  });

  test("is sent again under the same key while the receiver is busy, at most three times", async () => {
    const { problem, received, pauses } = await post([500, 429, 200]);
    expect([problem, received.map(({ headers }) => headers["idempotency-key"]), pauses]).toEqual([
      undefined,
      ["id-1", "id-1", "id-1"],
      [1_000, 5_000],
    ]);
    const never = await post([503]);
    expect(never.received).toHaveLength(3);
    expect(never.problem).toEqual(refused("The receiver of `notify[0] slack` answered 503.", LATER));
  });

  test("waits as long as it is asked to, to a bound", async () => {
    const busy =
      (seconds: string): Answer =>
      (response) =>
        response.writeHead(429, { "retry-after": seconds }).end();
    expect((await post([busy("12"), 200])).pauses).toEqual([12_000]);
    expect((await post([busy("86400"), 200])).pauses).toEqual([30_000]);
    expect((await post([busy("soon"), 200])).pauses).toEqual([1_000]);
  });

  test.each([
    ["403", 403, "The receiver of `notify[0] slack` answered 403."],
    ["404", 404, "The receiver of `notify[0] slack` answered 404."],
  ])("that is refused with %s is not sent again", async (_, status, message) => {
    const { problem, received } = await post([status]);
    expect(received).toHaveLength(1);
    expect(problem).toEqual(refused(message, "Make a new address where you made this one, and store it."));
  });

  test("follows no redirect", async () => {
    const elsewhere = await sink([200]);
    const away: Answer = (response) => response.writeHead(307, { location: elsewhere.url }).end();
    const { problem, received } = await post([away]);
    expect([received.length, elsewhere.received]).toEqual([1, []]);
    expect(problem).toEqual(
      refused(
        "The receiver of `notify[0] slack` leads elsewhere (307), and its address is a secret that is sent nowhere else.",
        "Store the address that it leads to.",
      ),
    );
  });

  test("ends in time where nothing is answered, and where the answer never ends", async () => {
    const hangs = await post([() => undefined]);
    expect(hangs.problem?.code).toBe("notify-timeout");
    const drips: Answer = (response) => void response.writeHead(200).write("x");
    expect((await post([drips])).problem?.code).toBe("notify-timeout");
  });

  test("says that the receiver hung up, or is not there", async () => {
    const closes = await post([(response) => void response.destroy()]);
    expect(closes.problem?.code).toBe("notify-unreachable");
    const gone = await startWebSink();
    await gone.close();
    const problem = await problemOf(postJson(SLACK, "{}", "id", portsOf({ URL: gone.url })));
    expect(problem).toEqual({
      code: "notify-unreachable",
      where: "organization.yaml:6:5",
      message: "The receiver of `notify[0] slack` could not be reached, or hung up (ECONNREFUSED).",
      remedy: "Check that this machine may reach it, directly or through the proxy that HTTPS_PROXY names.",
    });
  });

  test("counts as delivered whatever the answer holds", async () => {
    const large: Answer = (response) => response.writeHead(200).end("x".repeat(LARGEST_ANSWER + 1));
    const binary: Answer = (response) => response.writeHead(200).end(Buffer.from([0xff, 0xfe]));
    expect([(await post([large])).problem, (await post([binary])).problem]).toEqual([undefined, undefined]);
  });
});

describe("through the proxy that HTTPS_PROXY names", () => {
  /** A receiver with TLS, which only the proxy finds, and the hosts that the proxy was asked for. */
  async function behindProxy(status = 200) {
    const certificates = makeCertificates("subjectAltName=DNS:hooks.example.org");
    onTestFinished(() => certificates.remove());
    const { cert, key } = certificates.server;
    const received: { readonly path: string; readonly body: string }[] = [];
    const receiver = createHttpsServer({ cert, key }, (request, response) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => {
        received.push({ path: request.url ?? "", body: Buffer.concat(chunks).toString("utf8") });
        response.end("ok");
      });
    });
    const asked: string[] = [];
    const proxy = createServer().on("connect", ({ url = "" }, socket) => {
      asked.push(url);
      if (status !== 200) return void socket.end(`HTTP/1.1 ${status} No\r\n\r\n`);
      const onwards = connect((receiver.address() as AddressInfo).port, "127.0.0.1");
      socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
      socket.pipe(onwards).pipe(socket);
      onwards.on("error", () => socket.destroy());
      socket.on("error", () => onwards.destroy());
    });
    for (const server of [receiver, proxy]) {
      server.listen(0, "127.0.0.1");
      await once(server, "listening");
      onTestFinished(() => {
        server.closeAllConnections();
        server.close();
      });
    }
    const environment = { HTTPS_PROXY: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}` };
    const ports = {
      ...portsOf({ URL: "https://hooks.example.org/canary-token", KEY: "k" }),
      timeoutMs: 5_000,
      environment,
    };
    const ca = { path: certificates.ca.certFile, shownAs: "ca.pem" };
    return { asked, received, ports, ca };
  }

  test("a message and a heartbeat arrive, and the proxy sees the host alone", async () => {
    const { asked, received, ports, ca } = await behindProxy();
    expect(await problemOf(postJson({ ...HOOK, ca }, '{"text":"x"}', "id", ports))).toBeUndefined();
    expect(await problemOf(callHeartbeat({ ...BEAT, ca }, false, ports))).toBeUndefined();
    expect(received).toEqual([
      { path: "/canary-token", body: '{"text":"x"}' },
      { path: "/canary-token/fail", body: "" },
    ]);
    expect([...new Set(asked)]).toEqual(["hooks.example.org:443"]);
  });

  test("a proxy that refuses is a failure that names neither the host nor the address", async () => {
    const { received, ports, ca } = await behindProxy(403);
    const problem = await problemOf(postJson({ ...HOOK, ca }, "{}", "id", ports));
    expect(problem).toMatchObject({ code: "notify-unreachable", where: "organization.yaml:6:5" });
    expect(JSON.stringify(problem)).not.toMatch(/canary|example\.org/);
    expect([received, ports.pauses]).toEqual([[], [1_000, 5_000]]);
  });

  test("NO_PROXY goes directly", async () => {
    const { asked, ports, ca } = await behindProxy();
    const direct = { ...ports, environment: { ...ports.environment, NO_PROXY: "hooks.example.org" } };
    expect((await problemOf(postJson({ ...HOOK, ca }, "{}", "id", direct)))?.code).toBe("notify-unreachable");
    expect(asked).toEqual([]);
  });
});

test("certificates are read to a bound, and what cannot be read is named", async () => {
  const folder = mkdtempSync(join(tmpdir(), "zivsync-ca-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const large = join(folder, "large.pem");
  writeFileSync(large, Buffer.alloc(LARGEST_CA + 1));
  const to = await sink();
  const told = async (path: string) =>
    problemOf(
      postJson({ ...HOOK, ca: { path, shownAs: "ca.pem" } }, "{}", "id", portsOf({ URL: to.url, KEY: "k" })),
    );
  expect([(await told(large))?.message, (await told(join(folder, "none.pem")))?.message]).toEqual([
    "The file ca.pem cannot be read (it is larger than 1 MB), and `notify[0] webhook` trusts the certificates in it.",
    "The file ca.pem cannot be read (ENOENT), and `notify[0] webhook` trusts the certificates in it.",
  ]);
  expect(to.received).toEqual([]);
});

test.each([
  ["no address", "canary-text"],
  ["an address in clear", "http://hooks.example.org/canary"],
  ["an address with a password", "https://user:canary@hooks.example.org/"],
  ["a file", "file:///etc/canary"],
])("%s is refused without being shown", async (_, url) => {
  const problem = await problemOf(postJson(SLACK, "{}", "id", portsOf({ URL: url })));
  expect(problem?.code).toBe("notify-url");
  expect(JSON.stringify(problem)).not.toMatch(/canary|example\.org/);
});

describe("a heartbeat", () => {
  test.each([
    ["after a success", "/ping/abc?x=1", true, "/ping/abc?x=1"],
    ["otherwise", "/ping/abc", false, "/ping/abc/fail"],
    ["otherwise, with a slash at the end and a query", "/ping/abc/?x=1", false, "/ping/abc/fail?x=1"],
  ])("is a GET %s", async (_, path, isSuccess, expected) => {
    const to = await sink([200]);
    await callHeartbeat(BEAT, isSuccess, portsOf({ URL: `${to.url}${path}` }));
    expect(to.received.map(({ method, path: called, body }) => [method, called, body])).toEqual([
      ["GET", expected, ""],
    ]);
  });
});
