import { execFile } from "node:child_process";
import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { readFileBytes } from "../../file-bytes.ts";
import { environmentForPrograms } from "./programs.ts";

/** A program of Windows that has not ended after this long says nothing. */
const LONGEST_MS = 10_000;
/** Bytes: Windows keeps no larger access list (64 KB), in text of up to four times that. */
const LARGEST_LIST = 1024 * 1024;

/** Groups that a right can be given to, by the short name in SDDL and by the identifier (MS-DTYP 2.4.2.4). */
const MANY: Readonly<Record<string, string>> = {
  WD: "Everyone",
  "S-1-1-0": "Everyone",
  BU: "Users",
  "S-1-5-32-545": "Users",
  AU: "Authenticated Users",
  "S-1-5-11": "Authenticated Users",
  IU: "Interactive",
  "S-1-5-4": "Interactive",
  BG: "Guests",
  "S-1-5-32-546": "Guests",
  AN: "Anonymous",
  "S-1-5-7": "Anonymous",
  DU: "Domain Users",
};

/** Rights that let a file be read (MS-DTYP 2.4.3): all, generic and file. `CC` is the bit of reading data. */
const READS = /^(?:[A-Z]{2})*?(?:GA|GR|FA|FR|CC)/;
const READ_BIT = 0x1n;
const GENERIC_BITS = 0x9000_0000n;

/**
 * The users who may read a file beside the one who runs zivsync and administrators, in words; undefined where nobody may, or where the
 * system does not say. By the modes of Linux and macOS, and by the access list of Windows.
 */
export async function othersWhoRead(path: string): Promise<string | undefined> {
  if (process.platform === "win32") {
    const names = readersIn(await accessList(path));
    return names.length === 0 ? undefined : names.join(", ");
  }
  const found = await stat(path).catch(() => undefined);
  if (found === undefined || (found.mode & 0o004) === 0) return undefined;
  return `every user of this machine, by its mode ${(found.mode & 0o777).toString(8).padStart(4, "0")}`;
}

/** A note for people about a file that zivsync wrote on Windows, where it has the rights of its folder. */
export async function openFileNote(path: string, shown: string): Promise<string | undefined> {
  if (process.platform !== "win32") return undefined;
  const others = await othersWhoRead(path);
  if (others === undefined) return undefined;
  return `${shown} can be read by others (${others}): on Windows it has the rights of its folder. Keep it in a folder that only the account that runs zivsync may read: icacls FOLDER /inheritance:r /grant:r "ACCOUNT:(OI)(CI)F".`;
}

/** The groups that an access list in SDDL lets read, each once and in order. Pure. */
export function readersIn(sddl: string): readonly string[] {
  const [, list = ""] = /D:[A-Z]*((?:\([^)]*\))*)/.exec(sddl) ?? [];
  const names = [...list.matchAll(/\(([^)]*)\)/g)].flatMap(([, entry = ""]) => {
    const [type, flags = "", rights = "", , , sid = ""] = entry.split(";");
    const isOfFile = type === "A" && !flags.includes("IO");
    const name = MANY[sid] ?? (/^S-1-5-21-[\d-]+-513$/.test(sid) ? "Domain Users" : undefined);
    return isOfFile && name !== undefined && mayRead(rights) ? [name] : [];
  });
  return [...new Set(names)];
}

function mayRead(rights: string): boolean {
  if (!/^0x[0-9a-f]+$/i.test(rights)) return READS.test(rights);
  return (BigInt(rights) & (READ_BIT | GENERIC_BITS)) !== 0n;
}

/**
 * The access list of a file in SDDL, which depends on no language, as icacls saves it; nothing where it cannot be had. The program is
 * named by its whole path, so that none of the present folder runs.
 */
async function accessList(path: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "zivsync-access-"));
  try {
    const icacls = join(process.env.SystemRoot ?? "C:\\Windows", "System32", "icacls.exe");
    const saved = join(folder, "access");
    const env = environmentForPrograms(process.env);
    await promisify(execFile)(icacls, [path, "/save", saved], {
      env,
      timeout: LONGEST_MS,
      windowsHide: true,
    });
    return (await readFileBytes(saved, LARGEST_LIST)).toString("utf16le").trim();
  } catch {
    return "";
  } finally {
    await rm(folder, { recursive: true, force: true }).catch(() => undefined);
  }
}
