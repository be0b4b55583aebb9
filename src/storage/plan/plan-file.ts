import { countAttention } from "../../model/plan/attention.ts";
import type { Plan, PlanBody } from "../../model/plan/plan.ts";
import { canonicalPieces } from "../../model/values/canonical-json.ts";
import type { Problem } from "../../model/values/errors.ts";
import { InputError, RefusedError } from "../../model/values/errors.ts";
import { DEEPEST_JSON, isTooDeep } from "../../model/values/json.ts";
import { readTextFile, writeFileAtomically } from "../files/files.ts";
import { refuseToReplaceKept } from "../files/result-file.ts";
import { digestOf } from "./digest.ts";
import { accountKeyDigest, isSealed, mapKeys, type SealKeys, sealChanges, sealOf } from "./seal.ts";

/** The content of a plan file beside the engine's decisions. */
export type PlanFrame = Pick<
  Plan,
  "zivsync" | "createdAt" | "expiresAt" | "configuration" | "state" | "standing" | "deletedAfterDays"
> & {
  readonly url: string;
};

/** A plan by its parts → the plan as it is in a file: account keys encrypted, digest and seal computed. */
export function sealPlan(body: PlanBody, frame: PlanFrame, keys: SealKeys): Plan {
  const { url, ...rest } = frame;
  const target = { url, organization: keys.organization };
  const named = mapKeys(body.changes, (key, address) => ({
    sealed: "",
    digest: accountKeyDigest(address, key, keys),
  }));
  const digest = digestOf({ ...body, target, changes: named });
  const changes = sealChanges(body.changes, keys, frame.createdAt, digest);
  const attention = countAttention(body);
  const plan = { formatVersion: 1 as const, ...rest, target, ...body, attention, changes, digest };
  return { ...plan, seal: sealOf(plan, keys) };
}

/**
 * Writes canonical JSON (RFC 8785), readable by its owner alone; the old file stays until the new one is complete. Throws InputError, also
 * where the file is another one that zivsync works from.
 */
export async function writePlan(path: string, plan: Plan): Promise<void> {
  await refuseToReplaceKept(path, "a plan");
  await writeFileAtomically(path, canonicalPieces(plan));
}

/** Checks data against the plan's schema: the problems, none when it fits. */
export type PlanValidator = (data: unknown) => readonly Problem[];

/**
 * Reads a plan file: its syntax, format version and shape, and that it is written as `writePlan` writes it. The seal is checked by
 * `verifyPlan`. Throws InputError, RefusedError.
 */
export async function readPlan(path: string, validate: PlanValidator): Promise<Plan> {
  return parsePlan(await readTextFile(path), path, validate);
}

export function parsePlan(text: string, path: string, validate: PlanValidator): Plan {
  const data = parseJson(text, path);
  const version =
    typeof data === "object" && data !== null && "formatVersion" in data ? data.formatVersion : undefined;
  if (version !== 1 && typeof version === "number") {
    throw new RefusedError({
      code: "plan-version",
      where: path,
      message: `The plan has format version ${version}, and this zivsync reads version 1.`,
      remedy: "Make a new plan with the zivsync that applies it.",
    });
  }
  if (version === undefined)
    throw notPlan("plan-shape", path, "The file is JSON, but no plan: it has no format version.");
  const problems = validate(data);
  if (problems.length > 0) {
    throw new InputError(
      problems.slice(0, 10).map((problem) => ({
        ...problem,
        code: "plan-shape",
        where: problem.where ? `${path}: ${problem.where}` : path,
      })),
    );
  }
  refuseRewritten(text, data, path);
  return data as Plan;
}

/**
 * A reader of the file itself may see what no parser gives: of a key that is there twice, the first value. So the file is taken
 * only as it was written.
 */
function refuseRewritten(text: string, data: unknown, path: string): void {
  if (isCanonical(text, data)) return;
  throw new RefusedError({
    code: "plan-tampered",
    where: path,
    message:
      "The file is not as `zivsync plan` wrote it: another program has written it again, or somebody edited it. White space, line ends and the order of keys count, too.",
    remedy: MAKE_NEW,
  });
}

function parseJson(text: string, path: string): unknown {
  if (isTooDeep(text)) {
    const message = `The file is not a plan: its values are nested deeper than ${DEEPEST_JSON} levels.`;
    throw notPlan("plan-shape", path, message);
  }
  try {
    return JSON.parse(text);
  } catch {
    const start = text.trimStart().charAt(0);
    if (start === "") throw notPlan("plan-syntax", path, "The file is empty.");
    const message =
      start === "{"
        ? "The file is not a whole plan: it was cut off or changed, and is no longer JSON."
        : "The file is not a plan: it is not JSON.";
    throw notPlan("plan-syntax", path, message);
  }
}

function notPlan(code: Problem["code"], where: string, message: string): InputError {
  return new InputError({
    code,
    where,
    message,
    remedy: "Give the file that `zivsync plan -o` wrote, unchanged.",
  });
}

function isCanonical(text: string, data: unknown): boolean {
  let at = 0;
  try {
    for (const piece of canonicalPieces(data)) {
      if (!text.startsWith(piece, at)) return false;
      at += piece.length;
    }
  } catch (error) {
    // What canonical JSON cannot say (lone surrogates), zivsync did not write.
    if (error instanceof TypeError) return false;
    throw error;
  }
  return at === text.length;
}

/** Whether the digest fits the changes. Needs no key. What canonical JSON cannot say (lone surrogates) never had a digest. */
export function isDigestRight(plan: Plan): boolean {
  try {
    return digestOf(plan) === plan.digest;
  } catch (error) {
    if (error instanceof TypeError) return false;
    throw error;
  }
}

/** The reason why a plan must not be applied: its seal first, for nothing else in an altered plan can be believed. Throws RefusedError. */
export function verifyPlan(plan: Plan, path: string, keys: SealKeys, url: string, now: number): void {
  const refuse = (code: Problem["code"], message: string, remedy: string): never => {
    throw new RefusedError({ code, where: path, message, remedy });
  };
  if (plan.target.url !== url || plan.target.organization !== keys.organization) {
    refuse(
      "plan-other-target",
      `The plan was made for another organisation, or with another API key: its target is ${plan.target.url}.`,
      MAKE_NEW,
    );
  }
  if (!isSealed(plan, keys)) {
    refuse("plan-tampered", "The seal does not fit: the plan was changed after it was made.", MAKE_NEW);
  }
  if (!isDigestRight(plan)) {
    refuse("plan-tampered", "The digest does not fit the changes.", MAKE_NEW);
  }
  checkNotExpired(plan, path, now);
  if (now < Date.parse(plan.createdAt) - CLOCK_TOLERANCE_MS) {
    refuse(
      "plan-clock",
      `The plan was made at ${plan.createdAt}, and this machine's clock says that it is earlier than that.`,
      "Set the clock right.",
    );
  }
}

const MAKE_NEW = "Make a new plan and have that one reviewed.";

/** Throws RefusedError `plan-expired`. */
export function checkNotExpired({ expiresAt }: Plan, path: string, now: number): void {
  if (now < Date.parse(expiresAt)) return;
  const message = `The plan expired at ${expiresAt}: what it was based on may have changed.`;
  throw new RefusedError({ code: "plan-expired", where: path, message, remedy: MAKE_NEW });
}

/** Clocks of two machines may differ by this much. */
export const CLOCK_TOLERANCE_MS = 5 * 60_000;
