import { describe, expect, it } from "vitest";
import type { Bug } from "./put-back/bug.ts";
import { editedTexts } from "./put-back/edit.ts";
import { ENGINE_BUGS } from "./put-back/engine-bugs.ts";
import { HOLES } from "./put-back/holes.ts";
import { OTHER_BUGS } from "./put-back/other-bugs.ts";
import { askOracle, failedTests } from "./put-back/run.ts";

/*
 * Bugs that zivsync once had, put back one by one into what is tested, and each has to be found: those of the engine by the
 * oracle of test/truth, those of sources, files and commands by the test that is named. Nothing in `src` is written.
 */

/** Random lives that are lived where no day with a script shows the bug. */
const LIVES = 40;

const tell = (line: string) => process.stdout.write(`${line}\n`);

it("without a bug, the oracle finds nothing", async () => {
  const { violation, days } = await askOracle([], LIVES);
  expect(violation).toBe(null);
  expect(days).toBeGreaterThan(LIVES);
});

describe("the oracle finds", () => {
  it.concurrent.each(ENGINE_BUGS)("$name", async ({ name, edits, laws, day }) => {
    const { violation } = await askOracle(edits, LIVES, { laws, day });
    expect(violation, "The oracle finds no violation of the laws that the bug breaks.").not.toBe(null);
    tell(`${name}\n  law ${violation?.law}, ${violation?.day}: ${violation?.story}`);
  });
});

describe("a test finds", () => {
  it.concurrent.each([...OTHER_BUGS, ...HOLES])("$name", async ({ name, edits, file, test }) => {
    const failed = await failedTests(edits, file, test);
    expect(failed, `No test of ${file} fails.`).not.toEqual([]);
    tell(`${name}\n  ${file}: ${failed[0]}`);
  });
});

it("a bug whose place is not found, or is found twice, is not taken for one that was put back", () => {
  const edit: Bug["edits"][number] = {
    file: "src/engine/readings/statements.ts",
    was: "no such text",
    is: "",
  };
  expect(() => editedTexts([edit])).toThrow(
    "src/engine/readings/statements.ts has this text 0 times, so the bug cannot be put back. Correct its row:\nno such text",
  );
  expect(() => editedTexts([{ ...edit, was: "const doubts = new " }])).not.toThrow();
  expect(() => editedTexts([{ ...edit, was: "import " }])).toThrow("so the bug cannot be put back");
});
