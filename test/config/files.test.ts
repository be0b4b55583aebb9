import { expect, test } from "vitest";
import { loadConfiguration } from "../../src/config/load.ts";
import { ZivsyncError } from "../../src/model/values/errors.ts";
import { type Files, ORGANIZATION, PROFILE, problemsOf, withFolder } from "./folder.ts";

const BOTH = { "organization.yaml": ORGANIZATION, "organization.yml": ORGANIZATION };

const FOLDERS: readonly { readonly name: string; readonly files: Files; readonly problem: object }[] = [
  {
    name: "an empty folder",
    files: {},
    problem: {
      code: "file-not-found",
      message: "There is no organization.yaml in this folder, so it holds no configuration of zivsync.",
      remedy: "Name the folder that has one: `zivsync -C DIR …`. `zivsync init` writes a new one to fill in.",
    },
  },
  {
    name: "a file that is nearly named right",
    files: { "organization.yml": ORGANIZATION },
    problem: {
      code: "config-duplicate",
      message: "There is a file organization.yml, and zivsync reads organization.yaml.",
      remedy: "Rename it to organization.yaml.",
    },
  },
  {
    name: "a file whose end Windows hides",
    files: { "organization.yaml.txt": ORGANIZATION },
    problem: {
      code: "config-duplicate",
      message: "There is a file organization.yaml.txt, and zivsync reads organization.yaml.",
      remedy: "Rename it to organization.yaml.",
    },
  },
  {
    name: "two organisations",
    files: BOTH,
    problem: {
      code: "config-duplicate",
      message: "There is a file organization.yml, and zivsync reads organization.yaml.",
      remedy: "Remove one of the two.",
    },
  },
];

for (const { name, files, problem } of FOLDERS) {
  test(name, async () => {
    await withFolder(files, async (directory) => {
      const error = await loadConfiguration(directory).catch((caught: unknown) => caught);
      expect(error instanceof ZivsyncError ? error.problems : error).toEqual([
        { ...problem, where: directory },
      ]);
    });
  });
}

test("names that only Windows takes for the right ones are said, and nothing is passed over", async () => {
  const files = {
    "organization.yaml": ORGANIZATION,
    "Profiles/staff.yaml": PROFILE,
    "accounts/a.yaml.txt": "",
    "accounts/b.YML.TXT": "",
    "accounts/notes.txt": "",
    "accounts/old.yaml.bak": "",
  };
  const problems = await problemsOf(files);
  expect(problems.map(({ code, where, remedy }) => [code, where, remedy])).toEqual([
    ["file-not-found", "Profiles", "Rename it to `profiles`."],
    ["file-unreadable", "accounts/a.yaml.txt", "Rename it to `a.yaml`, or move it elsewhere."],
    ["file-unreadable", "accounts/b.YML.TXT", "Rename it to `b.YML`, or move it elsewhere."],
  ]);
});

const UNREADABLE: readonly { readonly name: string; readonly files: Files; readonly problem: object }[] = [
  {
    name: "UTF-16",
    files: { "organization.yaml": Buffer.from(`\ufeff${ORGANIZATION}`, "utf16le") },
    problem: {
      code: "file-unreadable",
      where: "organization.yaml",
      message: "The file is not UTF-8 text.",
      remedy: "Save it as UTF-8.",
    },
  },
  {
    name: "a file beyond all reason",
    files: { "organization.yaml": `${ORGANIZATION}${"#".repeat(5_000_000)}` },
    problem: {
      code: "file-unreadable",
      where: "organization.yaml",
      message: "The file is larger than 5 MB, and no such file is written by hand.",
      remedy: "Divide it into several.",
    },
  },
  {
    name: "a folder named like a file",
    files: { "organization.yaml": ORGANIZATION, "profiles/a.yaml/b.yaml": PROFILE },
    problem: {
      code: "file-unreadable",
      where: "profiles/a.yaml",
      message: "This is not a file.",
      remedy: "Put a YAML file here.",
    },
  },
  {
    name: "a file in place of a folder",
    files: { "organization.yaml": ORGANIZATION, profiles: PROFILE },
    problem: {
      code: "file-unreadable",
      where: "profiles",
      message: "The folder cannot be read (ENOTDIR).",
      remedy: "Look at its permissions.",
    },
  },
  {
    name: "more aliases than a person writes",
    files: {
      "organization.yaml": `x: &a [${"l, ".repeat(9)}l]\ny: &b [${"*a, ".repeat(9)}*a]\nz: &c [${"*b, ".repeat(9)}*b]\nw: [*c, *c]\n`,
    },
    problem: {
      code: "yaml-alias-bomb",
      where: "organization.yaml:1:1",
      message:
        "The aliases (`*…`) of this file lead in a circle, or are more than 100 when those inside each other are counted.",
      remedy: "Write the values out in place of aliases.",
    },
  },
];

for (const { name, files, problem } of UNREADABLE) {
  test(name, async () => {
    expect(await problemsOf(files)).toEqual([problem]);
  });
}

test("a byte order mark, Windows line ends, anchors and upper case in the name of a file are all read", async () => {
  const windows = `\ufeff${ORGANIZATION.replace("[example.org, example.com]", "&d [example.org]\nprotected: []")}`;
  const files = {
    "organization.yaml": windows.replaceAll("\n", "\r\n"),
    "profiles/Staff.YAML": PROFILE.replaceAll("\n", "\r\n"),
  };
  const configuration = await withFolder(files, loadConfiguration);
  expect(configuration.profiles.map(({ file }) => file)).toEqual(["profiles/Staff.YAML"]);
});
