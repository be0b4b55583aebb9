import { expect, test } from "vitest";
import { ACCOUNTS, faultsOf, requestsOf, SENSIBLE, trialsOf, tried } from "../edits.ts";

test("killed at any request, then edited: what had not begun is left as the administrator left it", async () => {
  const quirks = { delegatesAsText: true };
  const requests = await requestsOf(quirks);
  const wrong: object[] = [];
  const begunAtFirst = new Set<string>();
  const begunOnce = new Set<string>();
  const notBegun = new Set<string>();
  for (let killedAt = 1; killedAt <= requests; killedAt++)
    for (const trial of trialsOf({ killedAt })) {
      const result = await tried(trial, quirks);
      if (result === undefined) continue;
      const { begun, shown } = result;
      wrong.push(...faultsOf(trial, result), ...(shown ? [] : [{ trial, shown }]));
      if (begun) {
        begunOnce.add(trial.account);
        if (killedAt === 1) begunAtFirst.add(trial.account);
        continue;
      }
      notBegun.add(`${trial.account} ${trial.edit}`);
    }
  expect(wrong).toEqual([]);
  // Each edit that makes sense was made before its change had begun, except for the change that begins with the first request.
  expect(begunAtFirst.size).toBeLessThanOrEqual(1);
  const early = SENSIBLE.filter((one) => !begunAtFirst.has(one.split(" ")[0] ?? ""));
  expect([...notBegun].sort()).toEqual([...early].sort());
  expect([...begunOnce].sort()).toEqual([...ACCOUNTS].sort());
});
