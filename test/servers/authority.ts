import { execFile } from "node:child_process";
import { chmod, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

const openssl = async (...words: readonly string[]) => {
  await promisify(execFile)("openssl", words);
};
const EC = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-sha256"];
const DAYS = ["-days", "30"];

/** Paths of a certificate and its key (PEM). */
export type Certificate = { readonly certificate: string; readonly key: string };

export type Authority = {
  /** Path of the certificate (PEM) to trust. */
  readonly ca: string;
  issue(name: string, extensions: readonly string[]): Promise<Certificate>;
};

/** A certificate authority made for one server, in its folder. */
export async function createAuthority(folder: string): Promise<Authority> {
  const ca = join(folder, "ca.pem");
  const caKey = join(folder, "ca.key");
  const subject = "/O=zivsync trial/CN=Trial CA";
  await openssl("req", "-x509", ...EC, ...DAYS, "-keyout", caKey, "-out", ca, "-subj", subject);
  return {
    ca,
    async issue(name, extensions) {
      const certificate = join(folder, `${name}.pem`);
      const key = join(folder, `${name}.key`);
      const request = join(folder, `${name}.csr`);
      const file = join(folder, `${name}.ext`);
      await writeFile(file, `${extensions.join("\n")}\n`);
      await openssl("req", ...EC, "-keyout", key, "-out", request, "-subj", `/O=zivsync trial/CN=${name}`);
      const from = ["-CA", ca, "-CAkey", caKey, "-CAcreateserial"];
      await openssl("x509", "-req", "-in", request, ...from, ...DAYS, "-extfile", file, "-out", certificate);
      await chmod(key, 0o600);
      return { certificate, key };
    },
  };
}

/** What a server on these loopback addresses needs. */
export function serverExtensions(addresses: readonly string[]): readonly string[] {
  const names = ["DNS:localhost", ...addresses.map((address) => `IP:${address}`)];
  return [`subjectAltName=${names.join(",")}`, "extendedKeyUsage=serverAuth"];
}

export const CLIENT_EXTENSIONS = ["extendedKeyUsage=clientAuth"];
