import { asText } from "../../../model/values/json.ts";
import { firstOf } from "../../../model/values/text.ts";
import { ServiceFailure } from "../../microsoft/errors/failure.ts";
import type { Graph } from "../service/graph.ts";
import { readList, type Taker } from "../service/lists.ts";
import type { Users } from "../users/users.ts";
import { GROUPS_PERMISSION, type Group, type Groups, HIDDEN_PERMISSION } from "./groups.ts";

/** Everybody and everything in a group, each with its type where Graph says it (`user`, `group`, `orgContact` …). */
export type Members = {
  readonly types: ReadonlyMap<string, string | undefined>;
  /** The reason why some may be missing. */
  readonly gap?: string;
};

type Known = { readonly users: Pick<Users, "byId">; readonly groups: Pick<Groups, "byId"> };

class MemberTaker implements Taker {
  readonly types = new Map<string, string | undefined>();
  get size(): number {
    return this.types.size;
  }
  take(row: { readonly "@odata.type"?: unknown }, id: string): void {
    const type = asText(row["@odata.type"])?.replace(/^#?microsoft\.graph\./i, "");
    this.types.set(id, type);
  }
}

/**
 * Reads the members of groups, ids only. The list is asked for without a type: a list of users alone has been known to
 * lose entries, and this one shows the groups that lie between.
 */
export class MemberReader {
  /** Members whom the list of users lacks. */
  readonly strangers = new Set<string>();
  readonly #graph: Graph;
  readonly #known: Known;
  readonly #mayReadHidden: boolean;
  #asked = 0;

  constructor(graph: Graph, known: Known, roles: readonly string[]) {
    this.#graph = graph;
    this.#known = known;
    this.#mayReadHidden = roles.includes(HIDDEN_PERMISSION);
  }

  /** Lists asked for. */
  get asked(): number {
    return this.#asked;
  }

  /** Members at any depth, or direct ones only. What Graph refuses stays with its group. Nothing is kept: lists can be long. */
  async members(group: Pick<Group, "id" | "name">, depth: "any" | "direct"): Promise<Members> {
    this.#asked++;
    const members = await this.#readOne(group, depth);
    this.meet(members);
    return members;
  }

  /** Takes note of those who are strangers. */
  meet({ types }: Members): void {
    for (const [id, type] of types) if (isStranger(id, type, this.#known)) this.strangers.add(id);
  }

  async #readOne({ id, name }: Pick<Group, "id" | "name">, depth: "any" | "direct"): Promise<Members> {
    const list = {
      what: `list the members of the group ${name}`,
      path: `groups/${id}/${depth === "any" ? "transitiveMembers" : "members"}`,
      query: { $select: "id" },
      needs: GROUPS_PERMISSION,
      counted: "inline",
    } as const;
    try {
      const counted = await readList(this.#graph, list, () => new MemberTaker());
      const { number } = counted;
      // What counts is an index that lags. Of an empty list the directory itself is asked, which does not count.
      const isEmpty = counted.taken.size === 0 && counted.gap === undefined;
      const { taken, gap } = isEmpty
        ? await readList(this.#graph, { ...list, counted: "not" }, () => new MemberTaker())
        : counted;
      const { types } = taken;
      const isUnsaid = types.size === 0 && number === undefined;
      const silent = isUnsaid ? `Graph gave an empty list of members for ${name}, and no number.` : undefined;
      const why = gap?.words.message ?? silent ?? this.#hiddenIn(id, types);
      return { types, ...(why === undefined ? {} : { gap: why }) };
    } catch (error) {
      if (!(error instanceof ServiceFailure)) throw error;
      return { types: new Map(), gap: error.words.message };
    }
  }

  /** Of a group with hidden members Graph gives an empty list, also where it lies within another group. */
  #hiddenIn(id: string, types: ReadonlyMap<string, unknown>): string | undefined {
    if (this.#mayReadHidden) return undefined;
    const hidden = [id, ...types.keys()]
      .map((one) => this.#known.groups.byId.get(one))
      .find((one) => one?.isHidden);
    return (
      hidden &&
      `The members of the group ${hidden.name} are hidden. Give the application ${HIDDEN_PERMISSION}.`
    );
  }
}

/** A user, or what may be one, whom the list of users lacks. */
function isStranger(id: string, type: string | undefined, { users, groups }: Known): boolean {
  return (type === "user" || (type === undefined && !groups.byId.has(id))) && !users.byId.has(id);
}

export type Delegates = {
  readonly addresses: readonly string[];
  /** Not even a device or a contact is in the group. */
  readonly isEmpty: boolean;
  readonly incomplete?: string;
  readonly leftOut?: string;
};

const NAMED = 3;

/** The addresses of the people among the members: enabled, with an address, no guests. Pure. */
export function delegatesOf({ types, gap }: Members, known: Known): Delegates {
  const addresses = new Set<string>();
  const unknown: string[] = [];
  let [guests, contacts] = [0, 0];
  for (const [id, type] of types) {
    const user = known.users.byId.get(id);
    if (user === undefined) {
      if (type === "orgContact") contacts++;
      else if (isStranger(id, type, known)) unknown.push(id);
    } else if (user.standing.type === "person") addresses.add(user.standing.address);
    else if (user.standing.type === "unclear") unknown.push(id);
    else if (user.standing.type === "guest") guests++;
  }
  const isNobodyKnown = types.size > 0 && known.users.byId.size === 0;
  const reasons = [
    ...(gap === undefined ? [] : [gap]),
    ...(isNobodyKnown ? ["No user could be read, so who its members are is not known."] : notKnown(unknown)),
  ];
  const leftOut = leftOutOf(guests, contacts);
  return {
    addresses: [...addresses].sort(),
    isEmpty: types.size === 0,
    ...(reasons.length === 0 ? {} : { incomplete: reasons.join(" ") }),
    ...(leftOut === undefined ? {} : { leftOut }),
  };
}

function notKnown(ids: readonly string[]): readonly string[] {
  if (ids.length === 0) return [];
  return [`Members are not among the users that could be read: ${firstOf([...ids].sort(), NAMED)}.`];
}

function leftOutOf(guests: number, contacts: number): string | undefined {
  const parts = [
    ...(guests === 0 ? [] : [guests === 1 ? "1 guest" : `${guests} guests`]),
    ...(contacts === 0 ? [] : [contacts === 1 ? "1 contact" : `${contacts} contacts`]),
  ];
  if (parts.length === 0) return undefined;
  const [are, accounts] = guests + contacts === 1 ? ["is", "not an account"] : ["are", "not accounts"];
  return `${parts.join(" and ")} among its members ${are} ${accounts} of this source, and left out of the delegates.`;
}
