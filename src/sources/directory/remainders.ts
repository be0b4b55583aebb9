import type { MemberList } from "./member-graph.ts";
import { addMembers } from "./member-lists.ts";
import { readRemainder } from "./ranges.ts";
import type { Run } from "./run.ts";

/** Requests that are under way at once: enough to hide the way to the server, few enough not to be a burden. */
const AT_ONCE = 16;

/** Does `work` for each item, some at a time. After the first failure no other is begun. */
export async function forEachAtOnce<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const rest = items[Symbol.iterator]();
  let failed = false;
  const worker = async () => {
    for (let next = rest.next(); !next.done && !failed; next = rest.next()) {
      try {
        await work(next.value);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  const workers = Array.from({ length: Math.min(AT_ONCE, items.length) }, worker);
  await Promise.all(workers);
}

/** Asks for what is still missing of these lists; what cannot be had stays a gap of the list. */
export async function fetchRemainders(
  { session, graph, remainders }: Pick<Run, "session" | "graph" | "remainders">,
  lists: readonly MemberList[],
): Promise<void> {
  const open = lists.filter((list) => remainders.has(list));
  await forEachAtOnce(open, async (list) => {
    let gap: string | undefined;
    for (const rest of remainders.get(list) ?? []) {
      const add = (values: readonly string[]) => addMembers(graph, list, rest.attribute, values);
      gap = (await readRemainder(session, rest, add)) ?? gap;
    }
    list.gap = gap;
    remainders.delete(list);
  });
}
