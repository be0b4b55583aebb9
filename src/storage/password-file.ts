import { randomInt } from "node:crypto";
import { chmod, rm } from "node:fs/promises";
import { errorCode, readFileBytes } from "../file-bytes.ts";
import type { Address } from "../model/values/address.ts";
import { InputError } from "../model/values/errors.ts";
import { Secret } from "../model/values/secret.ts";
import { retryWhileBusy } from "./files/busy-files.ts";
import { checkFileName } from "./files/file-name.ts";
import { LARGEST_TEXT, reasonOf, refuseSpecial, writeFileAtomically } from "./files/files.ts";
import { continueGrowingFile, createGrowingFile, type GrowingFile } from "./files/growing-file.ts";

/** The knowledge about the account of a line. Every line begins as unknown, so that a crash leaves nothing untrue. */
export type PasswordState = "created" | "unknown";

export type PasswordFile = {
  /** The account's temporary password: the one it has in the file, or a new one. On disc (fsync) when it resolves. */
  issue(address: Address): Promise<Secret>;
  /**
   * Ends with what became of the accounts: a line without a state goes, and without lines the file. Gives how many lines
   * of each state there are. Throws InputError, and then the file is as it was.
   */
  settle(states: ReadonlyMap<string, PasswordState>): Promise<Readonly<Record<PasswordState, number>>>;
};

const HEADER = "Email,Temporary password,State\r\n";
/** Without what is taken for something else when it is read aloud or copied by hand, or by a spreadsheet program. */
const CLASSES = ["abcdefghjkmnpqrstuvwxyz", "ABCDEFGHJKLMNPQRSTUVWXYZ", "23456789", "!#$%*?"] as const;
const ALPHABET = CLASSES.join("");
const LENGTH = 24;

/** A random password of 24 characters, some 140 bits, with letters of both cases, digits and other signs. */
export function createTemporaryPassword(): Secret {
  for (;;) {
    const signs = Array.from({ length: LENGTH }, () => ALPHABET[randomInt(ALPHABET.length)] ?? "");
    const hasAll = CLASSES.every((some) => signs.some((sign) => some.includes(sign)));
    if (hasAll) return new Secret(signs.join(""));
  }
}

/**
 * Makes a file for the temporary passwords of new accounts, which its owner alone may read. A file that is there already is
 * taken only when `resumed`, and when an earlier run for some of the same `addresses` wrote it. Throws InputError.
 */
export async function openPasswordFile(
  path: string,
  { resumed, addresses }: { readonly resumed: boolean; readonly addresses: ReadonlySet<string> },
): Promise<PasswordFile> {
  checkFileName(path);
  await refuseSpecial(path);
  const failed = (error: unknown) => (error instanceof InputError ? error : unwritable(path, error));
  try {
    return passwordFile(path, await createGrowingFile(path, HEADER, failed), new Map());
  } catch (error) {
    if (errorCode(error) !== "EEXIST") throw failed(error);
  }
  const { lines, bytes } = resumed ? await readOwn(path, addresses) : { lines: undefined, bytes: 0 };
  if (lines === undefined) throw alreadyThere(path, resumed);
  try {
    await chmod(path, 0o600);
    return passwordFile(path, await continueGrowingFile(path, bytes, failed), lines);
  } catch (error) {
    throw failed(error);
  }
}

function passwordFile(path: string, file: GrowingFile, lines: Map<string, Secret>): PasswordFile {
  let last: Promise<void> = Promise.resolve();
  return {
    async issue(address) {
      const known = lines.get(address);
      if (known !== undefined) {
        await last;
        return known;
      }
      const password = createTemporaryPassword();
      lines.set(address, password);
      last = file.append(lineOf(address, password, "unknown"));
      await last;
      return password;
    },
    async settle(states) {
      await file.close();
      const kept = [...lines].flatMap(([address, password]) => {
        const state = states.get(address);
        return state === undefined ? [] : [{ state, line: lineOf(address, password, state) }];
      });
      if (kept.length === 0) await remove(path);
      else await writeFileAtomically(path, HEADER + kept.map(({ line }) => line).join(""));
      const created = kept.filter(({ state }) => state === "created").length;
      return { created, unknown: kept.length - created };
    },
  };
}

async function remove(path: string): Promise<void> {
  try {
    await retryWhileBusy(() => rm(path, { force: true }));
  } catch (error) {
    const message = `The file cannot be removed: ${reasonOf(error)}.`;
    throw new InputError({ code: "file-unwritable", where: path, message, remedy: "Remove it by hand." });
  }
}

/** No part can hold a comma or a quote: an address has neither, nor has a password. */
function lineOf(address: string, password: Secret, state: PasswordState): string {
  return `${cellOf(address)},${password.reveal()},${state}\r\n`;
}

/** A spreadsheet program takes a cell that begins like this for a formula. */
function cellOf(address: string): string {
  return /^[=+\-@'\uff1d\uff0b\uff0d\uff20]/.test(address) ? `'${address}` : address;
}

const LINE = new RegExp(`^'?([^,]+),([${ALPHABET}]{${LENGTH}}),(?:created|unknown)$`);

/** The whole lines of a file of ours and the bytes they take; no lines when it is none. A torn last line does not count. */
async function readOwn(path: string, addresses: ReadonlySet<string>) {
  let content: Buffer;
  try {
    content = await readFileBytes(path, LARGEST_TEXT);
  } catch (error) {
    throw new InputError({
      code: "file-unreadable",
      where: path,
      message: `The file cannot be read: ${reasonOf(error)}.`,
    });
  }
  const bytes = content.lastIndexOf("\r\n") + 2;
  const text = content.subarray(0, bytes).toString("utf8");
  const lines = new Map<string, Secret>();
  if (!text.startsWith(HEADER)) return { bytes };
  for (const line of text.slice(HEADER.length).split("\r\n").slice(0, -1)) {
    const [, address = "", password = ""] = LINE.exec(line) ?? [];
    if (!addresses.has(address) || cellOf(address) !== line.slice(0, line.indexOf(","))) return { bytes };
    lines.set(address, new Secret(password));
  }
  return { lines, bytes };
}

function alreadyThere(path: string, resumed: boolean): InputError {
  const why = resumed ? ", and it is none that an earlier run of this plan wrote" : "";
  const message = `There is such a file already${why}. Passwords are never written over anything.`;
  return new InputError({
    code: "file-unwritable",
    where: path,
    message,
    remedy: "Name a file that does not exist.",
  });
}

function unwritable(path: string, error: unknown): InputError {
  const message = `Temporary passwords cannot be written: ${reasonOf(error)}. No account is created without its own on disc.`;
  return new InputError({
    code: "file-unwritable",
    where: path,
    message,
    remedy: "Check the folder and its permissions.",
  });
}
