import type { Acceptance } from "../../engine/guards/guards.ts";
import { DEFAULT_GUARDS, type GuardName } from "../../model/plan/default-guards.ts";
import { type Address, parseAddress } from "../../model/values/address.ts";
import { InputError, type Problem } from "../../model/values/errors.ts";

const GUARDS = Object.keys(DEFAULT_GUARDS);

/** `["suspend=37"]` → acceptances. Throws InputError. */
export function parseAcceptances(texts: readonly string[]): Acceptance[] {
  const problems: Problem[] = [];
  const accepted = texts.flatMap((text): Acceptance[] => {
    const [, guard, count] = /^([A-Za-z]+)=(\d{1,9})$/.exec(text) ?? [];
    if (isGuard(guard)) return [{ guard, count: Number(count) }];
    if (guard === "protectedNobody") problems.push(PROTECTED_NOBODY);
    else
      problems.push({
        code: "usage",
        where: "--accept",
        message: `"${text}" is not GUARD=COUNT with one of the guards ${GUARDS.join(", ")}.`,
        remedy: "Write it as the refused plan says, for example --accept suspend=37.",
      });
    return [];
  });
  if (problems.length > 0) throw new InputError(problems);
  return accepted;
}

/** A guard's result that no acceptance covers. */
const PROTECTED_NOBODY: Problem = {
  code: "usage",
  where: "--accept",
  message:
    "`protectedNobody` cannot be accepted: your administrators may be among the accounts that would be suspended or deleted.",
  remedy: "Name your administrators under `protected` in organization.yaml, or write `protected: none`.",
};

function isGuard(name: string | undefined): name is GuardName {
  return name !== undefined && GUARDS.includes(name);
}

/** Says of an acceptance that it had nothing to accept, so that nobody believes in it. */
export function unusedAcceptances(guard: GuardName, count: number): string {
  return `--accept ${guard}=${count} accepted nothing: no guard of that name refuses exactly ${count}.`;
}

/** The address that a person names. Throws InputError. */
export function parseAsked(text: string, where: string): Address {
  const address = parseAddress(text);
  if (address !== undefined) return address;
  throw new InputError({
    code: "usage",
    where,
    message: `"${text}" is not an e-mail address.`,
    remedy: "Give the address of one account.",
  });
}
