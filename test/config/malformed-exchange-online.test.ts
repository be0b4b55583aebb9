import { describe, expect, test } from "vitest";
import type { Problem } from "../../src/model/values/errors.ts";
import { load, ORGANIZATION, problemsOf } from "./folder.ts";

const FILE = "profiles/staff.yaml";
const ID = "00000000-0000-0000-0000-000000000000";

type Source = { readonly kinds?: string; readonly source: readonly string[] };
type Case = Source & { readonly name: string; readonly problems: readonly Problem[] };

/** The lines of the source after its name; the type is in line 7 of the file. */
const files = ({ kinds = "[personal, functional]", source }: Source) => ({
  "organization.yaml": ORGANIZATION,
  [FILE]: `apiVersion: zivsync/v1
kind: Profile
name: staff
manages: { kinds: ${kinds}, include: [{ domain: example.org }] }
sources:
  - name: exchange
    type: exchange-online
${source.map((line) => `    ${line}\n`).join("")}`,
});

const TENANT = "tenant: example.onmicrosoft.com";
const AUTH = `auth: { clientId: ${ID}, secret: { env: SECRET } }`;
const shape = (where: string, message: string, remedy: string): Problem => ({
  code: "config-shape",
  where: `${FILE}:${where}`,
  message,
  remedy,
});

const CASES: readonly Case[] = [
  {
    name: "neither tenant nor application",
    source: ["concurrency: 0"],
    problems: [
      shape(
        "6:5",
        "`auth` is missing in entry 1 of `sources`. The application in Entra ID and its credential: a certificate, a secret, a token of GitHub or of another issuer, or the managed identity of the machine.",
        `Add it, for example \`auth: { clientId: ${ID}, certificate: ../exchange.pfx, passphrase: { env: PFX_PASSPHRASE } }\`.`,
      ),
      shape(
        "6:5",
        "`tenant` is missing in entry 1 of `sources`. The tenant of Microsoft 365: its id, or one of its domains.",
        "Add it, for example `tenant: example.onmicrosoft.com`.",
      ),
      shape(
        "8:18",
        "`concurrency` must be at least 1. The number of parallel requests.",
        "Write for example `8`.",
      ),
    ],
  },
  {
    name: "a secret as a value",
    source: [TENANT, `auth: { clientId: ${ID}, secret: canary }`],
    problems: [
      {
        code: "secret-inline",
        where: `${FILE}:9:69`,
        message: "This is a literal secret: anyone who can read the repository can read it.",
        remedy:
          "Write `{ env: NAME }` with the name of an environment variable, or `{ file: PATH }`. If the value was real and has been committed, replace it at its origin.",
      },
    ],
  },
  {
    name: "a secret by a name that no variable has",
    source: [TENANT, `auth: { clientId: ${ID}, secret: { env: canary-1 } }`],
    problems: [
      shape(
        "9:76",
        "A secret must be named by exactly one of `env` and `file`, and `env` by a name of letters, digits and `_`.",
        "Write `{ env: NAME }` with the name of an environment variable, or `{ file: PATH }`.",
      ),
    ],
  },
  {
    name: "two ways",
    source: [TENANT, `auth: { clientId: ${ID}, secret: { env: SECRET }, certificate: ../a.pfx }`],
    problems: [
      shape(
        "9:11",
        "`auth` names `certificate` and `secret`, and zivsync proves itself in one way only.",
        "Keep one of them.",
      ),
    ],
  },
  {
    name: "no way",
    source: [TENANT, `auth: { clientId: ${ID} }`],
    problems: [
      shape(
        "9:11",
        "`auth` names nothing that proves to Entra ID which application zivsync is.",
        "Add one of `certificate`, `secret`, `github`, `tokenFile` and `managedIdentity`, for example `certificate: ../exchange.pfx`.",
      ),
    ],
  },
  {
    name: "no application",
    source: [TENANT, "auth: { github: true }"],
    problems: [
      shape(
        "9:11",
        "`clientId` is missing in `auth`. Entra ID must know which application zivsync is.",
        `Add it, for example \`clientId: ${ID}\`.`,
      ),
    ],
  },
  {
    name: "an application beside the identity of the machine",
    source: [TENANT, `auth: { clientId: ${ID}, managedIdentity: true }`],
    problems: [
      shape(
        "9:13",
        "`clientId` is beside `managedIdentity`, which has a client id of its own.",
        "Write the client id of a user-assigned identity as `managedIdentity: …`, or remove `clientId`.",
      ),
    ],
  },
  {
    name: "a passphrase of nothing",
    source: [TENANT, `auth: { clientId: ${ID}, secret: { env: SECRET }, passphrase: { env: P } }`],
    problems: [
      shape(
        "9:86",
        "`passphrase` has no effect without `certificate`.",
        "Add `certificate`, or remove `passphrase`.",
      ),
    ],
  },
  {
    name: "no managed identity",
    source: [TENANT, "auth: { managedIdentity: false }"],
    problems: [
      shape(
        "9:30",
        "`auth.managedIdentity` cannot be `false`. The identity that Azure gives this machine: `true`, or the client id of a user-assigned one.",
        "Leave the key out.",
      ),
    ],
  },
  {
    name: "addresses that tokens must not go to",
    source: [
      TENANT,
      AUTH,
      "baseUrl: http://127.0.0.1:8080",
      "authority: https://me:canary@login.example.net/x",
    ],
    problems: [
      shape(
        "10:14",
        "`baseUrl` is not encrypted, and anyone who listens could take the token that goes there.",
        "Write for example `https://outlook.office365.com`.",
      ),
      shape(
        "11:16",
        "`authority` is not `https://`, a host and perhaps a port, which is all that it holds.",
        "Write for example `https://login.microsoftonline.com`.",
      ),
    ],
  },
  {
    name: "a path that leads elsewhere",
    source: [TENANT, AUTH, "apiPath: ../elsewhere"],
    problems: [
      shape(
        "10:14",
        "`apiPath` is not written as it must be. The path of the administration service below `baseUrl`.",
        "Write for example `adminapi/beta`.",
      ),
    ],
  },
  {
    name: "hours to wait",
    source: [TENANT, AUTH, "timeout: 31m"],
    problems: [
      shape(
        "10:14",
        "`timeout` is longer than 30 minutes, and zivsync would seem to hang.",
        "Write `30m` or less.",
      ),
    ],
  },
  {
    name: "mailboxes of a kind that is not managed",
    kinds: "[functional]",
    source: [TENANT, AUTH, "mailboxTypes: { personal: [UserMailbox] }"],
    problems: [
      shape(
        "10:21",
        "`mailboxTypes.personal` is set, and the source reads no personal accounts.",
        "Remove it, or add `personal` to `manages.kinds`.",
      ),
    ],
  },
  {
    name: "mailboxes of both kinds",
    source: [TENANT, AUTH, "mailboxTypes: { personal: [UserMailbox, SharedMailbox] }"],
    problems: [
      shape(
        "10:31",
        '`mailboxTypes` makes mailboxes of the type "SharedMailbox" accounts of both kinds, and a mailbox can be only one.',
        "Remove it here, or write `mailboxTypes.functional` without it.",
      ),
    ],
  },
  {
    name: "delegates cannot be mapped",
    source: [TENANT, AUTH, "map: { delegates: GrantSendOnBehalfTo }"],
    problems: [
      {
        code: "unknown-key",
        where: `${FILE}:10:12`,
        message: "`delegates` is not a key of `map`, and what zivsync does not know would have no effect.",
        remedy:
          "Known here: `email`, `fullName`, `aliases`, `accountKey`, `active`, `division`, `phone`, `id`.",
      },
    ],
  },
];

