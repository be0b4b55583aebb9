import type { Finding } from "../../model/plan/finding.ts";
import { neutralText } from "../shared/neutral.ts";
import { countOf } from "../shared/totals.ts";
import { renderFindings } from "./problems.ts";
import { wrapText } from "./terminal/display-width.ts";

/** The result of `zivsync adopt`. */
export type Adoption = {
  readonly live: number;
  readonly remembered: number;
  readonly linked: number;
  readonly newlyLinked: number;
  /** Addresses of accounts without a link that have an ExternalAccountId, by what became of them. */
  readonly byExternalId: {
    readonly linked: readonly string[];
    readonly unknown: readonly string[];
    readonly ambiguous: readonly string[];
  };
  /** Those about links. */
  readonly findings: readonly Finding[];
};

/** The totals of an adoption, and what stands in the way of links. */
export function renderAdoption(
  { live, remembered, linked, newlyLinked, byExternalId, findings }: Adoption,
  options: { readonly color: boolean; readonly width: number },
): string {
  const totals = `${countOf(live, "live account")}: ${remembered} remembered, ${linked} of them linked to a record by its id (${newlyLinked} newly). Nothing was written to Zivver.\n`;
  const found = renderFindings(findings, { ...options, details: true });
  const lines = externalIds(byExternalId, options.width);
  return [`${totals}${lines}`, ...(found === "" ? [] : [found])].join("\n");
}

function externalIds({ linked, unknown, ambiguous }: Adoption["byExternalId"], width: number): string {
  const listed = (addresses: readonly string[]) => addresses.map((one) => neutralText(one)).join(", ");
  const lines = [
    linked.length > 0 && `Linked by ExternalAccountId: ${listed(linked)}.`,
    ambiguous.length > 0 &&
      `Matched by address alone, since more than one account or record has their ExternalAccountId: ${listed(ambiguous)}.`,
    unknown.length > 0 &&
      `Matched by address alone, since their ExternalAccountId is the id of no record: ${countOf(unknown.length, "account")}.`,
  ];
  return lines
    .filter((line) => line !== false)
    .map((line) => `${wrapText(line, width, 2).join("\n")}\n`)
    .join("");
}
