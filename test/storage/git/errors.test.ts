import { expect, test } from "vitest";
import { fetchTrouble } from "../../../src/storage/git/errors.ts";
import { GitFailure } from "../../../src/storage/git/repository.ts";

const REACH =
  "Make `git ls-remote origin` work here without a question (access, credentials, network), then run again.";
const WRITE =
  "Let the account that runs zivsync write to the folder `.git` of this clone: the state is fetched into it, also to plan.";

test.each([
  ["fatal: Could not read from remote repository.", REACH],
  ["git@example.org: Permission denied (publickey).\nfatal: Could not read from remote repository.", REACH],
  ["error: insufficient permission for adding an object to repository database .git/objects", WRITE],
  ["error: unable to create temporary file: Read-only file system\nfatal: failed to write object", WRITE],
  ["fatal: Unable to create '/srv/zivsync/.git/shallow.lock': Permission denied", WRITE],
  ["fatal: Unable to create '/srv/zivsync/.git/shallow.lock': File exists.", REACH],
])("a state that cannot be fetched: %s", (output, remedy) => {
  const [problem] = fetchTrouble(new GitFailure(output), "zivsync-state", "origin").problems;
  expect(problem?.remedy).toBe(remedy);
});
