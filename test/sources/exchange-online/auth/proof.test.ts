import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ExchangeOnlineConfig } from "../../../../src/model/source-config/exchange.ts";
import type { Problem } from "../../../../src/model/values/errors.ts";
import { GITHUB_TOKEN, IDENTITY_HEADER } from "../../../servers/exchange-online.ts";
import { user } from "../../../servers/exchange-tenant.ts";
import { problemsOf } from "../../reading.ts";
import { CLIENT_ID, certificates, SECRET, stage, TENANT_ID, WHERE } from "../stage.ts";

const certs = certificates();
const PASSPHRASE = "canary-pass phrase";
const folder = mkdtempSync(join(tmpdir(), "zivsync-exchange-"));
const at = (name: string) => join(folder, name);
const openssl = (...words: readonly string[]) => void execFileSync("openssl", words, { stdio: "pipe" });

beforeAll(() => {
  const request = (name: string, key: readonly string[], days: string) =>
    openssl(
      "req",
      "-x509",
      "-newkey",
      ...key,
      "-nodes",
      "-keyout",
      at(`${name}.key`),
      "-out",
      at(`${name}.crt`),
      "-subj",
      `/CN=${name}`,
      "-days",
      days,
    );
  request("app", ["rsa:2048"], "30");
  request("other", ["rsa:2048"], "30");
  openssl("req", "-new", "-key", at("other.key"), "-out", at("old.csr"), "-subj", "/CN=old");
  openssl(
    "x509",
    "-req",
    "-in",
    at("old.csr"),
    "-signkey",
    at("other.key"),
    "-days",
    "-1",
    "-out",
    at("old.crt"),
  );
  writeFileSync(at("old.key"), readFileSync(at("other.key")));
  request("curve", ["ec", "-pkeyopt", "ec_paramgen_curve:P-256"], "30");
  const text = (name: string) => readFileSync(at(name), "utf8");
  for (const name of ["app", "other", "old", "curve"]) {
    writeFileSync(at(`${name}.pem`), `${text(`${name}.key`)}${text(`${name}.crt`)}`);
  }
  openssl(
    "pkcs8",
    "-topk8",
    "-in",
    at("app.key"),
    "-out",
    at("locked.key"),
    "-passout",
    `pass:${PASSPHRASE}`,
  );
  writeFileSync(at("locked.pem"), `${text("app.crt")}${text("locked.key")}`);
  writeFileSync(at("mixed.pem"), `${text("other.crt")}${text("app.crt")}${text("app.key")}`);
  writeFileSync(at("stranger.pem"), `${text("other.crt")}${text("app.key")}`);
  writeFileSync(at("key.pem"), text("app.key"));
  const pfx = (name: string, from: string, ...more: readonly string[]) =>
    openssl(
      "pkcs12",
      "-export",
      "-in",
      at(`${from}.crt`),
      "-inkey",
      at(`${from}.key`),
      "-out",
      at(name),
      ...more,
    );
  pfx("modern.pfx", "app", "-passout", `pass:${PASSPHRASE}`);
  pfx("legacy.p12", "app", "-legacy", "-passout", `pass:${PASSPHRASE}`);
  pfx("open.pfx", "app", "-passout", "pass:");
  pfx("curve.pfx", "curve", "-passout", "pass:");
  writeFileSync(at("rubbish.pfx"), "rubbish");
  writeFileSync(at("token"), "canary-federated-token\n");
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

type Credential = ExchangeOnlineConfig["credential"];
type Environment = Readonly<Record<string, string>>;

const entra = { tenantId: TENANT_ID, tenantDomain: "example.test", clientId: CLIENT_ID };

/** Reads with this credential from an Entra ID that knows the certificate `app` and the federated token. */
async function readWith(
  credential: Credential,
  environment: Environment = {},
  more: Partial<ExchangeOnlineConfig> = {},
) {
  const known = {
    ...entra,
    secret: SECRET,
    certificate: readFileSync(at("app.crt"), "utf8"),
    trusted: "canary-federated-token",
  };
  const staged = await stage(certs, { mailboxes: [user("anna@example.org")] }, { entra: known });
  const { exchange } = staged;
  const all: Environment = {
    PASSPHRASE,
    ACTIONS_ID_TOKEN_REQUEST_URL: `${exchange.origin}/github/oidc?run=1`,
    ACTIONS_ID_TOKEN_REQUEST_TOKEN: GITHUB_TOKEN,
    ...environment,
  };
  const reading = staged.read({ credential, ...more }, all);
  return { reading, exchange };
}

const certificate = (name: string, passphrase = false): Credential => ({
  type: "certificate",
  clientId: CLIENT_ID,
  certificate: { path: at(name), shownAs: name },
  ...(passphrase ? { passphrase: { env: "PASSPHRASE" } } : {}),
});

const problem = (code: Problem["code"], message: string, remedy: string) => [
  { code, where: WHERE, message, remedy },
];

describe("what Entra ID takes", () => {
  test.each([
    ["a certificate and its key, PEM", certificate("app.pem"), ["certificate"]],
    ["with a passphrase", certificate("locked.pem", true), ["certificate"]],
    ["among others", certificate("mixed.pem"), ["certificate"]],
    ["PKCS#12 as OpenSSL 3 writes it", certificate("modern.pfx", true), ["certificate"]],
    ["PKCS#12 of old", certificate("legacy.p12", true), ["certificate"]],
    ["PKCS#12 without a passphrase", certificate("open.pfx"), ["certificate"]],
    [
      "a token in a file",
      { type: "tokenFile", clientId: CLIENT_ID, file: { path: at("token"), shownAs: "token" } },
      ["federated"],
    ],
    [
      "the token of a GitHub workflow",
      { type: "github", clientId: CLIENT_ID, audience: "api://AzureADTokenExchange" },
      ["federated"],
    ],
    ["a secret", { type: "secret", clientId: CLIENT_ID, secret: { env: "EXCHANGE_SECRET" } }, ["secret"]],
  ] satisfies readonly (readonly [string, Credential, readonly string[]])[])(
    "%s",
    async (_, credential, proofs) => {
      const { reading, exchange } = await readWith(credential);
      expect((await reading).records.length).toBe(1);
      expect(exchange.entra.proofs).toEqual(proofs);
    },
  );

  test("the managed identities of a machine: its own, and one by its client id", async () => {
    const { exchange, read } = await stage(certs, { mailboxes: [user("anna@example.org")] });
    process.env.IDENTITY_ENDPOINT = exchange.identityEndpoint;
    process.env.IDENTITY_HEADER = IDENTITY_HEADER;
    const applications: (string | undefined)[] = [];
    try {
      for (const more of [{}, { clientId: CLIENT_ID }]) {
        const { facts } = await read({ credential: { type: "managedIdentity", ...more } });
        applications.push(facts?.find(({ label }) => label === "application")?.value);
      }
      exchange.entra.silent = true;
      expect(await problemsOf(read({ credential: { type: "managedIdentity" } }))).toEqual(
        problem(
          "exchange-credentials",
          'The identity endpoint of this machine gave no token. It answered 400 with "no such identity".',
          "Run zivsync on a machine of Azure with a managed identity, or prove the application otherwise.",
        ),
      );
    } finally {
      delete process.env.IDENTITY_ENDPOINT;
      delete process.env.IDENTITY_HEADER;
    }
    expect(applications).toEqual(["managed identity", `managed identity ${CLIENT_ID}`]);
    const asked = `identity /msi/token?api-version=2019-08-01&resource=${encodeURIComponent(exchange.origin)}`;
    expect(exchange.entra.proofs).toEqual([asked, `${asked}&client_id=${CLIENT_ID}`, asked]);
  });
});

const PEM_REMEDY =
  'Both are in the one file: "-----BEGIN PRIVATE KEY-----" and "-----BEGIN CERTIFICATE-----". Or name a .pfx file.';
const PFX_REMEDY = "Correct the passphrase, or export the certificate with its private key again.";

describe("what it would refuse is said before", () => {
  test.each([
    [
      "no file",
      certificate("none.pfx"),
      problem(
        "file-not-found",
        "none.pfx is not there.",
        "Correct the name, or put the file there. Its path counts from the folder of the profile.",
      ),
    ],
    [
      "a folder",
      certificate("."),
      problem("file-unreadable", ". cannot be read (EISDIR).", "Look at its kind and its permissions."),
    ],
    [
      "a key alone",
      certificate("key.pem"),
      problem(
        "file-unreadable",
        "key.pem does not hold a certificate and its private key in PEM form, or it has a passphrase, and `passphrase` names none.",
        PEM_REMEDY,
      ),
    ],
    [
      "a locked key",
      certificate("locked.pem"),
      problem(
        "file-unreadable",
        "locked.pem does not hold a certificate and its private key in PEM form, or it has a passphrase, and `passphrase` names none.",
        PEM_REMEDY,
      ),
    ],
    [
      "PKCS#12 with another passphrase",
      certificate("modern.pfx"),
      problem(
        "file-unreadable",
        "modern.pfx is neither PEM nor a PKCS#12 file (.pfx, .p12) that can be opened, or it has a passphrase, and `passphrase` names none.",
        PFX_REMEDY,
      ),
    ],
    [
      "neither",
      certificate("rubbish.pfx", true),
      problem(
        "file-unreadable",
        "rubbish.pfx is neither PEM nor a PKCS#12 file (.pfx, .p12) that can be opened, or its passphrase is another.",
        PFX_REMEDY,
      ),
    ],
    [
      "the key of another",
      certificate("stranger.pem"),
      problem(
        "exchange-credentials",
        "The private key in stranger.pem belongs to none of its certificates (there are 1).",
        "Export certificate and key together.",
      ),
    ],
    [
      "an elliptic curve",
      certificate("curve.pem"),
      problem(
        "exchange-credentials",
        "The key in curve.pem is not an RSA key, and Entra ID takes no other.",
        "Make a certificate with an RSA key of 2,048 bits or more, and add it to the application.",
      ),
    ],
    [
      "an elliptic curve in PKCS#12",
      certificate("curve.pfx"),
      problem(
        "exchange-credentials",
        "The key in curve.pfx is not an RSA key, and Entra ID takes no other.",
        "Make a certificate with an RSA key of 2,048 bits or more, and add it to the application.",
      ),
    ],
  ] satisfies readonly (readonly [string, Credential, readonly Problem[]])[])(
    "%s",
    async (_, credential, problems) => {
      const { reading, exchange } = await readWith(credential);
      expect(await problemsOf(reading)).toEqual(problems);
      expect(exchange.entra.proofs).toEqual([]);
    },
  );

  test("a certificate that has expired", async () => {
    const { reading } = await readWith(certificate("old.pem"));
    expect(await problemsOf(reading)).toEqual([
      {
        code: "exchange-credentials",
        where: WHERE,
        message: expect.stringMatching(
          /^The certificate in old\.pem expired on \d{4}-\d\d-\d\d, and Entra ID would refuse it\.$/,
        ),
        remedy: "Make a new one, add it to the application in Entra ID, and put it there.",
      },
    ]);
  });

  test("GitHub's token outside of GitHub", async () => {
    const github: Credential = {
      type: "github",
      clientId: CLIENT_ID,
      audience: "api://AzureADTokenExchange",
    };
    const { reading } = await readWith(github, { ACTIONS_ID_TOKEN_REQUEST_URL: "" });
    expect(await problemsOf(reading)).toEqual(
      problem(
        "exchange-credentials",
        "ACTIONS_ID_TOKEN_REQUEST_URL is not set, so this is not a GitHub workflow that may have an OIDC token, and `auth` wants one.",
        "Add `permissions: { id-token: write, contents: read }` to the job, or prove the application otherwise.",
      ),
    );
  });
});

const secret: Credential = { type: "secret", clientId: CLIENT_ID, secret: { env: "EXCHANGE_SECRET" } };

describe("what Entra ID refuses", () => {
  test.each([
    [
      "a certificate that it does not know",
      certificate("other.pem"),
      {},
      'Entra ID gave no token: The application does not know this certificate, or the proof made with it is not valid (AADSTS700027). It said "AADSTS700027: The certificate with this identifier is not registered.".',
      "Add the certificate (its public part) to the application in Entra ID, and check the clock of this machine.",
    ],
    [
      "another application",
      { ...secret, clientId: TENANT_ID },
      {},
      `Entra ID gave no token: The tenant knows no application with this client id (AADSTS700016). It said "AADSTS700016: Application with identifier '${TENANT_ID}' was not found.".`,
      "Check `clientId` and `tenant`, and that the application has been added to this tenant.",
    ],
    [
      "no such tenant",
      secret,
      { tenant: "nowhere.example.net" },
      "Entra ID gave no token: There is no such tenant (AADSTS90002). It said \"AADSTS90002: Tenant 'nowhere.example.net' not found.\".",
      "Check `tenant`, and `authority` where the tenant is in a cloud of its own.",
    ],
    [
      "a token that it does not trust",
      { type: "tokenFile", clientId: CLIENT_ID, file: { path: at("key.pem"), shownAs: "token" } },
      {},
      'Entra ID gave no token: The application trusts no token with this subject (AADSTS700213). It said "AADSTS700213: No matching federated identity record found.".',
      "Add a federated credential whose subject is that of this workflow (repository, branch or environment) or service account.",
    ],
  ] satisfies readonly (readonly [string, Credential, Partial<ExchangeOnlineConfig>, string, string])[])(
    "%s",
    async (_, credential, more, message, remedy) => {
      const { reading } = await readWith(credential, {}, more);
      expect(await problemsOf(reading)).toEqual(problem("exchange-credentials", message, remedy));
    },
  );

  test("a secret that it does not know, and shows as it was sent", async () => {
    const staged = await stage(certs, {}, { entra: { ...entra, secret: SECRET, shows: true } });
    const reading = staged.read({ credential: secret }, { EXCHANGE_SECRET: "c@nary secret+of/ours=" });
    expect((await problemsOf(reading)).map(({ message }) => message)).toEqual([
      'Entra ID gave no token: The client secret is wrong (AADSTS7000215). It said "AADSTS7000215: Invalid client secret provided. Sent: client_secret=[secret].".',
    ]);
  });

  test("a token of another tenant than the one that is configured", async () => {
    const other = "11111111-2222-3333-4444-555555555555";
    const staged = await stage(certs, {}, { entra: { ...entra, secret: SECRET, tid: other } });
    expect(await problemsOf(staged.read({ tenant: TENANT_ID }))).toEqual(
      problem(
        "exchange-credentials",
        `The token is for the tenant ${other}, and \`tenant\` says ${TENANT_ID}.`,
        "Correct `tenant`, or use an identity of that tenant.",
      ),
    );
  });

  test("an authority that cannot be reached, and one that is not trusted", async () => {
    const { reading } = await readWith(secret, {}, { authority: "https://localhost:9" });
    expect(await problemsOf(reading)).toEqual(
      problem(
        "exchange-unreachable",
        "localhost:9 could not be reached, or hung up before a whole answer had come (ECONNREFUSED).",
        "Check the network and the proxy settings (HTTPS_PROXY, NO_PROXY), then run zivsync again.",
      ),
    );
    const other = certs.all.untrusted;
    const untrusted = await readWith(secret, {}, { ca: { path: other.certFile, shownAs: "other.pem" } });
    const { host } = new URL(untrusted.exchange.origin);
    expect(await problemsOf(untrusted.reading)).toEqual(
      problem(
        "exchange-tls",
        `No trusted TLS connection to ${host}: its certificate comes from an authority that is not trusted here, or it speaks no TLS 1.2 or newer (UNABLE_TO_VERIFY_LEAF_SIGNATURE). No token was sent.`,
        "If your network inspects TLS, name the file with its CA certificate (PEM) in `caFile`. Verification cannot be switched off.",
      ),
    );
  });
});
