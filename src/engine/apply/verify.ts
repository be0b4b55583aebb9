import type { FieldName } from "../../model/account/fields.ts";
import { addressBefore, type Change } from "../../model/plan/change.ts";
import { RemoteError } from "../../model/values/errors.ts";
import { writeOf } from "./build-request.ts";
import type { ApplySession } from "./journalled-session.ts";
import { inWords, RENAME_BY_HAND } from "./result.ts";
import { runInOrder } from "./scheduler.ts";
import { isNamedAsCreated } from "./settle.ts";

type Difference = { readonly change: Change; readonly fields: readonly FieldName[]; readonly what: string };

/**
 * Reads the live accounts again and writes once more where one that was written is not as planned. The answer to a write counts
 * as proof; where it came without the account, and the reading may be behind, it is read again until it shows, or for as long as
 * Zivver may take to show a write. Only then is it written once more, and an account that was created never is.
 */
export async function verify(session: ApplySession): Promise<void> {
  if (openChanges(session).length === 0) return;
  if (!(await readAgain(session)) || !(await readUntilShown(session))) return;
  const differing = differences(session);
  if (session.stopped) {
    for (const difference of differing) leaveUnmended(session, difference);
    return;
  }
  await runInOrder(
    differing.map(({ change }) => ({ ...change, needs: [] })),
    session.width,
    (change) => mend(session, change),
  );
  const doubtful = differing.filter(
    ({ change }) =>
      isOpen(session, change) && (session.unproven.has(change.id) || differenceOf(session, change)),
  );
  if (doubtful.length === 0 || !(await readAgain(session)) || !(await readUntilShown(session))) return;
  for (const { change } of doubtful) {
    const still = differenceOf(session, change);
    // A change that was stopped before it was written once more is open, and applying the plan again goes on with it.
    if (!still || (session.stopped && session.stateOf(change) === "unknown")) continue;
    settleUnshown(session, still);
  }
}

/** Only an answer shows that Zivver ignores a change: a request that nothing answered may never have come to it. */
function settleUnshown(session: ApplySession, { change, fields, what }: Difference): void {
  const name = session.nameOf(change);
  if (!session.isAnswered(change)) {
    const detail = `Zivver gave no usable answer to the change of ${name}, and does not show it: ${what}. Make a new plan.`;
    session.settle(change, "failed", detail);
    return;
  }
  const seen = `Zivver accepted the change of ${name} but does not show it: ${what}.`;
  const isIgnored =
    fields.includes("address") && session.world.current(change)?.address === addressBefore(change);
  if (isIgnored) session.settle(change, "failed", `${seen} ${RENAME_BY_HAND}`, "rename-not-possible");
  else session.settle(change, "failed", `${seen} Check the account in Zivver, then make a new plan.`);
}

/** The changes that are not as planned, as last read. What was as planned before may no longer be: a rename makes an address that it lists an old one. */
function differences(session: ApplySession): readonly Difference[] {
  return session.changes
    .filter((change) => isOpen(session, change) || session.stateOf(change) === "already")
    .flatMap((change) => differenceOf(session, change) ?? []);
}

const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 15_000;
/** More accounts than this are read by the lists alone. */
const MOST_ALONE = 10;

/** Reads again while a difference may come of a reading that is behind: the accounts alone first, then the lists. */
async function readUntilShown(session: ApplySession): Promise<boolean> {
  const { clock, settleMs } = session;
  const end = clock.now() + settleMs;
  const doubtful = () => differences(session).filter(({ change }) => session.isDoubtful(change));
  for (let pause = FIRST_PAUSE_MS; !session.stopped; pause = Math.min(LONGEST_PAUSE_MS, 2 * pause)) {
    const alone = doubtful();
    if (alone.length > 0 && alone.length <= MOST_ALONE) await readAlone(session, alone);
    const left = doubtful();
    settleShown(session);
    const wait = Math.min(pause, end - clock.now());
    if (left.length === 0 || wait <= 0) return true;
    await clock.sleep(wait);
    if (!(await readAgain(session))) return false;
  }
  return true;
}

/** A single reading that fails changes nothing: the lists follow. */
async function readAlone(session: ApplySession, differing: readonly Difference[]): Promise<void> {
  for (const { change } of differing) {
    try {
      await session.readOne(change);
    } catch (error) {
      if (!(error instanceof RemoteError)) throw error;
    }
  }
}

/** Sent by this run, and applied or unknown. */
function openChanges(session: ApplySession): Change[] {
  return session.changes.filter((change) => session.sent.has(change.id) && isOpen(session, change));
}

function isOpen(session: ApplySession, change: Change): boolean {
  const state = session.stateOf(change);
  return state === "applied" || state === "unknown";
}

/** A reading that fails leaves what was written unverified, and the plan open to be applied again. */
async function readAgain(session: ApplySession): Promise<boolean> {
  try {
    await session.read();
  } catch (error) {
    if (!(error instanceof RemoteError)) throw error;
    for (const change of openChanges(session))
      session.settle(change, "unknown", `It was sent, but reading it back failed: ${inWords(error)}`);
    return false;
  }
  settleShown(session);
  return true;
}

/** A change that is as planned is applied. */
function settleShown(session: ApplySession): void {
  for (const change of openChanges(session))
    if (differenceOf(session, change) === undefined) session.settle(change, "applied");
}

/** The difference of an account from its plan; undefined when it does not. */
function differenceOf(session: ApplySession, change: Change): Difference | undefined {
  const account = session.world.current(change);
  if (change.action === "delete")
    return account && { change, fields: [], what: "the account is still there" };
  if (account === undefined) return { change, fields: [], what: "the account is not there" };
  const fields = session.differing(change, account);
  return fields.length > 0 ? { change, fields, what: fields.join(", ") } : undefined;
}

function leaveUnmended(session: ApplySession, { change, what }: Difference): void {
  const detail = `It was sent, but Zivver does not show it yet: ${what}. Apply was interrupted before it was written once more.`;
  session.settle(change, "unknown", detail);
}

async function mend(session: ApplySession, change: Change): Promise<void> {
  const account = session.world.current(change);
  const difference = differenceOf(session, change);
  if (difference === undefined) return;
  if (session.stopped) {
    leaveUnmended(session, difference);
    return;
  }
  // It is not sent again: the failure is reported once it was looked for long enough.
  if (account === undefined && session.isCreated(change)) return;
  if (account === undefined && change.action !== "create") {
    session.settle(
      change,
      "failed",
      `${session.nameOf(change)} was gone from Zivver when it was read back. Make a new plan.`,
    );
    return;
  }
  if (account && change.action === "create" && !isNamedAsCreated(change, account)) {
    session.settle(
      change,
      "conflict",
      `Zivver has another account with this address: ${session.nameOf(change)}. It was skipped. Make a new plan.`,
    );
    return;
  }
  const only = account && change.action !== "delete" ? difference.fields : undefined;
  const state = await session.send(
    change,
    "mend",
    writeOf(change, account, session.writing(change, only)),
    account,
  );
  if (state === "applied") session.settle(change, "applied");
}
