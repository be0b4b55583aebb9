import { rm } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { ACCOUNT_KEY, organizationYaml, simulated, workplace } from "../support/cli.ts";

/* A profile is removed from the configuration. Its accounts stay active, and every plan says so until somebody says that it is meant. */

const profileOf = (name: string, domain: string) => `apiVersion: zivsync/v1
kind: Profile
name: ${name}
manages: { kinds: [personal], include: [{ domain: ${domain} }] }
sources:
  - { name: list, type: spreadsheet, file: ../${name}.csv }
`;
const SITES = [
  ["north", "example.org"],
  ["south", "example.com"],
] as const;

it("accounts of a removed profile are named until adopt --forget-unmanaged", async () => {
  const simulator = await simulated({ claimedDomains: ["example.org", "example.com"] });
  const place = await workplace();
  const state = "state: { store: file, path: ../state.jsonl }\nguards: { create: off }\n";
  await place.write({ "desired-state/organization.yaml": organizationYaml(simulator.url, state) });
  for (const [name, domain] of SITES)
    await place.write({
      [`desired-state/profiles/${name}.yaml`]: profileOf(name, domain),
      [`desired-state/${name}.csv`]: `Id,Email,Full name,Account key\n1,ann@${domain},Ann ${name},${ACCOUNT_KEY}${name}\n`,
    });
  const planned = async () => {
    const run = await place.zivsync("plan", "--json");
    expect(run).toMatchObject({ code: 0 });
    return JSON.parse(run.out);
  };
  const { digest } = await planned();
  expect(await place.zivsync("apply", "plan.json", "--approve", digest)).toMatchObject({ code: 0 });
  expect((await planned()).findings).toEqual([]);

  await rm(join(place.folder, "desired-state/profiles/south.yaml"));
  const said =
    "zivsync managed 1 active account with the profile south, and no profile manages it now: Ann south <ann@example.com>.";
  expect((await planned()).findings).toEqual([
    expect.objectContaining({ code: "account-unmanaged", summary: expect.stringContaining(said) }),
  ]);
  expect((await place.zivsync("plan")).out.replace(/\s+/g, " ")).toContain(said);

  const before = simulator.log.length;
  expect(await place.zivsync("adopt", "--forget-unmanaged")).toEqual({
    code: 0,
    out: "2 live accounts: 1 remembered, 1 of them linked to a record by its id (0 newly). Nothing was written to Zivver.\n",
    err: `It is remembered in ${place.folder}/state.jsonl.\n`,
  });
  expect(simulator.log.slice(before).filter(({ method }) => method !== "GET")).toEqual([]);
  expect((await planned()).findings).toEqual([]);
});
