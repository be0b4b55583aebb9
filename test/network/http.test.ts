import { once } from "node:events";
import { createServer, type Server } from "node:https";
import { type AddressInfo, connect, createServer as createTcpServer } from "node:net";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { openHttp } from "../../src/network/http.ts";
import { type Certificates, makeCertificates } from "../servers/certificates.ts";
import { organizationYaml, PROFILE_YAML, workplace } from "../support/cli.ts";

let certificates: Certificates;
beforeAll(() => {
  certificates = makeCertificates();
});
afterAll(() => certificates.remove());

const portOf = (server: { address(): unknown }) => (server.address() as AddressInfo).port;

async function untrusted(): Promise<{ port: number; asked: () => number }> {
  let asked = 0;
  const { cert, key } = certificates.untrusted;
  const server: Server = createServer({ cert, key }, (_, response) => {
    asked += 1;
    response.end("{}");
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  return { port: portOf(server), asked: () => asked };
}

/** A proxy that leads every CONNECT to one port. */
async function proxyTo(port: number): Promise<string> {
  const server = createTcpServer((socket) => {
    socket.once("data", () => {
      const onwards = connect(port, "127.0.0.1");
      socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
      socket.pipe(onwards).pipe(socket);
      onwards.on("error", () => socket.destroy());
      socket.on("error", () => onwards.destroy());
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${portOf(server)}`;
}

describe("with NODE_TLS_REJECT_UNAUTHORIZED=0", () => {
  beforeAll(() => {
    process.env.NODE_TLS_REJECT_UNAUTHORIZED = "0";
  });
  afterAll(() => {
    delete process.env.NODE_TLS_REJECT_UNAUTHORIZED;
  });

  const ROUTES = ["send", "sendDirectly", "through a proxy"] as const;
  test.each(ROUTES)(
    "a certificate that cannot be verified ends the request before it is sent: %s",
    async (route) => {
      const { port, asked } = await untrusted();
      const environment = route === "through a proxy" ? { HTTPS_PROXY: await proxyTo(port) } : {};
      const http = openHttp({ timeoutMs: 5_000, environment });
      onTestFinished(() => http.close());
      const send = route === "sendDirectly" ? http.sendDirectly : http.send;
      const url = `https://localhost:${port}/`;
      const headers = { authorization: "canary" };
      await expect(send({ method: "GET", url, headers })).rejects.toMatchObject({
        name: "NetworkTrouble",
        code: "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
      });
      expect(asked()).toBe(0);
    },
  );
});

describe("the command line", () => {
  const files = {
    "desired-state/organization.yaml": organizationYaml("https://127.0.0.1:1"),
    "desired-state/profiles/staff.yaml": PROFILE_YAML,
    "desired-state/users.csv": "Email;Full name\n",
    "desired-state/functional.csv": "Email;Full name\n",
  };

  test("says that it ignores NODE_TLS_REJECT_UNAUTHORIZED, and drops DEBUG", async () => {
    const place = await workplace();
    await place.write(files);
    const environment = { NODE_TLS_REJECT_UNAUTHORIZED: "0", DEBUG: "*" };
    expect(await place.zivsyncWith(environment, "validate")).toMatchObject({
      code: 0,
      err: expect.stringMatching(
        /^NODE_TLS_REJECT_UNAUTHORIZED=0 is ignored: certificates are always verified\. Name a CA of your own in `caFile` or NODE_EXTRA_CA_CERTS\.\n/,
      ),
    });
  });

  test("does not run where Node would print its requests", async () => {
    const place = await workplace();
    await place.write(files);
    const run = await place.zivsyncWith({ NODE_DEBUG: "http" }, "check");
    expect(run.code).toBe(1);
    expect(run.out).toBe("");
    expect(run.err).toContain(
      "This variable makes Node print requests with the API key in them, and zivsync cannot switch that off.",
    );
    expect(run.err).toContain("Unset NODE_DEBUG, and run zivsync again.");
  });
});
