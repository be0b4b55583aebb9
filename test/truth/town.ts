import {
  DEFAULT_GUARDS,
  type GuardLimits,
  type OrganizationPolicy,
  type ProfilePolicy,
} from "../../src/index.ts";
import type { Book } from "./books.ts";
import type { Being, Desk, Person } from "./people.ts";
import type { Program, Seen } from "./program.ts";
import { readBook } from "./rows.ts";
import type { Zivver } from "./zivver.ts";

/** What the oracle knows of a link: the record that an account was last seen to follow. */
export type KnownLink = { readonly book: string; readonly profile: string; readonly id: string };

/** One organisation: the truth, what is written down of it, what Zivver has, and the program that is judged. */
export type Town = {
  readonly setup: string;
  readonly people: Person[];
  readonly desks: Desk[];
  readonly books: Book[];
  profiles: ProfilePolicy[];
  organization: OrganizationPolicy;
  readonly zivver: Zivver;
  readonly program: Program;
  /** The next number for a person, a desk, an address or a key. */
  next: number;
  /** Account → the record that it follows, as long as zivsync can know. */
  readonly links: Map<string, KnownLink>;
  /** Account → `profile/book id`: what every book calls its owner, as long as zivsync can know. */
  readonly knownIds: Map<string, ReadonlySet<string>>;
  /** The last word of any source on whether a person's account is active. */
  readonly lastActive: Map<Being, boolean>;
  /** `book kind field`: given by a source at the last apply, while there is a state to remember it in. */
  given: Set<string>;
  /** Account → the lists that were applied to it from a source, while there is a state to remember that in. */
  readonly appliedLists: Map<string, ReadonlySet<"aliases" | "delegates">>;
  /** The accounts of which a source gave the key, while there is a state to remember that in. */
  readonly keysGiven: Set<string>;
};

const NO_GUARDS: GuardLimits = Object.fromEntries(
  Object.keys(DEFAULT_GUARDS).map((name) => [name, "off"]),
) as GuardLimits;

export function organizationOf(given: {
  readonly guards?: "off";
  readonly loginMethod?: "sso" | "password";
}): OrganizationPolicy {
  return {
    loginMethod: given.loginMethod ?? "sso",
    claimedDomains: ["example.org", "example.com"],
    protected: ["admin@example.org"],
    guards: given.guards === "off" ? NO_GUARDS : DEFAULT_GUARDS,
    rateLimit: { requests: 50, seconds: 10 },
  };
}

/** The same profiles, with another rule for accounts that no source gives any more. */
export function withMissing(
  profiles: readonly ProfilePolicy[],
  missing: "suspend" | "delete",
): ProfilePolicy[] {
  return profiles.map((policy) => {
    const { personal, functional } = policy.sync;
    return {
      ...policy,
      sync: { personal: { ...personal, missing }, functional: { ...functional, missing } },
    };
  });
}

export function profileOf(name: string, given: Partial<ProfilePolicy["manages"]> = {}): ProfilePolicy {
  const sync = {
    create: true,
    update: true,
    missing: "suspend",
    disabled: "suspend",
    reactivate: true,
    delegates: true,
  } as const;
  return {
    name,
    manages: {
      kinds: ["personal", "functional"],
      include: [],
      exclude: [{ address: "admin@example.org" }],
      ...given,
    },
    aliases: { excludeDomains: [], unclaimed: "skip" },
    sync: { personal: sync, functional: sync },
  };
}

export const beingsOf = ({ people, desks }: Town): readonly Being[] => [...people, ...desks];

/** What zivsync is shown today. */
export function seenBy(town: Town): Seen {
  const { organization, profiles, books, zivver } = town;
  const beings = beingsOf(town);
  const readings = books.map((book) => readBook(book, beings));
  return { organization, profiles, readings, target: zivver.target() };
}
