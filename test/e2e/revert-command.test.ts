import { expect, it } from "vitest";
import { accountAt } from "../../src/zivver/simulator/index.ts";
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

it("wants a journal", async () => {
  const { place } = await applied();
  await place.write({ "no.journal": '{"type":"end"}\n' });
  const other = await place.zivsync("revert", "no.journal");
  expect({ code: other.code, err: other.err.replaceAll(`${place.folder}/`, "") }).toEqual({
    code: 1,
    err: "error[journal-syntax] no.journal\n  This is no journal of an apply.\n  Give the file that `zivsync apply` names at its end; it stands beside the plan.\n",
  });
  const none = await place.zivsync("revert", "none.journal");
  expect({ code: none.code, err: none.err.replaceAll(`${place.folder}/`, "") }).toEqual({
    code: 1,
    err: "error[file-not-found] none.journal\n  There is no such file, or nothing is in it.\n  Give the file that `zivsync apply` names at its end; it stands beside the plan.\n",
  });
});
