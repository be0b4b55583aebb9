import { readFileBytes } from "../../file-bytes.ts";
import type { SecretReader } from "../../model/ports.ts";
import type { ErrorCode } from "../../model/values/errors.ts";
import { InputError } from "../../model/values/errors.ts";
import { Secret, type SecretRef } from "../../model/values/secret.ts";
import { checkSecretFile } from "./folders.ts";

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
      throw new InputError([{ code, where, message: `${nameOf(ref)} ${message}`, remedy }]);
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
        "Copy it again, without what stands around it.",
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

function nameOf(ref: SecretRef): string {
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
