import type { FindingCode, Kind, RecordField } from "../../src/index.ts";
import { isWhole } from "./books.ts";
import { names } from "./law-present.ts";
import type { Being, Desk, Person } from "./people.ts";
import type { BookReading, Row } from "./rows.ts";
import {
  gives,
  inWords,
  isDoubtful,
  isLoud,
  isNamed,
  managerOf,
  ownerOf,
  type Scene,
  saidActive,
  shownRowsOf,
  type Violation,
} from "./scene.ts";
import { beingsOf, type Town } from "./town.ts";
import type { Account } from "./zivver.ts";

/*
 * Law 7, a doubt is as small as it is: whatever happens to others, those whose rows are clear are as their rows say in the
 * end; and of a row with one doubtful field, the other fields are.
 */

/** Judges the end of two rounds in which everything was planned. */
export function theClearAreDone(scene: Scene, after: readonly Account[]): readonly Violation[] {
  const { people, desks } = scene.town;
  return [
    ...people.flatMap((person) => (isClear(scene, person) ? personDone(scene, person, after) : [])),
    ...desks.flatMap((desk) => (areMembersClear(scene, desk) ? membersDone(scene, desk) : [])),
  ];
}

const HARMLESS: readonly RecordField[] = ["aliases", "delegates", "accountKey", "division", "phone"];

/** Every row is whole and right except for fields that say nothing of who it is, and no address was ever anybody else's. */
function isClear(scene: Scene, being: Being): boolean {
  const rows = shownRowsOf(scene, being).filter(({ record }) => !record.supplement);
  if (rows.length === 0 || isContested(scene.town, being)) return false;
  if (hasSecondAccount(scene, being)) return false;
  return rows.every(
    ({ book, kind, record }) =>
      isWhole(book, kind) &&
      record.email !== undefined &&
      record.fullName !== undefined &&
      record.problems.every(({ field }) => field !== undefined && HARMLESS.includes(field)) &&
      book.slips.every((slip) => slip.being !== being || slip.type === "unreadable"),
  );
}

/** Where nothing showed that a new address was theirs, they have a second account since. */
function hasSecondAccount({ town }: Scene, being: Being): boolean {
  return [...town.zivver.owners.values()].filter((owner) => owner === being).length > 1;
}

/** Did one of its addresses ever belong to somebody else, or is one of its identifiers in another's row today? */
function isContested(town: Town, being: Being): boolean {
  const isTaken = town.books.some(({ slips }) =>
    slips.some((slip) => slip.type === "wrong" && slip.from === being),
  );
  if (isTaken) return true;
  const others = beingsOf(town).filter((other) => other !== being);
  return [...being.ever.addresses].some((address) => others.some(({ ever }) => ever.addresses.has(address)));
}

/** Would the profile manage the account that a row asks for? */
function isInScope(scene: Scene, { address, division }: Person, kind: Kind, profile: string): boolean {
  return managerOf(scene, { kind, address, division })?.name === profile;
}

function personDone(scene: Scene, person: Person, after: readonly Account[]): readonly Violation[] {
  const rows = shownRowsOf(scene, person, "personal");
  if (rows.length === 0 || !person.employed) return [];
  const account = after.find(({ address }) => address === person.address);
  if (isExplained(scene, person)) return [];
  if (account === undefined) return withoutAccount(scene, person, rows, after);
  if (isOutside(scene, person, account)) return [];
  const label = inWords(person, account);
  const said = saidActive(rows);
  if (said === false) {
    const isHeldBack = rows.some(({ book, kind }) => isDoubtful(scene, book.profile, kind));
    if (!account.active || (isHeldBack && isNamed(scene, person, account))) return [];
    if (isSaid(scene, person, ["account-protected"])) return [];
    return [{ law: 7, story: `${label} stays active, though a clear row says no.` }];
  }
  const row = rows.find((one) => gives(one, "fullName"));
  if (account.active && row && account.name !== row.record.fullName?.value)
    return [
      {
        law: 7,
        story: `${label} is called ${account.name}, though a clear row says ${row.record.fullName?.value}.`,
      },
    ];
  if (!account.active && said === true && rows.every(({ book }) => !book.lost.has("active")))
    return [{ law: 7, story: `${label} stays suspended, though a clear row says that it is active.` }];
  const missing = rows
    .flatMap(({ record }) => record.aliases?.value ?? [])
    .filter((one) => !account.aliases.includes(one));
  if (!account.active || missing.length === 0 || !hasKey(scene, rows) || isNamed(scene, person, account))
    return [];
  return [{ law: 7, story: `${label} lacks the aliases ${missing.join(", ")}, and no warning says so.` }];
}

