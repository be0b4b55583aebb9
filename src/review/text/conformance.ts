import type { ConformanceAnswer, ConformanceReport, ConformanceVerdict } from "../../model/conformance.ts";
import { neutralText } from "../shared/neutral.ts";
import { countOf } from "../shared/totals.ts";
import { wrapText } from "./terminal/display-width.ts";
import { type Column, renderTable } from "./terminal/table.ts";

type Options = { readonly width: number; readonly tableWidth: number };

const COLUMNS: readonly Column[] = [
  { title: "Question" },
  { title: "Expected" },
  { title: "Seen" },
  { title: "Means" },
];

const WORDS: Readonly<Record<ConformanceVerdict, string>> = {
  "as-expected": "as expected",
  copes: "zivsync copes",
  wrong: "DO NOT USE",
  unanswered: "unanswered",
};

/** The table of a report, what zivsync does about each surprise, and what is left. */
export function renderConformance(report: ConformanceReport, options: Options): string {
  const rows = report.answers.map((one) => [
    one.question,
    `${one.expected} (${one.confidence})`,
    one.seen,
    WORDS[one.verdict],
  ]);
  const notes = (["wrong", "unanswered", "copes"] as const).flatMap((verdict) =>
    report.answers.filter((one) => one.verdict === verdict).flatMap((one) => noteOf(one, options)),
  );
  return [
    renderTable(COLUMNS, rows, { width: options.tableWidth }),
    ...(notes.length === 0 ? [] : [`${notes.join("\n")}\n`]),
    `${verdictOf(report)}\n`,
    ...leftOf(report),
  ].join("\n");
}

function noteOf(answer: ConformanceAnswer, { width }: Options): readonly string[] {
  const { question, seen, detail, verdict, does } = answer;
  const found = detail === undefined ? seen : `${seen} (${detail})`;
  const then = verdict === "copes" ? `zivsync ${does}.` : verdict === "wrong" ? does : "";
  return wrapText(neutralText(`${WORDS[verdict]}: ${question} ${capital(found)}. ${then}`, 1_000), width, 2);
}

function capital(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`.replace(/\.$/, "");
}

function verdictOf({ answers, requests, seconds }: ConformanceReport): string {
  const count = (verdict: ConformanceVerdict) => answers.filter((one) => one.verdict === verdict).length;
  const asked = `${countOf(answers.length, "question")}, ${countOf(requests, "request")}, ${seconds} s`;
  const counts = `${count("as-expected")} as expected, ${count("copes")} that zivsync copes with, ${count("wrong")} with which it would be wrong, ${count("unanswered")} unanswered`;
  return `${asked}: ${counts}.`;
}

function leftOf({ left }: ConformanceReport): readonly string[] {
  if (left.length === 0) return [];
  const lines = left.map(({ kind, id }) => `  ${kind} ${neutralText(id)}`);
  return [`${countOf(left.length, "account")} could not be deleted:\n${lines.join("\n")}\n`];
}
