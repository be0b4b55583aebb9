import { type Being, couldBeOne, nameOf } from "./people.ts";
import {
  type Change,
  gives,
  idKey,
  inWords,
  isDoubtful,
  managerOf,
  ownerOf,
  rowsOf,
  type Scene,
  shownRowsOf,
  type Violation,
} from "./scene.ts";
import { beingsOf } from "./town.ts";
import type { Account } from "./zivver.ts";

/*
 * Law 3, nobody inherits: an account takes no name and no address of another being, and is reactivated for its owner alone.
 *
 * One case cannot be known from what sources say: an active account that was never linked, under whose address a record
 * gives another name, or gives another key and a name that cannot be read (law 7: the name alone is held); or whose address is
 * an alias of a record whose name could be the same person's. The documented default takes it for a new name of the same
 * person, and so does the oracle: it then counts as the other's from there on. Where the source may lack records, an alias
 * shows nothing. A desk may have any name, also while it is empty.
 */

export type Inheritance = {
  readonly violations: readonly Violation[];
  readonly heirs: ReadonlyMap<string, Being>;
};

export function nobodyInherits(scene: Scene): Inheritance {
  const heirs = new Map<string, Being>();
  const violations = scene.plan.changes.flatMap((change) => {
    const account = "zivverId" in change ? scene.before.find(({ id }) => id === change.zivverId) : undefined;
    const owner = account && ownerOf(scene, account);
    if (account === undefined || owner === undefined) return creation(scene, change);
    const wrong = takenFromOthers(scene, change, account, owner);
    if (wrong === undefined) return [];
    const heir = undecidableHeir(scene, account, owner);
    if (heir) heirs.set(account.id, heir);
    return heir ? [] : [{ law: 3, story: `The account of ${inWords(owner, account)} would ${wrong}.` }];
  });
  return { violations, heirs };
}

/** An account that is made for a row must be one being's: two rows with one address are two beings, and both are held. */
function creation(scene: Scene, change: Change): readonly Violation[] {
  if (change.action !== "create") return [];
  const beings = claimants(scene, change.address);
  const [only] = beings;
  if (only !== undefined && beings.length === 1) return secondAccount(scene, only, change);
  if (beings.length < 2) return [];
  const story = `An account would be created under ${change.address}, which is written for ${beings.map(nameOf).join(" and ")}.`;
  return [{ law: 1, story }];
}

/** Whoever has an account, and whom a row names by an id that is known to be theirs, gets no other under a new address. */
function secondAccount(
  { town, before, readings }: Scene,
  being: Being,
  change: Change,
): readonly Violation[] {
  const rows = readings
    .flatMap((one) => one.rows)
    .filter((row) => row.means === being && row.record.email?.value === change.address);
  const first = before.find(
    ({ id, kind }) =>
      kind === change.kind &&
      town.zivver.owners.get(id) === being &&
      rows.some((row) => town.knownIds.get(id)?.has(idKey(row) ?? "")),
  );
  if (first === undefined) return [];
  const story = `A second account would be created for ${inWords(being, first)}, under ${change.address}.`;
  return [{ law: 1, story }];
}

/** Those whose row has this primary address, among the rows of the profiles that are planned; or of all that zivsync reads. */
export function claimants(scene: Scene, address: string, rowsFor = shownRowsOf): readonly Being[] {
  return beingsOf(scene.town).filter((being) =>
    rowsFor(scene, being).some(({ record }) => record.email?.value === address),
  );
}

function takenFromOthers(scene: Scene, change: Change, account: Account, owner: Being): string | undefined {
  for (const { field, after } of change.fields) {
    if (field === "fullName" && typeof after === "string" && !owner.ever.names.has(after))
      return `be named ${after}`;
    if (field === "address" && typeof after === "string" && !owner.ever.addresses.has(after))
      return `be renamed to ${after}`;
    if (field === "accountKey" && isKeyOfOther(scene, account, owner)) return "get another's key";
    if (field !== "aliases" || !Array.isArray(after)) continue;
    const foreign = after.find(
      (alias) => !account.aliases.includes(alias) && !owner.ever.addresses.has(alias),
    );
    if (foreign !== undefined) return `get the alias ${foreign}`;
  }
  const kind = account.kind;
  if (change.action === "reactivate" && rowsOf(scene, owner, kind).length === 0)
    return "be reactivated, though no source has them";
  return undefined;
}

/** An account that was never linked goes by its address: does somebody else's row alone have that, and a key? */
function isKeyOfOther(scene: Scene, { id, address, kind }: Account, owner: Being): boolean {
  if (scene.town.links.has(id)) return false;
  const giving = claimants(scene, address).filter((being) =>
    shownRowsOf(scene, being, kind).some(
      (row) => row.record.email?.value === address && gives(row, "accountKey"),
    ),
  );
  return giving.length > 0 && !giving.includes(owner);
}

/** Whoever an account that was never linked is rightly taken for, though it is another's in truth. */
export function undecidableHeir(scene: Scene, account: Account, owner: Being): Being | undefined {
  const isLeavers = !account.active && account.kind === "personal";
  if (isLeavers || scene.town.links.has(account.id)) return undefined;
  const claiming = claimants(scene, account.address, rowsOf);
  const [heir] = claiming.filter((being) => being !== owner);
  if (heir) return claiming.length === 1 ? heir : undefined;
  const profile = managerOf(scene, account)?.name;
  if (profile === undefined || isDoubtful(scene, profile, account.kind)) return undefined;
  return beingsOf(scene.town).find(
    (being) =>
      being !== owner &&
      shownRowsOf(scene, being, account.kind).some(
        ({ record }) =>
          record.aliases?.value.includes(account.address) &&
          (account.kind === "functional" || couldBeOne(account.name, record.fullName?.value ?? account.name)),
      ),
  );
}
