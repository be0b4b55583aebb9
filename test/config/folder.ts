import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { loadConfiguration } from "../../src/config/load.ts";
import type { Configuration } from "../../src/config/organization/configuration.ts";
import { type Problem, ZivsyncError } from "../../src/model/values/errors.ts";

export type Files = Readonly<Record<string, string | Uint8Array>>;

export const ORGANIZATION = `apiVersion: zivsync/v1
kind: Organization
target:
  apiKey: { env: ZIVVER_API_KEY }
claimedDomains: [example.org, example.com]
`;

export const PROFILE = `apiVersion: zivsync/v1
kind: Profile
name: staff
manages:
  kinds: [personal]
  include: [{ domain: example.org }]
sources:
  - { name: hr, type: spreadsheet, file: ../users.csv }
`;

export const ACCOUNTS = `apiVersion: zivsync/v1
kind: Accounts
personal:
  - { email: j.doe@example.org, fullName: Jane Doe }
`;

/** Runs `use` on a folder that holds these files and nothing else. */
export async function withFolder<T>(files: Files, use: (directory: string) => Promise<T>): Promise<T> {
  const directory = mkdtempSync(join(tmpdir(), "zivsync-config-"));
  try {
    for (const [name, content] of Object.entries(files)) {
      mkdirSync(dirname(join(directory, name)), { recursive: true });
      writeFileSync(join(directory, name), content);
    }
    return await use(directory);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

export function load(files: Files): Promise<Configuration> {
  return withFolder(files, loadConfiguration);
}

/** The problems that loading these files ends in; an error of any other class is thrown on. */
export async function problemsOf(files: Files): Promise<readonly Problem[]> {
  try {
    await load(files);
    return [];
  } catch (error) {
    if (error instanceof ZivsyncError) return error.problems;
    throw error;
  }
}

/** A case of a table: one of the valid files above with `from` replaced by `to`. */
export type Case = {
  readonly name: string;
  readonly from: string;
  readonly to: string;
  readonly problems: readonly Problem[];
};

/** The valid files with one of them changed. Throws when there is nothing to change, as such a case would test nothing. */
export function changed(file: "organization" | "profile" | "accounts", from: string, to: string): Files {
  const files = { organization: ORGANIZATION, profile: PROFILE, accounts: ACCOUNTS };
  if (!files[file].includes(from)) throw new Error(`not in ${file}: ${from}`);
  const now = { ...files, [file]: files[file].replace(from, () => to) };
  return {
    "organization.yaml": now.organization,
    "profiles/staff.yaml": now.profile,
    "accounts/extra.yaml": now.accounts,
  };
}
