import { KINDS } from "../../src/model/account/kind.ts";
import { isWhole } from "./books.ts";
import { claimants } from "./law-inherit.ts";
import { fieldKey } from "./law-silence.ts";
import type { Being } from "./people.ts";
import {
  gives,
  idKey,
  isPlanned,
  managerOf,
  ownerOf,
  rowsOf,
  type Scene,
  saidActive,
  shownRowsOf,
} from "./scene.ts";
import { beingsOf } from "./town.ts";
import type { Account } from "./zivver.ts";

/*
 * What the oracle takes note of after an apply: whose new accounts are, and what zivsync can know from now on, where it keeps
 * a state: which record an account follows, what sources gave, and their last word on who is active.
 */

/** Whoever's row had the address of a new account is its owner; an account that passed to an heir is theirs. */
export function noteOwners(scene: Scene, after: readonly Account[], heirs: ReadonlyMap<string, Being>): void {
  const { owners } = scene.town.zivver;
  for (const [id, heir] of heirs) if (owners.has(id)) owners.set(id, heir);
  for (const id of [...owners.keys()]) if (after.every((account) => account.id !== id)) owners.delete(id);
  for (const { id, address } of after) {
    const [owner, ...others] = owners.has(id) ? [] : claimants(scene, address);
    if (owner && others.length === 0) owners.set(id, owner);
  }
}

export function noteKnowledge(scene: Scene, after: readonly Account[]): void {
  const { town } = scene;
  if (!town.program.keepsState || scene.wish.only !== undefined) return;
  noteFields(scene);
  for (const being of beingsOf(town)) {
    const said = saidActive(shownRowsOf(scene, being, "personal"));
    if (said !== undefined) town.lastActive.set(being, said);
    if (rowsOf(scene, being).length === 0) town.lastActive.delete(being);
  }
  for (const account of after) {
    const owner = ownerOf(scene, account);
    if (owner) noteAccount(scene, account, owner);
  }
}

function noteFields(scene: Scene): void {
  for (const { book, rows } of scene.readings) {
    // Of a source that a plan calls incomplete, no fields are remembered.
    const its = scene.plan.sources.find(
      ({ profile, name }) => profile === book.profile && name === book.name,
    );
    if (!isPlanned(scene, book.profile) || its?.complete !== true) continue;
    for (const kind of KINDS) {
      if (!isWhole(book, kind)) continue;
      const ofKind = rows.filter((row) => row.kind === kind);
      for (const field of book.fields) {
        const key = fieldKey(book, kind, field);
        if (ofKind.some((row) => gives(row, field))) scene.town.given.add(key);
        else scene.town.given.delete(key);
      }
    }
  }
}

function noteAccount(scene: Scene, account: Account, owner: Being): void {
  const { town } = scene;
  const rows = shownRowsOf(scene, owner, account.kind);
  const isSettled = rows.some(({ record, clean }) => clean && record.email?.value === account.address);
  if (isSettled && rows.some((row) => gives(row, "accountKey"))) town.keysGiven.add(account.id);
  // A profile links the accounts that it manages.
  const manager = managerOf(scene, account)?.name;
  const linking = rows.find((row) => gives(row, "id") && row.book.profile === manager);
  if (linking?.clean && linking.record.email?.value === account.address) {
    const { book, record } = linking;
    town.links.set(account.id, { book: book.name, profile: book.profile, id: record.id?.value ?? "" });
    const same = rows.filter((row) => row.clean && row.record.email?.value === account.address);
    const known = town.knownIds.get(account.id) ?? [];
    town.knownIds.set(account.id, new Set([...known, ...same.flatMap((row) => idKey(row) ?? [])]));
  }
  const meant = rows.flatMap(({ delegates }) => delegates);
  const isIn = (being: Being) => account.access.some((id) => town.zivver.owners.get(id) === being);
  const applied = new Set(town.appliedLists.get(account.id));
  if (isSettled && rows.some((row) => gives(row, "delegates")) && meant.every(isIn)) applied.add("delegates");
  const aliases = rows.flatMap(({ record }) => record.aliases?.value ?? []);
  const hasAliases = aliases.every((alias) => account.aliases.includes(alias));
  if (isSettled && rows.some((row) => gives(row, "aliases")) && hasAliases) applied.add("aliases");
  town.appliedLists.set(account.id, applied);
}
