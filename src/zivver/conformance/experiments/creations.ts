import { randomBytes } from "node:crypto";
import { asObject, type JsonObject } from "../../../model/values/json.ts";
import { ADDRESS, ZIVVER } from "../../scim/resource.ts";
import { ENTERPRISE } from "../../scim/text-fields.ts";
import { describe, type Lab, type TestAccount } from "../lab/lab.ts";
import { type Seen, Unanswered, unanswered } from "../lab/wire.ts";
import { type Experiment, needed } from "./experiment.ts";
import { ALIAS } from "./lists.ts";

const nameOf = (letter: string) => ({ formatted: `Zivsync Conformance ${letter}` });

/** A plain user with an alias. */
export const firstUser: Experiment = {
  answers: ["create-answer", "no-division", "external-account-id", "json-taken"],
  run: async (lab, bench) => {
    const aliases = [lab.own.addressOf(ALIAS)];
    const extension = { [ZIVVER.personal]: { aliases, delegates: [] } };
    const body = { name: nameOf("A"), active: true };
    const made = await createLeaner(lab, "a", [{ ...body, ...extension }, body]);
    bench.a = made.account;
    lab.note("create-answer", answerIn(made.seen));
    const resource = await lab.read(needed(bench.a));
    lab.note("no-division", asObject(resource[ENTERPRISE]) === undefined ? "absent" : "shown");
    const own = asObject(resource[ZIVVER.personal]);
    lab.note("external-account-id", own?.ExternalAccountId === undefined ? "absent" : "given");
  },
};

/** Created inactive, with a delegate, with a password, and in capitals. */
export const secondUser: Experiment = {
  answers: ["password", "create-inactive", "create-delegates", "address-case"],
  run: async (lab, bench) => {
    const a = needed(bench.a);
    const address = lab.own.addressOf("b").replace("zivsync-conformance", "Zivsync-Conformance");
    const plain = { [ADDRESS.personal]: address, name: nameOf("B"), active: false };
    // With an alias the extension is there, whatever becomes of the delegates.
    const own = { aliases: [lab.own.addressOf("alias-b")], delegates: [a.address] };
    const body = { ...plain, [ZIVVER.personal]: own };
    const password = `Zc-${randomBytes(12).toString("base64url")}-9`;
    const first = await lab.create("personal", "b", { ...body, password }).catch(unanswered);
    const made = first?.account ? first : await createLeaner(lab, "b", [body, plain]);
    bench.b = made.account;
    if (made.account && first)
      lab.note(
        "password",
        first.account ? "taken" : "refused",
        first.account ? undefined : describe(first.seen),
      );
    const b = needed(bench.b);
    const resource = await lab.read(b);
    if (typeof resource.active === "boolean")
      lab.note("create-inactive", resource.active ? "active" : "inactive");
    const shown = String(resource[ADDRESS.personal]);
    b.address = address.toLowerCase();
    lab.note("address-case", shown === address ? "kept" : "lower");
    const delegates = delegatesIn(resource);
    if (delegates !== undefined)
      lab.note("create-delegates", delegates.includes(a.address) ? "kept" : "dropped");
  },
};

export const thirdUser: Experiment = {
  answers: [],
  run: async (lab, bench) => {
    const extension = { [ZIVVER.personal]: { aliases: [], delegates: [] } };
    const body = { name: nameOf("C"), active: true };
    bench.c = (await createLeaner(lab, "c", [{ ...body, ...extension }, body])).account;
    await lab.read(needed(bench.c));
    await lab.list("personal");
  },
};

export const firstGroup: Experiment = {
  answers: ["own-member"],
  run: async (lab, bench) => {
    const members = [needed(bench.a), needed(bench.c)].map(({ id }) => ({ value: id }));
    const body = { displayName: "Zivsync Conformance group", members };
    const extension = { [ZIVVER.functional]: { aliases: [] } };
    const first = await lab.create("functional", "group", { ...body, ...extension });
    const made = first.account ? first : await lab.create("functional", "group", body);
    if (made.account === undefined)
      throw new Unanswered(`A group could not be created: ${short(made.seen)}.`);
    bench.group = made.account;
    const resource = await lab.read(made.account);
    lab.note("own-member", membersIn(resource).includes(made.account.id) ? "yes" : "no");
  },
};

/** Two creations that Zivver refuses; should one be accepted, its account goes with the others. */
export const repeated: Experiment = {
  answers: ["create-twice", "kind-conflict"],
  run: async (lab, bench) => {
    const a = needed(bench.a);
    const twice = await lab.create("personal", "a", { name: nameOf("A"), active: true });
    const answer = twice.seen.ok ? "accepted" : twice.seen.status === 409 ? "conflict" : "other";
    lab.note("create-twice", answer, twice.seen.ok ? undefined : describe(twice.seen));
    const group = await lab.create("functional", "a", { displayName: "Zivsync Conformance A", members: [] });
    lab.note("kind-conflict", kindAnswer(group.seen), group.seen.ok ? undefined : describe(group.seen));
    await lab.read(a);
  },
};

function kindAnswer(seen: Seen): "accepted" | "known" | "other" {
  if (seen.ok) return "accepted";
  return seen.status === 409 || /outside the organi[sz]ation/i.test(seen.body) ? "known" : "other";
}

/** Creates a user with the first of these bodies that is accepted. Throws Unanswered with the last refusal. */
async function createLeaner(
  lab: Lab,
  name: string,
  bodies: readonly JsonObject[],
): Promise<{ readonly seen: Seen; readonly account: TestAccount | undefined }> {
  let refused = "";
  for (const body of bodies) {
    const made = await lab.create("personal", name, body);
    if (made.seen.ok || made.account) return made;
    refused = short(made.seen);
  }
  throw new Unanswered(`A user could not be created: ${refused}.`);
}

function short(seen: Seen): string {
  return describe({ ...seen, body: seen.body.slice(0, 80) });
}

function answerIn({ json }: Seen): "whole" | "brief" | "empty" {
  const resource = asObject(json);
  if (resource?.id === undefined) return "empty";
  return resource.name === undefined && resource.active === undefined ? "brief" : "whole";
}

/** The delegates of a user; undefined where the server has no such attribute. */
export function delegatesIn(resource: JsonObject): readonly string[] | undefined {
  const extension = asObject(resource[ZIVVER.personal]);
  if (extension === undefined) return undefined;
  return textsIn(extension.delegates);
}

export function textsIn(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map((one) => String(one).toLowerCase()) : [];
}

export function membersIn(resource: JsonObject): readonly string[] {
  const { members } = resource;
  return Array.isArray(members) ? members.map((one) => String(asObject(one)?.value)) : [];
}
