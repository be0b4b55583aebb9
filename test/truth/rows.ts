import {
  type Given,
  type Kind,
  type Reading,
  type RecordField,
  Secret,
  type SourceRecord,
} from "../../src/index.ts";
import { sha256 } from "../../src/storage/plan/seal.ts";
import { type Book, bookName, idIn, isListedIn, slipOf } from "./books.ts";
import { type Being, nameOf, type Person } from "./people.ts";

/** One record of a source, and what it means in truth. */
export type Row = {
  readonly book: Book;
  /** Whose row it is, whatever is written in it. */
  readonly means: Being;
  readonly kind: Kind;
  readonly record: SourceRecord;
  /** Those who are meant by its delegates. */
  readonly delegates: readonly Person[];
  /** Nothing in the row is wrong, doubtful or doubled. */
  readonly clean: boolean;
};

/** What a source adapter hands over, with the rows that it comes from. */
export type BookReading = { readonly book: Book; readonly rows: readonly Row[]; readonly reading: Reading };

export function readBook(book: Book, beings: readonly Being[]): BookReading {
  const all = beings.flatMap((being) => rowsOf(book, being));
  const rows = all.filter((row, at) => isRead(book, row.kind, at));
  const isEmpty = rows.length === 0;
  const complete = !isEmpty && book.reading !== "half" && book.reading !== "nothing";
  const findings = complete
    ? []
    : [
        {
          code: isEmpty ? ("source-empty" as const) : ("source-incomplete" as const),
          severity: "warning" as const,
          summary: `The source ${book.name} could not be read in full.`,
          where: { profile: book.profile, source: book.name },
        },
      ];
  const speaking = book.kinds.filter((kind) => !book.silent.has(kind) && isSpokenOf(book, kind, rows));
  const half = book.kinds.filter((kind) => book.reading === `half of ${kind}`);
  const given = book.fields.filter((field) => !book.lost.has(field));
  const reading: Reading = {
    source: book.name,
    type: book.type,
    records: rows.map(({ record }) => record),
    complete,
    digest: sha256(bookName(book)),
    findings: [...findings, ...half.map((kind) => halfFinding(book, kind))],
    speaks: Object.fromEntries(speaking.map((kind) => [kind, given])),
    ...(half.length > 0 ? { incompleteKinds: half } : {}),
  };
  return { book, rows, reading };
}

/** A file of declared accounts speaks of the kinds that it has entries of, and a table of its kind even when it is empty. */
function isSpokenOf(book: Book, kind: Kind, rows: readonly Row[]): boolean {
  return book.type !== "declared" || rows.some((row) => row.kind === kind);
}

function halfFinding({ name, profile }: Book, kind: Kind) {
  return {
    code: "source-incomplete" as const,
    severity: "warning" as const,
    summary: `The ${kind} accounts of the source ${name} could not be read in full.`,
    where: { profile, source: name, kind },
  };
}

function isRead(book: Book, kind: Kind, at: number): boolean {
  if (book.silent.has(kind) || book.emptied.has(kind) || book.reading === "nothing") return false;
  const halved = book.reading === "half" || book.reading === `half of ${kind}`;
  return !halved || at % 2 === 0;
}

function rowsOf(book: Book, being: Being): readonly Row[] {
  if (!isListedIn(book, being)) return [];
  const kind = being.type === "desk" || being.shared ? "functional" : "personal";
  if (!book.kinds.includes(kind)) return [];
  if (book.type === "declared") return declaredRow(book, being, kind);
  if (!being.employed && !(being.type === "person" && being.shared)) return [];
  const one = listedRow(book, being, kind, "");
  return book.slips.some(({ type, being: whose }) => type === "twice" && whose === being)
    ? [one, listedRow(book, being, kind, " (again)")]
    : [one];
}

/** An entry in Git that adds to an account which another source gives. */
function declaredRow(book: Book, being: Being, kind: Kind): readonly Row[] {
  const entry = book.declared.get(being);
  if (entry === undefined || !being.employed) return [];
  const where = `accounts.yaml, entry of ${nameOf(being)}`;
  const give = givenBy(book, where);
  const members = entry.delegates?.filter(({ employed }) => employed);
  const record: SourceRecord = {
    kind,
    where,
    supplement: true,
    problems: [],
    email: give("email", being.address),
    ...(entry.aliases ? { aliases: give("aliases", entry.aliases) } : {}),
    ...(members
      ? {
          delegates: give(
            "delegates",
            members.map(({ address }) => address),
          ),
        }
      : {}),
  };
  return [{ book, means: being, kind, record, delegates: members ?? [], clean: true }];
}

function listedRow(book: Book, being: Being, kind: Kind, again: string): Row {
  const where = `row of ${nameOf(being)}${again}`;
  const give = givenBy(book, where);
  const slips = book.slips.filter((slip) => slip.being === being);
  const problems = slips.flatMap((slip) => {
    const message = "The cell could not be read.";
    if (slip.type === "unreadable") return [{ attribute: slip.field, message, field: slip.field }];
    return slip.type === "disordered" ? [{ attribute: "row", message: "The row has too many cells." }] : [];
  });
  const unreadable = new Set(problems.flatMap((problem) => ("field" in problem ? [problem.field] : [])));
  const gives = (field: RecordField) =>
    book.fields.includes(field) && !book.lost.has(field) && !unreadable.has(field);
  const written = (field: "email" | "id" | "accountKey" | "fullName", truth: string) =>
    slipOf(book, being, field)?.value ?? truth;
  const delegates = being.type === "desk" ? being.members.filter((one) => isListedAsMember(book, one)) : [];
  const isPersonal = being.type === "person" && kind === "personal";
  const record: SourceRecord = {
    kind,
    where,
    supplement: false,
    problems,
    ...(gives("email") ? { email: give("email", written("email", being.address)) } : {}),
    ...(gives("id") ? { id: give("id", written("id", idIn(book, being))) } : {}),
    ...(gives("fullName") ? { fullName: give("fullName", written("fullName", nameOf(being))) } : {}),
    ...(gives("aliases") ? { aliases: give("aliases", [...being.aliases]) } : {}),
    ...(gives("division") ? { division: give("division", being.division) } : {}),
    ...(gives("delegates") && being.type === "desk"
      ? {
          delegates: give(
            "delegates",
            delegates.map(({ address }) => address),
          ),
        }
      : {}),
    ...(gives("active") && isPersonal ? { active: give("active", being.enabled) } : {}),
    ...(gives("accountKey") && isPersonal
      ? { accountKey: give("accountKey", new Secret(written("accountKey", being.key))) }
      : {}),
  };
  return {
    book,
    means: being,
    kind,
    record,
    delegates: gives("delegates") ? delegates : [],
    clean: slips.length === 0,
  };
}

/** Directories do not name disabled users as members; a spreadsheet does. */
function isListedAsMember(book: Book, { employed, enabled }: Person): boolean {
  return employed && (enabled || book.type === "spreadsheet");
}

function givenBy(book: Book, where: string) {
  return <T>(attribute: RecordField, value: T): Given<T> => ({
    value,
    origin: { source: book.name, where, attribute },
  });
}
