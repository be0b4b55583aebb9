import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, test } from "vitest";
import type { RecordsConfig } from "../../../../src/model/source-config/records.ts";
import { Secret } from "../../../../src/model/values/secret.ts";
import { LARGEST_ERRORS } from "../../../../src/sources/json-lines/program/run.ts";
import { createSource } from "../../../../src/sources/registry.ts";
import { CLOCK } from "../../../support/clock.ts";
import { plain, problemsOf } from "../../reading.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "zivsync-program-"));
  mkdirSync(join(folder, "opt"));
  mkdirSync(join(folder, "repository", ".git"), { recursive: true });
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function program(name: string, script: string): string {
  const path = join(folder, name);
  writeFileSync(path, script);
  chmodSync(path, 0o755);
  return path;
}

type Asked = {
  readonly argv: readonly string[];
  readonly listed?: string;
  readonly timeoutMs?: number;
  readonly secrets?: Readonly<Record<string, string>>;
  readonly environment?: Readonly<Record<string, string>>;
};

function source({ argv, listed = argv[0] ?? "", timeoutMs = 30_000, secrets = {}, environment = {} }: Asked) {
  const given = Object.keys(secrets).map((name) => [name, { ref: { env: name }, where: "hr.yaml:9:3" }]);
  const config: RecordsConfig = {
    type: "records",
    name: "hr",
    input: { type: "program", argv, where: "hr.yaml:7:5", timeoutMs, secrets: Object.fromEntries(given) },
  };
  return createSource(config, {
    readSecret: async (ref) => new Secret(("env" in ref && secrets[ref.env]) || ""),
    clock: CLOCK,
    programs: {
      environment: { PATH: "/usr/bin:/bin", ZIVSYNC_PROGRAMS: listed, ...environment },
      directory: join(folder, "repository"),
    },
  });
}

/** One that has ended and that nobody has asked for is a zombie (Linux), and runs no more. */
function isRunning(pid: string): boolean {
  const stat = `/proc/${pid}/stat`;
  return existsSync(stat) && !/\) Z /.test(readFileSync(stat, "utf8"));
}

const ANN = '{"kind":"personal","email":"ann@example.org","fullName":"Ann Bos"}';
const writes = (...lines: readonly string[]) => lines.map((line) => `echo '${line}'\n`).join("");

async function outcome(asked: Asked) {
  const { complete, records, findings, facts = [] } = await source(asked).read();
  return {
    complete,
    records: records.map((record) => plain(record).email),
    findings: findings.map(({ summary, where }) => `${where.place ? `${where.place}: ` : ""}${summary}`),
    program: facts.find(({ label }) => label === "program")?.value,
  };
}

