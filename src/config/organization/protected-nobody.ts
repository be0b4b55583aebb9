import type { Finding } from "../../model/plan/finding.ts";
import type { OrganizationPolicy } from "../../model/plan/policy.ts";

const WHAT_AND_WHAT_TO_DO =
  "the first plan may suspend your administrators, also the one whose API key this is. Until that is settled, every plan that suspends or deletes personal accounts is refused. Name your administrators under `protected`, or write `protected: none` if nobody is to be protected.";

/** The warning that organization.yaml names no protected account, for reviews; none where it does, or says `none`. */
export function protectionFindings({ protectsNobody }: OrganizationPolicy): readonly Finding[] {
  if (protectsNobody !== true) return [];
  return [
    {
      code: "protected-nobody",
      severity: "warning",
      summary: `No account is protected: ${WHAT_AND_WHAT_TO_DO}`,
      where: { place: "organization.yaml" },
    },
  ];
}

/** The same as a note of `init`, which names the file. */
export function protectionNotes({ protectsNobody }: OrganizationPolicy, file: string): readonly string[] {
  return protectsNobody === true ? [`${file} protects nobody: ${WHAT_AND_WHAT_TO_DO}`] : [];
}
