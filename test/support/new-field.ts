import { execFile, execFileSync } from "node:child_process";
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";

/*
 * A copy of the program that has a field `department`: what the next person who adds a field has to write, and nothing else.
 */

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

type Patch = (text: string) => string;

/** The files that a new field touches. There are at most eight of them, and more is a finding about the program. */
export const PATCHES: Readonly<Record<string, Patch>> = {
  "src/model/account/fields.ts": before(
    '  accountKey: { holds: "secret"',
    '  department: { holds: "text", label: "department", none: "" },\n',
  ),
  "src/sources/spreadsheet/table/columns.ts": before('  id: ["Id"],', '  department: ["Department"],\n'),
  "src/zivver/scim/text-fields.ts": before(
    '  phone: "phoneNumbers",',
    '  department: { enterprise: "department" },\n',
  ),
  "schemas/profile.schema.json": besidePhone,
  "schemas/accounts.schema.json": besidePhone,
  "schemas/plan.schema.json": besidePhone,
  "schemas/state.schema.json": besidePhone,
  "schemas/output.schema.json": besidePhone,
};

/** The copy, patched except for the file that is left out, in a folder that goes when the test ends. */
export async function copyWithDepartment({ without = "" } = {}): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "zivsync-new-field-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const files = execFileSync("git", ["ls-files", "-z"], { cwd: ROOT, encoding: "utf8" }).split("\0");
  const copied = files.filter((file) => /^(?:src|schemas|scripts)\/|^[^/]+\.json$/.test(file));
  for (const file of copied) await cp(join(ROOT, file), join(folder, file));
  await symlink(join(ROOT, "node_modules"), join(folder, "node_modules"), "dir");
  for (const [file, patch] of Object.entries(PATCHES)) {
    if (file === without) continue;
    const path = join(folder, file);
    await writeFile(path, patch(await readFile(path, "utf8")));
  }
  return folder;
}

export type Ended = { readonly code: number; readonly out: string; readonly err: string };

/** Runs Node in a folder, to the end. */
export function node(
  folder: string,
  words: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<Ended> {
  const env = { PATH: process.env.PATH ?? "", HOME: folder, ...environment };
  return new Promise((resolve) => {
    execFile(process.execPath, words, { cwd: folder, env }, (error, out, err) => {
      const code = error === null ? 0 : typeof error.code === "number" ? error.code : -1;
      resolve({ code, out, err });
    });
  });
}

/** Puts a line before another one, which is there once. */
function before(line: string, added: string): Patch {
  return (text) => {
    const parts = text.split(line);
    if (parts.length !== 2) throw new Error(`"${line}" is there ${parts.length - 1} times`);
    return parts.join(`${added}${line}`);
  };
}

/** A schema that names the new field wherever it names the phone number. */
function besidePhone(text: string): string {
  return JSON.stringify(JSON.parse(text), (_, value: unknown) => {
    if (Array.isArray(value))
      return value.includes("phone") && !value.includes("department") ? [...value, "department"] : value;
    if (typeof value !== "object" || value === null || !("phone" in value) || "department" in value)
      return value;
    return { ...value, department: value.phone };
  });
}
