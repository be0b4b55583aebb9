import type { Target } from "../model/ports.ts";
import { InternalError } from "../model/values/errors.ts";
import { redactorOf } from "../model/values/secret-forms.ts";
import { type ConnectionOptions, openConnection } from "./connection.ts";
import type { Line } from "./http/retry.ts";
import { AccountReader } from "./reader.ts";
import { AccountWriter } from "./writer.ts";

export type TargetOptions = ConnectionOptions & {
  /** At least 0 and less than 1: spreads the pauses before a repetition. */
  readonly random?: () => number;
  readonly onProgress?: (text: string) => void;
  /** Of each account a write sends along what Zivver gave; a target that never writes does not keep it. */
  readonly readsOnly?: boolean;
  /** How long lists may take to show a write, in milliseconds; DEFAULT_SETTLE_MS when left out. */
  readonly settleMs?: number;
  /** Asked right before each request that changes something; once it is false, no more is sent (`lease-lost`). */
  readonly mayWrite?: () => boolean;
};

/**
 * The Zivver organisation behind an address. Nothing is sent yet. Throws InputError `target-host`, `secret-empty` or
 * `secret-white-space`. Many writes may be under way at once, as long as they are about different accounts.
 */
export async function createTarget(options: TargetOptions): Promise<Target> {
  const { base, send, limiter } = await openConnection(options);
  const line: Line = {
    base,
    send,
    limiter,
    clock: options.clock,
    random: options.random ?? Math.random,
    windowSeconds: options.rateLimit.seconds,
    onProgress: options.onProgress ?? (() => {}),
    mayWrite: options.mayWrite,
  };
  const readsOnly = options.readsOnly ?? false;
  const reader = new AccountReader(
    line,
    redactorOf([options.apiKey]),
    readsOnly ? () => undefined : undefined,
  );
  const writer = new AccountWriter(line, reader, options.apiKey, options.settleMs);
  return {
    read: () => reader.readAll(),
    readOne: (account) => reader.readOne(account),
    write: async (write) => {
      if (readsOnly) throw new InternalError("A target that was opened for reading is written to.");
      return writer.write(write);
    },
  };
}
