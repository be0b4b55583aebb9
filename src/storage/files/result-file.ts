import { open, stat } from "node:fs/promises";
import { InputError } from "../../model/values/errors.ts";
import { writeFileAtomically } from "./files.ts";

/** Bytes in which each of these shows what it is. */
const BEGINNING = 4096;

/** The files that zivsync or its people work from, by how they begin. A mistyped name must not cost the only copy of one. */
const KEPT = [
  { what: "the state", begins: /^\{[^\n]*"type":"state"/ },
  { what: "the journal of an apply", begins: /^\{"type":"begin"/ },
  { what: "a plan", begins: /^\{"applicable":/ },
  { what: "a file of signatures", begins: /^-----BEGIN SSH SIGNATURE-----/m },
  { what: "a file of the configuration", begins: /^apiVersion: *["']?zivsync\//m },
] as const;

/**
 * Writes a result to the file that a person named. Throws InputError, also where that file is one that zivsync works from. `replaced`: what
 * the result looks like itself, as the one before it.
 */
export async function writeResultFile(
  path: string,
  content: string | Uint8Array,
  replaced?: "a plan",
): Promise<void> {
  await refuseToReplaceKept(path, replaced);
  await writeFileAtomically(path, content);
}

/** Throws InputError where the file is one that zivsync works from; a plan takes the place of a plan. */
export async function refuseToReplaceKept(path: string, replaced?: "a plan"): Promise<void> {
  const text = await beginningOf(path);
  const found = KEPT.find(({ begins }) => begins.test(text));
  if (found === undefined || found.what === replaced) return;
  throw new InputError({
    code: "usage",
    where: path,
    message: `This is ${found.what}, and it would be lost: what is written takes the place of the file.`,
    remedy: "Name another file.",
  });
}

/** Nothing where it cannot be read: to write it then fails by itself. */
async function beginningOf(path: string): Promise<string> {
  try {
    // A pipe would be waited for.
    if (!(await stat(path)).isFile()) return "";
    const file = await open(path, "r");
    try {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(BEGINNING), 0, BEGINNING, 0);
      return buffer.toString("utf8", 0, bytesRead).replace(/^\ufeff/, "");
    } finally {
      await file.close();
    }
  } catch {
    return "";
  }
}
