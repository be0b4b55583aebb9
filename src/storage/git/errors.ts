import {
  InputError,
  type Problem,
  RefusedError,
  RemoteError,
  type ZivsyncError,
} from "../../model/values/errors.ts";
import { shortened } from "../../model/values/text.ts";
import type { GitFailure } from "./repository.ts";

const NOTHING = "Nothing was changed.";
const LONGEST = 200;

function unreachable(where: string, message: string, remedy: string): readonly Problem[] {
  return [{ code: "state-unreachable", where, message, remedy }];
}

/** A command of Git that failed in the repository here, for people. */
export function localTrouble(failure: GitFailure, folder: string): ZivsyncError {
  const store = "set `state` in organization.yaml to a file: `state: { store: file, path: … }`.";
  if (/spawn \S+ ENOENT/.test(failure.output)) {
    const message = `The state is a branch of a Git repository, and there is no \`git\` on this machine. ${NOTHING}`;
    return new InputError(unreachable(folder, message, `Install Git, or ${store}`));
  }
  if (/not a git repository|directory that does not exist/i.test(failure.output)) {
    const message = `The state is a branch of the Git repository that holds the configuration, and this folder lies in none. ${NOTHING}`;
    return new InputError(
      unreachable(folder, message, `Run \`git init\` in the folder above it, or ${store}`),
    );
  }
  const [, owned] = FOREIGN.exec(failure.output) ?? [];
  if (owned !== undefined) {
    const message = `The Git repository belongs to another account than the one that runs zivsync, so Git refuses to work with it. ${NOTHING}`;
    return new InputError(
      unreachable(
        folder,
        message,
        `Let the account that runs zivsync own the checkout. If you trust its owner, run \`git config --global --add safe.directory ${owned}\` as that account, or with \`--system\` for one that nobody logs in with.`,
      ),
    );
  }
  const message = `Git cannot work with the repository: ${gitReason(failure)}. ${NOTHING}`;
  return new InputError(
    unreachable(folder, message, "Make `git status` work in this folder, then run again."),
  );
}

/** Git's message about a repository of another user (safe.directory in git-config). */
const FOREIGN = /detected dubious ownership in repository at '([^'\n]+)'/;

/** A remote that cannot be read from. */
export function fetchTrouble(failure: GitFailure, branch: string, remote: string): RemoteError {
  const message = `The state cannot be fetched from the remote \`${remote}\`: ${gitReason(failure)}. ${NOTHING}`;
  const remedy = UNWRITABLE.test(failure.output)
    ? "Let the account that runs zivsync write to the folder `.git` of this clone: the state is fetched into it, also to plan."
    : `Make \`git ls-remote ${remote}\` work here without a question (access, credentials, network), then run again.`;
  return new RemoteError(unreachable(shownBranch(branch, remote), message, remedy));
}

/** Git's messages about a clone that it may not write to; a lock that another process holds has nothing to do with permissions. */
const UNWRITABLE =
  /insufficient permission for adding an object|unable to create .*: (?:permission denied|read-only file system)/i;

/** A remote that does not take the branch. */
export function pushTrouble(failure: GitFailure, branch: string, remote: string): RemoteError {
  const message = `The state cannot be pushed to the remote \`${remote}\`: ${gitReason(failure)}. ${NOTHING}`;
  const who = `Let the account that runs zivsync push to the branch \`${branch}\` there, `;
  const remedy = KEEPS_ALL.test(failure.output)
    ? `${who}by force too: the lease of an apply is a commit that is replaced while it runs, and taken away after it. No rule may forbid that (\`receive.denyNonFastForwards\`, a protected branch).`
    : `${who}which no rule may protect; in a workflow this needs \`contents: write\`.`;
  return new RemoteError(unreachable(shownBranch(branch, remote), message, remedy));
}

/** The messages of remotes that let nothing be taken away from a branch. */
const KEEPS_ALL = /non-fast-forward|force[ -]?push|cannot force|deletion prohibited|denying ref deletion/i;

/** The connection broke, and looking at what became of it did not work either. */
export function uncertainPush(failure: GitFailure, branch: string, remote: string): RemoteError {
  const message = `The state was being pushed to the remote \`${remote}\` when this came: ${gitReason(failure)}. It is unknown whether it was written.`;
  const remedy = "Run the same command again: what was written by then is seen, and not written twice.";
  return new RemoteError(unreachable(shownBranch(branch, remote), message, remedy), { uncertain: true });
}

export function unknownRemote(remote: string, folder: string): InputError {
  const message = `\`state.remote\` names the remote \`${remote}\`, and the Git repository has none of that name. ${NOTHING}`;
  const remedy = "Write the name of one that `git remote` shows, or leave `remote` out.";
  return new InputError(unreachable(folder, message, remedy));
}

/** A branch with anything else in it is somebody's work, which a state must not take the place of. */
export function foreignBranch(branch: string, remote: string | undefined): RefusedError {
  const message = `The branch holds something else than the state of zivsync, and its next commit would take that away. ${NOTHING}`;
  const remedy = "Name a branch of its own in `state.branch` of organization.yaml, such as `zivsync-state`.";
  return new RefusedError({ code: "state-syntax", where: shownBranch(branch, remote), message, remedy });
}

export function lostRaces(branch: string, remote: string | undefined, tries: number): RefusedError {
  const message = `Others wrote to the state each of the ${tries} times that it was to be written. ${NOTHING}`;
  const remedy = "Run again when fewer others do.";
  return new RefusedError({ code: "state-race", where: shownBranch(branch, remote), message, remedy });
}

/** The state of a holder whose lease has gone to another machine, or was taken away. */
export function lostLease(branch: string, remote: string | undefined): RefusedError {
  const message =
    "This apply lost its lease of the state: it was not renewed in time, and another machine took it over or the branch was changed by hand. The state is not written without the lease.";
  const remedy = "Wait until the other apply has ended, then run the same command again.";
  return new RefusedError({ code: "lease-lost", where: shownBranch(branch, remote), message, remedy });
}

export function shownBranch(branch: string, remote: string | undefined): string {
  return remote === undefined ? `branch ${branch}` : `branch ${branch} of ${remote}`;
}

/** Git's message as one line: why it refused, with the first line from the remote. */
function gitReason({ output }: GitFailure): string {
  const lines = output.split(/[\r\n]+/).map((line) => line.trim());
  const say = (pattern: RegExp) => lines.flatMap((line) => pattern.exec(line)?.[1] ?? [])[0];
  const rejected = say(/^!\t.*\((.*)\)$/);
  const ofRemote = say(/^remote: *((?:error|fatal|ERROR).*?[A-Za-z].*)$/) ?? say(/^remote: *(.*[A-Za-z].*)$/);
  const why =
    rejected ?? say(/^(?:fatal|error): (.*)$/) ?? lines.find((line) => line !== "") ?? "no reason given";
  const whole =
    ofRemote === undefined || ofRemote === why
      ? why
      : `${why} (${ofRemote.replace(/^(?:error|fatal): |\.$/gi, "")})`;
  return shortened(whole.replace(/\s+/g, " ").replace(/[.:\s]+$/, ""), LONGEST);
}
