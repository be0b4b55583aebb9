import type { Given, LiveAccount, SourceRecord } from "../../model/account/account.ts";
import { PLAIN_TEXTS, textRow } from "../../model/account/fields.ts";
import { attentionClass, type Seen } from "../../model/plan/attention.ts";
import type { Change } from "../../model/plan/change.ts";
import type { Finding } from "../../model/plan/finding.ts";
import type { AccountMemory } from "../../model/plan/state.ts";
import { otherFindings } from "../attention/attention.ts";
import { showChange } from "../shared/change.ts";
import { createTerminal, type Medium } from "../shared/medium.ts";
import { attentionLines, renderFindings } from "./problems.ts";
import { createPaint, type Paint } from "./terminal/color.ts";

/** One account's story, ready to be shown. Values of account keys are not in it. */
export type Explanation = {
  readonly address: string;
  readonly records: readonly {
    readonly profile: string;
    readonly source: string;
    readonly record: SourceRecord;
    readonly fields: readonly { readonly field: string; readonly counts: boolean }[];
  }[];
  /** The sources' view of it: `profile staff: personal account, active`. */
  readonly becomes: readonly string[];
  readonly live?: {
    readonly account: LiveAccount;
    readonly delegates: readonly string[];
    readonly standing: string;
    readonly rule: string;
  };
  readonly memory?: AccountMemory;
  readonly change?: Change;
  readonly findings: readonly Finding[];
  /** Findings about sources, or about several accounts, that can be the reason why nothing happens to this one. */
  readonly general: readonly Finding[];
  readonly sources: Seen["sources"];
  /** Sources whose filter leaves the account out. */
  readonly leftOut: readonly string[];
  /** Addresses like this one, when nobody knows it. */
  readonly nearest: readonly string[];
};

type Options = { readonly color: boolean; readonly width: number };

/**
 * The attention part (incomplete, held back, in conflict or left as it is), then records, precedence, live account, memory, change and the
 * other findings of one account.
 */
export function renderExplanation(story: Explanation, options: Options): string {
  const paint = createPaint(options.color);
  const medium = createTerminal(paint);
  const sections = [
    recordSection(story, medium, paint),
    section("What the sources make of it", story.becomes, paint),
    section("In Zivver", liveLines(story, medium), paint),
    section("Remembered", memoryLines(story.memory, medium), paint),
    section("Plan", planLines(story, medium), paint),
    nearestSection(story, medium, paint),
  ].filter((text) => text !== "");
  const whole = { ...options, details: true };
  const seen = { sources: story.sources, findings: [...story.general, ...story.findings] };
  const first = attentionLines(seen, whole).map((line) => `${line}\n`);
  const findings = renderFindings(otherFindings(story.findings), whole);
  const all = [first.join(""), ...sections, findings].filter((text) => text !== "");
  return `${paint.bold(medium.address(story.address))}\n\n${all.join("\n")}`;
}

function section(title: string, lines: readonly string[], paint: Paint): string {
  return lines.length === 0 ? "" : `${paint.bold(title)}\n${lines.map((line) => `  ${line}\n`).join("")}`;
}

function recordSection({ records, leftOut }: Explanation, medium: Medium, paint: Paint): string {
  const lines = records.flatMap(({ profile, source, record, fields }) => [
    `${medium.name(profile)} / ${medium.name(source)}: ${medium.name(record.where)}${record.supplement ? " (only adds to an account)" : ""}`,
    ...["email" as const, "id" as const].flatMap((field) => fieldLine(record, field, "", medium)),
    ...fields.flatMap(({ field, counts }) =>
      fieldLine(record, field as "fullName", counts ? "counts" : "does not count", medium),
    ),
    ...record.problems.map(
      ({ attribute, message }) => `  ${medium.name(attribute)}: ${medium.name(message)}`,
    ),
  ]);
  const left = leftOut.map((source) => `${medium.name(source)}: left out by its filter`);
  const all = [...lines, ...left];
  return section("Records", all.length === 0 ? ["no source has one"] : all, paint);
}

function fieldLine(
  record: SourceRecord,
  field: "email" | "id" | "fullName",
  verdict: string,
  medium: Medium,
): readonly string[] {
  const given: Given<unknown> | undefined = record[field];
  if (given === undefined) return [];
  const text = (field as string) === "accountKey" ? "set (hidden)" : shownValue(given.value, medium);
  return [
    `  ${field}: ${text}${verdict === "" ? "" : `  (${medium.name(given.origin.attribute)}; ${verdict})`}`,
  ];
}

function shownValue(value: unknown, medium: Medium): string {
  if (Array.isArray(value))
    return value.length === 0 ? "(none)" : value.map((one) => medium.address(String(one))).join(", ");
  if (typeof value === "boolean") return value ? "yes" : "no";
  return value === "" ? "(none)" : medium.value(String(value));
}

function liveLines({ live }: Explanation, medium: Medium): readonly string[] {
  if (live === undefined) return ["there is no such account"];
  const { account, delegates, standing, rule } = live;
  return [
    `${account.kind} account ${medium.name(account.zivverId)}, ${account.active ? "active" : "suspended"}`,
    `${standing} (${medium.name(rule)})`,
    `address: ${medium.address(account.address)}`,
    `full name: ${shownValue(account.fullName, medium)}`,
    `aliases: ${shownValue(account.aliases, medium)}`,
    `delegates: ${shownValue(delegates, medium)}`,
    ...PLAIN_TEXTS.map((field) => `${textRow(field).label}: ${shownValue(account[field], medium)}`),
  ];
}

function memoryLines(memory: AccountMemory | undefined, medium: Medium): readonly string[] {
  if (memory === undefined) return [];
  const { kind, link, former, accountKey, fields } = memory;
  return [
    link
      ? `it is the record of ${medium.name(`${link.profile} / ${link.source}`)} with the same id`
      : "no record is linked to it",
    ...(former ? [`former addresses that it keeps: ${shownValue(former, medium)}`] : []),
    ...(kind === "functional"
      ? []
      : [
          `account key: ${accountKey === undefined ? "nobody knows whether Zivver has it" : accountKey.sent ? "as zivsync sent it" : "as seen at the source; Zivver's own was kept"}`,
        ]),
    ...(fields ? [`applied before: ${Object.keys(fields).sort().join(", ")}`] : []),
  ];
}

function planLines({ change, live, findings }: Explanation, medium: Medium): readonly string[] {
  if (change === undefined) {
    const classes = new Set(findings.map(attentionClass));
    if (classes.has("heldBack")) return ["no change: its removal is held back, see above"];
    if (classes.has("conflict") || classes.has("frozen"))
      return ["no change: it is left as it is, see above"];
    return [
      live?.standing === "unmanaged"
        ? "no change: no plan touches an account that is not managed"
        : "no change",
    ];
  }
  const shown = showChange(change, medium, Number.POSITIVE_INFINITY);
  return [
    `${shown.symbol} ${shown.action} ${shown.kind} ${shown.address}`,
    ...shown.fields.flatMap(({ label, text, items, origin }) => [
      `    ${label}: ${text}${origin === "" ? "" : ` (${origin})`}`,
      ...items.map((item) => `      ${item}`),
    ]),
  ];
}

function nearestSection({ nearest }: Explanation, medium: Medium, paint: Paint): string {
  return section(
    "Did you mean",
    nearest.map((address) => medium.address(address)),
    paint,
  );
}
