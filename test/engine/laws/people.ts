import type { RecordField } from "../../../src/model/account/account.ts";
import { deskRecord, known, person, record } from "../../support/engine.ts";

/*
 * A small staff for the scenarios: Ann has id 1, Bob id 2, Lena Leaver id 3, and Nils New id 9. Each builder takes what is
 * otherwise that day.
 */

type Row = NonNullable<Parameters<typeof record>[1]>;
type Live = NonNullable<Parameters<typeof person>[1]>;
type Memory = NonNullable<Parameters<typeof known>[1]>;

export const ANN = "ann@example.org";
export const BOB = "bob@example.org";
export const LENA = "lena@example.org";
export const NILS = "nils@example.org";
export const DESK = "desk@example.org";

const NAMES: Readonly<Record<string, string>> = {
  [ANN]: "Ann Archer",
  [BOB]: "Bob Brown",
  [LENA]: "Lena Leaver",
  [NILS]: "Nils New",
};
const IDS: Readonly<Record<string, string>> = { [ANN]: "1", [BOB]: "2", [LENA]: "3", [NILS]: "9" };

/** The live account of one of them. */
export const liveOf = (address: string, given: Live = {}) =>
  person(address, { fullName: NAMES[address] ?? "", ...given });

/** What is remembered of it: linked to its record by id. */
export const linkedTo = (address: string, given: Memory = {}) =>
  known(address, { id: IDS[address] ?? "", ...given });

/** The row of one of them, with id and name. */
export const rowOf = (address: string, given: Row = {}) =>
  record(address, { fullName: NAMES[address] ?? "", id: IDS[address] ?? "", ...given });

/** The same in a list without ids. */
export const rowWithoutId = (address: string, given: Row = {}) =>
  record(address, { fullName: NAMES[address] ?? "", ...given });

/** The desk's row; without delegates it says nothing of them. */
export const deskRow = (delegates?: readonly string[], given: Row = {}) =>
  deskRecord(DESK, { ...(delegates ? { delegates } : {}), ...given });

/** One unreadable cell. */
export const unreadable = (field: RecordField): Row => ({
  problems: [{ attribute: field, message: "The cell holds an error.", field }],
});

/** A link that a source or profile left which is not configured any more. */
export const linkOfFormer = (id: string, source = "former-hr", profile = "staff") => ({
  link: { profile, source, anchor: `${profile}/${source} personal ${id}` },
});
