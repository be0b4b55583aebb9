import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { completedCommands } from "../../src/commands/completion.ts";
import { buildProgram } from "../../src/commands/program.ts";
import { renderCompletion, SHELLS } from "../../src/review/completion.ts";

const commands = completedCommands(buildProgram(async () => undefined, "0.0.0"));
const folder = mkdtempSync(join(tmpdir(), "zivsync-completion-"));
for (const shell of SHELLS) writeFileSync(join(folder, shell), renderCompletion(shell, commands));
for (const file of ["plan.json", "plan two.json", "other.txt"]) writeFileSync(join(folder, file), "");
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const all = commands.flatMap(({ path }) => (path === "" || path.includes(" ") ? [] : [path]));
const optionsOf = (path: string) =>
  commands.find((command) => command.path === path)?.options.flatMap(({ names }) => names) ?? [];

/** What stands on the line, the last word being completed, and what is offered for it. */
const CASES: readonly (readonly [words: readonly string[], offered: readonly string[]])[] = [
  [[""], all],
  [["ap"], ["approve", "apply"]],
  [["-C", "pla", "val"], ["validate"]],
  [
    ["github", ""],
    ["plan", "apply", "approved-run", "drift"],
  ],
  [["github", "plan", "--"], optionsOf("github plan").filter((name) => name.startsWith("--"))],
  [
    ["plan", "--det"],
    ["--detailed-exitcode", "--details"],
  ],
  [["plan", "--only", "plan", "--pro"], ["--profile"]],
  [
    ["show", "-f", ""],
    ["text", "markdown", "html", "json"],
  ],
  [["show", "plan.json", "--format", "mark"], ["markdown"]],
  [["init", "--source", "exchange-on-p"], ["exchange-on-premises"]],
  [["completion", "po"], ["powershell"]],
  [
    ["apply", "plan"],
    ["plan.json", "plan two.json"],
  ],
  [["plan", "--output", "ot"], ["other.txt"]],
  [["plan", "--only", ""], []],
  [["validate", ""], []],
];

function run(program: string, args: readonly string[]): string[] {
  const { stdout, stderr, status } = spawnSync(program, [...args], { cwd: folder, encoding: "utf8" });
  expect({ stderr, status }).toEqual({ stderr: "", status: 0 });
  return stdout.split("\n").filter((line) => line !== "");
}

const inOrder = (words: readonly string[]) => [...new Set(words)].sort();

describe("completion", () => {
  it.each(CASES)("in bash, of zivsync %j", (words, offered) => {
    const script = `. ./bash
COMP_WORDS=(zivsync "$@"); COMP_CWORD=$#
_zivsync
[ \${#COMPREPLY[@]} -eq 0 ] || printf '%s\\n' "\${COMPREPLY[@]}"`;
    expect(inOrder(run("bash", ["-c", script, "bash", ...words]))).toEqual(inOrder(offered));
  });

  it("in bash, of a value after an equals sign, which bash takes apart", () => {
    const script = `. ./bash
COMP_WORDS=(zivsync show --format = te); COMP_CWORD=4; _zivsync; printf '%s\\n' "\${COMPREPLY[@]}"
COMPREPLY=(); COMP_WORDS=(zivsync show --format =); COMP_CWORD=3; _zivsync; printf '%s\\n' "\${COMPREPLY[@]}"`;
    expect(run("bash", ["-c", script])).toEqual(["text", "text", "markdown", "html", "json"]);
  });

  // The functions of zsh's own completion, in as far as the script calls them: they work in a terminal only.
  it.each(CASES)("in zsh, of zivsync %j", (words, offered) => {
    const script = `compdef() { : }
compadd() { shift; print -l -- "$@" }
_describe() { print -l -- "\${(@)\${(@P)2}%%:*}" }
_files() { print -l -- *(.) }
. ./zsh
words=(zivsync "$@"); CURRENT=$#words
_zivsync`;
    const last = words.at(-1) ?? "";
    const printed = run("zsh", ["-fc", script, "zsh", ...words]).filter((one) => one.startsWith(last));
    expect(inOrder(printed)).toEqual(inOrder(offered));
  });

  it.each(CASES)("in fish, of zivsync %j", (words, offered) => {
    const line = ["zivsync", ...words].join(" ");
    const printed = run("fish", ["--no-config", "-c", `source ./fish; complete -C ${JSON.stringify(line)}`]);
    // Names of files come as they would be typed.
    const found = printed.map((one) => (one.split("\t")[0] ?? "").replaceAll("\\ ", " "));
    expect(inOrder(found)).toEqual(inOrder(offered));
  });

  it("in PowerShell knows every command and option", () => {
    const script = renderCompletion("powershell", commands);
    for (const { path, options } of commands) {
      const names = options.flatMap((option) => option.names).map((name) => `'${name}'`);
      expect(script).toContain(`    '${path}' = @(${names.join(", ")})\n`);
    }
    expect(script).toContain("'show|--format' = @('text', 'markdown', 'html', 'json')\n");
  });
});
