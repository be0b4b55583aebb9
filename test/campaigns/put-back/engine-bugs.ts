import type { EngineBug } from "./bug.ts";
import type { Edit } from "./edit.ts";

/** Bugs of the engine, which the oracle finds. */

const engine = (file: string, was: string, is: string): Edit => ({ file: `src/engine/${file}`, was, is });

/** Records are merged by address, whoever they are, and the first of them says who it is. */
const MERGED_BY_ADDRESS = [
  engine("desired/record-problems.ts", "if (placed.length < 2) continue;", "continue;"),
  engine(
    "desired/desired.ts",
    "records: group,\n    isSeveralPeople",
    "records: group.slice(0, 1),\n    isSeveralPeople",
  ),
  engine("desired/desired.ts", "bystanders.push(...ofMailbox(policy.name, group, candidate.records));", ""),
];

/** A record that is not its account's does not make the account under its address present. */
const NOT_NAMED_AT_ADDRESS = engine(
  "match/match.ts",
  "if (!isLeavers && !isOtherKind) this.#name",
  "if (false) this.#name",
);

const NO_TABLE_SAYS_NONE = [
  engine("readings/statements.ts", 'if (speaking.length === 0) return "not-given";', ""),
  engine("readings/statements.ts", '(isLost ? "lost" : undefined)', "undefined"),
];

/** A link to a record of a source or profile that was renamed is forgotten. */
const RETIRED_SAYS_NOTHING = [
  engine(
    "match/find-by-link-or-address.ts",
    "return isSame ? again(account, match, hasAnchor) : doubtfulLink(account, existing, hasAnchor);",
    "return match;",
  ),
];

const NOT_GIVEN_IS_QUIET = [
  engine("decide/ungiven-fields.ts", "if (applied === undefined ||", "if (true ||"),
];

const WITHOUT_FINDINGS = engine("plan/plan.ts", "findingsAbout(ofIts, only, ofPlanned, decision)", "[]");

