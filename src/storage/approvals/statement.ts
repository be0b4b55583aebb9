import type { Plan } from "../../model/plan/plan.ts";
import { canonicalJson } from "../../model/values/canonical-json.ts";
import { asObject, parseJson } from "../../model/values/json.ts";
import { CLOCK_TOLERANCE_MS } from "../plan/plan-file.ts";

/**
 * The statement that an approver signs: which plan of which organisation, when, and until when at most the signature holds. It is one
 * line of canonical JSON, so that the text on both sides is the same byte by byte. Version 1 was the digest alone.
 */
export type Statement = {
  readonly formatVersion: 2;
  readonly digest: string;
  readonly organization: string;
  readonly signedAt: string;
  readonly until: string;
};

/** A signature holds as long as the plan that was shown, and also for an equal plan that is made meanwhile. */
export function statementOf({ digest, target, expiresAt }: Plan, now: number): Statement {
  return {
    formatVersion: 2,
    digest,
    organization: target.organization,
    signedAt: new Date(now).toISOString(),
    until: expiresAt,
  };
}

/** The very text that is signed: its line, and the line break at its end. */
export function statementText(statement: Statement): string {
  return `${canonicalJson(statement)}\n`;
}

/** A line as a statement; undefined for any other text, also for a statement that is written in another way. */
export function parseStatement(line: string): Statement | undefined {
  // As long as a statement can be; nothing longer is parsed.
  if (line.length > 1_000 || !line.startsWith("{")) return undefined;
  const { formatVersion, digest, organization, signedAt, until } = asObject(parseJson(line)) ?? {};
  if (formatVersion !== 2 || typeof digest !== "string" || typeof organization !== "string") return undefined;
  if (!isInstant(signedAt) || !isInstant(until)) return undefined;
  // Half a character (a lone surrogate) has no canonical form.
  if (/\p{Cs}/u.test(digest + organization)) return undefined;
  const statement: Statement = { formatVersion, digest, organization, signedAt, until };
  return statementText(statement) === `${line}\n` ? statement : undefined;
}

/** The facts that a statement must match: the plan at hand, how long approvals hold here, and the clock of this machine. */
export type Demand = {
  readonly digest: string;
  readonly organization: string;
  readonly expiresMs: number;
  readonly now: number;
};

/** The reason why a statement says nothing about this plan now, as a clause after who signed it; undefined where it holds. Pure. */
export function statementDoubt(
  { digest, organization, signedAt, until }: Statement,
  demand: Demand,
): string | undefined {
  if (organization !== demand.organization) return "signed a plan of another organisation";
  if (digest !== demand.digest) return "signed another plan";
  const signed = Date.parse(signedAt);
  if (signed > demand.now + CLOCK_TOLERANCE_MS)
    return `signed it at ${signedAt}, and by the clock of this machine that is still to come`;
  // The plan may have claimed a longer time where its seal could not be checked.
  const end = Math.min(Date.parse(until), signed + demand.expiresMs);
  return demand.now < end
    ? undefined
    : `signed it at ${signedAt}, and that held until ${new Date(end).toISOString()}`;
}

function isInstant(value: unknown): value is string {
  if (typeof value !== "string") return false;
  const time = Date.parse(value);
  return !Number.isNaN(time) && new Date(time).toISOString() === value;
}
