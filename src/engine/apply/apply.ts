import { type Change, releaseOf } from "../../model/plan/change.ts";
import { isInPlace } from "../../model/plan/outcome.ts";
import { checkAccountsNamed } from "./accounts/delegates.ts";
import { releaseWrite, writeOf } from "./build-request.ts";
import { ApplySession } from "./journalled-session.ts";
import type { ApplyPorts, ApplyResult } from "./ports.ts";
import { runInOrder } from "./scheduler.ts";
import { settleWithoutRequest } from "./settle.ts";
import { verify } from "./verify.ts";

/**
 * Carries out changes: one reading, then each change once, then a reading to verify, and one more write where an account
 * is not as planned. What an earlier run of the same plan began is recognised from the journal. Throws RemoteError only
 * while nothing has been written, and InternalError for delegates without accounts.
 */
export async function applyChanges(changes: readonly Change[], ports: ApplyPorts): Promise<ApplyResult> {
  checkAccountsNamed(changes);
  const session = new ApplySession(changes, ports);
  await session.readAtStart();
  for (const change of changes) settleWithoutRequest(session, change);
  await session.keepImages();
  await giveAddressesUp(session);
  await runInOrder(changes, session.width, (change) => carryOut(session, change));
  await verify(session);
  return session.finish();
}

/** The first writes of accounts that exchange addresses in a circle, before all else. */
async function giveAddressesUp(session: ApplySession): Promise<void> {
  const open = session.changes.filter(
    (change) => releaseOf(change) && session.stateOf(change) === undefined && !session.past.of(change).done,
  );
  await runInOrder(
    open.map((change) => ({ ...change, needs: [] })),
    session.width,
    async (change) => {
      const account = session.world.current(change);
      const write = account && releaseWrite(change, account, session.writing(change));
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
  const missing = change.needs.filter((id) => !isInPlace(session.stateOf({ id })));
  if (missing.length > 0) {
    const names = session.changes
      .filter(({ id }) => missing.includes(id))
      .map((needed) => session.nameOf(needed));
    session.settle(
      change,
      "blocked",
      `It needs the change of ${names.join(", ")}, which was not carried out.`,
    );
    return;
  }
  const account = session.world.current(change);
  const state = await session.send(
    change,
    "change",
    writeOf(change, account, session.writing(change)),
    account,
  );
  if (state === "applied") session.settle(change, "applied");
}
