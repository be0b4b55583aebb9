import type { Finding } from "../../model/plan/finding.ts";
import type { Fact } from "../../model/ports.ts";
import type { Problem } from "../../model/values/errors.ts";
import { neutralText } from "../shared/neutral.ts";
import { countOf } from "../shared/totals.ts";
import { renderFindings, renderProblems } from "./problems.ts";
import { createPaint } from "./terminal/color.ts";
import { wrapText } from "./terminal/display-width.ts";
import { type Column, renderTable } from "./terminal/table.ts";

/** The result of reading the live accounts. */
export type CheckedTarget = { readonly url: string; readonly seconds: number } & (
  | {
      readonly ok: true;
      readonly personal: number;
      readonly functional: number;
      readonly domainsInUse: readonly string[];
      readonly domainsNotInUse: readonly string[];
    }
  | { readonly ok: false; readonly problems: readonly Problem[] }
);

type Shown = {
  readonly place: string;
  readonly kind: string;
  readonly email: string;
  readonly fullName: string | null;
  readonly aliases: readonly string[] | null;
  readonly delegates: readonly string[] | null;
  readonly accountKey: "set" | "none";
  readonly becomes: string;
};

/** The result of reading one source; an incomplete one is not `ok`. `first` holds a few records of each kind. */
export type CheckedSource = {
  readonly profile: string;
  readonly source: string;
  readonly type: string;
  readonly seconds: number;
} & (
  | {
      readonly ok: boolean;
      readonly complete: boolean;
      readonly records: { readonly personal: number; readonly functional: number };
      readonly facts: readonly Fact[];
      readonly findings: readonly Finding[];
      readonly first: readonly Shown[];
    }
  | { readonly ok: false; readonly problems: readonly Problem[] }
);

/** The target is null when it was not asked. */
export type Checked = { readonly target: CheckedTarget | null; readonly sources: readonly CheckedSource[] };

type Options = { readonly color: boolean; readonly width: number; readonly tableWidth: number };

/** The result of `zivsync check`: a part for the target, one for each source, and a verdict. */
export function renderCheck({ target, sources }: Checked, options: Options): string {
  const parts = [
    ...(target === null ? [] : [renderTarget(target, options)]),
    ...sources.map((source) => renderSource(source, options)),
    `${verdictOf({ target, sources })}\n`,
  ];
  return parts.join("\n");
}

function renderTarget(target: CheckedTarget, options: Options): string {
  const title = `Zivver: ${neutralText(target.url)}`;
  if (!target.ok) return failed(title, "the accounts could not be read", target, options);
  const { personal, functional, domainsInUse, domainsNotInUse } = target;
  const total = domainsInUse.length + domainsNotInUse.length;
  const unused = domainsNotInUse.length > 0 ? ` Nobody has an address in ${domainsNotInUse.join(", ")}.` : "";
  return part(
    title,
    [
      `The API key works. ${countOf(personal, "personal account")} and ${functional} functional, read in ${secondsOf(target)}.`,
      "Whether it may write is not tried: a check only reads.",
      `In use: ${domainsInUse.length} of ${countOf(total, "claimed domain")}.${unused}`,
    ].flatMap((line) => wrapText(neutralText(line, 2_000), options.width, 2)),
    options,
  );
}

function renderSource(source: CheckedSource, options: Options): string {
  const title = neutralText(`${source.profile} / ${source.source} (${source.type})`);
  if ("problems" in source) return failed(title, "could not be read", source, options);
  const { personal, functional } = source.records;
  const whole = source.complete
    ? "Read in full"
    : "Not read in full, so nothing is removed because of this source";
  const { color } = options;
  const width = options.width - 2;
  const first = renderTable(COLUMNS, source.first.map(rowOf), { width: options.tableWidth - 2 });
  return part(
    title,
    [
      ...wrapText(
        `${whole}: ${countOf(personal, "personal record")} and ${functional} functional in ${secondsOf(source)}.`,
        options.width,
        2,
      ),
      ...source.facts.flatMap(({ label, value }) =>
        wrapText(`${neutralText(label)}: ${neutralText(value, 600)}`, options.width, 2),
      ),
      ...indented(renderFindings(source.findings, { color, width })),
      ...(source.first.length === 0 ? [] : ["", ...indented(first)]),
    ],
    options,
  );
}

const COLUMNS: readonly Column[] = [
  { title: "Place" },
  { title: "Kind" },
  { title: "Email" },
  { title: "Full name" },
  { title: "Aliases", align: "right" },
  { title: "Delegates", align: "right" },
  { title: "Account key" },
  { title: "Becomes" },
];

/** Lists by their length; a field that the source does not give stays empty. */
function rowOf(one: Shown): readonly string[] {
  const size = (list: readonly string[] | null) => (list === null ? "" : String(list.length));
  const { place, kind, email, fullName, aliases, delegates, accountKey, becomes } = one;
  return [place, kind, email, fullName ?? "", size(aliases), size(delegates), accountKey, becomes];
}

function failed(
  title: string,
  what: string,
  { problems, seconds }: { readonly problems: readonly Problem[]; readonly seconds: number },
  options: Options,
): string {
  const lines = indented(renderProblems(problems, options));
  return part(`${title}: ${what} (after ${secondsOf({ seconds })})`, lines, options);
}

function part(title: string, lines: readonly string[], { color }: Options): string {
  return `${[createPaint(color).bold(title), ...lines].join("\n")}\n`;
}

function indented(text: string): readonly string[] {
  const lines = text.split("\n").map((line) => (line === "" ? "" : `  ${line}`));
  return lines.slice(0, -1);
}

function secondsOf({ seconds }: { readonly seconds: number }): string {
  return `${seconds.toFixed(2)} s`;
}

function verdictOf({ target, sources }: Checked): string {
  const unread = sources.filter((source) => "problems" in source).length;
  const incomplete = sources.filter((source) => "complete" in source && !source.complete).length;
  const wrong = [
    ...(target?.ok === false ? ["the accounts of Zivver could not be read"] : []),
    ...(unread > 0 ? [`${countOf(unread, "source")} could not be read`] : []),
    ...(incomplete > 0 ? [`${countOf(incomplete, "source")} could not be read in full`] : []),
  ];
  if (wrong.length > 0) return `Not all is well: ${wrong.join(", ")}.`;
  const findings = sources.flatMap((source) => ("findings" in source ? source.findings : []));
  const errors = findings.filter(({ severity }) => severity === "error").length;
  const but =
    errors > 0
      ? ` But ${countOf(errors, "error")} among the findings ${errors === 1 ? "needs" : "need"} attention.`
      : "";
  return `Everything could be read in full.${but}`;
}
