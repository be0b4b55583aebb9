import type { Person } from "./people.ts";
import { gives, inWords, ownerOf, type Scene, shownRowsOf, type Violation } from "./scene.ts";
import type { Account } from "./zivver.ts";

/*
 * Law 5, keys belong to one person: no account has the key of another, and none has lost its key, which would lock the person
 * out of single sign-on.
 */

export function keysAreTheirs(scene: Scene, after: readonly Account[]): readonly Violation[] {
  return after.flatMap((account) => {
    const owner = ownerOf(scene, account);
    if (owner?.type !== "person" || account.kind !== "personal") return [];
    const was = scene.before.find(({ id }) => id === account.id)?.key;
    if (account.key === was) return [];
    // Zivver forgets a key when aliases are written without it. Where no source gives the key, and none did while there was
    // a state to remember it in, zivsync cannot know that there is one, and the documented choice is to go on with the rest.
    const isUnknown = !scene.town.keysGiven.has(account.id) && !isGivenToday(scene, owner);
    if (account.key === null && isUnknown) return [];
    if (account.key === null && was !== undefined)
      return [{ law: 5, story: `The account of ${inWords(owner, account)} lost its key.` }];
    if (account.key === null || owner.ever.keys.has(account.key)) return [];
    return [
      {
        law: 5,
        story: `The account of ${inWords(owner, account)} got a key that is not theirs: ${account.key}.`,
      },
    ];
  });
}

const isGivenToday = (scene: Scene, owner: Person): boolean =>
  shownRowsOf(scene, owner, "personal").some(
    (row) => gives(row, "accountKey") || row.record.problems.some(({ field }) => field === "accountKey"),
  );
