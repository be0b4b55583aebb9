import type { Kind, RecordField } from "../../src/index.ts";
import type { Being, Person } from "./people.ts";

/*
 * A book is what one source has written down about people and desks. It starts as the truth; slips and losses are what goes
 * wrong in it. `rows.ts` turns a book into what a source adapter would hand over.
 */

/** A mistake in the row of one being, until somebody corrects it. */
export type Slip =
  /** `from`: whose value it is. Without one the value is nobody else's. */
  | {
      readonly type: "wrong";
      readonly being: Being;
      readonly field: SlipField;
      readonly value: string;
      readonly from?: Being;
    }
  | { readonly type: "unreadable"; readonly being: Being; readonly field: RecordField }
  /** Cells may be in the wrong columns: the whole row is in doubt. */
  | { readonly type: "disordered"; readonly being: Being }
  | { readonly type: "twice"; readonly being: Being };
export type SlipField = "email" | "id" | "accountKey" | "fullName";

/** What somebody declared in Git about one being, beside what the lists say. */
export type Declared = { readonly aliases?: readonly string[]; readonly delegates?: readonly Person[] };

export type Book = {
  readonly type: "spreadsheet" | "declared" | "active-directory" | "exchange-online";
  profile: string;
  name: string;
  readonly kinds: readonly Kind[];
  /** Where its own numbering of people begins. */
  readonly firstId: number;
  /** The fields that it gives while none is lost. */
  readonly fields: readonly RecordField[];
  /** Does it list this being at all, unless somebody was moved to another list or from one? */
  readonly lists: (being: Being) => boolean;
  readonly moved: Map<Being, boolean>;
  /** Beings to whom it has given an id of another form. */
  readonly reissued: Set<Being>;
  /** Newcomer → the leaver whose id it has given them. */
  readonly passedOn: Map<Being, Being>;
  readonly lost: Set<RecordField>;
  /** The table of this kind is there and has no rows. */
  readonly emptied: Set<Kind>;
  /** The table of this kind is not there. */
  readonly silent: Set<Kind>;
  /** How much of it could be read today. `half` of one kind leaves the other whole. */
  reading: "whole" | "half" | "half of personal" | "half of functional" | "nothing";
  /** Ids have lost their leading zeros. */
  renumbered: boolean;
  slips: Slip[];
  readonly declared: Map<Being, Declared>;
};

export function newBook(
  given: Pick<Book, "type" | "profile" | "name" | "kinds" | "fields"> & Partial<Book>,
): Book {
  return {
    firstId: 1000,
    lists: () => true,
    moved: new Map(),
    reissued: new Set(),
    passedOn: new Map(),
    lost: new Set(),
    emptied: new Set(),
    silent: new Set(),
    reading: "whole",
    renumbered: false,
    slips: [],
    declared: new Map(),
    ...given,
  };
}

/** The id that a book has for a being: its own numbering, with leading zeros, or that of the leaver whose id they got. */
export function idIn(book: Book, being: Being): string {
  const former = book.passedOn.get(being);
  if (former !== undefined) return idIn(book, former);
  const number = book.firstId + (being.type === "person" ? 0 : 500) + being.n;
  if (book.reissued.has(being)) return `M-${number}`;
  return `${book.renumbered ? "" : "00"}${number}`;
}

export const isListedIn = (book: Book, being: Being): boolean => book.moved.get(being) ?? book.lists(being);

/** A book as it stood when it was right; for names in stories. */
export const bookName = (book: Book): string => `${book.profile}/${book.name}`;

export function slipOf(
  book: Book,
  being: Being,
  field: SlipField,
): Extract<Slip, { type: "wrong" }> | undefined {
  for (const slip of book.slips)
    if (slip.type === "wrong" && slip.being === being && slip.field === field) return slip;
  return undefined;
}

export const hasSlip = (book: Book, being: Being): boolean => book.slips.some((slip) => slip.being === being);

/** Can all that the book says of this kind be believed to be all there is? */
export function isWhole(book: Book, kind: Kind): boolean {
  if (!book.kinds.includes(kind) || book.silent.has(kind) || book.emptied.has(kind)) return false;
  return (
    book.reading === "whole" || book.reading === `half of ${kind === "personal" ? "functional" : "personal"}`
  );
}
