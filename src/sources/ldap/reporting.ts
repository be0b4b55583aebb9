import type { LdapSession } from "./protocol/types.ts";

/** Entries between two reports: seldom enough to cost nothing. */
const EVERY = 500;

/** The same session, which reports from time to time how many entries its searches have given. */
export function reporting(session: LdapSession, onEntries: (entries: number) => void): LdapSession {
  let entries = 0;
  return {
    ...session,
    search: (query, onEntry) =>
      session.search(query, (entry) => {
        onEntry(entry);
        if (++entries % EVERY === 0) onEntries(entries);
      }),
  };
}
