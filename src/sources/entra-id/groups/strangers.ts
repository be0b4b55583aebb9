import { ServiceFailure } from "../../microsoft/errors/failure.ts";
import { type Collected, counted } from "../../records/findings.ts";
import type { Graph } from "../service/graph.ts";
import { USERS_PERMISSION } from "../users/users.ts";

/** More of them are not asked for: then the list of users lacks too many to be whole. */
export const MOST_STRANGERS = 20;
const NAMED = 3;

type Reading = { readonly graph: Graph; readonly collected: Collected };

/**
 * Asks for each user whom a group names and the list of users lacks. Graph's list of groups and that of users are counted apart, so
 * each is a witness of the other: a user who is there shows that the list of users is short, whatever its number said. One
 * who is gone was deleted a moment ago.
 */
export async function askForStrangers(
  ids: ReadonlySet<string>,
  { graph, collected }: Reading,
): Promise<void> {
  const asked = [...ids].sort().slice(0, MOST_STRANGERS);
  const gone = await Promise.all(asked.map((id) => isGone(graph, id)));
  const open = asked.filter((_, at) => gone[at] !== true);
  const beyond = ids.size - asked.length;
  if (open.length + beyond === 0) return;
  const named = open.slice(0, NAMED).join(", ");
  const who = counted(open.length + beyond, "user", "users");
  const summary = `Groups name ${who} whom the list of users lacks${named === "" ? "" : `, such as ${named}`}: it is not whole. Run zivsync again later: Graph's index can be behind. No personal account is removed because of this source.`;
  collected.find("source-incomplete", "error", summary, { kind: "personal" });
}

async function isGone(graph: Graph, id: string): Promise<boolean> {
  const url = graph.urlOf(`users/${id}`, { $select: "id" });
  const ask = { what: `read the user ${id}`, url, needs: USERS_PERMISSION, eventual: false };
  try {
    await graph.ask(ask);
    return false;
  } catch (error) {
    if (error instanceof ServiceFailure) return error.kind === "missing";
    throw error;
  }
}
