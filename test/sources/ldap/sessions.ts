import { type Problem, ZivsyncError } from "../../../src/model/values/errors.ts";
import { Secret } from "../../../src/model/values/secret.ts";
import { type LdapEntry, LdapFailure, type LdapSession } from "../../../src/sources/ldap/protocol/types.ts";
import { openSession, type SessionConfig } from "../../../src/sources/ldap/session.ts";

export const WHERE = "profiles/staff.yaml:12:5";
export const PASSWORD = "correct horse battery";

export const SIMPLE = {
  type: "simple",
  user: "CORP\\svc-zivsync",
  password: { env: "AD_PASSWORD" },
} as const;

export function sessionConfig(urls: readonly string[], changes: Partial<SessionConfig> = {}): SessionConfig {
  return {
    name: "head-office",
    where: WHERE,
    urls,
    startTls: false,
    pageSize: 500,
    timeouts: { connectMs: 2_000, answerMs: 2_000 },
    bind: SIMPLE,
    ...changes,
  };
}

export async function readPassword(): Promise<Secret> {
  return new Secret(PASSWORD);
}

export function openTo(urls: readonly string[], changes: Partial<SessionConfig> = {}): Promise<LdapSession> {
  return openSession(sessionConfig(urls, changes), readPassword);
}

/** The problems that something was refused with; what is not a refusal of zivsync's is thrown on. */
export async function problemsOf(work: Promise<unknown>): Promise<readonly Problem[]> {
  try {
    await work;
  } catch (error) {
    if (error instanceof LdapFailure) return [error.problem];
    if (error instanceof ZivsyncError) return error.problems;
    throw error;
  }
  throw new Error("It succeeded.");
}

export async function failureOf(work: Promise<unknown>): Promise<LdapFailure> {
  try {
    await work;
  } catch (error) {
    if (error instanceof LdapFailure) return error;
    throw error;
  }
  throw new Error("It succeeded.");
}

export const PEOPLE = {
  base: "DC=corp,DC=example,DC=org",
  scope: "subtree",
  filter: "(objectClass=user)",
  attributes: ["cn", "mail"],
} as const;

/** Searches for all, and gives the DNs. */
export async function dnsOf(session: LdapSession): Promise<{ dns: string[]; referrals: readonly string[] }> {
  const dns: string[] = [];
  const { referrals } = await session.search(PEOPLE, (entry: LdapEntry) => dns.push(entry.dn));
  return { dns, referrals };
}
