import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { describe, expect, test } from "vitest";
import { createSecretReader } from "../../../src/config/secrets/secrets.ts";
import { ZivsyncError } from "../../../src/model/values/errors.ts";
import type { SecretRef } from "../../../src/model/values/secret.ts";
import { ACCOUNTS, ORGANIZATION, problemsOf, withFolder } from "../folder.ts";

/** A profile that reads one directory with this bind; `more` adds keys of the source. */
const directory = (name: string, bind: string, more = "urls: ldaps://dc1.example.org") =>
  `apiVersion: zivsync/v1
kind: Profile
name: ${name}
manages: { kinds: [personal], include: [{ address: "${name}*@example.org" }] }
sources:
  - name: ad-${name}
    type: active-directory
    ${more}
    bind: ${bind}
`;
const PASSWORD = (ref: string) => `{ user: "svc@example.org", password: ${ref} }`;
const OWN =
  "Give each its own secret. Two sources may share one only where both log on to the same servers as the same user.";

describe("a configuration that would send a secret elsewhere is refused", () => {
  const RESERVED = [
    "GITHUB_TOKEN",
    "github_token",
    "GH_TOKEN",
    "ACTIONS_ID_TOKEN_REQUEST_TOKEN",
    "ACTIONS_RUNTIME_TOKEN",
    "ZIVVER_API_KEY_NORTH",
    "ZIVSYNC_SEAL_KEY",
    "NPM_TOKEN",
  ];
  test.each(RESERVED)("%s as the password of a directory", async (name) => {
    expect(
      await problemsOf({
        "organization.yaml": ORGANIZATION,
        "profiles/a.yaml": directory("a", PASSWORD(`{ env: ${name} }`)),
      }),
    ).toEqual([
      {
        code: "secret-reserved",
        where: "profiles/a.yaml:9:48",
        message: `The environment variable ${name} belongs to Zivver, zivsync or the workflow, and the source ad-a would send it elsewhere.`,
        remedy: "Store this secret under a name of its own, such as AD_PASSWORD, and write that name here.",
      },
    ]);
  });

  test("Zivver's key, in another case of letters, also when it has another name", async () => {
    for (const [key, asked] of [
      ["ZIVVER_API_KEY", "zivver_api_key"],
      ["TARGET_SECRET", "TARGET_SECRET"],
    ] as const) {
      expect(
        await problemsOf({
          "organization.yaml": ORGANIZATION.replace("ZIVVER_API_KEY", key),
          "profiles/a.yaml": directory("a", PASSWORD(`{ env: ${asked} }`)),
        }),
      ).toEqual([
        {
          code: "secret-shared",
          where: "profiles/a.yaml:9:48",
          message: `The environment variable ${asked} holds the secret of Zivver (organization.yaml:4:11), and the source ad-a would send it elsewhere.`,
          remedy: OWN,
        },
      ]);
    }
  });

  const SHARED: readonly (readonly [name: string, organization: string, files: Record<string, string>])[] = [
    [
      "the seal's key",
      "sealKey: { env: SEAL }\n",
      { "profiles/a.yaml": directory("a", PASSWORD("{ env: SEAL }")) },
    ],
    ["the seal's key that is Zivver's", "sealKey: { env: ZIVVER_API_KEY }\n", {}],
    [
      "a file under two spellings",
      "sealKey: { file: ../keys/seal }\n",
      { "profiles/a.yaml": directory("a", PASSWORD("{ file: ../x/../../keys/seal }")) },
    ],
    [
      "the password of a directory, for another server",
      "",
      {
        "profiles/a.yaml": directory("a", PASSWORD("{ env: AD }")),
        "profiles/b.yaml": directory("b", PASSWORD("{ env: AD }"), "urls: ldaps://elsewhere.example.net"),
      },
    ],
    [
      "the password of a directory, for Entra ID",
      "",
      {
        "profiles/a.yaml": directory("a", PASSWORD("{ env: AD }")),
        "profiles/b.yaml": `apiVersion: zivsync/v1
kind: Profile
name: b
manages: { kinds: [functional], include: [{ domain: example.org }] }
sources:
  - name: exchange
    type: exchange-online
    tenant: example.org
    auth: { clientId: 11111111-2222-3333-4444-555555555555, secret: { env: AD } }
`,
      },
    ],
    [
      "Zivver's key as a token of Entra ID",
      "sealKey: { file: ../keys/seal }\n",
      {
        "profiles/b.yaml": `apiVersion: zivsync/v1
kind: Profile
name: b
manages: { kinds: [functional], include: [{ domain: example.org }] }
sources:
  - name: exchange
    type: exchange-online
    tenant: example.org
    auth: { clientId: 11111111-2222-3333-4444-555555555555, tokenFile: ../../keys/seal }
`,
      },
    ],
    [
      "Zivver's key as somebody's account key",
      "",
      {
        "profiles/a.yaml": `apiVersion: zivsync/v1
kind: Profile
name: a
manages: { kinds: [personal], include: [{ domain: example.org }] }
sources: [{ name: own, type: declared, files: ../accounts/own.yaml }]
`,
        "accounts/own.yaml": `${ACCOUNTS.trimEnd().replace(" }", ", accountKey: { env: ZIVVER_API_KEY } }")}\n`,
      },
    ],
  ];
  test.each(SHARED)("%s", async (_, organization, files) => {
    const problems = await problemsOf({ "organization.yaml": ORGANIZATION + organization, ...files });
    expect(problems.map(({ code }) => code)).toEqual(["secret-shared"]);
  });

  const APPLICATION = (authority: string) => `apiVersion: zivsync/v1
kind: Profile
name: a
manages: { kinds: [personal, functional], include: [{ domain: example.org }] }
sources:
  - name: people
    type: entra-id
    tenant: example.org
    functional: false
    map: { accountKey: id }
    auth: { clientId: 11111111-2222-3333-4444-555555555555, secret: { env: APPLICATION_SECRET } }
  - name: mailboxes
    type: exchange-online
    tenant: example.org
    auth: { clientId: 11111111-2222-3333-4444-555555555555, secret: { env: APPLICATION_SECRET } }
    ${authority}
`;

  test("one application that reads Entra ID and Exchange Online has one secret, which goes to Entra ID alone", async () => {
    const files = { "organization.yaml": ORGANIZATION, "profiles/a.yaml": APPLICATION("concurrency: 4") };
    expect(await problemsOf(files)).toEqual([]);
    const elsewhere = APPLICATION("authority: https://login.example.net");
    const problems = await problemsOf({ ...files, "profiles/a.yaml": elsewhere });
    expect(problems.map(({ code }) => code)).toEqual(["secret-shared"]);
  });

  test("two profiles that read one directory as one user share its password", async () => {
    expect(
      await problemsOf({
        "organization.yaml": ORGANIZATION,
        "profiles/a.yaml": directory(
          "a",
          PASSWORD("{ env: AD }"),
          "urls: [ldaps://dc1.example.org, ldaps://dc2.example.org]",
        ),
        "profiles/b.yaml": directory(
          "b",
          PASSWORD("{ env: AD }"),
          "urls: [ldaps://dc2.example.org, ldaps://dc1.example.org]",
        ),
      }),
    ).toEqual([]);
  });
});

