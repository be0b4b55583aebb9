import { execFileSync } from "node:child_process";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { organizationYaml, PROFILE_YAML, type Workplace, workplace } from "../support/cli.ts";

const ORGANIZATION = organizationYaml("https://app.zivver.com/api/scim/v2");
const configuration = (folder: string) => ({
  [`${folder}/organization.yaml`]: ORGANIZATION,
  [`${folder}/profiles/all.yaml`]: PROFILE_YAML,
});

function git(place: Workplace, ...words: string[]): string {
  const env = { PATH: process.env.PATH, HOME: place.folder, GIT_CONFIG_NOSYSTEM: "1" };
  const identity = [
    "-c",
    "user.name=Ann",
    "-c",
    "user.email=ann@example.org",
    "-c",
    "init.defaultBranch=main",
  ];
  return execFileSync("git", [...identity, ...words], { cwd: place.folder, env, encoding: "utf8" }).trim();
}

async function provider() {
  const place = await workplace();
  await place.write({
    ...configuration("hospitals/north/desired-state"),
    ...configuration("hospitals/south/desired-state"),
    ...configuration("clinic"),
    ...configuration("node_modules/zivsync/desired-state"),
    ...configuration(".hidden/desired-state"),
    "hospitals/north/users.csv": "Email;Full name\n",
    "README.md": "# ours\n",
  });
  return place;
}

const directories = (out: string): string[] =>
  JSON.parse(out).include.map((entry: { directory: string }) => entry.directory);

describe("zivsync matrix", () => {
  it("finds every configuration below, sorted, and leaves hidden folders and node_modules out", async () => {
    const place = await provider();
    const found = await place.zivsync("matrix");
    expect(found).toEqual({
      code: 0,
      out: `${JSON.stringify({
        include: [
          { organization: "clinic", directory: "clinic", profiles: "" },
          { organization: "hospitals-north", directory: "hospitals/north/desired-state", profiles: "" },
          { organization: "hospitals-south", directory: "hospitals/south/desired-state", profiles: "" },
        ],
      })}\n`,
      err: "",
    });
    expect((await place.zivsync("matrix", "--json")).out).toBe(found.out);
    const some = await place.zivsync("matrix", "hospitals/south", "clinic", "hospitals/south/desired-state");
    expect(directories(some.out)).toEqual(["clinic", "hospitals/south/desired-state"]);
    const byProfile = JSON.parse((await place.zivsync("matrix", "clinic", "--by", "profile")).out);
    expect(byProfile.include).toEqual([{ organization: "clinic", directory: "clinic", profiles: "all" }]);
    expect(directories((await place.zivsync("matrix", "--shard", "2/2")).out)).toEqual([
      "hospitals/north/desired-state",
    ]);
  });

  it("tells the problems of all folders at once", async () => {
    const place = await provider();
    await place.write({
      "clinic/organization.yaml": "apiVersion: zivsync/v1\nkind: Organisation\n",
      "hospitals/south/desired-state/profiles/all.yaml": "{",
    });
    const run = await place.zivsync("matrix");
    expect(run).toMatchObject({ code: 1, out: "" });
    expect(run.err).toContain("clinic/organization.yaml:2:7");
    expect(run.err).toContain("hospitals/south/desired-state/profiles/all.yaml:1:");
  });

  it.each([
    { words: ["elsewhere"], err: "elsewhere\n  The folder cannot be read (ENOENT)" },
    { words: ["empty"], err: "There is no organization.yaml in this folder or below it" },
    { words: ["--shard", "4/3"], err: '"4/3" is not a part of a whole' },
    { words: ["--by", "moon"], err: "Allowed choices are organization, profile" },
    { words: ["--changed-since", "HEAD"], err: 'Git cannot compare this checkout with "HEAD"' },
  ])("says what is wrong with $words", async ({ words, err }) => {
    const place = await provider();
    await place.write({ "empty/README.md": "" });
    const run = await place.zivsync("matrix", ...words);
    expect(run).toMatchObject({ code: 1, out: "" });
    expect(run.err).toContain(err);
  });

  it("keeps folders with changed files: committed, uncommitted, new, removed, or read from elsewhere", async () => {
    const place = await provider();
    git(place, "init", "-q");
    git(place, "add", "clinic", "hospitals", "README.md");
    git(place, "commit", "-qm", "one");
    git(place, "branch", "base");
    const since = async (ref = "base") => {
      const run = await place.zivsync("matrix", "--changed-since", ref);
      expect(run).toMatchObject({ code: 0, err: "" });
      return directories(run.out);
    };
    expect(await since()).toEqual([]);
    expect((await place.zivsync("matrix", "--changed-since", "base")).out).toBe('{"include":[]}\n');

    await place.write({ "README.md": "# theirs\n" });
    expect(await since()).toEqual([]);
    await place.write({ "clinic/approvers": "" });
    expect(await since()).toEqual(["clinic"]);
    git(place, "add", "clinic");
    git(place, "commit", "-qm", "two");
    expect(await since()).toEqual(["clinic"]);
    // PROFILE_YAML reads ../users.csv from the folder profiles, which lies in the folder itself here.
    await place.write({
      "hospitals/north/desired-state/profiles/all.yaml": PROFILE_YAML.replaceAll(
        "../users.csv",
        "../../users.csv",
      ),
    });
    git(place, "commit", "-qam", "three");
    expect(await since("HEAD")).toEqual([]);
    await rm(join(place.folder, "hospitals/north/users.csv"));
    expect(await since("HEAD")).toEqual(["hospitals/north/desired-state"]);
    git(place, "checkout", "-q", ".");

    // What came to the base in the meantime is not a change of this branch.
    git(place, "checkout", "-q", "-b", "theirs", "base");
    await place.write({ "hospitals/south/desired-state/approvers": "" });
    git(place, "add", ".");
    git(place, "commit", "-qm", "theirs");
    git(place, "checkout", "-q", "main");
    expect(await since("theirs")).toEqual(["clinic", "hospitals/north/desired-state"]);
  });

  it("takes no option of Git for a commit", async () => {
    const place = await provider();
    git(place, "init", "-q");
    const run = await place.zivsync("matrix", "--changed-since=--output=pwned");
    expect(run).toMatchObject({ code: 1, out: "" });
    expect(await place.written()).not.toContain("pwned");
  });
});