describe("a program's records", () => {
  it("are taken when it ends well and counts right", async () => {
    const export_ = program("opt/export.sh", `#!/bin/sh\n${writes(ANN, '{"end":true,"count":1}')}`);
    expect(await outcome({ argv: [export_] })).toEqual({
      complete: true,
      records: ["ann@example.org"],
      findings: [],
      program: "exit code 0",
    });
  });

  const HELD = "Nothing is removed because of this source.";
  const SILENT = "It wrote nothing to its standard error.";
  const END_1 = '{"end":true,"count":1}';
  test.each([
    [
      "without the end",
      writes(ANN),
      [`The last line \`{"end":true,"count":1}\` is missing, so the list may have been cut off. ${HELD}`],
    ],
    [
      "cut within a line",
      `printf '%s' '${ANN.slice(0, 30)}'`,
      [
        `The last line \`{"end":true,"count":1}\` is missing, so the list may have been cut off. ${HELD}`,
        `bad.sh, line 1: This is not JSON, or only a part of a line. ${HELD}`,
        `The source gives no record at all. ${HELD}`,
      ],
    ],
    [
      "with another count",
      writes(ANN, '{"end":true,"count":2}'),
      [`The last line counts 2 records, and 1 lines came before it. ${HELD}`],
    ],
    [
      "with more after the end",
      writes(ANN, END_1, ANN, ANN),
      [`bad.sh, line 3: It comes after the line that is the end. ${HELD}`],
    ],
    [
      "with words between the lines",
      writes("reading 1 of 2", ANN, '{"end":true,"count":1}'),
      [
        `The last line counts 1 records, and 2 lines came before it. ${HELD}`,
        `bad.sh, line 1: This is not JSON, or only a part of a line. ${HELD}`,
      ],
    ],
    [
      "that fails after the end",
      `${writes(ANN, END_1)}echo 'the database went away' >&2; exit 3`,
      [`The program ended with exit code 3. Its standard error ends with “the database went away”. ${HELD}`],
    ],
    ["that dies", `${writes(ANN, END_1)}kill -9 $$`, [`The program was ended by SIGKILL. ${SILENT} ${HELD}`]],
    [
      "with a record of nobody",
      writes('{"kind":"personal","fullName":"Ann Bos"}', END_1),
      [
        `bad.sh, line 1: The record has neither an address nor an id, so it cannot be matched to an account. ${HELD}`,
      ],
    ],
    ["with nobody", writes('{"end":true,"count":0}'), [`The source gives no record at all. ${HELD}`]],
  ])("hold back every removal: %s", async (_, script, findings) => {
    const bad = program("opt/bad.sh", `#!/bin/sh\n${script}\n`);
    const { complete, findings: told } = await outcome({ argv: [bad] });
    expect({ complete, told }).toEqual({ complete: false, told: findings });
  });

  it("tell of 20 wrong lines, and count the others", async () => {
    const bad = program(
      "opt/bad.sh",
      '#!/bin/sh\nfor i in $(seq 30); do echo "no $i"; done\necho \'{"end":true,"count":30}\'\n',
    );
    const { findings } = await outcome({ argv: [bad] });
    expect([findings.length, findings[20]]).toEqual([22, `10 more lines are not records. ${HELD}`]);
  });

  it("have a time: one that hangs is ended, with what it started", async () => {
    const pid = join(folder, "pid");
    const hangs = program("opt/hangs.sh", `#!/bin/sh\n${writes(ANN)}sleep 300 &\necho $! > ${pid}\nwait\n`);
    const { complete, findings, program: told } = await outcome({ argv: [hangs], timeoutMs: 1_000 });
    expect({ complete, findings, told }).toEqual({
      complete: false,
      findings: [`The program had not ended after 1 seconds (\`timeout\`), and was ended. ${SILENT} ${HELD}`],
      told: "ended after 1 seconds, when its time was over",
    });
    expect(isRunning(readFileSync(pid, "utf8").trim())).toBe(false);
  });

  it("are whole though something that it started holds the output: that is ended", async () => {
    const forks = program("opt/forks.sh", `#!/bin/sh\n${writes(ANN, END_1)}sleep 300 &\n`);
    expect(await outcome({ argv: [forks] })).toEqual({
      complete: true,
      records: ["ann@example.org"],
      findings: [],
      program: "exit code 0; what it had started was ended",
    });
  });

  it("are no reason to leave running what it started, without its output too", async () => {
    const pid = join(folder, "left.pid");
    const forks = program(
      "opt/leaves.sh",
      `#!/bin/sh\n${writes(ANN, END_1)}sleep 300 >/dev/null 2>&1 &\necho $! > ${pid}\n`,
    );
    expect(await outcome({ argv: [forks] })).toMatchObject({ complete: true, program: "exit code 0" });
    const left = readFileSync(pid, "utf8").trim();
    await expect.poll(() => isRunning(left)).toBe(false);
  });

  it("have a bound: a program that floods is ended", async () => {
    const floods = program("opt/floods.sh", "#!/bin/sh\nexec yes '' \n");
    const { complete, findings, program: told } = await outcome({ argv: [floods] });
    expect({ complete, findings, told }).toEqual({
      complete: false,
      findings: [
        `It has more than 2,000,000 lines, and so is not a list of accounts. ${HELD}`,
        `The source gives no record at all. ${HELD}`,
      ],
      told: "ended by SIGKILL",
    });
  });

  it("come with the secrets that are named, and with no other: those are in no message", async () => {
    const shows = program("opt/shows.sh", "#!/bin/sh\nenv >&2\nexit 1\n");
    const { findings } = await outcome({
      argv: [shows],
      secrets: { HR_PASSWORD: "s3cr3t-of-hr" },
      environment: {
        ZIVVER_API_KEY: "zk",
        GITHUB_TOKEN: "gh",
        HTTPS_PROXY: "http://u:p@proxy.example.org",
        LANG: "C",
      },
    });
    const said = (findings[0] ?? "").replace(/.*ends with “/, "").replace(`”. ${HELD}`, "");
    const names = said.split(" ").map((part) => part.replace(/=.*/, ""));
    expect(names.filter((name) => !["_", "PWD", "OLDPWD", "SHLVL"].includes(name)).sort()).toEqual([
      "HR_PASSWORD",
      "LANG",
      "PATH",
    ]);
    expect(said).toContain("HR_PASSWORD=[HR_PASSWORD]");
  });

  it("of a program that complains at length keep the end of it", async () => {
    const complains = program(
      "opt/complains.sh",
      `#!/bin/sh\nhead -c ${4 * LARGEST_ERRORS} /dev/zero | tr '\\0' x >&2\necho 'the end' >&2\nexit 1\n`,
    );
    const [finding = ""] = (await outcome({ argv: [complains] })).findings;
    expect([finding.length < 600, finding.replace(/xx+/, "x")]).toEqual([
      true,
      `The program ended with exit code 1. Its standard error ends with “xthe end”. ${HELD}`,
    ]);
  });

  it.each([
    ["as a name", '{"kind":"personal","email":"ann@example.org","s3cr3t of hr":1}'],
    ["as a value", '{"kind":"personal","email":"ann@example.org","fullName":"s3cr3t of hr"}'],
    ["escaped", '{"kind":"personal","email":"ann@example.org","fullName":"\\u00733cr3t of hr"}'],
  ])("hold no secret of the program: %s", async (_, line) => {
    const leaks = program("opt/leaks.sh", `#!/bin/sh\ncat <<'END'\n${line}\n{"end":true,"count":1}\nEND\n`);
    const { findings, records } = await outcome({ argv: [leaks], secrets: { HR_PASSWORD: "s3cr3t of hr" } });
    expect({ findings, records }).toEqual({
      findings: [
        `leaks.sh, line 1: The line holds the secret HR_PASSWORD of the program. ${HELD}`,
        `The source gives no record at all. ${HELD}`,
      ],
      records: [],
    });
  });

  it("of nobody are told one by one up to 20", async () => {
    const nobody = program(
      "opt/nobody.sh",
      `#!/bin/sh\n${writes(...Array<string>(30).fill('{"kind":"personal"}'), '{"end":true,"count":30}')}`,
    );
    const { findings } = await outcome({ argv: [nobody] });
    expect([findings.length, findings[20]]).toEqual([
      21,
      `10 more records have neither an address nor an id. ${HELD}`,
    ]);
  });

  it("get their arguments as they are, and the folder of the program", async () => {
    const echo = program(
      "opt/echo.sh",
      '#!/bin/sh\nprintf \'{"kind":"personal","email":"ann@example.org","fullName":"%s","division":"/%s"}\\n{"end":true,"count":1}\\n\' "$1" "$(basename "$PWD")"\n',
    );
    const { records } = await source({ argv: [echo, "$(touch x); a & b"] }).read();
    expect(records.map(plain)).toEqual([
      { email: "ann@example.org", fullName: "$(touch x); a & b", division: "/opt" },
    ]);
    expect(existsSync(join(folder, "opt", "x"))).toBe(false);
  });
});

