import { randomBytes } from "node:crypto";
import { asObject, type JsonObject } from "../../../model/values/json.ts";
import { refusalOf } from "../../http/refusals.ts";
import { ADDRESS, ZIVVER } from "../../scim/resource.ts";
import { ENTERPRISE } from "../../scim/text-fields.ts";
import { describe, isAddress, type Lab, type TestAccount } from "../lab/lab.ts";
import { type Seen, Unanswered } from "../lab/wire.ts";
import type { QuestionId } from "../questions/questions.ts";
import { delegatesIn, textsIn } from "./creations.ts";
import { type Experiment, needed } from "./experiment.ts";
import { ALIAS } from "./lists.ts";

const NICK = "Conformance";
const name = (formatted: string) => ({ name: { formatted } });
const extension = (own: JsonObject) => ({ [ZIVVER.personal]: own });

/** Throws Unanswered for a write that was refused although the experiment needs it. */
function accepted(seen: Seen): void {
  if (!seen.ok) throw new Unanswered(`A change that it needs was refused: ${describe(seen).slice(0, 120)}.`);
}

export const putTop: Experiment = {
  answers: ["put-top"],
  run: async (lab, bench) => {
    const b = needed(bench.b);
    accepted(await lab.put(b, { ...name("Conformance with a nickname"), nickName: NICK }));
    if ((await lab.read(b)).nickName !== NICK) throw new Unanswered("A nickname is not kept at all.");
    accepted(await lab.put(b, name("Conformance without a nickname")));
    lab.note("put-top", (await lab.read(b)).nickName === NICK ? "kept" : "cleared");
    await lab.list("personal");
  },
};

export const putExtension: Experiment = {
  answers: ["put-extension", "put-external-id"],
  run: async (lab, bench) => {
    const [a, b] = [needed(bench.a), needed(bench.b)];
    const aliases = [lab.own.addressOf("alias-b")];
    const hasExternalId = externalIdIn(await lab.read(b)) !== undefined;
    accepted(await lab.put(b, { ...name("B"), ...extension({ aliases, delegates: [a.address] }) }));
    const written = await lab.read(b);
    if (hasExternalId) lab.note("put-external-id", externalIdIn(written) === undefined ? "erased" : "kept");
    const before = delegatesIn(written);
    if (!before?.includes(a.address)) throw new Unanswered("Delegates are not kept at all.");
    accepted(await lab.put(b, { ...name("B"), ...extension({ aliases }) }));
    const after = delegatesIn(await lab.read(b)) ?? [];
    lab.note("put-extension", after.includes(a.address) ? "kept" : "erased");
    await lab.list("personal");
  },
};

function externalIdIn(resource: JsonObject): unknown {
  return asObject(resource[ZIVVER.personal])?.ExternalAccountId;
}

export const emptyExtension: Experiment = {
  answers: ["account-key", "empty-extension"],
  run: async (lab, bench) => {
    const c = needed(bench.c);
    const key = randomBytes(12).toString("hex");
    const own = { aliases: [], delegates: [], SsoAccountKey: key };
    const withNull = await lab.put(c, { ...name("C"), ...extension({ ...own, ExternalAccountId: null }) });
    if (!withNull.ok) accepted(await lab.put(c, { ...name("C"), ...extension(own) }));
    const resource = await lab.read(c);
    lab.note("account-key", JSON.stringify(resource).includes(key) ? "shown" : "hidden");
    const shown = asObject(resource[ZIVVER.personal]);
    const others = Object.keys(shown ?? {}).filter((one) => one !== "aliases" && one !== "delegates");
    // Any other content keeps it from being empty.
    if (others.length > 0) throw new Unanswered(`It could not be emptied: ${others.join(", ")} stays.`);
    lab.note("empty-extension", shown === undefined ? "absent" : "shown");
    await lab.list("personal");
  },
};

export const withoutSchemas: Experiment = {
  answers: ["put-without-schemas"],
  run: async (lab, bench) => {
    const c = needed(bench.c);
    accepted(await lab.put(c, name("C with schemas")));
    const seen = await lab.put(c, { ...name("C without schemas"), schemas: undefined });
    lab.note("put-without-schemas", seen.ok ? "works" : "refused", seen.ok ? undefined : describe(seen));
  },
};

