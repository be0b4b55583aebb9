import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { findProfiles, findSource, loadConfiguration } from "../../src/config/load.ts";
import type { Configuration } from "../../src/config/organization/configuration.ts";
import { DEFAULT_GUARDS } from "../../src/model/plan/default-guards.ts";
import type { SyncPolicy } from "../../src/model/plan/policy.ts";
import { InputError } from "../../src/model/values/errors.ts";
import { ACCOUNTS, type Files, load, ORGANIZATION, PROFILE, problemsOf, withFolder } from "./folder.ts";

const FULL: Files = {
  "organization.yaml": `# yaml-language-server: $schema=../schemas/organization.schema.json
apiVersion: zivsync/v1
kind: Organization
target:
  url: https://app.zivver.com/api/scim/v2/
  apiKey: { file: ../key }
  apiKeyEncoding: base64
  rateLimit: { requests: 25, seconds: 5 }
loginMethod: password
defaultPhoneRegion: nl
claimedDomains: [Example.ORG, bücher.example.org]
protected: [Admin@Example.org, "*@BÜCHER.example.org"]
guards: { suspend: { count: 3 }, create: off }
approval: { required: 1, forRemovals: 2, selfApproval: true, expires: 90m }
state: { store: git, branch: zivsync-state }
sealKey: { env: SEAL_KEY }
`,
  "profiles/b.yml": PROFILE.replace("staff", "b-staff"),
  "profiles/a.yaml": `apiVersion: zivsync/v1
kind: Profile
name: a-desk
description: Front desks
manages:
  kinds: [functional]
  include: [{ domain: EXAMPLE.org }, { address: "*@Bücher.example.org", divisionUnder: /desk }]
  exclude: [{ fullName: "Test *" }]
aliases: { excludeDomains: "Example.net; example.com,", unclaimed: error }
division: { byDomain: { EXAMPLE.org: /head-office } }
sources:
  - name: hr
    type: spreadsheet
    file: ../data/all.xlsx
    map: { email: Mail, fullName: Name }
    personal: { sheet: Users, map: { email: Address } }
    functional: { sheet: Desks, file: /data/desks.xlsx }
  - { name: extra, type: declared, files: ["../accounts/*.yaml", ../accounts/a.yaml] }
sync:
  functional: { missing: delete, delegates: false }
`,
  "accounts/b.yaml": ACCOUNTS,
  "accounts/a.yaml": `apiVersion: zivsync/v1
kind: Accounts
functional:
  - email: desk@example.org
    delegates: []
    accountKey: { file: keys/desk }
`,
};

