import { isLeaver } from "./law-present.ts";
import {
  changeOf,
  inWords,
  isDoubtful,
  isNamed,
  isPlanned,
  managerOf,
  ownerOf,
  rowsOf,
  type Scene,
  type Violation,
} from "./scene.ts";

/*
 * Law 8, leavers leave: whoever is in no source, or disabled in one, is suspended by the next plan, or a warning with their
 * name says why not. A mailbox that became a shared one keeps no personal account active, whatever a warning says.
 */

export function leaversLeave(scene: Scene): readonly Violation[] {
  if (scene.wish.only !== undefined) return [];
  return scene.before.flatMap((account) => {
    const owner = ownerOf(scene, account);
    const profile = managerOf(scene, account)?.name;
    if (!account.active || owner === undefined || profile === undefined || !isPlanned(scene, profile))
      return [];
    const leaves =
      owner.type === "person" ? isLeaver(scene, owner) : !owner.employed && rowsOf(scene, owner).length === 0;
    if (!leaves) return [];
    const change = changeOf(scene, account);
    if (change?.action === "suspend" || change?.action === "delete") return [];
    const becameShared = owner.type === "person" && owner.shared && !isDoubtful(scene, profile, account.kind);
    if (isNamed(scene, owner, account) && !becameShared) return [];
    if (isDoubtful(scene, profile, account.kind) && isHeldBackWithOthers(scene, profile)) return [];
    const story = `${inWords(owner, account)} has left and stays active${becameShared ? " as a shared mailbox" : ", and no warning names them"}.`;
    return [{ law: 8, story }];
  });
}

/** Of many accounts that are held back for one reason, a finding names some and counts the others. */
function isHeldBackWithOthers({ plan }: Scene, profile: string): boolean {
  return plan.findings.some(
    ({ code, where, summary }) =>
      code === "removal-held-back" && where.profile === profile && /\band \d+ (more|others?)\b/.test(summary),
  );
}
