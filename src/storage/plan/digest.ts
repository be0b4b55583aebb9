import { createHash } from "node:crypto";
import type { Change, FieldChange, SealedKey } from "../../model/plan/change.ts";
import type { GuardResult, Plan } from "../../model/plan/plan.ts";
import { canonicalJson, canonicalPieces } from "../../model/values/canonical-json.ts";

/**
 * All that a plan says and its digest does not cover, each with the reason. Everything else is covered, also what a later
 * version adds. What stands here is protected by the seal alone: without the key it is shown as unverified, or worked out
 * again from what is covered.
 */
export const LEFT_OUT = {
  plan: {
    formatVersion: "how the file is written",
    zivsync: "which version made it",
    createdAt: "when; a signature has its own time",
    expiresAt: "when; a signature has its own end",
    configuration: "where from; apply holds it against the folder that is checked out",
    sources: "where from",
    live: "statistics",
    state: "where from: which writing of the state it was made with",
    deletedAfterDays: "what Zivver is set to do later; nothing of it reaches Zivver",
    summary: "statistics; its totals follow from the changes",
    attention: "statistics; it follows from the findings",
    findings: "why something is not changed",
    waits: "why it needs people",
    standing: "who approved it; apply works that out again from the configuration and the state",
    remember: "what apply keeps in the state; nothing of it reaches Zivver",
    digest: "the digest itself",
    seal: "made of the whole file, the digest included",
  },
  /** Changes are numbered again in every plan: what a change needs is named by the change that it means. */
  change: {
    id: "a number",
    needs: "numbers",
    accountKey: "its keyed digest is covered",
    base: "on what; apply leaves an account alone that is not as it was, and a plan made again after the review has another base",
  },
  field: { origin: "where from", changedIn: "where from" },
  accountKey: { sealed: "encrypted again in every plan" },
  /** Of a guard whose effect was accepted; what the others measured is statistics, and `applicable` says their verdict. */
  guard: { of: "statistics", limit: "statistics", verdict: "always accepted" },
} as const satisfies {
  readonly plan: Naming<Plan>;
  readonly change: Naming<Change<SealedKey> & { readonly accountKey: SealedKey }>;
  readonly field: Naming<FieldChange>;
  readonly accountKey: Naming<SealedKey>;
  readonly guard: Naming<GuardResult>;
};

type Naming<T> = { readonly [K in keyof T]?: string };

/** The parts of a plan that its digest is made of. */
export type Covered = Omit<Plan, keyof typeof LEFT_OUT.plan>;

/**
 * One digest of all that will be done and to whom. Equal changes have equal digests, whenever they were
 * planned, from wherever, and however they are ordered and numbered.
 */
export function digestOf(plan: Covered): string {
  const names = new Map(plan.changes.map((change) => [change.id, nameOf(change)]));
  const said = {
    ...without(plan, LEFT_OUT.plan),
    changes: sorted(plan.changes.map((change) => coveredChange(change, names))),
    guards: sorted(
      plan.guards
        .filter(({ verdict }) => verdict === "accepted")
        .map((guard) => without(guard, LEFT_OUT.guard)),
    ),
  };
  const hash = createHash("sha256");
  for (const piece of canonicalPieces(said)) hash.update(piece);
  return `sha256:${hash.digest("hex")}`;
}

function coveredChange(change: Change<SealedKey>, names: ReadonlyMap<string, string>): object {
  const key = "accountKey" in change ? change.accountKey : undefined;
  return {
    ...without(change, LEFT_OUT.change),
    fields: change.fields.map((field) => without(field, LEFT_OUT.field)),
    accountKey: key && without(key, LEFT_OUT.accountKey),
    needs: change.needs.map((id) => names.get(id) ?? id).sort(),
  };
}

function nameOf({ action, kind, address, ...change }: Change<SealedKey>): string {
  return canonicalJson([action, kind, address, "zivverId" in change ? change.zivverId : ""]);
}

function sorted(items: readonly object[]): readonly string[] {
  return items.map(canonicalJson).sort();
}

function without<T extends object>(object: T, keys: Readonly<Record<string, string>>): object {
  return Object.fromEntries(Object.entries(object).filter(([key]) => !Object.hasOwn(keys, key)));
}
