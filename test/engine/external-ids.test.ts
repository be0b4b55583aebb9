import { expect, it } from "vitest";
import { linkByExternalIds } from "../../src/engine/state/adopt.ts";
import type { LiveAccount } from "../../src/model/account/account.ts";
import { EMPTY_STATE } from "../../src/model/plan/state.ts";
import { known, PLAIN_NAMES, person, profile, reading, record } from "../support/engine.ts";

/* Links that are made of ExternalAccountId, where it is the id of a record. */

const JANE = "6c1f0000-0000-4000-8000-00000000000a";
const KIM = "6c1f0000-0000-4000-8000-00000000000b";
const external = (account: LiveAccount, externalAccountId: string): LiveAccount => ({
  ...account,
  externalAccountId,
});

function linked(
  live: readonly LiveAccount[],
  records: readonly ReturnType<typeof record>[],
  accounts: readonly ReturnType<typeof known>[] = [],
) {
  const { state } = linkByExternalIds(
    { ...EMPTY_STATE, accounts },
    live,
    [{ policy: profile(), readings: [reading(records)] }],
    PLAIN_NAMES,
  );
  return state.accounts.map(({ address, link }) => `${address} ${link?.anchor ?? "-"}`);
}

it("links an account that was renamed at the source", () => {
  const live = [external(person("old@example.org"), JANE)];
  expect(linked(live, [record("new@example.org", { id: JANE.toUpperCase() })])).toEqual([
    `old@example.org staff/hr personal ${JANE.toUpperCase()}`,
  ]);
});

it("links nothing where an id is two records' or two accounts', where none has it, and where there is a link", () => {
  const jane = external(person("jane@example.org"), JANE);
  const twice = [record("a@example.org", { id: JANE }), record("b@example.org", { id: JANE })];
  expect(linked([jane], twice)).toEqual([]);
  expect(
    linked([jane, external(person("kim@example.org"), JANE)], [record("a@example.org", { id: JANE })]),
  ).toEqual([]);
  expect(linked([jane], [record("a@example.org", { id: KIM })])).toEqual([]);
  const before = known("jane@example.org", { id: KIM });
  expect(linked([jane], [record("a@example.org", { id: JANE })], [before])).toEqual([
    `jane@example.org staff/hr personal ${KIM}`,
  ]);
});
