import type { Finding, Kind, Plan, ProfilePolicy, RecordField } from "../../src/index.ts";
import { type Book, bookName, isWhole } from "./books.ts";
import { type Being, nameOf } from "./people.ts";
import type { Wish } from "./program.ts";
import type { BookReading, Row } from "./rows.ts";
import type { KnownLink, Town } from "./town.ts";
import type { Account } from "./zivver.ts";

/** Everything that a plan is judged by. */
export type Scene = {
  readonly town: Town;
  /** Of every book, those of profiles that are not planned included. */
  readonly readings: readonly BookReading[];
  readonly wish: Wish;
  readonly plan: Plan;
  /** The accounts as the plan saw them. */
  readonly before: readonly Account[];
};

/** A law that was broken: which, and what happened, in words. */
export type Violation = { readonly law: number; readonly story: string };

export type Change = Plan["changes"][number];

export const ownerOf = ({ town }: Scene, account: Pick<Account, "id">): Being | undefined =>
  town.zivver.owners.get(account.id);

export const changeOf = ({ plan }: Scene, { id }: Account): Change | undefined =>
  plan.changes.find((change) => "zivverId" in change && change.zivverId === id);

export const isPlanned = ({ wish }: Scene, profile: string): boolean =>
  wish.profiles?.includes(profile) ?? true;

/** All rows that are about a being, in the order of precedence. */
export function rowsOf({ readings }: Scene, being: Being, kind?: Kind): readonly Row[] {
  return readings.flatMap(({ rows }) =>
    rows.filter((row) => row.means === being && (kind === undefined || row.kind === kind)),
  );
}

/** Those of them that zivsync was shown for this plan. */
export function shownRowsOf(scene: Scene, being: Being, kind?: Kind): readonly Row[] {
  return rowsOf(scene, being, kind).filter(({ book }) => isPlanned(scene, book.profile));
}

export const gives = ({ record }: Row, field: RecordField): boolean => record[field] !== undefined;

/** What the first source that says so says of a person's account. */
export function saidActive(rows: readonly Row[]): boolean | undefined {
  return rows.find(({ record }) => record.active !== undefined)?.record.active?.value;
}

type Located = Pick<Account, "kind" | "address" | "division">;

/** The one profile that manages an account, as docs/reference.md describes `manages`. */
export function managerOf({ town }: Scene, account: Located): ProfilePolicy | undefined {
  const managing = town.profiles.filter(({ manages }) => {
    if (!manages.kinds.includes(account.kind)) return false;
    if (manages.exclude.some(({ address }) => address === account.address)) return false;
    return manages.include.length === 0 || manages.include.some((condition) => fits(condition, account));
  });
  return managing.length === 1 ? managing[0] : undefined;
}

function fits(
  condition: ProfilePolicy["manages"]["include"][number],
  { address, division }: Located,
): boolean {
  if (condition.domain !== undefined && !address.endsWith(`@${condition.domain}`)) return false;
  const under = condition.divisionUnder;
  return under === undefined || division === under || division.startsWith(`${under}/`);
}

/** How a row calls its being; books number in their own ways. */
export function idKey({ book, record }: Row): string | undefined {
  return record.id === undefined ? undefined : `${book.profile}/${book.name} ${record.id.value}`;
}

/**
 * Does some book of the profile that lists this kind lack something, or does none list it at all? A book without a table of a
 * kind says nothing of it (law 6), and that it used to is known from the state alone: without one, a list of desks beside a
 * list of people is how organisations are set up, and the people are all in the other.
 */
export function isDoubtful({ readings, town }: Scene, profile: string, kind: Kind): boolean {
  const ofProfile = readings.filter(({ book }) => book.profile === profile);
  const names = readings.map(({ book }) => bookName(book));
  // What a book gave under a name that it has no more counts as well: it was renamed.
  const gave = (book: Book) =>
    [...town.given].some((key) => {
      const [name = "", its] = key.split(" ");
      return its === kind && (name === bookName(book) || !names.includes(name));
    });
  const listing = ofProfile.filter(
    ({ book }) =>
      book.type !== "declared" && book.kinds.includes(kind) && (!book.silent.has(kind) || gave(book)),
  );
  return (
    listing.length === 0 ||
    listing.some(({ book }) => !isWhole(book, kind)) ||
    ofProfile.some(({ book, reading }) => book.type === "declared" && !reading.complete)
  );
}

export const isLoud = ({ severity }: Finding): boolean => severity !== "info";

/** Does a warning or an error name this account or being: by address or by full name? */
export function isNamed({ plan }: Scene, being: Being, account?: Account): boolean {
  const addresses = [...being.ever.addresses, ...(account ? [account.address, ...account.aliases] : [])];
  const words = [...addresses, ...being.ever.names, ...(account ? [account.name] : [])];
  return plan.findings.some(
    (finding) =>
      isLoud(finding) &&
      (addresses.includes(finding.where.address ?? "") ||
        words.some((word) => finding.summary.includes(word))),
  );
}

/** Is the record that the account was last seen to follow read, and this one? */
export function followsLink(link: KnownLink | undefined, { book, record }: Row): boolean {
  return (
    link !== undefined &&
    link.book === book.name &&
    link.profile === book.profile &&
    link.id === record.id?.value
  );
}

/** A being and its account in words: `Ada Berg1 (ada.berg1@example.org)`. */
export function inWords(being: Being | undefined, account?: Account): string {
  const name = being ? nameOf(being) : "somebody unknown";
  return account ? `${name} (${account.address})` : name;
}
