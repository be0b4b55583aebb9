import { type Command, CommanderError } from "commander";
import { describe, expect, it } from "vitest";
import { buildProgram } from "../../src/commands/cli/program.ts";
import { blocksOf, PAGES, prose } from "./pages.ts";

/** Every command line of zivsync: in blocks, in `code`, in the arguments of other schedulers. */
function commandLines(page: string): string[] {
  const blocks = blocksOf(page).flatMap(({ text }) => text.split("\n"));
  const inline = [...prose(page).matchAll(/`((?:npx --no )?zivsync [^`]*)`/g)].map(([, code = ""]) => code);
  const lines = [...blocks, ...inline].flatMap((line) => {
    const [, words] = /(?:^|[ /]|env )zivsync ((?:-C|[a-z]).*)$/.exec(line.replace(/\s+#.*$/, "")) ?? [];
    const [, listed] = /args: \[(-C, .*)\]/.exec(line) ?? [];
    const [, argument] = /zivsync\.cmd" -Argument "([^"]*)"/.exec(line) ?? [];
    const found = listed?.replaceAll(",", "") ?? argument ?? words;
    return found === undefined || / …$/.test(found) ? [] : [found.replace(/ (?:>|\||2>|&&) .*$/, "")];
  });
  return [...new Set(lines)];
}

const split = (line: string) =>
  [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, word = ""]) => quoted ?? word);

/** The names of the command that would run, and the error that its options would end in. */
function parsed(words: readonly string[]): { readonly command: string; readonly error?: string } {
  let command = "";
  const program = buildProgram(async () => undefined, "0.0.0");
  const quiet = (one: Command, name: string): void => {
    one.exitOverride().configureOutput({ writeErr: () => undefined, writeOut: () => undefined });
    if (one.commands.length === 0) {
      one.action(() => {
        command = name;
      });
    }
    for (const below of one.commands) quiet(below, `${name} ${below.name()}`.trim());
  };
  quiet(program, "");
  try {
    program.parse([...words], { from: "user" });
    return { command };
  } catch (error) {
    if (error instanceof CommanderError && isFine(error, words)) return { command: words.join(" ") };
    return { command, error: error instanceof Error ? error.message : String(error) };
  }
}

/** Help that is asked for, or a command that prose names without its file. */
function isFine({ code }: CommanderError, words: readonly string[]): boolean {
  return code === "commander.helpDisplayed" || (code === "commander.missingArgument" && words.length === 1);
}

describe.each(PAGES)("%s", (page) => {
  it("names commands and options that there are", () => {
    const wrong = commandLines(page)
      .map((line) => ({ line, ...parsed(split(line)) }))
      .filter(({ error }) => error !== undefined);
    expect(wrong).toEqual([]);
  });
});

describe("the check of command lines", () => {
  it.each([
    [["matrix", "--shard", "1/2"], { command: "matrix" }],
    [["matrix", "--shards"], { error: expect.stringContaining("unknown option") }],
    [["plant"], { error: expect.stringContaining("unknown command") }],
    [["show", "--details"], { error: expect.stringContaining("missing required argument") }],
    [["show", "plan.json", "-f", "pdf"], { error: expect.stringContaining("Allowed choices") }],
  ])("tells %j", (words, result) => {
    expect(parsed(words)).toMatchObject(result);
  });

  it("sees the lines", () => {
    expect(commandLines("docs/schedules.md")).toEqual(
      expect.arrayContaining([
        "-C /configuration/hospital-a/desired-state sync --routine /plans/hospital-a.routine.json --waiting /plans/hospital-a.waiting.json",
        "sync --routine C:\\ProgramData\\zivsync\\routine.json --waiting C:\\ProgramData\\zivsync\\waiting.json",
        "sync --routine /var/lib/zivsync/routine.json --waiting /var/lib/zivsync/waiting.json",
        "matrix --by organization",
      ]),
    );
    expect(commandLines("README.md")).toEqual(
      expect.arrayContaining(["demo --rate-limit", "explain j.doe@example.org", "plan -o plan.json"]),
    );
  });
});
