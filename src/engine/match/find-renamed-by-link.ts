import type { LiveAccount } from "../../model/account/account.ts";
import type { Candidate } from "../desired/desired.ts";
import { isSameName } from "../desired/full-names.ts";
import { type FindContext, type Found, held, named } from "./match-result.ts";
import { hasNamesakeRecord } from "./near-ids.ts";
import { heldAsPassedOn } from "./passed-on-ids.ts";

/**
 * The account that a record is linked to by its id, whatever address and name it has by now: the two differ where the person was renamed.
 * Held where the id may be somebody else's.
 */
export function findRenamedByLink(
  candidate: Candidate,
  linked: LiveAccount,
  atAddress: LiveAccount | undefined,
  context: FindContext,
): Found {
  const { account } = candidate;
  const { live, wanted } = context;
  const other = otherThanById(candidate, linked, atAddress, wanted);
  if (other !== undefined) {
    const others =
      other === linked
        ? "another record has its address and name"
        : `by its address and name it is ${named(other)}`;
    const accounts = [...new Set([linked, other])];
    const relink = accounts.map(({ address }) => `--relink ${address}`).join(" ");
    const summary = `By its id the record is ${named(linked)}, but ${others}: the ids of the source may be mixed up. Every account concerned is left as it is. Correct the source; if its ids are new and all else is right, run \`zivsync adopt ${relink}\`.`;
    return held(account, accounts, "link-doubtful", summary);
  }
  const passedOn = heldAsPassedOn(account, linked, context);
  if (passedOn !== undefined) return passedOn;
  if (live.owner.get(linked.zivverId) === account.profile || live.untouchable.has(linked.zivverId))
    return { live: linked, by: "link", accounts: [linked], holds: [], notes: [] };
  const summary = `The record is linked to ${named(linked)}, which the profile does not manage. Nothing is created or renamed for it; let the profile include that account, or take the record out.`;
  return held(account, [linked], "link-outside", summary);
}

/**
 * The account that a record is by everything but its id: the one with its address and name. Or, where another record has
 * the address and the name of the linked account, that one.
 */
function otherThanById(
  candidate: Candidate,
  linked: LiveAccount,
  atAddress: LiveAccount | undefined,
  wanted: FindContext["wanted"],
): LiveAccount | undefined {
  const { kind, fullName } = candidate.account;
  if (atAddress === linked || fullName === undefined || isSameName(fullName.value, linked.fullName))
    return undefined;
  if (hasNamesakeRecord(linked, candidate, wanted)) return linked;
  return atAddress?.kind === kind && isSameName(fullName.value, atAddress.fullName) ? atAddress : undefined;
}
