import { cp, rename } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { API_KEY, organizationYaml } from "../support/cli.ts";
import { windowsPath } from "./support/machine.ts";
import { PEOPLE_PROFILE, type Stage, staged, usersCsv } from "./support/stage.ts";
import { folderIn, windowsForAll } from "./support/windows.ts";

/** Paths, line ends and marks as Windows' people and programs write them. */

const windows = windowsForAll();
const VALID = { code: 0, err: "" };
const BOM = "\ufeff";
const crlf = (text: string) => text.replaceAll("\n", "\r\n");
const list = (file: string) => PEOPLE_PROFILE.replace("../users.csv", file);
const LONG = Array.from({ length: 12 }, (_, at) => `${at}-${"long-name-".repeat(3)}`);

async function withProfile(profile: (stage: Stage) => string): Promise<Stage> {
  const stage = await staged();
  await stage.place.write({ "desired-state/profiles/all.yaml": profile(stage) });
  return stage;
}

describe("a list that a profile names", () => {
  it.each([
    ["with slashes", () => "../users.csv"],
    ["with backslashes", () => "..\\users.csv"],
    ["with both", () => ".\\../users.csv"],
    ["in other letters", () => "..\\USERS.CSV"],
    ["on a drive", ({ place }: Stage) => windowsPath(join(place.folder, "desired-state/users.csv"))],
    [
      "on a drive, with slashes",
      ({ place }: Stage) => windowsPath(join(place.folder, "desired-state/users.csv")).replaceAll("\\", "/"),
    ],
    [
      "by its extended path",
      ({ place }: Stage) => `\\\\?\\${windowsPath(join(place.folder, "desired-state/users.csv"))}`,
    ],
  ])("%s is read", async (_, path) => {
    const { place } = await withProfile((stage) => list(`'${path(stage)}'`));
    const run = await windows.run(place, ["records", "--json"]);
    expect(run).toMatchObject({ code: 0 });
    expect(run.out).toContain("new@example.org");
  });

  it.each([["gebruikers é.csv"], ["日本語.csv"], ["a b (1).csv"], ["'quoted'.csv"]])(
    "named %s is read",
    async (name) => {
      const { place } = await withProfile(() => list(JSON.stringify(`../lists/${name}`)));
      await place.write({ [`desired-state/lists/${name}`]: usersCsv() });
      expect((await windows.run(place, ["records", "--json"])).out).toContain("Zo");
    },
  );

  it("is read below a path of more than 260 characters", async () => {
    const { place } = await withProfile(() => list(["..", ...LONG, "users.csv"].join("\\")));
    await place.write({ [["desired-state", ...LONG, "users.csv"].join("/")]: usersCsv() });
    expect(await windows.run(place, ["records", "--json"])).toMatchObject({ code: 0 });
  });

  it("that is not there is named with its path", async () => {
    const { place } = await withProfile(() => list("..\\lists\\no.csv"));
    const run = await windows.run(place, ["plan"]);
    expect(run.out + run.err).toContain("no.csv");
  });

  it.each([
    ["line ends of Windows", crlf(usersCsv())],
    ["a byte order mark", BOM + usersCsv()],
    ["both", BOM + crlf(usersCsv())],
    ["semicolons, as a Dutch Excel writes them", BOM + crlf(usersCsv().replaceAll(",", ";"))],
  ])("with %s gives the same records", async (_, text) => {
    const { place } = await staged();
    const plain = await windows.run(place, ["records", "--json"]);
    await place.write({ "desired-state/users.csv": text });
    const run = await windows.run(place, ["records", "--json"]);
    expect(run).toMatchObject({ code: 0 });
    const names = (out: string) => [...out.matchAll(/"fullName":"([^"]*)"/g)].map(([, name]) => name);
    expect(names(run.out)).toEqual(names(plain.out));
    expect(names(run.out)).toContain("Zoë");
  });
});

