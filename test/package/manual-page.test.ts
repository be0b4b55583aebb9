import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { buildProgram } from "../../src/commands/cli/program.ts";

const page = readFileSync(new URL("../../dist/zivsync.1", import.meta.url), "utf8");
const plain = page.replaceAll("\\-", "-");

test("the manual page has every command and option, made of their definitions", () => {
  const { commands } = buildProgram(() => Promise.resolve(), "0.0.0");
  const shown = commands.filter((command) => command.name() !== "__complete");
  expect(shown.length).toBeGreaterThan(15);
  const lacking = shown
    .flatMap((command) => (command.commands.length > 0 ? command.commands : [command]))
    .flatMap((command) => [
      ...(plain.includes(` ${command.name()}`) ? [] : [command.name()]),
      ...command.options
        .filter(({ flags, hidden }) => !hidden && !plain.includes(`.B ${flags}\n`))
        .map(({ flags }) => flags),
    ]);
  expect(lacking).toEqual([]);
});

test("it begins as man(7) wants it, and no line of text is taken for a request", () => {
  expect(page).toMatch(/^\.TH ZIVSYNC 1 /);
  const requests = page.split("\n").filter((line) => /^[.']/.test(line));
  expect(requests.filter((line) => !/^\.(TH|SH|SS|TP|B|I)\b/.test(line))).toEqual([]);
});
