import { describe, expect, test } from "vitest";
import type { DirectoryConfig } from "../../../../src/model/source-config/directory.ts";
import { readEntries } from "../../../../src/sources/directory/read-directory.ts";
import {
  byAddress,
  config,
  dnOf,
  functional,
  group,
  NOW,
  personal,
  plain,
  problemsOf,
  ROOT,
  read,
  table,
  user,
} from "../builders.ts";
import { failure, memorySession } from "../memory-session.ts";

const both = config({ personal: table(), functional: table() });
const people = [user("Jane"), user("Kim"), user("Lee")];
const lost = failure("directory-unreachable", "ldaps://dc1.corp.example.test was lost.");
const INCOMPLETE = {
  code: "source-incomplete",
  severity: "error",
  summary: "ldaps://dc1.corp.example.test was lost. Try again. Nothing is removed because of this source.",
  where: { source: "head-office" },
};

describe("a domain controller that does not have all entries yet", () => {
  const rootDse = (more: Readonly<Record<string, readonly string[]>>) => ({
    defaultNamingContext: [ROOT],
    ...more,
  });
  const behind = (server: string, attribute: string) => ({
    ...INCOMPLETE,
    summary: `${server} is not synchronised with the other servers yet (${attribute} of its root DSE is FALSE), so entries may be missing. Run the plan again later, or name another server first in urls. Nothing is removed because of this source.`,
  });

  test("says so, and nothing is removed because of what it lacks", async () => {
    const reading = await read(both, { entries: people, rootDse: rootDse({ isSynchronized: ["FALSE"] }) });
    expect(reading.records.length).toBe(3);
    expect(reading.complete).toBe(false);
    expect(reading.findings).toEqual([behind("ldaps://dc1.corp.example.test:636", "isSynchronized")]);
  });

  test("a global catalogue says it of the other domains", async () => {
    const url = "ldaps://dc1.corp.example.test:3269";
    const ready = { isSynchronized: ["TRUE"], isGlobalCatalogReady: ["false"] };
    const reading = await read(personal(), { entries: people, url, rootDse: rootDse(ready) });
    expect(reading.complete).toBe(false);
    expect(reading.findings).toEqual([behind(url, "isGlobalCatalogReady")]);
  });

  test.each([
    ["has them", { rootDse: rootDse({ isSynchronized: ["TRUE"], isGlobalCatalogReady: ["FALSE"] }) }],
    ["does not say so", {}],
    ["refuses to say so", { refuses: { "": failure("directory-refused", "No.", 50) } }],
  ])("one that %s is read as ever", async (_, memory) => {
    const reading = await read(personal({ baseDns: [ROOT] }), { entries: people, ...memory });
    expect([reading.complete, reading.findings]).toEqual([true, []]);
  });
});

describe("a reading that breaks off", () => {
  const entries = [...people, group("Desk", [...people.map(dnOf), `CN=Gone,${ROOT}`])];

  test.each([1, 2, 3, 4])("after %i entries has them, and is not complete", async (sent) => {
    const reading = await read(both, { entries, failAfter: { entries: sent, failure: lost } });
    expect(reading.records.length).toBe(sent);
    expect(reading.complete).toBe(false);
    expect(reading.findings).toEqual([INCOMPLETE]);
  });

  test("while members are looked up: delegates are not complete", async () => {
    const refuses = { [`CN=Gone,${ROOT}`]: lost };
    const reading = await read(both, { entries, refuses });
    expect(reading.complete).toBe(false);
    expect(plain(reading.records.at(-1) ?? neverRead())).toMatchObject({
      delegates: [["jane@example.org", "kim@example.org", "lee@example.org"], "member"],
      delegatesIncomplete: `zivsync cannot identify a member: CN=Gone,${ROOT} (1 not looked up).`,
    });
  });

  test("before anything was read is not a reading", async () => {
    const reading = read(both, { entries, failAfter: { entries: 0, failure: lost } });
    expect(await problemsOf(reading)).toEqual({ name: "RemoteError", problems: [lost.problem] });
  });

  test.each(["directory-not-found", "directory-filter"] as const)(
    "%s is not a reading at any time",
    async (code) => {
      const wrong = failure(code, "It is wrong.", 32);
      const of = config({ personal: table(), functional: table({ baseDns: ["OU=Wrong"] }) });
      const reading = read(of, { entries, refuses: { "OU=Wrong": wrong } });
      expect(await problemsOf(reading)).toEqual({ name: "RemoteError", problems: [wrong.problem] });
    },
  );

  test("an error of ours is not hidden", async () => {
    const session = memorySession({ entries, rootDse: { defaultNamingContext: [ROOT] } });
    const broken = { ...session, search: () => Promise.reject(new TypeError("oops")) };
    await expect(readEntries(broken, both, { now: () => NOW })).rejects.toThrow(TypeError);
  });
});

function neverRead(): never {
  throw new Error("no record");
}

test("a kind of which nothing was seen is named: what may not be read looks the same", async () => {
  const unseen = async (of: DirectoryConfig) => (await read(of, { entries: people })).unseen;
  expect(await unseen(both)).toEqual(["functional"]);
  expect(await unseen(personal())).toBeUndefined();
});

