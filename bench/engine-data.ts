/** What bench/engine.mjs needs of the engine and of the tests' made-up accounts, for one bundle. */
import { Secret } from "../src/model/values/secret.ts";

export { buildPlan } from "../src/engine/plan/plan.ts";
export { desk, deskRecord, inputOf, known, person, record } from "../test/support/engine.ts";

/** The same data with every text as a reader gives it: in one piece, where a template's is a tree of its parts. */
export function asRead<T>(value: T): T {
  if (typeof value === "string") return Buffer.from(value).toString() as T;
  if (Array.isArray(value)) return value.map(asRead) as T;
  if (value instanceof Secret) return new Secret(asRead(value.reveal())) as T;
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, asRead(one)])) as T;
}
