import { refuseVersion } from "./errors.ts";

/** One line of a state after the first, as JSON gives it. */
export type StateLine = Readonly<Record<string, unknown>>;

/** From version n to n + 1: all lines after the first. The first line has the same keys in every version. */
export type StateMigrations = Readonly<Record<number, (lines: readonly StateLine[]) => readonly StateLine[]>>;

export const STATE_VERSION = 1;

/** There was no version before the first. */
const MIGRATIONS: StateMigrations = {};

/** Lifts lines of an older version step by step to the present one. Throws RefusedError `state-version`. */
export function migrate(
  lines: readonly StateLine[],
  version: number,
  where: string,
  migrations: StateMigrations = MIGRATIONS,
): readonly StateLine[] {
  let lifted = lines;
  for (let from = version; from < STATE_VERSION; from++) {
    const step = Object.hasOwn(migrations, from) ? migrations[from] : undefined;
    if (step === undefined) return refuseVersion(where, version, STATE_VERSION);
    lifted = step(lifted);
  }
  return lifted;
}