const PLAN_BUGS: readonly EngineBug[] = [
  {
    name: "the second of two sources gives somebody a new address first: they get a second account",
    edits: [engine("readings/links.ts", "anchor === undefined || this.#byOther.size === 0", "true")],
    laws: [1],
    day: "the second of two lists gives a new address first",
  },
  {
    name: "a second row with a colleague's address, and the colleague's own row is there: the colleague is suspended",
    edits: [...MERGED_BY_ADDRESS, NOT_NAMED_AT_ADDRESS],
    laws: [2],
    day: "a newcomer's row, which comes first",
  },
  {
    name: "a wrong address typed into one cell suspends the person whose row it is",
    edits: [...MERGED_BY_ADDRESS, NOT_NAMED_AT_ADDRESS],
    laws: [2],
    day: "a colleague's address is typed into somebody's cell",
  },
  {
    name: "two kinds and one table: all functional accounts are emptied",
    edits: NO_TABLE_SAYS_NONE,
    laws: [2],
    day: "the list has no table of desks any more",
  },
  {
    name: "two kinds and one table: all functional accounts are deleted with `missing: delete`",
    edits: NO_TABLE_SAYS_NONE,
    laws: [2],
    day: "the list has no table of desks, and what is missing is deleted",
  },
  {
    name: "an empty functional table keeps every leaver active for ever, quietly",
    edits: [
      engine(
        "readings/statements.ts",
        "if (doubt !== undefined) doubts.raise(policy.name, kind, doubt);",
        "if (doubt !== undefined) for (const every of KINDS) doubts.raise(policy.name, every, doubt);",
      ),
      engine(
        "decide/actions/leavers.ts",
        "findings: [heldBack(action, live, profile, doubt, context)] };",
        "findings: [] };",
      ),
    ],
    laws: [7, 8],
  },
  {
    name: "the column Active is lost or renamed: everybody suspended is reactivated",
    edits: [
      engine("readings/statements.ts", 'if (reading.type !== "declared") lost.set', "if (false) lost.set"),
      engine("decide/actions/actions.ts", "if (!desired.activeNotGiven || ", "if (true || "),
    ],
    laws: [6],
  },
  {
    name: "ids renumbered (leading zeros lost): present people are suspended",
    edits: [
      engine("match/near-ids.ts", "if (!links.hasUnanswered) return undefined;", "return undefined;"),
      engine(
        "match/find-by-link-or-address.ts",
        "if (isSame || isPlausible) return again",
        "return NOT_FOUND; if (isSame || isPlausible) return again",
      ),
      NOT_NAMED_AT_ADDRESS,
    ],
    laws: [2],
  },
  {
    name: "an id that is mangled on the day of a rename: the person is suspended",
    edits: [
      engine(
        "match/match.ts",
        "holds.length === 0 ? findUnidentified(candidate, found, this.#input) : NO_DOUBT",
        "NO_DOUBT",
      ),
      engine(
        "match/find-renamed-by-former-address.ts",
        'if (link === "gone" && !isRelated',
        'if (link === "gone"',
      ),
    ],
    laws: [2],
  },
  {
    name: "a leaver's account goes to a newcomer after a source was renamed",
    edits: RETIRED_SAYS_NOTHING,
    laws: [3],
    day: "after the source was renamed",
  },
  {
    name: "a leaver's account goes to a newcomer after a profile was renamed",
    edits: RETIRED_SAYS_NOTHING,
    laws: [3],
    day: "after the profile was renamed",
  },
  {
    name: "a leaver's account that was never linked goes to a newcomer",
    edits: [
      engine("match/find-by-link-or-address.ts", "return mayBeLeavers(account, existing)", "return false"),
    ],
    laws: [3],
  },
  {
    name: "a leaver's account goes to a successor who has the address as an alias",
    edits: [
      engine(
        "match/find-renamed-by-former-address.ts",
        'if (link === "none") return isRelated ||',
        'if (link === "none") return true ||',
      ),
    ],
    laws: [3],
  },
  {
    name: "an alias renames an account of which an incomplete source does not show the record",
    edits: [
      engine(
        "match/find-renamed-by-former-address.ts",
        "!canBeIts || isDoubtful(candidate) ||",
        "!canBeIts ||",
      ),
    ],
    laws: [3],
    day: "whom a half-read source does not show",
  },
  {
    name: "`disabledUsers: true`, or a row moved to the functional table: the person's account stays active",
    edits: [
      engine(
        "match/find-by-link-or-address.ts",
        "held(account, isLeaving ? [] : [existing]",
        "held(account, [existing]",
      ),
      engine("match/match.ts", 'atAddress.kind === "personal" && isFunctionalOnly(candidate)', "false"),
      engine("desired/record-problems.ts", "if (!areDisabled) return group;", "return group;"),
    ],
    laws: [8],
  },
  {
    name: "delegates that were declared in Git and are removed there stay, quietly",
    edits: NOT_GIVEN_IS_QUIET,
    laws: [6],
    day: "delegates that were declared in Git are removed there",
  },
  {
    name: "aliases that were declared in Git and are removed there stay, quietly",
    edits: NOT_GIVEN_IS_QUIET,
    laws: [6],
    day: "aliases that were declared in Git for a desk are removed there",
  },
  {
    name: "the desk takes over a leaver's address: member removals are frozen",
    edits: [
      engine(
        "decide/address-moves.ts",
        "if (after.address !== address) return { ...intent",
        "if (after.address !== address) return undefined && { ...intent",
      ),
    ],
    laws: [7, 8],
  },
  {
    name: "a bad alias cell beside `Active: no`: the account stays active",
    edits: [
      engine(
        "decide/actions/actions.ts",
        'desired.held?.has("active") === true;',
        "(desired.held?.size ?? 0) > 0;",
      ),
      engine(
        "decide/actions/actions.ts",
        "if (!isDue || isProtected(context.organization.protected, live)) return changed;",
        "if (true) return changed;",
      ),
    ],
    laws: [7, 8],
  },
  {
    name: "a change of division moves a person out of their own profile",
    edits: [
      engine("decide/actions/leaving-scope.ts", "if (isManaged(intent) ||", "if (true ||"),
      engine(
        "match/find-renamed-by-link.ts",
        'held(account, [linked], "link-outside"',
        'held(account, [], "link-outside"',
      ),
      engine(
        "match/match.ts",
        "if (anchor !== undefined) this.#name(links.accountsOf(anchor), account);",
        "",
      ),
      NOT_NAMED_AT_ADDRESS,
    ],
    laws: [2, 8],
    day: "a division takes a person out of their own profile",
  },
  {
    name: "13 of the 14 people of a small profile are suspended beside a large one",
    edits: [engine("guards/guards.ts", "if (managedBy.size < 2) return inAll;", "return inAll;")],
    laws: [9],
    day: "13 of the 14 people of a small profile are disabled",
  },
  {
    name: "the first plan suspends the administrators, and nobody is protected",
    edits: [engine("guards/guards.ts", "if (!protectsNobody || measured === 0) return [];", "return [];")],
    laws: [9],
    day: "the first plan suspends an administrator",
  },
  {
    name: "`--only` calls a desk unchanged that the whole plan changes",
    edits: [
      engine(
        "decide/decide.ts",
        "intents: carriedOut,\n        possible,",
        "intents: carriedOut,\n        possible: carriedOut,",
      ),
      WITHOUT_FINDINGS,
    ],
    laws: [13],
    day: "a desk alone is planned on the day when its member",
  },
  {
    name: "`--only` calls a person unchanged whom the whole plan renames",
    edits: [
      engine(
        "plan/plan.ts",
        "if (live && (live.address === only || live.aliases.includes(only))) return true;",
        "",
      ),
      WITHOUT_FINDINGS,
    ],
    laws: [13],
    day: "one of the two is planned alone by the new address",
  },
  {
    name: "accounts with single sign-on whose record has no key: name changes are held, too",
    edits: [
      engine("decide/actions/actions.ts", "(links.memoryOf(live)?.accountKey !== undefined ||", "(true ||"),
      engine(
        "decide/actions/actions.ts",
        "const { delegates: _, ...rest } = desired;",
        "const { delegates: _, fullName: __, ...rest } = desired;",
      ),
    ],
    laws: [7],
    day: "no source gives an account key, and somebody marries",
  },
];

