import { spawn } from "node:child_process";
import { InputError } from "../errors.ts";
import { environmentForPrograms, findProgram } from "./programs.ts";

export type Ran = { readonly code: number | null; readonly out: string; readonly err: string };

/**
 * Runs the system's ssh-keygen, without a shell. OpenSSH comes with Linux, macOS and Windows (since 2018), reads every kind
 * of key, agents and security keys included, and is what reviewers can check signatures with by hand; no library does all
 * of that. It asks for a passphrase on the terminal by itself. Throws InputError when it is not there.
 */
export function sshKeygen(words: readonly string[], input: string): Promise<Ran> {
  return run("ssh-keygen", words, input);
}

/** Asks the agent of OpenSSH. Throws InputError when ssh-add is not there. */
export function sshAdd(words: readonly string[]): Promise<Ran> {
  return run("ssh-add", words, "");
}

async function run(program: string, words: readonly string[], input: string): Promise<Ran> {
  const file = await findProgram(program, process.env);
  if (file === undefined) throw missing(program);
  const env = environmentForPrograms(process.env);
  return new Promise((resolve, reject) => {
    const child = spawn(file, words, { env, stdio: ["pipe", "pipe", "pipe"], windowsHide: true });
    let out = "";
    let err = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      out += text;
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      err += text;
    });
    // It may end before it has read its input; what it says then tells why.
    child.stdin.on("error", () => {});
    child.on("error", () => reject(missing(program)));
    child.on("close", (code) => resolve({ code, out, err }));
    child.stdin.end(input);
  });
}

function missing(program: string): InputError {
  return new InputError([
    {
      code: "approval-tool",
      where: program,
      message: `Approvals are OpenSSH signatures, and ${program} cannot be started here.`,
      remedy:
        "Install OpenSSH 8.9 or newer (on Windows the optional feature OpenSSH Client), and put it on the PATH.",
    },
  ]);
}
