import type { Plan } from "../../model/plan/plan.ts";
import {
  STANDING_TYPES,
  type StandingCounts,
  type StandingType,
  type WaitReason,
} from "../../model/plan/standing.ts";
import { addTo } from "../../model/values/multimap.ts";
import { firstOf } from "../../model/values/text.ts";
import type { Medium } from "../shared/medium.ts";
import { countOf } from "../shared/totals.ts";

const TYPE_WORDS: Readonly<Record<StandingType, readonly [one: string, many: string]>> = {
  create: ["creation", "creations"],
  reactivate: ["reactivation", "reactivations"],
  suspend: ["suspension", "suspensions"],
  rename: ["rename", "renames"],
  addDelegate: ["delegate added", "delegates added"],
  removeDelegate: ["delegate removed", "delegates removed"],
  update: ["update", "updates"],
};

const REASONS: Readonly<Record<Exclude<WaitReason["because"], "number" | "needs" | "same-name">, string>> = {
  "not-configured": "organization.yaml approves nothing in advance (`approval.standing`)",
  refused: "guards refuse the plan",
  "first-plan": "the state is new, and its first plan is for people: apply waiting.json",
  "accepted-guard": "the effect of a guard was accepted, which people have to approve",
  "not-reviewed": "the configuration is not that of the reviewed branch",
  clock: "the clock is behind the last sync, so no window can be measured",
  deletion: "deletions are never approved in advance",
  "account-key": "account keys of existing accounts are never approved in advance",
  protected: "the address is protected",
  "address-moves": "an address moves from one account to another",
  "address-change": "a new address without the old one as an alias, or of an account that is not linked",
  "unknown-type": "standing approval does not know this type of change",
  profile: "standing approval does not cover the profile",
};

/** The reason why changes wait, for people, without the name of any other change. Pure. */
export function reasonWords(reason: WaitReason): string {
  if (reason.because === "number") {
    const { type, count, used, number } = reason;
    const before = used === 0 ? "" : ` after ${used} within the window`;
    return `${countWords(type, count)}${before}; approved in advance: ${number}`;
  }
  if (reason.because === "needs") return "it needs a change that waits";
  if (reason.because === "same-name")
    return "somebody of the same name gets an account by a change that waits";
  return REASONS[reason.because];
}

function countWords(type: StandingType, count: number): string {
  const [one, many] = TYPE_WORDS[type];
  return countOf(count, one, many);
}

/** `3 creations, 2 updates`; `nothing` where there is none. Pure. */
export function countsInWords(counts: StandingCounts): string {
  const parts = STANDING_TYPES.flatMap((type) => {
    const count = counts[type] ?? 0;
    return count === 0 ? [] : [countWords(type, count)];
  });
  return parts.length === 0 ? "nothing" : parts.join(", ");
}

/** The address that moves and the two accounts, for those who review: messages may not name anybody. */
function moveWords(wait: WaitReason, { address: shown }: Medium): string {
  if (wait.because !== "address-moves" || wait.move === undefined) return "";
  const { address, from, to, at } = wait.move;
  const when = at === undefined ? "" : `, given up on ${at.slice(0, 10)}`;
  return ` (${shown(address)} from ${shown(from)} to ${shown(to)}${when})`;
}

const ADDRESSES = 10;

/** The reason why the changes of a plan wait, each reason with its accounts; empty for any other plan. Pure. */
export function waitLines(
  { waits = [], changes }: Pick<Plan, "waits" | "changes">,
  medium: Medium,
  most: number = ADDRESSES,
): readonly string[] {
  const addressOf = new Map(changes.map(({ id, address }) => [id, address]));
  const groups = new Map<string, string[]>();
  for (const wait of waits) {
    const words = reasonWords(wait);
    const address = `${medium.address(addressOf.get(wait.id) ?? wait.id)}${moveWords(wait, medium)}`;
    addTo(groups, words, address);
  }
  return [...groups].map(([words, addresses]) => `${words}: ${firstOf(addresses, most)}`);
}
