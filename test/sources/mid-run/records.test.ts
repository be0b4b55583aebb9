import { describe, expect, test } from "vitest";
import { createSource } from "../../../src/sources/registry.ts";
import { CLOCK } from "../../support/clock.ts";
import { runs } from "../../support/runs.ts";
import { withFiles } from "../reading.ts";
import { Organisation, removals } from "./day.ts";

const person = (name: string, more: object = {}) => ({
  kind: "personal",
  email: `${name}@example.org`,
  id: name,
  fullName: `${name} Bos`,
  aliases: [`${name}@example.com`],
  accountKey: `key of ${name}`,
  active: true,
  ...more,
});
const RECORDS: readonly object[] = [
  person("ada", { division: "/care" }),
  person("bea"),
  person("cor"),
  {
    kind: "functional",
    email: "desk@example.org",
    id: "d1",
    fullName: "Desk",
    aliases: ["desk@example.com"],
    delegates: ["ada@example.org", "bea@example.org"],
  },
  {
    kind: "functional",
    email: "ward@example.org",
    id: "d2",
    fullName: "Ward",
    delegates: ["cor@example.org"],
  },
];
const linesOf = (records: readonly object[], count = records.length) =>
  [...records.map((one) => JSON.stringify(one)), `{"end":true,"count":${count}}`].map((line) => `${line}\n`);
const LINES = linesOf(RECORDS);
const WHOLE = LINES.join("");

const read = (text: string) =>
  withFiles({ "all.jsonl": text }, (directory) =>
    createSource(
      {
        type: "records",
        name: "hr",
        input: { type: "file", file: { path: `${directory}/all.jsonl`, shownAs: "all.jsonl" } },
      },
      { readSecret: () => Promise.reject(new Error("no secret is read")), clock: CLOCK },
    ).read(),
  );

async function settled(): Promise<Organisation> {
  const organisation = new Organisation();
  expect(await organisation.settle(await read(WHOLE))).toBe(5);
  return organisation;
}

/** What is lost by each of these texts, for those that lose anything. */
async function losses(texts: readonly (readonly [string, string])[]): Promise<readonly unknown[]> {
  const organisation = await settled();
  const lost: unknown[] = [];
  for (const [name, text] of texts) {
    const removed = removals(await organisation.plan(await read(text)));
    if (removed.length > 0) lost.push({ name, removed });
  }
  return lost;
}

describe("law: whatever becomes of the lines, nothing is removed that was not read", () => {
  test("cut anywhere", async () => {
    const cuts = Array.from({ length: WHOLE.length - 1 }, (_, at) => at);
    const step = Math.ceil(cuts.length / runs(30, cuts.length));
    const texts = cuts.filter((at) => at % step === 0 || WHOLE[at] === "\n");
    expect(await losses(texts.map((at) => [`cut at ${at}`, WHOLE.slice(0, at)]))).toEqual([]);
  });

  test("without a line, with a line twice, in another order, or with a line that is spoilt", async () => {
    const each = LINES.flatMap((line, at) => {
      const before = LINES.slice(0, at).join("");
      const after = LINES.slice(at + 1).join("");
      return [
        [`without line ${at}`, `${before}${after}`],
        [`line ${at} twice`, `${before}${line}${line}${after}`],
        [`line ${at} at the end`, `${before}${after}${line}`],
        [`line ${at} cut`, `${before}${line.slice(0, line.length / 2)}\n${after}`],
        [`line ${at} and the next in one`, `${before}${line.trim()}${after}`],
        [`line ${at} is a word`, `${before}reading…\n${after}`],
        [`line ${at} is null`, `${before}null\n${after}`],
        [`line ${at} without a kind`, `${before}${line.replace(/"kind":"[a-z]+",/, "")}${after}`],
        [
          `a property of line ${at} by another name`,
          `${before}${line.replace(/"([a-z]+)":\[/i, '"$1s":[')}${after}`,
        ],
        [`a list of line ${at} as text`, `${before}${line.replace(/\[(".*?)\]/, "$1")}${after}`],
        [`line ${at} in another encoding`, `${before}${line.replace("Bos", "B\ufffds")}${after}`],
      ] as const;
    });
    const others = [
      ["nothing", ""],
      ["the end alone", linesOf([]).join("")],
      ["no end", LINES.slice(0, -1).join("")],
      ["a count too high", linesOf(RECORDS, 6).join("")],
      ["a count too low", linesOf(RECORDS.slice(0, 3), 2).join("")],
      ["a count of fewer, with all lines", linesOf(RECORDS, 4).join("")],
      ["the end in the middle", [...linesOf(RECORDS.slice(0, 2)), ...LINES].join("")],
      ["the end is not true", WHOLE.replace('"end":true', '"end":false')],
      ["no aliases at all", linesOf(RECORDS.map((one) => ({ ...one, aliases: null }))).join("")],
      ["no delegates at all", linesOf(RECORDS.map((one) => ({ ...one, delegates: null }))).join("")],
      ["nobody says who is active", linesOf(RECORDS.map((one) => ({ ...one, active: null }))).join("")],
      ["no functional account", linesOf(RECORDS.slice(0, 3)).join("")],
      ["no personal account", linesOf(RECORDS.slice(3)).join("")],
      ["no address at all", linesOf(RECORDS.map((one) => ({ ...one, email: null }))).join("")],
    ] as const;
    expect(await losses([...each, ...others])).toEqual([]);
  });

  test("and whoever is missing in a whole list leaves", async () => {
    const organisation = await settled();
    const without = await read(linesOf(RECORDS.filter((_, at) => at !== 1)).join(""));
    expect(removals(await organisation.plan(without))).toContain("suspend bea@example.org");
  });
});
