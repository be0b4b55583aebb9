import { randomUUID } from "node:crypto";
import { asObject, type JsonObject } from "../../../model/values/json.ts";
import { JSON_TYPE, PATHS } from "../../scim/requests.ts";
import { ZIVVER } from "../../scim/resource.ts";
import { describe, type Lab, SCIM_JSON, type TestAccount } from "../lab/lab.ts";
import { type Seen, Unanswered } from "../lab/wire.ts";
import { membersIn } from "./creations.ts";
import { type Experiment, needed } from "./experiment.ts";
import { findListed } from "./lists.ts";
import { noteRefusal, rename } from "./users.ts";

const NAME = { displayName: "Zivsync Conformance group", [ZIVVER.functional]: { aliases: [] } };
const values = (...accounts: readonly TestAccount[]) => accounts.map(({ id }) => ({ value: id }));

async function has(lab: Lab, group: TestAccount, member: TestAccount): Promise<boolean> {
  return membersIn(await lab.read(group)).includes(member.id);
}

/** Puts a member into the group, so that an experiment can take it out. Throws Unanswered. */
async function fill(lab: Lab, group: TestAccount, members: readonly TestAccount[]): Promise<void> {
  const seen = await lab.put(group, { ...NAME, members: values(...members) });
  const [first] = members;
  if (!seen.ok || (first && !(await has(lab, group, first))))
    throw new Unanswered("A member could not be put into a group.");
}

export const putMembers: Experiment = {
  answers: ["put-no-members", "put-empty-members"],
  run: async (lab, bench) => {
    const [group, a] = [needed(bench.group), needed(bench.a)];
    if (!(await has(lab, group, a))) await fill(lab, group, [a]);
    const without = await lab.put(group, NAME);
    if (without.ok) lab.note("put-no-members", (await has(lab, group, a)) ? "kept" : "cleared");
    if (!(await has(lab, group, a))) await fill(lab, group, [a]);
    const empty = await lab.put(group, { ...NAME, members: [] });
    if (!empty.ok) lab.note("put-empty-members", "refused", describe(empty));
    else lab.note("put-empty-members", (await has(lab, group, a)) ? "kept" : "emptied");
    await lab.list("personal");
  },
};

export const patches: Experiment = {
  answers: ["patch-media-type", "patch-replace", "patch-add", "patch-remove"],
  run: async (lab, bench) => {
    const [group, a, c] = [needed(bench.group), needed(bench.a), needed(bench.c)];
    const replace = { op: "replace", path: "members", value: values(a) };
    const plain = await lab.patch(group, replace, JSON_TYPE);
    const needsScim = plain.status === 415 || plain.status === 406;
    if (plain.ok || needsScim) lab.note("patch-media-type", needsScim ? "needed" : "any");
    lab.note(
      "patch-replace",
      ...(await outcome(await lab.patch(group, replace, SCIM_JSON), () => has(lab, group, a))),
    );
    const add = await lab.patch(group, { op: "add", path: "members", value: values(c) });
    lab.note("patch-add", ...(await outcome(add, () => has(lab, group, c))));
    if (!(await has(lab, group, a)) && !(await has(lab, group, c))) await fill(lab, group, [a]);
    const remove = await lab.patch(group, { op: "remove", path: "members" });
    const isEmpty = async () => !(await has(lab, group, a)) && !(await has(lab, group, c));
    lab.note("patch-remove", ...(await outcome(remove, isEmpty)));
  },
};

async function outcome(
  seen: Seen,
  isDone: () => Promise<boolean>,
): Promise<["works" | "ignored" | "refused", string?]> {
  if (!seen.ok) return ["refused", describe(seen)];
  return [(await isDone()) ? "works" : "ignored"];
}

export const unknownMember: Experiment = {
  answers: ["member-unknown"],
  run: async (lab, bench) => {
    const group = needed(bench.group);
    const seen = await lab.put(group, { ...NAME, members: [{ value: randomUUID() }] });
    noteRefusal(lab, "member-unknown", seen, ["target-member-unknown"]);
  },
};

export const groupRename: Experiment = {
  answers: ["rename-group"],
  run: async (lab, bench) => {
    const renamed = await rename(lab, needed(bench.group), lab.own.addressOf("group-renamed"));
    lab.note("rename-group", renamed.answer, renamed.detail);
  },
};

/** An account with an alias and one with a member, in the lists and by themselves; then a suspended one. */
export const listed: Experiment = {
  answers: ["list-fields", "list-suspended"],
  run: async (lab, bench) => {
    const [group, a, c] = [needed(bench.group), needed(bench.a), needed(bench.c)];
    await fill(lab, group, [a]);
    await lab.listed();
    const lacking: string[] = [];
    for (const account of [a, group]) {
      const shown = await findListed(lab, account);
      if (shown === undefined) throw new Unanswered("An account was not listed.");
      lacking.push(...keysLacking(shown, await lab.read(account)));
    }
    if (lacking.length === 0) lab.note("list-fields", "all");
    else lab.note("list-fields", "fewer", [...new Set(lacking)].join(", "));
    await lab.put(c, { name: { formatted: "C suspended" }, active: false });
    if ((await lab.read(c)).active !== false) throw new Unanswered("A user could not be suspended.");
    await lab.listed();
    lab.note("list-suspended", (await findListed(lab, c)) ? "shown" : "hidden");
    await lab.put(c, { name: { formatted: "C reactivated" }, active: true });
  },
};

/** The attributes that a resource has by itself and lacks in a list. */
function keysLacking(shown: JsonObject, alone: JsonObject): readonly string[] {
  return Object.entries(alone).flatMap(([key, value]) => {
    if (key === "meta" || isEmpty(value)) return [];
    if (shown[key] === undefined) return [key];
    const inner = asObject(value);
    return inner ? keysLacking(asObject(shown[key]) ?? {}, inner) : [];
  });
}

function isEmpty(value: unknown): boolean {
  return value === null || value === "" || (Array.isArray(value) && value.length === 0);
}

/** Deletes a user who is a member of the group. */
export const deletion: Experiment = {
  answers: ["delete", "deleted-member"],
  run: async (lab, bench) => {
    const [group, a, c] = [needed(bench.group), needed(bench.a), needed(bench.c)];
    await fill(lab, group, [c, a]).catch(() => undefined);
    const isMember = await has(lab, group, c);
    const seen = await lab.ask({ method: "DELETE", path: `${PATHS.personal}/${encodeURIComponent(c.id)}` });
    if (!seen.ok) {
      lab.note("delete", "refused", describe(seen));
      throw new Unanswered("An account could not be deleted.");
    }
    await lab.settled();
    const gone = await lab.until(async () => ((await lab.get(c)).ok ? undefined : true));
    lab.note("delete", gone ? "removed" : "stays", String(seen.status));
    if (gone) lab.own.remove(c.id);
    if (!isMember) throw new Unanswered("A member could not be put into a group.");
    lab.note("deleted-member", (await has(lab, group, c)) ? "stays" : "gone");
  },
};
