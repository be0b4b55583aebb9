import { spawn } from "node:child_process";
import { access, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { readFileBytes, succeeds } from "../../file-bytes.ts";
import { InputError } from "../../model/values/errors.ts";
import { LARGEST_TEXT } from "../files/files.ts";
import { environmentForPrograms, findProgram } from "../files/programs.ts";

/** Bytes that a program of OpenSSH may write: a list of all keys of an agent takes some KB. */
export const LARGEST_OUTPUT = 1024 * 1024;
/** Somebody may have to type a passphrase or to touch a key meanwhile. */
export const LONGEST_RUN_MS = 5 * 60_000;

type Bounds = {
  readonly longestMs?: number;
  /** It may ask for a passphrase or a touch: on Windows it then needs the console that the person sees. */
  readonly asks?: boolean;
};

export type Ran = { readonly code: number | null; readonly out: string; readonly err: string };

/**
 * Runs the system's ssh-keygen, without a shell. OpenSSH comes with Linux, macOS and Windows (since 2018), reads every kind
 * of key, agents and security keys included, and is what reviewers can check signatures with by hand; no library does all
 * of that. It asks for a passphrase on the terminal by itself. Throws InputError when it is not there, and when it goes on without end.
 */
export function sshKeygen(words: readonly string[], input: string, bounds: Bounds = {}): Promise<Ran> {
  return run("ssh-keygen", words, input, bounds);
}

/** Asks the agent of OpenSSH. Throws InputError when ssh-add is not there. */
export function sshAdd(words: readonly string[]): Promise<Ran> {
  return run("ssh-add", words, "", {});
}

async function run(
  program: string,
  words: readonly string[],
  input: string,
  { longestMs = LONGEST_RUN_MS, asks = false }: Bounds,
): Promise<Ran> {
  const file = await findProgram(program, process.env);
  if (file === undefined) throw missing(program);
  const env = environmentForPrograms(process.env);
  return new Promise((resolve, reject) => {
    const child = spawn(file, words, { env, stdio: ["pipe", "pipe", "pipe"], windowsHide: !asks });
    const end = (why: string) => {
      child.kill("SIGKILL");
      reject(endless(program, why));
    };
    const deadline = setTimeout(() => end(`has not ended within ${longestMs / 1000} seconds`), longestMs);
    const collect = collector(LARGEST_OUTPUT, () => end("has written more than any answer of it has"));
    const out = collect(child.stdout);
    const err = collect(child.stderr);
    // It may end before it has read its input; what it says then is the reason.
    child.stdin.on("error", () => {});
    child.on("error", () => reject(missing(program)));
    child.on("close", (code) => {
      clearTimeout(deadline);
      resolve({ code, out: out(), err: err() });
    });
    child.stdin.end(input);
  });
}

/** Takes what comes from streams, to `largest` bytes in all; then `beyond` is called. */
function collector(largest: number, beyond: () => void) {
  let left = largest;
  return (stream: Readable): (() => string) => {
    const pieces: Buffer[] = [];
    stream.on("data", (piece: Buffer) => {
      left -= piece.length;
      if (left < 0) beyond();
      else pieces.push(piece);
    });
    return () => Buffer.concat(pieces).toString("utf8");
  };
}

function endless(program: string, why: string): InputError {
  return new InputError({
    code: "approval-tool",
    where: program,
    message: `${program} ${why}, and was stopped.`,
    remedy: "Run it again. If it stays, look at which program of that name is first on the PATH.",
  });
}

function missing(program: string): InputError {
  return new InputError({
    code: "approval-tool",
    where: program,
    message: `Approvals are OpenSSH signatures, and ${program} cannot be started here.`,
    remedy:
      "Install OpenSSH 8.9 or newer (on Windows the optional feature OpenSSH Client), and put it on the PATH.",
  });
}

const USUAL = ["id_ed25519", "id_ecdsa", "id_ed25519_sk", "id_ecdsa_sk"];

/** The person's own key, where ssh looks for it too, in the first of these home folders that has one. Throws InputError. */
export async function defaultKeyFile(homes: readonly string[]): Promise<string> {
  const folders = homes.map((home) => join(home, ".ssh"));
  for (const file of folders.flatMap((folder) => USUAL.map((name) => join(folder, name))))
    if (await succeeds(access(file))) return file;
  throw new InputError({
    code: "approval-key",
    where: folders[0] ?? "~/.ssh",
    message: `There is no key here to sign with (${USUAL.join(", ")}).`,
    remedy:
      "Name one with --key FILE, or use the keys of your agent with --agent. To create one, run `ssh-keygen -t ed25519`, and have its public half added to the file `approvers` of the configuration.",
  });
}

/**
 * Signs with a key that the agent holds and `approvers` lists: `sign` gets the file of its public half, which is gone
 * afterwards. Throws InputError.
 */
export async function agentKeyFile<T>(
  approversFile: string,
  sign: (keyFile: string) => Promise<T>,
): Promise<T> {
  const listed = await sshAdd(["-L"]);
  const approvers = String(await readFileBytes(approversFile, LARGEST_TEXT).catch(() => ""));
  const key = listed.out.split(/\r?\n/).find((line) => {
    const [, blob = ""] = line.trim().split(/\s+/);
    return blob !== "" && approvers.includes(blob);
  });
  if (listed.code !== 0 || key === undefined) {
    throw new InputError({
      code: "approval-key",
      where: "ssh-agent",
      message: "The agent holds no key that is among the approvers.",
      remedy: `Load one with ssh-add, or have your public key added to ${approversFile}.`,
    });
  }
  const folder = await mkdtemp(join(tmpdir(), "zivsync-agent-"));
  try {
    const file = join(folder, "key.pub");
    await writeFile(file, `${key}\n`, { mode: 0o600 });
    return await sign(file);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
