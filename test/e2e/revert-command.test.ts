import { describe, expect, it } from "vitest";
import type { Plan } from "../../src/model/plan/plan.ts";
import { accountAt } from "../../src/simulator/index.ts";
import { ACCOUNT_KEY, organizationYaml, PROFILE_YAML, simulated, workplace } from "../support/cli.ts";

const SEED = {
  claimedDomains: ["example.org", "example.com"],
  divisions: ["/"],
  personal: [
    { address: "bo@example.org", fullName: "Bo", aliases: ["b@example.org"], accountKey: `${ACCOUNT_KEY}2` },
    { address: "len@example.org", fullName: "Len" },
  ],
  functional: [
    { address: "desk@example.org", fullName: "Desk", members: ["bo@example.org", "len@example.org"] },
  ],
};

async function applied() {
  const place = await workplace();
  const simulator = await simulated(SEED);
  await place.write({
    "desired-state/users.csv": `Email,Full name,Aliases,Account key\nada@example.org,Ada,,${ACCOUNT_KEY}1\nbo@example.org,Bo B.,bo.b@example.org,${ACCOUNT_KEY}2\n`,
    "desired-state/shared.csv": "Email,Full name,Delegates\ndesk@example.org,Desk,ada@example.org\n",
    "desired-state/profiles/all.yaml": PROFILE_YAML,
    "desired-state/organization.yaml": organizationYaml(
      simulator.url,
      "guards: { memberRemoval: off, suspend: off }\n",
    ),
  });
  expect((await place.zivsync("plan")).code).toBe(0);
  const { digest } = JSON.parse(await place.read("plan.json"));
  expect((await place.zivsync("apply", "plan.json", "--approve", digest)).code).toBe(0);
  const journal = (await place.written()).find((file) => file.endsWith(".journal")) ?? "";
  return { place, simulator, journal };
}

it("undoes a journal through a plan of its own: what was created is suspended, all else is as it was", async () => {
  const { place, simulator, journal } = await applied();
  const revert = await place.zivsync("revert", journal);
  expect({ code: revert.code, err: revert.err }).toEqual({
    code: 0,
    err: "The plan was written to revert.json.\n",
  });
  expect(revert.out.split("\n").filter((line) => /^ {2}[-+~^] /.test(line))).toEqual([
    '  - suspend personal "Ada" <ada@example.org>',
    '  ~ update personal bo@example.org "Bo"',
    "  ^ reactivate personal len@example.org",
    "  ~ update functional desk@example.org",
  ]);
  const { digest } = JSON.parse(await place.read("revert.json"));
  expect((await place.zivsync("apply", "revert.json", "--approve", digest)).code).toBe(0);
  const { world } = simulator;
  expect(accountAt(world, "ada@example.org")).toMatchObject({ active: false });
  expect(accountAt(world, "bo@example.org")).toMatchObject({
    fullName: "Bo",
    aliases: ["b@example.org"],
    ssoAccountKey: `${ACCOUNT_KEY}2`,
  });
  expect(accountAt(world, "len@example.org")).toMatchObject({ active: true });
  const ids = ["bo@example.org", "len@example.org"].map((address) => accountAt(world, address)?.id);
  expect(accountAt(world, "desk@example.org")).toMatchObject({ members: expect.arrayContaining(ids) });
  const again = await place.zivsync("revert", journal, "-o", "again.json");
  expect({ code: again.code, first: again.out.split("\n")[0] }).toEqual({
    code: 0,
    first: "No changes. No source was read for this plan. 4 unchanged, 0 unmanaged.",
  });
});

it("warns of a journal whose apply did not finish, since its plan can still be applied", async () => {
  const { place, journal } = await applied();
  const lines = (await place.read(journal)).split("\n");
  await place.write({ [journal]: lines.filter((line) => !line.includes('"type":"end"')).join("\n") });
  expect(await place.zivsync("revert", journal)).toMatchObject({
    code: 0,
    err: `The apply of this journal did not finish. If its plan is applied again, or a sync goes on with it, what this revert undoes can be done once more. Move the plan file away, or finish that apply first.
The plan was written to revert.json.
`,
  });
});

it("deletes what was created when told to, within the guards", async () => {
  const { place, simulator, journal } = await applied();
  const revert = await place.zivsync("revert", journal, "--delete-created");
  expect({
    code: revert.code,
    deletes: revert.out.includes('delete personal "Ada" <ada@example.org>'),
  }).toEqual({
    code: 0,
    deletes: true,
  });
  const { digest } = JSON.parse(await place.read("revert.json"));
  expect((await place.zivsync("apply", "revert.json", "--approve", digest)).code).toBe(0);
  expect(accountAt(simulator.world, "ada@example.org")).toBeUndefined();
});

it("remembers the key that undoing sends, so that no later plan takes it for a new one", async () => {
  const { place, simulator } = await applied();
  await place.write({
    "desired-state/organization.yaml": organizationYaml(
      simulator.url,
      "guards: { accountKey: off, memberRemoval: off, suspend: off, update: off }\nstate: { store: file, path: ../state.jsonl }\n",
    ),
  });
  const carryOut = async (file: string) => {
    const { digest } = JSON.parse(await place.read(file));
    expect((await place.zivsync("apply", file, "--approve", digest)).code).toBe(0);
  };
  await place.zivsync("adopt");
  const users = (aliases: string, key: string) =>
    `Email,Full name,Aliases,Account key\nada@example.org,Ada,,${ACCOUNT_KEY}1\nbo@example.org,Bo B.,${aliases},${ACCOUNT_KEY}${key}\n`;
  await place.write({ "desired-state/users.csv": users("bob@example.org", "2") });
  expect((await place.zivsync("plan", "-o", "next.json")).code).toBe(0);
  await carryOut("next.json");
  const journal = (await place.written()).find((file) => /^next.*\.journal$/.test(file)) ?? "";
  await place.write({ "desired-state/users.csv": users("bo.b@example.org", "3") });
  expect((await place.zivsync("revert", journal)).code).toBe(0);
  await carryOut("revert.json");
  expect(accountAt(simulator.world, "bo@example.org")).toMatchObject({
    aliases: ["bo.b@example.org"],
    ssoAccountKey: `${ACCOUNT_KEY}3`,
  });
  expect(await place.zivsync("plan", "--detailed-exitcode")).toMatchObject({ code: 0 });
});

