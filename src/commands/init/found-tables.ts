import { resolve } from "node:path";
import type { StarterTables } from "../../config/starter/sources.ts";
import { ZivsyncError } from "../../model/values/errors.ts";
import { present } from "../../model/values/present.ts";
import { type FoundTable, findTables } from "../../sources/spreadsheet/find-tables.ts";

/** Names that people give to a sheet of shared mailboxes, in English, Dutch and German. */
const FUNCTIONAL = /funct|funkt|shared|mailbox|postvak|postbus|gedeeld|group|groep|gruppe|team/i;

/**
 * Finds the sheet of a file that has the people, and the one with the shared mailboxes: by what is in them, then by their names. Notes say what
 * was left open. A file that is not there yet, or cannot be read, is read by the plan.
 */
export async function chooseTables(
  file: string,
  notes: string[],
): Promise<{ readonly tables?: StarterTables }> {
  try {
    const found = await findTables({ path: resolve(file), shownAs: file });
    const lists = found.filter(({ headers }) => headers !== undefined);
    if (lists.length === 0) {
      notes.push(
        `${file}: no column of addresses was found in the first rows of any sheet. Name the header row (\`headerRow\`) and the column (\`map\`) in profiles/accounts.yaml.`,
      );
      return {};
    }
    if (lists.some(({ map }) => map !== undefined)) notes.push(guessedNote(file, lists));
    const functional = lists.find(isFunctional);
    const [personal, ...others] = lists.filter((one) => one !== functional);
    if (personal === undefined) return {};
    if (others.length > 0) {
      const names = others.map(({ sheet = "" }) => JSON.stringify(sheet)).join(", ");
      notes.push(
        `${file}: the people are taken from the sheet ${JSON.stringify(personal.sheet)}. ${names} also has a column of addresses: change \`sheet\` in profiles/accounts.yaml if that is the right one.`,
      );
    }
    return {
      tables: {
        personal: placeOf(personal),
        ...(functional === undefined ? {} : { functional: placeOf(functional) }),
      },
    };
  } catch (error) {
    if (!(error instanceof ZivsyncError)) throw error;
    if (error.problems.every(({ code }) => code === "file-not-found")) {
      notes.push(
        `${file}: there is no such file yet. Put it there, or correct \`file\` in profiles/accounts.yaml.`,
      );
      return {};
    }
    notes.push(...error.problems.map(({ message, remedy = "" }) => `${file}: ${message} ${remedy}`.trim()));
    return {};
  }
}

function guessedNote(file: string, lists: readonly FoundTable[]): string {
  const [division] = lists.flatMap(({ map }) => map?.division ?? []);
  const more =
    division === undefined
      ? ""
      : ` Take \`division\` out if ${JSON.stringify(division)} is not a division in Zivver, which refuses unknown ones.`;
  return `${file}: the columns have other names than usual, and were guessed: check \`map\` in profiles/accounts.yaml, and add what is missing there.${more}`;
}

/** A table with delegates is one of shared mailboxes, unless its name says that it has the people. */
function isFunctional({ sheet = "", headers }: FoundTable): boolean {
  return (
    FUNCTIONAL.test(sheet) || (headers?.delegates === true && !/user|person|people|staff|medew/i.test(sheet))
  );
}

function placeOf({ sheet, headerRow, map }: FoundTable) {
  return present({ map, sheet, headerRow });
}
