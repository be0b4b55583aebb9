import type { FindingCode } from "../../src/index.ts";
import { nameOf } from "./people.ts";
import {
  gives,
  isLoud,
  isNamed,
  isPlanned,
  rowsOf,
  type Scene,
  saidActive,
  type Violation,
} from "./scene.ts";

/*
 * Law 13, nothing is quiet: a source that may lack something, a removal that is held back and a conflict between two people
 * are warnings or errors.
 */

const LOUD: readonly FindingCode[] = [
  "source-empty",
  "source-incomplete",
  "duplicate-record",
  "address-claimed-twice",
  "rename-ambiguous",
  "link-twice",
  "link-doubtful",
  "anchor-twice",
  "address-reused",
  "removal-held-back",
  "identity-conflict",
  "identity-unknown",
  "alias-waits",
  "active-not-given",
  "field-lost",
  "kind-not-given",
];

export function nothingIsQuiet(scene: Scene): readonly Violation[] {
  return [...quietCodes(scene), ...quietSources(scene), ...quietConflicts(scene)];
}

function quietCodes({ plan }: Scene): readonly Violation[] {
  return plan.findings
    .filter((finding) => LOUD.includes(finding.code) && !isLoud(finding))
    .map(({ code, summary }) => ({ law: 13, story: `The finding ${code} is only info: ${summary}` }));
}

function quietSources(scene: Scene): readonly Violation[] {
  return scene.readings.flatMap(({ book }) => {
    const isTold = scene.plan.findings.some(
      (finding) =>
        isLoud(finding) && (finding.where.source === book.name || finding.summary.includes(book.name)),
    );
    if (book.reading === "whole" || !isPlanned(scene, book.profile) || isTold) return [];
    return [{ law: 13, story: `${book.name} may lack something, and no warning says so.` }];
  });
}

/** Two rows that share what can be one person's only: one of the two must be named. */
function quietConflicts(scene: Scene): readonly Violation[] {
  if (scene.wish.only !== undefined) return [];
  return scene.readings.flatMap(({ book }) =>
    book.slips.flatMap((slip) => {
      if (slip.type !== "wrong" || slip.from === undefined || !isPlanned(scene, book.profile)) return [];
      const { being, from, field } = slip;
      const areBothRead = [being, from].every((one) => rowsOf(scene, one).some((row) => row.book === book));
      // A key that is not sent has no effect: of a source that another one comes before, or of a disabled person.
      const rows = rowsOf(scene, being, "personal");
      const first = rows.find((row) => gives(row, "accountKey"));
      if (field === "accountKey" && (first?.book !== book || saidActive(rows) === false)) return [];
      if (!areBothRead || book.lost.has(field) || isNamed(scene, being) || isNamed(scene, from)) return [];
      const story = `The row of ${nameOf(being)} has the ${field} of ${nameOf(from)}, and no warning names either.`;
      return [{ law: 13, story }];
    }),
  );
}
