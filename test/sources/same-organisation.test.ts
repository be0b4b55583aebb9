import fc from "fast-check";
import { expect, test } from "vitest";
import { buildDesiredState } from "../../src/engine/desired/desired.ts";
import type { Reading } from "../../src/model/ports.ts";
import { createSource } from "../../src/sources/registry.ts";
import type { GraphTenant } from "../servers/graph.ts";
import { CLOCK } from "../support/clock.ts";
import { organization, profile } from "../support/engine.ts";
import { runs } from "../support/runs.ts";
import { config, dnOf, group, guidOf, read, guid as sixteen, table, user } from "./directory/builders.ts";
import type { MemoryEntry } from "./directory/memory-session.ts";
import { idOf, person, stageGraph, team } from "./entra-id/stage.ts";
import { certificates } from "./exchange-online/stage.ts";
import { withFiles } from "./reading.ts";

/*
 * One organisation, written down as Active Directory has it, as Entra Connect brings it to Entra ID, and as an export of an HR
 * system names it. Whichever of the three is read, the accounts have to be the same.
 */

const certs = certificates();

type Person = {
  readonly name: string;
  readonly aliases: number;
  readonly enabled: boolean;
  readonly mail: boolean;
  readonly department: string | undefined;
  readonly phone: string | undefined;
};
/** Members are numbers of people, and of desks from `PEOPLE` on. */
type Desk = { readonly aliases: number; readonly mail: boolean; readonly members: readonly number[] };
type Organisation = { readonly people: readonly Person[]; readonly desks: readonly Desk[] };

const PEOPLE = 5;
const DESKS = 4;
const organisations: fc.Arbitrary<Organisation> = fc.record({
  people: fc.array(
    fc.record({
      name: fc.constantFrom("Ada Bos", "Cor de Wit", "Élise Ó Briain", "名前 太郎"),
      aliases: fc.nat(2),
      enabled: fc.constantFrom(true, true, false),
      mail: fc.constantFrom(true, true, true, false),
      department: fc.constantFrom(undefined, "/care", "/cure"),
      phone: fc.constantFrom(undefined, "+31612345678", "+31687654321"),
    }),
    { minLength: 1, maxLength: PEOPLE },
  ),
  desks: fc.array(
    fc.record({
      aliases: fc.nat(2),
      mail: fc.constantFrom(true, true, false),
      members: fc.uniqueArray(fc.nat(PEOPLE + DESKS - 1), { maxLength: 5 }),
    }),
    { maxLength: DESKS },
  ),
});

const addressOf = (what: string, at: number) => `${what}${at}@example.org`;
const aliasesOf = (what: string, at: number, count: number) =>
  Array.from({ length: count }, (_, nth) => `${what}${at}.${nth}@example.com`);
const proxies = (what: string, at: number, count: number) => [
  `SMTP:${addressOf(what, at)}`,
  ...aliasesOf(what, at, count).map((one) => `smtp:${one}`),
  `SIP:${addressOf(what, at)}`,
];

/** The members that are there: the numbers may lead beyond the people and desks of a small organisation. */
function existing({ people, desks }: Organisation, { members }: Desk): readonly number[] {
  return members.filter((one) => (one < PEOPLE ? one < people.length : one - PEOPLE < desks.length));
}

async function inActiveDirectory(all: Organisation): Promise<Reading> {
  const people = all.people.map(({ name, aliases, enabled, mail, department, phone }, at) =>
    user(`P${at}`, {
      objectGUID: sixteen(at + 1),
      displayName: name,
      userAccountControl: enabled ? "512" : "514",
      mail: mail ? addressOf("p", at) : [],
      proxyAddresses: mail ? proxies("p", at, aliases) : [],
      department: department ?? [],
      mobile: phone ?? [],
    }),
  );
  const dn = (one: number) => (one < PEOPLE ? dnOf(people[one] as MemoryEntry) : groupDn(one - PEOPLE));
  const groupDn = (at: number) => dnOf(group(`D${at}`, []));
  const desks = all.desks.map((desk, at) =>
    group(`D${at}`, existing(all, desk).map(dn), {
      displayName: `Desk ${at}`,
      mail: desk.mail ? addressOf("d", at) : [],
      proxyAddresses: desk.mail ? proxies("d", at, desk.aliases) : [],
    }),
  );
  const map = {
    division: { attribute: "department", encoding: "text" },
    phone: { attribute: "mobile", encoding: "text" },
  } as const;
  const both = config({ personal: table({ map }), functional: table() });
  return read(both, { entries: [...people, ...desks] });
}

