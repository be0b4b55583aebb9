import { claimants } from "./law-inherit.ts";
import { names } from "./law-present.ts";
import { type Being, nameOf, type Person } from "./people.ts";
import {
  changeOf,
  gives,
  inWords,
  ownerOf,
  rowsOf,
  type Scene,
  shownRowsOf,
  type Violation,
} from "./scene.ts";
import type { Account } from "./zivver.ts";

/*
 * Law 4, access goes to the person meant: after an apply nobody is in an account whom neither a row of that account means nor
 * was in there before, and nobody has fallen out whom a row means.
 */

/** `latest`: the accounts before the last write, which differ from what the plan saw when somebody edited them meanwhile. */
export function accessIsMeant(
  scene: Scene,
  after: readonly Account[],
  latest: readonly Account[],
): readonly Violation[] {
  const owners = scene.town.zivver.owners;
  return after.flatMap((account) => {
    const owner = ownerOf(scene, account);
    if (owner === undefined) return [];
    const byId = ({ id }: Account) => id === account.id;
    const was = latest.find(byId)?.access ?? [];
    const early = scene.before.find(byId)?.access ?? [];
    const meant = new Set<Being>(shownRowsOf(scene, owner).flatMap(({ delegates }) => delegates));
    const label = (id: string) =>
      inWords(
        owners.get(id),
        after.find((one) => one.id === id),
      );
    const knownToBeMeant = (id: string) =>
      shownRowsOf(scene, owner).some(({ record, delegates }) =>
        delegates.some(
          (person, at) => owners.get(id) === person && isTied(scene, person, id, record.delegates?.value[at]),
        ),
      );
    const isNew = (id: string) => !was.includes(id) && !early.includes(id) && owners.has(id);
    if (isNobodysList(scene, account, owner)) return [];
    const intruders = account.access.filter(
      (id) => isNew(id) && !isAmong(owners.get(id), meant) && !isTakenForMeant(scene, id, meant),
    );
    const lost = wasDueToLose(scene, account, owner) ? [] : was.filter((id) => !account.access.includes(id));
    // Whoever is in under a new account, since nothing shows that the old one is theirs, has not fallen out.
    const inside = new Set(account.access.map((id) => owners.get(id)));
    const expelled = lost.filter(
      (id) => after.some((one) => one.id === id) && knownToBeMeant(id) && !inside.has(owners.get(id)),
    );
    return [
      ...intruders.map((id) => ({
        law: 4,
        story: `${label(id)} got into ${inWords(owner, account)}, whose rows mean ${[...meant].map(nameOf).join(", ") || "nobody"}.`,
      })),
      ...expelled.map((id) => ({
        law: 4,
        story: `${label(id)} fell out of ${inWords(owner, account)}, though a row of it means them.`,
      })),
    ];
  });
}

const isAmong = (being: Being | undefined, meant: ReadonlySet<Being>): boolean =>
  being !== undefined && meant.has(being);

/** An account that was never linked, and whose address is in the row of somebody meant, is rightly taken for theirs. */
function isTakenForMeant(scene: Scene, id: string, meant: ReadonlySet<Being>): boolean {
  const account = scene.before.find((one) => one.id === id);
  if (account === undefined || scene.town.links.has(id)) return false;
  return claimants(scene, account.address, rowsOf).some((being) => meant.has(being));
}

/** Can the sources and Zivver show that an address in a list means this account: as its own, or by the row that has it? */
function isTied(scene: Scene, person: Person, id: string, written: string | undefined): boolean {
  const account = scene.before.find((one) => one.id === id);
  if (account === undefined || written === undefined) return false;
  if ([account.address, ...account.aliases].includes(written)) return true;
  return rowsOf(scene, person).some(
    (row) => row.record.email?.value === written && names(row, account, scene),
  );
}

/** Delegates of a person that no source gives are Zivver's own affair: their names may come to mean others. */
function isNobodysList(scene: Scene, account: Account, owner: Being): boolean {
  const isGiven = shownRowsOf(scene, owner).some((row) => gives(row, "delegates"));
  const isChanged = changeOf(scene, account)?.fields.some(({ field }) => field === "delegates");
  return account.kind === "personal" && !isGiven && isChanged !== true;
}

/** A functional account loses everybody if no source lists it any more, or nothing shows that a row under a new address is its own. */
function wasDueToLose(scene: Scene, account: Account, owner: Being): boolean {
  const isRemoved = changeOf(scene, account)?.action === "suspend";
  return isRemoved && !rowsOf(scene, owner, account.kind).some((row) => names(row, account, scene));
}
