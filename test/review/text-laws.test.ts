import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { renderMarkdown } from "../../src/review/markdown/plan.ts";
import { createTerminal } from "../../src/review/shared/medium.ts";
import { renderText } from "../../src/review/text/plan.ts";
import { createPaint } from "../../src/review/text/terminal/color.ts";
import { hostilePlans } from "../support/arbitrary-plans.ts";
import { planOf, suspendChange, updateChange } from "../support/plans.ts";
import { runs } from "../support/runs.ts";

const OPTIONS = { color: false, width: 100, sealChecked: "valid" as const };
const people = (count: number): string[] =>
  Array.from({ length: count }, (_, at) => `p${String(at).padStart(4, "0")}@example.org`);

describe("what is shortened", () => {
  const delegates = (before: readonly string[], after: readonly string[]) =>
    planOf([
      updateChange("desk@example.org", [{ field: "delegates", before, after }], { kind: "functional" }),
    ]);
  const itemsOf = (text: string) => text.split("\n").filter((line) => line.startsWith("        "));

  test("lists past 10 items, with a count of what comes and what goes", () => {
    const [gone, come] = [people(300).slice(0, 200), people(300).slice(200)];
    const items = itemsOf(renderText(delegates(gone, come), OPTIONS));
    expect(items).toEqual([
      ...gone.slice(0, 5).map((item) => `        − ${item}`),
      ...come.slice(0, 5).map((item) => `        + ${item}`),
      "        … and 195 more removed, 95 more added",
    ]);
    expect(itemsOf(renderText(delegates(gone, come), { ...OPTIONS, details: true }))).toHaveLength(300);
    expect(itemsOf(renderText(delegates(gone, come.slice(0, 2)), OPTIONS)).at(-1)).toBe(
      "        … and 192 more removed",
    );
  });

  test("changes past 50, but no removal, nor who loses access by one", () => {
    const updates = people(60).map((at) =>
      updateChange(at, [{ field: "division", before: "/", after: "/x" }]),
    );
    const emptied = suspendChange("team@example.org", {
      kind: "functional",
      fields: [{ field: "delegates", before: people(40), after: [] }],
    });
    const text = renderText(planOf([...updates, emptied]), OPTIONS);
    expect(text.match(/~ update/g)).toHaveLength(50);
    expect(text).toContain("\n  … and 10 more; --details shows all\n");
    expect(itemsOf(text)).toHaveLength(40);
    expect(renderText(planOf(updates), { ...OPTIONS, details: true }).match(/~ update/g)).toHaveLength(60);
  });

  test("long texts show the words that differ", () => {
    const division = (name: string) => `/hospital/location north/department of ${name}/second floor`;
    const plan = planOf([
      updateChange("a@example.org", [
        { field: "division", before: division("cardiology"), after: division("neurology") },
      ]),
    ]);
    expect(renderText(plan, OPTIONS)).toContain(
      '      division: "/hospital/location north/department of [-cardiology-]{+neurology+}/second floor"\n',
    );
    const far = (end: string) => `${"same ".repeat(80)}${end}`;
    const late = planOf([
      updateChange("a@example.org", [{ field: "fullName", before: far("old"), after: far("new") }]),
    ]);
    expect(renderText(late, OPTIONS)).toContain(
      'full name: "same same same same same … ame same same same same [-old-]{+new+}"',
    );
  });
});

test("the ids behind the names of delegates change no review", () => {
  const delegates = { field: "delegates", before: ["a@example.org"], after: ["b@example.org"] } as const;
  const planWith = (more: object) =>
    planOf([updateChange("desk@example.org", [{ ...delegates, ...more }], { kind: "functional" })]);
  const accounts = { before: ["id-a"], after: [null] };
  expect(renderText(planWith({ accounts }), OPTIONS)).toBe(renderText(planWith({}), OPTIONS));
  expect(renderMarkdown(planWith({ accounts }), OPTIONS)).toBe(renderMarkdown(planWith({}), OPTIONS));
});

test("colour only adds colour", () => {
  fc.assert(
    fc.property(hostilePlans(6), (plan) => {
      const colored = renderText(plan, { ...OPTIONS, color: true });
      expect(colored.replace(/\u001b\[\d+m/g, "")).toBe(renderText(plan, OPTIONS));
    }),
    { numRuns: runs(10, 50) },
  );
});

test("no hostile character comes through, no line starts a workflow command, every removal is named", () => {
  const terminal = createTerminal(createPaint(false));
  fc.assert(
    fc.property(hostilePlans(60), fc.boolean(), (plan, details) => {
      const text = renderText(plan, { ...OPTIONS, details });
      expect(text.replace(/\n/g, "")).not.toMatch(
        /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]|::|##/u,
      );
      const lines = text.split("\n");
      for (const { action, kind, address: at } of plan.changes) {
        if (action !== "suspend" && action !== "delete") continue;
        const head = `  - ${action} ${kind} `;
        const name = terminal.address(at);
        expect(
          lines.some(
            (line) => line.startsWith(head + name) || (line.startsWith(head) && line.includes(`<${name}>`)),
          ),
        ).toBe(true);
      }
    }),
    { numRuns: runs(20, 100) },
  );
});

test("a thousand suspensions are all named", () => {
  const text = renderText(planOf(people(1_000).map((at) => suspendChange(at))), OPTIONS);
  expect(people(1_000).filter((at) => !text.includes(`  - suspend personal ${at}\n`))).toEqual([]);
});
