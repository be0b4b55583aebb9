import { KINDS, type Kind } from "../../src/model/account/kind.ts";
import { type Change, managerOf, type Scene, type Violation } from "./scene.ts";

/*
 * Law 9, guards see every effect: with the default guards, a plan that affects more than half of a profile's accounts of one
 * kind, and more than three of them, is refused until somebody accepts it. So is one that removes or adds more delegates than
 * docs/plans.md allows in all, to one account or to one profile. While organization.yaml protects nobody and does not say
 * so, no plan that suspends or deletes personal accounts is applicable.
 */

const FEW = 3;
const GUARDED = ["suspend", "reactivate", "delete"] as const;

export function administratorsAreProtected({ town, plan }: Scene): readonly Violation[] {
  const removed = plan.changes.filter(
    ({ kind, action }) => kind === "personal" && (action === "suspend" || action === "delete"),
  );
  if (town.organization.protectsNobody !== true || removed.length === 0 || !plan.applicable) return [];
  return [{ law: 9, story: `${removed.length} people would be suspended, though nobody is protected.` }];
}

export function largePlansAreRefused(scene: Scene): readonly Violation[] {
  const { town, plan, wish } = scene;
  if (town.organization.guards.suspend === "off" || (wish.accepted ?? []).length > 0 || !plan.applicable)
    return [];
  return town.profiles.flatMap(({ name }) =>
    KINDS.flatMap((kind) =>
      GUARDED.flatMap((action) => {
        const of = scene.before.filter(
          (account) => account.kind === kind && managerOf(scene, account)?.name === name,
        );
        const affected = countOf(scene, name, kind, action);
        if (affected <= FEW || affected * 2 <= of.length) return [];
        const story = `${affected} of the ${of.length} ${kind} accounts of ${name} would be affected (${action}), and no guard refuses.`;
        return [{ law: 9, story }];
      }),
    ),
  );
}

/** As docs/plans.md has them: of one account and of one profile, percent from ten delegates on, and few; the count is of the plan. */
const DELEGATES = {
  memberRemoval: { percent: 20, count: 200, few: 5, fewIsLeastOfAccount: false },
  addDelegate: { percent: 50, count: 200, few: 20, fewIsLeastOfAccount: true },
} as const;
type DelegateGuard = keyof typeof DELEGATES;

export function largeChangesOfAccessAreRefused(scene: Scene): readonly Violation[] {
  const { town, plan, wish } = scene;
  if (town.organization.guards.suspend === "off" || (wish.accepted ?? []).length > 0 || !plan.applicable)
    return [];
  return (["memberRemoval", "addDelegate"] as const).flatMap((guard) => {
    const { count } = DELEGATES[guard];
    const moves = plan.changes.map((change) => ({ change, many: movedBy(change, guard) }));
    const inAll = moves.reduce((sum, { many }) => sum + many, 0);
    // Who loses all of an account that is emptied counts in all, and nowhere else.
    const parts = moves.filter(({ change }) => change.action !== "suspend" && change.action !== "delete");
    const ofAccounts = parts.flatMap(({ change, many }) => {
      const has =
        scene.before.find(({ id }) => "zivverId" in change && change.zivverId === id)?.access.length ?? 0;
      return many > allowed(guard, has, DELEGATES[guard].fewIsLeastOfAccount)
        ? [`${many} of ${change.address}`]
        : [];
    });
    const ofProfiles = town.profiles.flatMap(({ name }) => {
      const many = parts.reduce((sum, part) => sum + (part.change.profile === name ? part.many : 0), 0);
      const has = scene.before
        .filter((account) => managerOf(scene, account)?.name === name)
        .reduce((sum, { access }) => sum + access.length, 0);
      return many > allowed(guard, has, true) ? [`${many} of the profile ${name}`] : [];
    });
    const beyond = [...ofAccounts, ...ofProfiles, ...(inAll > count ? [`${inAll} in all`] : [])];
    return beyond.map((what) => ({
      law: 9,
      story: `${what} would be affected (${guard}), and no guard refuses.`,
    }));
  });
}

function allowed(guard: DelegateGuard, of: number, fewIsLeast: boolean): number {
  const { percent, few } = DELEGATES[guard];
  if (of < 10) return few;
  const share = Math.floor((of * percent) / 100);
  return fewIsLeast ? Math.max(few, share) : share;
}

/** How many people a change lets in or puts out; those of a new account are what its creation is. */
function movedBy(change: Change, guard: DelegateGuard): number {
  const field =
    change.action === "create" ? undefined : change.fields.find((one) => one.field === "delegates");
  const names = (value: unknown): readonly string[] => (Array.isArray(value) ? value : []);
  const [before, after] = [names(field?.before), names(field?.after)];
  const [from, to] = guard === "memberRemoval" ? [before, after] : [after, before];
  return from.filter((name) => !to.includes(name)).length;
}

function countOf({ plan }: Scene, profile: string, kind: Kind, action: (typeof GUARDED)[number]): number {
  return plan.changes.filter((one) => one.profile === profile && one.kind === kind && one.action === action)
    .length;
}
