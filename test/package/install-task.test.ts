import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { renderOrganization } from "../../src/config/starter/starter.ts";

/*
 * The script that registers the task on Windows, read as text: there is no PowerShell for every machine that tests. The workflow `ci`
 * runs it on Windows, and `test/windows/task` runs the command line that it gives to the task.
 */

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");
const script = read("templates/windows/install-task.ps1");

/** PowerShell without comments, and with its strings emptied. Throws where one does not end, or a bracket has no partner. */
function codeOf(text: string): string {
  let code = "";
  const open: string[] = [];
  const partner: Readonly<Record<string, string>> = { "(": ")", "{": "}", "[": "]" };
  for (let at = 0; at < text.length; ) {
    const token = /^(?:<#[\s\S]*?#>|#.*|'(?:[^']|'')*'|"(?:[^"`]|`[\s\S]|"")*")/.exec(text.slice(at))?.[0];
    const sign = text[at] ?? "";
    at += token?.length ?? 1;
    if (token !== undefined) {
      code += /^["']/.test(token) ? `${sign}${sign}` : "";
      continue;
    }
    if (sign === '"' || sign === "'")
      throw new Error(`a string does not end: ${text.slice(at - 1, at + 40)}`);
    if (sign in partner) open.push(partner[sign] ?? "");
    if (/[)}\]]/.test(sign) && open.pop() !== sign) throw new Error(`no partner: ${text.slice(at - 40, at)}`);
    code += sign;
  }
  if (open.length > 0) throw new Error(`${open.join("")} is missing at the end`);
  return code;
}

/** The commands of Windows PowerShell 5.1 that the script may call, with their parameters as Microsoft documents them. */
const COMMANDS: Readonly<Record<string, readonly string[]>> = {
  "Get-Acl": ["LiteralPath"],
  "Join-Path": [],
  "New-Item": ["ItemType", "Force", "Path"],
  "New-ScheduledTaskAction": ["Execute", "Argument", "WorkingDirectory"],
  "New-ScheduledTaskPrincipal": ["UserId", "LogonType", "RunLevel"],
  "New-ScheduledTaskSettingsSet": ["StartWhenAvailable", "MultipleInstances", "ExecutionTimeLimit"],
  "New-ScheduledTaskTrigger": ["Weekly", "DaysOfWeek", "At", "Once", "RepetitionInterval"],
  "New-TimeSpan": ["Hours", "Minutes"],
  "Out-Null": [],
  "Register-ScheduledTask": ["TaskName", "Action", "Trigger", "Principal", "Settings", "Force"],
  "Set-StrictMode": ["Version"],
  "Split-Path": ["Parent"],
  "Test-Path": ["LiteralPath"],
  "Write-Output": [],
};
const OPERATORS = ["eq", "ne", "not", "and", "join", "f", "notcontains"];

/** What is wrong with the commands of a script, each with its own parameters. */
function wrongCommands(code: string): readonly string[] {
  const own = [...code.matchAll(/^function ([\w-]+)/gm)].map(([, name]) => name ?? "");
  // A command ends with its line, a pipe, a semicolon or the bracket that it is in.
  return [...code.matchAll(/(?<![\w$-])([A-Z]\w*-[A-Z]\w*)([^|;\n]*)/g)].flatMap(
    ([, name = "", rest = ""]) => {
      if (own.includes(name)) return [];
      const known = COMMANDS[name];
      if (known === undefined) return [`unknown command ${name}`];
      const nested = rest.replace(/\([^()]*\)/g, "");
      const parameters = [...nested.matchAll(/\s-([A-Za-z]\w*)/g)].map(([, parameter]) => parameter ?? "");
      return parameters
        .filter((parameter) => !known.includes(parameter) && !OPERATORS.includes(parameter))
        .map((parameter) => `${name} has no -${parameter}`);
    },
  );
}

test("every string and bracket ends, and every command and parameter is one of Windows PowerShell", () => {
  expect(wrongCommands(codeOf(script))).toEqual([]);
});

test.each([
  ["'zivsync'", "'zivsync", /^a string does not end|^no partner|is missing/],
  ["-RunLevel Limited", "-RunLevel (Limited", /^no partner|is missing/],
])("%s is missed", (right, wrong, message) => {
  expect(() => codeOf(script.replace(right, wrong))).toThrow(message);
});

test.each([
  ["-LogonType Password", "-LogonTyp Password", "New-ScheduledTaskPrincipal has no -LogonTyp"],
  ["Get-Acl", "Get-Acls", "unknown command Get-Acls"],
])("%s is noticed", (right, wrong, message) => {
  expect(wrongCommands(codeOf(script.replace(right, wrong)))).toContain(message);
});

test("no password is typed or handed over: Windows fetches that of a group managed service account", () => {
  expect(script).toContain(
    "New-ScheduledTaskPrincipal -UserId $Account -LogonType Password -RunLevel Limited",
  );
  expect(codeOf(script)).not.toMatch(/-Password\b|-Credential\b|SecureString|Read-Host/i);
});

test("the account can write where `zivsync init` keeps a state that is a file", () => {
  const [folder = ""] =
    /path: (.*)\/state\.jsonl/
      .exec(renderOrganization({ domains: [], loginMethod: "sso", state: "file" }, ""))
      ?.slice(1) ?? [];
  expect(script).toContain(
    `Set-Rights (Join-Path $Configuration '${folder}') @($system, $administrators, "\${Account}:(OI)(CI)M")`,
  );
});

test("everything that changes the machine is behind -WhatIf", () => {
  const bodies = codeOf(script).split("\n");
  const changing = bodies.filter((line) => /Invoke-Icacls \$|New-Item|Register-ScheduledTask /.test(line));
  expect(changing.length).toBeGreaterThan(4);
  const unguarded = changing.filter((line) => {
    const before = bodies.slice(Math.max(0, bodies.indexOf(line) - 10), bodies.indexOf(line) + 1);
    return !before.some((one) => one.includes("ShouldProcess"));
  });
  expect(unguarded).toEqual([]);
});

test("its parameters are those that the documentation gives it", () => {
  const [, parameters = ""] = /\nparam\(([\s\S]*?)\n\)/.exec(script) ?? [];
  const names = [...parameters.matchAll(/\] \$(\w+)/g)].map(([, name]) => name);
  const shown = [
    read("docs/install.md"),
    read("docs/schedules.md"),
    read(".github/workflows/ci.yml"),
  ].flatMap((page) =>
    [...page.matchAll(/install-task\.ps1 (-.*)/g)].flatMap(([, words = ""]) => [
      ...words.matchAll(/(?:^|\s)-(\w+)/g),
    ]),
  );
  expect(shown.length).toBeGreaterThan(5);
  expect(shown.map(([, name]) => name).filter((name) => name !== "WhatIf" && !names.includes(name))).toEqual(
    [],
  );
});
