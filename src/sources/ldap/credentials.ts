import { X509Certificate } from "node:crypto";
import { createSecureContext, type SecureContextOptions } from "node:tls";
import { readFileBytes } from "../../file-bytes.ts";
import type { SecretReader } from "../../model/ports.ts";
import type { DirectoryBind, DirectoryConfig } from "../../model/source-config/directory.ts";
import type { NamedFile } from "../../model/source-config/named-file.ts";
import { InputError, type Problem } from "../../model/values/errors.ts";
import type { Secret } from "../../model/values/secret.ts";

/** The proof of our identity, read and checked. */
export type Proof =
  | { readonly type: "anonymous" }
  | { readonly type: "simple"; readonly user: string; readonly password: Secret }
  | { readonly type: "certificate" };

export type Credentials = { readonly proof: Proof; readonly tls: SecureContextOptions };

/** Bytes of a file of certificates: all authorities of a system take less than one MB. */
export const LARGEST_FILE = 16 * 1024 * 1024;
/** RFC 4513 section 5.1.2: a bind without a password succeeds, and is nobody's. */
const EMPTY_PASSWORD = {
  code: "secret-empty",
  message: "The password in bind is empty, and a directory takes that for an anonymous bind.",
  remedy: "Put the password of the account there, or leave bind out.",
} as const;
const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/** Reads the password or the client certificate, and the trusted certificates. Throws InputError with all problems. */
export async function readCredentials(
  config: Pick<DirectoryConfig, "where" | "bind" | "ca">,
  readSecret: SecretReader,
): Promise<Credentials> {
  const { where, bind, ca } = config;
  const [trusted, proven] = await Promise.allSettled([
    ca ? readCertificates(ca, where) : undefined,
    readProof(bind, where, readSecret),
  ]);
  const failures = [trusted, proven].flatMap((outcome) =>
    outcome.status === "rejected" ? [outcome.reason] : [],
  );
  const unexpected = failures.find((failure) => !(failure instanceof InputError));
  if (unexpected !== undefined) throw unexpected;
  if (trusted.status === "rejected" || proven.status === "rejected") {
    throw new InputError(failures.flatMap((failure: InputError) => failure.problems));
  }
  const tls = { ...(trusted.value ? { ca: trusted.value } : {}), ...proven.value.tls };
  return { proof: proven.value.proof, tls };
}

async function readProof(
  bind: DirectoryBind | undefined,
  where: string,
  readSecret: SecretReader,
): Promise<Credentials> {
  if (bind === undefined) return { proof: { type: "anonymous" }, tls: {} };
  if (bind.type === "simple") {
    const password = await readSecret(bind.password, where);
    if (password.reveal() === "") throw problem(where, EMPTY_PASSWORD);
    return { proof: { type: "simple", user: bind.user, password }, tls: {} };
  }
  const chain = await readCertificates(bind.certificate, where);
  const key = await readSecret(bind.key, where);
  const passphrase = bind.passphrase ? await readSecret(bind.passphrase, where) : undefined;
  const tls = {
    cert: chain.join("\n"),
    key: key.reveal(),
    ...(passphrase ? { passphrase: passphrase.reveal() } : {}),
  };
  checkPair(tls, bind.certificate, where);
  return { proof: { type: "certificate" }, tls };
}

/** The certificates (PEM) of a file, each checked. Throws InputError. */
export async function readCertificates(file: NamedFile, where: string): Promise<string[]> {
  const blocks = (await readText(file, where)).match(CERTIFICATE) ?? [];
  if (blocks.length === 0) {
    throw problem(where, {
      code: "file-unreadable",
      message: `${file.shownAs} holds no certificate in PEM form ("-----BEGIN CERTIFICATE-----").`,
      remedy:
        "Export it as Base-64 encoded X.509, or convert it: openssl x509 -inform der -in FILE -out FILE.pem",
    });
  }
  for (const [index, block] of blocks.entries()) {
    if (isCertificate(block)) continue;
    throw problem(where, {
      code: "file-unreadable",
      message: `Certificate ${index + 1} of ${blocks.length} in ${file.shownAs} is damaged.`,
      remedy: "Export it again.",
    });
  }
  return blocks;
}

function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).fingerprint256 !== "";
  } catch {
    return false;
  }
}

/** Says offline what a handshake would only hint at. */
function checkPair(tls: SecureContextOptions, certificate: NamedFile, where: string): void {
  try {
    createSecureContext(tls);
  } catch (error) {
    const { code = "", message } = error as NodeJS.ErrnoException;
    const mismatch = /KEY_VALUES_MISMATCH|key values mismatch/.test(`${code} ${message}`);
    throw problem(where, {
      code: "file-unreadable",
      message: mismatch
        ? `The key in bind.key does not belong to the certificate ${certificate.shownAs}.`
        : "The key in bind.key cannot be read: it is not a private key in PEM form, or the passphrase is wrong or missing.",
      remedy: mismatch
        ? "Name the key that the certificate was made with; the certificate itself is first in its file."
        : 'It begins with "-----BEGIN PRIVATE KEY-----" or the like. A key with a passphrase needs bind.passphrase.',
    });
  }
}

async function readText(file: NamedFile, where: string): Promise<string> {
  try {
    return (await readFileBytes(file.path, LARGEST_FILE)).toString("utf8");
  } catch (error) {
    const code = error instanceof RangeError ? "EFBIG" : ((error as NodeJS.ErrnoException).code ?? "unknown");
    throw problem(
      where,
      code === "ENOENT"
        ? {
            code: "file-not-found",
            message: `${file.shownAs} is not there.`,
            remedy:
              "Correct the name, or put the file there. Its path counts from the folder of the profile.",
          }
        : {
            code: "file-unreadable",
            message: `${file.shownAs} cannot be read (${code}).`,
            remedy: "Look at its kind and its permissions.",
          },
    );
  }
}

function problem(where: string, words: Omit<Problem, "where">): InputError {
  return new InputError({ where, ...words });
}
