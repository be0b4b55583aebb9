import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  hkdfSync,
  randomBytes,
  timingSafeEqual,
} from "node:crypto";
import type { Change, SealedKey } from "../../model/plan/change.ts";
import type { Plan } from "../../model/plan/plan.ts";
import type { Address } from "../../model/values/address.ts";
import { canonicalJson, canonicalPieces } from "../../model/values/canonical-json.ts";
import { RefusedError } from "../../model/values/errors.ts";
import { Secret } from "../../model/values/secret.ts";

/** Keys that seal plans and state, all derived (HKDF-SHA-256) from one secret: the API key, or `sealKey` where one is configured. */
export type SealKeys = {
  readonly organization: string;
  readonly seal: Buffer;
  readonly accountKeys: Buffer;
  readonly accountKeyDigest: Buffer;
  readonly state: Buffer;
  /** One key a purpose, so that no name of one thing is ever that of another. */
  readonly pseudonyms: { readonly anchor: Buffer; readonly accountKey: Buffer; readonly value: Buffer };
};

const SALT = "zivsync/v1";
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

export function deriveSealKeys(secret: Secret, url: string): SealKeys {
  const derive = (purpose: string) => Buffer.from(hkdfSync("sha256", secret.reveal(), SALT, purpose, 32));
  return {
    organization: derive(`organization ${url}`).subarray(0, 16).toString("hex"),
    seal: derive("plan seal"),
    accountKeys: derive("account keys"),
    accountKeyDigest: derive("account key digest"),
    state: derive("state seal"),
    pseudonyms: {
      anchor: derive("state anchor"),
      accountKey: derive("state account key"),
      value: derive("state value"),
    },
  };
}

export function sha256(text: string): string {
  return `sha256:${createHash("sha256").update(text).digest("hex")}`;
}

/** HMAC over the whole plan but the seal itself. */
export function sealOf(plan: Omit<Plan, "seal">, keys: SealKeys): string {
  const { seal: _, ...rest } = plan as Plan;
  const hmac = createHmac("sha256", keys.seal);
  for (const piece of canonicalPieces(rest)) hmac.update(piece);
  return `hmac-sha256:${hmac.digest("hex")}`;
}

/** Whether the seal is the plan's own. A plan that canonical JSON cannot say (lone surrogates) was never sealed. */
export function isSealed(plan: Plan, keys: SealKeys): boolean {
  try {
    return isSeal(plan.seal, sealOf(plan, keys));
  } catch (error) {
    if (error instanceof TypeError) return false;
    throw error;
  }
}

/** Compares a seal with the right one, in a time that says nothing of where they differ. */
export function isSeal(text: string, right: string): boolean {
  const expected = Buffer.from(right);
  const found = Buffer.from(text);
  return expected.length === found.length && timingSafeEqual(expected, found);
}

/** Names an account key without showing it: equal keys of one account have equal digests under one API key. */
export function accountKeyDigest(address: Address, key: Secret, keys: SealKeys): string {
  return `hmac-sha256:${createHmac("sha256", keys.accountKeyDigest)
    .update(canonicalJson([address, key.reveal()]))
    .digest("hex")}`;
}

/** AES-256-GCM, bound to the account's address and to the plan (its creation time and digest): no ciphertext can be moved. */
export function encryptAccountKey(key: Secret, bound: Binding, keys: SealKeys): string {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv("aes-256-gcm", keys.accountKeys, nonce).setAAD(bindingBytes(bound));
  const text = Buffer.concat([cipher.update(key.reveal(), "utf8"), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), text]).toString("base64");
}

export type Binding = { readonly address: Address; readonly createdAt: string; readonly digest: string };

/** Throws RefusedError `plan-tampered` when the ciphertext was made for another account, plan or key. */
export function decryptAccountKey(sealed: string, bound: Binding, keys: SealKeys): Secret {
  const bytes = Buffer.from(sealed, "base64");
  try {
    const decipher = createDecipheriv("aes-256-gcm", keys.accountKeys, bytes.subarray(0, NONCE_BYTES), {
      authTagLength: TAG_BYTES,
    });
    decipher.setAAD(bindingBytes(bound)).setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
    return new Secret(
      Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES)), decipher.final()]).toString(
        "utf8",
      ),
    );
  } catch {
    throw new RefusedError({
      code: "plan-tampered",
      where: bound.address,
      message:
        "The account key in the plan cannot be decrypted: it was made for another account, another plan or another API key.",
      remedy: "Make a new plan.",
    });
  }
}

function bindingBytes({ address, createdAt, digest }: Binding): Buffer {
  return Buffer.from(canonicalJson([address, createdAt, digest]));
}

/** Changes with their account keys sealed for one plan. */
export function sealChanges(
  changes: readonly Change[],
  keys: SealKeys,
  createdAt: string,
  digest: string,
): Change<SealedKey>[] {
  return mapKeys(changes, (key, address) => ({
    sealed: encryptAccountKey(key, { address, createdAt, digest }, keys),
    digest: accountKeyDigest(address, key, keys),
  }));
}

/** The changes of a verified plan with their account keys in the open, for apply alone. */
export function unsealChanges(plan: Plan, keys: SealKeys): Change[] {
  const { createdAt, digest } = plan;
  return mapKeys(plan.changes, (key, address) =>
    decryptAccountKey(key.sealed, { address, createdAt, digest }, keys),
  );
}

/** The same changes with their account keys held in another way. */
export function mapKeys<A, B>(
  changes: readonly Change<A>[],
  convert: (key: A, address: Address) => B,
): Change<B>[] {
  return changes.map((change) => {
    const { accountKey, ...rest } = "accountKey" in change ? change : { ...change, accountKey: undefined };
    return (
      accountKey === undefined ? rest : { ...rest, accountKey: convert(accountKey, change.address) }
    ) as Change<B>;
  });
}
