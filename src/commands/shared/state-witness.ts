import { resolve } from "node:path";
import { validatePlan } from "../../config/schema/plan.ts";
import type { Plan } from "../../model/plan/plan.ts";
import { RefusedError, ZivsyncError } from "../../model/values/errors.ts";
import { readPlan } from "../../storage/plan/plan-file.ts";
import { isSealed, type SealKeys } from "../../storage/plan/seal.ts";
import type { CommandIo } from "./io.ts";
import { type OpenMemory, restoredBy } from "./open-state.ts";

/**
 * Refuses a plan that was made from a newer state than the present one, or from another one of the same number. A state that
 * is gone is not an old one: a plan is right without it.
 */
export function checkStateOf({ state: made }: Plan, file: string, memory: OpenMemory | undefined): void {
  // An older zivsync does not count what it writes.
  if (made === undefined || made.serial === 0 || memory === undefined) return;
  const now = memory.store.witness?.();
  if (now === undefined) return;
  const { serial, digest } = now;
  if (serial > made.serial || (serial === made.serial && digest === made.digest)) return;
  const other =
    serial === made.serial
      ? `another state that was written as number ${serial}`
      : `a state that was written as number ${made.serial}, and the present one is number ${serial}`;
  throw new RefusedError({
    code: "plan-newer-state",
    where: file,
    message: `The plan was made from ${other}: an old state was put back since.`,
    remedy: "Find out who put it back. If the present state is right, make a new plan.",
  });
}

/**
 * Refuses to plan over a plan that was made from a newer state: it is all that shows one where the state is a file. Where
 * the state is gone, it says so.
 */
export async function checkNotOlder(
  output: string,
  memory: OpenMemory | undefined,
  keys: SealKeys,
  io: CommandIo,
): Promise<void> {
  const earlier = memory && (await earlierPlan(output, keys));
  const made = earlier?.state?.serial;
  if (memory === undefined || earlier === undefined || made === undefined || made === 0) return;
  const serial = memory.store.witness?.()?.serial;
  if (serial === undefined) {
    io.note(
      `The state is gone: the plan in ${output} was made from number ${made}. Bring it back if you can; without it accounts are recognised by address alone.`,
    );
    return;
  }
  if (serial >= made || restoredBy(io).restored === serial) return;
  // A state that began again after the plan was made counts from 1; an old one knows of nothing that late.
  const last = memory.state.applied.at(-1)?.at ?? "";
  if (last > earlier.createdAt) return;
  throw new RefusedError({
    code: "state-rolled-back",
    where: output,
    message: `An old state was put back: it was written as number ${serial}, and the plan in this file was made from number ${made}. It would give back links, keys and applied plans that are out of date. Nothing was changed.`,
    remedy: `Find out who put it back, and bring the newest one back. If the old one is meant, run this command once with ZIVSYNC_STATE_RESTORED=${serial} in the environment.`,
  });
}

/** Undefined where there is none, or one that says nothing about this organisation. */
async function earlierPlan(output: string, keys: SealKeys): Promise<Plan | undefined> {
  try {
    const plan = await readPlan(resolve(output), validatePlan);
    return isSealed(plan, keys) ? plan : undefined;
  } catch (error) {
    if (error instanceof ZivsyncError) return undefined;
    throw error;
  }
}
