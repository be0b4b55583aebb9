import { appendFile, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { InputError } from "../errors.ts";
import { readFileBytes } from "../file-bytes.ts";
import { LARGEST_TEXT, reasonOf } from "./files.ts";
import { sshKeygen } from "./ssh-keygen.ts";

/** What a signature is for, so that one made for e-mail or Git approves no plan. */
export const NAMESPACE = "zivsync-plan";

/** One signature beside a plan: who made it, or why it does not count. */
export type Approval = { readonly principal: string; readonly key: string } | { readonly invalid: string };

const BEGIN = "-----BEGIN SSH SIGNATURE-----";
const END = "-----END SSH SIGNATURE-----";

/** Each signature costs two runs of ssh-keygen. More approvers than this sign no plan, and a file may come from anybody. */
export const MOST_SIGNATURES = 50;

/** The signatures of a plan stand beside it. */
export function approvalsPath(planPath: string): string {
  return `${planPath}.approvals`;
}

/** The armoured signatures of a file, in order; none when there is no file. Throws InputError. */
export async function readApprovals(path: string): Promise<readonly string[]> {
  let text: string;
  try {
    text = (await readFileBytes(path, LARGEST_TEXT)).toString("utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return [];
    throw new InputError([
      { code: "file-unreadable", where: path, message: `The approvals cannot be read: ${reasonOf(error)}.` },
    ]);
  }
  const signatures = signaturesIn(text, MOST_SIGNATURES + 1);
  if (signatures.length <= MOST_SIGNATURES) return signatures;
  throw new InputError([
    {
      code: "file-unreadable",
      where: path,
      message: `The file holds more than ${MOST_SIGNATURES} signatures, and no more than that are checked.`,
      remedy: "Remove the file, and have the plan signed again.",
    },
  ]);
}

/** Goes over the text once, so that a file of beginnings without an end takes no longer than any other. */
function signaturesIn(text: string, most: number): readonly string[] {
  const found: string[] = [];
  for (let from = 0; found.length < most; ) {
    const start = text.indexOf(BEGIN, from);
    const end = start === -1 ? -1 : text.indexOf(END, start);
    if (end === -1) break;
    from = end + END.length;
    found.push(text.slice(start, from));
  }
  return found;
}

/** Adds one armoured signature; those that are there stay. Throws InputError. */
export async function appendApproval(path: string, signature: string): Promise<void> {
  try {
    await appendFile(path, `${signature.trim()}\n`, { mode: 0o600 });
  } catch (error) {
    throw new InputError([
      {
        code: "file-unwritable",
        where: path,
        message: `The approval cannot be written: ${reasonOf(error)}.`,
        remedy: "Check the folder of the plan and its permissions.",
      },
    ]);
  }
}

/** Signs a plan's digest with a private key, or with a public one whose private half an agent holds. Throws InputError. */
export async function signDigest(digest: string, keyFile: string): Promise<string> {
  const { code, out, err } = await sshKeygen(
    ["-Y", "sign", "-n", NAMESPACE, "-f", keyFile],
    messageOf(digest),
  );
  if (code === 0 && out.includes("BEGIN SSH SIGNATURE")) return out;
  throw new InputError([
    {
      code: "approval-key",
      where: keyFile,
      message: `ssh-keygen could not sign with this key: ${firstLine(err) || `it ended with ${code}`}.`,
      remedy:
        "Give the file of an Ed25519 or ECDSA private key (--key), or load the key into your agent (--agent).",
    },
  ]);
}

/**
 * Checks each signature against `allowed_signers` (OpenSSH's format; principals, namespaces, valid-after and valid-before
 * are honoured by ssh-keygen itself). A key and a principal count once each.
 */
export async function checkApprovals(
  digest: string,
  signatures: readonly string[],
  approversFile: string,
): Promise<readonly Approval[]> {
  const folder = await mkdtemp(join(tmpdir(), "zivsync-approvals-"));
  try {
    const seen = new Set<string>();
    const approvals: Approval[] = [];
    for (const [index, signature] of signatures.entries()) {
      const file = join(folder, `${index}.sig`);
      await writeFile(file, `${signature}\n`, { mode: 0o600 });
      approvals.push(once(await checkOne(digest, file, approversFile), seen));
    }
    return approvals;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function checkOne(digest: string, file: string, approversFile: string): Promise<Approval> {
  const found = await sshKeygen(["-Y", "find-principals", "-s", file, "-f", approversFile], "");
  const principal = firstLine(found.out);
  if (found.code !== 0 || principal === "")
    return { invalid: "its key is not among the approvers, or not valid at this time" };
  const words = ["-Y", "verify", "-f", approversFile, "-I", principal, "-n", NAMESPACE, "-s", file];
  const verified = await sshKeygen(words, messageOf(digest));
  if (verified.code !== 0)
    return {
      invalid: `${principal} signed another plan, or for another purpose than plans`,
    };
  return { principal, key: /\b(SHA256:\S+)/.exec(verified.out)?.[1] ?? principal };
}

function once(approval: Approval, seen: Set<string>): Approval {
  if ("invalid" in approval) return approval;
  if (seen.has(approval.principal) || seen.has(approval.key))
    return { invalid: `${approval.principal} approved it already` };
  seen.add(approval.principal).add(approval.key);
  return approval;
}

/** What is signed: the digest and a line break, as `echo` prints it. */
function messageOf(digest: string): string {
  return `${digest}\n`;
}

function firstLine(text: string): string {
  return text.trim().split(/\r?\n/)[0]?.trim() ?? "";
}
