import type { Kind } from "../../src/index.ts";
import { undecidableHeir } from "./law-inherit.ts";
import type { Being, Person } from "./people.ts";
import type { Row } from "./rows.ts";
import {
  followsLink,
  gives,
  inWords,
  isDoubtful,
  managerOf,
  ownerOf,
  rowsOf,
  type Scene,
  saidActive,
  type Violation,
} from "./scene.ts";
import type { Account } from "./zivver.ts";

/*
 * Law 2, present is present, and with it law 1: no account is suspended, deleted or emptied whose owner is in a source, as
 * far as the sources and the state can tell that it is them, nor on the word of a source that may lack something.
 *
 * A desk is not missing because its last member is: when that account is deleted, Zivver takes it out of every list, and a
 * plan that did not show the desk as emptied would hide an effect (law 9). The deletion is judged by itself.
 */

export function presentIsPresent(scene: Scene): readonly Violation[] {
  return scene.plan.changes.flatMap((change) => {
    if (change.action !== "suspend" && change.action !== "delete") return [];
    const account = scene.before.find(({ id }) => id === change.zivverId);
    const owner = account && ownerOf(scene, account);
    if (account === undefined || owner === undefined) return [];
    const rows = rowsOf(scene, owner, account.kind);
    if ([owner, undecidableHeir(scene, account, owner)].some((one) => isSaidToGo(scene, one, account.kind)))
      return [];
    if (owner.type === "desk" && change.action === "suspend" && losesAllMembers(scene, account)) return [];
    const named = rows.find((row) => names(row, account, scene));
    const will = `${change.action === "delete" ? "would be deleted" : "would be suspended"}`;
    if (named) {
      const story = `${inWords(owner, account)} ${will}, though the ${named.record.where} of ${named.book.name} is theirs.`;
      return [{ law: 2, story }];
    }
    const profile = managerOf(scene, account)?.name;
    if (profile !== undefined && isDoubtful(scene, profile, account.kind)) {
      const story = `${inWords(owner, account)} ${will}, though the sources of ${profile} may lack ${account.kind} accounts.`;
      return [{ law: 2, story }];
    }
    return [];
  });
}

/** A source says that the person's account is disabled, or that the desk has no members. */
function isSaidToGo(scene: Scene, being: Being | undefined, kind: Kind): boolean {
  if (being === undefined) return false;
  const rows = rowsOf(scene, being, kind);
  if (being.type === "person") return saidActive(rows) === false;
  const lists = rows.flatMap(({ record }) => record.delegates?.value ?? []);
  return rows.some((row) => gives(row, "delegates")) && lists.length === 0;
}

/**
 * Does everybody leave a desk whose own accounts are suspended or deleted with the same plan (law 8)? A desk without members is
 * inactive in Zivver, whoever its row names beside them: the desk itself is not taken for missing, which law 2 forbids.
 */
function losesAllMembers({ plan }: Scene, { access }: Account): boolean {
  return (
    access.length > 0 &&
    access.every((id) =>
      plan.changes.some(
        (change) =>
          "zivverId" in change &&
          change.zivverId === id &&
          (change.action === "suspend" || change.action === "delete"),
      ),
    )
  );
}

/**
 * Does a row of the owner show that the account is theirs: by the id that it was last linked by, by its primary address, or
 * by an alias; or is the row such that it could be anybody's? A row whose cells may be in the wrong columns has a usable
 * identity (law 2) where two of them agree on an account: it is that one's, and keeps no other (law 7). An entry in Git that only
 * adds to an account is nobody's row: it stays there when its person leaves, as documented (`supplement-without-account`).
 */
export function names(row: Row, account: Account, scene: Scene): boolean {
  const { town, before } = scene;
  const { record } = row;
  if (record.supplement) return false;
  if (record.email?.value === account.address) return true;
  if (record.aliases?.value.includes(account.address)) return true;
  if (followsLink(town.links.get(account.id), row)) return true;
  const isReadable = record.problems.every(
    ({ field }) => field !== undefined && field !== "email" && field !== "id",
  );
  // A row of another profile that cannot be read stands for nobody of this one.
  if (record.email === undefined) return managerOf(scene, account)?.name === row.book.profile;
  return !isReadable && !before.some((other) => agreesTwice(row, other, town));
}

function agreesTwice(row: Row, account: Account, { links }: Scene["town"]): boolean {
  const { record } = row;
  const isUnclear = record.problems.some(({ field }) => field === "email" || field === "id");
  const evidence = [
    record.email?.value === account.address,
    record.fullName?.value === account.name,
    followsLink(links.get(account.id), row),
  ];
  return !isUnclear && evidence.filter(Boolean).length > 1;
}

/** Has a person left, or is the account to be disabled, as far as any book says? */
export function isLeaver(scene: Scene, person: Person): boolean {
  const rows = rowsOf(scene, person, "personal");
  if (!person.employed && rows.length === 0) return true;
  return saidActive(rows) === false;
}
