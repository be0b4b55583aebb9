import { open, rm } from "node:fs/promises";
import { errorCode } from "../../file-bytes.ts";
import { KINDS, type Kind } from "../../model/account/kind.ts";
import { InputError } from "../../model/values/errors.ts";
import { asObject, parseJson } from "../../model/values/json.ts";
import { readTextFile, writeFileAtomically } from "../files/files.ts";
import { LARGEST_REPORT } from "./report-file.ts";

/** The accounts that a run may have left in the organisation: kept on disc from before its first creation until all is deleted. */
export type CleanUpFile = {
  readonly formatVersion: 1;
  readonly url: string;
  readonly domain: string;
  /** In the address of every account of the run. */
  readonly token: string;
  /** The time when this was written, as a date and time. */
  readonly at: string;
  /** Creations that were not answered. */
  readonly pending: readonly { readonly kind: Kind; readonly address: string }[];
  readonly accounts: readonly { readonly kind: Kind; readonly id: string }[];
};

/** `conformance.json` → `conformance.clean-up.json`. */
export function cleanUpPath(report: string): string {
  return `${report.replace(/\.json$/i, "")}.clean-up.json`;
}

/** Throws InputError where an earlier run has left such a file: what that run made would be forgotten. */
export async function createCleanUpFile(path: string, content: CleanUpFile): Promise<void> {
  try {
    const file = await open(path, "wx", 0o600);
    await file.close();
  } catch (error) {
    if (errorCode(error) !== "EEXIST") return writeCleanUpFile(path, content);
    throw new InputError({
      code: "conformance-file",
      where: path,
      message: "An earlier run was not ended, and its accounts may still be there.",
      remedy: `Run \`zivsync conformance --clean-up ${path}\` first.`,
    });
  }
  await writeCleanUpFile(path, content);
}

export function writeCleanUpFile(path: string, content: CleanUpFile): Promise<void> {
  return writeFileAtomically(path, `${JSON.stringify(content, null, 2)}\n`);
}

/** Reads what a run has left. An empty file is of a run that had not begun. Throws InputError. */
export async function readCleanUpFile(path: string): Promise<CleanUpFile | undefined> {
  const text = await readTextFile(path, LARGEST_REPORT);
  if (text === "") return undefined;
  const data = asObject(parseJson(text.replace(/^\ufeff/, "")));
  if (data === undefined || !isCleanUpFile(data)) {
    throw new InputError({
      code: "conformance-file",
      where: path,
      message: "This is not what `zivsync conformance` keeps of its accounts.",
      remedy: "Give the file that ends in .clean-up.json, unchanged.",
    });
  }
  return data;
}

export async function removeCleanUpFile(path: string): Promise<void> {
  await rm(path, { force: true });
}

function isCleanUpFile(data: unknown): data is CleanUpFile {
  const file = asObject(data) ?? {};
  const { accounts, pending } = file;
  return (
    file.formatVersion === 1 &&
    typeof file.url === "string" &&
    typeof file.domain === "string" &&
    typeof file.token === "string" &&
    /^[0-9a-f]{10,}$/.test(file.token) &&
    typeof file.at === "string" &&
    !Number.isNaN(Date.parse(file.at)) &&
    Array.isArray(pending) &&
    pending.every((one) => isNamedBy(one, "address")) &&
    Array.isArray(accounts) &&
    accounts.every((one) => isNamedBy(one, "id"))
  );
}

function isNamedBy(value: unknown, name: "address" | "id"): boolean {
  const object = asObject(value) ?? {};
  return KINDS.some((kind) => kind === object.kind) && typeof object[name] === "string";
}
