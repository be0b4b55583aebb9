import { cp } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll } from "vitest";
import type { SimulatorOptions } from "../../../src/simulator/index.ts";
import { type Daemon, startDaemon } from "../../servers/daemon.ts";
import { freePort } from "../../servers/ports.ts";
import type { Workplace } from "../../support/cli.ts";
import { emptyFolder, git } from "../../support/state-places.ts";
import { IS_WINDOWS } from "./machine.ts";
import { type Stage, staged } from "./stage.ts";

/*
 * A configuration in a clone, and the remote that keeps its state. On Windows itself the remote is a folder. Git under Wine has no shell
 * to run a folder's `git upload-pack` by, so there the remote is the Git daemon of the machine that Wine runs on.
 */

export const BRANCH = "zivsync-state";
export const GIT_STATE = "state: { store: git }\n";

export type GitStage = Stage & {
  /** A bare repository. */
  readonly remote: string;
  /** The state on the remote's branch. Throws while there is none. */
  state(): string;
};

/** The remotes of all tests of a file. */
export function remotesForAll() {
  let daemon: Daemon | undefined;
  let port = 0;
  beforeAll(async () => {
    if (IS_WINDOWS) return;
    const program = join(git("/", "--exec-path"), "git-daemon");
    port = await freePort();
    const words = [
      "--reuseaddr",
      "--listen=127.0.0.1",
      `--port=${port}`,
      "--export-all",
      "--enable=receive-pack",
    ];
    daemon = await startDaemon(program, words, { host: "127.0.0.1", port });
  });
  afterAll(() => daemon?.stop());

  const connect = (folder: string, remote: string) => {
    git(folder, "init", "-q", "-b", "main");
    git(folder, "remote", "add", "origin", IS_WINDOWS ? remote : `git://127.0.0.1:${port}${remote}`);
  };

  return {
    async staged(extra = "", options: Partial<SimulatorOptions> = {}): Promise<GitStage> {
      const stage = await staged(`${GIT_STATE}${extra}`, options);
      const remote = join(emptyFolder(), "remote.git");
      git(stage.place.folder, "init", "-q", "--bare", "-b", "main", remote);
      connect(stage.place.folder, remote);
      return {
        ...stage,
        remote,
        state: () => git(remote, "show", `${BRANCH}:state.jsonl`),
      };
    },
    /** Another clone with the same configuration, below a folder of its own. */
    async clone(
      { place, remote }: GitStage,
      ...steps: readonly string[]
    ): Promise<Pick<Workplace, "folder">> {
      const folder = join(emptyFolder(), ...steps);
      await cp(join(place.folder, "desired-state"), join(folder, "desired-state"), { recursive: true });
      connect(folder, remote);
      return { folder };
    },
  };
}