function withoutAccount(
  scene: Scene,
  person: Person,
  rows: readonly Row[],
  after: readonly Account[],
): readonly Violation[] {
  // Without its aliases or its id a row could be anybody's under a new address, without Active that of somebody disabled;
  // and an account of old can still hold the address.
  const couldBeAnother = rows.some((row) => row.book.fields.includes("aliases") && !gives(row, "aliases"));
  const isDulled = rows.some(({ book }) => book.lost.has("active") || book.lost.has("id"));
  const isHeld = after.some(({ aliases }) => aliases.includes(person.address));
  const wasDisabled = (saidActive(rows) ?? scene.town.lastActive.get(person)) === false;
  const inScope = rows.some(({ book, kind }) => isInScope(scene, person, kind, book.profile));
  if (!inScope || !hasKey(scene, rows) || wasDisabled || couldBeAnother || isDulled || isHeld) return [];
  // A key that is another's by the state, and an account under a former address that nothing may rename.
  if (isSaid(scene, person, ["account-key-twice", "account-protected"])) return [];
  return [{ law: 7, story: `${inWords(person)} has a clear row and no account.` }];
}

/** Does nobody need an account key, or is it given? */
function hasKey({ town }: Scene, rows: readonly Row[]): boolean {
  return town.organization.loginMethod !== "sso" || rows.some((row) => gives(row, "accountKey"));
}

const DOUBTS: readonly FindingCode[] = [
  "address-reused",
  "anchor-twice",
  "identity-conflict",
  "identity-unknown",
  "link-doubtful",
  "link-twice",
  "removal-held-back",
  "rename-ambiguous",
];

/**
 * Does a warning under the person's own address say that whose record or account it is cannot be told? The row is clear to
 * the oracle, which knows everybody; a source renamed on the day of a marriage, or a name changed while the account was
 * suspended, leaves zivsync with a question that it asks.
 */
function isExplained({ plan }: Scene, { address }: Being): boolean {
  return plan.findings.some(
    (finding) => isLoud(finding) && DOUBTS.includes(finding.code) && finding.where.address === address,
  );
}

/** Has a finding one of these codes, under any address that was ever theirs? */
function isSaid({ plan }: Scene, { ever }: Being, codes: readonly FindingCode[]): boolean {
  return plan.findings.some(
    ({ code, where }) => codes.includes(code) && ever.addresses.has(where.address ?? ""),
  );
}

/** Rows outside what their profiles manage change nothing, and let nobody in. */
function isOutside(scene: Scene, being: Being, account: Account): boolean {
  const manager = managerOf(scene, account)?.name;
  return shownRowsOf(scene, being).every(({ book }) => book.profile !== manager);
}

/**
 * The list of members is whole and right, whatever becomes of the desk's other fields. An entry in Git that adds to a desk waits, as
 * documented (`supplement-without-account`), while no list gives the desk.
 */
function areMembersClear(scene: Scene, desk: Desk): boolean {
  const rows = shownRowsOf(scene, desk);
  const isListed = rows.some(({ record }) => !record.supplement);
  if (!desk.employed || !isListed || !rows.some((row) => gives(row, "delegates"))) return false;
  return rows.every(
    ({ book, kind }) =>
      isWhole(book, kind) &&
      !book.lost.has("delegates") &&
      book.slips.every((slip) => slip.being !== desk || slip.type === "unreadable"),
  );
}

/** Could every person of the source be told apart, so that nothing keeps those who are not meant inside? */
function isIdentified({ book, rows, reading }: BookReading): boolean {
  const isTold = ({ record }: Row) =>
    record.email !== undefined && record.problems.every(({ field }) => field !== undefined && field !== "id");
  if (!reading.complete) return false;
  return book.type === "declared" || (book.kinds.every((kind) => isWhole(book, kind)) && rows.every(isTold));
}

function membersDone(scene: Scene, desk: Desk): readonly Violation[] {
  const rows = shownRowsOf(scene, desk);
  const account = scene.town.zivver.accountOf(desk);
  if (account === undefined || isExplained(scene, desk) || hasSecondAccount(scene, desk)) return [];
  // Nothing shows that a row under another address is the account's.
  if (isOutside(scene, desk, account) || !rows.some((row) => names(row, account, scene))) return [];
  const meant = new Set(rows.flatMap(({ delegates }) => delegates));
  const accountOf = (person: Person) =>
    scene.before.find(({ address, active }) => active && address === person.address);
  const missing = [...meant].filter((person) => {
    const own = accountOf(person);
    if (own === undefined || !isClear(scene, person) || isExplained(scene, person)) return false;
    if (isOutside(scene, person, own)) return false;
    return person.enabled && !account.access.includes(own.id);
  });
  const mayLack = scene.readings.some((one) => !isIdentified(one));
  const stray = account.access.filter((id) => {
    if (mayLack) return false;
    const being = scene.town.zivver.owners.get(id);
    if (being?.type !== "person" || meant.has(being) || isContested(scene.town, being)) return false;
    return ownerOf(scene, { id }) === being && !isNamed(scene, being);
  });
  return [
    ...missing.map((person) => ({
      law: 7,
      story: `${inWords(person)} is not in ${inWords(desk, account)}, though clear rows say so.`,
    })),
    ...stray.map((id) => ({
      law: 8,
      story: `${inWords(scene.town.zivver.owners.get(id))} stays in ${inWords(desk, account)}, whose rows no longer mean them, and no warning says so.`,
    })),
  ];
}
