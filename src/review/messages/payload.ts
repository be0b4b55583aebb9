import type { HeldAccount, Run } from "../../model/run/run.ts";
import { addTo } from "../../model/values/multimap.ts";
import { isPlace, type MessageEvent } from "./message.ts";

/** Accounts that are listed of each sort where names are asked for; the counts are of all. */
export const LISTED = 100;

/** The payload of a webhook: `notification` in output.schema.json. `id` is the same for every attempt to deliver it. Pure. */
export function buildPayload(
  run: Run,
  event: MessageEvent,
  { id, names }: { readonly id: string; readonly names: boolean },
): object {
  const { organization, command, at, outcome, applied, waiting = null, heldBack, incomplete = [], due } = run;
  const listed = <T, R>(items: readonly T[], rowOf: (item: T) => R) =>
    names ? { accounts: items.slice(0, LISTED).map(rowOf) } : {};
  return {
    id,
    event,
    organization,
    command,
    at,
    outcome,
    applied,
    unapplied: {
      changes: run.unapplied.length,
      ...listed(run.unapplied, ({ action, kind, address, state, detail }) => ({
        action,
        kind,
        address,
        state,
        detail,
      })),
    },
    waiting,
    heldBack: {
      removals: heldBack.length,
      longestDays: heldBack.reduce((most, { days }) => Math.max(most, days), 0),
      groups: groupsOf(heldBack),
      ...listed(heldBack, ({ kind, address, action, because, days, since }) => ({
        kind,
        address,
        action,
        because,
        days,
        since: since ?? null,
      })),
    },
    guards: run.guards
      .slice(0, LISTED)
      .map(({ guard, measured, of, limit }) => ({ guard, measured, of, limit })),
    problems: run.problems.slice(0, LISTED).map(({ code, where, message }) => ({
      code,
      ...(where !== undefined && (names || isPlace(where)) ? { where } : {}),
      ...(names ? { message } : {}),
    })),
    incomplete: incomplete.slice(0, LISTED).map(({ profile, name }) => `${profile}/${name}`),
    due: {
      accounts: due.length,
      first: due[0]?.dueAt ?? null,
      ...(names ? { list: due.slice(0, LISTED).map(({ address, dueAt }) => ({ address, dueAt })) } : {}),
    },
    look: run.look,
  };
}

function groupsOf(held: readonly HeldAccount[]): readonly object[] {
  const groups = new Map<string, HeldAccount[]>();
  for (const one of held) {
    addTo(groups, `${one.action} ${one.kind} ${one.because}`, one);
  }
  return [...groups.values()].flatMap(([first, ...rest]) =>
    first === undefined
      ? []
      : [
          {
            action: first.action,
            kind: first.kind,
            because: first.because,
            removals: rest.length + 1,
            longestDays: [first, ...rest].reduce((most, { days }) => Math.max(most, days), 0),
          },
        ],
  );
}
