import { expect, test } from "vitest";
import { protectionFindings, protectionNotes } from "../../../src/config/organization/protected-nobody.ts";
import { organization } from "../../support/engine.ts";

const WHY =
  "the first plan may suspend your administrators, also the one whose API key this is. Until that is settled, every plan that suspends or deletes personal accounts is refused. Name your administrators under `protected`, or write `protected: none` if nobody is to be protected.";

test("a review warns where nobody is protected", () => {
  expect(protectionFindings(organization({ protectsNobody: true }))).toEqual([
    {
      code: "protected-nobody",
      severity: "warning",
      summary: `No account is protected: ${WHY}`,
      where: { place: "organization.yaml" },
    },
  ]);
  expect(protectionFindings(organization({ protectsNobody: false }))).toEqual([]);
});

test("a note names the file that protects nobody", () => {
  const file = "desired-state/organization.yaml";
  expect(protectionNotes(organization({ protectsNobody: true }), file)).toEqual([
    `${file} protects nobody: ${WHY}`,
  ]);
  expect(protectionNotes(organization(), file)).toEqual([]);
});
