import { realpath } from "node:fs/promises";
import { homedir } from "node:os";
import { delimiter, resolve } from "node:path";
import { isBelow, readFileBytes } from "../../file-bytes.ts";
import type { SecretReader } from "../../model/ports.ts";
import { type ErrorCode, InputError } from "../../model/values/errors.ts";
import { Secret, type SecretRef } from "../../model/values/secret.ts";

export const LONGEST_BYTES = 64 * 1024;
const PRIVATE_KEY = /-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----\r?\n[\s\S]*\n-----END [A-Z0-9 ]*PRIVATE KEY-----$/;

/**
 * Reads secrets from these environment variables and from files (UTF-8; one line break at the end does not count). Files
 * that `others` refer to are not read: a link must not lead one's reader to another's secret. Throws InputError with
 * `secret-missing`, `secret-empty`, `secret-white-space`, `secret-folder` or `secret-shared`; no message holds any of the value.
 */
export function createSecretReader(
  environment: NodeJS.ProcessEnv,
  others: readonly SecretRef[] = [],
): SecretReader {
  return async (ref, where) => {
    if ("file" in ref) await checkSecretFile(ref.file, where, environment, others);
    const fail = (code: ErrorCode, message: string, remedy: string): never => {
      throw new InputError({ code, where, message: `${secretInWords(ref)} ${message}`, remedy });
    };
    const value = "env" in ref ? environment[ref.env] : await readSecretFile(ref.file, fail);
    if (value === undefined) {
      return fail(
        "secret-missing",
        "is not set, and a secret is read from it.",
        "Set it, and run zivsync again.",
      );
    }
    if (value === "")
      return fail("secret-empty", "is empty, and a secret is read from it.", "Put the value there.");
    if (value !== value.trim()) {
      return fail(
        "secret-white-space",
        "begins or ends with white space. A secret that was pasted often carries a space, and is refused with it.",
        "Copy it again, without what is around it.",
      );
    }
    // A private key is the one secret of several lines.
    const line = PRIVATE_KEY.test(value) ? value.replace(/\r?\n/g, "") : value;
    if (/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(line)) {
      return fail(
        "secret-white-space",
        "holds a line break or a character that cannot be seen, and no secret does.",
        "Copy it again, as one line.",
      );
    }
    return new Secret(value);
  };
}

/** How messages name the place of a secret. */
export function secretInWords(ref: SecretRef): string {
  return "env" in ref ? `The environment variable ${ref.env}` : `The file ${ref.file}`;
}

type Fail = (code: ErrorCode, message: string, remedy: string) => never;

async function readSecretFile(path: string, fail: Fail): Promise<string> {
  // Never more than the limit: the path may lead to a device without an end.
  const bytes = await readFileBytes(path, LONGEST_BYTES).catch((error: NodeJS.ErrnoException) => {
    if (error instanceof RangeError)
      return fail(
        "file-unreadable",
        "is larger than 64 KB, and so is not a secret.",
        "Name the file that holds the secret.",
      );
    return error.code === "ENOENT"
      ? fail(
          "secret-missing",
          "is not there, and a secret is read from it.",
          "Make it, or name another file.",
        )
      : fail(
          "file-unreadable",
          `cannot be read (${error.code ?? error.name}).`,
          "Look at its kind and its permissions.",
        );
  });
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return text.replace(/\r?\n$/, "");
  } catch {
    return fail("file-unreadable", "is not UTF-8 text.", "Save it as UTF-8.");
  }
}

/**
 * Checks that a secret may be read from this file. Links are followed first. Not from the user's `.ssh`, nor from outside the folders in
 * `ZIVSYNC_SECRET_FOLDERS` where that is set (divided as PATH is), nor from a file that `others` refer to. Throws InputError.
 */
