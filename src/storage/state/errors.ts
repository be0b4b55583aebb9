import { type Problem, RefusedError } from "../../model/values/errors.ts";

const WHY = "Without it an account that was renamed looks like a new one. Nothing was changed.";
const ANEW =
  "begin again with `zivsync adopt --replace`, which finds accounts by their addresses and keeps what is there now: a file as PATH.replaced-TIME beside it, a branch in its history.";
const RESTORE = `Restore the state from a backup or from Git's history, or ${ANEW}`;

type StateCode = "state-syntax" | "state-damaged" | "state-version" | "state-other-organization";

/** A problem at one place of a state. `what` ends without a stop, and the reason why it matters follows it. */
export function stateProblem(
  code: StateCode,
  where: string,
  what: string,
  remedy: string = RESTORE,
): Problem {
  return { code, where, message: `${what}. ${WHY}`, remedy };
}

export function refuseState(code: StateCode, where: string, what: string, remedy?: string): never {
  throw new RefusedError(stateProblem(code, where, what, remedy));
}

/** `serial`: of what is there. */
export function refuseOlder(where: string, serial: number, newest: number): never {
  throw new RefusedError({
    code: "state-rolled-back",
    where,
    message: `An old state was put back: this one was written as number ${serial}, and number ${newest} is known. It would give back links, keys and applied plans that are out of date. Nothing was changed.`,
    remedy: `Find out who put it back, and bring the newest one back. If the old one is meant, run \`zivsync adopt\` once with ZIVSYNC_STATE_RESTORED=${serial} in the environment: it counts on from the newest.`,
  });
}

export function refuseVersion(where: string, version: number, newest: number): never {
  const newer = version > newest;
  return refuseState(
    "state-version",
    where,
    newer
      ? `The state has format version ${version}, and this zivsync reads versions up to ${newest}`
      : `The state has format version ${version}, and this zivsync cannot bring it to version ${newest}`,
    `Use ${newer ? "the newest zivsync" : "the zivsync that wrote it"}, or ${ANEW}`,
  );
}

export function refuseOrganization(where: string): never {
  return refuseState(
    "state-other-organization",
    where,
    "The state belongs to another organisation, or was written with another API key",
    `Check \`target\` and \`state\` in organization.yaml. After a change of the API key, ${ANEW} With \`sealKey\` in organization.yaml, state and plans do not depend on the API key.`,
  );
}
