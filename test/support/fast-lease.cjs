/*
 * For `--require`: the clock that nobody can set runs ZIVSYNC_TEST_PACE times as fast, and so do timers of 20 seconds and more, as those are
 * by which a lease is renewed. Everything else of the process keeps its pace.
 */
const pace = Number(process.env.ZIVSYNC_TEST_PACE);

const now = performance.now.bind(performance);
performance.now = () => now() * pace;

const every = globalThis.setInterval;
globalThis.setInterval = (work, milliseconds, ...words) =>
  every(work, milliseconds >= 20_000 ? milliseconds / pace : milliseconds, ...words);
