import { KINDS, type Kind } from "../../src/model/account.ts";
import { managerOf, type Scene, type Violation } from "./scene.ts";

/*
 * Law 9, guards see every effect: with the default guards, a plan that affects more than half of a profile's accounts of one
 * kind, and more than three of them, is refused until somebody accepts it. While organization.yaml protects nobody and does not say
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

function countOf({ plan }: Scene, profile: string, kind: Kind, action: (typeof GUARDED)[number]): number {
  return plan.changes.filter((one) => one.profile === profile && one.kind === kind && one.action === action)
    .length;
}