describe("the file of a secret", () => {
  const trouble = (read: Promise<unknown>) =>
    read.then(
      () => [],
      (error: unknown) => (error instanceof ZivsyncError ? error.problems : error),
    );
  const files = {
    "home/.ssh/id_ed25519": "canary",
    "secrets/ad": "right",
    "elsewhere/ad": "wrong",
    "zivver/key": "canary",
  };
  const inPlace = (use: (folder: string) => Promise<void>) =>
    withFolder(files, async (folder) => {
      mkdirSync(join(folder, "links"));
      symlinkSync(join(folder, "home/.ssh/id_ed25519"), join(folder, "links/ssh"));
      symlinkSync(join(folder, "elsewhere/ad"), join(folder, "secrets/link"));
      symlinkSync(join(folder, "zivver/key"), join(folder, "links/zivver"));
      symlinkSync(join(folder, "secrets"), join(folder, "links/allowed"));
      writeFileSync(join(folder, "secrets-too"), "wrong");
      await use(folder);
    });

  test("is never a key of the user's .ssh, by no way", () =>
    inPlace(async (folder) => {
      const read = createSecretReader({ HOME: join(folder, "home") });
      for (const file of [join(folder, "home/.ssh/id_ed25519"), join(folder, "links/ssh")])
        expect(await trouble(read({ file }, "profiles/a.yaml:9:48"))).toEqual([
          {
            code: "secret-folder",
            where: "profiles/a.yaml:9:48",
            message: `The file ${file} lies in the .ssh folder of the user, whose keys open other machines and are never sent to a source.`,
            remedy: "Store the secret of this source in a file of its own, outside of .ssh.",
          },
        ]);
    }));

  test("lies below the folders that the environment names", () =>
    inPlace(async (folder) => {
      const folders = [join(folder, "secrets"), join(folder, "more")].join(delimiter);
      const read = createSecretReader({ ZIVSYNC_SECRET_FOLDERS: folders });
      for (const name of ["secrets/ad", "links/allowed/ad"])
        expect((await read({ file: join(folder, name) }, "x")).reveal()).toBe("right");
      for (const name of ["elsewhere/ad", "secrets/link", "secrets-too", "secrets/../elsewhere/ad"]) {
        const file = join(folder, name);
        expect(await trouble(read({ file }, "x"))).toEqual([
          {
            code: "secret-folder",
            where: "x",
            message: `The file ${file} lies outside of the folders that ZIVSYNC_SECRET_FOLDERS names (${folders.replaceAll(delimiter, ", ")}), and secrets are read from those alone.`,
            remedy:
              "Put the secret into one of these folders, or add its folder to ZIVSYNC_SECRET_FOLDERS where zivsync runs.",
          },
        ]);
      }
    }));

  test("is not Zivver's by a link", () =>
    inPlace(async (folder) => {
      const zivver: SecretRef = { file: join(folder, "zivver/key") };
      const file = join(folder, "links/zivver");
      expect(await trouble(createSecretReader({}, [zivver])({ file }, "x"))).toEqual([
        {
          code: "secret-shared",
          where: "x",
          message: `The file ${file} holds the key of Zivver or of the seal, and a source would send it elsewhere.`,
          remedy: "Give the source a secret of its own.",
        },
      ]);
    }));
});
