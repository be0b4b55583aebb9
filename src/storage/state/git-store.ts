import { setTimeout } from "node:timers/promises";
import { EMPTY_STATE, type State } from "../../model/plan/state.ts";
import type { StateStore } from "../../model/ports.ts";
import { canonicalJson } from "../../model/values/canonical-json.ts";
import { type GitBranch, openBranch, readTip, type Tip, writeTip } from "../git/branch.ts";
import { lostLease, lostRaces, shownBranch } from "../git/errors.ts";
import { openGitRepository } from "../git/repository.ts";
import { type GitLease, type LeasePorts, takeGitLease } from "../lock/git-lease.ts";
import { refuseOlder } from "./errors.ts";
import type { StateStoreOptions } from "./file-store.ts";
import { parseState, renderState, serialOf, witnessOf } from "./state-file.ts";

export type GitStateStoreOptions = StateStoreOptions & {
  /** A folder in the repository. */
  readonly folder: string;
  readonly branch: string;
  /** Left out: `origin` where there is one. Empty: none. */
  readonly remote?: string;
  readonly environment?: NodeJS.ProcessEnv;
  /** The longest wait before the next try, where others are quicker. */
  readonly longestWaitMs?: number;
  readonly lease?: LeasePorts;
};

const FILE = "state.jsonl";
export const TRIES = 20;
const LONGEST_WAIT_MS = 1000;

/**
 * A state that is one file on a branch of its own. Each update is a commit on top of what was read; when somebody else's
 * came first, it is read and changed again. While this store holds the lease, it writes as long as the branch says so too;
 * the lease of others stays on top of what it writes without one.
 */
export function createGitStateStore(options: GitStateStoreOptions): StateStore {
  const { folder, branch: name, keys, version } = options;
  let replace = options.replace ?? false;
  const longest = options.longestWaitMs ?? LONGEST_WAIT_MS;
  let opened: Promise<GitBranch> | undefined;
  let held: GitLease | undefined;
  let present: string | undefined;
  const open = () => {
    opened ??= openBranch(openGitRepository(folder, options.environment), folder, {
      name,
      file: FILE,
      asked: options.remote,
    });
    return opened;
  };
  const parse = (text: string, { remote }: GitBranch) =>
    parseState(text, `${shownBranch(name, remote)}: ${FILE}`, options);

  const tryUpdate = async (branch: GitBranch, change: (state: State) => State): Promise<boolean> => {
    const tip = await readTip(branch);
    if (held && tip?.lease?.token !== held.token) throw lostLease(name, branch.remote);
    const there = await tip?.text();
    const newest = await newestOf(branch, tip, there);
    const text = replace ? undefined : there;
    if (text !== undefined) checkNewest(text, newest, branch);
    const before = text === undefined ? EMPTY_STATE : parse(text, branch);
    const after = change(before);
    const serial = there === undefined ? 0 : serialOf(there);
    if (renderState(after, keys, version, serial) === text && serial >= newest) return true;
    const next = Math.max(serial, newest) + 1;
    const rendered = renderState(after, keys, version, next);
    const message = `${describe(before, after)}${serialLine(next)}`;
    if (!(await writeTip(branch, rendered, message, tip))) return false;
    present = rendered;
    return true;
  };

  const newestOf = async (branch: GitBranch, tip: Tip | undefined, text: string | undefined) =>
    tip?.base === undefined || text === undefined
      ? 0
      : newestSerial(branch, tip.base, serialOf(text), (one) => void parse(one, branch));

  const checkNewest = (text: string, newest: number, { remote }: GitBranch) => {
    const serial = serialOf(text);
    if (serial < newest && serial !== options.restored)
      refuseOlder(shownBranch(name, remote), serial, newest);
  };

  return {
    async read() {
      if (replace) return undefined;
      const branch = await open();
      const tip = await readTip(branch);
      const text = await tip?.text();
      present = text;
      if (text === undefined) return undefined;
      const state = parse(text, branch);
      const newest = await newestOf(branch, tip, text);
      checkNewest(text, newest, branch);
      if (tip?.base !== undefined && serialOf(text) >= newest) await rememberNewest(branch, tip.base);
      return state;
    },
    witness: () => witnessOf(present),
    async update(change) {
      const branch = await open();
      for (let tries = 1; !(await tryUpdate(branch, change)); tries++) {
        if (tries === TRIES) throw lostRaces(name, branch.remote, TRIES);
        await setTimeout(Math.random() * Math.min(longest, 20 * 2 ** tries));
      }
      replace = false;
    },
    async takeLease(terms) {
      const lease = await takeGitLease(await open(), terms, options.lease);
      held = lease;
      return {
        isHeld: lease.isHeld,
        async release() {
          held = undefined;
          await lease.release();
        },
      };
    },
  };
}

/** The message of a commit: `812 accounts, 3 changed`. */
function describe(before: State, after: State): string {
  const known = new Map(before.accounts.map((account) => [account.zivverId, canonicalJson(account)]));
  const same = after.accounts.filter((account) => known.get(account.zivverId) === canonicalJson(account));
  const kept = new Set(after.accounts.map(({ zivverId }) => zivverId));
  const gone = before.accounts.filter(({ zivverId }) => !kept.has(zivverId)).length;
  const count = after.accounts.length;
  return `${count} ${count === 1 ? "account" : "accounts"}, ${count - same.length + gone} changed`;
}

/** The state's number by a commit's message: where to look, not yet that it is true. */
function serialLine(serial: number): string {
  return `\n\nSerial: ${serial}`;
}

/**
 * The highest number of a state that this organisation sealed, in the history of the branch or in what this clone has seen of
 * it before, should the branch have been reset. A commit that names a number which is not its own is passed over; `above` where there is none above that. `check` throws for a text that is not such a state's.
 */
async function newestSerial(
  branch: GitBranch,
  tip: string,
  above: number,
  check: (text: string) => void,
): Promise<number> {
  const { repository, file } = branch;
  const words = ["rev-list", "--header", "--encoding=none", tip, `--glob=${seenFolder(branch)}`];
  const listed = await repository.run(words);
  const named = listed.split("\0").flatMap((commit) => {
    const [, serial] = /^ *Serial: (\d{1,15})$/m.exec(commit) ?? [];
    return serial === undefined || Number(serial) <= above
      ? []
      : [{ commit: commit.slice(0, commit.indexOf("\n")), serial: Number(serial) }];
  });
  const highest = named.sort((a, b) => b.serial - a.serial);
  for (const { commit, serial } of highest) {
    const text = await repository.run(["cat-file", "blob", `${commit}:${file}`]).catch(() => "");
    if (serialOf(text) === serial && isOurs(text, check)) return serial;
  }
  return above;
}

function isOurs(text: string, check: (text: string) => void): boolean {
  try {
    check(text);
    return true;
  } catch {
    return false;
  }
}

/** Keeps what was read, so that a branch that is reset later is noticed in this clone. */
async function rememberNewest(branch: GitBranch, commit: string): Promise<void> {
  // A clone that cannot be written to has no such memory.
  await branch.repository.run(["update-ref", `${seenFolder(branch)}/newest`, commit]).catch(() => "");
}

function seenFolder({ name, remote }: GitBranch): string {
  return `refs/zivsync/seen/${remote ?? "-"}/${name}`;
}
