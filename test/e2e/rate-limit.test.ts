import { describe, expect, it } from "vitest";
import { applyChanges } from "../../src/engine/apply/apply.ts";
import type { Clock, Target } from "../../src/model/ports.ts";
import { Secret } from "../../src/model/values/secret.ts";
import { ZIVVER_RATE_LIMIT } from "../../src/simulator/index.ts";
import { connect, type Send } from "../../src/zivver/http/client.ts";
import { DEFAULT_TIMEOUTS } from "../../src/zivver/http/network-errors.ts";
import { RateLimiter } from "../../src/zivver/http/rate-limiter.ts";
import { AccountReader } from "../../src/zivver/reader.ts";
import { AccountWriter } from "../../src/zivver/writer.ts";
import { API_KEY, simulated } from "../support/cli.ts";
import { planOf, record } from "../support/engine.ts";
import { memoryJournal } from "../support/over-http.ts";

/*
 * Client and simulator share one clock, over real HTTP. It stands still while a request is on its way, and jumps to the
 * next who wakes up when all that is left to do is to wait; so 100 s pass in one, and every run is the same.
 */

class SharedClock implements Clock {
  #now = Date.UTC(2026, 0, 1);
  readonly #timers: { readonly at: number; readonly wake: () => void }[] = [];
  /** Requests that the client has sent and not yet got an answer to. */
  #underway = 0;
  /** Of these, the ones that the simulator lets wait. */
  #held = 0;

  now(): number {
    return this.#now;
  }

  sleep(milliseconds: number): Promise<void> {
    return new Promise((wake) => this.#timers.push({ at: this.#now + milliseconds, wake }));
  }

  /** The simulator's view of this clock. */
  readonly ofServer: Clock = {
    now: () => this.#now,
    sleep: async (milliseconds) => {
      this.#held += 1;
      await this.sleep(milliseconds);
      this.#held -= 1;
    },
  };

  counted(send: Send): Send {
    return async (request) => {
      this.#underway += 1;
      try {
        return await send(request);
      } finally {
        this.#underway -= 1;
      }
    };
  }

  async run<T>(work: Promise<T>): Promise<T> {
    let done = false;
    const end = work.finally(() => {
      done = true;
    });
    end.catch(() => {});
    while (!done) {
      await new Promise(setImmediate);
      if (this.#underway > this.#held) continue;
      this.#timers.sort((a, b) => a.at - b.at);
      const next = this.#timers.shift();
      if (next === undefined) continue;
      this.#now = Math.max(this.#now, next.at);
      next.wake();
    }
    return end;
  }
}

function targetAt(url: string, clock: SharedClock): Target {
  const send = connect({
    baseUrl: new URL(url),
    authorization: new Secret(`Bearer ${API_KEY}`),
    version: "0.0.0",
    timeouts: DEFAULT_TIMEOUTS,
    environment: {},
  });
  const line = {
    base: url,
    send: clock.counted(send),
    limiter: new RateLimiter(ZIVVER_RATE_LIMIT, clock),
    clock,
    random: () => 0,
    windowSeconds: ZIVVER_RATE_LIMIT.seconds,
    onProgress: () => {},
  };
  const reader = new AccountReader(line, (text) => text);
  const writer = new AccountWriter(line, reader, new Secret(API_KEY));
  return { read: () => reader.readAll(), write: (write) => writer.write(write) };
}

const PEOPLE = Array.from({ length: 500 }, (_, at) => `p${at}@example.org`);

describe("the rate limit", () => {
  it.each([0, 100, 250])("is used to 95 % and never passed, with answers after %i ms", async (latencyMs) => {
    const clock = new SharedClock();
    const simulator = await simulated(
      { claimedDomains: ["example.org"], personal: PEOPLE.map((address) => ({ address, fullName: "Old" })) },
      { rateLimit: ZIVVER_RATE_LIMIT, clock: clock.ofServer, latencyMs },
    );
    const desired = PEOPLE.map((address) => record(address));
    const live = await clock.run(targetAt(simulator.url, clock).read());
    const { body } = planOf({ desired, live });
    expect(body.changes).toHaveLength(500);
    expect(body.summary).toMatchObject({ requests: 504, seconds: 101 });
    await clock.run(clock.sleep(ZIVVER_RATE_LIMIT.seconds * 1000));

    const start = clock.now();
    const from = simulator.log.length;
    const target = targetAt(simulator.url, clock);
    const { outcomes } = await clock.run(
      applyChanges(body.changes, { target, journal: memoryJournal(), clock }),
    );
    expect(outcomes.filter(({ state }) => state !== "applied")).toEqual([]);
    const log = simulator.log.slice(from);
    expect(log.filter(({ status }) => status === 429)).toEqual([]);
    expect(log).toHaveLength(504);
    // Ten whole windows have to pass before the last four may be sent, whoever sends them.
    const least = Math.floor((504 - 1) / ZIVVER_RATE_LIMIT.requests) * ZIVVER_RATE_LIMIT.seconds * 1000;
    const used = least / (clock.now() - start);
    expect(used).toBeLessThanOrEqual(1);
    expect(used).toBeGreaterThanOrEqual(0.95);
  });
});
