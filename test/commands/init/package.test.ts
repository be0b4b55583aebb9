import { createHash } from "node:crypto";
import { mkdir, mkdtemp, rm, symlink, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, normalize } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { LARGEST_PACKAGE, parsePackage, recordedPackage } from "../../../src/commands/init/package.ts";
import { InputError } from "../../../src/model/values/errors.ts";

const TARBALL = "what npm packed";
const INTEGRITY = `sha512-${createHash("sha512").update(TARBALL).digest("base64")}`;
const URL = "https://releases.example.org/zivsync-0.1.0.tgz";

async function folder(files: Readonly<Record<string, string>>): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), "zivsync-package-"));
  onTestFinished(() => rm(root, { recursive: true, force: true }));
  for (const [file, content] of Object.entries(files)) {
    await mkdir(dirname(join(root, file)), { recursive: true });
    await writeFile(join(root, file), content);
  }
  return root;
}

const BUILT = {
  ".vendor/zivsync/package.json": '{ "name": "zivsync", "version": "0.1.0" }',
  ".vendor/zivsync/dist/cli.js": "",
};

describe("--package", () => {
  it("takes a URL with its checksum", async () => {
    expect(await parsePackage(`${URL}#${INTEGRITY}`, await folder({}))).toEqual({
      dependency: URL,
      integrity: INTEGRITY,
    });
  });

  it("takes a packed file of the repository, and reckons its checksum", async () => {
    const root = await folder({ "vendor/zivsync-0.1.0.tgz": TARBALL });
    const path = join(root, "vendor/zivsync-0.1.0.tgz");
    const taken = { dependency: "file:vendor/zivsync-0.1.0.tgz", integrity: INTEGRITY };
    expect(await parsePackage(path, root)).toEqual(taken);
    expect(await parsePackage(`file:${path}`, root)).toEqual(taken);
  });

  it.each(["my tools/zivsync 0.1.0.tgz", "a#b%20é.tgz", "x/../y/z.tgz"])(
    "takes %s, by its place in the repository",
    async (file) => {
      const root = await folder({ [file]: TARBALL, "x/there": "" });
      expect(await parsePackage(join(root, file), root)).toMatchObject({
        dependency: `file:${normalize(file)}`,
      });
    },
  );

  it("takes a folder of the repository", async () => {
    const root = await folder(BUILT);
    expect(await parsePackage(join(root, ".vendor/zivsync"), root)).toEqual({
      dependency: "file:.vendor/zivsync",
    });
  });

  it.each([
    ["a bare name", "zivsync", "There is no such file or folder, and it is not a URL."],
    ["a name and a version", "zivsync@0.1.0", "There is no such file or folder, and it is not a URL."],
    ["an alias of npm", "npm:zivsync@0.1.0", "There is no such file or folder, and it is not a URL."],
    [
      "a repository",
      "git+https://example.org/zivsync.git",
      "There is no such file or folder, and it is not a URL.",
    ],
    [
      "a URL without a checksum",
      URL,
      "The URL has no checksum behind it, so anyone who can change that file could run anything with your secrets.",
    ],
    [
      "a weak checksum",
      `${URL}#sha1-2jmj7l5rSw0yVb/vlWAYkK/YBwk=`,
      "The URL has no checksum behind it, so anyone who can change that file could run anything with your secrets.",
    ],
    [
      "a password",
      `https://ann:secret@example.org/z.tgz#${INTEGRITY}`,
      "The URL holds a user name or a password, which would be in the repository for all to read.",
    ],
    ["no host", `https:///z.tgz#${INTEGRITY}`, "It is not a URL that a package can be fetched from."],
    [
      "a space",
      `https://example.org/a b.tgz#${INTEGRITY}`,
      "It is not a URL that a package can be fetched from.",
    ],
    [
      "another protocol",
      `ftp://example.org/z.tgz#${INTEGRITY}`,
      "There is no such file or folder, and it is not a URL.",
    ],
  ])("refuses %s", async (_, text, message) => {
    const failure = await parsePackage(text, await folder({})).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(InputError);
    expect((failure as InputError).problems).toMatchObject([{ code: "usage", message }]);
    expect(JSON.stringify((failure as InputError).problems)).not.toContain("secret@");
  });

  it.each([
    [
      "the repository itself",
      {},
      ".",
      "This is the folder of the configuration repository itself, not a package in it.",
      /^Give the URL of a packed zivsync/,
    ],
    [
      "the repository, with a package in it",
      { "repository/zivsync-0.1.0.tgz": TARBALL },
      ".",
      "This is the folder of the configuration repository itself, not a package in it.",
      /^Name the packed zivsync in it: `--package zivsync-0\.1\.0\.tgz`\.$/,
    ],
    [
      "zivsync's own folder",
      { "repository/package.json": '{ "name": "zivsync" }', "repository/dist/cli.js": "" },
      ".",
      "This is the folder of the configuration repository itself, not a package in it.",
      /^It is zivsync's own folder: run `npm pack` here, copy the packed zivsync into a repository for your configuration, and run `init` there\.$/,
    ],
    [
      "a folder with the repository in it",
      {},
      "..",
      "The configuration repository lies in this folder, so it is not a package that the repository could install.",
      /^Give the URL of a packed zivsync/,
    ],
  ])("refuses %s, and says which package to name", async (_, files, path, message, remedy) => {
    const root = join(await folder({ "repository/there": "", ...files }), "repository");
    const failure = await parsePackage(join(root, path), root).catch((error: unknown) => error);
    expect((failure as InputError).problems).toEqual([
      {
        code: "usage",
        where: expect.stringMatching(/^--package /),
        message,
        remedy: expect.stringMatching(remedy),
      },
    ]);
  });

  it("refuses what is outside of the repository, also by a link", async () => {
    const outside = await folder({ "zivsync-0.1.0.tgz": TARBALL });
    const root = await folder({});
    await symlink(join(outside, "zivsync-0.1.0.tgz"), join(root, "zivsync-0.1.0.tgz"));
    for (const base of [outside, root])
      await expect(parsePackage(join(base, "zivsync-0.1.0.tgz"), root)).rejects.toThrow(
        "It lies outside of the repository, where the workflows of GitHub do not find it.",
      );
  });

  it.each([
    [
      "of something else",
      { "x/package.json": '{ "name": "zivver", "version": "1.0.0" }', "x/dist/cli.js": "" },
    ],
    ["without a build", { "x/package.json": '{ "name": "zivsync", "version": "0.1.0" }' }],
    ["without a package", { "x/dist/cli.js": "" }],
    ["with a broken package", { "x/package.json": "{", "x/dist/cli.js": "" }],
  ])("refuses a folder %s", async (_, files) => {
    const root = await folder(files as Record<string, string>);
    await expect(parsePackage(join(root, "x"), root)).rejects.toThrow(
      "The folder does not hold a built zivsync.",
    );
  });

  it("refuses a folder that is looked into for configurations", async () => {
    const root = await folder({ "x/package.json": '{ "name": "zivsync" }', "x/dist/cli.js": "" });
    await expect(parsePackage(join(root, "x"), root)).rejects.toThrow(
      "The folder has an example of a configuration, which `zivsync matrix` would treat as one of yours.",
    );
  });

  it("reads no more of a file than a packed zivsync has", async () => {
    const root = await folder({ "zivsync.tgz": "" });
    await truncate(join(root, "zivsync.tgz"), LARGEST_PACKAGE);
    expect(await parsePackage(join(root, "zivsync.tgz"), root)).toMatchObject({
      dependency: "file:zivsync.tgz",
    });
    await truncate(join(root, "zivsync.tgz"), LARGEST_PACKAGE + 1);
    await expect(parsePackage(join(root, "zivsync.tgz"), root)).rejects.toThrow("The file cannot be read.");
  });

  it("refuses a file that is not packed", async () => {
    const root = await folder({ "zivsync.zip": TARBALL });
    await expect(parsePackage(join(root, "zivsync.zip"), root)).rejects.toThrow(
      "It is neither a folder nor a packed zivsync (.tgz).",
    );
  });
});

