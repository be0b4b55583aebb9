import { setTimeout } from "node:timers/promises";
import { errorCode } from "../../file-bytes.ts";
import type { Clock } from "../../model/ports.ts";

/** The pauses between two tries. */
export type Pauses = Pick<Clock, "sleep">;

const SYSTEM: Pauses = { sleep: (milliseconds) => setTimeout(milliseconds) };

const FIRST_PAUSE_MS = 10;
const LONGEST_PAUSE_MS = 640;
const ALL_PAUSES_MS = 5_000;

/**
 * Windows refuses to replace, open or remove a file that another program has open: a virus scanner, an editor, a `plan` that
 * reads it. That passes, so the work is tried again after growing pauses, 5 s in all. Then the last error is thrown.
 */
export async function retryWhileBusy<T>(
  work: () => Promise<T>,
  { sleep }: Pauses = SYSTEM,
  platform: NodeJS.Platform = process.platform,
): Promise<T> {
  let waited = 0;
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(2 * pause, LONGEST_PAUSE_MS)) {
    try {
      return await work();
    } catch (error) {
      if (!isBusy(error, platform) || waited + pause > ALL_PAUSES_MS) throw error;
    }
    await sleep(pause);
    waited += pause;
  }
}

/** Linux and macOS give EACCES and EPERM only to those who may not, as of a file that is immutable: trying again changes nothing. */
export function isBusy(error: unknown, platform: NodeJS.Platform = process.platform): boolean {
  const busy = platform === "win32" ? ["EBUSY", "EPERM", "EACCES"] : ["EBUSY"];
  return busy.some((code) => code === errorCode(error));
}
