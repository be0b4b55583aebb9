import { existsSync, readFileSync } from "node:fs";
import { chmod, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { ACCOUNT_KEY, simulated, type Workplace, workplace } from "../support/cli.ts";
import { SEED, soundFiles } from "../support/malformed.ts";

const profile = (input: string) => `apiVersion: zivsync/v1
kind: Profile
name: all
manages: { kinds: [personal, functional] }
sources:
  - name: hr
    type: records
    ${input}
`;

const LINES = [
  { kind: "personal", email: "anna@example.org", fullName: "Anna Bos", accountKey: `${ACCOUNT_KEY}1` },
  { kind: "personal", email: "bert@example.org", fullName: "Bert Vos", accountKey: `${ACCOUNT_KEY}2` },
  { kind: "functional", email: "desk@example.org", fullName: "Desk", delegates: ["anna@example.org"] },
];
const jsonLines = (lines: readonly object[], count = lines.length) =>
  [...lines, { end: true, count }].map((line) => `${JSON.stringify(line)}\n`).join("");

async function office(input: string, files: Readonly<Record<string, string>> = {}): Promise<Workplace> {
  const simulator = await simulated(SEED);
  const place = await workplace();
  await place.write({
    ...soundFiles(simulator.url),
    "desired-state/profiles/all.yaml": profile(input),
    ...files,
  });
  return place;
}

/** A program outside of the workplace that writes these lines. */
async function program(script: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "zivsync-opt-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const path = join(folder, "export.sh");
  await writeFile(path, `#!/bin/sh\n${script}`);
  await chmod(path, 0o755);
  return path;
}

/** For what is under way in another process; the test ends by its own time where it never comes. */
/** Waits until something is so. */
async function until(isSo: () => boolean): Promise<undefined> {
  while (!isSo()) await new Promise((next) => setTimeout(next, 20));
  return undefined;
}

describe("records of a file", () => {
  it("are planned as those of any source", async () => {
    const place = await office("file: ../people.jsonl", { "desired-state/people.jsonl": jsonLines(LINES) });
    const { code, out } = await place.zivsync("records", "--json");
    const [{ complete, records }] = JSON.parse(out).sources;
    expect({ code, complete, count: records.length }).toEqual({ code: 0, complete: true, count: 3 });
    expect((await place.zivsync("plan")).code).toBe(0);
  });

  it("that give no delegates of one desk take nobody out of it, whatever another source lists", async () => {
    const desk = { kind: "functional", email: "desk@example.org", fullName: "Desk" };
    const other = { kind: "functional", email: "other@example.org", fullName: "Other", delegates: [] };
    const lists = (...rows: readonly object[]) => ({ "desired-state/desks.jsonl": jsonLines(rows) });
    const place = await office(
      "file: ../people.jsonl\n  - { name: desks, type: records, file: ../desks.jsonl }",
      {
        "desired-state/people.jsonl": jsonLines(LINES),
        ...lists({ ...desk, delegates: ["bert@example.org"] }, other),
      },
    );
    const plan = async () => {
      await place.zivsync("plan");
      return JSON.parse(await place.read("plan.json"));
    };
    await place.zivsync("apply", "plan.json", "--approve", (await plan()).digest);
    await place.write(lists(desk, other));
    const { changes, findings } = await plan();
    expect(changes).toEqual([]);
    expect(findings.filter(({ code }: { code: string }) => code === "delegates-incomplete")).toMatchObject([
      {
        summary:
          "The source desks gives no delegates in this record, and gives them in others; an empty list would mean none. Delegates are added to this account, and none is removed.",
        where: { address: "desk@example.org" },
      },
    ]);
    await place.write(lists({ ...desk, delegates: [] }, other));
    expect((await plan()).changes).toMatchObject([{ address: "desk@example.org", action: "update" }]);
  });

  it("that were cut off remove nobody, and say so", async () => {
    const cut = jsonLines(LINES).split("\n").slice(0, 1).join("\n");
    const place = await office("file: ../people.jsonl", { "desired-state/people.jsonl": cut });
    await place.zivsync("plan");
    const { changes } = JSON.parse(await place.read("plan.json"));
    expect(changes.filter(({ action }: { action: string }) => /suspend|delete/.test(action))).toEqual([]);
    const { code, out } = await place.zivsync("records", "--check-program");
    expect({ code, out }).toEqual({
      code: 1,
      out: `all / hr (records)
  1 record. Something is wrong: see below.
  lines: 1 before the end, ${Buffer.byteLength(cut)} bytes
  personal fields: email, fullName, accountKey
Findings: 1 error, 0 warnings, 0 notes
  error source-incomplete (1)
    The last line \`{"end":true,"count":1}\` is missing, so the list may have been cut off. Nothing is removed because of
      this source. (hr)
`,
    });
  });
});

describe("records of a program", () => {
  it("come only where ZIVSYNC_PROGRAMS names it", async () => {
    const path = await program(`cat <<'END'\n${jsonLines(LINES)}END\n`);
    const place = await office(`program: [${path}]`);
    const refused = await place.zivsync("plan");
    expect([refused.code, refused.err]).toEqual([1, expect.stringContaining("program-not-allowed")]);
    const { code } = await place.zivsyncWith({ ZIVSYNC_PROGRAMS: path }, "plan");
    expect(code).toBe(0);
  });

  it("are explained, line by line", async () => {
    const path = await program(
      `cat <<'END'\n${jsonLines([{ ...LINES[0], phone: 31612345678, fullname: "Anna" }, LINES[2] ?? {}], 3)}END\n`,
    );
    const place = await office(`program: [${path}, --all]`);
    const { code, out } = await place.zivsyncWith(
      { ZIVSYNC_PROGRAMS: path },
      "records",
      "hr",
      "--check-program",
      "--json",
    );
    const [{ facts, findings, ...rest }] = JSON.parse(out).sources;
    expect({
      code,
      ...rest,
      facts,
      findings: findings.map(({ summary }: { summary: string }) => summary),
    }).toEqual({
      code: 1,
      ok: false,
      profile: "all",
      source: "hr",
      complete: false,
      records: 2,
      doubts: [
        {
          where: "export.sh, line 1",
          property: "fullname",
          message: "A record has no such property. What only a filter looks at belongs into `extra`.",
        },
        {
          where: "export.sh, line 1",
          property: "phone",
          message: "It is a number. Write it as text, or digits may be lost.",
        },
      ],
      facts: [
        { label: "lines", value: expect.stringMatching(/^2 before the end, \d+ bytes$/) },
        { label: "personal fields", value: "email, fullName, accountKey, phone" },
        { label: "functional fields", value: "email, fullName, delegates" },
        { label: "program", value: "exit code 0" },
      ],
      findings: [
        "The last line counts 3 records, and 2 lines came before it. Nothing is removed because of this source.",
      ],
    });
  });

  it("end with zivsync: Ctrl-C leaves nothing behind", async () => {
    const place = await office("file: ../people.jsonl");
    const pid = join(place.folder, "desired-state", "pid");
    const path = await program(`echo $$ > ${pid}\nexec sleep 300\n`);
    await place.write({ "desired-state/profiles/all.yaml": profile(`program: [${path}]`) });
    const running = place.beginWith({ ZIVSYNC_PROGRAMS: path }, "plan");
    const hasBegun = () => existsSync(pid) && readFileSync(pid, "utf8").trim() !== "";
    const early = await Promise.race([running.ended, until(hasBegun)]);
    expect(early).toBeUndefined();
    running.kill("SIGINT");
    expect((await running.ended).code).not.toBe(0);
    const stat = `/proc/${(await readFile(pid, "utf8")).trim()}/stat`;
    const isRunning = () => existsSync(stat) && !/\) Z /.test(readFileSync(stat, "utf8"));
    await until(() => !isRunning());
    expect(isRunning()).toBe(false);
  });

  it("get no other secret than the configuration names", async () => {
    const path = await program(
      `cat <<END\n{"kind":"personal","email":"anna@example.org","fullName":"\${#HR_PASSWORD} \${#ZIVVER_API_KEY}"}\n{"end":true,"count":1}\nEND\n`,
    );
    const place = await office(`program: [${path}]\n    secrets: { HR_PASSWORD: { env: HR_DB_PASSWORD } }`);
    const { out } = await place.zivsyncWith(
      { ZIVSYNC_PROGRAMS: path, HR_DB_PASSWORD: "open" },
      "records",
      "--json",
    );
    expect(JSON.parse(out).sources[0].records[0].fullName).toBe("4 0");
  });
});

