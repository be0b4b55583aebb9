import { describe, expect, it } from "vitest";
import { countByMethod } from "../../src/simulator/index.ts";
import { API_KEY, type Run, simulated, type Workplace, workplace } from "../support/cli.ts";
import { SEED, soundFiles, text, USERS_CSV } from "../support/malformed.ts";

/** A run with times, ports and folders taken out. */
function plain({ code, out, err }: Run, place: Workplace): Run {
  const clean = (words: string) =>
    words
      .replaceAll(place.folder, "<folder>")
      .replace(/127\.0\.0\.1:\d+/g, "127.0.0.1:<port>")
      .replace(/\d+\.\d\d s/g, "<time>");
  return { code, out: clean(out), err: clean(err) };
}

const ADDING = `apiVersion: zivsync/v1
kind: Accounts
personal:
  - { email: anna@example.org, phone: "+31 6 12345678" }
`;

const PROFILE = `apiVersion: zivsync/v1
kind: Profile
name: all
manages: { kinds: [personal, functional] }
sources:
  - name: lists
    type: spreadsheet
    personal: { file: ../users.csv }
    functional: { file: ../shared.csv }
  - { name: additions, type: declared, files: ../accounts/*.yaml }
`;

async function office(files: Readonly<Record<string, string>> = {}) {
  const simulator = await simulated(SEED);
  const place = await workplace();
  await place.write({
    ...soundFiles(simulator.url),
    "desired-state/profiles/all.yaml": PROFILE,
    "desired-state/accounts/additions.yaml": ADDING,
    ...files,
  });
  return { simulator, place };
}

const TARGET = [
  "Zivver: http://127.0.0.1:<port>/api/scim/v2",
  "  The API key works. 3 personal accounts and 1 functional, read in <time>.",
  "  Whether it may write is not tried: a check only reads.",
  "  In use: 1 of 2 claimed domains. Nobody has an address in example.com.",
  "",
];
const LISTS = [
  "all / lists (spreadsheet)",
  "  Read in full: 3 personal records and 1 functional in <time>.",
  "",
  "  Place               Kind        Email               Full name   Aliases  Delegates  Account key  Becomes",
  "  ------------------  ----------  ------------------  ----------  -------  ---------  -----------  --------------------------",
  "  users.csv, line 2   personal    anna@example.org    Anna Bos                        set          anna@example.org, active",
  "  users.csv, line 3   personal    bert@example.org    Bert Vos                        set          bert@example.org, active",
  "  users.csv, line 4   personal    claire@example.org  Claire Dam                      set          claire@example.org, active",
  "  shared.csv, line 2  functional  desk@example.org    Front desk                   1  none         desk@example.org, active",
  "",
];
const ADDITIONS = [
  "all / additions (declared)",
  "  Read in full: 1 personal record and 0 functional in <time>.",
  "",
  "  Place                        Kind      Email             Full name  Aliases  Delegates  Account key  Becomes",
  "  ---------------------------  --------  ----------------  ---------  -------  ---------  -----------  ------------------------",
  "  accounts/additions.yaml:4:5  personal  anna@example.org                                 none         anna@example.org, active",
  "",
];