async function checkSecretFile(
  path: string,
  where: string,
  environment: NodeJS.ProcessEnv,
  others: readonly SecretRef[],
): Promise<void> {
  const fail = (code: ErrorCode, message: string, remedy: string): never => {
    throw new InputError({ code, where, message: `The file ${path} ${message}`, remedy });
  };
  const file = await real(path);
  for (const home of [...homeFolders(environment), ...homeOfSystem(homedir)]) {
    if (isBelow(file, await real(resolve(home, ".ssh"))))
      fail(
        "secret-folder",
        "lies in the .ssh folder of the user, whose keys open other machines and are never sent to a source.",
        "Store the secret of this source in a file of its own, outside of .ssh.",
      );
  }
  const folders = (environment.ZIVSYNC_SECRET_FOLDERS ?? "").split(delimiter).filter((name) => name !== "");
  const allowed = await Promise.all(folders.map((folder) => real(resolve(folder))));
  if (allowed.length > 0 && !allowed.some((folder) => isBelow(file, folder)))
    fail(
      "secret-folder",
      `lies outside of the folders that ZIVSYNC_SECRET_FOLDERS names (${folders.join(", ")}), and secrets are read from those alone.`,
      "Put the secret into one of these folders, or add its folder to ZIVSYNC_SECRET_FOLDERS where zivsync runs.",
    );
  for (const other of others) {
    if ("file" in other && (await real(other.file)) === file)
      fail(
        "secret-shared",
        "holds the key of Zivver or of the seal, and a source would send it elsewhere.",
        "Give the source a secret of its own.",
      );
  }
}

/** The user's own folders, as the environment has them, otherwise as the system knows them. */
export function homeFolders(
  { HOME, USERPROFILE }: NodeJS.ProcessEnv,
  ofSystem: () => string = homedir,
): readonly string[] {
  const given = [HOME ?? "", USERPROFILE ?? ""].filter((home) => home !== "");
  return given.length > 0 ? given : homeOfSystem(ofSystem);
}

/** None of a user who is a number alone, as containers have them. */
function homeOfSystem(ofSystem: () => string): readonly string[] {
  try {
    return [ofSystem()];
  } catch {
    return [];
  }
}

/** The path without links; one that does not exist stays as it is, and reading it fails by itself. */
async function real(path: string): Promise<string> {
  return realpath(path).catch(() => path);
}

export const LEAST_SEAL_KEY_BYTES = 32;
const WHERE = "organization.yaml: sealKey";

/** Reads the key that plans and state are sealed with. Throws InputError, `seal-key-short` for one that could be guessed. */
export async function readSealKey(ref: SecretRef, readSecret: SecretReader): Promise<Secret> {
  const secret = await readSecret(ref, WHERE);
  const bytes = bytesIn(secret.reveal());
  if (bytes >= LEAST_SEAL_KEY_BYTES) return secret;
  throw new InputError({
    code: "seal-key-short",
    where: WHERE,
    message: `The seal key holds ${bytes} bytes, and ${LEAST_SEAL_KEY_BYTES} are the least (hex counts 2 digits a byte, Base64 4 characters for 3 bytes). A shorter key can be guessed from a plan file, and then plans can be forged.`,
    remedy:
      "Make one with `openssl rand -base64 32` and store it where `sealKey` points, for plan and apply alike. Plans of the old key are made again; a state that the old key sealed is begun again with `zivsync adopt --replace`.",
  });
}

/** The same for those who want to know whether a key that is at hand will do; a key that is not here is not a problem. */
export async function checkSealKey(ref: SecretRef, readSecret: SecretReader): Promise<void> {
  try {
    await readSealKey(ref, readSecret);
  } catch (error) {
    const isMissing = error instanceof InputError && error.problems[0]?.code === "secret-missing";
    if (!isMissing) throw error;
  }
}

/** By the reading that gives the fewest: text that may be hex or Base64 holds no more than what it encodes. */
function bytesIn(text: string): number {
  if (/^[0-9a-f]+$/i.test(text)) return Math.floor(text.length / 2);
  const digits = text.replace(/={1,2}$/, "");
  if (/^[A-Za-z0-9+/_-]+$/.test(digits)) return Math.floor((digits.length * 3) / 4);
  return Buffer.byteLength(text);
}
