import type { TestSpecification } from "vitest/node";
import { BaseSequencer } from "vitest/node";

/** The files that take longest, by name: they begin first, so that none of them is left alone at the end. */
const SLOWEST: readonly string[] = [
  "campaigns/kill",
  "campaigns/truth",
  "campaigns/locks",
  "campaigns/container",
  "campaigns/races",
  "campaigns/fuzz",
  "campaigns/edits",
  "campaigns/faults",
  "campaigns/put-back",
  "campaigns/release",
  "campaigns/leases",
  "campaigns/new-field",
  "campaigns/lives",
  "campaigns/workflows",
  "e2e/workflows",
  "e2e/github-attacks",
  "storage/lock/git-lease",
  "e2e/windows",
  "storage/state/git-state-races",
  "e2e/lease",
  "e2e/directory-records",
  "e2e/github-apply",
  "e2e/sync-reviewed",
  "e2e/directory-hidden",
  "e2e/workflows-install",
  "e2e/new-field",
  "storage/git/hostile-repository",
  "e2e/github-plan",
  "sources/mid-run/entra-id",
  "e2e/quirks",
  "e2e/quarter",
  "engine/plan/standing-split",
  "engine/apply/late-readings",
  "e2e/quirks-killed",
  "e2e/directory-cut",
  "e2e/report",
  "e2e/directory-openldap",
  "e2e/sync-moves",
  "e2e/filter-directory",
  "docs/sh-blocks",
  "sources/ldap/bounds",
  "e2e/malformed-answers",
  "e2e/authors",
  "storage/lock/file-lock",
  "truth/truth",
];

/** A new machine has no times of earlier runs to order the files by. */
export class SlowestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const slowness = ({ moduleId }: TestSpecification) => {
      const at = SLOWEST.findIndex((name) => moduleId.includes(`test/${name}.`));
      return at < 0 ? SLOWEST.length : at;
    };
    return [...(await super.sort(files))].sort((a, b) => slowness(a) - slowness(b));
  }
}
