import { keysAreTheirs } from "./law-keys.ts";
import type { Round } from "./round.ts";
import { inWords, ownerOf, type Scene, type Violation } from "./scene.ts";
import { planInWords } from "./story.ts";
import { seenBy, type Town } from "./town.ts";
import type { Account } from "./zivver.ts";

/*
 * Law 11: a revert undoes that apply and nothing else. Whoever gets in was put out by that apply; what was not edited since,
 * and of which no finding speaks, is as it was before.
 */

export async function liveRevert(
  town: Town,
  { journal, scene, after }: Round,
  meanwhile: () => ReadonlySet<string>,
  tell: (lines: readonly string[]) => void,
): Promise<readonly Violation[]> {
  const edited = meanwhile();
  const seen = seenBy(town);
  const before = town.zivver.accounts();
  const plan = await acceptedRevert(town, journal);
  tell(["The plan that reverts it:", ...planInWords(plan)]);
  if (!plan.applicable) return [];
  const applied = await town.program.apply(plan, seen.target);
  const failed = applied.outcomes.filter(({ state }) => state !== "applied" && state !== "already");
  tell(failed.map(({ change, state, detail }) => `  ${change} ${state}: ${detail}`));
  const now = town.zivver.accounts();
  const reverting: Scene = { ...scene, plan, before };
  return [
    ...keysAreTheirs(reverting, now),
    ...now.flatMap((account) => undone(reverting, account, { first: scene.before, left: after, edited })),
  ];
}

async function acceptedRevert(town: Town, journal: Round["journal"]) {
  const plan = await town.program.revert(journal, seenBy(town));
  if (plan.applicable) return plan;
  const accepted = plan.guards.flatMap(({ guard, measured, verdict }) =>
    verdict === "refused" && guard !== "protectedNobody" ? [{ guard, count: measured }] : [],
  );
  return town.program.revert(journal, seenBy(town), accepted);
}

const byIdOf =
  (wanted: string) =>
  ({ id }: Account) =>
    id === wanted;

type Past = {
  readonly first: readonly Account[];
  readonly left: readonly Account[];
  readonly edited: ReadonlySet<string>;
};

function undone(scene: Scene, account: Account, { first, left, edited }: Past): readonly Violation[] {
  const byId = ({ id }: Account) => id === account.id;
  const was = first.find(byId);
  const applied = left.find(byId);
  const owner = ownerOf(scene, account);
  if (was === undefined || applied === undefined) return [];
  const putOut = was.access.filter((id) => !applied.access.includes(id));
  const present = scene.before.find(byId)?.access ?? [];
  const readmitted = account.access.filter((id) => !present.includes(id) && !putOut.includes(id));
  const known = readmitted.filter((id) => scene.town.zivver.owners.has(id));
  if (known.length > 0) {
    const names = known.map((id) => inWords(scene.town.zivver.owners.get(id))).join(", ");
    return [
      {
        law: 11,
        story: `The revert lets ${names} into ${inWords(owner, account)}, whom that apply did not put out.`,
      },
    ];
  }
  const addresses = [was.address, applied.address, account.address];
  const isSpokenOf = scene.plan.findings.some(({ where }) => addresses.includes(where.address ?? ""));
  // A deletion cannot be undone, nor what it did to the accounts that were open to the one that is gone.
  const isOpenToDeleted = was.access.some((id) => first.some(byIdOf(id)) && !left.some(byIdOf(id)));
  if (edited.size > 0 || isSpokenOf || isOpenToDeleted) return [];
  const shown = ({ name, active, address, aliases }: Account) =>
    JSON.stringify({ name, active, address, aliases: [...aliases].sort() });
  if (shown(was) === shown(account)) return [];
  return [
    {
      law: 11,
      story: `${inWords(owner, account)} was ${shown(was)} and is ${shown(account)} after the revert.`,
    },
  ];
}
