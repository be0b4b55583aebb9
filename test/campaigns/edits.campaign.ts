import { expect, it } from "vitest";
import { requestsOf, trialsOf, tried } from "../engine/edits.ts";

/*
 * Every request of a plan of everything as the moment of a kill, every earlier one as the moment of an edit, every account and
 * every edit. What had not begun when the plan died is as the administrator left it after the plan is applied again.
 */

const QUIRKS = [{}, { delegatesAsText: true }, { createDropsDelegates: true }, { answersNothing: true }];

it.each(QUIRKS)("killed at any request, edited at any before it, with %o", async (quirks) => {
  const requests = await requestsOf(quirks);
  const seen = { trials: 0, notBegun: 0 };
  for (let killedAt = 1; killedAt <= requests; killedAt++)
    for (let editedAt = 1; editedAt <= killedAt + 1; editedAt++)
      for (const trial of trialsOf({ killedAt, editedAt })) {
        const result = await tried(trial, quirks);
        if (result === undefined) continue;
        seen.trials += 1;
        const { begun, touched, kept, once } = result;
        expect({ trial, once }).toEqual({ trial, once: true });
        if (begun) continue;
        seen.notBegun += 1;
        expect({ trial, touched, kept }).toEqual({ trial, touched: false, kept: true });
      }
  process.stdout.write(
    `${requests} requests, ${seen.trials} edits: ${seen.notBegun} of accounts whose change had not begun, and all of these are as they were left.\n`,
  );
  expect(seen.notBegun).toBeGreaterThan(1000);
});
