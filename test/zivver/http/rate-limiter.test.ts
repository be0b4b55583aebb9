import fc from "fast-check";
import { expect, test } from "vitest";
import { RateLimiter } from "../../../src/zivver/http/rate-limiter.ts";
import { VirtualClock } from "../virtual-clock.ts";

type Job = { readonly start: number; readonly counted: number; readonly latency: number };

/** Sends every job through a limiter; gives, for each, when it was sent and when the server counted it. */
async function play(jobs: readonly Job[], requests: number, seconds: number) {
  const clock = new VirtualClock();
  const limiter = new RateLimiter({ requests, seconds }, clock);
  const seen: { job: number; sent: number; counted: number }[] = [];
  const work = jobs.map(async (job, index) => {
    await clock.sleep(job.start);
    const leave = await limiter.enter();
    const sent = clock.now();
    seen.push({ job: index, sent, counted: sent + job.counted * job.latency });
    await clock.sleep(job.latency);
    leave();
  });
  await clock.run(Promise.all(work));
  return { seen, end: clock.now() };
}

test("500 requests use at least 95 % of 50 per 10 s", async () => {
  const jobs = Array.from({ length: 500 }, () => ({ start: 0, counted: 0.5, latency: 200 }));
  const { seen } = await play(jobs, 50, 10);
  const first = Math.min(...seen.map(({ sent }) => sent));
  const last = Math.max(...seen.map(({ sent }) => sent));
  // The first 50 are free; the other 450 cost nine windows at best.
  expect(90_000 / (last - first)).toBeGreaterThanOrEqual(0.95);
});

test("no window ever holds more than the limit, wherever between sending and answer the server counts", async () => {
  const job = fc.record({
    start: fc.nat(5000),
    counted: fc.double({ min: 0, max: 1, noNaN: true }),
    latency: fc.nat(3000),
  });
  await fc.assert(
    fc.asyncProperty(
      fc.array(job, { minLength: 1, maxLength: 25 }),
      fc.integer({ min: 1, max: 6 }),
      fc.integer({ min: 1, max: 4 }),
      async (jobs, requests, seconds) => {
        const { seen } = await play(jobs, requests, seconds);
        expect(seen).toHaveLength(jobs.length);
        const counted = seen.map((one) => one.counted).sort((a, b) => a - b);
        for (const [index, time] of counted.entries()) {
          const inWindow = counted.slice(index).filter((other) => other <= time + seconds * 1000);
          expect(inWindow.length).toBeLessThanOrEqual(requests);
        }
      },
    ),
    { numRuns: 150 },
  );
});

test("first come, first served; who comes back jumps the queue", async () => {
  const clock = new VirtualClock();
  const limiter = new RateLimiter({ requests: 1, seconds: 1 }, clock);
  const order: string[] = [];
  const enter = async (name: string, first = false) => {
    const leave = await limiter.enter(first);
    order.push(name);
    leave();
  };
  await clock.run(Promise.all([enter("a"), enter("b"), enter("c"), enter("again", true)]));
  expect(order).toEqual(["a", "again", "b", "c"]);
});

test("a pause holds everybody back, and the longer of two pauses counts", async () => {
  const clock = new VirtualClock(0);
  const limiter = new RateLimiter({ requests: 10, seconds: 1 }, clock);
  limiter.pauseUntil(7000);
  limiter.pauseUntil(3000);
  const times: number[] = [];
  const enter = async () => {
    (await limiter.enter())();
    times.push(clock.now());
  };
  await clock.run(Promise.all([enter(), enter()]));
  expect(times).toEqual([7000, 7000]);
});

test("a clock that is set back costs one window, not the difference", async () => {
  const clock = new VirtualClock(3_600_000);
  const limiter = new RateLimiter({ requests: 1, seconds: 1 }, clock);
  (await clock.run(limiter.enter()))();
  clock.time = 0;
  await clock.run(limiter.enter());
  expect(clock.now()).toBe(1005);
});

test("a sleep that is broken off reaches those who wait, and later ones are served", async () => {
  let broken = true;
  const clock = new VirtualClock(0);
  const sleep = clock.sleep.bind(clock);
  clock.sleep = (milliseconds) => (broken ? Promise.reject(new Error("interrupted")) : sleep(milliseconds));
  const limiter = new RateLimiter({ requests: 1, seconds: 1 }, clock);
  (await limiter.enter())();
  await expect(limiter.enter()).rejects.toThrow("interrupted");
  broken = false;
  await clock.run(limiter.enter());
  expect(clock.now()).toBe(1005);
});