export const unknownDelegate: Experiment = {
  answers: ["unknown-delegate"],
  run: async (lab, bench) => {
    const c = needed(bench.c);
    const nobody = lab.own.addressOf("nobody");
    const seen = await lab.put(c, { ...name("C"), ...extension({ aliases: [], delegates: [nobody] }) });
    if (!seen.ok) lab.note("unknown-delegate", "refused", describe(seen));
    else {
      const found = delegatesIn(await lab.read(c));
      if (found === undefined) throw new Unanswered("Delegates are not kept at all.");
      lab.note("unknown-delegate", found.includes(nobody) ? "taken" : "dropped");
    }
    await lab.put(c, { ...name("C"), ...extension({ aliases: [], delegates: [] }) });
    await lab.list("personal");
  },
};

/** Another primary address, and what becomes of the old one. */
export const renames: Experiment = {
  answers: ["rename-user", "rename-delegates", "old-address"],
  run: async (lab, bench) => {
    const [a, b, c] = [needed(bench.a), needed(bench.b), needed(bench.c)];
    const old = c.address;
    const alias = lab.own.addressOf(ALIAS);
    const naming = await lab.put(a, { ...name("A"), ...extension({ aliases: [alias], delegates: [old] }) });
    const next = lab.own.addressOf("c-renamed");
    const result = await rename(lab, c, next);
    lab.note("rename-user", result.answer, result.detail);
    if (result.answer !== "changed") throw new Unanswered("Primary addresses cannot be changed.");
    await lab.list("personal");
    if (naming.ok) {
      const delegates = delegatesIn(await lab.read(a)) ?? [];
      lab.note(
        "rename-delegates",
        delegates.includes(next) ? "new" : delegates.includes(old) ? "old" : "gone",
      );
    }
    const freed = { aliases: [lab.own.addressOf("alias-b"), old], delegates: [] };
    const taken = await lab.put(b, { ...name("B"), ...extension(freed) });
    lab.note("old-address", taken.ok ? "free" : "taken", taken.ok ? undefined : describe(taken));
  },
};

type Renamed = { readonly answer: "changed" | "ignored" | "refused"; readonly detail?: string };

/** Gives an account of the run another primary address. */
export async function rename(lab: Lab, account: TestAccount, to: string): Promise<Renamed> {
  const attribute = ADDRESS[account.kind];
  const label = account.kind === "personal" ? name("Renamed") : { displayName: "Renamed" };
  const seen = await lab.put(account, { ...label, [attribute]: to });
  if (!seen.ok) return { answer: "refused", detail: describe(seen) };
  if (!isAddress((await lab.read(account))[attribute], to)) return { answer: "ignored" };
  account.address = to;
  return { answer: "changed" };
}

/** Values that Zivver refuses. A value that is accepted after all goes with the account. */
export const refusedValues: Experiment = {
  answers: ["alias-unclaimed", "alias-taken", "division-unknown", "refusal-form"],
  run: async (lab, bench) => {
    const b = needed(bench.b);
    const own = lab.own.addressOf("alias-b");
    const aliases = (more: string) => extension({ aliases: [own, more], delegates: [] });
    const unclaimed = await lab.put(b, { ...name("B"), ...aliases(`${lab.own.run.token}@${UNCLAIMED}`) });
    noteRefusal(lab, "alias-unclaimed", unclaimed, ["target-alias-domain"]);
    const taken = await lab.put(b, { ...name("B"), ...aliases(lab.own.addressOf(ALIAS)) });
    if (taken.ok) {
      const shown = textsIn(asObject((await lab.read(b))[ZIVVER.personal])?.aliases);
      if (shown.includes(lab.own.addressOf(ALIAS))) lab.note("alias-taken", "accepted");
    } else noteRefusal(lab, "alias-taken", taken, ["target-alias-taken"]);
    const division = { [ENTERPRISE]: { division: `/zivsync-conformance-${lab.own.run.token}` } };
    noteRefusal(lab, "division-unknown", await lab.put(b, { ...name("B"), ...division }), [
      "target-division",
    ]);
    await lab.list("personal");
  },
};

/** Reserved for documentation, so no organisation can have claimed it. */
const UNCLAIMED = "zivsync-conformance.example.net";

type Refusal = Extract<QuestionId, "alias-unclaimed" | "alias-taken" | "division-unknown" | "member-unknown">;

export function noteRefusal(lab: Lab, id: Refusal, seen: Seen, codes: readonly string[]): void {
  const { code } = refusalOf(seen, { action: "", where: "", redact: (text) => text });
  const answer = seen.ok ? "accepted" : codes.includes(code) ? "known" : "other";
  lab.note(id, answer, seen.ok ? undefined : describe(seen));
}
