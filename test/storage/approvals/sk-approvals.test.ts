import { createHash, createPublicKey, generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Approval, checkApprovals, NAMESPACE } from "../../../src/storage/approvals/signatures.ts";
import { type Ran, sshKeygen } from "../../../src/storage/approvals/ssh-keygen.ts";
import { type Statement, statementText } from "../../../src/storage/approvals/statement.ts";
import { sha256 } from "../../../src/storage/plan/seal.ts";

/*
 * Signatures of security keys, made by hand as OpenSSH describes them, since a test has no key to touch. PROTOCOL.sshsig
 * says what is signed and how it is armoured; PROTOCOL.u2f, what the key itself puts around it: the hash of the
 * application, a byte of flags (1: somebody touched the key, 4: it asked for a PIN) and a counter.
 */

const APPLICATION = "ssh:";
const TOUCHED = 1;
const PIN = 4;
const DEMAND = {
  digest: sha256("a plan"),
  organization: "0123456789abcdef",
  expiresMs: 3_600_000,
  now: Date.parse("2026-11-23T12:30:00.000Z"),
};
const STATEMENT: Statement = {
  formatVersion: 2,
  digest: DEMAND.digest,
  organization: DEMAND.organization,
  signedAt: "2026-11-23T12:00:00.000Z",
  until: "2026-11-23T13:00:00.000Z",
};
const MESSAGE = statementText(STATEMENT);

const string = (content: string | Buffer): Buffer => {
  const bytes = Buffer.from(content);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
};

/** A number as SSH writes it: no leading zeros, and one zero byte where the first bit would make it negative. */
const mpint = (number: Buffer): Buffer => {
  const first = number.findIndex((byte) => byte !== 0);
  const bare = number.subarray(first);
  return string((bare[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.alloc(1), bare]) : bare);
};

type Token = {
  readonly type: string;
  /** The public key as it is in `.pub` files and signatures. */
  readonly blob: Buffer;
  readonly sign: (message: Buffer) => Buffer;
};

function rawPublic(publicKey: KeyObject): { readonly x: Buffer; readonly y: Buffer } {
  const { x = "", y = "" } = createPublicKey(publicKey.export({ type: "spki", format: "pem" })).export({
    format: "jwk",
  });
  return { x: Buffer.from(x, "base64url"), y: Buffer.from(y, "base64url") };
}

function ed25519(): Token {
  const { publicKey, privateKey } = generateKeyPairSync("ed25519");
  const type = "sk-ssh-ed25519@openssh.com";
  return {
    type,
    blob: Buffer.concat([string(type), string(rawPublic(publicKey).x), string(APPLICATION)]),
    sign: (message) => string(sign(null, message, privateKey)),
  };
}

function ecdsa(): Token {
  const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const type = "sk-ecdsa-sha2-nistp256@openssh.com";
  const { x, y } = rawPublic(publicKey);
  const point = Buffer.concat([Buffer.from([4]), x, y]);
  return {
    type,
    blob: Buffer.concat([string(type), string("nistp256"), string(point), string(APPLICATION)]),
    sign: (message) => {
      const both = sign("sha256", message, { key: privateKey, dsaEncoding: "ieee-p1363" });
      return string(Buffer.concat([mpint(both.subarray(0, 32)), mpint(both.subarray(32))]));
    },
  };
}

type Signing = {
  readonly flags?: number;
  readonly namespace?: string;
  readonly message?: string;
  /** What the key signs as flags, where the signature then says other ones. */
  readonly signedFlags?: number;
};

function signatureOf(token: Token, given: Signing = {}): string {
  const { flags = TOUCHED, namespace = NAMESPACE, message = MESSAGE, signedFlags = flags } = given;
  const magic = Buffer.from("SSHSIG");
  const hash = createHash("sha512").update(message).digest();
  const signed = Buffer.concat([magic, string(namespace), string(""), string("sha512"), string(hash)]);
  const counter = Buffer.from([0, 0, 0, 7]);
  const around = (flag: number) => Buffer.concat([Buffer.from([flag]), counter]);
  const digest = (content: string | Buffer) => createHash("sha256").update(content).digest();
  const raw = token.sign(Buffer.concat([digest(APPLICATION), around(signedFlags), digest(signed)]));
  const signature = Buffer.concat([string(token.type), raw, around(flags)]);
  const version = Buffer.from([0, 0, 0, 1]);
  const whole = [magic, version, ...[token.blob, namespace, "", "sha512", signature].map(string)];
  const lines =
    Buffer.concat(whole)
      .toString("base64")
      .match(/.{1,70}/g) ?? [];
  return ["-----BEGIN SSH SIGNATURE-----", ...lines, "-----END SSH SIGNATURE-----"].join("\n");
}

