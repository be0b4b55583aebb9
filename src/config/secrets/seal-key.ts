import type { SecretReader } from "../../model/ports.ts";
import { InputError } from "../../model/values/errors.ts";
import type { Secret, SecretRef } from "../../model/values/secret.ts";

export const LEAST_SEAL_KEY_BYTES = 32;
const WHERE = "organization.yaml: sealKey";

/** Reads the key that plans and state are sealed with. Throws InputError, `seal-key-short` for one that could be guessed. */
export async function readSealKey(ref: SecretRef, readSecret: SecretReader): Promise<Secret> {
  const secret = await readSecret(ref, WHERE);
  const bytes = bytesIn(secret.reveal());
  if (bytes >= LEAST_SEAL_KEY_BYTES) return secret;
  throw new InputError([
    {
      code: "seal-key-short",
      where: WHERE,
      message: `The seal key holds ${bytes} bytes, and ${LEAST_SEAL_KEY_BYTES} are the least (hex counts 2 digits a byte, Base64 4 characters for 3 bytes). A shorter key can be guessed from a plan file, and then plans can be forged.`,
      remedy:
        "Make one with `openssl rand -base64 32` and store it where `sealKey` points, for plan and apply alike. Plans of the old key are made again; a state that the old key sealed is begun again with `zivsync adopt --replace`.",
    },
  ]);
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
