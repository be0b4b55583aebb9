import type { Kind, LiveAccount } from "../model/account.ts";
import type { Address } from "../model/address.ts";
import type { Finding } from "../model/plan.ts";
import type { Candidate } from "./desired.ts";
import type { Links } from "./links.ts";
import type { LiveIndex } from "./live-index.ts";

/** The live accounts that a candidate speaks for: with `holds`, nobody touches them. `notes` stop nothing. */
export type Found = {
  readonly accounts: readonly LiveAccount[];
  /** Somebody else's, whose address the candidate wants: they are left alone, and not missing. */
  readonly bystanders?: readonly LiveAccount[];
  readonly holds: readonly Finding[];
  readonly notes: readonly Finding[];
};

export type FindContext = {
  readonly live: LiveIndex;
  readonly links: Links;
  /** The primary addresses of all candidates. */
  readonly wanted: () => ReadonlySet<Address>;
  /** How many candidates have an address as alias. */
  readonly claims: () => ReadonlyMap<Address, number>;
};

const NOBODY: Found = { accounts: [], holds: [], notes: [] };

/** By link, else by address, else by a former address that stands among the aliases. */
export function findLive(candidate: Candidate, context: FindContext): Found {
  const { account } = candidate;
  const linked = context.links.linked(account);
  const atAddress = context.live.byPrimary.get(account.address);
  const known = linked.type === "twice" ? linked.accounts : linked.type === "live" ? [linked.live] : [];
  const shared = context.links.sharing(account) > 1;
  if (shared && atAddress?.kind !== account.kind) return held(candidate, known, "anchor-twice", ANCHOR_TWICE);
  if (linked.type === "twice") {
    const names = known.map(({ address }) => address).join(" and ");
    return held(candidate, known, "link-twice", `${linkedTo(names)} ${LINK_TWICE}`);
  }
  if (linked.type === "live" && !shared) return byLink(candidate, linked.live, atAddress, context);
  const found = atAddress
    ? byAddress(candidate, atAddress, context)
    : linked.type === "none"
      ? byFormerAddress(candidate, context)
      : NOBODY;
  if (linked.type !== "gone" || !account.active) return found;
  const summary = `${linkedTo(linked.memory.address)} ${LINK_GONE}`;
  return { ...found, notes: [...found.notes, about(candidate, "link-gone", "warning", summary)] };
}

const linkedTo = (names: string) => `The record is linked to ${names} in what zivsync remembers.`;
const ANCHOR_TWICE =
  "More than one record has the id of this one, so nobody can tell whose account it is. Nothing is created or renamed for it until the sources give each record an id of its own.";
const LINK_TWICE =
  "A record can be one account only. All are left as they are; `zivsync adopt --replace` links them anew, by address.";
const LINK_GONE =
  "That account is not in Zivver any more: somebody deleted it there. The record is taken for a new one.";

/** The account that the record was last known as, whatever address it has by now. */
function byLink(
  candidate: Candidate,
  live: LiveAccount,
  atAddress: LiveAccount | undefined,
  { live: index, links }: FindContext,
): Found {
  const { account } = candidate;
  if (index.owner.get(live.zivverId) !== account.profile && !index.untouchable.has(live.zivverId)) {
    const summary = `The record is linked to ${live.address}, which the profile does not manage (any more). Nothing is created or renamed for it; let the profile include that account, or take the record out.`;
    return held(candidate, [live], "link-outside", summary);
  }
  // Somebody may have made an account under the new address by hand, and use it: it is nobody's missing account.
  const byHand = atAddress && atAddress !== live && links.identity(account, atAddress) === "free";
  return { accounts: [live], bystanders: byHand ? [atAddress] : [], holds: [], notes: [] };
}

function byAddress(candidate: Candidate, existing: LiveAccount, context: FindContext): Found {
  const { account } = candidate;
  if (existing.kind !== account.kind) return otherKind(candidate, existing, account.kind);
  const identity = context.links.identity(account, existing);
  if (identity === "unsure") return held(candidate, [existing], "link-doubtful", DOUBTFUL);
  if (identity === "other") return NOBODY;
  if (identity === "stranger") {
    const summary = `${REUSED} if both are the same person, run \`zivsync adopt --relink ${account.address}\`.`;
    return { ...NOBODY, notes: [about(candidate, "address-reused", "warning", summary)] };
  }
  const notes = identity === "again" ? [about(candidate, "link-replaced", "info", AGAIN)] : [];
  return { accounts: [existing], holds: [], notes };
}

const REUSED =
  "Zivver has an account with this address, but it belonged to a record with another id and another name, which is gone. It is not given to this one: whoever gets an account gets the mail in it. Delete the old account in Zivver, or give it another address there;";
const DOUBTFUL =
  "The account with this address belonged to a record with another id, and nobody can tell whether that record is gone, or whether this is the same person. It is left as it is.";
const AGAIN =
  "The account belonged to a record with another id, which is gone. This one has the same name and address, and is taken for the same person under a new id.";

function byFormerAddress(candidate: Candidate, { live, links, wanted, claims }: FindContext): Found {
  const { account } = candidate;
  const former = (account.aliases?.value ?? []).flatMap((alias) => {
    const found = live.byPrimary.get(alias);
    const free = found && found.kind === account.kind && !wanted().has(alias) && claims().get(alias) === 1;
    if (!free || live.owner.get(found.zivverId) !== account.profile) return [];
    return ["same", "free", "again"].includes(links.identity(account, found)) ? [found] : [];
  });
  if (former.length < 2) return { ...NOBODY, accounts: former };
  const names = former.map((one) => one.address).join(", ");
  const summary = `Several live accounts could be this one under a former address: ${names}. All are left as they are; take the aliases of the others out of the record, or merge them in Zivver.`;
  return held(candidate, former, "rename-ambiguous", summary);
}

function otherKind(candidate: Candidate, existing: LiveAccount, kind: Kind): Found {
  const summary = `The sources say that this is a ${kind} account, but in Zivver it is a ${existing.kind} one, and kinds cannot be converted. It is left as it is; delete it in Zivver first, or correct the source.`;
  return held(candidate, [existing], "kind-mismatch", summary);
}

function held(
  candidate: Candidate,
  accounts: readonly LiveAccount[],
  code: Finding["code"],
  summary: string,
): Found {
  return { accounts, holds: [about(candidate, code, "error", summary)], notes: [] };
}

function about(
  { account }: Candidate,
  code: Finding["code"],
  severity: Finding["severity"],
  summary: string,
): Finding {
  return {
    code,
    severity,
    summary,
    where: {
      profile: account.profile,
      source: account.addressOrigin.source,
      place: account.addressOrigin.where,
      kind: account.kind,
      address: account.address,
    },
  };
}
