import { resolve } from "node:path";
import type { Configuration } from "../../config/organization/configuration.ts";
import { creationsOf } from "../../engine/apply/accounts/creations.ts";
import type { ApplyPorts } from "../../engine/apply/ports.ts";
import type { Change } from "../../model/plan/change.ts";
import { InputError, ZivsyncError } from "../../model/values/errors.ts";
import { openFileNote } from "../../storage/files/access.ts";
import { readJournalEntries } from "../../storage/journal.ts";
import { openPasswordFile, type PasswordFile } from "../../storage/password-file.ts";
import { isOpenToGit } from "../shared/git.ts";
import type { CommandIo } from "../shared/io.ts";

/** Passwords for the accounts that an apply creates; `finish` leaves those that are in force in the file, and says so. */
export type TemporaryPasswords = {
  readonly ports: Pick<ApplyPorts, "temporaryPassword">;
  finish(): Promise<void>;
};

/** Throws InputError where people have no passwords; says it where new accounts would get none. */
export function checkPasswordOption(
  file: string | undefined,
  { policy }: Configuration,
  changes: readonly Change[],
  io: CommandIo,
): void {
  if (policy.loginMethod === "sso") {
    if (file !== undefined) throw notWithSso();
    return;
  }
  const count = newcomers(changes).length;
  if (file !== undefined || count === 0) return;
  const who = count === 1 ? "The new account gets" : `The ${count} new accounts get`;
  io.note(
    `${who} no temporary password from zivsync. With --temporary-passwords FILE each gets one, which is written to FILE.`,
  );
}

/** Opens the file for the passwords of the accounts that a plan creates, new or begun by an earlier run. Throws InputError. */
export async function openTemporaryPasswords(
  file: string | undefined,
  changes: readonly Change[],
  journal: { readonly path: string; readonly resumed: boolean },
  io: CommandIo,
): Promise<TemporaryPasswords> {
  const addresses = newcomers(changes).map(({ address }) => address);
  if (file === undefined || addresses.length === 0) return { ports: {}, finish: async () => {} };
  const path = resolve(file);
  const passwords = await openPasswordFile(path, {
    resumed: journal.resumed,
    addresses: new Set(addresses),
  });
  if (await isOpenToGit(path))
    io.note(`${file} is for passwords, and Git does not ignore it: see that nobody commits it.`);
  const note = await openFileNote(path, file);
  if (note !== undefined) io.note(note);
  return {
    ports: { temporaryPassword: passwords.issue },
    finish: async () => io.note(await finishFile(passwords, file, journal.path)),
  };
}

/** Takes the passwords of accounts that were not created out of the file; the result is the last message to the person. */
async function finishFile(passwords: PasswordFile, file: string, journal: string): Promise<string> {
  try {
    const { created, unknown } = await passwords.settle(creationsOf(await readJournalEntries(journal)));
    const count = created + unknown;
    if (count === 0) return `No account was created, so there is no temporary password; ${file} is gone.`;
    const doubt =
      unknown === 0
        ? ""
        : ` Of ${unknown} it is unknown whether the password is in force; they are marked "unknown".`;
    const [what, them] =
      count === 1 ? ["1 temporary password is", "it"] : [`${count} temporary passwords are`, "them"];
    return `${what} in ${file}.${doubt} Hand ${them} over, then delete the file.`;
  } catch (error) {
    if (!(error instanceof ZivsyncError)) throw error;
    return `${file} holds temporary passwords, also of accounts that were not created: ${error.message}`;
  }
}

function newcomers(changes: readonly Change[]): readonly Change[] {
  return changes.filter(({ action, kind }) => action === "create" && kind === "personal");
}

function notWithSso(): InputError {
  return new InputError({
    code: "usage",
    where: "--temporary-passwords",
    message:
      "People of this organisation log in by single sign-on (`loginMethod: sso` in organization.yaml), so they have no password in Zivver.",
    remedy: "Leave the option out.",
  });
}