test("a directory without records is empty, and not complete", async () => {
  const reading = await read(both, { entries: [] });
  expect([reading.complete, reading.findings]).toEqual([
    false,
    [
      {
        code: "source-empty",
        severity: "warning",
        summary: "The directory gives no record at all. Nothing is removed because of this source.",
        where: { source: "head-office" },
      },
    ],
  ]);
});

describe("search references", () => {
  test("to the directory's own parts say nothing", async () => {
    const referrals = [
      `ldap://corp.example.test/DC=DomainDnsZones,${ROOT}`,
      `ldap://corp.example.test/dc=forestdnszones,${ROOT}`,
      `ldaps://corp.example.test/CN%3DConfiguration%2C${ROOT}`,
      `ldap://corp.example.test/CN=Schema,CN=Configuration,${ROOT}`,
    ];
    const reading = await read(both, { entries: people, referrals });
    expect([reading.complete, reading.findings]).toEqual([true, []]);
  });

  test("to other domains are told once, without credentials", async () => {
    const child = (name: string) => `ldap://${name}.corp.example.test/DC=${name},${ROOT}`;
    const referrals = [
      "ldap://u:secret@a.corp.example.test/DC=a",
      ...["b", "c", "d", "e", "f", "g"].map(child),
    ];
    const reading = await read(both, { entries: people, referrals });
    expect(JSON.stringify(reading.findings)).not.toContain("secret");
    expect([reading.complete, reading.findings]).toEqual([
      false,
      [
        {
          code: "source-incomplete",
          severity: "error",
          summary: `The directory says that some entries lie elsewhere, and they were not read: ldap://a.corp.example.test/DC=a, ${["b", "c", "d", "e"].map(child).join(", ")} and 2 more. Set baseDns to the parts of this domain where the accounts are, and add a source for each other domain; or read the global catalogue (port 3269). Nothing is removed because of this source.`,
          where: { source: "head-office" },
        },
      ],
    ]);
  });

  test("to other servers, in a directory without a global catalogue", async () => {
    const { findings } = await read(
      { ...both, type: "ldap" },
      { entries: people, referrals: ["ldap://b/dc=b"] },
    );
    expect(findings[0]?.summary).toBe(
      "The directory says that some entries lie elsewhere, and they were not read: ldap://b/dc=b. Set baseDns to the parts of the tree that this server holds, and add a source for each other server. Nothing is removed because of this source.",
    );
  });
});

describe("where is searched", () => {
  const basesOf = async (of: typeof both, memory: Partial<Parameters<typeof memorySession>[0]>) => {
    const session = memorySession({ entries: people, ...memory });
    await readEntries(session, of, { now: () => NOW });
    return session.log.searches.map(({ base, scope }) => [base, scope]);
  };
  const rootDse = { defaultNamingContext: [ROOT], namingContexts: [ROOT, `CN=Configuration,${ROOT}`] };

  test("the domain of an Active Directory", async () => {
    expect(await basesOf(personal(), { rootDse })).toEqual([[ROOT, "subtree"]]);
  });
  test("the whole forest in a global catalogue", async () => {
    const url = "ldaps://dc1.corp.example.test:3269";
    expect(await basesOf(personal(), { rootDse, url })).toEqual([["", "subtree"]]);
  });
  test("all naming contexts of another directory", async () => {
    const of = { ...personal(), type: "ldap" as const };
    const contexts = [
      "dc=a",
      "cn=config",
      "dc=b",
      "CN = Monitor",
      "cn=changelog",
      "o=netscaperoot",
      "cn=accesslog",
    ];
    expect(await basesOf(of, { rootDse: { namingContexts: contexts } })).toEqual([
      ["dc=a", "subtree"],
      ["dc=b", "subtree"],
      // Once more, for those who were moved there meanwhile.
      ["dc=a", "subtree"],
    ]);
  });
  test("where the configuration says", async () => {
    const of = personal({ baseDns: [`OU=Staff,${ROOT}`], scope: "oneLevel" });
    expect(await basesOf(of, {})).toEqual([[`OU=Staff,${ROOT}`, "oneLevel"]]);
  });
  test("a directory that does not say where its entries are", async () => {
    expect(await problemsOf(read(personal(), { entries: people, rootDse: {} }))).toEqual({
      name: "RemoteError",
      problems: [
        {
          code: "directory-not-found",
          where: "profiles/staff.yaml:4:5",
          message:
            "The directory does not say where its entries are (defaultNamingContext of its root DSE is empty, or may not be read), so zivsync does not know where to search.",
          remedy: "Set baseDns to the DN below which the accounts are.",
        },
      ],
    });
  });
});

