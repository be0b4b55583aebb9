import { applyChanges } from "../../../src/engine/apply/apply.ts";
import type { ApplyPorts, ApplyResult } from "../../../src/engine/apply/ports.ts";
import type { LiveAccount } from "../../../src/model/account/account.ts";
import type { Change } from "../../../src/model/plan/change.ts";
import type { Clock, JournalEntry, Target, Write } from "../../../src/model/ports.ts";
import { MemoryJournal } from "../memory-zivver.ts";

type Said<T> = T | Error;

/** What Zivver says, in turn. The last of each list is said again and again. */
export type Script = {
  readonly reads: readonly Said<readonly LiveAccount[]>[];
  readonly answers?: readonly Said<LiveAccount | undefined>[];
  /** Readings of one account; without them, the target has none. */
  readonly ones?: readonly Said<LiveAccount | undefined>[];
  /** Stops the apply as soon as so many lists were read. */
  readonly stopAtRead?: number;
};

export type Course = ApplyResult & {
  readonly writes: readonly Write[];
  /** Lists that were read. */
  readonly lists: number;
  /** Ids of accounts that were read alone. */
  readonly alone: readonly string[];
  /** Milliseconds, one by one. */
  readonly waits: readonly number[];
  readonly journal: readonly JournalEntry[];
};

const NOON = Date.UTC(2026, 10, 23, 12);

/** Applies changes to a Zivver that says what a script says, and gives what came of it and what was asked. */
export async function course(
  changes: readonly Change[],
  script: Script,
  { past = [], ...ports }: Partial<ApplyPorts> & { readonly past?: readonly JournalEntry[] } = {},
): Promise<Course> {
  const writes: Write[] = [];
  const alone: string[] = [];
  const waits: number[] = [];
  let lists = 0;
  let asked = 0;
  let now = NOON;
  const stop = { requested: false };
  const said = <T>(all: readonly Said<T>[], at: number): T => {
    const one = all[Math.min(at, all.length - 1)];
    if (one instanceof Error) throw one;
    return one as T;
  };
  const { answers = [undefined], ones } = script;
  const target: Target = {
    async read() {
      lists++;
      if (lists === script.stopAtRead) stop.requested = true;
      return said(script.reads, lists - 1);
    },
    async write(write) {
      return said(answers, writes.push(write) - 1);
    },
    ...(ones && {
      async readOne({ zivverId }) {
        alone.push(zivverId);
        return said(ones, asked++);
      },
    }),
  };
  const clock: Clock = {
    now: () => now,
    sleep: async (milliseconds) => {
      waits.push(milliseconds);
      now += milliseconds;
    },
  };
  const journal = new MemoryJournal(past);
  const result = await applyChanges(changes, { target, journal, clock, stop, width: 1, ...ports });
  return { ...result, writes, lists, alone, waits, journal: journal.written };
}

/** Outcomes in lines: `failed (rename-not-possible): …`. */
export function outcomesOf({ outcomes }: Pick<ApplyResult, "outcomes">): readonly string[] {
  return outcomes.map(({ state, code, detail }) => {
    const whole = code === undefined ? state : `${state} (${code})`;
    return detail === "" ? whole : `${whole}: ${detail}`;
  });
}
