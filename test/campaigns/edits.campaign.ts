import { expect, it } from "vitest";
import { faultsOf, requestsOf, type Trial, trialsOf, tried } from "../engine/edits.ts";

/*
 * Every request of a plan of everything as the moment of a kill, every earlier one as the moment of an edit, every account and
 * every edit. What had not begun when the plan died is as the administrator left it after the plan is applied again.
 */

const QUIRKS = [{}, { delegatesAsText: true }, { createDropsDelegates: true }, { answersNothing: true }];

/** Every kill with every edit before its request, and after it. */
function* allTrials(requests: number): Generator<Trial> {
  for (let killedAt = 1; killedAt <= requests; killedAt++)
    for (let editedAt = 1; editedAt <= killedAt + 1; editedAt++) yield* trialsOf({ killedAt, editedAt });
}

it.each(QUIRKS)("killed at any request, edited at any before it, with %o", async (quirks) => {
  const requests = await requestsOf(quirks);
  const seen = { trials: 0, notBegun: 0 };
  const wrong: object[] = [];
  // An edit that makes no sense before a request makes none at a later kill either.
  const senseless = new Set<string>();
  for (const trial of allTrials(requests)) {
    const { killedAt, editedAt = killedAt, account, edit } = trial;
    const name = `${editedAt} ${account} ${edit}`;
    const result = senseless.has(name) ? undefined : await tried(trial, quirks);
    if (result) {
      seen.trials += 1;
      if (!result.begun) seen.notBegun += 1;
      wrong.push(...faultsOf(trial, result));
    } else if (editedAt <= killedAt) senseless.add(name);
  }
  expect(wrong).toEqual([]);
  process.stdout.write(
    `${requests} requests, ${seen.trials} edits: ${seen.notBegun} of accounts whose change had not begun, and all of these are as they were left.\n`,
  );
  expect(seen.notBegun).toBeGreaterThan(1000);
});