test("every key of every file arrives, canonical, with defaults for what is left out", async () => {
  const { configuration, directory } = await withFolder(FULL, async (folder) => ({
    directory: folder,
    configuration: await loadConfiguration(folder),
  }));
  const sync: SyncPolicy = {
    create: true,
    update: true,
    missing: "suspend",
    disabled: "suspend",
    reactivate: true,
    delegates: true,
  };
  const expected: Configuration = {
    directory,
    target: {
      url: "https://app.zivver.com/api/scim/v2",
      apiKey: { file: join(directory, "..", "key") },
      apiKeyWhere: "organization.yaml:6:11",
      apiKeyEncoding: "base64",
    },
    sealKey: { env: "SEAL_KEY" },
    notify: [],
    alertAfterMs: 259_200_000,
    state: { store: "git", branch: "zivsync-state" },
    defaultPhoneRegion: "NL",
    expiresMs: 5_400_000,
    approval: { required: 1, forRemovals: 2, selfApproval: true },
    policy: {
      loginMethod: "password",
      claimedDomains: ["example.org", "xn--bcher-kva.example.org"],
      protected: ["admin@example.org", "*@xn--bcher-kva.example.org"],
      guards: { ...DEFAULT_GUARDS, suspend: { count: 3, few: 3 }, create: "off" },
      rateLimit: { requests: 25, seconds: 5 },
    },
    profiles: [
      {
        file: "profiles/a.yaml",
        description: "Front desks",
        policy: {
          name: "a-desk",
          manages: {
            kinds: ["functional"],
            include: [
              { domain: "example.org" },
              { address: "*@xn--bcher-kva.example.org", divisionUnder: "/desk" },
            ],
            exclude: [{ fullName: "Test *" }],
          },
          aliases: { excludeDomains: ["example.net", "example.com"], unclaimed: "error" },
          division: { byDomain: { "example.org": "/head-office" } },
          sync: {
            personal: sync,
            functional: { ...sync, missing: "delete", delegates: false },
          },
        },
        sources: [
          {
            type: "spreadsheet",
            name: "hr",
            personal: {
              path: join(directory, "data/all.xlsx"),
              shownAs: "data/all.xlsx",
              sheet: "Users",
              map: { email: "Address", fullName: "Name" },
            },
            functional: {
              path: "/data/desks.xlsx",
              shownAs: expect.stringMatching(/^(\.\.\/)+data\/desks\.xlsx$/),
              sheet: "Desks",
              map: { email: "Mail", fullName: "Name" },
            },
          },
          {
            type: "declared",
            name: "extra",
            accounts: [
              {
                kind: "functional",
                where: "accounts/a.yaml:4:5",
                email: "desk@example.org",
                delegates: [],
                accountKey: { file: join(directory, "accounts/keys/desk") },
              },
              {
                kind: "personal",
                where: "accounts/b.yaml:4:5",
                email: "j.doe@example.org",
                fullName: "Jane Doe",
              },
            ],
          },
        ],
      },
      {
        file: "profiles/b.yml",
        policy: {
          name: "b-staff",
          manages: { kinds: ["personal"], include: [{ domain: "example.org" }], exclude: [] },
          aliases: { excludeDomains: [], unclaimed: "skip" },
          sync: {
            personal: sync,
            functional: sync,
          },
        },
        sources: [
          {
            type: "spreadsheet",
            name: "hr",
            personal: { path: join(directory, "users.csv"), shownAs: "users.csv", map: {} },
          },
        ],
      },
    ],
    digest: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
  };
  expect(configuration).toEqual(expected);
});

test("the least that can be written gets the documented defaults", async () => {
  const configuration = await load({ "organization.yaml": ORGANIZATION });
  expect(configuration).toMatchObject({
    target: { url: "https://app.zivver.com/api/scim/v2", apiKeyEncoding: "as-copied" },
    expiresMs: 86_400_000,
    policy: {
      loginMethod: "sso",
      protected: [],
      guards: DEFAULT_GUARDS,
      rateLimit: { requests: 50, seconds: 10 },
    },
    profiles: [],
  });
  expect(Object.keys(configuration)).not.toContain("approval");
  expect(Object.keys(configuration)).not.toContain("sealKey");
});

describe("protected", () => {
  test.each([
    ["left out", "", { protected: [], protectsNobody: true }],
    ["an empty list", "protected: []\n", { protected: [], protectsNobody: true }],
    ["none", "protected: none\n", { protected: [] }],
    ["a list", "protected: [admin@example.org]\n", { protected: ["admin@example.org"] }],
  ])("%s", async (_, line, expected) => {
    const { policy } = await load({ "organization.yaml": `${ORGANIZATION}${line}` });
    const { protected: patterns, protectsNobody } = policy;
    expect({ protected: patterns, ...(protectsNobody === undefined ? {} : { protectsNobody }) }).toEqual(
      expected,
    );
  });
});

describe("the limit for few accounts, where a guard is written without it", () => {
  test.each([
    ["percent", "suspend: { percent: 10 }", { suspend: { percent: 10, few: 3 } }],
    ["a lower count", "delete: { count: 0 }", { delete: { count: 0, few: 0 } }],
    ["nothing at all is allowed", "suspend: { percent: 0 }", { suspend: { percent: 0, few: 0 } }],
    ["its own", "suspend: { percent: 10, few: 5 }", { suspend: { percent: 10, few: 5 } }],
    ["a guard that has none", "create: { percent: 10 }", { create: { percent: 10 } }],
    ["off", "suspend: off", { suspend: "off" }],
  ])("%s", async (_, guard, expected) => {
    const { policy } = await load({ "organization.yaml": `${ORGANIZATION}guards: { ${guard} }\n` });
    expect(policy.guards).toEqual({ ...DEFAULT_GUARDS, ...expected });
  });
});

