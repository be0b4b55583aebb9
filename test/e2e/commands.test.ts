import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, it } from "vitest";
import type { Plan } from "../../src/model/plan/plan.ts";
import { accountAt, type SimulatorSeed } from "../../src/simulator/index.ts";
import { ACCOUNT_KEY, organizationYaml, simulated, type Workplace, workplace } from "../support/cli.ts";

const NUMBERS = Array.from({ length: 12 }, (_, index) => String(index + 1).padStart(2, "0"));
const LIVE: SimulatorSeed = {
  claimedDomains: ["example.org", "example.com"],
  personal: [
    ...NUMBERS.map((at) => ({ address: `p${at}@example.org`, fullName: `Person ${at}` })),
    { address: "admin@example.org", fullName: "Ad Min" },
    { address: "partner@example.com", fullName: "Par Tner" },
  ],
  functional: [{ address: "desk@example.org", fullName: "Desk", members: ["p01@example.org"] }],
};

const profile = (name: string, kind: string, include: string, source: string) => `apiVersion: zivsync/v1
kind: Profile
name: ${name}
manages: { kinds: [${kind}], include: [${include}] }
sources: [{ name: ${source}, type: spreadsheet, ${kind}: { file: ../${source}.csv } }]
`;

/** Eleven of twelve people: one is renamed, one is new, and 11 and 12 are no longer there. */
const STAFF = [
  "Email,Full name,Aliases,Active,Account key",
  `p01@example.org,Person One,first@example.org,yes,${ACCOUNT_KEY}01`,
  ...NUMBERS.slice(1, 10).map((at) => `p${at}@example.org,Person ${at},,yes,${ACCOUNT_KEY}${at}`),
  `new@example.org,New Person,,yes,${ACCOUNT_KEY}new`,
  `admin@example.org,Ad Min,,yes,${ACCOUNT_KEY}admin`,
].join("\n");
const SHARED = "Email,Full name,Delegates\ndesk@example.org,Desk,p01@example.org;new@example.org\n";

async function office(folder = "desired-state") {
  const simulator = await simulated(LIVE);
  const place = await workplace();
  await place.write({
    [`${folder}/organization.yaml`]: organizationYaml(simulator.url, "protected: [admin@example.org]\n"),
    [`${folder}/profiles/staff.yaml`]: profile("staff", "personal", "{ domain: example.org }", "hr"),
    [`${folder}/profiles/desks.yaml`]: profile("desks", "functional", "{ domain: example.org }", "shared"),
    [`${folder}/hr.csv`]: STAFF,
    [`${folder}/shared.csv`]: SHARED,
  });
  return { simulator, place };
}

const planIn = async (place: Workplace, file = "plan.json"): Promise<Plan> =>
  JSON.parse(await place.read(file));

const COMMANDS = ["validate", "check", "accounts", "records", "plan", "show", "apply", "simulator", "demo"];

