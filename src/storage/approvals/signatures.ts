import { appendFile, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { errorCode, readFileBytes } from "../../file-bytes.ts";
import { InputError } from "../../model/values/errors.ts";
import { LARGEST_TEXT, reasonOf } from "../files/files.ts";
import { sshKeygen } from "./ssh-keygen.ts";
import { type Demand, parseStatement, type Statement, statementDoubt, statementText } from "./statement.ts";

/** The purpose of a signature, so that one made for e-mail or Git approves no plan. */
export const NAMESPACE = "zivsync-plan";

/** One signature beside a plan: who made it, or why it does not count. */
export type Approval =
  /** `principals`: every name that the approvers give the key, of which `principal` is the first. One person may have several. */
  | { readonly principal: string; readonly principals: readonly string[]; readonly key: string }
  /** `isOld`: there is no statement with it, as in files of before there were statements. */
  | { readonly invalid: string; readonly isOld?: true };

/** An armoured signature, and the statement on the line before it. */
export type Signed = { readonly statement: Statement | undefined; readonly signature: string };

const BEGIN = "-----BEGIN SSH SIGNATURE-----";
const END = "-----END SSH SIGNATURE-----";

/** Each signature costs two runs of ssh-keygen. More approvers than this sign no plan, and a file may come from anybody. */
export const MOST_SIGNATURES = 50;

/** The signatures of a plan stand beside it. */
export function approvalsPath(planPath: string): string {
  return `${planPath}.approvals`;
}

/** The signatures of a file with their statements, in order; none when there is no file. Throws InputError. */
export async function readApprovals(path: string): Promise<readonly Signed[]> {
  let text: string;
  try {
    text = plainText(await readFileBytes(path, LARGEST_TEXT));
  } catch (error) {
    if (errorCode(error) === "ENOENT") return [];
    throw new InputError({
      code: "file-unreadable",
      where: path,
      message: `The approvals cannot be read: ${reasonOf(error)}.`,
    });
  }
  const signatures = signaturesIn(text, MOST_SIGNATURES + 1);
  if (signatures.length <= MOST_SIGNATURES) return signatures;
  throw new InputError({
    code: "approval-too-many",
    where: path,
    message: `The file holds more than ${MOST_SIGNATURES} signatures, and no more than that are checked.`,
    remedy: "Remove the file, and have the plan signed again.",
  });
}

/**
 * Without the marks, line ends and second bytes (UTF-16) that Windows PowerShell gives what it adds to a file. ssh-keygen takes no such
 * signature. Its check says whether what is left was signed.
 */
function plainText(bytes: Buffer): string {
  return bytes.toString("utf8").replace(/[\0\r\ufeff\ufffd]/g, "");
}

/** Goes over the text once, so that a file of beginnings without an end takes no longer than any other. */
function signaturesIn(text: string, most: number): readonly Signed[] {
  const found: Signed[] = [];
  for (let from = 0; found.length < most; ) {
    const start = text.indexOf(BEGIN, from);
    const end = start === -1 ? -1 : text.indexOf(END, start + BEGIN.length);
    if (end === -1) break;
    const before = text.slice(from, start).trimEnd();
    from = end + END.length;
    const line = before.slice(before.lastIndexOf("\n") + 1).trim();
    found.push({ statement: parseStatement(line), signature: text.slice(start, from) });
  }
  return found;
}

/** Adds a statement and its signature; those that are there stay. Throws InputError. */
export async function appendApproval(path: string, statement: Statement, signature: string): Promise<void> {
  try {
    await appendFile(path, `${statementText(statement)}${signature.trim()}\n`, { mode: 0o600 });
  } catch (error) {
    throw new InputError({
      code: "file-unwritable",
      where: path,
      message: `The approval cannot be written: ${reasonOf(error)}.`,
      remedy: "Check the folder of the plan and its permissions.",
    });
  }
}

/** Signs a statement with a private key, or with a public one whose private half an agent holds. Throws InputError. */
export async function signStatement(statement: Statement, keyFile: string): Promise<string> {
  const { code, out, err } = await sshKeygen(
    ["-Y", "sign", "-n", NAMESPACE, "-f", keyFile],
    statementText(statement),
    { asks: true },
  );
  if (code === 0 && out.includes("BEGIN SSH SIGNATURE")) return out;
  throw new InputError({
    code: "approval-key",
    where: keyFile,
    message: `ssh-keygen could not sign with this key: ${firstLine(err) || `it ended with ${code}`}.`,
    remedy:
      "Give the file of an Ed25519 or ECDSA private key (--key), or load the key into your agent (--agent).",
  });
}

/**
 * Checks each signature against `allowed_signers` (OpenSSH's format; principals, namespaces, valid-after and valid-before
 * are honoured by ssh-keygen itself), and what it signed against the plan and the clock. A key and a principal, in whatever case, count once.
 */
export async function checkApprovals(
  demand: Demand,
  signed: readonly Signed[],
  approversFile: string,
): Promise<readonly Approval[]> {
  const folder = await mkdtemp(join(tmpdir(), "zivsync-approvals-"));
  try {
    const approvers = await plainApprovers(approversFile, folder);
    const names = namesOfKeys(approvers.text);
    const seen = new Set<string>();
    const approvals: Approval[] = [];
    for (const [index, { statement, signature }] of signed.entries()) {
      if (statement === undefined) {
        approvals.push(OLD);
        continue;
      }
      const file = join(folder, `${index}.sig`);
      await writeFile(file, `${signature}\n`, { mode: 0o600 });
      const approval = await checkOne(demand, statement, file, approvers.file);
      approvals.push(once(withNames(approval, names.get(keyIn(signature)) ?? []), seen));
    }
    return approvals;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * The approvers as ssh-keygen reads them: without the byte order mark and the line ends of Windows' editors, which would keep the
 * first key, or every option at the end of a line, from counting. A file that cannot be read is left to ssh-keygen.
 */
async function plainApprovers(
  approversFile: string,
  folder: string,
): Promise<{ readonly file: string; readonly text: string }> {
  const bytes = await readFileBytes(approversFile, LARGEST_TEXT).catch(() => undefined);
  if (bytes === undefined) return { file: approversFile, text: "" };
  // As single bytes, so that whatever else is in it stays as it is.
  const text = bytes
    .toString("latin1")
    .replace(/^\u00ef\u00bb\u00bf/, "")
    .replaceAll("\r\n", "\n");
  const file = join(folder, "approvers");
  await writeFile(file, text, { encoding: "latin1", mode: 0o600 });
  return { file, text };
}

/** Of each key its names on all lines that have it: `find-principals` gives those of the first line. */
function namesOfKeys(approvers: string): ReadonlyMap<string, readonly string[]> {
  const names = new Map<string, readonly string[]>();
  for (const line of approvers.split("\n")) {
    const [, quoted, plain = "", rest = ""] = /^\s*(?:"([^"]*)"|([^#\s]\S*))\s(.*)$/.exec(line) ?? [];
    for (const word of rest.split(/\s+/))
      names.set(word, [...(names.get(word) ?? []), ...(quoted ?? plain).split(",")]);
  }
  return names;
}

/** The public key in an armoured signature (OpenSSH's PROTOCOL.sshsig), as the approvers have it. */
function keyIn(signature: string): string {
  const bytes = Buffer.from(signature.replace(/^-----.*$/gm, ""), "base64");
  const from = "SSHSIG".length + 8;
  return bytes.length < from
    ? ""
    : bytes.subarray(from, from + bytes.readUInt32BE(from - 4)).toString("base64");
}

function withNames(approval: Approval, names: readonly string[]): Approval {
  if ("invalid" in approval) return approval;
  const all = [...approval.principals, ...names].map((name) => name.trim());
  return { ...approval, principals: [...new Set(all)] };
}

/** Why a signature does not count whose key the list of approvers does not have, or has for another time. */
export const NOT_LISTED = "its key is not among the approvers, or not valid at this time";
const OLD: Approval = { invalid: "there is no statement before a signature", isOld: true };

async function checkOne(
  demand: Demand,
  statement: Statement,
  file: string,
  approversFile: string,
): Promise<Approval> {
  const found = await sshKeygen(["-Y", "find-principals", "-s", file, "-f", approversFile], "");
  // One a line, of a list of them too.
  const principals = found.out.split(/\r?\n/).flatMap((line) => line.trim() || []);
  const [principal] = principals;
  if (found.code !== 0 || principal === undefined) return { invalid: NOT_LISTED };
  const words = ["-Y", "verify", "-f", approversFile, "-I", principal, "-n", NAMESPACE, "-s", file];
  const verified = await sshKeygen(words, statementText(statement));
  if (verified.code !== 0)
    return {
      invalid: `${principal} signed something else than the statement before the signature, or for another purpose than plans`,
    };
  const doubt = statementDoubt(statement, demand);
  if (doubt !== undefined) return { invalid: `${principal} ${doubt}` };
  return { principal, principals, key: /\b(SHA256:\S+)/.exec(verified.out)?.[1] ?? principal };
}

function once(approval: Approval, seen: Set<string>): Approval {
  if ("invalid" in approval) return approval;
  const marks = [approval.key, ...approval.principals.map((name) => name.toLowerCase())];
  if (marks.some((mark) => seen.has(mark))) return { invalid: `${approval.principal} approved it already` };
  for (const mark of marks) seen.add(mark);
  return approval;
}

function firstLine(text: string): string {
  return text.trim().split(/\r?\n/)[0]?.trim() ?? "";
}
