import { describe, expect, it } from "vitest";
import type { Plan } from "../../src/model/plan/plan.ts";
import { accountAt } from "../../src/simulator/index.ts";
import {
  ACCOUNT_KEY,
  organizationYaml,
  PROFILE_YAML,
  simulated,
  type Workplace,
  workplace,
} from "../support/cli.ts";

/*
 * Fields that were applied from a source, and that it gives no more: aliases that a row no longer has a cell for. `zivsync
 * adopt --forget-fields` ends the findings, and leaves what Zivver has.
 */

const HEAD = "Id;Email;Full name;Account key";
const ANN = "p1@example.org";
const BOB = "p2@example.org";
const HAND = "hand@example.org";

/** Two people with an alias each, applied from a list; now the list has no column of aliases. */
async function columnLost() {
  const simulator = await simulated({
    claimedDomains: ["example.org"],
    personal: [{ address: HAND, fullName: "By Hand", accountKey: `${ACCOUNT_KEY}9` }],
  });
  const place = await workplace();
  const state = "state: { store: file, path: ../state.jsonl }\nguards: { create: off, update: off }\n";
  await place.write({
    "desired-state/organization.yaml": organizationYaml(simulator.url, state),
    "desired-state/profiles/all.yaml": PROFILE_YAML.replace(
      "personal, functional] }",
      `personal], exclude: [{ address: ${HAND} }] }`,
    ).replace("    functional: { file: ../shared.csv }\n", ""),
    "desired-state/users.csv": `${HEAD};Aliases\n${row(1)};a1@example.org\n${row(2)};a2@example.org\n`,
  });
  const { digest } = await planIn(place);
  expect(await place.zivsync("apply", "plan.json", "--approve", digest)).toMatchObject({ code: 0 });
  await place.write({ "desired-state/users.csv": `${HEAD}\n${row(1)}\n${row(2)}\n` });
  return { simulator, place };
}

const row = (id: number) => `${id};p${id}@example.org;Person ${id};${ACCOUNT_KEY}${id}`;

async function planIn(place: Workplace): Promise<Plan> {
  expect(await place.zivsync("plan")).toMatchObject({ code: 0 });
  return JSON.parse(await place.read("plan.json"));
}

const found = async (place: Workplace) =>
  (await planIn(place)).findings.map(({ code, where }) => `${code} ${where.address ?? where.source}`);

describe("adopt --forget-fields", () => {
  it("forgets what sources give no more, of all, and leaves what Zivver has", async () => {
    const { simulator, place } = await columnLost();
    expect(await found(place)).toEqual(["field-lost lists"]);
    const before = simulator.log.length;
    expect(await place.zivsync("adopt", "--forget-fields")).toEqual({
      code: 0,
      out: "3 live accounts: 2 remembered, 2 of them linked to a record by its id (0 newly). Nothing was written to Zivver.\n",
      err: `It is remembered in ${place.folder}/state.jsonl.\n`,
    });
    expect(simulator.log.slice(before).filter(({ method }) => method !== "GET")).toEqual([]);
    const plan = await planIn(place);
    expect({ findings: plan.findings, changes: plan.changes }).toEqual({ findings: [], changes: [] });
    expect(accountAt(simulator.world, ANN)?.aliases).toEqual(["a1@example.org"]);
  });

  it("forgets those of the accounts that are named, and no others", async () => {
    const { place } = await columnLost();
    expect(await place.zivsync("adopt", "--forget-fields", ANN)).toMatchObject({ code: 0 });
    const fields = (await place.read("state.jsonl"))
      .split("\n")
      .filter((line) => line.includes('"type":"account"'))
      .map((line) => JSON.parse(line))
      .map(({ address, fields: of }) => [address, "aliases" in of]);
    expect(fields.sort()).toEqual([
      [ANN, false],
      [BOB, true],
    ]);
  });

  it("says which addresses have no account, and changes nothing", async () => {
    const { place } = await columnLost();
    const before = await place.read("state.jsonl");
    expect(
      await place.zivsync("adopt", "--forget-fields", ANN, "nobody@example.org", "not an address"),
    ).toEqual({
      code: 1,
      out: "",
      err: `error[address-not-found] --forget-fields
  Zivver has no account with the primary address nobody@example.org.
  Check the spelling; \`zivsync accounts\` lists what there is.

error[address-not-found] --forget-fields
  Zivver has no account with the primary address not an address.
  Check the spelling; \`zivsync accounts\` lists what there is.

2 problems.
`,
    });
    expect(await place.read("state.jsonl")).toBe(before);
  });

  it("says which accounts are not in the state, and changes nothing", async () => {
    const { place } = await columnLost();
    const before = await place.read("state.jsonl");
    expect(await place.zivsync("adopt", "--forget-fields", ANN, HAND)).toEqual({
      code: 1,
      out: "",
      err: `error[address-not-found] --forget-fields
  The state has no entry for the account hand@example.org, so zivsync has no fields of it to forget.
  Check the spelling, or leave this address out. \`zivsync adopt\` adds the accounts that have a record.
`,
    });
    expect(await place.read("state.jsonl")).toBe(before);
  });
});
