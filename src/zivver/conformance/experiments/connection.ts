import { asObject } from "../../../model/values/json.ts";
import { describe, ORGANIZATION } from "../lab/lab.ts";
import type { Experiment } from "./experiment.ts";

/** A key that nobody has. */
export const wrongKey: Experiment = {
  answers: ["wrong-key"],
  run: async (lab) => {
    const seen = await lab.ask({ method: "GET", path: "/Users?count=1", wrongKey: true });
    const answer =
      seen.status === 401
        ? "unauthorized"
        : seen.status === 403
          ? "forbidden"
          : seen.ok
            ? "accepted"
            : "other";
    lab.note("wrong-key", answer, seen.ok ? String(seen.status) : describe(seen));
  },
};

export const organization: Experiment = {
  answers: ["organization"],
  run: async (lab) => {
    const seen = await lab.ask({ method: "GET", path: ORGANIZATION });
    // What it holds is the organisation's own: only the names of its keys are shown, and only where they are names.
    const keys = Object.keys(asObject(seen.json) ?? {})
      .map((key) => (/^[A-Za-z]\w{0,30}$/.test(key) ? key : "<key>"))
      .join(", ");
    lab.note("organization", seen.ok ? "answers" : "nothing", seen.ok ? keys : describe(seen));
  },
};

/** Beyond what is known of the limit. */
const BEYOND = 10;
const MOST = 70;

/** Uses the limit up on purpose, by reading, once: that is the only way to see what a 429 looks like. */
export function rateLimit(requests: number): Experiment {
  return {
    answers: ["rate-limit", "rate-body", "retry-after", "ratelimit-headers"],
    run: async (lab) => {
      if (lab.wire.limited === undefined)
        await lab.wire.useUp({ method: "GET", path: "/Users?count=1" }, Math.min(MOST, requests + BEYOND));
      const headers = Object.keys(lab.wire.limited?.headers ?? {});
      const { rateHeaders } = lab.wire;
      lab.note("ratelimit-headers", rateHeaders ? "present" : "absent", rateHeaders);
      if (lab.wire.limited === undefined) {
        lab.note("rate-limit", "none");
        return;
      }
      const { json } = lab.wire.limited;
      lab.note("rate-limit", "limited", describe(lab.wire.limited));
      const details = json !== null && typeof json === "object" && "emptiedBucketDetails" in json;
      lab.note("rate-body", details ? "documented" : "other");
      lab.note("retry-after", headers.includes("retry-after") ? "present" : "absent");
    },
  };
}
