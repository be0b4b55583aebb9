import { applyChanges } from "../../src/engine/apply/apply.ts";
import type { LiveAccount } from "../../src/model/account/account.ts";
import { at as addressOf, planOf } from "../support/engine.ts";
import { EVERYTHING } from "./everything.ts";
import { Crash, MemoryJournal, MemoryZivver, type Quirks, virtualClock } from "./memory-zivver.ts";

/*
 * A plan of everything, killed at one of its requests, and one edit of an administrator, at the same request or at an earlier
 * one; then the same plan again. A change that had not begun leaves the account as the administrator left it.
 */

export type EditName = "phone" | "name" | "active" | "alias" | "add" | "drop" | "delete";
export const EDITS: readonly EditName[] = ["phone", "name", "active", "alias", "add", "drop", "delete"];

export type Trial = {
  readonly killedAt: number;
  readonly carriedOut: boolean;
  /** The request before which the edit is made; absent: after the kill. */
  readonly editedAt?: number | undefined;
  readonly account: string;
  readonly edit: EditName;
};

const STRANGER = "id-admin-friend";

/** Fields that an edit changes; undefined where it makes no sense for the account. */
function editOf(account: LiveAccount, edit: EditName): Partial<LiveAccount> | "delete" | undefined {
  const personal = account.kind === "personal";
  const friend = addressOf("friend@example.org");
  if (edit === "phone") return { phone: "+31201112233" };
  if (edit === "name") return { fullName: "Edited by hand" };
  if (edit === "active") return personal ? { active: !account.active } : undefined;
  if (edit === "alias") return { aliases: [...account.aliases, addressOf("edited@example.org")] };
  if (edit === "add" && personal) return { delegates: [...account.delegates, friend] };
  if (edit === "add") return { members: [...account.members, STRANGER], active: true };
  if (edit === "delete") return "delete";
  // Who falls out because the plan deletes them falls out by either hand.
  const [dropped] = (personal ? account.delegates : account.members).filter((one) => !deleted.has(one));
  if (dropped === undefined) return undefined;
  return {
    delegates: account.delegates.filter((one) => one !== dropped),
    members: account.members.filter((one) => one !== dropped),
  };
}

const friend = {
  ...(EVERYTHING.live?.[4] as LiveAccount),
  zivverId: STRANGER,
  address: addressOf("friend@example.org"),
};
const changes = planOf(EVERYTHING).body.changes;
const deleted = new Set(
  changes.flatMap((change) =>
    change.action === "delete" ? [change.zivverId, change.address as string] : [],
  ),
);

/** What an administrator would see of an account, except for what the plan does to it by changing others. */
function seen(account: LiveAccount | undefined) {
  if (account === undefined) return undefined;
  const { fingerprint: _, members, delegates, active, ...own } = account;
  const left = members.filter((id) => !deleted.has(id));
  const count = delegates.filter((one) => !deleted.has(one)).length;
  return { ...own, members: left, delegates: count, active: account.kind === "personal" ? active : null };
}

/** Does an account still show an edit that no plan could have made? The others may be what the plan itself does. */
function shows(account: LiveAccount | undefined, edit: EditName): boolean {
  if (edit === "drop" || edit === "active" || edit === "delete") return true;
  if (account === undefined) return false;
  if (edit === "phone") return account.phone === "+31201112233";
  if (edit === "name") return account.fullName === "Edited by hand";
  if (edit === "alias") return account.aliases.includes(addressOf("edited@example.org"));
  return account.members.includes(STRANGER) || account.delegates.includes(addressOf("friend@example.org"));
}

export async function requestsOf(quirks: Quirks): Promise<number> {
  const zivver = new MemoryZivver([...(EVERYTHING.live ?? []), friend], quirks);
  const ports = { target: zivver, journal: new MemoryJournal(), clock: virtualClock(), width: 1 };
  await applyChanges(changes, ports);
  return zivver.writes.length;
}

/** Runs a trial: undefined where the edit makes no sense then, else whether the change had begun and what became of the edit. */
export async function tried(trial: Trial, quirks: Quirks) {
  const zivver = new MemoryZivver([...(EVERYTHING.live ?? []), friend], quirks);
  const { killedAt, carriedOut, editedAt = killedAt + 1, account: id, edit } = trial;
  let edited = false;
  const journal = new MemoryJournal();
  const make = () => {
    const account = zivver.accounts.find(({ zivverId }) => zivverId === id);
    const fields = account && editOf(account, edit);
    if (account === undefined || fields === undefined || edited) return;
    if (fields === "delete") zivver.remove(account.address);
    else zivver.edit(account.address, fields);
    edited = true;
  };
  const die = () => {
    journal.isDead = true;
    throw new Crash("killed");
  };
  zivver.faults = {
    before: (_, number) => {
      if (number === editedAt) make();
      if (number > killedAt || (number === killedAt && !carriedOut)) die();
    },
    after: (_, number) => number >= killedAt && die(),
  };
  const ports = { target: zivver, clock: virtualClock(), width: 1 };
  await applyChanges(changes, { ...ports, journal }).catch((error: unknown) => {
    if (!(error instanceof Crash)) throw error;
  });
  zivver.faults = {};
  if (editedAt > killedAt) make();
  if (!edited) return undefined;
  const change = changes.find((one) => "zivverId" in one && one.zivverId === id);
  const started = journal.written.find((entry) => entry.type === "start" && entry.change === change?.id);
  const before = zivver.accounts.find(({ zivverId }) => zivverId === id);
  const sent = zivver.writes.length;
  const { outcomes } = await applyChanges(changes, { ...ports, journal: new MemoryJournal(journal.all) });
  const touched = zivver.writes.slice(sent).some((write) => "live" in write && write.live.zivverId === id);
  const after = zivver.accounts.find(({ zivverId }) => zivverId === id);
  const addresses = zivver.accounts.flatMap(({ address, aliases }) => [address, ...aliases]);
  return {
    change,
    begun: started !== undefined,
    touched,
    kept: JSON.stringify(seen(after)) === JSON.stringify(seen(before)),
    shown: shows(after, edit),
    outcome: outcomes.find((one) => one.change === change?.id)?.state,
    once: new Set(addresses).size === addresses.length,
    zivver,
  };
}

/** What a trial must never show: an address that two accounts have, or a change made or undone over an edit that came first. */
export function faultsOf(
  trial: Trial,
  { begun, touched, kept, once }: NonNullable<Awaited<ReturnType<typeof tried>>>,
): readonly object[] {
  const isLost = !begun && (touched || !kept);
  return [...(once ? [] : [{ trial, once }]), ...(isLost ? [{ trial, touched, kept }] : [])];
}

/** Every account that the plan changes. */
export const ACCOUNTS: readonly string[] = changes.flatMap((change) =>
  "zivverId" in change ? [change.zivverId] : [],
);

/** Every edit that makes sense for an account that nobody has touched yet. */
export const SENSIBLE: readonly string[] = (EVERYTHING.live ?? []).flatMap((account) =>
  ACCOUNTS.includes(account.zivverId)
    ? EDITS.filter((edit) => editOf(account, edit) !== undefined).map((edit) => `${account.zivverId} ${edit}`)
    : [],
);

/** Every edit of every account at a kill. */
export function trialsOf(moment: Pick<Trial, "killedAt" | "editedAt">): readonly Trial[] {
  return [true, false].flatMap((carriedOut) =>
    ACCOUNTS.flatMap((account) => EDITS.map((edit) => ({ ...moment, carriedOut, account, edit }))),
  );
}
