import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import { completionsOf } from "../../../src/commands/cli/completion.ts";
import { SHELLS, stubFor } from "../../../src/commands/cli/completion-stubs.ts";
import { buildProgram } from "../../../src/commands/cli/program.ts";

const program = buildProgram(async () => undefined, "0.0.0");
const folder = mkdtempSync(join(tmpdir(), "zivsync-completion-"));
for (const shell of SHELLS) writeFileSync(join(folder, shell), stubFor(shell));
for (const file of ["plan.json", "plan two.json", "other.txt"]) writeFileSync(join(folder, file), "");
const cli = fileURLToPath(new URL("../../../dist/cli.js", import.meta.url));
writeFileSync(join(folder, "zivsync"), `#!/bin/sh\nexec "${process.execPath}" "${cli}" "$@"\n`);
chmodSync(join(folder, "zivsync"), 0o755);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const all = program.commands.flatMap((command) => (command.name() === "__complete" ? [] : [command.name()]));
const options = (path: string) => {
  const command = path
    .split(" ")
    .reduce<typeof program | undefined>(
      (at, name) => at?.commands.find((below) => below.name() === name),
      program,
    );
  const given = [...(command?.options ?? []), ...program.options].flatMap(({ short, long }) => [short, long]);
  return [...given.flatMap((name) => name ?? []), "-h", "--help"].filter(
    (name) => !/^(-V|--version)$/.test(name),
  );
};

/** What stands on the line, the last word being completed, and what is offered for it. */
const CASES: readonly (readonly [words: readonly string[], offered: readonly string[]])[] = [
  [[""], all],
  [["ap"], ["approve", "apply"]],
  [["-C", "pla", "val"], ["validate"]],
  [
    ["github", ""],
    ["plan", "apply", "approved-run", "sync", "drift"],
  ],
  [["github", "plan", "--"], options("github plan").filter((name) => name.startsWith("--"))],
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
  [["show", "--format=te"], ["--format=text"]],
  [["", "-C", "x", "no-such-command", "pla"], ["plan"]],
];

/** Those that a shell itself takes part in: words, options, values, files with spaces. */
const IN_SHELLS = CASES.filter(([words]) =>
  /^(ap|github,|show,-f,|apply,plan|plan,--output,ot|plan,--only,)$/.test(String(words)),
);

function run(program: string, args: readonly string[]): string[] {
  const { stdout, stderr, status } = spawnSync(program, [...args], {
    cwd: folder,
    encoding: "utf8",
    env: { ...process.env, PATH: `${folder}${delimiter}${process.env.PATH}` },
  });
  expect({ stderr, status }).toEqual({ stderr: "", status: 0 });
  return stdout.split("\n").filter((line) => line !== "");
}

const inOrder = (words: readonly string[]) => [...new Set(words)].sort();

describe("completion", () => {
  it.each(CASES)("of zivsync %j", (words, offered) => {
    const found = completionsOf(program, words);
    const files = ["plan.json", "plan two.json", "other.txt"].filter((file) =>
      file.startsWith(words.at(-1) ?? ""),
    );
    expect(inOrder(found.flatMap((one) => (typeof one === "string" ? files : [one.word])))).toEqual(
      inOrder(offered),
    );
  });

  it("covers each way in which a shell takes part", () => {
    expect(IN_SHELLS).toHaveLength(6);
  });

  it.each(IN_SHELLS)("in bash, of zivsync %j", (words, offered) => {
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
  it.each(IN_SHELLS)("in zsh, of zivsync %j", (words, offered) => {
    const script = `compdef() { : }
compadd() { shift; print -l -- "$@" }
_describe() { print -l -- "\${(@)\${(@P)2}%%:*}" }
_files() { print -l -- *(.) }
. ./zsh
words=(zivsync "$@"); CURRENT=$#words
_zivsync || true`;
    const last = words.at(-1) ?? "";
    const printed = run("zsh", ["-fc", script, "zsh", ...words]).filter((one) => one.startsWith(last));
    expect(inOrder(printed)).toEqual(inOrder(offered));
  });

  it.each(IN_SHELLS)("in fish, of zivsync %j", (words, offered) => {
    const line = ["zivsync", ...words].join(" ");
    const printed = run("fish", ["--no-config", "-c", `source ./fish; complete -C ${JSON.stringify(line)}`]);
    // Names of files come as they would be typed.
    const found = printed.map((one) => (one.split("\t")[0] ?? "").replaceAll("\\ ", " "));
    expect(inOrder(found)).toEqual(inOrder(offered));
  });

  it("in PowerShell asks the program, and never with an empty argument", () => {
    const script = stubFor("powershell");
    expect(script).toContain('__complete -- @before ":$wordToComplete"');
  });

  it("offers an option's own description", () => {
    expect(completionsOf(program, ["plan", "--prof"])).toEqual([
      {
        word: "--profile",
        description: program.commands
          .find((one) => one.name() === "plan")
          ?.options.find(({ long }) => long === "--profile")?.description,
      },
    ]);
  });
});
