import { randomUUID } from "node:crypto";
import { KINDS } from "../../../model/account/kind.ts";
import type { Address } from "../../../model/values/address.ts";
import { asObject, type JsonObject } from "../../../model/values/json.ts";
import { lookUpPath, PATHS } from "../../scim/requests.ts";
import {
  describe,
  type Lab,
  LONGEST_LAG_MS,
  resourceIn,
  resourcesIn,
  type TestAccount,
  totalIn,
} from "../lab/lab.ts";
import { type Experiment, needed } from "./experiment.ts";

const NEW_NAME = "Zivsync Conformance, renamed";

/** One change of a name, looked for in the list and in a single reading. */
export const lag: Experiment = {
  answers: ["list-lag", "read-lag", "read-form", "write-answer"],
  run: async (lab, bench) => {
    const account = needed(bench.a);
    const seen = await lab.put(account, { name: { formatted: NEW_NAME } });
    lab.note("write-answer", asObject(seen.json)?.id === undefined ? "empty" : "resource");
    const shown = await lookForNewName(lab, account);
    lab.readLagMs = shown.read ?? LONGEST_LAG_MS;
    lab.listLagMs = shown.list ?? LONGEST_LAG_MS;
    lab.note("read-form", "nothing");
    lab.note("read-lag", lab.readLagMs === 0 ? "at-once" : "late", inWords(shown.read));
    lab.note("list-lag", lab.listLagMs === 0 ? "at-once" : "late", inWords(shown.list));
  },
};

/** After how many milliseconds each sort of reading showed the change; 0 where the first one did. */
async function lookForNewName(
  lab: Lab,
  account: TestAccount,
): Promise<{ readonly read?: number; readonly list?: number }> {
  const start = lab.now();
  const shown: { read?: number; list?: number } = {};
  let isFirst = true;
  await lab.until(async () => {
    const late = () => (isFirst ? 0 : lab.now() - start);
    if (shown.read === undefined && hasNewName(await readOne(lab, account))) shown.read = late();
    if (shown.list === undefined && hasNewName(await findListed(lab, account))) shown.list = late();
    isFirst = false;
    return shown.read === undefined || shown.list === undefined ? undefined : true;
  });
  return shown;
}

async function readOne(lab: Lab, account: TestAccount): Promise<JsonObject | undefined> {
  const seen = await lab.get(account);
  const isList = Array.isArray(asObject(seen.json)?.Resources);
  const resource = resourceIn(seen);
  if (resource) lab.note("read-form", isList ? "list" : "bare");
  return resource;
}

export async function findListed(lab: Lab, account: TestAccount): Promise<JsonObject | undefined> {
  return (await lab.list(account.kind)).find(({ id }) => id === account.id);
}

function hasNewName(resource: object | undefined): boolean {
  return JSON.stringify(resource ?? {}).includes(NEW_NAME);
}

function inWords(milliseconds: number | undefined): string {
  return milliseconds === undefined ? `more than ${LONGEST_LAG_MS} ms` : `${Math.round(milliseconds)} ms`;
}

export const filters: Experiment = {
  answers: ["filter-address", "filter-alias", "count-one"],
  run: async (lab, bench) => {
    const account = needed(bench.a);
    await lab.listed();
    const find = async (address: string) => {
      const seen = await lab.ask({ method: "GET", path: lookUpPath(account.kind, address as Address) });
      if (!seen.ok) return { answer: "refused" as const, detail: describe(seen) };
      // A server that does not know the filter may answer with everybody.
      const hits = resourcesIn(seen.json);
      return {
        answer: hits.length === 1 && hits[0]?.id === account.id ? ("found" as const) : ("nothing" as const),
      };
    };
    const byAddress = await find(account.address);
    lab.note("filter-address", byAddress.answer, byAddress.detail);
    const count = await lab.ask({ method: "GET", path: `${PATHS.personal}?count=1` });
    const listed = resourcesIn(count.json).length;
    if (!count.ok) lab.note("count-one", "refused", describe(count));
    else if (listed > 1 || totalIn(count.json) > 1)
      lab.note("count-one", listed === 1 ? "obeyed" : "ignored");
    const byAlias = await find(lab.own.addressOf(ALIAS));
    lab.note("filter-alias", byAlias.answer, byAlias.detail);
  },
};

/** The alias that the first account is made with. */
export const ALIAS = "alias-a";

export const unknownId: Experiment = {
  answers: ["unknown-id", "refusal-form"],
  run: async (lab) => {
    const seen = await lab.ask({ method: "GET", path: `${PATHS.personal}/${randomUUID()}` });
    const answer = seen.status === 400 ? "bad-request" : seen.status === 404 ? "not-found" : "other";
    lab.note("unknown-id", answer, describe(seen));
    if (!seen.ok)
      lab.note("refusal-form", asObject(seen.json) === undefined ? "text" : "json", describe(seen));
  },
};

/** Of what was listed before and after writes: the order in which the same accounts came. */
export const order: Experiment = {
  answers: ["list-total", "list-whole", "list-order"],
  run: async (lab) => {
    lab.note("list-whole", "whole");
    const shuffled = KINDS.some((kind) => isShuffled(lab, kind));
    lab.note("list-order", shuffled ? "shuffled" : "same");
  },
};

function isShuffled(lab: Lab, kind: (typeof KINDS)[number]): boolean {
  const orders = lab.ordersOf(kind);
  return orders.some((later, at) => {
    const earlier = orders[at - 1] ?? [];
    const common = later.filter((id) => earlier.includes(id));
    return common.join() !== earlier.filter((id) => later.includes(id)).join();
  });
}