function fingerprintOf({ blob }: Token): string {
  return `SHA256:${createHash("sha256").update(blob).digest("base64").replace(/=+$/, "")}`;
}

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "zivsync-sk-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const ANN = "ann@example.org";
const OTHER: Approval = {
  invalid: `${ANN} signed something else than the statement before the signature, or for another purpose than plans`,
};
const STRANGER: Approval = { invalid: "its key is not among the approvers, or not valid at this time" };

async function approversOf(token: Token, options = ""): Promise<string> {
  const file = join(folder, "approvers");
  await writeFile(file, `${ANN} ${options}${token.type} ${token.blob.toString("base64")}\n`);
  return file;
}

/** What ssh-keygen by itself says of a signature of Ann's. */
async function verified(signature: string, approvers: string): Promise<Ran> {
  const file = join(folder, "plan.sig");
  await writeFile(file, `${signature}\n`);
  return sshKeygen(["-Y", "verify", "-f", approvers, "-I", ANN, "-n", NAMESPACE, "-s", file], MESSAGE);
}

describe.each([
  ["sk-ssh-ed25519@openssh.com", ed25519],
  ["sk-ecdsa-sha2-nistp256@openssh.com", ecdsa],
])("an approval by a key of the type %s", (_, make) => {
  const token = make();
  const counts: Approval = { principal: ANN, principals: [ANN], key: fingerprintOf(token) };

  test("is one that ssh-keygen itself verifies", async () => {
    const { code, out } = await verified(signatureOf(token), await approversOf(token));
    expect({ code, out }).toEqual({ code: 0, out: expect.stringContaining(fingerprintOf(token)) });
  });

  const table: readonly (Signing & { name: string; options?: string; expect: Approval })[] = [
    { name: "counts when the key was touched", expect: counts },
    { name: "counts when it was touched and asked for a PIN", flags: TOUCHED + PIN, expect: counts },
    {
      name: "does not count where the touch was written in afterwards",
      flags: TOUCHED,
      signedFlags: 0,
      expect: OTHER,
    },
    {
      name: "does not count where it was made for Git",
      namespace: "git",
      expect: OTHER,
    },
    {
      name: "does not count for another statement",
      message: MESSAGE.replace("12:00", "12:15"),
      expect: OTHER,
    },
    {
      name: "counts where its line names the namespace",
      options: `namespaces="${NAMESPACE}" `,
      expect: counts,
    },
    {
      name: "does not count where its line is over",
      options: 'valid-before="20200101Z" ',
      expect: STRANGER,
    },
  ];
  test.each(table)("$name", async ({ name: _name, options, expect: expected, ...given }) => {
    const signature = signatureOf(token, given);
    expect(
      await checkApprovals(DEMAND, [{ statement: STATEMENT, signature }], await approversOf(token, options)),
    ).toEqual([expected]);
  });

  // sshd refuses a login without a touch; `ssh-keygen -Y verify` (9.2) asks for none, and `allowed_signers` has no word
  // for it, so a key made with `no-touch-required` approves without one. What ssh-keygen says is what counts.
  test.each([
    ["without a touch", 0],
    ["with a PIN and no touch", PIN],
  ])("%s counts if and only if ssh-keygen verifies it", async (_case, flags) => {
    const signature = signatureOf(token, { flags });
    const approvers = await approversOf(token);
    const { code } = await verified(signature, approvers);
    expect(await checkApprovals(DEMAND, [{ statement: STATEMENT, signature }], approvers)).toEqual([
      code === 0 ? counts : OTHER,
    ]);
  });

  test("counts once, and not for a key of the same kind that is not an approver's", async () => {
    const signed = [signatureOf(token), signatureOf(token), signatureOf(make())].map((signature) => ({
      statement: STATEMENT,
      signature,
    }));
    expect(await checkApprovals(DEMAND, signed, await approversOf(token))).toEqual([
      counts,
      { invalid: `${ANN} approved it already` },
      STRANGER,
    ]);
  });
});
