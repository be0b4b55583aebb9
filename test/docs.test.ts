import { readFileSync } from "node:fs";
import type { Command } from "commander";
import { describe, expect, it } from "vitest";
import { parseAllDocuments } from "yaml";
import { buildProgram } from "../src/commands/program.ts";

const root = new URL("../", import.meta.url);
const PAGES = ["docs/github.md", "docs/schedules.md"];
const read = (page: string) => readFileSync(new URL(page, root), "utf8");

type Block = { readonly language: string; readonly text: string };

function blocksOf(page: string): Block[] {
  const found = read(page).matchAll(/^( *)```(\w+)\n([\s\S]*?)^\1```$/gm);
  return [...found].map(([, indent = "", language = "", text = ""]) => ({
    language,
    text: text.replaceAll(new RegExp(`^${indent}`, "gm"), ""),
  }));
}

/** Every command line of zivsync: in blocks, in `code`, in the arguments of other schedulers. */
function commandLines(page: string): string[] {
  const blocks = blocksOf(page).flatMap(({ text }) => text.split("\n"));
  const inline = [...read(page).matchAll(/`(zivsync [^`]*)`/g)].map(([, code = ""]) => code);
  const lines = [...blocks, ...inline].flatMap((line) => {
    const [, words] = /(?:^|[ /]|env )zivsync ((?:-C|[a-z]).*)$/.exec(line.replace(/\s+#.*$/, "")) ?? [];
    const [, listed] = /command: \[zivsync, (.*)\]/.exec(line) ?? [];
    const [, argument] = /zivsync\.cmd" -Argument "([^"]*)"/.exec(line) ?? [];
    const found = listed?.replaceAll(",", "") ?? argument ?? words;
    return found === undefined || /^(?:stands|on|plan every)/.test(found)
      ? []
      : [found.replace(/ (?:>|\||2>|&&) .*$/, "")];
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
    return { command, error: error instanceof Error ? error.message : String(error) };
  }
}

describe.each(PAGES)("%s", (page) => {
  it("names commands and options that there are", () => {
    const lines = commandLines(page);
    expect(lines.length).toBeGreaterThan(4);
    const wrong = lines
      .map((line) => ({ line, ...parsed(split(line)) }))
      .filter(({ error }) => error !== undefined);
    expect(wrong).toEqual([]);
  });

  it("has YAML that is YAML", () => {
    for (const { language, text } of blocksOf(page)) {
      if (language !== "yaml") continue;
      for (const document of parseAllDocuments(text, { version: "1.2", uniqueKeys: true })) {
        expect(document.errors).toEqual([]);
        expect(document.warnings).toEqual([]);
      }
    }
  });
});

describe("the check of command lines", () => {
  it.each([
    [["matrix", "--shard", "1/2"], { command: "matrix" }],
    [["matrix", "--shards"], { error: expect.stringContaining("unknown option") }],
    [["plant"], { error: expect.stringContaining("unknown command") }],
  ])("tells %j", (words, result) => {
    expect(parsed(words)).toMatchObject(result);
  });

  it("sees the lines", () => {
    expect(commandLines("docs/schedules.md")).toEqual(
      expect.arrayContaining([
        "-C /configuration/hospital-a/desired-state plan --detailed-exitcode -o /plans/hospital-a.json",
        "plan --detailed-exitcode -o C:\\ProgramData\\zivsync\\plan.json",
        "plan --detailed-exitcode -o /var/lib/zivsync/plan.json",
        "matrix --by organization",
      ]),
    );
  });
});
