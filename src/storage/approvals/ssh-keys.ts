import { access, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readFileBytes } from "../../file-bytes.ts";
import { InputError } from "../../model/values/errors.ts";
import { LARGEST_TEXT } from "../files/files.ts";
import { sshAdd } from "./ssh-keygen.ts";

const USUAL = ["id_ed25519", "id_ecdsa", "id_ed25519_sk", "id_ecdsa_sk"];

/** The person's own key, where ssh looks for it too, in the first of these home folders that has one. Throws InputError. */
export async function defaultKeyFile(homes: readonly string[]): Promise<string> {
  const folders = homes.map((home) => join(home, ".ssh"));
  for (const file of folders.flatMap((folder) => USUAL.map((name) => join(folder, name)))) {
    if (
      await access(file).then(
        () => true,
        () => false,
      )
    )
      return file;
  }
  throw new InputError([
    {
      code: "approval-key",
      where: folders[0] ?? "~/.ssh",
      message: `There is no key here to sign with (${USUAL.join(", ")}).`,
      remedy:
        "Name one with --key FILE, or use the keys of your agent with --agent. To create one, run `ssh-keygen -t ed25519`, and have its public half added to the file `approvers` of the configuration.",
    },
  ]);
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
    throw new InputError([
      {
        code: "approval-key",
        where: "ssh-agent",
        message: "The agent holds no key that is among the approvers.",
        remedy: `Load one with ssh-add, or have your public key added to ${approversFile}.`,
      },
    ]);
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
