import type { LeaseClock } from "../../src/storage/lock/lock-ports.ts";

type Timer = { readonly every: number; next: number; readonly work: () => void | Promise<void> };

/**
 * Time for several machines, which passes when a test lets it, and when one of them waits. Timers that fall due are run, and what they begin
 * has ended before the time goes on.
 */
export function machineClock(start: number) {
  let now = start;
  let isFrozen = false;
  const timers = new Set<Timer>();

  const pass = async (milliseconds: number): Promise<void> => {
    const end = now + milliseconds;
    for (;;) {
      const due = [...timers].filter(({ next }) => next <= end).sort((a, b) => a.next - b.next)[0];
      if (due === undefined) break;
      now = Math.max(now, due.next);
      due.next += due.every;
      if (isFrozen) continue;
      await due.work();
    }
    now = end;
  };

  return {
    now: () => now,
    pass,
    /** Timers do nothing, as in a process that stands still or has crashed. */
    freeze() {
      isFrozen = true;
    },
    thaw() {
      isFrozen = false;
    },
    /** The clock of one machine, which differs from the others by so much. */
    shifted: (skew: number): LeaseClock => ({
      wall: () => now + skew,
      steady: () => now - start,
      sleep: pass,
      every(milliseconds, work) {
        const timer = { every: milliseconds, next: now + milliseconds, work };
        timers.add(timer);
        return () => void timers.delete(timer);
      },
    }),
  };
}
