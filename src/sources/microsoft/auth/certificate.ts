import { createPrivateKey, type KeyObject, X509Certificate } from "node:crypto";
import { readFileBytes } from "../../../file-bytes.ts";
import type { NamedFile } from "../../../model/source-config/named-file.ts";
import { InputError } from "../../../model/values/errors.ts";
import { Secret } from "../../../model/values/secret.ts";
import { type Owner, problemOf, type Words } from "../errors/failure.ts";

/** A certificate and its private key, read and checked. */
export type ClientCertificate = {
  readonly privateKey: Secret;
  /** SHA-256 of the certificate, hexadecimal. */
  readonly thumbprint: string;
  readonly pem: string;
};

export const LARGEST_FILE = 1024 * 1024;
const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;
const KEY = /-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----[\s\S]+?-----END [A-Z0-9 ]*PRIVATE KEY-----/;

/** Reads a certificate with its key, PEM or PKCS#12. Throws InputError for whatever Entra ID would refuse. */
export async function readClientCertificate(
  file: NamedFile,
  passphrase: Secret | undefined,
  owner: Owner,
  now: number,
): Promise<ClientCertificate> {
  const fail = (words: Words): never => {
    throw new InputError(problemOf(words, owner));
  };
  const bytes = await readBytes(file, fail);
  const isPem = bytes.includes("-----BEGIN ");
  const opened = isPem
    ? openPem(bytes.toString("utf8"), passphrase?.reveal())
    : await openPfx(bytes, passphrase?.reveal() ?? "");
  if (opened === undefined) return fail(unopened(file, isPem, passphrase !== undefined));
  const { key, certificates } = opened;
  if (key.asymmetricKeyType !== "rsa") {
    return fail({
      code: "credentials",
      message: `The key in ${file.shownAs} is not an RSA key, and Entra ID takes no other.`,
      remedy: "Make a certificate with an RSA key of 2,048 bits or more, and add it to the application.",
    });
  }
  const certificate = certificates.find((one) => one.checkPrivateKey(key));
  if (certificate === undefined) {
    return fail({
      code: "credentials",
      message: `The private key in ${file.shownAs} belongs to none of its certificates (there are ${certificates.length}).`,
      remedy: "Export certificate and key together.",
    });
  }
  if (Date.parse(certificate.validTo) < now) {
    return fail({
      code: "credentials",
      message: `The certificate in ${file.shownAs} expired on ${new Date(certificate.validTo).toISOString().slice(0, 10)}, and Entra ID would refuse it.`,
      remedy: "Make a new one, add it to the application in Entra ID, and put it there.",
    });
  }
  return {
    privateKey: new Secret(key.export({ type: "pkcs8", format: "pem" }).toString()),
    thumbprint: certificate.fingerprint256.replaceAll(":", "").toLowerCase(),
    pem: certificate.toString(),
  };
}

async function readBytes(file: NamedFile, fail: (words: Words) => never): Promise<Buffer> {
  try {
    return await readFileBytes(file.path, LARGEST_FILE);
  } catch (error) {
    const code = error instanceof RangeError ? "EFBIG" : ((error as NodeJS.ErrnoException).code ?? "unknown");
    if (code === "ENOENT" || code === "ENOTDIR") {
      return fail({
        code: "file-not-found",
        message: `${file.shownAs} is not there.`,
        remedy: "Correct the name, or put the file there. Its path counts from the folder of the profile.",
      });
    }
    return fail({
      code: "file-unreadable",
      message: `${file.shownAs} cannot be read (${code}).`,
      remedy: "Look at its kind and its permissions.",
    });
  }
}

type Opened = { readonly key: KeyObject; readonly certificates: readonly X509Certificate[] };

function openPem(text: string, passphrase: string | undefined): Opened | undefined {
  const pem = KEY.exec(text)?.[0];
  const blocks = text.match(CERTIFICATE) ?? [];
  if (pem === undefined || blocks.length === 0) return undefined;
  try {
    const key = createPrivateKey({ key: pem, ...(passphrase === undefined ? {} : { passphrase }) });
    return { key, certificates: blocks.map((block) => new X509Certificate(block)) };
  } catch {
    return undefined;
  }
}

async function openPfx(bytes: Buffer, passphrase: string): Promise<Opened | undefined> {
  const { openPkcs12 } = await import("./pkcs12.ts");
  try {
    const { key, certificates } = openPkcs12(bytes, passphrase);
    return { key: createPrivateKey(key), certificates: certificates.map((one) => new X509Certificate(one)) };
  } catch {
    return undefined;
  }
}

function unopened({ shownAs }: NamedFile, isPem: boolean, withPassphrase: boolean): Words {
  const passphrase = withPassphrase
    ? "its passphrase is another"
    : "it has a passphrase, and `passphrase` names none";
  return isPem
    ? {
        code: "file-unreadable",
        message: `${shownAs} does not hold a certificate and its private key in PEM form, or ${passphrase}.`,
        remedy:
          'Both are in the one file: "-----BEGIN PRIVATE KEY-----" and "-----BEGIN CERTIFICATE-----". Or name a .pfx file.',
      }
    : {
        code: "file-unreadable",
        message: `${shownAs} is neither PEM nor a PKCS#12 file (.pfx, .p12) that can be opened, or ${passphrase}.`,
        remedy: "Correct the passphrase, or export the certificate with its private key again.",
      };
}
