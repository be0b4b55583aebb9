import type { DesiredAccount, LiveAccount } from "../../model/account/account.ts";
import type { Finding } from "../../model/plan/finding.ts";
import { isSameName, sharesFamilyName, sharesGivenName } from "../desired/full-names.ts";
import { named } from "../match/match-result.ts";
import type { Links } from "../readings/links.ts";
import type { Intent } from "./actions/action.ts";

type Removal = Extract<Intent, { type: "remove" }>;
type Creation = Extract<Intent, { type: "create" }>;
type Pair = { readonly removal: Removal; readonly creation: Creation; readonly sign: string };

const MOST_PAIRS = 100_000;

/**
 * A person who is removed under one address and created under another may be one who changed name and address: a bride would
 * lose her mail. Names are weak evidence, so nothing is decided by it: each pair that fits nobody else is named, with what makes
 * a rename of it. Pure.
 */
export function findPerhapsRenamed(intents: readonly Intent[], links: Links): readonly Finding[] {
  const removals = intents.flatMap((one) =>
    one.type === "remove" && one.because !== "disabled" && one.live.kind === "personal" ? [one] : [],
  );
  if (removals.length === 0) return [];
  const creations = intents.flatMap((one) =>
    one.type === "create" && one.desired.kind === "personal" ? [one] : [],
  );
  // Where so many come and go, something else happened than a few weddings, and every pair would take long to look at.
  if (removals.length * creations.length > MOST_PAIRS) return [];
  const pairs = removals.flatMap((removal) =>
    creations.flatMap((creation) => {
      const sign = commonSign(removal.live, creation.desired, links);
      return sign === undefined ? [] : [{ removal, creation, sign }];
    }),
  );
  const within = pairs.filter(isWithinProfile);
  // Somebody may go from one profile to another, too, unless they fit somebody in their own.
  const across = pairs.filter((pair) => !isWithinProfile(pair) && !within.some((one) => isRival(one, pair)));
  return [...onlyOnes(within), ...onlyOnes(across)].map((pair) => perhapsRenamed(pair, links));
}

const isWithinProfile = ({ removal, creation }: Pair) => removal.profile === creation.desired.profile;
const isRival = (one: Pair, pair: Pair) => one.removal === pair.removal || one.creation === pair.creation;
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
  const { division } = pair.creation.desired;
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
  const { address, fullName } = pair.creation.desired;
  const whom = `${fullName === undefined ? "" : `${fullName.value} `}<${address}>`;
  return {
    code: "perhaps-renamed",
    severity: "warning",
    summary: `${named(live)} would be ${action === "delete" ? "deleted" : "suspended"}, and ${whom} created, with ${pair.sign}. If they are one person who has a new name or address, ${wayOf(pair, links)}, and plan again: then the account ${isWithinProfile(pair) ? "is renamed and " : ""}keeps its mail.`,
    where: { profile, kind: "personal", address: live.address, fullName: live.fullName },
  };
}
