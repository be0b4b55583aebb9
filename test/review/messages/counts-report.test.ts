import { expect, test } from "vitest";
import type { Run } from "../../../src/model/run/run.ts";
import { renderCounts } from "../../../src/review/messages/counts-report.ts";
import { address, guardResult, planOf } from "../../support/plans.ts";

const RUN: Run = {
  command: "sync",
  organization: "example.org",
  at: "2026-11-28T02:00:00.000Z",
  outcome: "refused",
  applied: {},
  unapplied: [],
  heldBack: [],
  guards: [],
  problems: [],
  due: [],
  look: [],
};

const desk = (at: number, verdict: "refused" | "accepted") =>
  guardResult({ guard: "memberRemoval", address: address(`canary${at}@example.org`), verdict });
const rowsOf = (html: string, verdict: string) => html.split(`<td>${verdict}</td></tr>`).length - 1;

test("a table of guards that is cut shows refusals first, says how many rows are left out, and names no account", () => {
  const guards = [
    ...Array.from({ length: 190 }, (_, at) => desk(at, "accepted")),
    guardResult({ verdict: "passed" }),
    ...Array.from({ length: 30 }, (_, at) => desk(at, "refused")),
  ];
  const html = renderCounts(planOf([], { guards }), RUN);
  expect([rowsOf(html, "refused"), rowsOf(html, "accepted"), rowsOf(html, "passed")]).toEqual([30, 170, 0]);
  expect(html).toContain("<p>… and 21 more.</p>");
  expect(html).not.toContain("canary");
  expect(renderCounts(planOf([], { guards: guards.slice(0, 191) }), RUN)).not.toContain(" more.</p>");
});
