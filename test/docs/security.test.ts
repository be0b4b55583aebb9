import { expect, test } from "vitest";
import { isThere, read } from "./pages.ts";

/*
 * Each row of what a pull request cannot do, with the tests that show it, by their whole names: a test that is renamed, removed or
 * skipped is missed here.
 */

type Tests = Readonly<Record<string, readonly string[]>>;

const ROWS: Readonly<Record<string, Tests>> = {
  "have something applied that nobody approved": {
    "test/e2e/github-apply": [
      "is refused $name",
      "a digest alone approves nothing",
      "reviews of the pull request count where approvals are asked for",
      "an approved plan that was changed is refused",
    ],
    "test/campaigns/approvals": ["applies just what the counted people had seen"],
    "test/github/approval-histories": ["in many histories just what the counted people had seen is applied"],
  },
  "show one plan and have another applied": {
    "test/e2e/github-apply": [
      "another plan is refused, with what differs",
      "is refused where the comment is forged, or written by a person",
    ],
  },
  "use a review of one plan for another": {
    "test/e2e/github-attacks": [
      "of one plan does not approve another that is shown later at the same commit",
      "of a plan does not count again once another one was shown in between",
    ],
    "test/campaigns/approvals": ["applies just what the counted people had seen"],
  },
  "show a harmless text instead of the plan": {
    "test/e2e/github-attacks": [
      "approves nothing while it shows something else",
      "approves nothing either once the edit is taken back",
    ],
  },
  "exchange the plan after the merge": {
    "test/e2e/github-attacks": [
      "a plan that is made again leaves the comment as people saw it, and the new plan is refused",
      "an approval of the environment counts for the plan that the run showed before",
    ],
  },
  "have a signature count for another plan, organisation or time": {
    "test/storage/plan/digest": [
      "is another one whatever is changed of what people see of a change or apply reads, and only then",
    ],
    "test/storage/approvals/signatures": ["are as many as the bound, and one more is refused"],
    "test/e2e/approvals": [
      "also count for an equal plan that is made while they hold, and for no other",
      "of the digest alone, as older versions made them, have to be made again",
    ],
  },
  "show doctored totals, findings or origins to a signer without the API key": {
    "test/e2e/doctored-plans": [
      "shows the totals of its changes, and is not signed where it names others",
      "marks findings and origins as unverified, in every format",
      "is refused with the key, whatever was changed",
    ],
  },
  "approve itself": {
    "test/github/approvals": ["no author and no bot, however they approve"],
    "test/e2e/github-attacks": [
      "does not count of whoever started the plan again",
      "does not count of whoever committed under another author's name",
      "does not count of whoever made an earlier change that was never applied",
    ],
  },
  "have its author sign for it": {
    "test/e2e/authors": [
      "authors, committers and co-authors of all that is not applied yet",
      "who made the plan, by Git's address or as the actor of a workflow",
    ],
  },
  "send the API key to another host by configuration": {
    "test/zivver/target-connection": [
      "https://evilzivver.com/api",
      "a redirect is never followed, whoever it points to",
    ],
    "test/e2e/github-plan": ["another organisation on the base"],
  },
  "have a source send the key of Zivver, of the seal, of GitHub or of another source": {
    "test/config/secrets/places": [
      "%s as the password of a directory",
      "Zivver's key, in another case of letters, also when it has another name",
    ],
  },
  "switch off the completeness of sources": {
    "test/config/completeness": [
      "%s removes nobody, however loose the configuration is",
      "is switched off by no key of a profile or source (%s%s)",
      "no key of any file of the configuration speaks of it",
    ],
  },
  "put an old state back to bring back old links and plans": {
    "test/storage/state/state-serial": [
      "so an old one that is put on top of the branch is refused, to read and to write",
      "so a branch that was reset is refused where the newer one was read",
    ],
    "test/e2e/state-put-back": ["on a branch is refused to plan, until a person says that it is meant"],
  },
  "raise a guard in silence": {
    "test/engine/plan/plan": ["whatever will be done differently makes another digest"],
    "test/e2e/commands": [
      "that a guard refuses is written and shown in full, and applied only after exactly its effect was accepted",
    ],
  },
  "hide something in a name": {
    "test/e2e/hostile": ["hostile names do nothing in any output"],
    "test/review/shared/neutral": [
      "nothing breaks out of a code span, and outside them only words are left",
      "no cell begins a formula, also where another separator parts it",
    ],
  },
};

const page = read("docs/security.md");
const table = page.slice(
  page.indexOf("| it cannot | because |"),
  page.indexOf("**With write access to the default branch"),
);
const rows = [...table.matchAll(/^\| (.+?) \| (.+) \|$/gm)].slice(1);

const fileOf = (path: string) =>
  [`${path}.test.ts`, `${path}.campaign.ts`].find((file) => isThere(file)) ?? `${path}.test.ts is not there`;

/** A test that runs everywhere: neither skipped nor only for some systems. */
function isTest(text: string, name: string): boolean {
  const quoted = JSON.stringify(name);
  return text
    .split("\n")
    .some(
      (line) =>
        [`(${quoted},`, `[${quoted},`, `name: ${quoted},`].some((form) => line.includes(form)) &&
        !/\.(?:skip|only|todo|skipIf|runIf|fails)\b/.test(line),
    );
}

test("every row of what a pull request cannot do has its tests here", () => {
  expect(rows.map(([, name]) => name)).toEqual(Object.keys(ROWS));
});

test.each(rows.map(([, name = "", because = ""]) => [name, because] as const))(
  "it cannot %s: the page names the files of the tests, and they are there",
  (name, because) => {
    const named = [...because.matchAll(/`(test\/[\w/-]+)`/g)].map(([, path]) => path);
    const tests = ROWS[name] ?? {};
    expect(named.sort()).toEqual(Object.keys(tests).sort());
    expect(Object.values(tests).flat().length).toBeGreaterThan(0);
    const lacking = Object.entries(tests).flatMap(([path, names]) => {
      const text = read(fileOf(path));
      expect(text).not.toMatch(/\b(?:describe|it|test)\.(?:skip|only|todo)\b/);
      return names.filter((one) => !isTest(text, one)).map((one) => `${path}: ${one}`);
    });
    expect(lacking).toEqual([]);
  },
);
