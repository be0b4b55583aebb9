import type { DesiredAccount, LiveAccount } from "../../model/account/account.ts";
import type { Finding } from "../../model/plan/finding.ts";
import { isSameName, sharesFamilyName, sharesGivenName } from "../desired/full-names.ts";
import { named } from "../match/match-result.ts";
import type { Links } from "../readings/links.ts";
import type { Intent } from "./actions/action.ts";

type Removal = Extract<Intent, { type: "remove" }>;
/** A record that the plan makes an account for; or, unplaced, one without an account that is held or out of scope. */
type Newcomer = { readonly desired: DesiredAccount; readonly isUnplaced?: true };
type Pair = { readonly removal: Removal; readonly newcomer: Newcomer; readonly sign: string };

const MOST_PAIRS = 100_000;

/**
 * A person who is removed under one address and created under another may be one who changed name and address: a bride would
 * lose her mail. Names are weak evidence, so nothing is decided by it: each pair that fits nobody else is named, with what makes
 * a rename of it. Pure.
 */
export function warnPerhapsRenamed(
  intents: readonly Intent[],
  links: Links,
  unplaced: readonly DesiredAccount[] = [],
): readonly Finding[] {
  const removals = intents.flatMap((one) =>
    one.type === "remove" && one.because !== "disabled" && one.live.kind === "personal" ? [one] : [],
  );
  if (removals.length === 0) return [];
  const created = intents.flatMap((one) =>
    one.type === "create" && one.desired.kind === "personal" ? [{ desired: one.desired }] : [],
  );
  const pairs = pairsOf(removals, created, links);
  const within = pairs.filter(isWithinProfile);
  // Somebody may go from one profile to another, too, unless they fit somebody in their own.
  const across = withoutRivals(
    pairs.filter((pair) => !isWithinProfile(pair)),
    within,
  );
  const others = unplaced.map((desired) => ({ desired, isUnplaced: true }) as const);
  const waiting = withoutRivals(pairsOf(removals, others, links).filter(isWithinProfile), pairs);
  return [within, across, waiting].flatMap(onlyOnes).map((pair) => perhapsRenamed(pair, links));
}

function pairsOf(
  removals: readonly Removal[],
  newcomers: readonly Newcomer[],
  links: Links,
): readonly Pair[] {
  // Where so many come and go, something else happened than a few weddings, and every pair would take long to look at.
  if (removals.length * newcomers.length > MOST_PAIRS) return [];
  return removals.flatMap((removal) =>
    newcomers.flatMap((newcomer) => {
      const sign = commonSign(removal.live, newcomer.desired, links);
      return sign === undefined ? [] : [{ removal, newcomer, sign }];
    }),
  );
}

const isWithinProfile = ({ removal, newcomer }: Pair) => removal.profile === newcomer.desired.profile;
const isRival = (one: Pair, pair: Pair) => one.removal === pair.removal || one.newcomer === pair.newcomer;
const withoutRivals = (pairs: readonly Pair[], others: readonly Pair[]) =>
  pairs.filter((pair) => !others.some((one) => isRival(one, pair)));
const onlyOnes = (pairs: readonly Pair[]) =>
  pairs.filter((pair) => pairs.filter((one) => isRival(one, pair)).length === 1);

function commonSign(live: LiveAccount, desired: DesiredAccount, links: Links): string | undefined {
  const key = desired.accountKey?.value;
  const known = links.memoryOf(live)?.accountKey?.digest;
  if (key !== undefined && known !== undefined && links.keyDigest(live.zivverId, key) === known)
    return "one account key";
  const name = desired.fullName?.value;
  if (name === undefined) return undefined;
  if (isSameName(name, live.fullName)) return "one name";
  return sharesGivenName(name, live.fullName) && sharesFamilyName(name, live.fullName)
    ? "a given name and a family name in common"
    : undefined;
}

/** An account passes to another profile by its address and division alone. */
function wayOf(pair: Pair, links: Links): string {
  const { live } = pair.removal;
  const { address, division } = pair.newcomer.desired;
  if (pair.newcomer.isUnplaced)
    return `let the profile manage ${address}, or settle the finding that holds that record`;
  if (!isWithinProfile(pair)) {
    const isMoved = division !== undefined && division.value !== live.division;
    return `give the account the new address${isMoved ? ` and the division ${division.value}` : ""} in Zivver`;
  }
  return links.memoryOf(live)?.link === undefined
    ? `list ${live.address} among the aliases of the record, or give the account the new address in Zivver`
    : `run \`zivsync adopt --relink ${live.address}\`, and list ${live.address} among the aliases of the record`;
}

function perhapsRenamed(pair: Pair, links: Links): Finding {
  const { live, action, profile } = pair.removal;
  const { address, fullName } = pair.newcomer.desired;
  const whom = `${fullName === undefined ? "" : `${fullName.value} `}<${address}>`;
  const comes = pair.newcomer.isUnplaced ? "is in the sources, out of scope or held" : "created";
  const then = isWithinProfile(pair) ? "is renamed and keeps its mail" : "keeps its mail";
  return {
    code: "perhaps-renamed",
    severity: "warning",
    summary: `${named(live)} would be ${action === "delete" ? "deleted" : "suspended"}, and ${whom} ${comes}, with ${pair.sign}. If they are one person who has a new name or address, ${wayOf(pair, links)}, and plan again${pair.newcomer.isUnplaced ? " before this is applied" : `: then the account ${then}`}.`,
    where: { profile, kind: "personal", address: live.address, fullName: live.fullName },
  };
}
