import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { createSecretReader, homeFolders } from "../../../src/config/secrets/secrets.ts";
import { ZivsyncError } from "../../../src/model/values/errors.ts";
import { withFolder } from "../folder.ts";

const WHERE = "organization.yaml:4:11";
const COPY_AGAIN = "Copy it again, without what is around it.";
const EDGES =
  "begins or ends with white space. A secret that was pasted often carries a space, and is refused with it.";
const INSIDE = "holds a line break or a character that cannot be seen, and no secret does.";
const EMPTY = "is empty, and a secret is read from it.";

const REFUSED: readonly (readonly [
  name: string,
  value: string,
  code: string,
  message: string,
  remedy: string,
])[] = [
  ["empty", "", "secret-empty", EMPTY, "Put the value there."],
  ["a space before", " canary", "secret-white-space", EDGES, COPY_AGAIN],
  ["a no-break space after", "canary\u00a0", "secret-white-space", EDGES, COPY_AGAIN],
  ["two line breaks after", "canary\n\n", "secret-white-space", EDGES, COPY_AGAIN],
  ["a line break inside", "can\nary", "secret-white-space", INSIDE, "Copy it again, as one line."],
  ["a zero-width space", "canary\u200b", "secret-white-space", INSIDE, "Copy it again, as one line."],
  ["a NUL", "can\u0000ary", "secret-white-space", INSIDE, "Copy it again, as one line."],
];

async function problems(read: Promise<unknown>): Promise<unknown> {
  return read.then(
    () => "nothing was refused",
    (error: unknown) => (error instanceof ZivsyncError ? error.problems : error),
  );
}

describe("an environment variable", () => {
  const read = (value?: string) =>
    createSecretReader(value === undefined ? {} : { KEY: value })({ env: "KEY" }, WHERE);
  test("gives its value, spaces inside and all", async () => {
    expect((await read("a key/+=")).reveal()).toBe("a key/+=");
  });
  test("gives a private key with its lines", async () => {
    const key = "-----BEGIN PRIVATE KEY-----\ncana\nry==\n-----END PRIVATE KEY-----";
    const withParameters = `-----BEGIN EC PARAMETERS-----\na==\n-----END EC PARAMETERS-----\n${key}`;
    for (const value of [key, withParameters]) expect((await read(value)).reveal()).toBe(value);
  });
  test("that holds more than a private key", async () => {
    const key = "-----BEGIN PRIVATE KEY-----\ncana\u200bry\n-----END PRIVATE KEY-----";
    for (const value of [key, `${key.replace("\u200b", "")}\nx`]) {
      expect(await problems(read(value))).toMatchObject([{ code: "secret-white-space" }]);
    }
  });
  test("that is not set", async () => {
    expect(await problems(read())).toEqual([
      {
        code: "secret-missing",
        where: WHERE,
        message: "The environment variable KEY is not set, and a secret is read from it.",
        remedy: "Set it, and run zivsync again.",
      },
    ]);
  });
  for (const [name, value, code, message, remedy] of REFUSED) {
    test(name, async () => {
      const expected = { code, where: WHERE, message: `The environment variable KEY ${message}`, remedy };
      expect(await problems(read(value))).toEqual([expected]);
    });
  }
});

describe("a file", () => {
  const read = (content: string | Uint8Array) =>
    withFolder({ key: content }, (folder) => createSecretReader({})({ file: join(folder, "key") }, WHERE));
  for (const content of ["canary", "canary\n", "canary\r\n", "\ufeffcanary\n"]) {
    test(`${JSON.stringify(content)} gives its one line`, async () => {
      expect((await read(content)).reveal()).toBe("canary");
    });
  }
  for (const [name, value, code] of REFUSED) {
    test(name, async () => {
      expect(await problems(read(value === "" ? "\n" : value))).toMatchObject([{ code, where: WHERE }]);
    });
  }
  const unreadable = [
    { name: "UTF-16", content: Buffer.from("\ufeffcanary", "utf16le"), says: "is not UTF-8 text." },
    {
      name: "a huge file",
      content: "canary".repeat(20_000),
      says: "is larger than 64 KB, and so is not a secret.",
    },
  ];
  for (const { name, content, says } of unreadable) {
    test(name, async () => {
      const found = await problems(read(content));
      expect(found).toMatchObject([{ code: "file-unreadable", message: expect.stringContaining(says) }]);
      expect(JSON.stringify(found)).not.toContain("canary");
    });
  }
  test("that is not there, and a folder", async () => {
    await withFolder({}, async (folder) => {
      const reader = createSecretReader({});
      const missing = join(folder, "key");
      expect(await problems(reader({ file: missing }, WHERE))).toEqual([
        {
          code: "secret-missing",
          where: WHERE,
          message: `The file ${missing} is not there, and a secret is read from it.`,
          remedy: "Make it, or name another file.",
        },
      ]);
      expect(await problems(reader({ file: folder }, WHERE))).toEqual([
        {
          code: "file-unreadable",
          where: WHERE,
          message: `The file ${folder} cannot be read (EISDIR).`,
          remedy: "Look at its kind and its permissions.",
        },
      ]);
    });
  });
});

describe("the user's own folders", () => {
  const noHome = (): string => {
    throw new Error("uv_os_homedir returned ENOENT");
  };
  type Case = [
    name: string,
    environment: NodeJS.ProcessEnv,
    ofSystem: () => string,
    folders: readonly string[],
  ];
  const cases: readonly Case[] = [
    ["of a service without variables", {}, () => "/root", ["/root"]],
    ["of a user who is only a number", {}, noHome, []],
    ["of the same with a variable", { HOME: "/data" }, noHome, ["/data"]],
    ["with a variable that is empty", { HOME: "" }, () => "/root", ["/root"]],
    ["with a home on a share", { HOME: "H:", USERPROFILE: "C:\\Ann" }, noHome, ["H:", "C:\\Ann"]],
  ];

  test.each(cases)("%s", (_, environment, ofSystem, folders) => {
    expect(homeFolders(environment, ofSystem)).toEqual(folders);
  });
});
