import type { Causes } from "../../model/plan/causes.ts";
import { accountKeyOf, type Change, releaseOf, type SealedKey } from "../../model/plan/change.ts";
import { compareText } from "../../model/values/text.ts";

/*
 * Two plans are made of one reading of the live accounts: one by the configuration as it shall be (the head), one by the
 * configuration as it is (the base). A change that only the head plans comes from the configuration; one that both plan was due anyway.
 *
 *          head plan            base plan
 *     ┌──────────────┬────────────────┬─────────────┐
 *     │    caused    │    pending     │  prevented  │
 *     └──────────────┴────────────────┴─────────────┘
 *
 * A change that both plan, but in another form, is one caused and one prevented: its account stands on both sides.
 */

/** Splits the head's changes by what the base plans too. Without a base nobody knows, and all of them are pending. */
export function splitByCause(
  head: readonly Change<SealedKey>[],
  base: readonly Change<SealedKey>[] | undefined,
): Causes {
  if (base === undefined) return { known: false, caused: [], pending: head, prevented: [] };
  const ofBase = new Set(base.map(formOf));
  const ofHead = new Set(head.map(formOf));
  return {
    known: true,
    caused: head.filter((change) => !ofBase.has(formOf(change))),
    pending: head.filter((change) => ofBase.has(formOf(change))),
    prevented: base.filter((change) => !ofHead.has(formOf(change))),
  };
}

/** The effect of a change, as in a plan's digest: not its place in the plan, its profile, or where a value comes from. */
function formOf(change: Change<SealedKey>): string {
  const fields = [...change.fields].sort((a, b) => compareText(a.field, b.field));
  const release = releaseOf(change);
  return JSON.stringify([
    change.action,
    change.kind,
    change.address,
    "zivverId" in change ? change.zivverId : null,
    fields.map(({ field, before, after }) => [field, before, after]),
    accountKeyOf(change)?.digest,
    release && [release.address, release.aliases],
  ]);
}