function tenantOf(all: Organisation): GraphTenant {
  const users = all.people.map(({ name, aliases, enabled, mail, department, phone }, at) =>
    person(`p${at}`, {
      displayName: name,
      accountEnabled: enabled,
      ...(mail ? {} : { mail: null }),
      proxyAddresses: mail ? proxies("p", at, aliases) : [],
      department: department ?? null,
      mobilePhone: phone ?? null,
      onPremisesImmutableId: Buffer.from(sixteen(at + 1)).toString("base64"),
    }),
  );
  const groups = all.desks.map(({ aliases, mail }, at) =>
    team(`d${at}`, {
      displayName: `Desk ${at}`,
      mailEnabled: mail,
      ...(mail ? {} : { mail: null }),
      proxyAddresses: mail ? proxies("d", at, aliases) : [],
    }),
  );
  const guest = person("guest", { userType: "Guest", userPrincipalName: "g_x#EXT#@example.org" });
  const id = (one: number) => idOf((one < PEOPLE ? users[one] : groups[one - PEOPLE]) ?? {});
  return {
    users: [...users, guest],
    groups,
    members: Object.fromEntries(
      all.desks.map((desk, at) => [id(PEOPLE + at), [...existing(all, desk).map(id), idOf(guest)]]),
    ),
  };
}

/** Everybody in a desk, through other desks too. */
function within(all: Organisation, at: number): readonly number[] {
  const found = new Set<number>();
  const seen = new Set([at]);
  for (const desk of seen)
    for (const one of existing(all, all.desks[desk] as Desk))
      if (one < PEOPLE) found.add(one);
      else seen.add(one - PEOPLE);
  return [...found];
}

async function asRecords(all: Organisation): Promise<Reading> {
  const people = all.people.flatMap(({ name, aliases, enabled, mail, department, phone }, at) => {
    if (!mail) return [];
    const more = { division: department ?? null, phone: phone ?? null, accountKey: guidOf(at + 1) };
    const own = { email: addressOf("p", at), id: String(at), fullName: name, active: enabled };
    return [{ kind: "personal", ...own, ...more, aliases: aliasesOf("p", at, aliases) }];
  });
  const isDelegate = (one: number) => all.people[one]?.enabled && all.people[one]?.mail;
  const desks = all.desks.flatMap(({ aliases, mail }, at) => {
    if (!mail) return [];
    const delegates = within(all, at)
      .filter(isDelegate)
      .map((one) => addressOf("p", one));
    const own = { email: addressOf("d", at), id: `d${at}`, fullName: `Desk ${at}`, delegates };
    return [{ kind: "functional", ...own, aliases: aliasesOf("d", at, aliases) }];
  });
  const lines = [...people, ...desks, { end: true, count: people.length + desks.length }];
  return withFiles({ "all.jsonl": lines.map((line) => `${JSON.stringify(line)}\n`).join("") }, (directory) =>
    createSource(
      {
        type: "records",
        name: "hr",
        input: { type: "file", file: { path: `${directory}/all.jsonl`, shownAs: "all.jsonl" } },
      },
      { readSecret: () => Promise.reject(new Error("no secret is read")), clock: CLOCK },
    ).read(),
  );
}

/** The accounts that a reading asks for, without where each value comes from. */
function desiredBy(reading: Reading) {
  const { candidates } = buildDesiredState({
    organization: organization(),
    profiles: [{ policy: profile(), readings: [reading] }],
  });
  return candidates
    .map(({ account, holds, notes }) => ({
      kind: account.kind,
      address: account.address,
      active: account.active,
      fullName: account.fullName?.value,
      aliases: account.aliases?.value,
      delegates: account.delegates && [...account.delegates.value].sort(),
      delegatesIncomplete: account.delegatesIncomplete,
      division: account.division?.value,
      phone: account.phone?.value,
      accountKey: account.accountKey?.value.reveal(),
      held: account.held && [...account.held],
      doubts: [...holds, ...notes].map(({ code }) => code),
    }))
    .sort((a, b) => (a.address < b.address ? -1 : 1));
}

test("law: an organisation is the same through Active Directory, Entra ID and records", async () => {
  const { graph, read: readEntra } = await stageGraph(certs, {}, { pageSize: 3 });
  const map = {
    accountKey: { property: "onPremisesImmutableId", encoding: "guid" },
    division: { property: "department", encoding: "text" },
    phone: { property: "mobilePhone", encoding: "text" },
  } as const;
  await fc.assert(
    fc.asyncProperty(organisations, async (all) => {
      // Where no group has a member, a directory does not say whether it shows members at all.
      fc.pre(all.desks.length === 0 || all.desks.some((desk) => existing(all, desk).length > 0));
      graph.become(tenantOf(all));
      const [directory, entra, records] = [
        await inActiveDirectory(all),
        await readEntra({ map }),
        await asRecords(all),
      ];
      const desired = desiredBy(directory);
      expect(desiredBy(entra)).toEqual(desired);
      expect(desiredBy(records)).toEqual(desired);
      const isSomebody = desired.length > 0;
      expect([directory, entra, records].map(({ complete }) => complete)).toEqual(Array(3).fill(isSomebody));
    }),
    { numRuns: runs(12, 400) },
  );
});
