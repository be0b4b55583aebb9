import type { Remembered } from "../model/plan.ts";
import type { State } from "../model/state.ts";

/**
 * What a plan would remember, without carrying it out: whose the accounts are. Of those that the plan changes nobody has
 * applied the values yet, and those that it creates are not there.
 */
export function adoptable(entries: readonly Remembered[]): readonly Remembered[] {
  return entries.flatMap(({ change, zivverId, link, former, fields, accountKey }) => {
    if (zivverId === undefined) return [];
    const seen = { ...(link ? { link } : {}), ...(accountKey === undefined ? {} : { accountKey }) };
    if (change !== undefined) return [{ zivverId, ...seen }];
    return [{ zivverId, ...seen, ...(former ? { former } : {}), ...(fields ? { fields } : {}) }];
  });
}

/** The same memory without the links of these accounts: they are matched by address again. */
export function forgetLinks(state: State, accounts: ReadonlySet<string>): State {
  if (accounts.size === 0) return state;
  return {
    ...state,
    accounts: state.accounts.map((account) => {
      if (!accounts.has(account.zivverId)) return account;
      const { link: _, ...rest } = account;
      return rest;
    }),
  };
}
