import { serialOf } from "../state/state-file.ts";
import type { GitBranch } from "./branch.ts";

/** The state's number by a commit's message: where to look, not yet that it is true. */
export function serialLine(serial: number): string {
  return `\n\nSerial: ${serial}`;
}

/**
 * The highest number of a state that this organisation sealed, in the history of the branch or in what this clone has seen of
 * it before, should the branch have been reset. A commit that names a number which is not its own is passed over; `above` where there is none above that. `check` throws for a text that is not such a state's.
 */
export async function newestSerial(
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
export async function rememberNewest(branch: GitBranch, commit: string): Promise<void> {
  // A clone that cannot be written to has no such memory.
  await branch.repository.run(["update-ref", `${seenFolder(branch)}/newest`, commit]).catch(() => "");
}

function seenFolder({ name, remote }: GitBranch): string {
  return `refs/zivsync/seen/${remote ?? "-"}/${name}`;
}
