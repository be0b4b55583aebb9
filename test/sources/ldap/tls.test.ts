import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { join } from "node:path";
import { createServer as createTlsServer } from "node:tls";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { Secret } from "../../../src/model/values/secret.ts";
import { openSession, type SessionConfig } from "../../../src/sources/ldap/session.ts";
import { type Certificates, type KeyPair, makeCertificates } from "../../servers/certificates.ts";
import {
  bound,
  done,
  entry,
  envelope,
  extended,
  noticeOfDisconnection,
} from "../../servers/ldap-messages.ts";
import {
  inPages,
  type Script,
  type ScriptOptions,
  type ScriptServer,
  startLdapScript,
} from "../../servers/ldap-script.ts";
import { dnsOf, openTo, PASSWORD, PEOPLE, problemsOf, sessionConfig, WHERE } from "./sessions.ts";

let certificates: Certificates;
let ca: { path: string; shownAs: string };
const servers: { close(): unknown }[] = [];
beforeAll(() => {
  certificates = makeCertificates();
  ca = { path: certificates.ca.certFile, shownAs: "../corp-ca.pem" };
});
afterAll(() => certificates.remove());
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});

async function start(options: ScriptOptions, script: Script = {}): Promise<ScriptServer> {
  const server = await startLdapScript(script, options);
  servers.push(server);
  return server;
}

/** A server that trusts only its own certificate, and says so in an alert of TLS, as OpenSSL does. */
async function startOpenSsl(version: string): Promise<string> {
  const { certFile, keyFile } = certificates.server;
  const files = ["-cert", certFile, "-key", keyFile, "-CAfile", certFile];
  const args = [
    "s_server",
    "-accept",
    "127.0.0.1:0",
    ...files,
    "-Verify",
    "1",
    "-verify_return_error",
    version,
  ];
  const child = spawn("openssl", args, { stdio: ["pipe", "pipe", "ignore"] });
  servers.push({ close: () => child.kill("SIGKILL") });
  let said = "";
  for await (const chunk of child.stdout) {
    said += chunk;
    const port = /ACCEPT \S+:(\d+)\s/.exec(said)?.[1];
    if (port) return `ldaps://127.0.0.1:${port}`;
  }
  throw new Error(`openssl did not start: ${said}`);
}

const tlsOf = ({ key, cert }: KeyPair) => ({ key, cert });
const noTls = (url: string, reason: string, remedy: string) => ({
  code: "directory-tls",
  where: WHERE,
  message: `No trusted TLS connection to ${url}: ${reason}.`,
  remedy,
});
const NAME_CA =
  "Name the file with the certificates (PEM) of the authority that signed it in caFile. Verification cannot be switched off.";

