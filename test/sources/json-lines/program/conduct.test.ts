import { chmodSync, linkSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { Secret } from "../../../../src/model/values/secret.ts";
import { LARGEST_ERRORS } from "../../../../src/sources/json-lines/program/run.ts";
import { createSource } from "../../../../src/sources/registry.ts";
import { CLOCK } from "../../../support/clock.ts";
import { problemsOf } from "../../reading.ts";

/* What programs do that is not an export, each with its message; and what no link or name lets in. */

const folder = mkdtempSync(join(tmpdir(), "zivsync-conduct-"));
mkdirSync(join(folder, "repository", ".git"), { recursive: true });
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const SECRET = "hunter2 & p@ss/wörd";

function program(name: string, script: string): string {
  const path = join(folder, name);
  writeFileSync(path, script);
  chmodSync(path, 0o755);
  return path;
}

function source(file: string, { timeoutMs = 60_000, listed = file, args = [] as readonly string[] } = {}) {
  const where = "hr.yaml:7:5";
  return createSource(
    {
      type: "records",
      name: "hr",
      input: {
        type: "program",
        argv: [file, ...args],
        where,
        timeoutMs,
        secrets: { HR_PASSWORD: { ref: { env: "X" }, where } },
      },
    },
    {
      readSecret: async () => new Secret(SECRET),
      clock: CLOCK,
      programs: {
        environment: { PATH: "/usr/bin:/bin", ZIVSYNC_PROGRAMS: listed },
        directory: join(folder, "repository"),
      },
    },
  );
}

const ANN = `echo '{"kind":"personal","email":"ann@example.org","fullName":"Ann Bos"}'`;
const END = `echo '{"end":true,"count":1}'`;
const HELD = "Nothing is removed because of this source.";
const NOTHING = `The source gives no record at all. ${HELD}`;

describe("a program that is not an export", () => {
  test.each([
    [
      "writes the end twice",
      `${ANN}\n${END}\n${END}`,
      60_000,
      [`x, line 3: It comes after the line that is the end. ${HELD}`],
      "exit code 0",
    ],
    [
      "writes without a line break for ever",
      "exec tr '\\0' x < /dev/zero",
      60_000,
      [`Line 1 is longer than 1 MB, and so is not one record. ${HELD}`, NOTHING],
      "ended by SIGKILL",
    ],
    [
      "closes its output and hangs",
      `${ANN}\n${END}\nexec >&- 2>&-\nsleep 300`,
      700,
      [
        `The program had not ended after 0.7 seconds (\`timeout\`), and was ended. It wrote nothing to its standard error. ${HELD}`,
      ],
      "ended after 0.7 seconds, when its time was over",
    ],
    [
      "does not hear SIGTERM",
      `trap '' TERM INT HUP\n${ANN}\nwhile :; do sleep 1; done`,
      700,
      [
        `The program had not ended after 0.7 seconds (\`timeout\`), and was ended. It wrote nothing to its standard error. ${HELD}`,
      ],
      "ended after 0.7 seconds, when its time was over",
    ],
    [
      "leaves the rest to one that it has started",
      `${ANN}\n(sleep 0.2; ${END}) &`,
      60_000,
      [],
      "exit code 0",
    ],
    [
      "leaves the rest to one that takes too long",
      `${ANN}\n(sleep 200; ${END}) &`,
      60_000,
      [`The last line \`{"end":true,"count":1}\` is missing, so the list may have been cut off. ${HELD}`],
      "exit code 0; what it had started was ended",
    ],
  ] as const)("%s", async (_, script, timeoutMs, findings, told) => {
    const file = program("x", `#!/bin/sh\n${script}\n`);
    const reading = await source(file, { timeoutMs }).read();
    const said = reading.findings.map(
      ({ where, summary }) => `${where.place ? `${where.place}: ` : ""}${summary}`,
    );
    expect({ said, told: reading.facts?.at(-1)?.value }).toEqual({ said: findings, told });
    expect(reading.complete).toBe(findings.length === 0);
  });
});

describe("a secret is shown nowhere", () => {
  const base64 = (text: string) => Buffer.from(text).toString("base64");
  const forms: readonly (readonly [string, string])[] = [
    ["as it is", SECRET],
    ["as JSON", JSON.stringify({ password: `"${SECRET}"` })],
    ["percent-encoded", `https://hr:${encodeURIComponent(SECRET)}@db.example.org`],
    [
      "percent-encoded, in small letters",
      encodeURIComponent(SECRET).replace(/%../g, (code) => code.toLowerCase()),
    ],
    ["as a form", new URLSearchParams({ password: SECRET }).toString()],
    ["as base64", base64(SECRET)],
    ["within basic authentication", `Basic ${base64(`hr:${SECRET}`)}`],
    ["within another one", `Basic ${base64(`user:${SECRET}`)}`],
    ["within a third", `Basic ${base64(`admin:${SECRET};`)}`],
    ["as base64 for URLs", Buffer.from(`a${SECRET}`).toString("base64url")],
    ["as base64 of PowerShell", Buffer.from(SECRET, "utf16le").toString("base64")],
    ["as base64 in lines", base64(`${"x".repeat(70)}${SECRET}`).replace(/.{10}/g, "$&\n")],
    ["as hexadecimal", Buffer.from(SECRET).toString("hex")],
  ];
  /** No part of the secret in any of these ways. */
  const LEAK = /hunter2|aHVudGVyM|h1bnRlcj|odW50ZXIy|68756e74|aAB1AG4A|p%40ss/i;

  test.each(forms)("%s: not on its standard error", async (_, text) => {
    writeFileSync(join(folder, "said"), text);
    const file = program("x", `#!/bin/sh\ncat ${join(folder, "said")} >&2\nexit 1\n`);
    const reading = await source(file).read();
    expect(LEAK.test(text.replace(/\s/g, ""))).toBe(true);
    expect(JSON.stringify(reading).replace(/\s/g, "")).not.toMatch(LEAK);
    expect(reading.findings[0]?.summary).toContain("[HR_PASSWORD]");
  });

  test.each(forms.filter(([name]) => name !== "as base64 in lines"))(
    "%s: not in a record",
    async (_, text) => {
      const line = JSON.stringify({ kind: "personal", email: "ann@example.org", fullName: text });
      writeFileSync(join(folder, "lines"), `${line}\n{"end":true,"count":1}\n`);
      const reading = await source(program("x", `#!/bin/sh\ncat ${join(folder, "lines")}\n`)).read();
      expect([reading.records, reading.complete]).toEqual([[], false]);
      expect(reading.findings[0]?.summary).toContain("The line holds the secret HR_PASSWORD of the program.");
    },
  );

  test("torn where what is kept begins", async () => {
    const spaces = LARGEST_ERRORS - SECRET.length / 2;
    const file = program("x", `#!/bin/sh\nprintf '%s%${Math.floor(spaces)}s' "$HR_PASSWORD" x >&2\nexit 1\n`);
    const reading = await source(file).read();
    expect(reading.findings[0]?.summary).toContain("Its standard error ends with “x”.");
  });
});

describe("what runs whatever its arguments say does not run", () => {
  const WHY = /runs whatever its arguments say/;
  const refusal = async (file: string, listed = file) =>
    (await problemsOf(source(file, { listed }).read()))[0]?.message;

  test.each([
    "python3.12",
    "busybox-static",
    "ld-linux-x86-64.so.2",
    "git",
    "toybox",
    "java",
    "Rscript",
    "bash-static",
    "python.exe",
    "PERL.EXE",
    "py.exe",
  ])("by the name %s", async (name) => {
    expect(await refusal(program(name, "#!/bin/sh\n"))).toMatch(WHY);
  });

  test("by a link to it, whatever its name", async () => {
    const link = join(folder, "export-of-hr");
    symlinkSync("/bin/sh", link);
    expect(await refusal(link)).toMatch(WHY);
    expect(await refusal(link, folder)).toMatch(WHY);
  });

  test("by a name that says so, whatever it is", async () => {
    const file = program("harmless", `#!/bin/sh\n${ANN}\n${END}\n`);
    linkSync(file, join(folder, "env"));
    expect(await refusal(join(folder, "env"))).toMatch(WHY);
    rmSync(join(folder, "env"));
  });

  test("nor does anything of a listed folder that holds such a program", async () => {
    expect(await refusal("/usr/bin/id", "/usr/bin")).toMatch(
      /^ZIVSYNC_PROGRAMS lists the folder \/usr\/bin, which holds \S+ and so all sorts of programs/,
    );
  });

  test("a script of one's own runs, whatever it begins with", async () => {
    const opt = join(folder, "opt");
    mkdirSync(opt);
    const file = program("opt/export", `#!/usr/bin/env -S sh -e\n${ANN}\n${END}\n`);
    const reading = await source(file, { listed: opt }).read();
    expect([reading.complete, reading.records.length]).toEqual([true, 1]);
  });
});
