import type { Finding } from "../../model/plan/finding.ts";
import type { Fact } from "../../model/ports.ts";
import type { Problem } from "../../model/values/errors.ts";
import { neutralText } from "../shared/neutral.ts";
import { countOf } from "../shared/totals.ts";
import { renderFindings, renderProblems } from "./problems.ts";

/** A doubt about one record: `property` is the name that the line gives. */
export type Doubt = { readonly where: string; readonly property: string; readonly message: string };

/** The result of reading the output of one program, or one file of records. */
export type CheckedOutput = { readonly ok: boolean; readonly profile: string; readonly source: string } & (
  | {
      readonly complete: boolean;
      readonly records: number;
      readonly facts: readonly Fact[];
      readonly findings: readonly Finding[];
      readonly doubts: readonly Doubt[];
    }
  | { readonly problems: readonly Problem[] }
);

type Options = { readonly color: boolean; readonly width: number };

/** More doubts than these are counted. */
const MOST_NAMED = 50;
const LONGEST = 500;

/** Each output with its problems, a part for each. */
export function renderCheckedOutputs(checked: readonly CheckedOutput[], options: Options): string {
  return checked.map((one) => renderOne(one, options)).join("\n");
}

function renderOne(checked: CheckedOutput, options: Options): string {
  const title = `${neutralText(`${checked.profile} / ${checked.source}`)} (records)\n`;
  if ("problems" in checked) return `${title}${renderProblems(checked.problems, options)}`;
  const { records, facts, findings, doubts, ok } = checked;
  const verdict = ok
    ? "Every line is as the schema says, and the end is there."
    : "Something is wrong: see below.";
  const lines = [
    `${countOf(records, "record")}. ${verdict}`,
    ...facts.map(({ label, value }) => `${label}: ${value}`),
    ...doubts
      .slice(0, MOST_NAMED)
      .map(({ where, property, message }) => `${where}: \`${property}\`: ${message}`),
    ...(doubts.length > MOST_NAMED ? [`${doubts.length - MOST_NAMED} more properties are in doubt.`] : []),
  ];
  const body = lines.map((line) => `  ${neutralText(line, LONGEST)}\n`).join("");
  return `${title}${body}${renderFindings(findings, options)}`;
}
