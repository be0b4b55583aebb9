import type { Clock } from "../../model/ports.ts";

/** The time that a run may wait for GitHub in all, however many of its requests are told to. */
export class Waiting {
  readonly #clock: Clock;
  #left: number;

  constructor(clock: Clock, seconds: number) {
    this.#clock = clock;
    this.#left = seconds;
  }

  isFor(seconds: number): boolean {
    return seconds <= this.#left;
  }

  async spend(seconds: number): Promise<void> {
    this.#left -= seconds;
    await this.#clock.sleep(seconds * 1000);
  }
}
