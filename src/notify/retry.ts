import type { Clock } from "../model/ports.ts";
import { DeliveryFailure } from "./failure.ts";
import { LONGEST_PAUSE_MS, PAUSES_MS } from "./ports.ts";

/** Tries up to three times what another try can make better. Throws the last failure. */
export async function withRetries<T>(attempt: () => Promise<T>, clock: Clock): Promise<T> {
  for (let tried = 0; ; tried++) {
    try {
      return await attempt();
    } catch (error) {
      const pause = PAUSES_MS[tried];
      if (!(error instanceof DeliveryFailure) || !error.retry || pause === undefined) throw error;
      await clock.sleep(Math.min(LONGEST_PAUSE_MS, Math.max(pause, error.waitMs ?? 0)));
    }
  }
}
