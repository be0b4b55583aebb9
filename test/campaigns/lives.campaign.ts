import { rm } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { accountAt, type Simulator, type StoredPersonal, store } from "../../src/simulator/index.ts";
import { type ByHand, beginLife, type Life, liveOneDay, randomFrom } from "../engine/lives.ts";
import {
  ACCOUNT_KEY,
  organizationYaml,
  PROFILE_YAML,
  simulated,
  type Workplace,
  workplace,
} from "../support/cli.ts";

/*
 * 200 people over 60 days through the command line: a plan and an apply each day, and the state file lost on day 30. At
 * every day's end there is nothing left to plan, everybody has the account that they had and its key, and every key change
 * was sent once.
 */

const DAYS = 60;
const LOST_ON = 30;

async function writeDay(place: Workplace, { people }: Life): Promise<void> {
  const there = people.filter(({ present }) => present);
  const users = there.map(({ id, address, name, key, aliases }) =>
    [id, address, name, `${ACCOUNT_KEY}${key}`, (aliases ?? []).join(","), "yes"].join(";"),
  );
  const members = there.slice(0, 5).map(({ address }) => address);
  await place.write({
    "desired-state/users.csv": `Id;Email;Full name;Account key;Aliases;Active\n${users.join("\n")}\n`,
    "desired-state/shared.csv": `Id;Email;Full name;Delegates\ndesk;desk@example.org;Desk;"${members.join(",")}"\n`,
  });
}

function byHand({ world }: Simulator): ByHand {
  const accounts = [...world.accounts.values()].map(({ id, address }) => ({ zivverId: id, address }));
  return {
    accounts,
    edit(address, { fullName, active, aliases }) {
      const account = accountAt(world, address);
      if (account?.kind !== "personal") return;
      const edited: StoredPersonal = {
        ...account,
        ...(fullName === undefined ? {} : { fullName }),
        ...(active === undefined ? {} : { active }),
        ...(aliases === undefined ? {} : { aliases }),
      };
      store(world, edited);
    },
  };
}

async function planAndApply(place: Workplace): Promise<void> {
  const planned = await place.zivsync("plan", "--json");
  expect(planned, planned.err).toMatchObject({ code: 0 });
  const { digest } = JSON.parse(planned.out);
  const applied = await place.zivsync("apply", "plan.json", "--approve", digest);
  expect(applied, `${applied.out}${applied.err}`).toMatchObject({ code: 0 });
  const again = await place.zivsync("plan", "--detailed-exitcode", "-o", "again.json");
  expect(again, again.out).toMatchObject({ code: 0 });
}

function checkDay({ people }: Life, { world }: Simulator): void {
  for (const person of people) {
    if (!person.present) continue;
    const account = accountAt(world, person.address);
    expect(account, person.address).toMatchObject({
      address: person.address,
      fullName: person.name,
      active: true,
      ssoAccountKey: `${ACCOUNT_KEY}${person.key}`,
    });
    if (person.zivverId !== undefined) expect(account?.id, person.address).toBe(person.zivverId);
    person.zivverId = account?.id;
    const kept = person.kept.filter((former) => former !== person.address);
    expect([...(account?.aliases ?? [])].sort(), person.address).toEqual(
      [...new Set([...(person.aliases ?? []), ...kept])].sort(),
    );
  }
}

it("200 people over 60 days, the state lost on day 30", async () => {
  const simulator = await simulated({ claimedDomains: ["example.org", "example.com"] });
  const place = await workplace();
  const off = ["create", "update", "suspend", "memberRemoval", "accountKey", "sourceShrink"];
  const extra = `state: { store: file, path: ../state.jsonl }\nguards: { ${off.map((name) => `${name}: off`).join(", ")} }\n`;
  await place.write({
    "desired-state/organization.yaml": organizationYaml(simulator.url, extra),
    "desired-state/profiles/all.yaml": PROFILE_YAML,
  });
  const life = beginLife(200, "suspend", randomFrom(7), "given");
  for (let day = 1; day <= DAYS; day++) {
    if (day === LOST_ON) await rm(join(place.folder, "state.jsonl"));
    if (day > 1) liveOneDay(life, byHand(simulator), 12, day === LOST_ON);
    await writeDay(place, life);
    await planAndApply(place);
    checkDay(life, simulator);
  }
});