describe("what npm recorded", () => {
  const record = (entry: object) =>
    JSON.stringify({
      lockfileVersion: 3,
      packages: { "node_modules/zivsync": { version: "0.1.0", ...entry } },
    });

  it("is a URL with its checksum, as where npx or npm fetched it", async () => {
    const home = await folder({
      "node_modules/.package-lock.json": record({ resolved: URL, integrity: INTEGRITY }),
    });
    expect(await recordedPackage(await folder({}), join(home, "node_modules/zivsync/"))).toEqual({
      dependency: URL,
      integrity: INTEGRITY,
    });
  });

  it("is a file of the repository, while it is the same", async () => {
    const root = await folder({
      "vendor/zivsync-0.1.0.tgz": TARBALL,
      "node_modules/.package-lock.json": record({
        resolved: "file:vendor/zivsync-0.1.0.tgz",
        integrity: INTEGRITY,
      }),
    });
    const own = join(root, "node_modules/zivsync/");
    expect(await recordedPackage(root, own)).toEqual({
      dependency: "file:vendor/zivsync-0.1.0.tgz",
      integrity: INTEGRITY,
    });
    await writeFile(join(root, "vendor/zivsync-0.1.0.tgz"), "another");
    expect(await recordedPackage(root, own)).toBeUndefined();
  });

  it.each([
    ["nothing", ""],
    ["a broken record", "{"],
    ["no checksum", record({ resolved: URL })],
    ["a link", record({ resolved: "../zivsync", link: true })],
    ["a file that is elsewhere", record({ resolved: "file:../zivsync-0.1.0.tgz", integrity: INTEGRITY })],
  ])("is nothing to go by: %s", async (_, text) => {
    const home = await folder({ "node_modules/.package-lock.json": text });
    expect(await recordedPackage(await folder({}), join(home, "node_modules/zivsync/"))).toBeUndefined();
  });

  it("is not asked for in a checkout", async () => {
    const home = await folder({ ".package-lock.json": record({ resolved: URL, integrity: INTEGRITY }) });
    expect(await recordedPackage(await folder({}), join(home, "zivsync/"))).toBeUndefined();
  });
});
