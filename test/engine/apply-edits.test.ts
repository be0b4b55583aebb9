import { expect, test } from "vitest";
import { requestsOf, trialsOf, tried } from "./edits.ts";

test("killed at any request, then edited: what had not begun is left as the administrator left it", async () => {
  const quirks = { delegatesAsText: true };
  const requests = await requestsOf(quirks);
  const seen = { trials: 0, notBegun: 0 };
  for (let killedAt = 1; killedAt <= requests; killedAt++)
    for (const trial of trialsOf({ killedAt })) {
      const result = await tried(trial, quirks);
      if (result === undefined) continue;
      seen.trials += 1;
      const { begun, touched, kept, shown, once } = result;
      expect({ trial, shown, once }).toEqual({ trial, shown: true, once: true });
      if (begun) continue;
      seen.notBegun += 1;
      expect({ trial, touched, kept }).toEqual({ trial, touched: false, kept: true });
    }
  expect(seen.trials).toBeGreaterThan(1400);
  expect(seen.notBegun).toBeGreaterThan(700);
});