describe("the command line", () => {
  // In processes of their own: what `dist/cli.js` does around a command line.
  it("says its version, lists its commands, and prints them without arguments", async () => {
    const place = await workplace();
    const { version } = JSON.parse(await readFile(new URL("../../package.json", import.meta.url), "utf8"));
    expect(await place.process("--version")).toEqual({ code: 0, out: `${version}\n`, err: "" });
    const help = await place.process("--help");
    expect(help).toMatchObject({ code: 0, err: "" });
    const [, commands = ""] = help.out.split("Commands:\n");
    const listed = [...commands.matchAll(/^ {2}([a-z]+)/gm)].map(([, name]) => name);
    expect(listed).toEqual(expect.arrayContaining(COMMANDS));
    expect(await place.process()).toEqual(help);
    expect(await place.process("pla")).toEqual({
      code: 1,
      out: "",
      err: `error: unknown command 'pla'
(Did you mean plan?)
Run \`zivsync --help\` for the commands and their options.
`,
    });
    expect(await place.process("-C", "elsewhere", "validate")).toMatchObject({ code: 1, out: "" });
  });

  it("lists the live accounts with their standing and its rule, as a table, CSV and JSON", async () => {
    const { place } = await office();
    const table = await place.zivsync("accounts");
    expect(table).toMatchObject({ code: 0, err: "" });
    const rows = table.out.trimEnd().split("\n").slice(2);
    expect(rows).toHaveLength(15);
    const STAFF_RULE = "staff: include domain example.org";
    const standings = [
      ["admin@example.org", "protected", `protected: admin@example.org; ${STAFF_RULE}`],
      ["p01@example.org", "managed", STAFF_RULE],
      ["partner@example.com", "unmanaged", "no profile includes it"],
      ["desk@example.org", "managed", "desks: include domain example.org"],
    ];
    for (const [address = "", standing = ""] of standings)
      expect(rows.find((row) => row.includes(` ${address} `))).toContain(` ${standing} `);

    const csv = await place.zivsync("accounts", "-f", "csv");
    const lines = csv.out.split("\r\n");
    expect(lines[0]).toBe("Kind,Email,Full name,Active,Aliases,Delegates,Division,Phone,Standing,Rule");
    expect(lines.at(-2)).toBe(
      "functional,desk@example.org,Desk,yes,,p01@example.org,/,,managed,desks: include domain example.org",
    );
    const json = await place.zivsync("accounts", "--json");
    const accounts: Record<string, unknown>[] = JSON.parse(json.out);
    expect(accounts).toHaveLength(15);
    for (const [address, standing, rule] of standings)
      expect(accounts.find((account) => account.address === address)).toMatchObject({ standing, rule });
    expect((await place.zivsync("accounts", "-f", "json")).out).toBe(json.out);
  });

  it("cuts nothing short on a terminal that does not know its width", async () => {
    const { place } = await office();
    const run = await place.beginOnTerminalWith({ COLUMNS: "0" }, "accounts").ended;
    expect(run.code).toBe(0);
    expect(run.out).toContain(
      "personal    p01@example.org      Person 01  yes     managed    staff: include domain",
    );
  });

  it("shows what the sources give and what becomes of it, without asking Zivver", async () => {
    const { place, simulator } = await office();
    const all = await place.zivsync("records");
    expect(all).toMatchObject({ code: 0, err: "" });
    expect(all.out).toContain("desks / shared (spreadsheet): 1 record\n");
    expect(all.out).toContain("staff / hr (spreadsheet): 12 records\n");
    const one = await place.zivsync("records", "shared", "--json");
    expect(JSON.parse(one.out)).toEqual({
      findings: [],
      sources: [
        {
          profile: "desks",
          source: "shared",
          type: "spreadsheet",
          complete: true,
          records: [
            {
              place: "shared.csv, line 2",
              kind: "functional",
              email: "desk@example.org",
              fullName: "Desk",
              active: null,
              aliases: null,
              delegates: ["p01@example.org", "new@example.org"],
              delegatesIncomplete: null,
              accountKey: "none",
              division: null,
              phone: null,
              id: null,
              becomes: "desk@example.org, active",
            },
          ],
        },
      ],
    });
    expect(await place.zivsync("records", "hrr")).toEqual({
      code: 1,
      out: "",
      err: `error[unknown-source]
  No profile has a source named "hrr".
  Did you mean \`hr\`?
`,
    });
    expect(simulator.log).toEqual([]);
  });

  it("validates a configuration without a profile, and says that it manages nothing", async () => {
    const place = await workplace();
    await place.write({
      "desired-state/organization.yaml": organizationYaml("http://127.0.0.1:1/"),
    });
    expect(await place.zivsync("validate")).toEqual({
      code: 0,
      out: "The configuration is valid: no profile, so zivsync manages no account. Add a file to its folder `profiles`.\n",
      err: "",
    });
  });

  it("validates offline, in the folder that -C names", async () => {
    const { place, simulator } = await office("elsewhere");
    expect(await place.zivsyncWith({ ZIVVER_API_KEY: "" }, "-C", "elsewhere", "validate")).toEqual({
      code: 0,
      out: "The configuration is valid: 2 profiles (desks, staff).\n",
      err: "",
    });
    const json = await place.zivsync("validate", "-C", "elsewhere", "--json");
    expect(JSON.parse(json.out)).toEqual({
      valid: true,
      profiles: ["desks", "staff"],
      digest: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
      findings: [],
    });
    expect((await place.zivsync("plan", "-C", "elsewhere", "--only", "p02@example.org")).code).toBe(0);
    expect(simulator.log).toHaveLength(2);
  });
});

