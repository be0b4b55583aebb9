import { Client } from "ldapts";
import { describe, expect, onTestFinished, test } from "vitest";
import type { DirectoryConfig } from "../../../src/model/source-config/directory.ts";
import { readEntries } from "../../../src/sources/directory/read-directory.ts";
import type { LdapSession } from "../../../src/sources/ldap/protocol/types.ts";
import { openSession } from "../../../src/sources/ldap/session.ts";
import type { Entry } from "../../servers/ldif.ts";
import { type OpenLdap, startOpenLdap } from "../../servers/openldap.ts";
import { byAddress, config, NOW, problemsOf, table } from "./builders.ts";

/* What a real server does with what may not be read, with entries that are moved, and with parts that are not there. */

const BASE = "dc=example,dc=test";
const [A, B] = [`ou=a,${BASE}`, `ou=b,${BASE}`];

const person = (uid: string, tree: string, more: Entry["attributes"] = {}): Entry => ({
  dn: `uid=${uid},${tree}`,
  attributes: {
    objectClass: ["inetOrgPerson", "extensibleObject"],
    uid,
    cn: uid,
    sn: uid,
    mail: `${uid}@example.org`,
    ...more,
  },
});
const team = (name: string, objectClass: string, more: Entry["attributes"]): Entry => ({
  dn: `cn=${name},${A}`,
  attributes: {
    objectClass: [objectClass, "extensibleObject"],
    cn: name,
    mail: `${name}@example.org`,
    ...more,
  },
});
const TREES: readonly Entry[] = [
  { dn: BASE, attributes: { objectClass: "domain", dc: "example" } },
  ...["a", "b"].map(
    (ou): Entry => ({ dn: `ou=${ou},${BASE}`, attributes: { objectClass: "organizationalUnit", ou } }),
  ),
];
const PEOPLE = [
  person("jane", A),
  person("kim", B, { nsAccountLock: "TRUE" }),
  person("lee", B, { proxyAddresses: "smtp:l@example.org" }),
];
const TEAMS = [
  team("desk", "groupOfNames", { member: [`uid=jane,${A}`, `uid=lee,${B}`] }),
  team("unix", "posixGroup", { gidNumber: "7", memberUid: "jane" }),
];
const ROOT = { dn: `cn=root,${BASE}`, password: "canary-root" };
const both = { personal: table(), functional: table() };

async function running(more: readonly Entry[] = [], access: readonly string[] = []): Promise<OpenLdap> {
  const server = await startOpenLdap({
    entries: [...TREES, ...PEOPLE, ...TEAMS, ...more],
    database: [`rootdn ${ROOT.dn}`, `rootpw ${ROOT.password}`, ...access, "access to * by * read"],
  });
  onTestFinished(() => server.close());
  return server;
}

/** `before`: what happens before the search of this number. */
async function read(
  server: OpenLdap,
  of: Partial<DirectoryConfig>,
  before: Readonly<Record<number, () => Promise<void>>> = {},
) {
  const own = config({ type: "ldap", urls: [server.ldap], ...of });
  const session = await openSession(own, () => Promise.reject(new Error("no secret is needed")));
  let searches = 0;
  const hooked: LdapSession = {
    ...session,
    search: async (query, onEntry) => {
      await before[++searches]?.();
      return session.search(query, onEntry);
    },
  };
  try {
    return await readEntries(hooked, own, { now: () => NOW });
  } finally {
    await session.close();
  }
}

async function rename(server: OpenLdap, dn: string, to: string): Promise<void> {
  const client = new Client({ url: server.ldap });
  try {
    await client.bind(ROOT.dn, ROOT.password);
    await client.modifyDN(dn, to);
  } finally {
    await client.unbind();
  }
}