describe("a program is not run", () => {
  const fails = async (asked: Asked) => {
    const [problem] = await problemsOf(source(asked).read());
    return `${problem?.where} ${problem?.code}: ${problem?.message}`.replaceAll(folder, "");
  };
  const marker = () => existsSync(join(folder, "ran"));
  const script = () => `#!/bin/sh\ntouch ${join(folder, "ran")}\n`;

  it("where nothing lists programs", async () => {
    const one = program("opt/one.sh", script());
    expect(await fails({ argv: [one], listed: "" })).toBe(
      "hr.yaml:7:5 program-not-allowed: No program may be run: ZIVSYNC_PROGRAMS is not set where zivsync runs.",
    );
    expect(marker()).toBe(false);
  });

  it("that is not listed", async () => {
    const one = program("opt/one.sh", script());
    const other = program("opt/other.sh", script());
    expect(await fails({ argv: [one], listed: other })).toBe(
      "hr.yaml:7:5 program-not-allowed: /opt/one.sh is none of the programs that may be run here (ZIVSYNC_PROGRAMS: /opt/other.sh).",
    );
    mkdirSync(join(folder, "opt", "deep"));
    const deep = program("opt/deep/one.sh", script());
    expect(await fails({ argv: [deep], listed: join(folder, "opt") })).toContain("is none of the programs");
    expect(await fails({ argv: [one], listed: "opt" })).toContain("is none of the programs");
    expect(marker()).toBe(false);
  });

  it("from the repository, by a link neither", async () => {
    const own = program("repository/own.sh", script());
    const IN = "lies in the repository of the configuration, where a pull request can change it.";
    expect(await fails({ argv: [own] })).toBe(`hr.yaml:7:5 program-not-allowed: /repository/own.sh ${IN}`);
    symlinkSync(own, join(folder, "opt", "link.sh"));
    expect(await fails({ argv: [join(folder, "opt", "link.sh")], listed: join(folder, "opt") })).toContain(
      IN,
    );
    expect(marker()).toBe(false);
  });

  it.each(["perl5.36.0", "ruby3.1", "php8.2", "node20", "mawk", "ash", "mksh", "pypy3", "lua5.4", "timeout"])(
    "that is %s, which runs whatever its arguments say",
    async (name) => {
      const file = program(`opt/${name}`, `#!/bin/sh\ntouch ${join(folder, "ran")}\n`);
      expect(await fails({ argv: [file] })).toContain(`${name} runs whatever its arguments say`);
      expect(marker()).toBe(false);
    },
  );

  it("that runs whatever its arguments say", async () => {
    expect(await fails({ argv: ["/bin/sh", "-c", `touch ${join(folder, "ran")}`] })).toContain(
      "runs whatever its arguments say, so a change of the configuration could run anything.",
    );
    expect(marker()).toBe(false);
  });

  it("that is not there, may not be run or is no program", async () => {
    const there = join(folder, "opt", "gone.sh");
    expect(await fails({ argv: [there] })).toBe(
      "hr.yaml:7:5 program-not-allowed: There is no program /opt/gone.sh.",
    );
    const one = program("opt/one.sh", "echo");
    chmodSync(one, 0o644);
    expect(await fails({ argv: [one] })).toBe(
      "hr.yaml:7:5 program-not-allowed: /opt/one.sh may not be run by this user.",
    );
    const no = program("opt/no.sh", "#!/no/such/shell\n");
    expect(await fails({ argv: [no] })).toBe(
      "hr.yaml:7:5 program-failed: /opt/no.sh could not be started (ENOENT).",
    );
  });

  it("whose folder is allowed, by a name that leads out of it", async () => {
    program("opt/one.sh", script());
    const out = program("out.sh", script());
    expect(
      await fails({ argv: [join(folder, "opt", "..", "out.sh")], listed: join(folder, "opt") }),
    ).toContain("is none of the programs");
    expect([existsSync(out), marker()]).toEqual([true, false]);
  });
});
