/*
 * For `--require`: on SIGUSR2 the clock that nobody can set, and the timers by which a lease is renewed (those of 20 seconds and more), run
 * 40 times as fast, until two minutes have passed by them; that is said on stderr. Everything else of the process keeps its pace.
 */
const PACE = 40;
const LASTS_MS = 120_000;

const now = performance.now.bind(performance);
let from = Number.POSITIVE_INFINITY;
const gained = () => Math.min(Math.max(0, now() - from) * (PACE - 1), LASTS_MS);
performance.now = () => now() + gained();

const every = globalThis.setInterval;
globalThis.setInterval = (work, milliseconds, ...words) => {
  if (milliseconds < 20_000) return every(work, milliseconds, ...words);
  let due = performance.now() + milliseconds;
  return every(() => {
    if (performance.now() < due) return;
    due += milliseconds;
    work(...words);
  }, 10);
};

process.on("SIGUSR2", () => {
  from = now();
  const timer = every(() => {
    if (gained() < LASTS_MS) return;
    clearInterval(timer);
    process.stderr.write("[two minutes have passed]\n");
  }, 10);
  timer.unref();
});
