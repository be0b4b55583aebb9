import { InputError } from "../../model/values/errors.ts";

/** `on`: known of Zivver, so on unless switched off. The others are conjectures, off unless switched on. */
const TABLE = [
  { name: "create-ignores-inactive", on: true, does: "a created user is active whatever was sent" },
  { name: "create-drops-delegates", on: true, does: "a created user has no delegates whatever was sent" },
  {
    name: "put-erases-extension",
    on: true,
    does: "a PUT with the Zivver extension erases the keys left out of it",
  },
  {
    name: "put-cannot-empty-members",
    on: true,
    does: "a PUT with `members: []` answers 200 and keeps the members",
  },
  {
    name: "patch-media-type",
    on: true,
    does: "PATCH takes and answers application/scim+json only (else 415, 406)",
  },
  { name: "rate-body", on: true, does: "a 429 carries the documented JSON body, else two words of text" },
  { name: "text-refusals", on: true, does: "refusals are plain text, else JSON with a code and a message" },
  { name: "division-absent", on: true, does: "the enterprise extension is missing while the division is /" },
  {
    name: "external-account-id",
    on: true,
    does: "new accounts get an ExternalAccountId, and unknown keys of the extension are kept",
  },
  { name: "group-holds-own-id", on: true, does: "a group's own id is always among its members" },
  { name: "put-clears-missing-members", on: false, does: "a PUT of a group without `members` empties it" },
  { name: "pages-lists", on: false, does: "a list answers 100 accounts at most" },
  { name: "list-order-shuffled", on: false, does: "lists are in another order after every write" },
  { name: "retry-after-header", on: false, does: "a 429 carries Retry-After, in seconds" },
  {
    name: "ratelimit-headers",
    on: false,
    does: "every answer carries RateLimit-Limit, -Remaining and -Reset",
  },
  { name: "extension-absent", on: false, does: "the Zivver extension is missing while it is empty" },
  {
    name: "upper-case-addresses",
    on: false,
    does: "addresses are answered with the case they were written in, else in lower case",
  },
  { name: "write-answers-without-body", on: false, does: "POST, PUT and PATCH answer without the resource" },
  {
    name: "delete-leaves-member-ids",
    on: false,
    does: "a deleted account stays in member lists (its id) and, unless delegates must exist, in delegates",
  },
  { name: "delegates-must-exist", on: false, does: "a delegate that is not an account is refused" },
  {
    name: "rename-reaches-delegates",
    on: false,
    does: "a renamed account's new address replaces the old one in delegates",
  },
] as const;

/** One way in which Zivver is odd, or may be. */
export type Quirk = (typeof TABLE)[number]["name"];

/** The quirks that are on. */
export type Quirks = ReadonlySet<Quirk>;

/** Every quirk: what it does while it is on, and whether it is on by default. */
export const QUIRKS: readonly { readonly name: Quirk; readonly on: boolean; readonly does: string }[] = TABLE;

export const DEFAULT_QUIRKS: Quirks = new Set(TABLE.filter((quirk) => quirk.on).map((quirk) => quirk.name));

/** The default quirks, or others, with some of them switched. */
export function withQuirks(
  switches: Readonly<Partial<Record<Quirk, boolean>>>,
  base: Quirks = DEFAULT_QUIRKS,
): Quirks {
  return new Set(QUIRKS.map((quirk) => quirk.name).filter((name) => switches[name] ?? base.has(name)));
}

/** Reads switches as the command line gives them: `name=on`, `name=off`. Throws InputError `usage`, all at once. */
export function parseQuirks(words: readonly string[]): Quirks {
  const switches: Partial<Record<Quirk, boolean>> = {};
  const wrong: string[] = [];
  for (const word of words) {
    const [, name, state] = /^([^=]*)=(on|off)$/.exec(word) ?? [];
    const quirk = QUIRKS.find((known) => known.name === name);
    if (quirk) switches[quirk.name] = state === "on";
    else wrong.push(word);
  }
  if (wrong.length > 0) throw new InputError(wrong.map(unknownQuirk));
  return withQuirks(switches);
}

function unknownQuirk(word: string) {
  const known = QUIRKS.map((quirk) => quirk.name).join(", ");
  return {
    code: "usage" as const,
    where: `--quirk ${word}`,
    message: "This is not a switch of a quirk.",
    remedy: `Write NAME=on or NAME=off, where NAME is one of ${known}.`,
  };
}