test("the filters", async () => {
  const filters = async (of: typeof both) => {
    const rootDse = { defaultNamingContext: [ROOT], namingContexts: [ROOT] };
    const session = memorySession({ entries: people, rootDse });
    await readEntries(session, of, { now: () => NOW });
    return session.log.searches.map(({ filter }) => filter);
  };
  const filter = "(department=Care)";
  const disabledUsers = { map: {}, filter: "(company=shared)" };
  const all = { personal: table({ filter }), functional: { ...table({ filter }), disabledUsers } };
  expect(await filters(config(all))).toEqual([
    "(&(&(objectCategory=person)(objectClass=user))(mail=*)(userAccountControl:1.2.840.113556.1.4.803:=2)(department=Care)(company=shared))",
    "(&(&(objectCategory=person)(objectClass=user))(mail=*)(department=Care))",
    "(&(objectCategory=group)(mail=*)(department=Care))",
    "(objectCategory=group)",
  ]);
  expect(await filters(config({ ...all, primary: "proxyAddresses", functional: table() }))).toEqual([
    "(&(&(objectCategory=person)(objectClass=user))(proxyAddresses=SMTP:*)(department=Care))",
    "(objectCategory=group)",
  ]);
  const map = { email: { attribute: "userPrincipalName", encoding: "text" as const } };
  expect(await filters(config({ ...personal({ map }), type: "ldap", functional: table() }))).toEqual([
    "(&(objectClass=person)(userPrincipalName=*))",
    "(|(objectClass=groupOfNames)(objectClass=groupOfUniqueNames)(objectClass=groupOfMembers)(objectClass=posixGroup)(objectClass=group))",
  ]);
});

test("the facts", async () => {
  let now = NOW;
  const session = memorySession({
    entries: [...people, group("Desk", [dnOf(people[0] ?? neverRead()), `CN=Gone,${ROOT}`])],
    identity: "u:CORP\\svc-zivsync",
    rootDse: { defaultNamingContext: [ROOT] },
  });
  const map = { phone: { attribute: "mobile", encoding: "text" as const } };
  const of = config({ personal: table({ map }), functional: table() });
  now = NOW;
  const reading = await readEntries(session, of, { now: () => (now += 205) });
  expect(reading.facts).toEqual([
    { label: "server", value: "ldaps://dc1.corp.example.test:636" },
    { label: "bound as", value: "CORP\\svc-zivsync" },
    { label: "searched under", value: ROOT },
    { label: "personal accounts", value: "3 entries in 0.20 s" },
    {
      label: "attributes seen on no entry",
      value: "proxyAddresses, givenName, sn, name, mobile (personal accounts; not used, or may not be read)",
    },
    { label: "groups", value: "1 entry in 0.20 s" },
    {
      label: "attributes seen on no entry",
      value: "proxyAddresses, cn, name, objectSid (groups; not used, or may not be read)",
    },
    { label: "members looked up", value: "1 entry" },
  ]);
});

test.each([
  ["", undefined, "anonymous"],
  ["dn:cn=svc,dc=test", undefined, "cn=svc,dc=test"],
  ["dn: cn=svc,dc=test", undefined, "cn=svc,dc=test"],
  ["dn:", undefined, "anonymous"],
  [undefined, undefined, "anonymous"],
  [undefined, { type: "simple", user: "CORP\\svc", password: { env: "X" } }, "CORP\\svc"],
  [
    undefined,
    { type: "certificate", certificate: { path: "/x/c.pem", shownAs: "c.pem" }, key: { env: "X" } },
    "the client certificate c.pem",
  ],
] as const)("bound as: the server says %j, the configuration %j", async (identity, bind, expected) => {
  const of = { ...personal(), ...(bind ? { bind } : {}) };
  const reading = await read(of, { entries: people, ...(identity === undefined ? {} : { identity }) });
  expect(reading.facts?.find(({ label }) => label === "bound as")?.value).toBe(expected);
});

test("the digest follows what was read, and not its order", async () => {
  const digest = async (entries: typeof people) => (await read(personal(), { entries })).digest;
  const [jane = neverRead(), kim = neverRead(), lee = neverRead()] = people;
  const first = await digest([jane, kim, lee]);
  expect(first).toMatch(/^sha256:[0-9a-f]{64}$/);
  expect(await digest([lee, jane, kim])).toBe(first);
  const changes = {
    displayName: "J",
    userAccountControl: "514",
    objectGUID: new Uint8Array(16),
    mail: "j@example.org",
  };
  for (const [name, value] of Object.entries(changes)) {
    const changed = { ...jane, attributes: { ...jane.attributes, [name]: [value] } };
    expect(await digest([changed, kim, lee])).not.toBe(first);
  }
});

test("no account key can be seen", async () => {
  const map = { accountKey: { attribute: "employeeNumber", encoding: "text" as const } };
  const reading = await read(personal({ map }), {
    entries: [user("Jane", { employeeNumber: "canary-7f3a" })],
  });
  expect(reading.records[0]?.accountKey?.value.reveal()).toBe("canary-7f3a");
  const { inspect } = await import("node:util");
  expect(`${inspect(reading, { depth: 9, showHidden: true })}${JSON.stringify(reading)}`).not.toContain(
    "canary",
  );
});

test("functional accounts alone give no personal ones", async () => {
  const reading = await read(functional(), { entries: [...people, group("Desk", people.map(dnOf))] });
  expect(byAddress(reading, "delegates")).toEqual({
    "desk@example.org": ["jane@example.org", "kim@example.org", "lee@example.org"],
  });
});
