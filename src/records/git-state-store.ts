import { setTimeout } from "node:timers/promises";
import { canonicalJson } from "../model/canonical-json.ts";
import type { StateStore } from "../model/ports.ts";
import { EMPTY_STATE, type State } from "../model/state.ts";
import type { StateStoreOptions } from "./file-state-store.ts";
import { type GitBranch, openBranch, readTip, writeTip } from "./git-branch.ts";
import { type GitLease, type LeasePorts, takeGitLease } from "./git-lease.ts";
import { openGitRepository } from "./git-repository.ts";
import { lostLease, lostRaces, shownBranch } from "./git-trouble.ts";
import { parseState, renderState } from "./state-file.ts";

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
    const text = replace ? undefined : await tip?.text();
    const before = text === undefined ? EMPTY_STATE : parse(text, branch);
    const after = change(before);
    const rendered = renderState(after, keys, version);
    return rendered === text || writeTip(branch, rendered, describe(before, after), tip);
  };

  return {
    async read() {
      if (replace) return undefined;
      const branch = await open();
      const tip = await readTip(branch);
      const text = await tip?.text();
      return text === undefined ? undefined : parse(text, branch);
    },
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

/** What a commit says: `812 accounts, 3 changed`. */
function describe(before: State, after: State): string {
  const known = new Map(before.accounts.map((account) => [account.zivverId, canonicalJson(account)]));
  const same = after.accounts.filter((account) => known.get(account.zivverId) === canonicalJson(account));
  const kept = new Set(after.accounts.map(({ zivverId }) => zivverId));
  const gone = before.accounts.filter(({ zivverId }) => !kept.has(zivverId)).length;
  const count = after.accounts.length;
  return `${count} ${count === 1 ? "account" : "accounts"}, ${count - same.length + gone} changed`;
}