describe("an Exchange Online source that is wrong", () => {
  test.each(CASES)("$name", async ({ problems, ...source }) => {
    expect(await problemsOf(files(source))).toEqual(problems);
  });
});

describe("an Exchange Online source", () => {
  const sourceOf = async (source: Source) => (await load(files(source))).profiles[0]?.sources[0];
  const usual = {
    type: "exchange-online",
    name: "exchange",
    where: `${FILE}:6:5`,
    tenant: "example.onmicrosoft.com",
    baseUrl: "https://outlook.office365.com",
    apiPath: "adminapi/beta",
    authority: "https://login.microsoftonline.com",
    mailboxTypes: { personal: ["UserMailbox"], functional: ["SharedMailbox"] },
    concurrency: 8,
    timeoutMs: 60_000,
    map: {},
  };

  test.each([
    ["a secret", "secret: { env: SECRET }", { type: "secret", secret: { env: "SECRET" } }],
    ["GitHub", "github: true", { type: "github", audience: "api://AzureADTokenExchange" }],
    ["GitHub with an audience", "github: api://Other", { type: "github", audience: "api://Other" }],
    [
      "a file",
      "tokenFile: /run/token",
      { type: "tokenFile", file: { path: "/run/token", shownAs: expect.any(String) } },
    ],
    [
      "a certificate",
      "certificate: ../a.pfx, passphrase: { env: P }",
      {
        type: "certificate",
        certificate: { path: expect.stringMatching(/[/\\]a\.pfx$/), shownAs: "a.pfx" },
        passphrase: { env: "P" },
      },
    ],
  ])("proves itself by %s", async (_, auth, credential) => {
    expect(await sourceOf({ source: [TENANT, `auth: { clientId: ${ID}, ${auth} }`] })).toEqual({
      ...usual,
      credential: { clientId: ID, ...credential },
    });
  });

  test.each([
    ["true", {}],
    [ID, { clientId: ID }],
  ])("proves itself by the identity of the machine: %s", async (value, more) => {
    expect(await sourceOf({ source: [TENANT, `auth: { managedIdentity: ${value} }`] })).toEqual({
      ...usual,
      credential: { type: "managedIdentity", ...more },
    });
  });

  test("takes every setting, and reads the kinds that the profile manages", async () => {
    const source = [
      "tenant: 1F4A0000-0000-0000-0000-00000000000B",
      AUTH,
      "baseUrl: https://Outlook.Office365.us/",
      "apiPath: adminapi/v2.0",
      "authority: https://login.microsoftonline.us",
      "caFile: ../ca.pem",
      "mailboxTypes: { functional: [SharedMailbox, RoomMailbox] }",
      "concurrency: 3",
      "timeout: 2m",
      "map: { fullName: DisplayName }",
    ];
    expect(await sourceOf({ kinds: "[functional]", source })).toEqual({
      ...usual,
      tenant: "1f4a0000-0000-0000-0000-00000000000b",
      credential: { type: "secret", clientId: ID, secret: { env: "SECRET" } },
      baseUrl: "https://outlook.office365.us",
      apiPath: "adminapi/v2.0",
      authority: "https://login.microsoftonline.us",
      ca: { path: expect.stringMatching(/[/\\]ca\.pem$/), shownAs: "ca.pem" },
      mailboxTypes: { functional: ["SharedMailbox", "RoomMailbox"] },
      concurrency: 3,
      timeoutMs: 120_000,
      map: { fullName: "DisplayName" },
    });
  });
});
