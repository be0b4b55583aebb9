import type { Finding } from "../../src/index.ts";
import { undecidableHeir } from "./law-inherit.ts";
import { isLeaver } from "./law-present.ts";
import type { Being } from "./people.ts";
import type { Row } from "./rows.ts";
import {
  changeOf,
  inWords,
  isDoubtful,
  isLoud,
  isNamed,
  isPlanned,
  managerOf,
  ownerOf,
  rowsOf,
  type Scene,
  type Violation,
} from "./scene.ts";
import type { Account } from "./zivver.ts";

/*
 * Law 8, leavers leave: whoever is in no source, or disabled in one, is suspended by the next plan, or a warning with their
 * name says why not. A mailbox that became a shared one keeps no personal account active, whatever a warning says; but the
 * record of somebody else with the account's address, held as it may be, names the account (law 2), if a warning says so.
 */

export function leaversLeave(scene: Scene): readonly Violation[] {
  if (scene.wish.only !== undefined) return [];
  return scene.before.flatMap((account) => {
    const owner = ownerOf(scene, account);
    const profile = managerOf(scene, account)?.name;
    if (!account.active || owner === undefined || profile === undefined) return [];
    if (
      !isPlanned(scene, profile) ||
      !hasLeft(scene, owner, account) ||
      undecidableHeir(scene, account, owner)
    )
      return [];
    const change = changeOf(scene, account);
    if (change?.action === "suspend" || change?.action === "delete") return [];
    if (isProtected(scene, account)) return [];
    const isInDoubt = isDoubtful(scene, profile, account.kind);
    const becameShared =
      owner.type === "person" &&
      owner.shared &&
      account.kind === "personal" &&
      !isInDoubt &&
      !isHeldBack(scene, account) &&
      !isNamedByOther(scene, account, owner);
    const isTold = isNamed(scene, owner, account) || (isInDoubt && isHeldBackWithOthers(scene, profile));
    if (isTold && !becameShared) return [];
    const how = becameShared ? "as a shared mailbox" : "and no warning names them";
    return [{ law: 8, story: `${inWords(owner, account)} has left and stays active, ${how}.` }];
  });
}

/** A mailbox that became a shared one may have a functional account: then it is a desk. */
function hasLeft(scene: Scene, owner: Being, { kind }: Account): boolean {
  const isMailbox = owner.type === "person" && owner.shared && kind === "functional";
  if (owner.type === "person" && !isMailbox) return isLeaver(scene, owner);
  return !owner.employed && rowsOf(scene, owner).length === 0;
}

/**
 * A personal record of somebody else has the account's address, and a warning with that address says that it is in doubt; or it
 * has the whole name under a new id, and a warning says that it may be that person.
 */
function isNamedByOther({ readings, plan }: Scene, { kind, address }: Account, owner: Being): boolean {
  const isTheirs = ({ means, kind: its, record }: Row) =>
    means !== owner &&
    its === kind &&
    (record.email?.value === address || record.aliases?.value.includes(address) === true);
  const isSaid = (finding: Finding) =>
    isLoud(finding) && (finding.where.address === address || finding.summary.includes(address));
  return (
    (readings.some(({ rows }) => rows.some(isTheirs)) && plan.findings.some(isSaid)) ||
    plan.findings.some(({ code, summary }) => code === "identity-unknown" && summary.includes(address))
  );
}

/** A record that could be anybody's holds back the removals of those who are in no other. */
function isHeldBack({ plan }: Scene, account: Account): boolean {
  return plan.findings.some(
    ({ code, where, summary }) =>
      code === "removal-held-back" &&
      (where.address === account.address || summary.includes(account.address)),
  );
}

/** organization.yaml keeps the account, and a note says so. */
function isProtected({ plan, town }: Scene, { address, aliases }: Account): boolean {
  const isOurs = [address, ...aliases].some((one) => town.organization.protected.includes(one));
  return (
    isOurs &&
    plan.findings.some(({ code, where }) => code === "account-protected" && where.address === address)
  );
}

/** Of many accounts that are held back for one reason, a finding names some and counts the others. */
function isHeldBackWithOthers({ plan }: Scene, profile: string): boolean {
  return plan.findings.some(
    ({ code, where, summary }) =>
      code === "removal-held-back" && where.profile === profile && /\band \d+ (more|others?)\b/.test(summary),
  );
}
