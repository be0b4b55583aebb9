import { LdapFailure, type LdapSession } from "../../ldap/protocol/types.ts";
import type { MemberList } from "./member-graph.ts";

/** The attribute that a class of groups may not go without in most directories (RFC 4519; in some it may). */
export const REQUIRED_MEMBERS: Readonly<Record<string, string>> = {
  groupofnames: "member",
  groupofuniquenames: "uniqueMember",
};

/** By class, in lower case, the attributes that name the members of such groups. */
const MEMBERS: Readonly<Record<string, string>> = {
  ...REQUIRED_MEMBERS,
  groupofmembers: "member",
  group: "member",
  posixgroup: "memberUid",
};

/** The reason why members may be missing where no entry has any: a list that may not be read looks like an empty one. */
export const NOBODY_IN_ANY =
  "no entry that was read has anybody in it, so it may be that this may not be read";
const HIDDEN = "its kind of group cannot be without members here, and shows none, so they may not be read";

/** The attributes, in lower case, in which a group of these classes would name its members. */
export function memberAttributesOf(classes: readonly string[]): readonly string[] {
  return classes.flatMap((name) => MEMBERS[name.toLowerCase()]?.toLowerCase() ?? []);
}

/** Reads once which of those classes the schema of a directory holds to it, and only if anybody asks. */
export class GroupSchema {
  readonly #session: LdapSession;
  readonly #shown = new Set<string>();
  #strict: Promise<ReadonlySet<string>> | undefined;

  constructor(session: LdapSession) {
    this.#session = session;
  }

  /** Notes that some group shows members in this attribute. */
  meet(attribute: string): void {
    this.#shown.add(attribute.toLowerCase());
  }

  /**
   * Marks the empty lists that may lack members: by the word of the schema, or because no group at all shows members
   * where groups of their classes name them. Rejects with LdapFailure.
   */
  async markHidden(lists: readonly MemberList[]): Promise<void> {
    await this.#markRequired(lists);
    for (const list of lists) {
      const { emptyOf = [] } = list;
      if (emptyOf.length > 0 && !emptyOf.some((name) => this.#shown.has(name))) list.gap ??= NOBODY_IN_ANY;
    }
  }

  async #markRequired(lists: readonly MemberList[]): Promise<void> {
    const open = lists.filter(({ gap, emptyClass }) => emptyClass !== undefined && gap === undefined);
    if (open.length === 0) return;
    this.#strict ??= strictClasses(this.#session);
    const strict = await this.#strict;
    for (const list of open) if (strict.has(list.emptyClass ?? "")) list.gap = HIDDEN;
  }
}

async function strictClasses(session: LdapSession): Promise<ReadonlySet<string>> {
  const strict = new Set<string>();
  for (const base of await valuesOf(session, "", "subschemaSubentry")) {
    for (const definition of await valuesOf(session, base, "objectClasses")) {
      for (const name of namesIn(definition)) {
        const attribute = REQUIRED_MEMBERS[name]?.toLowerCase();
        if (attribute !== undefined && requiredBy(definition).includes(attribute)) strict.add(name);
      }
    }
  }
  return strict;
}

/** Nothing where the server refuses to say. */
async function valuesOf(session: LdapSession, base: string, attribute: string): Promise<readonly string[]> {
  let values: readonly string[] = [];
  try {
    await session.lookUp({ base, filter: "(objectClass=*)", attributes: [attribute] }, (entry) => {
      values = entry.texts(attribute);
    });
  } catch (error) {
    if (!(error instanceof LdapFailure) || error.resultCode === undefined) throw error;
  }
  return values;
}

/** RFC 4512, 4.1.1: `NAME 'person'` or `NAME ( 'one' 'other' )`. */
function namesIn(definition: string): readonly string[] {
  const names = /\bNAME\s+(?:\(([^)]*)\)|('[^']*'))/.exec(definition);
  return [...(names?.[1] ?? names?.[2] ?? "").matchAll(/'([^']*)'/g)].map(([, name = ""]) =>
    name.toLowerCase(),
  );
}

/** The same: `MUST cn` or `MUST ( member $ cn )`. Text in quotes is description. */
function requiredBy(definition: string): readonly string[] {
  const must = /\bMUST\s+(?:\(([^)]*)\)|([\w.;-]+))/.exec(definition.replace(/'[^']*'/g, "''"));
  return (must?.[1] ?? must?.[2] ?? "").split("$").map((name) => name.trim().toLowerCase());
}
