import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join, relative, resolve } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import type { Plan } from "../../src/model/plan/plan.ts";
import { row, workbookOf } from "../sources/workbooks.ts";
import { simulated, type Workplace, workplace } from "../support/cli.ts";
import { HOSTILE } from "../support/hostile-text.ts";
import { workflow } from "../support/workflows.ts";

const WORKFLOWS = ["apply", "drift", "plan", "sync"].map((name) => `.github/workflows/${name}.yml`);
const NO_KEY = { ZIVVER_API_KEY: "" };
const PROTECTS_NOBODY = (folder: string) =>
  `${folder}/organization.yaml protects nobody: the first plan may suspend your administrators, also the one whose API key this is. Until that is settled, every plan that suspends or deletes personal accounts is refused. Name your administrators under \`protected\`, or write \`protected: none\` if nobody is to be protected.`;
const NO_PACKAGE =
  "The workflows install zivsync by `npm ci`, and package.json does not name it yet: run `zivsync init` again with `--package`, and the packed zivsync that you trust (a file in this repository, or its URL with `#sha512-…` behind it). Then commit package.json and package-lock.json.";

function git(place: Workplace, ...words: string[]): void {
  const env = { PATH: process.env.PATH, HOME: place.folder, GIT_CONFIG_NOSYSTEM: "1" };
  execFileSync("git", ["-c", "user.name=Ann", "-c", "user.email=ann@example.org", ...words], {
    cwd: place.folder,
    env,
  });
}

async function repository(branch = "main"): Promise<Workplace> {
  const place = await workplace();
  git(place, "init", "-q", "-b", branch);
  return place;
}

const written = async (place: Workplace) =>
  (await place.written()).filter((path) => !path.startsWith(".git/"));
const readPlan = async (place: Workplace): Promise<Plan> => JSON.parse(await place.read("plan.json"));

