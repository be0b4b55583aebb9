import { KINDS } from "../../src/model/account/kind.ts";
import { isWhole } from "./books.ts";
import { undecidableHeir } from "./law-inherit.ts";
import type { Being } from "./people.ts";
import {
  type Change,
  gives,
  inWords,
  isDoubtful,
  isLoud,
  isNamed,
  isPlanned,
  managerOf,
  ownerOf,
  type Scene,
  saidActive,
  shownRowsOf,
  type Violation,
} from "./scene.ts";
import type { Account } from "./zivver.ts";

/*
 * Law 6, silence says nothing: what no source says any more reactivates nobody and empties no list, and is reported.
 */

export function silenceSaysNothing(scene: Scene): readonly Violation[] {
  return [
    ...scene.plan.changes.flatMap((change) => changeOnSilence(scene, change)),
    ...lostFields(scene),
    ...lostLists(scene),
  ];
}

function changeOnSilence(scene: Scene, change: Change): readonly Violation[] {
  const account = "zivverId" in change ? scene.before.find(({ id }) => id === change.zivverId) : undefined;
  const owner = account && ownerOf(scene, account);
  if (account === undefined || owner === undefined) return [];
  const rows = shownRowsOf(scene, owner, account.kind);
  if (change.action === "reactivate") {
    const wasDisabled = scene.town.lastActive.get(owner) === false;
    if (!wasDisabled || saidActive(rows) === true) return [];
    const story = `${inWords(owner, account)} would be reactivated: a source had disabled them, and none says that they are active.`;
    return [{ law: 6, story }];
  }
  if (change.action !== "update") return [];
  // An account without a link is taken for that of the being whose row has its address, and follows that row.
  const heir = undecidableHeir(scene, account, owner);
  const followed = heir ? shownRowsOf(scene, heir, account.kind) : rows;
  return change.fields.flatMap(({ field, before, after }) => {
    if (field !== "aliases" && field !== "delegates") return [];
    if (followed.length === 0 || followed.some((row) => gives(row, field))) return [];
    const isPrimaryNow = (one: string) => change.fields.some((other) => other.after === one);
    const removed = listOf(before).filter(
      (one) => !listOf(after).includes(one) && !isPrimaryNow(one) && !isWantedElsewhere(scene, owner, one),
    );
    if (removed.length === 0) return [];
    const story = `${inWords(owner, account)} would lose the ${field} ${removed.join(", ")}, and no source gives ${field} of it.`;
    return [{ law: 6, story }];
  });
}

const listOf = (value: unknown): readonly string[] => (Array.isArray(value) ? value : []);

/** Another being's row claims the address, so that it has to be given up. */
function isWantedElsewhere({ readings }: Scene, owner: Being, address: string): boolean {
  return readings.some(({ rows }) =>
    rows.some(
      ({ means, record }) =>
        means !== owner && (record.email?.value === address || record.aliases?.value.includes(address)),
    ),
  );
}

/** A source that gave a field at the last apply, and gives it for nobody now, must be mentioned. */
function lostFields(scene: Scene): readonly Violation[] {
  return scene.readings.flatMap(({ book, rows }) => {
    if (!isPlanned(scene, book.profile) || scene.wish.only !== undefined) return [];
    return KINDS.flatMap((kind) => {
      const ofKind = rows.filter((row) => row.kind === kind);
      if (!isWhole(book, kind) || ofKind.length === 0) return [];
      const lost = book.fields.filter(
        (field) =>
          scene.town.given.has(fieldKey(book, kind, field)) && !ofKind.some((row) => gives(row, field)),
      );
      const isTold = scene.plan.findings.some(
        (finding) =>
          isLoud(finding) && (finding.where.source === book.name || finding.summary.includes(book.name)),
      );
      if (lost.length === 0 || isTold) return [];
      return [
        {
          law: 6,
          story: `${book.name} no longer gives ${lost.join(", ")} of any ${kind} account, and no warning says so.`,
        },
      ];
    });
  });
}

export const fieldKey = (
  book: { readonly profile: string; readonly name: string },
  kind: string,
  field: string,
) => `${book.profile}/${book.name} ${kind} ${field}`;

/** A list that was applied from a source, and that no source gives any more, is reported while it still has an effect. */
function lostLists(scene: Scene): readonly Violation[] {
  if (scene.wish.only !== undefined) return [];
  return scene.before.flatMap((account) => {
    const owner = ownerOf(scene, account);
    const profile = managerOf(scene, account)?.name;
    if (owner === undefined || profile === undefined || !isPlanned(scene, profile)) return [];
    const rows = shownRowsOf(scene, owner, account.kind);
    // What a source lacks, and rows outside what their profiles manage, are reported as such.
    if (isDoubtful(scene, profile, account.kind) || rows.every(({ book }) => book.profile !== profile))
      return [];
    return (["aliases", "delegates"] as const).flatMap((field) => {
      const wasApplied = scene.town.appliedLists.get(account.id)?.has(field);
      if (!wasApplied || rows.some((row) => gives(row, field)) || !hasAny(account, field)) return [];
      const books = new Set(rows.map(({ book }) => book.name));
      const isTold =
        isNamed(scene, owner, account) ||
        scene.plan.findings.some((finding) => isLoud(finding) && books.has(finding.where.source ?? ""));
      if (isTold) return [];
      return [
        {
          law: 6,
          story: `${inWords(owner, account)} keeps ${field} that no source gives any more, and no warning says so.`,
        },
      ];
    });
  });
}

const hasAny = (account: Account, field: "aliases" | "delegates"): boolean =>
  (field === "aliases" ? account.aliases : account.access).length > 0;
