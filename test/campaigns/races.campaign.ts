import { execFile } from "node:child_process";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { accountAt } from "../../src/simulator/index.ts";
import { ACCOUNT_KEY, organizationYaml, simulated, type Workplace, workplace } from "../support/cli.ts";

/*
 * Two machines that apply at once to one organisation, each a profile of its own, and keep what they remember on one branch
 * of Git: after every round both have what the other wrote, and every link is the right one.
 */

const ROUNDS = 50;
const PEOPLE = 6;
const run = promisify(execFile);
const DOMAINS = ["example.org", "example.com"] as const;

const profileOf = (domain: string) => `apiVersion: zivsync/v1
kind: Profile
name: ${domain}
manages: { kinds: [personal], include: [{ domain: ${domain} }] }
sources:
  - { name: list, type: spreadsheet, file: ../${domain}.csv }
`;

type Machine = { readonly place: Workplace; readonly domain: string; readonly temporary: string };

async function machine(url: string, remote: string, domain: string): Promise<Machine> {
  const place = await workplace();
  const temporary = join(place.folder, "tmp");
  await mkdir(temporary);
  const git = (...words: string[]) => run("git", words, { cwd: place.folder });
  await git("init", "-q");
  await git("remote", "add", "origin", remote);
  const off = ["create", "update", "suspend", "accountKey", "sourceShrink"].map((name) => `${name}: off`);
  const extra = `state: { store: git }\nguards: { ${off.join(", ")} }\n`;
  await place.write({ "desired-state/organization.yaml": organizationYaml(url, extra) });
  for (const one of DOMAINS) await place.write({ [`desired-state/profiles/${one}.yaml`]: profileOf(one) });
  return { place, domain, temporary };
}

/** In every round somebody else gets a new address, and somebody a new key. */
const addressOf = (id: number, round: number, domain: string) =>
  `p${id}-${Math.floor((round + id) / PEOPLE)}@${domain}`;
const keyOf = (id: number, round: number) => `${ACCOUNT_KEY}${id}-${Math.floor((round + id * 2) / PEOPLE)}`;

async function writeRound({ place, domain }: Machine, round: number): Promise<void> {
  const ids = Array.from({ length: PEOPLE }, (_, at) => at);
  for (const one of DOMAINS) {
    const of = one === domain ? round : 0;
    const rows = ids.map((id) =>
      [id, addressOf(id, of, one), `${id} of ${one}`, `${keyOf(id, of)}-${one}`].join(";"),
    );
    await place.write({
      [`desired-state/${one}.csv`]: `Id;Email;Full name;Account key\n${rows.join("\n")}\n`,
    });
  }
}

it(`${ROUNDS} rounds of two applies at once`, async () => {
  const simulator = await simulated({ claimedDomains: [...DOMAINS] });
  const shared = await workplace();
  await run("git", ["init", "-q", "--bare", shared.folder]);
  const machines = [
    await machine(simulator.url, shared.folder, DOMAINS[0]),
    await machine(simulator.url, shared.folder, DOMAINS[1]),
  ];
  const ids = new Map<string, string>();
  for (let round = 0; round < ROUNDS; round++) {
    await Promise.all(
      machines.map(async (one) => {
        const { place, domain, temporary } = one;
        const zivsync = (...words: string[]) => place.zivsyncWith({ TMPDIR: temporary }, ...words);
        await writeRound(one, round);
        const planned = await zivsync("plan", "--json", "--profile", domain);
        expect(planned, planned.err).toMatchObject({ code: 0 });
        const words = ["apply", "plan.json", "--approve", JSON.parse(planned.out).digest] as const;
        let applied = await zivsync(...words);
        // One machine stands for two here, and its lock lets one in after the other.
        for (let tries = 0; tries < 100 && applied.err.includes("plan-locked"); tries++)
          applied = await zivsync(...words);
        expect(applied, `${applied.out}${applied.err}`).toMatchObject({ code: 0 });
      }),
    );
    const { stdout } = await run("git", ["-C", shared.folder, "show", "zivsync-state:state.jsonl"]);
    const lines = stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    const accounts = lines.filter(({ type }) => type === "account");
    expect(accounts).toHaveLength(2 * PEOPLE);
    expect(new Set(accounts.map(({ link }) => link.anchor)).size).toBe(2 * PEOPLE);
    for (const domain of DOMAINS) {
      for (let id = 0; id < PEOPLE; id++) {
        const account = accountAt(simulator.world, addressOf(id, round, domain));
        const who = `${id} of ${domain}`;
        expect(account, who).toMatchObject({ fullName: who, ssoAccountKey: `${keyOf(id, round)}-${domain}` });
        // Nobody was ever created again for a rename, which a lost or a wrong link would have led to.
        expect(ids.get(who) ?? account?.id, who).toBe(account?.id);
        if (account) ids.set(who, account.id);
        expect(accounts.filter(({ zivverId }) => zivverId === account?.id)).toMatchObject([
          { link: { profile: domain }, address: addressOf(id, round, domain) },
        ]);
      }
    }
  }
  expect(simulator.world.accounts.size).toBe(2 * PEOPLE);
});