it("wants a journal", async () => {
  const { place } = await applied();
  await place.write({ "no.journal": '{"type":"end"}\n' });
  const other = await place.zivsync("revert", "no.journal");
  expect({ code: other.code, err: other.err.replaceAll(`${place.folder}/`, "") }).toEqual({
    code: 1,
    err: "error[journal-syntax] no.journal\n  This is not a journal of an apply.\n  Give the file that `zivsync apply` names at its end; it is beside the plan.\n",
  });
  const none = await place.zivsync("revert", "none.journal");
  expect({ code: none.code, err: none.err.replaceAll(`${place.folder}/`, "") }).toEqual({
    code: 1,
    err: "error[file-not-found] none.journal\n  There is no such file, or no entry of a journal is in it.\n  Give the file that `zivsync apply` names at its end; it is beside the plan.\n",
  });
});

describe("rows that were mixed up, and an undo of what was applied", () => {
  const HEAD = "Id;Email;Full name;Aliases;Account key";
  const rowOf = (id: string, email: string, name: string, alias = "") =>
    [id, `${email}@example.org`, name, alias, `${ACCOUNT_KEY}${name}`].join(";");
  const RIGHT = [rowOf("1", "ann", "Ann", "a@example.org"), rowOf("2", "bob", "Bob", "b@example.org")];

  /** Ann and Bob as they are, then rows that say otherwise, applied; gives the journal of that. */
  async function mixedUp(wrong: readonly string[], state: string) {
    const place = await workplace();
    const simulator = await simulated({ claimedDomains: ["example.org"] });
    const write = (rows: readonly string[]) =>
      place.write({ "desired-state/users.csv": `${[HEAD, ...rows].join("\n")}\n` });
    await place.write({
      "desired-state/organization.yaml": organizationYaml(
        simulator.url,
        `guards: { accountKey: off, create: off, memberRemoval: off, update: off }\n${state}`,
      ),
      "desired-state/profiles/all.yaml": PROFILE_YAML.replace(
        "personal, functional] }",
        "personal] }",
      ).replace("    functional: { file: ../shared.csv }\n", ""),
    });
    const carryOut = async (file: string) => {
      const { digest } = JSON.parse(await place.read(file));
      expect(await place.zivsync("apply", file, "--approve", digest)).toMatchObject({ code: 0 });
    };
    await write(RIGHT);
    await place.zivsync("plan", "-o", "first.json");
    await carryOut("first.json");
    const ids = ["ann", "bob"].map((name) => accountAt(simulator.world, `${name}@example.org`)?.id);
    await write(wrong);
    await place.zivsync("plan", "-o", "wrong.json");
    await carryOut("wrong.json");
    const journal = (await place.written()).find((file) => /^wrong.*\.journal$/.test(file)) ?? "";
    const keys = () =>
      ids.map((id) => {
        const account = simulator.world.accounts.get(id ?? "");
        return account?.kind === "personal" ? [account.address, account.ssoAccountKey] : [];
      });
    return { place, write, carryOut, journal, keys };
  }
  const BACK = [
    ["ann@example.org", `${ACCOUNT_KEY}Ann`],
    ["bob@example.org", `${ACCOUNT_KEY}Bob`],
  ];

  it("gives everybody their own key, by id, after the addresses were swapped and corrected", async () => {
    const swapped = [rowOf("1", "bob", "Ann", "a@example.org"), rowOf("2", "ann", "Bob", "b@example.org")];
    const { place, write, carryOut, journal, keys } = await mixedUp(
      swapped,
      "state: { store: file, path: ../state.jsonl }\n",
    );
    expect(keys().map(([address]) => address)).toEqual(["bob@example.org", "ann@example.org"]);
    await write(RIGHT);
    expect((await place.zivsync("revert", journal)).code).toBe(0);
    await carryOut("revert.json");
    expect(keys()).toEqual(BACK);
  });

  it("sends nobody another's key while the rows are still mixed up", async () => {
    const wrong = [rowOf("1", "ann", "Bob", "c@example.org"), rowOf("2", "bob", "Ann", "b@example.org")];
    const { place, carryOut, journal, keys } = await mixedUp(wrong, "");
    const revert = await place.zivsync("revert", journal);
    expect(revert.code).toBe(0);
    const plan: Plan = JSON.parse(await place.read("revert.json"));
    expect(plan.findings.map(({ code, where }) => [code, where.address])).toEqual([
      ["account-key-missing", "ann@example.org"],
    ]);
    expect(plan.changes.map((change) => [change.address, "accountKey" in change])).toEqual([
      ["ann@example.org", false],
      ["bob@example.org", false],
    ]);
    await carryOut("revert.json");
    expect(keys()[1]).toEqual(BACK[1]);
  });
});
