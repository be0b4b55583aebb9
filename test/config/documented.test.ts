import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { loadConfiguration } from "../../src/config/load.ts";

const ORGANIZATION = `apiVersion: zivsync/v1
kind: Organization
target:
  url: https://app.zivver.com/api/scim/v2      # the default
  apiKey: { env: ZIVVER_API_KEY }              # secrets: { env: NAME } or { file: PATH }, never a value
  rateLimit: { requests: 50, seconds: 10 }     # the default
loginMethod: sso                               # sso | password
claimedDomains: [example.org, example.com]
protected: [admin@example.org, "*@board.example.org"]
guards:
  create: { percent: 30 }
  update: { percent: 30 }
  suspend: { percent: 5, count: 100 }
  delete: { percent: 1, count: 10 }
  memberRemoval: { percent: 20, count: 200 }
  accountKey: { percent: 5, count: 50 }
  sourceShrink: { percent: 10 }
approval: { required: 1, forRemovals: 2, selfApproval: false, expires: 24h }
state: { store: git, branch: zivsync-state }
`;

const profile = (kinds: string, source: string) => `apiVersion: zivsync/v1
kind: Profile
name: personal-accounts
description: Staff, from a list
manages:
  kinds: ${kinds}
  include: [{ domain: example.org }]
  exclude: [{ address: admin@example.org }, { domain: partner.example.org }, { divisionUnder: /external }]
aliases: { excludeDomains: [example.onmicrosoft.com], unclaimed: skip }
sources:
  - ${source}
sync:
  personal:   { create: true, update: true, missing: suspend, disabled: suspend, reactivate: true }
  functional: { create: true, update: true, missing: suspend, delegates: true }
`;

const ACCOUNTS = `apiVersion: zivsync/v1
kind: Accounts
personal:
  - { email: j.doe@example.org, fullName: Jane Doe, accountKey: { env: KEY } }
functional:
  - { email: desk@example.org, fullName: Desk, delegates: [j.doe@example.org] }
`;

/** What the schemas and messages propose must be valid as it stands; test/docs does the same with the pages. */
test.each([
  [
    "one workbook, two sheets",
    "[personal]",
    "{ name: hr, type: spreadsheet, file: accounts.xlsx, personal: { sheet: Users }, functional: { sheet: Functional accounts } }",
  ],
  [
    "one workbook, both kinds",
    "[personal, functional]",
    "{ name: hr, type: spreadsheet, file: accounts.xlsx, personal: { sheet: Users }, functional: { sheet: Functional accounts } }",
  ],
  [
    "a file for each kind",
    "[personal, functional]",
    "{ name: hr-csv, type: spreadsheet, personal: { file: users.csv }, functional: { file: shared.csv, map: { email: Mail } } }",
  ],
  ["one kind, one file", "[functional]", "{ name: shared, type: spreadsheet, file: shared.csv }"],
  [
    "accounts declared in Git",
    "[personal]",
    "{ name: exceptions, type: declared, files: ../accounts/*.yaml }",
  ],
  [
    "a map for the whole source",
    "[personal]",
    "{ name: hr, type: spreadsheet, file: users.csv, map: { fullName: Name, accountKey: objectGUID } }",
  ],
])("the documented files are valid: %s", async (_, kinds, source) => {
  const folder = await mkdtemp(join(tmpdir(), "zivsync-documented-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const files = {
    "organization.yaml": ORGANIZATION,
    "profiles/personal.yaml": profile(kinds, source),
    "accounts/exceptions.yaml": ACCOUNTS,
  };
  for (const [file, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, file)), { recursive: true });
    await writeFile(join(folder, file), text);
  }
  const { profiles, approval, expiresMs } = await loadConfiguration(folder);
  expect(profiles.map(({ policy }) => policy.name)).toEqual(["personal-accounts"]);
  expect({ approval, expiresMs }).toEqual({
    approval: { required: 1, forRemovals: 2, selfApproval: false },
    expiresMs: 24 * 3_600_000,
  });
});