describe("a configuration that protects nobody", () => {
  const summary =
    "No account is protected: the first plan may suspend your administrators, also the one whose API key this is. Until that is settled, every plan that suspends or deletes personal accounts is refused. Name your administrators under `protected`, or write `protected: none` if nobody is to be protected.";

  it.each(["", "protected: []\n"])("is said by validate and plan (%j)", async (line) => {
    const { place, simulator } = await office();
    const organization = organizationYaml(simulator.url).replace("protected: none\n", line);
    await place.write({ "desired-state/organization.yaml": organization });
    const run = await place.zivsync("validate");
    expect(run).toEqual({
      code: 0,
      out: `The configuration is valid: 2 profiles (desks, staff).

Findings: 0 errors, 1 warning, 0 notes
  warning protected-nobody (1)
    No account is protected: the first plan may suspend your administrators, also the one whose API key this is. Until
      that is settled, every plan that suspends or deletes personal accounts is refused. Name your administrators under
      \`protected\`, or write \`protected: none\` if nobody is to be protected. (organization.yaml)
`,
      err: "",
    });
    const finding = {
      code: "protected-nobody",
      severity: "warning",
      summary,
      where: { place: "organization.yaml" },
    };
    expect(JSON.parse((await place.zivsync("validate", "--json")).out).findings).toEqual([finding]);
    await place.zivsync("plan");
    expect((await planIn(place)).findings).toContainEqual(finding);
  });

  it("is not, where it says that nobody is to be protected", async () => {
    const { place, simulator } = await office();
    await place.write({
      "desired-state/organization.yaml": organizationYaml(simulator.url, "protected: none\n"),
    });
    expect((await place.zivsync("validate")).out).toBe(
      "The configuration is valid: 2 profiles (desks, staff).\n",
    );
    await place.zivsync("plan");
    expect((await planIn(place)).findings.map(({ code }) => code)).not.toContain("protected-nobody");
  });
});

describe("a plan without changes while a source is incomplete", () => {
  it("says so first, counts it, and is exit code 2 with --detailed-exitcode", async () => {
    const simulator = await simulated({ ...LIVE, functional: [] });
    const place = await workplace();
    await place.write({
      "desired-state/organization.yaml": organizationYaml(simulator.url),
      "desired-state/profiles/staff.yaml": profile("staff", "personal", "{ domain: example.org }", "hr"),
      "desired-state/hr.csv": "Email,Full name,Account key\n",
    });
    const run = await place.process("plan", "--detailed-exitcode");
    expect(run.code).toBe(2);
    expect(run.out).toMatch(
      /^No changes\. Incomplete: 1 source could not be read in full\. Held back: .*\n\nIncomplete: 1 source could not be read in full: staff\/hr\n/,
    );
    for (const at of NUMBERS.slice(0, 9)) expect(run.out).toContain(`p${at}@example.org`);
    const { attention } = await planIn(place);
    expect(attention).toMatchObject({ incomplete: 1, conflict: 0, frozen: 0 });
    expect(attention?.heldBack).toBeGreaterThan(0);
    expect((await place.zivsync("plan")).code).toBe(0);
    expect((await place.zivsync("show", "plan.json", "--json")).out).toContain('"attention":{"conflict":0');
    const digest = (await planIn(place)).digest;
    expect((await place.zivsync("apply", "plan.json", "--approve", digest)).out).toMatch(
      /^No changes: there is nothing to apply\. Incomplete: 1 source could not be read in full\. Held back: /,
    );
  });
});

