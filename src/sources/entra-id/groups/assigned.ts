import { RemoteError } from "../../../model/values/errors.ts";
import { asText, type JsonObject } from "../../../model/values/json.ts";
import { type Collected, counted } from "../../records/findings.ts";
import type { Graph } from "../service/graph.ts";
import { readList, type Taker } from "../service/lists.ts";
import type { Groups } from "./groups.ts";
import type { MemberReader, Members } from "./members.ts";

class Assignments implements Taker {
  readonly users = new Set<string>();
  readonly groups = new Map<string, string>();
  /** Rows that do not say what is assigned. */
  unclear = 0;
  readonly #all = new Set<string>();
  get size(): number {
    return this.#all.size;
  }
  take(row: JsonObject, principal: string): void {
    // One principal can have several roles of the application.
    this.#all.add(`${principal} ${asText(row.id) ?? asText(row.appRoleId)}`);
    const type = asText(row.principalType)?.toLowerCase();
    if (type === "user") this.users.add(principal);
    else if (type === undefined) this.unclear++;
    else if (type === "group") this.groups.set(principal, asText(row.principalDisplayName) ?? principal);
  }
}

type Assigned = { readonly appId: string; readonly where: string };
type Reading = { readonly graph: Graph; readonly reader: MemberReader; readonly collected: Collected };

/**
 * The members of an enterprise application: users, and the direct members of groups. Entra ID does not count members of
 * groups within those, so neither does zivsync. Throws RemoteError when there is no such application.
 */
export async function readAssigned(
  { appId, where }: Assigned,
  groups: Groups,
  { graph, reader, collected }: Reading,
): Promise<Members> {
  const list = {
    what: "list who is assigned to the application",
    path: `servicePrincipals(appId='${appId}')/appRoleAssignedTo`,
    query: {},
    needs: "Application.Read.All",
    counted: "inline",
    key: "principalId",
  } as const;
  const { taken, gap } = await readList(graph, list, () => new Assignments());
  if (gap?.kind === "missing") {
    const message = `\`assignedTo\` names the application ${appId}, and the tenant has no enterprise application with this id. It would look as if nobody were assigned.`;
    const remedy = "Write the application (client) id, not the object id, of the enterprise application.";
    throw new RemoteError({ code: "address-not-found", where, message, remedy });
  }
  const types = new Map<string, string | undefined>([...taken.users].map((id) => [id, "user"]));
  reader.meet({ types });
  const gaps = gap === undefined ? [] : [gap.words.message];
  if (taken.unclear > 0)
    gaps.push(
      `Of ${counted(taken.unclear, "assignment", "assignments")} Graph does not say whether it is of a user or a group.`,
    );
  const lists = await Promise.all(
    [...taken.groups].map(async ([id, name]) => ({
      name,
      found: await reader.members({ id, name }, "direct"),
    })),
  );
  for (const { name, found } of lists) {
    if (found.gap !== undefined) gaps.push(found.gap);
    const nested = [...found.types].filter(([id, type]) => type === "group" || groups.byId.has(id));
    for (const [id, type] of found.types) if (type !== "group") types.set(id, type);
    if (nested.length === 0) continue;
    const inside = nested.map(([id]) => groups.byId.get(id)?.name ?? id).sort();
    const summary = `The group ${name} is assigned to the application, and holds ${inside.length === 1 ? "the group" : "the groups"} ${inside.join(", ")}. Entra ID counts direct members only, so whoever is in there alone is not assigned, and left out. Assign the inner group itself to take them in.`;
    collected.find("group-nested", "warning", summary, { kind: "personal" });
  }
  return { types, ...(gaps.length === 0 ? {} : { gap: gaps.join(" ") }) };
}
