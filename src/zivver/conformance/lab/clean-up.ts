import { KINDS } from "../../../model/account/kind.ts";
import type { LeftAccount } from "../../../model/conformance.ts";
import { PATHS } from "../../scim/requests.ts";
import { ADDRESS } from "../../scim/resource.ts";
import { type Lab, type Pending, resourceIn } from "./lab.ts";
import type { OwnAccount } from "./own-accounts.ts";
import { unanswered } from "./wire.ts";

/** Accounts that may still be there although no reading shows them yet. */
export type Leftovers = {
  /** Accounts that were answered. */
  readonly accounts: readonly OwnAccount[];
  /** Creations of which it is not known whether they were carried out. */
  readonly pending: readonly Pending[];
  /** How long to look for them, in milliseconds. */
  readonly patienceMs: number;
};

const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 5_000;

/** Deletes every account of the run, and gives those that are still there. Throws Unanswered where the lists cannot be read. */
export async function cleanUp(lab: Lab, leftovers: Leftovers): Promise<readonly LeftAccount[]> {
  const end = lab.now() + leftovers.patienceMs;
  const deleted = new Map<string, OwnAccount>();
  const listed = new Set<string>();
  let stuck: readonly LeftAccount[] = [];
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(LONGEST_PAUSE_MS, pause * 2)) {
    await addKnown(lab, leftovers.accounts, deleted);
    const shown = await addListed(lab, deleted);
    for (const address of shown.addresses) listed.add(address.toLowerCase());
    stuck = shown.stuck;
    for (const account of lab.own.all()) if (await isDeleted(lab, account)) deleted.set(account.id, account);
    const isDone = lab.own.all().length + stuck.length === 0 && isComplete(leftovers, deleted, listed);
    if (isDone || lab.now() >= end) break;
    await lab.wire.clock.sleep(pause);
  }
  const there = [...stuck];
  for (const account of [...lab.own.all(), ...deleted.values()])
    if (await isThere(lab, account)) there.push(account);
  return there;
}

/** Whether everything that may be there has been found. */
function isComplete(
  { accounts, pending }: Leftovers,
  deleted: ReadonlyMap<string, OwnAccount>,
  listed: ReadonlySet<string>,
): boolean {
  return (
    accounts.every(({ id }) => deleted.has(id)) &&
    pending.every(({ address }) => listed.has(address.toLowerCase()))
  );
}

/** Takes in accounts that the run knew, where their address says that they are of this run. */
async function addKnown(
  lab: Lab,
  accounts: readonly OwnAccount[],
  deleted: ReadonlyMap<string, OwnAccount>,
): Promise<void> {
  for (const account of accounts) {
    const resource = deleted.has(account.id) ? undefined : resourceIn(await lab.get(account));
    if (resource) lab.own.add(account.kind, resource);
  }
}

/** What lists show of the run. `stuck`: accounts whose ids are not texts, so that no request can name them and only a person can delete them. */
type Listed = { readonly addresses: readonly string[]; readonly stuck: readonly LeftAccount[] };

/** Takes in the accounts of the run that lists show. */
async function addListed(lab: Lab, deleted: ReadonlyMap<string, unknown>): Promise<Listed> {
  const addresses: string[] = [];
  const stuck: LeftAccount[] = [];
  for (const kind of KINDS)
    for (const one of await lab.list(kind)) {
      const address = one[ADDRESS[kind]];
      if (!lab.own.isOwnAddress(address)) continue;
      addresses.push(String(address));
      if (typeof one.id !== "string" || one.id === "") stuck.push({ kind, id: String(one.id) });
      else if (!deleted.has(one.id)) lab.own.add(kind, one);
    }
  return { addresses, stuck };
}

async function isDeleted(lab: Lab, { kind, id }: OwnAccount): Promise<boolean> {
  const seen = await lab
    .ask({ method: "DELETE", path: `${PATHS[kind]}/${encodeURIComponent(id)}` })
    .catch(unanswered);
  if (seen === undefined) return false;
  const { ok, status, body } = seen;
  const isGone = ok || status === 404 || status === 410 || (status === 400 && /unknown account/i.test(body));
  if (isGone) lab.own.remove(id);
  return isGone;
}

/** A deletion may show late. */
async function isThere(lab: Lab, account: OwnAccount): Promise<boolean> {
  await lab.settled();
  const isGone = await lab.until(
    async () => (resourceIn(await lab.get(account)) ? undefined : true),
    GONE_MS,
  );
  return isGone !== true;
}

const GONE_MS = 10_000;