describe("a configuration", () => {
  it.each([
    ["line ends of Windows", crlf],
    ["a byte order mark", (text: string) => BOM + text],
    ["both", (text: string) => BOM + crlf(text)],
  ])("with %s is valid", async (_, edit) => {
    const { place } = await staged();
    for (const file of ["organization.yaml", "profiles/all.yaml"])
      await place.write({ [`desired-state/${file}`]: edit(await place.read(`desired-state/${file}`)) });
    expect(await windows.run(place, ["validate"])).toMatchObject(VALID);
  });

  it("with line ends of Windows has its mistakes where they are", async () => {
    const { place } = await staged();
    const text = (await place.read("desired-state/organization.yaml")).replace(
      "loginMethod: sso",
      "loginMethod: saml",
    );
    await place.write({ "desired-state/organization.yaml": BOM + crlf(text) });
    const run = await windows.run(place, ["validate"]);
    const line = text.split("\n").findIndex((one) => one.startsWith("loginMethod")) + 1;
    expect(run.code).toBe(1);
    expect(run.err).toMatch(new RegExp(`^error\\[config-shape\\] organization\\.yaml:${line}:14$`, "m"));
  });

  it.each([
    ["with a backslash", () => ".\\desired-state"],
    ["with one at its end", () => "desired-state\\"],
    ["with slashes", () => "./desired-state/"],
    ["in other letters", () => "DESIRED-STATE"],
    ["on a drive", (folder: string) => windowsPath(join(folder, "desired-state"))],
    ["by a way back", () => "desired-state\\profiles\\.."],
  ])("is found by -C %s", async (_, path) => {
    const { place } = await staged();
    expect(await windows.run(place, ["-C", path(place.folder), "validate"])).toMatchObject(VALID);
  });

  it.each([["with spaces (1)"], ["conf-é"], ["日本語"], ["%TEMP%"], ["a&b"]])(
    "in a folder named %s is valid",
    async (name) => {
      const { place } = await staged();
      await rename(join(place.folder, "desired-state"), join(place.folder, name));
      expect(await windows.run(place, ["-C", name, "validate"])).toMatchObject(VALID);
    },
  );

  it("below a path of more than 260 characters makes a plan there", async () => {
    const { place } = await staged();
    const deep = await folderIn(place, ...LONG);
    await cp(join(place.folder, "desired-state"), join(deep, "desired-state"), { recursive: true });
    const path = LONG.join("\\");
    const run = await windows.run(place, [
      "-C",
      `${path}\\desired-state`,
      "plan",
      "-o",
      `${path}\\plan.json`,
    ]);
    expect(run).toMatchObject({ code: 0 });
    expect(await place.read([...LONG, "plan.json"].join("/"))).toContain('"digest"');
  });
});

describe("accounts declared in files", () => {
  const declared = (...files: readonly string[]) =>
    PEOPLE_PROFILE.replace(
      /sources:[\s\S]*/,
      `sources:\n  - { name: git, type: declared, files: [${files.map((one) => `'${one}'`).join(", ")}] }\n`,
    );
  const ACCOUNTS = `apiVersion: zivsync/v1
kind: Accounts
personal:
  - { email: p1@example.org, fullName: Piet }
`;

  it.each([
    ["../accounts/*.yaml"],
    ["..\\accounts\\*.yaml"],
    ["..\\Accounts\\*.YAML"],
    ["..\\accounts\\a.yaml"],
  ])("%s are found", async (pattern) => {
    const { place } = await withProfile(() => declared(pattern));
    await place.write({ "desired-state/accounts/a.yaml": ACCOUNTS });
    const run = await windows.run(place, ["records", "--json"]);
    expect(run.err).toBe("");
    expect(run.out).toContain("Piet");
  });

  it("are read once where two patterns name one file", async () => {
    const { place } = await withProfile(() => declared("../accounts/a.yaml", "..\\ACCOUNTS\\A.YAML"));
    await place.write({ "desired-state/accounts/a.yaml": ACCOUNTS });
    expect(await windows.run(place, ["validate"])).toMatchObject(VALID);
  });
});

describe("a secret in a file", () => {
  const withKey = async (path: string, key: string, to = path) => {
    const stage = await staged();
    const organization = organizationYaml(stage.simulator.url).replace(
      "{ env: ZIVVER_API_KEY }",
      `{ file: '${path}' }`,
    );
    await stage.place.write({ "desired-state/organization.yaml": organization });
    await stage.place.write({ [`desired-state/${to}`]: Buffer.from(key) });
    return stage.place;
  };

  it.each([
    ["a line end of Windows", `${API_KEY}\r\n`],
    ["a byte order mark", `${BOM}${API_KEY}`],
  ])("with %s is taken without", async (_, key) => {
    const place = await withKey("key.txt", key);
    const run = await windows
      .run(place, ["check", "--json"])
      .finally(() => place.write({ "desired-state/key.txt": "" }));
    expect(JSON.parse(run.out).target).toMatchObject({ ok: true });
  });

  it.each([["..\\.ssh\\key"], ["..\\.SSH\\key"], ["../.ssh/key"]])(
    "is not taken from the user's .ssh: %s",
    async (path) => {
      const place = await withKey(path, "nothing", "../.ssh/key");
      expect((await windows.run(place, ["plan"])).err).toContain("secret-folder");
    },
  );

  it("is taken from the folders that are named for it, which semicolons part", async () => {
    const place = await withKey("..\\secrets\\key", "no key", "../secrets/key");
    const folders = (...names: string[]) => ({
      ZIVSYNC_SECRET_FOLDERS: names.map((name) => windowsPath(join(place.folder, name))).join(";"),
    });
    expect((await windows.run(place, ["plan"], folders("other", "desired-state"))).err).toContain(
      "secret-folder",
    );
    expect((await windows.run(place, ["plan"], folders("other", "SECRETS"))).err).not.toContain(
      "secret-folder",
    );
  });
});