test("approval with some keys left out asks for one approval, by someone else", async () => {
  const { approval } = await load({
    "organization.yaml": `${ORGANIZATION}approval: { selfApproval: false }\n`,
  });
  expect(approval).toEqual({ required: 1, forRemovals: 1, selfApproval: false });
});

test("approval on GitHub names the environment", async () => {
  const { approval } = await load({
    "organization.yaml": `${ORGANIZATION}approval: { github: { environment: zivver-production } }\n`,
  });
  expect(approval).toEqual({
    required: 1,
    forRemovals: 1,
    selfApproval: false,
    github: { environment: "zivver-production" },
  });
});

test("how long a plan holds, alone, asks for no approval", async () => {
  const { approval, expiresMs } = await load({
    "organization.yaml": `${ORGANIZATION}approval: { expires: 7d }\n`,
  });
  expect({ approval, expiresMs }).toEqual({ approval: undefined, expiresMs: 7 * 24 * 3_600_000 });
});

describe("the digest", () => {
  const base = { "organization.yaml": ORGANIZATION, "profiles/a.yaml": PROFILE };
  const digest = async (files: Files) => (await load(files)).digest;
  test("does not depend on comments, layout and the order of keys", async () => {
    const laidOut = `# a comment\n${ORGANIZATION.replace("[example.org, example.com]", "\n  - example.org\n  - example.com")}`;
    expect(await digest({ ...base, "organization.yaml": laidOut })).toBe(await digest(base));
  });
  test("depends on every value, on every file and on their names", async () => {
    const others = [
      { ...base, "organization.yaml": `${ORGANIZATION}loginMethod: sso\n` },
      { ...base, "accounts/a.yaml": ACCOUNTS },
      { "organization.yaml": ORGANIZATION, "profiles/b.yaml": PROFILE },
    ];
    const digests = await Promise.all([base, ...others].map(digest));
    expect(new Set(digests).size).toBe(4);
  });
});

describe("finding what a command names", () => {
  const loaded = load(FULL);
  test("a source is found in every profile that has one of that name", async () => {
    const found = findSource(await loaded, "hr");
    expect(found.map(({ profile, source }) => `${profile.policy.name}/${source.name}`)).toEqual([
      "a-desk/hr",
      "b-staff/hr",
    ]);
  });
  test("a source or profiles that are not there", async () => {
    const configuration = await loaded;
    const fail = (act: () => unknown) => {
      try {
        return act();
      } catch (error) {
        return error instanceof InputError ? error.problems : error;
      }
    };
    expect(fail(() => findSource(configuration, "extras"))).toEqual([
      {
        code: "unknown-source",
        message: 'No profile has a source named "extras".',
        remedy: "Did you mean `extra`?",
      },
    ]);
    expect(fail(() => findProfiles(configuration, ["a-desc", "b-staff", "zzz"]))).toEqual([
      {
        code: "unknown-profile",
        message: 'There is no profile named "a-desc".',
        remedy: "Did you mean `a-desk`?",
      },
      {
        code: "unknown-profile",
        message: 'There is no profile named "zzz".',
        remedy: "The profiles are `a-desk`, `b-staff`.",
      },
    ]);
  });
  test("no names are all profiles; names are each found once", async () => {
    const configuration = await loaded;
    expect(findProfiles(configuration, [])).toEqual(configuration.profiles);
    expect(findProfiles(configuration, ["b-staff", "b-staff"]).map(({ file }) => file)).toEqual([
      "profiles/b.yml",
    ]);
  });
});

test("problems of all files come at once, in order of file, line and column", async () => {
  const problems = await problemsOf({
    "organization.yaml": `${ORGANIZATION}x: 1\ny: 2\n`,
    "profiles/a.yaml": "a: [",
    "profiles/b.yaml": PROFILE.replace("name: staff", "name: [staff]"),
    "accounts/a.yaml": ACCOUNTS.replace("j.doe@", "j.doe"),
    "profiles/README.md": "not read",
  });
  expect(problems.map(({ code, where }) => `${where} ${code}`)).toEqual([
    "accounts/a.yaml:4:14 address-invalid",
    "organization.yaml:6:1 unknown-key",
    "organization.yaml:7:1 unknown-key",
    "profiles/a.yaml:1:5 yaml-syntax",
    "profiles/b.yaml:3:7 config-shape",
  ]);
});
