import type { TestSpecification } from "vitest/node";
import { BaseSequencer } from "vitest/node";

/** The files that take longest, by name: they begin first, so that none of them is left alone at the end. */
const SLOWEST: readonly string[] = [
  "e2e/lease",
  "lock/git-lease",
  "e2e/secrets",
  "e2e/github-attacks",
  "e2e/workflows",
  "e2e/windows",
  "e2e/github-apply",
  "truth/truth",
  "docs/sh-blocks",
  "e2e/malformed-answers",
  "github/answer-bounds",
  "e2e/authors",
  "e2e/github-plan",
  "e2e/filter-directory",
  "lock/file-lock",
  "e2e/directory-records",
];

/** A new machine has no times of earlier runs to order the files by. */
export class SlowestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification) => {
      const at = SLOWEST.findIndex(
        (name) => moduleId.includes(`test/${name}.`) || moduleId.includes(`/${name}.test.`),
      );
      return at < 0 ? SLOWEST.length : at;
    };
    return [...(await super.sort(files))].sort((a, b) => rank(a) - rank(b));
  }
}
