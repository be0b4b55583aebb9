import type { ProfilePolicy } from "../../model/plan/policy.ts";
import type { Reading } from "../../model/ports.ts";

/** One profile with what its sources gave, in order of precedence. */
export type ProfileReadings = { readonly policy: ProfilePolicy; readonly readings: readonly Reading[] };