describe("the configuration of records", () => {
  it.each([
    [
      "neither file nor program",
      "filter: []",
      "profiles/all.yaml:6:5",
      "config-shape",
      "The source has neither `file` nor `program`, so nothing says where its records are.",
    ],
    [
      "both",
      "file: ../a.jsonl\n    program: [/opt/x]",
      "profiles/all.yaml:6:5",
      "config-shape",
      "The source has both `file` and `program`, and only one of the two could give its records.",
    ],
    [
      "time for a file",
      "file: ../a.jsonl\n    timeout: 5m",
      "profiles/all.yaml:6:5",
      "config-shape",
      "`timeout` and `secrets` are for a program, and this source has none.",
    ],
    [
      "a variable that makes shells run things",
      "program: [/opt/x]\n    secrets: { BASH_ENV: { env: X } }",
      "profiles/all.yaml:9:16",
      "config-shape",
      'A program gets its secrets in variables whose names end in PASSWORD, TOKEN, SECRET or KEY, and "BASH_ENV" does not: other variables may change what a program runs.',
    ],
    [
      "Zivver's key",
      "program: [/opt/x]\n    secrets: { A_KEY: { env: ZIVVER_API_KEY } }",
      "profiles/all.yaml:9:23",
      "secret-shared",
      "The environment variable ZIVVER_API_KEY holds the secret of Zivver (organization.yaml:5:11), and the source hr would send it elsewhere.",
    ],
    [
      "a token of GitHub",
      "program: [/opt/x]\n    secrets: { A_TOKEN: { env: GITHUB_TOKEN } }",
      "profiles/all.yaml:9:25",
      "secret-reserved",
      "The environment variable GITHUB_TOKEN belongs to Zivver, zivsync or the workflow, and the source hr would send it elsewhere.",
    ],
    [
      "a relative path",
      "program: [export.sh]",
      "profiles/all.yaml:8:15",
      "config-shape",
      '"export.sh" is not an absolute path, so it hangs on the folder which program is meant.',
    ],
  ])("is refused: %s", async (_, input, where, code, message) => {
    const place = await office(input);
    const { err, code: exit } = await place.zivsync("validate");
    const [head, body] = err.replace(/\n {2}/g, " ").split("\n");
    expect([exit, `${head} ${body}`]).toEqual([1, expect.stringContaining(`error[${code}] ${where}`)]);
    expect(err.replace(/\s+/g, " ")).toContain(message);
  });
});
