import type { Change } from "../model/plan.ts";
import { differingFields, isBetween } from "./apply-compare.ts";
import { type ApplyPorts, type ApplyResult, ApplySession } from "./apply-session.ts";
import { verify } from "./apply-verify.ts";
import { releaseWrite, writeOf } from "./apply-write.ts";
import { runInOrder } from "./schedule.ts";

/**
 * Carries out changes: one reading, then each change once, then a reading to verify, and one more write where an account
 * is not as planned. What an earlier run of the same plan began is recognised from the journal. Throws RemoteError only
 * while nothing has been written.
 */
export async function applyChanges(changes: readonly Change[], ports: ApplyPorts): Promise<ApplyResult> {
  const session = new ApplySession(changes, ports);
  await session.read();
  for (const change of changes) settleWithoutRequest(session, change);
  await giveAddressesUp(session);
  await runInOrder(changes, session.width, (change) => carryOut(session, change));
  await verify(session);
  return session.finish();
}

/** Settles what needs no request: what is already as planned, and what somebody changed since the plan was made. */
function settleWithoutRequest(session: ApplySession, change: Change): void {
  const { world } = session;
  const account = world.current(change);
  if (account === undefined) {
    if (change.action === "delete") session.settle(change, "already");
    else if (change.action !== "create")
      session.settle(change, "conflict", "The account is gone from Zivver. Make a new plan.");
    return;
  }
  // No reading shows whether Zivver has an account key: only an earlier run of this plan can say that it sent it.
  const changesKey = change.fields.some(({ field }) => field === "accountKey");
  const sentKey = changesKey && session.done.has(change.id);
  if (change.action !== "create" && account.fingerprint === change.base && !sentKey) return;
  const isThere =
    change.action !== "delete" &&
    sentKey === changesKey &&
    differingFields(change, account, world).length === 0;
  if (isThere) session.settle(change, "already");
  else if (change.action === "create") {
    if (session.begun.has(change.id)) return;
    session.settle(
      change,
      "conflict",
      "An account with this address was made since the plan was. It is left alone; make a new plan.",
    );
  } else if (
    session.begun.size === 0 ||
    session.conflicting.has(change.id) ||
    !isBetween(change, account, world)
  ) {
    // In a second run, an account may differ from what was reviewed because the first run changed it, or one it names.
    session.settle(
      change,
      "conflict",
      "The account was changed in Zivver since the plan was made. It is left alone; make a new plan.",
    );
  }
}

/** The first writes of accounts that exchange addresses in a circle, before all else. */
async function giveAddressesUp(session: ApplySession): Promise<void> {
  const open = session.changes.filter(
    (change) => "release" in change && change.release && session.stateOf(change) === undefined,
  );
  await runInOrder(
    open.map((change) => ({ ...change, needs: [] })),
    session.width,
    async (change) => {
      const account = session.world.current(change);
      const write = account && releaseWrite(change, account, session.world);
      if (!account || !write) return;
      if (session.stopped) session.leave(change);
      else await session.send(change, "release", write, account);
    },
  );
}

async function carryOut(session: ApplySession, change: Change): Promise<void> {
  if (session.stateOf(change) !== undefined) return;
  if (session.stopped) {
    session.leave(change);
    return;
  }
  const missing = change.needs.filter((id) => !isDone(session, id));
  if (missing.length > 0) {
    const names = session.changes.filter(({ id }) => missing.includes(id)).map(({ address }) => address);
    session.settle(
      change,
      "blocked",
      `It needs the change of ${names.join(", ")}, which was not carried out.`,
    );
    return;
  }
  const account = session.world.current(change);
  const state = await session.send(change, "change", writeOf(change, account, session.world), account);
  if (state === "applied") session.settle(change, "applied");
}

function isDone(session: ApplySession, id: string): boolean {
  const state = session.stateOf({ id });
  return state === "applied" || state === "already";
}
