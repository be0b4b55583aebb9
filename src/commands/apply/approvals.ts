import { join } from "node:path";
import { removalIn } from "../../model/plan/change.ts";
import type { Plan } from "../../model/plan/plan.ts";
import type { ApprovalPolicy } from "../../model/plan/policy.ts";
import { type Problem, RefusedError } from "../../model/values/errors.ts";
import {
  type Approval,
  approvalsPath,
  checkApprovals,
  readApprovals,
} from "../../storage/approvals/signatures.ts";
import type { CommandIo } from "../shared/io.ts";
import { type Authors, type AuthorsPlace, readAuthors, reasonAgainst } from "./configuration-authors.ts";
import { type ApprovalPlace, type GitHubPolicy, readGitHubApprovals } from "./github-approvals.ts";

/** The people whose approval counts, and a clause for every one that does not. */
type Count = { readonly counting: readonly string[]; readonly others: readonly string[] };
type Signatures = Count & { readonly isOld: boolean };
/** `expiresMs`: how long a signature holds at most, as the configuration that is checked out says. */
type Place = ApprovalPlace & AuthorsPlace & { readonly expiresMs: number };
type Needed = { readonly people: number; readonly words: string };

/**
 * Checks the signatures beside a plan and, where the policy names GitHub, the approvals there, against the policy and the
 * approvers that are checked out, never against anything inside the plan. Signatures alone or GitHub alone must be enough:
 * zivsync cannot tell whether a key and a login are of two people. Throws RefusedError `plan-unapproved` with what is there
 * and what is missing, and RemoteError when GitHub does not answer.
 */
export async function requireApprovals(
  plan: Plan,
  path: string,
  policy: ApprovalPolicy,
  place: Place,
  io: CommandIo,
): Promise<void> {
  const needed = neededFor(plan, policy);
  const signed = await countSignatures(plan, path, policy, place, io.clock.now());
  if (signed.counting.length >= needed.people) {
    io.note(`Approved by ${signed.counting.join(", ")}.`);
    return;
  }
  const { github } = policy;
  if (github === undefined) throw unsigned(path, needed, signed);
  const online = await readGitHubApprovals(plan, { ...policy, github }, place, io);
  if (online.counting.length < needed.people)
    throw unapproved(path, needed, signed, online, { ...policy, github });
  io.note(`Approved on GitHub by ${online.counting.join(", ")}.`);
}

function neededFor(plan: Plan, policy: ApprovalPolicy): Needed {
  const removal = removalIn(plan.changes);
  const people = removal === undefined ? policy.required : policy.forRemovals;
  const words = `${people} ${people === 1 ? "approval" : "approvals"}${removal === undefined ? "" : `, since it ${removal}`}`;
  return { people, words };
}

async function countSignatures(
  plan: Plan,
  path: string,
  policy: ApprovalPolicy,
  place: Place,
  now: number,
): Promise<Signatures> {
  const { digest, target } = plan;
  const demand = { digest, organization: target.organization, expiresMs: place.expiresMs, now };
  const signed = await readApprovals(approvalsPath(path));
  const approvals = await checkApprovals(demand, signed, join(place.directory, "approvers"));
  const isAsked = !policy.selfApproval && approvals.some((approval) => "principal" in approval);
  const authors = isAsked ? await readAuthors(plan, place) : { reasons: new Map() };
  const judged = approvals.map((approval) => withoutAuthors(approval, authors));
  return {
    counting: judged.flatMap((approval) => ("principal" in approval ? [approval.principal] : [])),
    others: judged.flatMap((approval) => ("invalid" in approval ? [approval.invalid] : [])),
    isOld: approvals.some((approval) => "invalid" in approval && approval.isOld === true),
  };
}

function unsigned(path: string, needed: Needed, { counting, others, isOld }: Signatures): RefusedError {
  return new RefusedError([
    {
      code: "plan-unapproved",
      where: approvalsPath(path),
      message: `The plan needs ${needed.words}, and there ${counting.length === 1 ? "is" : "are"} ${peopleOf(counting)}.${notCounted(others)}`,
      remedy:
        "Have it reviewed and signed by people who are in the file `approvers`: `zivsync approve plan.json`.",
    },
    ...oldProblem(path, isOld),
  ]);
}

function unapproved(
  path: string,
  needed: Needed,
  signed: Signatures,
  online: Count,
  { github: { environment } }: GitHubPolicy,
): RefusedError {
  const both =
    signed.counting.length > 0 && online.counting.length > 0
      ? " The two are not added up, since a key and a login may be one person's."
      : "";
  return new RefusedError([
    {
      code: "plan-unapproved",
      where: approvalsPath(path),
      message: `The plan needs ${needed.words}. Signatures: ${peopleOf(signed.counting)}. On GitHub: ${peopleOf(online.counting)}.${both}${notCounted([...signed.others, ...online.others])}`,
      remedy: `Have others than its authors approve the pull request that shows this very plan, or let them approve the environment \`${environment}\` in a new run; or have it signed: \`zivsync approve plan.json\`.`,
    },
    ...oldProblem(path, signed.isOld),
  ]);
}

/** The reason why signatures made before there were statements do not count, and what to do. */
function oldProblem(path: string, isOld: boolean): readonly Problem[] {
  if (!isOld) return [];
  return [
    {
      code: "approval-old",
      where: approvalsPath(path),
      message:
        "The file holds a signature without a statement before it, as older versions of zivsync made it: it signs the digest alone, and does not say when it was made and until when it holds.",
      remedy: "Sign again: `zivsync approve plan.json`.",
    },
  ];
}

function peopleOf(counting: readonly string[]): string {
  return counting.length > 0 ? `${counting.length} (${counting.join(", ")})` : "none";
}

function notCounted(others: readonly string[]): string {
  return others.length > 0 ? ` Not counted: ${others.join("; ")}.` : "";
}

function withoutAuthors(approval: Approval, authors: Authors): Approval {
  if ("invalid" in approval) return approval;
  const { principal, principals } = approval;
  if ("unknown" in authors)
    return {
      invalid: `${principal} may have written the configuration, and who did is not known: ${authors.unknown}`,
    };
  const reason = reasonAgainst(principals, authors.reasons);
  return reason === undefined
    ? approval
    : { invalid: `${principal} ${reason}, and an author does not approve it` };
}