describe("zivsync check", () => {
  it("says of Zivver and of every source what it gives, and sends only reads", async () => {
    const { place, simulator } = await office();
    const run = plain(await place.zivsync("check"), place);
    expect(run).toEqual({
      code: 0,
      out: text([...TARGET, ...LISTS, ...ADDITIONS, "Everything could be read in full."]),
      err: "",
    });
    expect(await place.written()).toEqual([]);
    expect(countByMethod(simulator.log)).toEqual({ GET: 2 });
  });

  it("says of one source alone what it gives, and asks Zivver nothing", async () => {
    const { place, simulator } = await office();
    const run = plain(await place.zivsyncWith({ ZIVVER_API_KEY: "" }, "check", "additions"), place);
    expect(run).toEqual({
      code: 0,
      out: text([...ADDITIONS, "Everything could be read in full."]),
      err: "",
    });
    expect(simulator.log).toEqual([]);
  });

  it("says once that no source gives account keys, and how many people need one", async () => {
    const rows = Array.from({ length: 401 }, (_, at) => `p${at}@example.org,Person ${at}\n`);
    const { place } = await office({ "desired-state/users.csv": `Email,Full name\n${rows.join("")}` });
    const run = plain(await place.zivsync("check", "lists"), place);
    expect(run.out.split("\n").slice(0, 7)).toEqual([
      "all / lists (spreadsheet)",
      "  Read in full: 401 personal records and 1 functional in <time>.",
      "  Findings: 0 errors, 1 warning, 0 notes",
      "    warning account-key-missing (1)",
      "      No source of the profile gives account keys, and 401 people here need one to log in by single sign-on. Those who",
      "        have an account keep the key that Zivver has; nobody else is created until a source gives their keys",
      "        (`accountKey`). (all, lists)",
    ]);
    const listed = await place.zivsync("records", "lists", "--json");
    expect(JSON.parse(listed.out).findings).toMatchObject([
      { code: "account-key-missing", severity: "warning", where: { profile: "all", source: "lists" } },
    ]);
  });

  it("reads a list with a total below it in full, once `filter` excludes that row", async () => {
    const { place } = await office({ "desired-state/users.csv": `${USERS_CSV},Totaal 3,\n` });
    const before = await place.zivsync("check", "lists");
    expect(before.code).toBe(1);
    expect(before.out).toContain("exclude it with `filter` if it is not an account");
    const filter = 'filter: [{ field: fullName, values: "Totaal*", exclude: true }]';
    await place.write({
      "desired-state/profiles/all.yaml": PROFILE.replace("../users.csv }", `../users.csv, ${filter} }`),
    });
    const after = await place.zivsync("check", "lists");
    expect(after.code).toBe(0);
    expect(after.out).toContain("filter: 4 of 5 records taken");
  });

  it("names who has no account key where others have one", async () => {
    const { place } = await office({
      "desired-state/users.csv":
        "Email,Full name,Account key\nanna@example.org,Anna Bos,k1\nbert@example.org,Bert Vos,\nclaire@example.org,Claire Dam,\n",
    });
    const run = await place.zivsync("check", "lists");
    expect(run.out).toContain("error account-key-missing (2)");
    expect(run.out).toContain("bert@example.org (users.csv, line 3)");
  });

  it("gives the same to machines", async () => {
    const { place, simulator } = await office();
    const run = await place.zivsync("check", "--json");
    expect(run).toMatchObject({ code: 0, err: "" });
    const additions = {
      ok: true,
      profile: "all",
      source: "additions",
      type: "declared",
      seconds: expect.any(Number),
      complete: true,
      records: { personal: 1, functional: 0 },
      facts: [],
      findings: [],
      first: [
        {
          place: "accounts/additions.yaml:4:5",
          kind: "personal",
          email: "anna@example.org",
          fullName: null,
          active: null,
          aliases: null,
          delegates: null,
          delegatesIncomplete: null,
          accountKey: "none",
          division: null,
          phone: "+31 6 12345678",
          id: null,
          becomes: "anna@example.org, active",
        },
      ],
    };
    expect(JSON.parse(run.out)).toEqual({
      ok: true,
      target: {
        ok: true,
        url: simulator.url,
        seconds: expect.any(Number),
        personal: 3,
        functional: 1,
        domainsInUse: ["example.org"],
        domainsNotInUse: ["example.com"],
      },
      sources: [expect.objectContaining({ ok: true, source: "lists" }), additions],
    });
    const alone = await place.zivsync("check", "additions", "--json");
    expect(JSON.parse(alone.out)).toEqual({ ok: true, target: null, sources: [additions] });
  });

  it("with a wrong key still looks at the sources", async () => {
    const { place } = await office();
    const run = plain(await place.zivsyncWith({ ZIVVER_API_KEY: `${API_KEY}x` }, "check"), place);
    const target = [
      "Zivver: http://127.0.0.1:<port>/api/scim/v2: the accounts could not be read (after <time>)",
      "  error[target-unauthorized] GET http://127.0.0.1:<port>/api/scim/v2/Users",
      "    Zivver did not accept the API key, asked to read the personal accounts (401). The key is wrong or revoked, or the administrator who made it was deleted.",
      "    Make a new API key in Zivver and store it where target.apiKey points.",
      "",
    ];
    const verdict = "Not all is well: the accounts of Zivver could not be read.";
    expect(run).toEqual({ code: 1, out: text([...target, ...LISTS, ...ADDITIONS, verdict]), err: "" });
  });

  it("without a key, too", async () => {
    const { place } = await office();
    const run = plain(await place.zivsyncWith({ ZIVVER_API_KEY: "" }, "check"), place);
    expect(run).toMatchObject({ code: 1, err: "" });
    expect(run.out).toContain(
      "(after <time>)\n  error[secret-empty] organization.yaml:5:11\n    The environment variable ZIVVER_API_KEY is empty",
    );
    expect(run.out).toContain(text(LISTS));
  });

  it("goes on when a source fails", async () => {
    const { place } = await office({ "desired-state/users.csv": "Full name\nAnna Bos\n" });
    const run = plain(await place.zivsync("check"), place);
    expect(run).toEqual({
      code: 1,
      out: text([
        ...TARGET,
        "all / lists (spreadsheet): could not be read (after <time>)",
        "  error[column-missing] users.csv, line 1",
        '    There is no column "Email", and without it rows cannot be matched to accounts.',
        '    The columns are "Full name". Name the one that holds the addresses: `map: { email: … }`.',
        "",
        ...ADDITIONS.map((line) =>
          line
            .replace("anna@example.org, active", "unknown: another source is not read")
            .replace(/-{24}$/, "-".repeat(35)),
        ),
        "Not all is well: 1 source could not be read.",
      ]),
      err: "",
    });
  });

  it("takes a source that was not read in full for none that is well, and shows hostile text as text", async () => {
    const hostile =
      "Email,Full name,Account key\nanna@example.org,An\u2028na::error::,canary-account-key-a\nnobody,No Body,\n";
    const { place } = await office({ "desired-state/users.csv": hostile });
    const run = plain(await place.zivsync("check", "lists"), place);
    expect(run).toMatchObject({ code: 1, err: "" });
    expect(run.out).not.toMatch(/\u2028|::/);
    expect(run.out).toContain("An\\u{2028}na:\\u{3a}error");
    expect(run.out.split("\n").slice(0, 5)).toEqual([
      "all / lists (spreadsheet)",
      "  Not read in full, so nothing is removed because of this source: 1 personal record and 1 functional in <time>.",
      "  Findings: 1 error, 0 warnings, 0 notes",
      "    error record-without-address (1)",
      `      The row cannot be matched to an account. Its column "Email" holds no e-mail address. Nothing is removed because of`,
    ]);
    expect(run.out.split("\n").slice(-2)).toEqual([
      "Not all is well: 1 source could not be read in full.",
      "",
    ]);
  });

  it("refuses names that there are none of", async () => {
    const { place } = await office();
    expect(await place.zivsync("check", "list")).toEqual({
      code: 1,
      out: "",
      err: text([
        "error[unknown-source]",
        '  No profile has a source named "list".',
        "  Did you mean `lists`?",
      ]),
    });
    const run = await place.zivsync("check", "--profile", "al");
    expect(run).toMatchObject({ code: 1, out: "" });
    expect(run.err).toContain("error[unknown-profile]");
  });
});