describe("zivsync init", () => {
  it("writes a configuration that is valid, and the workflows, and says what", async () => {
    const place = await repository("trunk");
    const run = await place.zivsyncWith(NO_KEY, "init", "--domain", "Example.ORG", "--domain", "example.com");
    expect(run).toMatchObject({ code: 0, err: "" });
    const files = [
      ...WORKFLOWS,
      ".gitignore",
      "desired-state/.gitignore",
      "desired-state/accounts/exceptions.yaml",
      "desired-state/approvers",
      "desired-state/organization.yaml",
      "desired-state/profiles/accounts.yaml",
      "desired-state/sources/functional.csv",
      "desired-state/sources/personal.csv",
    ];
    expect(await written(place)).toEqual([...files].sort());
    expect(run.out).toBe(
      [
        "Written:",
        ...files.map((file) => `  ${file}`),
        "Note:",
        `  ${PROTECTS_NOBODY("desired-state")}`,
        `  ${NO_PACKAGE}`,
        "Next:",
        "  desired-state/organization.yaml: name your administrators under `protected`",
        "  look through the other files: each says what can be changed",
        "  zivsync validate    checks them",
        "  zivsync check       connects to Zivver and to every source",
        "  zivsync plan        shows what would be done, and does nothing",
        "  docs/github.md of zivsync says what to set up on GitHub",
        "",
      ].join("\n"),
    );
    expect(await place.read("desired-state/organization.yaml")).toContain(`
# Accounts that no plan may suspend, delete or rename. As long as nobody is named here, every plan that suspends or deletes
# personal accounts is refused. Take the # away and name your administrators, above all the one whose API key this is:
# protected:
#   - "admin@example.org"
#   - "*@board.example.org" # everybody in this domain
# Only if really nobody is to be protected:
# protected: none
`);
    expect(parse(await place.read("desired-state/organization.yaml"))).toMatchObject({
      claimedDomains: ["example.org", "example.com"],
      state: { store: "git", branch: "zivsync-state" },
      approval: { required: 1, github: { environment: "zivver-production" } },
    });
    expect((await place.zivsyncWith(NO_KEY, "validate")).code).toBe(0);
    const plan = workflow(await place.read(".github/workflows/plan.yml"));
    expect(plan.on).toEqual({ pull_request: { branches: ["trunk"] } });
    expect((await place.zivsyncWith(NO_KEY, "matrix")).out).toContain('"directory":"desired-state"');
  });

  it("overwrites nothing, and can be run again", async () => {
    const place = await repository();
    await place.write({ ".github/workflows/plan.yml": "mine\n", ".gitignore": "plan*.json\n" });
    const first = await place.zivsyncWith(NO_KEY, "init", "--domain", "example.org", "--json");
    const told = JSON.parse(first.out);
    expect(told.kept).toEqual([".github/workflows/plan.yml", ".gitignore"]);
    expect(told.notes).toEqual([
      PROTECTS_NOBODY("desired-state"),
      "Plan files and journals hold personal data: add to .gitignore *plan*.json *plan*.json.* *plan*.html *revert*.json *revert*.json.* *revert*.html *.journal *.json.approvals temporary-passwords* .zivsync/",
      NO_PACKAGE,
    ]);
    expect(await place.read(".github/workflows/plan.yml")).toBe("mine\n");
    const before = await written(place);
    await place.write({
      "desired-state/profiles/accounts.yaml": await place.read("desired-state/profiles/accounts.yaml"),
    });
    const again = await place.zivsyncWith(NO_KEY, "init", "--source", "ldap", "--json");
    expect(JSON.parse(again.out)).toEqual({
      written: [],
      kept: [
        ".github/workflows/apply.yml",
        ".github/workflows/drift.yml",
        ".github/workflows/plan.yml",
        ".github/workflows/sync.yml",
        ".gitignore",
        "desired-state/organization.yaml",
      ],
      notes: told.notes,
    });
    expect([...(await written(place)), "desired-state/profiles/accounts.yaml"].sort()).toEqual(before);
    const wrong = await place.zivsyncWith(NO_KEY, "init", "--source", "paper");
    expect({ code: wrong.code, out: wrong.out, err: wrong.err }).toEqual({
      code: 1,
      out: "",
      err: 'error[usage] --source\n  "paper" is not a type of source.\n  Write one of spreadsheet, active-directory, ldap, entra-id, exchange-online, exchange-on-premises, records, declared.\n',
    });
  });

  it.each([
    ["notaurl", "`target.url` is not an address of a web service."],
    [
      "http://app.zivver.com",
      "`target.url` must begin with `https://`, or the API key would cross the network in clear.",
    ],
  ])("writes nothing with the address %s", async (url, message) => {
    const place = await repository();
    const run = await place.zivsyncWith(NO_KEY, "init", "--domain", "example.org", "--url", url);
    expect(run).toMatchObject({
      code: 1,
      out: "",
      err: expect.stringContaining(`error[config-shape] --url\n  ${message}`),
    });
    expect(await written(place)).toEqual([]);
  });

  it.each([
    ["file:../zivsync/zivsync-0.1.0.tgz", true],
    ["file:zivsync-0.1.0.tgz", false],
    ["https://packages.example.org/zivsync-0.1.0.tgz", false],
  ])("says that the workflows do not find %s: %s", async (zivsync, isOutside) => {
    const place = await repository();
    await place.write({ "package.json": JSON.stringify({ dependencies: { zivsync } }) });
    const { out } = await place.zivsyncWith(NO_KEY, "init", "--domain", "example.org", "--json");
    const note =
      "package.json installs zivsync from ../zivsync/zivsync-0.1.0.tgz, outside of the repository, where `npm ci` of the workflows does not find it: copy zivsync-0.1.0.tgz into the repository, run `npm install --save-exact --ignore-scripts ./zivsync-0.1.0.tgz`, and commit zivsync-0.1.0.tgz, package.json and package-lock.json.";
    expect(JSON.parse(out).notes).toEqual([PROTECTS_NOBODY("desired-state"), ...(isOutside ? [note] : [])]);
  });

  it("says which secrets of a second configuration the workflows of the first do not hand over", async () => {
    const place = await repository();
    const init = (folder: string, ...more: string[]) =>
      place.zivsyncWith(NO_KEY, "-C", folder, "init", "--domain", "example.org", "--json", ...more);
    expect(JSON.parse((await init("a/desired-state")).out).notes).toEqual([
      PROTECTS_NOBODY("a/desired-state"),
      NO_PACKAGE,
    ]);
    await place.write({
      "a/desired-state/organization.yaml": `${await place.read("a/desired-state/organization.yaml")}protected: none\n`,
    });
    await place.write({ "package.json": '{ "dependencies": { "zivsync": "file:zivsync-0.1.0.tgz" } }' });
    expect(JSON.parse((await init("a/desired-state")).out).notes).toEqual([]);
    expect(JSON.parse((await init("b/desired-state", "--source", "active-directory")).out).notes).toEqual([
      PROTECTS_NOBODY("b/desired-state"),
      // biome-ignore lint/suspicious/noTemplateCurlyInString: this is how a workflow writes it
      "The workflows that were there do not hand over AD_PASSWORD: add `AD_PASSWORD: ${{ secrets.AD_PASSWORD }}` to the `env` of each step that has the other secrets, in .github/workflows/plan.yml, .github/workflows/apply.yml, .github/workflows/drift.yml, .github/workflows/sync.yml.",
    ]);
  });

  it("finishes what was interrupted, and says what is wrong with what was there", async () => {
    const cut = await repository();
    await cut.write({ "desired-state/approvers": "mine\n" });
    const finished = await cut.zivsyncWith(NO_KEY, "init", "--domain", "example.org", "--json");
    expect(JSON.parse(finished.out).kept).toEqual(["desired-state/approvers"]);
    const place = await repository();
    await place.write({ "desired-state/profiles/accounts.yaml": "" });
    const broken = await place.zivsyncWith(NO_KEY, "init", "--domain", "example.org");
    expect(broken.code).toBe(1);
    expect(broken.err).toContain("profiles/accounts.yaml");
    expect(await place.read("desired-state/profiles/accounts.yaml")).toBe("");
  });

  it.each([
    { words: [], err: "Nobody says which domains the organisation has claimed in Zivver" },
    { words: ["--domain", "https://x"], err: '"https://x" is not a domain that can receive mail' },
    { words: ["--domain", "example.org", "--source", "paper"], err: '"paper" is not a type of source' },
    {
      // biome-ignore lint/suspicious/noTemplateCurlyInString: this is GitHub's own syntax.
      words: ["--domain", "example.org", "--environment", "${{ x }}"],
      err: "cannot be the name of the environment",
    },
    { words: ["--domain", "example.org", "--source", "ldap", "--file", "a.csv"], err: "none is asked for" },
    { words: ["--from-live", "--source", "ldap"], err: "cannot be used with option '--source" },
    { words: ["--from-live", "--domain", "example.org"], err: "ZIVVER_API_KEY" },
  ])("writes nothing with $words", async ({ words, err }) => {
    const place = await repository();
    const run = await place.zivsyncWith(NO_KEY, "init", ...words);
    expect(run).toMatchObject({ code: 1, out: "" });
    expect(run.err).toContain(err);
    expect(await written(place)).toEqual([]);
  });

  it("asks on a terminal what nobody has said, with an answer at hand", async () => {
    const place = await repository();
    const run = place.beginOnTerminalWith(NO_KEY, "init");
    await run.shows("Where do the accounts come from");
    run.type("active-directory\r");
    await run.shows("Which domains has your organisation claimed in Zivver?");
    run.type("example.com, example.net\r");
    expect((await run.ended).code).toBe(0);
    expect(parse(await place.read("desired-state/organization.yaml")).claimedDomains).toEqual([
      "example.com",
      "example.net",
    ]);
    expect(await place.read("desired-state/profiles/accounts.yaml")).toContain("type: active-directory");
  });

  it("passes validate with every combination of options", async () => {
    const types = [
      "spreadsheet",
      "active-directory",
      "ldap",
      "entra-id",
      "exchange-online",
      "exchange-on-premises",
      "records",
      "declared",
    ];
    const options = fc.record({
      sources: fc.uniqueArray(fc.constantFrom(...types), { maxLength: 6 }),
      login: fc.constantFrom("sso", "password"),
      state: fc.constantFrom("git", "file", undefined),
      file: fc.boolean(),
      workflows: fc.boolean(),
      environment: fc.constantFrom("zivver *", "production"),
    });
    const place = await workplace();
    let count = 0;
    await fc.assert(
      fc.asyncProperty(options, async ({ sources, login, state, file, workflows, environment }) => {
        count += 1;
        const directory = `o${count}/desired-state`;
        await mkdir(join(place.folder, `o${count}`));
        const run = await place.zivsyncWith(
          NO_KEY,
          ...[
            "-C",
            directory,
            "init",
            "--domain",
            "example.org",
            "--login",
            login,
            "--environment",
            environment,
          ],
          ...sources.flatMap((source) => ["--source", source]),
          ...(state === undefined ? [] : ["--state", state]),
          ...(file && sources.includes("spreadsheet") ? ["--file", `o${count}/list.xlsx`] : []),
          ...(workflows ? [] : ["--no-workflows"]),
        );
        expect(run).toMatchObject({ code: 0, err: "" });
        expect(await place.zivsyncWith(NO_KEY, "-C", directory, "validate")).toMatchObject({
          code: 0,
          err: "",
        });
        if (workflows) {
          const { approval } = parse(await place.read(`${directory}/organization.yaml`));
          expect(approval.github.environment).toBe(environment.replace("*", `o${count}`));
        }
      }),
      { numRuns: 12 },
    );
  }, 120_000);

  it("finds the sheet of the people, that of the shared mailboxes, and the header row below a title", async () => {
    const place = await repository();
    const people = row(1, "Staff list") + row(3, "Email", "Full name") + row(4, "ann@example.org", "Ann");
    const boxes =
      row(1, "Email", "Full name", "Delegates") + row(2, "desk@example.org", "Desk", "ann@example.org");
    const sheets = [
      { name: "Read me", rows: row(1, "How to use this list") },
      { name: "Shared mailboxes", rows: boxes },
      { name: "Medewerkers", rows: people },
    ];
    await writeFile(join(place.folder, "list.xlsx"), workbookOf({ sheets }));
    const words = ["init", "--domain", "example.org", "--file", "list.xlsx", "--no-workflows"];
    expect(await place.zivsyncWith(NO_KEY, ...words)).toMatchObject({ code: 0, err: "" });
    const profile = parse(await place.read("desired-state/profiles/accounts.yaml"));
    expect(profile.manages.kinds).toEqual(["personal", "functional"]);
    expect(profile.sources[0]).toMatchObject({
      personal: { file: "../../list.xlsx", sheet: "Medewerkers", headerRow: 3 },
      functional: { file: "../../list.xlsx", sheet: "Shared mailboxes" },
    });
    const records = await place.zivsyncWith(NO_KEY, "records", "--json");
    expect(records).toMatchObject({ code: 0, err: "" });
    expect(records.out).toContain("ann@example.org");
  });

  it("guesses the columns of a list with other headers, by what is in them, and says that it did", async () => {
    const place = await repository();
    const people = [
      row(1, "Medewerkers, november 2026"),
      row(3, "Persoon", "", "Contact"),
      row(4, "Personeelsnr", "Naam", "E-mailadres", "Telefoon", "Afdeling", "Actief"),
      row(5, "1", "Zoë", "zoe@example.org", "06-10000001", "Zorg", "ja"),
      row(7, "2", "Jürgen", "j@example.org", "06-10000002", "Zorg", "nee"),
      row(8, "", "Totaal", "2"),
    ].join("");
    const boxes =
      row(1, "Postbus", "Omschrijving", "Gemachtigden") +
      row(2, "desk@example.org", "Balie", "zoe@example.org");
    const sheets = [
      { name: "Toelichting", rows: row(1, "Vragen") + row(2, "hr@example.org") },
      { name: "Lijst", rows: people },
      { name: "Postbussen", rows: boxes },
    ];
    await writeFile(join(place.folder, "hr.xlsx"), workbookOf({ sheets }));
    const words = ["init", "--domain", "example.org", "--file", "hr.xlsx", "--no-workflows", "--json"];
    const run = await place.zivsyncWith(NO_KEY, ...words);
    expect(run).toMatchObject({ code: 0, err: "" });
    expect(JSON.parse(run.out).notes).toContain(
      'hr.xlsx: the columns have other names than usual, and were guessed: check `map` in profiles/accounts.yaml, and add what is missing there. Take `division` out if "Afdeling" is not a division in Zivver, which refuses unknown ones.',
    );
    const profile = parse(await place.read("desired-state/profiles/accounts.yaml"));
    expect(profile.sources[0]).toMatchObject({
      personal: {
        sheet: "Lijst",
        headerRow: 4,
        map: {
          email: "E-mailadres",
          fullName: "Naam",
          active: "Actief",
          division: "Afdeling",
          phone: "Telefoon",
          id: "Personeelsnr",
        },
      },
      functional: { sheet: "Postbussen", map: { email: "Postbus", delegates: "Gemachtigden" } },
    });
    const records = await place.zivsyncWith(NO_KEY, "records");
    expect(records.out).toContain("zoe@example.org, active");
    expect(records.out).toContain("desk@example.org");
  });

  it("says what a file is that cannot be read, and begins all the same", async () => {
    const place = await repository();
    await writeFile(join(place.folder, "list.xlsx"), "<html><table></table></html>");
    const run = await place.zivsyncWith(
      NO_KEY,
      ...["init", "--domain", "example.org", "--file", "list.xlsx", "--no-workflows", "--json"],
    );
    expect(JSON.parse(run.out).notes).toContain(
      "list.xlsx: The file is named like a workbook and is a web page (HTML) or another XML file. Excel opens such an export all the same. Open it in Excel and save it as Excel Workbook (.xlsx), or export CSV.",
    );
  });

  it("says that a list is not there yet, that one in the repository must not be committed, and how to go on", async () => {
    const place = await repository();
    const words = ["-C", "d", "init", "--domain", "example.org", "--no-workflows", "--file"];
    const missing = await place.zivsyncWith(NO_KEY, ...words, "people.xslx");
    expect(missing.out.split("\n").slice(-11)).toEqual([
      "Note:",
      "  people.xslx lies in the repository. Committed, its people and account keys would be in every clone and in the history, for good: keep it elsewhere, or list it in .gitignore. docs/github.md of zivsync says what to do instead.",
      "  people.xslx: there is no such file yet. Put it there, or correct `file` in profiles/accounts.yaml.",
      `  ${PROTECTS_NOBODY("d")}`,
      "Next:",
      "  d/organization.yaml: name your administrators under `protected`",
      "  look through the other files: each says what can be changed",
      "  zivsync -C d validate    checks them",
      "  zivsync -C d check       connects to Zivver and to every source",
      "  zivsync -C d plan        shows what would be done, and does nothing",
      "",
    ]);
    const elsewhere = await workplace();
    await writeFile(join(elsewhere.folder, "people.csv"), "Email,Full name\n");
    const outside = ["-C", "e", ...words.slice(2), join(elsewhere.folder, "people.csv"), "--json"];
    const run = await place.zivsyncWith(NO_KEY, ...outside);
    expect(JSON.parse(run.out).notes).toEqual([PROTECTS_NOBODY("e")]);
  });

  it("writes a schema line into every file, which resolves once zivsync is installed at the top", async () => {
    const place = await repository();
    const words = ["-C", "tenants/a/desired-state", "init", "--domain", "example.org"];
    expect((await place.zivsyncWith(NO_KEY, ...words)).code).toBe(0);
    const files = (await written(place)).filter((path) => /desired-state\/.*\.yaml$/.test(path));
    expect(files).toHaveLength(3);
    for (const file of files) {
      const [, schema = ""] = /^# yaml-language-server: \$schema=(\S+)\n/.exec(await place.read(file)) ?? [];
      const shown = relative(place.folder, resolve(place.folder, dirname(file), schema));
      const name = shown.replace("node_modules/zivsync/", "");
      expect(shown).toMatch(/^node_modules\/zivsync\/schemas\//);
      expect(existsSync(name)).toBe(true);
    }
  });

  it("offers a seal key, and hands it to the workflows when it is asked for", async () => {
    const place = await repository();
    await place.zivsyncWith(NO_KEY, "init", "--domain", "example.org", "--seal-key");
    expect(parse(await place.read("desired-state/organization.yaml")).sealKey).toEqual({
      env: "ZIVSYNC_SEAL_KEY",
    });
    expect(await place.read(".github/workflows/apply.yml")).toContain(
      // biome-ignore lint/suspicious/noTemplateCurlyInString: this is GitHub's own syntax.
      "ZIVSYNC_SEAL_KEY: ${{ secrets.ZIVSYNC_SEAL_KEY }}",
    );
    const other = await repository();
    await other.zivsyncWith(NO_KEY, "init", "--domain", "example.org", "--no-workflows");
    expect(await other.read("desired-state/organization.yaml")).toContain(
      "# sealKey: { env: ZIVSYNC_SEAL_KEY }",
    );
    const wrong = await repository();
    const refused = await wrong.zivsyncWith(NO_KEY, "init", "--domain", "example.org", "--seal-key", "a=b/c");
    expect(refused).toMatchObject({ code: 1, out: "" });
    expect(refused.err).toContain("cannot be the name of an environment variable");
  });

  it("keeps plans and reports of any name out of Git", async () => {
    const place = await repository();
    await place.zivsyncWith(NO_KEY, "init", "--domain", "example.org", "--no-workflows");
    const personal = [
      "wednesday.json",
      "first-plan.json.approvals",
      "my-plan.html",
      "wednesday.json.0a1b.journal",
      "wednesday.html",
      "accounts.xlsx",
      "changes.csv",
      "desired-state/trial.json",
    ];
    const kept = ["package.json", "package-lock.json", "desired-state/organization.yaml"];
    await place.write(
      Object.fromEntries([...personal, "package.json", "package-lock.json"].map((file) => [file, "{}"])),
    );
    const untracked = execFileSync("git", ["ls-files", "--others", "--exclude-standard"], {
      cwd: place.folder,
      encoding: "utf8",
    }).split("\n");
    expect(personal.filter((file) => untracked.includes(file))).toEqual([]);
    expect(kept.filter((file) => !untracked.includes(file))).toEqual([]);
  });

  it("hands the secrets that a source needs to the workflows, also when the configuration was there", async () => {
    const place = await repository();
    await place.zivsyncWith(NO_KEY, "init", "--domain", "example.org", "--source", "ldap", "--no-workflows");
    await writeFile(join(place.folder, "package.json"), '{ "devDependencies": { "zivsync": "0.1.0" } }');
    expect(await written(place)).not.toContain(WORKFLOWS[0]);
    await place.zivsyncWith(NO_KEY, "init");
    const apply = await place.read(".github/workflows/apply.yml");
    // biome-ignore lint/suspicious/noTemplateCurlyInString: this is GitHub's own syntax.
    expect(apply).toContain("          LDAP_PASSWORD: ${{ secrets.LDAP_PASSWORD }}\n");
    expect(apply).toContain("run: npm ci --ignore-scripts");
  });
});

const PEOPLE = HOSTILE.filter((name) => name.trim() !== "" && !/\p{Surrogate}/u.test(name)).map(
  (fullName, at) => ({
    address: `h${at}@example.org`,
    fullName,
    ...(at % 5 === 0 ? { active: false } : {}),
    ...(at % 3 === 0 ? { phone: "+31 20 555 10 00", division: "/care/nursing" } : {}),
    ...(at % 4 === 1
      ? { aliases: [`alias${at}@example.com`], delegates: ["h0@example.org", "h2@example.org"] }
      : {}),
  }),
);
const LIVE = {
  claimedDomains: ["example.org", "example.com"],
  divisions: ["/care", "/care/nursing"],
  personal: PEOPLE,
  functional: [
    { address: "desk@example.org", fullName: "Front desk", members: ["h0@example.org", "h1@example.org"] },
    { address: "empty@example.org", fullName: "@everyone | x | <img>", members: [] },
    { address: "nested@example.com", fullName: "Nested", members: ["desk@example.org"], division: "/care" },
    {
      address: "ghost@example.org",
      fullName: "Ghost",
      members: ["00000000-0000-4000-8000-000000000000", "h1@example.org"],
    },
  ],
};

describe("zivsync init --from-live", () => {
  it.each(["password", "sso"])(
    "declares what there is, so that a plan changes nothing (%s)",
    async (login) => {
      const simulator = await simulated(LIVE);
      const place = await repository();
      const run = await place.zivsync(
        "init",
        "--from-live",
        "--url",
        simulator.url,
        "--login",
        login,
        "--no-workflows",
        "--json",
      );
      expect(run.code).toBe(0);
      expect(simulator.log.every(({ method }) => method === "GET")).toBe(true);
      const paths = simulator.log.map(({ path }) => path);
      expect(new Set(paths).size).toBe(paths.length);
      expect(parse(await place.read("desired-state/organization.yaml")).claimedDomains).toEqual([
        "example.org",
        "example.com",
      ]);
      expect(await place.zivsync("plan", "--detailed-exitcode")).toMatchObject({ code: 0 });
      const plan = await readPlan(place);
      expect(plan.changes).toEqual([]);
      expect(plan.summary.unmanaged).toBe(0);
      const held = plan.findings.filter(({ code }) => code === "account-key-missing");
      expect(held.length > 0).toBe(login === "sso");
      const again = await place.zivsync(
        "-C",
        "other",
        "init",
        "--from-live",
        "--url",
        simulator.url,
        "--no-workflows",
        "--login",
        login,
      );
      expect(again.code).toBe(0);
      for (const kind of ["personal", "functional"])
        expect(await place.read(`other/accounts/${kind}.yaml`)).toBe(
          await place.read(`desired-state/accounts/${kind}.yaml`),
        );
    },
  );

  it("declares whole what can be, so that an edit is one change", async () => {
    const simulator = await simulated(LIVE);
    const place = await repository();
    const run = await place.zivsync(
      "init",
      "--from-live",
      "--url",
      simulator.url,
      "--login",
      "password",
      "--no-workflows",
      "--json",
    );
    const { notes } = JSON.parse(run.out);
    const functional = await place.read("desired-state/accounts/functional.yaml");
    expect(parse(functional).functional).toContainEqual({
      email: "desk@example.org",
      fullName: "Front desk",
      aliases: [],
      delegates: ["h0@example.org", "h1@example.org"],
      division: "/",
    });
    expect(
      parse(functional).functional.find(({ email }: { email: string }) => email.startsWith("ghost")),
    ).toEqual({
      email: "ghost@example.org",
      fullName: "Ghost",
      aliases: [],
      division: "/",
    });
    // Names that zivsync would clean are left as they are in Zivver, and that is told.
    expect(notes).toHaveLength(2);
    expect(notes[1]).toBe(PROTECTS_NOBODY("desired-state"));
    expect(notes[0]).toMatch(
      /^Declared in part, since the rest cannot be written as it is, and stays as Zivver has it: h\d+@example\.org \(full name: characters that no source may give\)/,
    );
    await writeFile(
      join(place.folder, "desired-state/accounts/functional.yaml"),
      functional.replace('["h0@example.org", "h1@example.org"]', '["h1@example.org", "h2@example.org"]'),
    );
    expect((await place.zivsync("plan", "--detailed-exitcode")).code).toBe(2);
    expect((await readPlan(place)).changes).toMatchObject([
      { action: "update", address: "desk@example.org", fields: [{ field: "delegates" }] },
    ]);
  });

  it("refuses to go into a configuration that is there", async () => {
    const simulator = await simulated(LIVE);
    const place = await repository();
    await place.zivsync("init", "--domain", "example.org", "--no-workflows");
    expect(await place.zivsync("init", "--from-live", "--url", simulator.url)).toMatchObject({
      code: 1,
      out: "",
    });
    expect(simulator.log).toEqual([]);
  });

  it("takes the claimed domains from Zivver for any other start, too", async () => {
    const simulator = await simulated(LIVE);
    const place = await repository();
    expect((await place.zivsync("init", "--source", "active-directory", "--url", simulator.url)).code).toBe(
      0,
    );
    expect(parse(await place.read("desired-state/organization.yaml"))).toMatchObject({
      target: { url: simulator.url },
      claimedDomains: ["example.org", "example.com"],
    });
  });
});
