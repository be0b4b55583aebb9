import { forEachAtOnce } from "../context/at-once.ts";
import type { Run } from "../context/context.ts";
import { readRemainder } from "../search/ranges.ts";
import type { MemberList } from "./member-graph.ts";
import { addMembers } from "./member-lists.ts";

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
