import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A certificate and its key: as text, and as files. */
export type KeyPair = {
  readonly cert: string;
  readonly key: string;
  readonly certFile: string;
  readonly keyFile: string;
};

export type Certificates = {
  readonly folder: string;
  readonly ca: KeyPair;
  /** For DNS:localhost and IP:127.0.0.1, from the CA. */
  readonly server: KeyPair;
  /** For CN=svc-zivsync, from the CA. */
  readonly client: KeyPair;
  /** For another host, from the CA. */
  readonly otherHost: KeyPair;
  /** Expired, from the CA. */
  readonly expired: KeyPair;
  /** For localhost, from a CA that nobody knows. */
  readonly untrusted: KeyPair;
  remove(): void;
};

const LOOPBACK = "subjectAltName=DNS:localhost,IP:127.0.0.1";

/** Makes them all by `openssl` in a folder of their own. About 0.2 s. */
export function makeCertificates(altNames = LOOPBACK): Certificates {
  const folder = mkdtempSync(join(tmpdir(), "zivsync-certificates-"));
  const ca = makeAuthority(folder, "ca");
  makeAuthority(folder, "stranger");
  const issue = (name: string, by: string, subject: string, extension: string, days: number) =>
    issueCertificate({ folder, name, by, subject, extension, days });
  return {
    folder,
    ca,
    server: issue("server", "ca", "/CN=localhost", altNames, 30),
    client: issue("client", "ca", "/CN=svc-zivsync", "extendedKeyUsage=clientAuth", 30),
    otherHost: issue("other-host", "ca", "/CN=dc9", "subjectAltName=DNS:dc9.example.org", 30),
    expired: issue("expired", "ca", "/CN=localhost", altNames, -1),
    untrusted: issue("untrusted", "stranger", "/CN=localhost", altNames, 30),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

function makeAuthority(folder: string, name: string): KeyPair {
  const files = filesOf(folder, name);
  openssl([
    ...["req", "-x509", ...newKey(files.keyFile), "-out", files.certFile],
    ...["-subj", `/CN=zivsync test ${name}`, "-days", "30"],
  ]);
  return readPair(files);
}

type Issue = {
  readonly folder: string;
  readonly name: string;
  readonly by: string;
  readonly subject: string;
  readonly extension: string;
  readonly days: number;
};

function issueCertificate({ folder, name, by, subject, extension, days }: Issue): KeyPair {
  const files = filesOf(folder, name);
  const authority = filesOf(folder, by);
  const request = join(folder, `${name}.csr`);
  const extensions = join(folder, `${name}.ext`);
  writeFileSync(extensions, `${extension}\n`);
  openssl(["req", ...newKey(files.keyFile), "-out", request, "-subj", subject]);
  openssl([
    ...["x509", "-req", "-in", request, "-out", files.certFile, "-days", String(days)],
    ...["-CA", authority.certFile, "-CAkey", authority.keyFile, "-CAcreateserial", "-extfile", extensions],
  ]);
  return readPair(files);
}

type Files = { readonly certFile: string; readonly keyFile: string };

function filesOf(folder: string, name: string): Files {
  return { certFile: join(folder, `${name}.pem`), keyFile: join(folder, `${name}.key`) };
}

function newKey(keyFile: string): string[] {
  return ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", keyFile];
}

function readPair(files: Files): KeyPair {
  return { cert: readFileSync(files.certFile, "utf8"), key: readFileSync(files.keyFile, "utf8"), ...files };
}

function openssl(args: readonly string[]): void {
  execFileSync("openssl", args, { stdio: ["ignore", "ignore", "pipe"] });
}
