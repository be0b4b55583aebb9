import type { LdapSession } from "../../ldap/protocol/types.ts";

/** The root DSE: what a server says about itself (RFC 4512, 5.1), by attribute. Read once, and only when it is needed. */
export type RootDse = () => Promise<(attribute: string) => readonly string[]>;

const ASKED = ["namingContexts", "defaultNamingContext", "isSynchronized", "isGlobalCatalogReady"];

/** The root DSE of the server that a session is with. Rejects with LdapFailure. */
export function rootDse(session: LdapSession): RootDse {
  let known: ReturnType<RootDse> | undefined;
  return () => {
    known ??= read(session);
    return known;
  };
}

async function read(session: LdapSession): ReturnType<RootDse> {
  const values = new Map<string, readonly string[]>();
  const query = { base: "", filter: "(objectClass=*)", attributes: ASKED };
  await session.lookUp(query, (entry) => {
    for (const name of ASKED) values.set(name, entry.texts(name));
  });
  return (attribute) => values.get(attribute) ?? [];
}
