import type { Finding } from "../../model/plan/finding.ts";
import { countOf } from "../shared/totals.ts";
import { renderFindings } from "./problems.ts";

/** The result of `zivsync adopt`. */
export type Adoption = {
  readonly live: number;
  readonly remembered: number;
  readonly linked: number;
  readonly newlyLinked: number;
  /** Those about links. */
  readonly findings: readonly Finding[];
};

/** The totals of an adoption, and what stands in the way of links. */
export function renderAdoption(
  { live, remembered, linked, newlyLinked, findings }: Adoption,
  options: { readonly color: boolean; readonly width: number },
): string {
  const totals = `${countOf(live, "live account")}: ${remembered} remembered, ${linked} of them linked to a record by its id (${newlyLinked} newly). Nothing was written to Zivver.\n`;
  const found = renderFindings(findings, { ...options, details: true });
  return found === "" ? totals : `${totals}\n${found}`;
}
