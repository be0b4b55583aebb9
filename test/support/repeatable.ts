import fc from "fast-check";

/*
 * Every worker begins here. All properties of a run begin from one seed, so what fails on one machine fails on each: see
 * `seedOfCheckout`. A failure names the seed; `ZIVSYNC_SEED=N npx vitest run FILE` repeats it.
 */
fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: Number(process.env.ZIVSYNC_SEED) });