/** An address in a list means whoever holds it in Zivver now. */
const MEANS_THE_HOLDER = [
  engine(
    "decide/references.ts",
    "const claims = this.#byPrimary.get(address) ?? this.#byAlias.get(address);",
    `const claims = this.#byPrimary.get(address) ?? this.#byAlias.get(address);
     const holder = this.#input.live.byAddress.get(address);
     if (holder) return { type: "known", id: holder.zivverId, name: this.nameOf(holder) };`,
  ),
];

const GETS_IN = "the present holder of the address gets in";

const ACCESS_BUGS: readonly EngineBug[] = [
  {
    name: `a delegate's record waits: ${GETS_IN}`,
    edits: MEANS_THE_HOLDER,
    laws: [4],
    day: "a member's row waits",
  },
  {
    name: `a delegate is disabled: ${GETS_IN}`,
    edits: MEANS_THE_HOLDER,
    laws: [4],
    day: "a member is disabled",
  },
  {
    name: `a delegate is out of the profile: ${GETS_IN}`,
    edits: MEANS_THE_HOLDER,
    laws: [4],
    day: "a member's row is out of scope",
  },
  {
    name: `a list is planned with \`--only\`: ${GETS_IN}`,
    edits: MEANS_THE_HOLDER,
    laws: [4],
    day: "the desk alone is planned on the day of a swap",
  },
  {
    name: `a list is planned with \`--profile\`: ${GETS_IN}`,
    edits: MEANS_THE_HOLDER,
    laws: [4],
    day: "the profile of desks alone is planned",
  },
  {
    name: `a delegate's rename is held: ${GETS_IN}`,
    edits: MEANS_THE_HOLDER,
    laws: [4],
    day: "a member's new address is still a leaver's",
  },
  {
    name: "revert after mixed-up rows sends Bob's key to Ann",
    edits: [
      engine(
        "revert/keys.ts",
        "pairs.flatMap(({ desired, live: { zivverId, fullName } }) => {",
        `pairs.flatMap(({ desired, live: { fullName } }) => {
           const zivverId = pairs.find(({ live }) => live.address === desired.address)?.live.zivverId ?? "";`,
      ),
      engine("revert/keys.ts", "return isIts && desired.accountKey", "return desired.accountKey"),
    ],
    laws: [5],
    day: "a revert after addresses went back",
  },
  {
    name: "revert readmits somebody who was removed since",
    edits: [
      engine(
        "revert/lists.ts",
        "const next = undone(listed, ",
        'const next = start.before?.kind === "functional" ? start.before.members : undone(listed, ',
      ),
    ],
    laws: [11],
    day: "a revert readmits a member",
  },
  {
    name: "a killed apply, then an administrator reactivates and edits: the resumed apply deletes",
    edits: [
      engine("apply/settle.ts", "if (past.conflict || !mayGoOn(", "if (!session.past.hasBegun && !mayGoOn("),
    ],
    laws: [10],
    day: "a resumed apply deletes an account",
  },
  {
    name: "a plan with a name that meanwhile went to somebody else lets that person in",
    edits: [
      engine(
        "apply/accounts/delegates.ts",
        "const id = accounts?.[side][position] ?? null;",
        "const id = world.holderOf(name as Address) ?? accounts?.[side][position] ?? null;",
      ),
    ],
    laws: [4],
    day: "the name of a new member goes to somebody else",
  },
];

export const ENGINE_BUGS: readonly EngineBug[] = [...PLAN_BUGS, ...ACCESS_BUGS];
