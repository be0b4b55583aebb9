import { type Change, isRemoval } from "../../model/plan/change.ts";

/** Lets at most `width` tasks run at a time, first come, first served. */
function gate(width: number): <T>(task: () => Promise<T>) => Promise<T> {
  let free = width;
  const waiting: (() => void)[] = [];
  return async (task) => {
    if (free > 0) free--;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await task();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else free++;
    }
  };
}

/**
 * Runs every change once, several at a time, each after what it needs, and every removal after all that stands before it
 * in the plan and removes nothing. `run` must not reject for what a change can do wrong; when it does, all is awaited first.
 */
export async function runInOrder(
  changes: readonly Change[],
  width: number,
  run: (change: Change) => Promise<void>,
): Promise<void> {
  const enter = gate(width);
  const started = new Map<string, Promise<void>>();
  const building: Promise<void>[] = [];
  let barrier: { readonly size: number; readonly done: Promise<unknown> } = {
    size: 0,
    done: Promise.resolve(),
  };
  for (const change of changes) {
    const removes = isRemoval(change);
    if (removes && barrier.size !== building.length)
      barrier = { size: building.length, done: Promise.allSettled(building) };
    const before = [
      ...change.needs.flatMap((id) => started.get(id) ?? []),
      ...(removes ? [barrier.done] : []),
    ];
    const done = Promise.allSettled(before).then(() => enter(() => run(change)));
    started.set(change.id, done);
    if (!removes) building.push(done);
  }
  const results = await Promise.allSettled(started.values());
  for (const result of results) if (result.status === "rejected") throw result.reason;
}