describe("an attribute that may not be read", () => {
  const hiding = (attribute: string) => running([], [`access to attrs=${attribute} by * none`]);

  test("none: everything is said", async () => {
    const reading = await read(await running(), both);
    expect([reading.complete, reading.findings, reading.speaks]).toEqual([
      true,
      [],
      {
        personal: ["email", "fullName", "aliases", "accountKey", "active", "id"],
        functional: ["email", "fullName", "delegates", "id"],
      },
    ]);
    expect(byAddress(reading, "active")).toMatchObject({
      "jane@example.org": true,
      "kim@example.org": false,
      "lee@example.org": true,
    });
  });

  test("nsAccountLock: who is enabled is not said", async () => {
    const reading = await read(await hiding("nsAccountLock"), both);
    expect(byAddress(reading, "active")).toMatchObject({
      "jane@example.org": undefined,
      "kim@example.org": undefined,
    });
    expect(reading.speaks?.personal).toEqual(["email", "fullName", "aliases", "accountKey", "id"]);
  });

  test("proxyAddresses: aliases are not said", async () => {
    const reading = await read(await hiding("proxyAddresses"), both);
    expect(byAddress(reading, "aliases")).toMatchObject({ "jane@example.org": undefined });
    expect(reading.speaks?.personal).not.toContain("aliases");
  });

  test("entryUUID: ids and account keys are not said", async () => {
    const reading = await read(await hiding("entryUUID"), both);
    expect(reading.speaks?.personal).toEqual(["email", "fullName", "aliases", "active"]);
    expect(reading.records.every(({ id, accountKey }) => id === undefined && accountKey === undefined)).toBe(
      true,
    );
  });

  test("the members of all groups: delegates are not said", async () => {
    const reading = await read(await hiding("member,memberUid,uniqueMember"), both);
    const teams = reading.records.filter(({ kind }) => kind === "functional");
    expect(teams.map(({ email, delegates }) => [email?.value, delegates])).toEqual([
      ["desk@example.org", undefined],
      ["unix@example.org", undefined],
    ]);
    expect(teams.every(({ delegatesIncomplete }) => delegatesIncomplete !== undefined)).toBe(true);
    expect(reading.speaks?.functional).toEqual(["email", "fullName", "id"]);
  });

  test("the members of groups of one class: none of those is removed", async () => {
    const reading = await read(await hiding("member"), both);
    const teams = reading.records.filter(({ kind }) => kind === "functional");
    expect(
      teams.map((one) => [one.email?.value, one.delegates?.value, one.delegatesIncomplete !== undefined]),
    ).toEqual([
      ["desk@example.org", [], true],
      ["unix@example.org", ["jane@example.org"], false],
    ]);
  });

  test("mail: the directory gives nothing, and nothing is removed", async () => {
    const reading = await read(await hiding("mail"), both);
    expect([reading.complete, reading.records, reading.speaks, reading.unseen]).toEqual([
      false,
      [],
      // Groups are read without an address, too, for who is in them.
      { personal: [], functional: ["fullName", "delegates", "id"] },
      ["personal", "functional"],
    ]);
  });
});

describe("somebody who is moved between bases while they are searched", () => {
  const bases = { personal: table({ baseDns: [A, B] }) };

  test("to the one that was searched already is read", async () => {
    const server = await running();
    const reading = await read(server, bases, {
      2: () => rename(server, `uid=lee,${B}`, `uid=lee,${A}`),
    });
    expect(reading.complete).toBe(true);
    expect(reading.records.map(({ where }) => where)).toEqual([
      `uid=jane,${A}`,
      `uid=kim,${B}`,
      `uid=lee,${A}`,
    ]);
  });

  test("to the one that is still to come is one record", async () => {
    const server = await running();
    const reading = await read(server, bases, {
      2: () => rename(server, `uid=jane,${A}`, `uid=jane,${B}`),
    });
    expect(reading.records.map(({ email }) => email?.value).sort()).toEqual([
      "jane@example.org",
      "kim@example.org",
      "lee@example.org",
    ]);
  });
});

test("who is moved within one base while its pages are read is read once", async () => {
  const many = Array.from({ length: 300 }, (_, index) => person(`u${index}`, index % 2 === 0 ? A : B));
  const server = await running(many);
  const moves: Promise<void>[] = [];
  const move = () => {
    if (moves.length > 0) return;
    for (const [index, { dn }] of [...many.entries()].filter(([index]) => index % 29 === 0)) {
      moves.push(rename(server, dn, `uid=u${index},${index % 2 === 0 ? B : A}`));
    }
  };
  const own = config({
    type: "ldap",
    urls: [server.ldap],
    pageSize: 1,
    personal: table({ baseDns: [BASE] }),
  });
  const session = await openSession(own, () => Promise.reject(new Error("no secret is needed")));
  const reading = await readEntries(
    {
      ...session,
      search: (query, onEntry) =>
        session.search(query, (entry) => {
          move();
          onEntry(entry);
        }),
    },
    own,
    { now: () => NOW },
  );
  await Promise.all(moves);
  await session.close();
  expect(moves.length).toBe(11);
  const addresses = reading.records.map(({ email }) => email?.value);
  expect(new Set(addresses).size).toBe(303);
  expect([reading.complete, addresses.length]).toEqual([true, 303]);
});

describe("of two bases", () => {
  test("one holds a part that lies elsewhere: the source is incomplete", async () => {
    const elsewhere: Entry = {
      dn: `ou=far,${A}`,
      attributes: {
        objectClass: ["referral", "extensibleObject"],
        ou: "far",
        ref: "ldap://far.example.test/ou=far",
      },
    };
    const reading = await read(await running([elsewhere]), { personal: table({ baseDns: [A, B] }) });
    expect([reading.complete, reading.records.length]).toEqual([false, 3]);
    expect(reading.findings.map(({ code }) => code)).toEqual(["source-incomplete"]);
  });

  test.each([[[A, `ou=gone,${BASE}`]], [[`ou=gone,${BASE}`, B]]])("one is not there: %j", async (baseDns) => {
    const server = await running();
    const found = await problemsOf(read(server, { personal: table({ baseDns }) }));
    expect([found?.name, found?.problems.map(({ code }) => code)]).toEqual([
      "RemoteError",
      ["directory-not-found"],
    ]);
  });

  test("one is taken away after it was searched: the reading fails", async () => {
    const server = await running();
    const found = await problemsOf(
      read(
        server,
        { personal: table({ baseDns: [A, B] }) },
        {
          2: () => rename(server, A, `ou=other,${BASE}`),
        },
      ),
    );
    expect(found?.problems.map(({ code }) => code)).toEqual(["directory-not-found"]);
  });
});