describe("a plan", () => {
  it("that a guard refuses is written and shown in full, and applied only after exactly its effect was accepted", async () => {
    const { place, simulator } = await office();
    const refused = await place.process("plan", "--detailed-exitcode");
    expect(refused).toMatchObject({ code: 3, err: "The plan was written to plan.json.\n" });
    expect(refused.out).toContain(`REFUSED by 1 guard: nothing of this plan can be applied.
  suspend: 2 of 13 personal accounts would be suspended; the limit is 0.
  If exactly this is wanted, plan again, with the same options and these:
    --accept suspend=2
`);
    expect(refused.out.match(/^ {2}[-+~] \w+ \w+ .*?\S+@\S+/gm)).toEqual([
      '  - suspend personal "Person 11" <p11@example.org>',
      '  - suspend personal "Person 12" <p12@example.org>',
      "  + create personal new@example.org",
      "  ~ update personal p01@example.org",
      "  ~ update functional desk@example.org",
    ]);
    const first = await planIn(place);
    expect(first.applicable).toBe(false);
    expect(first.changes).toHaveLength(5);
    const lists = simulator.log.length;
    expect(await place.zivsync("apply", "plan.json", "--approve", first.digest)).toEqual({
      code: 3,
      out: "",
      err: `error[plan-not-applicable] plan.json
  The plan was refused by its guards: suspend (2, the limit is 0).
  Make a new plan; \`zivsync show\` says how to accept exactly this effect.
`,
    });
    expect(simulator.log).toHaveLength(lists);

    for (const count of [1, 3]) {
      const other = await place.zivsync("plan", "--accept", `suspend=${count}`);
      expect(other.code).toBe(3);
      expect(other.err).toBe(
        `--accept suspend=${count} accepted nothing: no guard of that name refuses exactly ${count}.\nThe plan was written to plan.json.\n`,
      );
    }
    const exact = await place.zivsync("plan", "--accept", "suspend=2", "--detailed-exitcode");
    expect(exact).toMatchObject({ code: 2, err: "The plan was written to plan.json.\n" });
    expect(exact.out).toContain("  suspend, personal accounts       accepted (2 of 13, limit 0)\n");
    const accepted = await planIn(place);
    expect(accepted.digest).not.toBe(first.digest);
    expect(await place.zivsync("apply", "plan.json", "--approve", first.digest)).toMatchObject({ code: 3 });
    expect(await place.zivsync("apply", "plan.json", "--approve", accepted.digest)).toMatchObject({
      code: 0,
    });
    expect(accountAt(simulator.world, "p11@example.org")).toMatchObject({ active: false });
  });

  it("fits its schema, and is the same in the file, from plan --json and from show --json", async () => {
    const { place } = await office();
    const run = await place.zivsync("plan", "--json", "--accept", "suspend=2");
    expect(run.code).toBe(0);
    expect(run.out).toBe(`${await place.read("plan.json")}\n`);
    const schema = JSON.parse(
      await readFile(new URL("../../schemas/plan.schema.json", import.meta.url), "utf8"),
    );
    const validate = new Ajv2020({ strict: true, allErrors: true }).compile(schema);
    validate(JSON.parse(run.out));
    expect(validate.errors).toBe(null);
    expect((await place.zivsync("show", "plan.json", "--json")).out).toBe(run.out);
    const applied = await place.zivsync(
      "apply",
      "plan.json",
      "--json",
      "--approve",
      (await planIn(place)).digest,
    );
    const { digest, changes, seal } = await planIn(place);
    expect(JSON.parse(applied.out)).toEqual({
      digest,
      journal: `plan.json.${seal.slice(-8)}.journal`,
      outcomes: changes.map(({ id }) => ({ change: id, state: "applied", detail: "" })),
      unfinished: false,
    });
  });

  it("is shown without the API key, and says that its seal is unchecked", async () => {
    const { place } = await office();
    await place.zivsync("plan", "--accept", "suspend=2");
    const withKey = await place.zivsync("show", "plan.json");
    expect(withKey.out.endsWith("Seal: valid.\n")).toBe(true);
    const without = await place.zivsyncWith({ ZIVVER_API_KEY: "" }, "show", "plan.json");
    const body = withKey.out.slice(0, -"Seal: valid.\n".length);
    const marked = body.replace(/(?<=^ {6}.*)\((?=(profile|hr|shared)\b)/gm, "(unverified: ");
    expect(without).toEqual({
      code: 0,
      out: `${marked}The seal is unchecked: no API key at hand. Findings, origins, sources and measures are unverified.\n`,
      err: "",
    });
    const json = await place.zivsyncWith({ ZIVVER_API_KEY: "" }, "show", "plan.json", "--json");
    expect(json).toMatchObject({
      code: 0,
      err: "The seal is unchecked: the API key is not at hand. Findings and origins are unverified.\n",
    });
  });

  it("is about one account with --only and one profile with --profile", async () => {
    const { place, simulator } = await office();
    const only = await place.zivsync("plan", "--only", "P01@Example.org", "-o", "only.json");
    expect(only.code).toBe(0);
    expect(only.out).toContain("Only: p01@example.org; no other account was planned\n");
    expect((await planIn(place, "only.json")).changes.map(({ address }) => address)).toEqual([
      "p01@example.org",
    ]);
    const byAlias = await place.zivsync("plan", "--only", "first@example.org", "-o", "alias.json");
    expect(byAlias.code).toBe(0);
    expect((await planIn(place, "alias.json")).digest).toBe((await planIn(place, "only.json")).digest);
    await place.zivsync("plan", "--profile", "desks", "-o", "desks.json");
    const desks = await planIn(place, "desks.json");
    expect(desks.configuration.profiles).toEqual(["desks"]);
    expect(desks.changes).toEqual([]);
    expect(desks.findings.map(({ code }) => code)).toEqual(["delegate-unknown"]);
    const both = await place.zivsync(
      "plan",
      "--profile",
      "desks",
      "--profile",
      "staff",
      "--accept",
      "suspend=2",
    );
    expect(both.code).toBe(0);
    expect((await planIn(place)).changes).toHaveLength(5);

    const { digest } = await planIn(place, "only.json");
    expect((await place.zivsync("apply", "only.json", "--approve", digest)).out).toBe("Applied 1.\n");
    expect(accountAt(simulator.world, "p01@example.org")?.fullName).toBe("Person One");
    expect(accountAt(simulator.world, "new@example.org")).toBe(undefined);
  });

  it.each([
    ["no/such/folder/plan.json", "its folder does not exist"],
    ["desired-state", "it is a folder"],
  ])("that cannot be written to %s is not printed either", async (file, reason) => {
    const { place } = await office();
    expect(await place.zivsync("plan", "-o", file)).toEqual({
      code: 1,
      out: "",
      err: `error[file-unwritable] ${join(place.folder, file)}
  The file cannot be written: ${reason}.
  Check the folder and its permissions.
`,
    });
    expect(await place.written()).toEqual([]);
  });

  it("is coloured on a terminal, unless NO_COLOR is set, and never elsewhere", async () => {
    const { place } = await office();
    const plain = await place.zivsync("plan");
    const COLOUR = `${String.fromCharCode(27)}[31m`;
    expect(plain.out).not.toContain(COLOUR);
    const coloured = await place.beginOnTerminal("plan").ended;
    expect(coloured.code).toBe(3);
    expect(coloured.out).toContain(COLOUR);
    const quiet = await place.beginOnTerminalWith({ NO_COLOR: "1" }, "plan").ended;
    expect(quiet.code).toBe(3);
    expect(quiet.out).toContain("REFUSED by 1 guard");
    expect(quiet.out).not.toContain(COLOUR);
    const forced = await place.zivsyncWith({ FORCE_COLOR: "1" }, "show", "plan.json");
    expect(forced.out).not.toContain(COLOUR);
  });
});
