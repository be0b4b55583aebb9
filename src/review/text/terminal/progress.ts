/** So far, of how many where that is known. */
export type Step = { readonly done: number; readonly of?: number; readonly unit: string };

/** A rate of the first moments says nothing. */
const SETTLED_MS = 2_000;

/**
 * One line of progress for each step of a piece of work that began at `startedAt`: counts, rate, and the time that is left
 * where the whole is known. Times are milliseconds.
 */
export function progressLine(what: string, { done, of, unit }: Step, startedAt: number, now: number): string {
  const count = of === undefined ? `${grouped(done)} ${unit}` : `${grouped(done)} of ${grouped(of)} ${unit}`;
  const elapsed = now - startedAt;
  if (elapsed < SETTLED_MS || done === 0) return `${what}: ${count}`;
  const rate = (done * 1000) / elapsed;
  const pace = `${rate < 10 ? rate.toFixed(1) : grouped(Math.round(rate))} a second`;
  if (of === undefined) return `${what}: ${count}, ${pace}`;
  return `${what}: ${count}, ${pace}, ${duration((of - done) / rate)} left`;
}

function grouped(count: number): string {
  return String(count).replace(/\B(?=(?:\d{3})+$)/g, ",");
}

/** Seconds, as a person says it. */
function duration(seconds: number): string {
  const whole = Math.ceil(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}