describe("ldaps", () => {
  it("binds over TLS, by name and by address", async () => {
    const server = await start({ tls: tlsOf(certificates.server) });
    for (const url of [server.url, server.url.replace("127.0.0.1", "localhost")]) {
      const session = await openTo([url], { ca });
      await session.close();
    }
    const bind = { type: "bind", id: 1, user: "CORP\\svc-zivsync", password: PASSWORD, tls: true };
    expect(server.requests.filter(({ type }) => type === "bind")).toEqual([bind, bind]);
  });

  it("names the host in the handshake, but never an address", async () => {
    const names: (string | undefined)[] = [];
    const server = await start({
      tls: {
        ...tlsOf(certificates.server),
        SNICallback: (name, answer) => {
          names.push(name);
          answer(null);
        },
      },
    });
    for (const url of [server.url, server.url.replace("127.0.0.1", "localhost")]) {
      await (await openTo([url], { ca })).close();
    }
    expect(names).toEqual(["localhost"]);
  });

  it("gives every entry as it was sent, however its bytes come", async () => {
    const values = (i: number) => [`${i}`, "é".repeat(i * 700), String.fromCharCode(0x41 + i).repeat(9 * i)];
    const entries = Array.from({ length: 60 }, (_, i) => entry(`CN=${i}`, { cn: values(i) }));
    const apart = entries.slice(0, 6).flatMap((one) => [one, { pauseMs: 2 }]);
    const large = entry("CN=large", { cn: ["x".repeat(300_000)] });
    const pages = [apart, entries, [large, ...entries], [large]];
    const server = await start({ tls: tlsOf(certificates.server) }, { search: inPages(pages) });
    const session = await openTo([server.url], { ca });
    const given: (readonly string[])[] = [];
    await session.search(PEOPLE, (found) => given.push([found.dn, ...found.texts("cn")]));
    await session.close();
    const all = entries.map((_, i) => [`CN=${i}`, ...values(i)]);
    const one = ["CN=large", "x".repeat(300_000)];
    expect(given).toEqual([...all.slice(0, 6), ...all, one, ...all, one]);
  });

  it("hears what comes before anything was asked, and the end in the middle of an answer", async () => {
    const goodbye = noticeOfDisconnection(52, "too many connections");
    const hasty = createTlsServer(tlsOf(certificates.server), (socket) => {
      socket.on("error", () => undefined);
      socket.write(envelope(0, goodbye));
    });
    servers.push(hasty);
    await new Promise<void>((resolve) => hasty.listen(0, "127.0.0.1", resolve));
    const address = hasty.address();
    const url = `ldaps://127.0.0.1:${typeof address === "object" ? address?.port : ""}`;
    expect((await problemsOf(openTo([url], { ca }))).map(({ message }) => message)).toEqual([
      `${url} ended the connection (result 52: "too many connections").`,
    ]);
    const search = () => [entry("CN=a", { cn: ["a"] }), { cut: true } as const];
    const server = await start({ tls: tlsOf(certificates.server) }, { search });
    const session = await openTo([server.url], { ca });
    const [problem] = await problemsOf(dnsOf(session));
    expect(problem?.message).toContain("was lost before the whole answer had come");
    await session.close();
  });

  it("stops at a certificate that is not trusted, and sends nothing", async () => {
    const server = await start({ tls: tlsOf(certificates.untrusted) });
    const next = await start({ tls: tlsOf(certificates.server) });
    expect(await problemsOf(openTo([server.url, next.url], { ca }))).toEqual([
      noTls(
        server.url,
        "its certificate comes from an authority that is not trusted here (UNABLE_TO_VERIFY_LEAF_SIGNATURE)",
        NAME_CA,
      ),
    ]);
    expect([server.requests, next.connections()]).toEqual([[], 0]);
  });

  it("takes the file of caFile instead of what Node trusts, and nothing without it", async () => {
    const server = await start({ tls: tlsOf(certificates.server) });
    expect((await problemsOf(openTo([server.url]))).map(({ code }) => code)).toEqual(["directory-tls"]);
  });

  it("is verified whatever the environment says", async () => {
    const server = await start({ tls: tlsOf(certificates.untrusted) });
    process.env.NODE_TLS_REJECT_UNAUTHORIZED = "0";
    try {
      expect((await problemsOf(openTo([server.url], { ca }))).map(({ code }) => code)).toEqual([
        "directory-tls",
      ]);
    } finally {
      delete process.env.NODE_TLS_REJECT_UNAUTHORIZED;
    }
  });

  it("compares the name of the host", async () => {
    const server = await start({ tls: tlsOf(certificates.otherHost) });
    expect(await problemsOf(openTo([server.url], { ca }))).toEqual([
      noTls(
        server.url,
        'its certificate is for "DNS:dc9.example.org", and not for this host (ERR_TLS_CERT_ALTNAME_INVALID)',
        "Write the URL with a name that is in the certificate, or give the directory one for this name.",
      ),
    ]);
  });

  it("does not take an address for the name in the certificate", async () => {
    const named = makeCertificates("subjectAltName=DNS:localhost");
    servers.push({ close: () => named.remove() });
    const server = await start({ tls: tlsOf(named.server) });
    const own = { ca: { path: named.ca.certFile, shownAs: "ca.pem" } };
    const [problem] = await problemsOf(openTo([server.url], own));
    expect(problem?.message).toContain("ERR_TLS_CERT_ALTNAME_INVALID");
    await (await openTo([server.url.replace("127.0.0.1", "localhost")], own)).close();
  });

  it("refuses an expired certificate", async () => {
    const server = await start({ tls: tlsOf(certificates.expired) });
    expect(await problemsOf(openTo([server.url], { ca }))).toEqual([
      noTls(
        server.url,
        "its certificate has expired (CERT_HAS_EXPIRED)",
        "Renew the certificate of the directory, and check the clock of this machine.",
      ),
    ]);
  });

  it("says which rule a certificate breaks, and tries no other server", async () => {
    const odd = makeCertificates("subjectAltName=IP:127.0.0.1\n1.2.3.4=critical,ASN1:NULL");
    servers.push({ close: () => odd.remove() });
    const [first, second] = [await start({ tls: tlsOf(odd.server) }), await start({})];
    const own = { ca: { path: odd.ca.certFile, shownAs: "ca.pem" } };
    expect(await problemsOf(openTo([first.url, second.url], own))).toEqual([
      noTls(
        first.url,
        'its certificate breaks a rule, "unhandled critical extension" (UNSPECIFIED)',
        "Give the directory a certificate that is signed with SHA-256, has an RSA key of 2,048 bits or more, and that its authority may issue.",
      ),
    ]);
    expect(second.connections()).toBe(0);
  });

  it("refuses TLS older than 1.2", async () => {
    const old = { minVersion: "TLSv1", maxVersion: "TLSv1.1", ciphers: "DEFAULT@SECLEVEL=0" } as const;
    const server = await start({ tls: { ...tlsOf(certificates.server), ...old } });
    expect(await problemsOf(openTo([server.url], { ca }))).toEqual([
      noTls(
        server.url,
        "it speaks no TLS 1.2 or newer (ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION)",
        "Let the directory speak TLS 1.2 or 1.3. Older versions can be broken, and zivsync uses none.",
      ),
    ]);
  });

  it("says when what answers speaks no TLS", async () => {
    const plain: Server = createServer((socket) => {
      socket.on("error", () => undefined);
      socket.on("data", () => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n"));
    });
    servers.push(plain);
    await new Promise<void>((resolve) => plain.listen(0, "127.0.0.1", resolve));
    const address = plain.address();
    const url = `ldaps://127.0.0.1:${typeof address === "object" ? address?.port : ""}`;
    // Node names it in more than one way.
    const problems = (await problemsOf(openTo([url], { ca }))).map((problem) => ({
      ...problem,
      message: problem.message.replace(/EPROTO|ERR_SSL_[A-Z_]+/, "CODE"),
    }));
    expect(problems).toEqual([
      noTls(
        url,
        "what answers there does not speak TLS on this port (CODE)",
        "Use the port for LDAP over TLS (636, or 3269), or ldap:// with startTls: true.",
      ),
    ]);
  });

  it.each([
    [
      "is not there",
      undefined,
      "file-not-found",
      "../corp-ca.pem is not there.",
      "Correct the name, or put the file there. Its path counts from the folder of the profile.",
    ],
    [
      "is empty",
      "",
      "file-unreadable",
      '../corp-ca.pem holds no certificate in PEM form ("-----BEGIN CERTIFICATE-----").',
      "Export it as Base-64 encoded X.509, or convert it: openssl x509 -inform der -in FILE -out FILE.pem",
    ],
    [
      "is damaged",
      "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
      "file-unreadable",
      "Certificate 1 of 1 in ../corp-ca.pem is damaged.",
      "Export it again.",
    ],
  ])("refuses a caFile that %s", async (name, content, code, message, remedy) => {
    const path = join(certificates.folder, `${name}.txt`);
    if (content !== undefined) writeFileSync(path, content);
    const config = { ca: { path, shownAs: "../corp-ca.pem" } };
    expect(await problemsOf(openTo(["ldaps://127.0.0.1:1"], config))).toEqual([
      { code, where: WHERE, message, remedy },
    ]);
  });
});

describe("StartTLS", () => {
  const options = () => ({ startTls: tlsOf(certificates.server) });

  it("binds and searches over TLS only", async () => {
    const server = await start(options(), { search: () => [entry("CN=a", {}), done()] });
    const session = await openTo([server.url], { ca, startTls: true });
    expect((await dnsOf(session)).dns).toEqual(["CN=a"]);
    await session.close();
    expect(server.requests.slice(0, 2)).toEqual([
      { type: "extended", id: 1, oid: "1.3.6.1.4.1.1466.20037" },
      { type: "bind", id: 1, user: "CORP\\svc-zivsync", password: PASSWORD, tls: true },
    ]);
  });

  it("compares the name of the host", async () => {
    const server = await start({ startTls: tlsOf(certificates.otherHost) });
    const [problem] = await problemsOf(openTo([server.url], { ca, startTls: true }));
    expect(problem?.message).toContain("ERR_TLS_CERT_ALTNAME_INVALID");
  });

  it("never goes on in clear when the server refuses it", async () => {
    const server = await start({}, { extended: () => [extended(53, { diagnostic: "no TLS here" })] });
    const next = await start(options());
    expect(await problemsOf(openTo([server.url, next.url], { ca, startTls: true }))).toEqual([
      {
        code: "directory-tls",
        where: WHERE,
        message: `${server.url} refused StartTLS (unwillingToPerform, 53). It says: "no TLS here".`,
        remedy: "Let the directory speak TLS, or use ldaps:// if it listens there.",
      },
    ]);
    expect(server.requests.map(({ type }) => type)).toEqual(["extended"]);
  });

  it.each([
    ["a whole message", envelope(1, bound())],
    ["a second answer", envelope(1, extended(0))],
    ["the beginning of one", Buffer.of(0x30)],
    ["something else", Buffer.from("HTTP")],
  ])("refuses %s in clear behind the answer", async (_, raw) => {
    const server = await start(options(), { extended: () => [extended(0), { raw }] });
    expect(await problemsOf(openTo([server.url], { ca, startTls: true }))).toEqual([
      {
        code: "directory-tls",
        where: WHERE,
        message: `${server.url} answered StartTLS with more than an answer: somebody in between may have put it there.`,
        remedy:
          "Use ldaps:// if the directory listens there, and find out what is between here and the directory.",
      },
    ]);
    expect(server.requests.map(({ type }) => type)).toEqual(["extended"]);
  });

  it("goes to the next URL when nothing answers it", async () => {
    const silent = await start(options(), { extended: () => [] });
    const cut = await start(options(), { extended: () => [{ cut: true }] });
    const server = await start(options());
    const changes = { ca, startTls: true, timeouts: { connectMs: 300, answerMs: 300 } };
    const session = await openTo([silent.url, cut.url, server.url], changes);
    expect(session.url).toBe(server.url);
    await session.close();
  });
});

describe("a client certificate", () => {
  const wanted = () => ({ ...tlsOf(certificates.server), ca: certificates.ca.cert, requestCert: true });
  const open = (url: string, changes: Partial<SessionConfig> = {}, key = certificates.client.key) => {
    const bind = {
      type: "certificate",
      certificate: { path: certificates.client.certFile, shownAs: "../client.pem" },
      key: { env: "CLIENT_KEY" },
    } as const;
    return openSession(sessionConfig([url], { ca, bind, ...changes }), async () => new Secret(key));
  };

  it.each([
    ["ldaps", () => ({ tls: { ...wanted(), rejectUnauthorized: true } }), false],
    ["StartTLS", () => ({ startTls: { ...wanted(), rejectUnauthorized: true } }), true],
  ])("is shown over %s, and bound with SASL EXTERNAL", async (_, options, startTls) => {
    const server = await start(options());
    const session = await open(server.url, { startTls });
    await session.close();
    expect(server.requests.filter(({ type }) => type === "bind")).toEqual([
      { type: "bind", id: 1, user: "", mechanism: "EXTERNAL", tls: true },
    ]);
  });

  const unsupported = () => [bound(7)];
  it("counts on ldaps without EXTERNAL if the server says who we are", async () => {
    const server = await start(
      { tls: wanted() },
      { bind: unsupported, extended: () => [extended(0, { value: "u:svc" })] },
    );
    const session = await open(server.url);
    expect(await session.whoAmI()).toBe("u:svc");
    await session.close();
  });

  it.each([
    ["over StartTLS", true, "u:svc"],
    ["when we are nobody", false, ""],
  ])("does not count without EXTERNAL %s", async (_, startTls, name) => {
    const script = {
      bind: unsupported,
      extended: ({ oid }: { oid: string }) => [extended(0, oid.endsWith("11.3") ? { value: name } : {})],
    };
    const server = await start(startTls ? { startTls: wanted() } : { tls: wanted() }, script);
    expect(await problemsOf(open(server.url, { startTls }))).toEqual([
      {
        code: "directory-credentials",
        where: WHERE,
        message: `${server.url} does not take this way to prove who one is (authMethodNotSupported, 7).`,
        remedy:
          "Use a user and a password in bind, or let the directory take client certificates (SASL EXTERNAL).",
      },
    ]);
  });

  it.each(["-tls1_2", "-tls1_3"])("that the server does not trust stops with words (%s)", async (version) => {
    const url = await startOpenSsl(version);
    const problems = (await problemsOf(open(url))).map((problem) => ({
      ...problem,
      message: problem.message.replace(/ERR_SSL_[A-Z0-9_]+/, "CODE"),
    }));
    expect(problems).toEqual([
      noTls(
        url,
        "the directory did not accept the client certificate (CODE)",
        "Check bind.certificate: its dates, and that the directory trusts the authority that signed it.",
      ),
    ]);
  });

  it("is suspected when the server hangs up on it", async () => {
    const server = await start({ tls: wanted() }, { bind: () => [{ cut: true }] });
    expect(await problemsOf(open(server.url))).toEqual([
      {
        code: "directory-unreachable",
        where: WHERE,
        message: `The connection to ${server.url} was lost before the whole answer had come (the directory closed it).`,
        remedy: "Check bind.certificate: a directory that does not trust it may hang up without a word.",
      },
    ]);
  });

  it.each([
    [
      "a key of another certificate",
      () => certificates.server.key,
      "The key in bind.key does not belong to the certificate ../client.pem.",
      "Name the key that the certificate was made with; the certificate itself is first in its file.",
    ],
    [
      "a key that is none",
      () => "nonsense",
      "The key in bind.key cannot be read: it is not a private key in PEM form, or the passphrase is wrong or missing.",
      'It begins with "-----BEGIN PRIVATE KEY-----" or the like. A key with a passphrase needs bind.passphrase.',
    ],
  ])("refuses %s before anything is dialled", async (_, key, message, remedy) => {
    expect(await problemsOf(open("ldaps://127.0.0.1:1", {}, key()))).toEqual([
      { code: "file-unreadable", where: WHERE, message, remedy },
    ]);
  });

  it("says all that is wrong with the files at once", async () => {
    const missing = { path: join(certificates.folder, "nothing"), shownAs: "../corp-ca.pem" };
    const problems = await problemsOf(open("ldaps://127.0.0.1:1", { ca: missing }, "nonsense"));
    expect(problems.map(({ code }) => code)).toEqual(["file-not-found", "file-unreadable"]);
  });
});
