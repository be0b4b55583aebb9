import { describe, expect, test } from "vitest";
import type { DirectoryTable } from "../../../src/model/source-config/directory.ts";
import { byAddress, config, problemsOf, read, table } from "./builders.ts";
import { entry, failure, type Memory, type MemoryEntry } from "./memory-session.ts";

const A = "dc=a,dc=test";
const B = "dc=b,dc=test";

const person = (uid: string, tree: string, more: Record<string, string | string[]> = {}) =>
  entry(`uid=${uid},${tree}`, {
    objectClass: ["person", "inetOrgPerson"],
    entryUUID: `${uid}-${tree}`,
    uid,
    cn: uid,
    mail: `${uid}@example.org`,
    ...more,
  });
const team = (name: string, objectClass: string, more: Record<string, string | string[]>, tree = A) =>
  entry(`cn=${name},${tree}`, { objectClass: [objectClass], entryUUID: name, cn: name, ...more });
const desk = (objectClass: string, more: Record<string, string | string[]>) =>
  team("desk", objectClass, { mail: "desk@example.org", ...more });

const both = { personal: table(), functional: table() };
const rootDse = { namingContexts: [A, B], subschemaSubentry: ["cn=Subschema"] };

/** The delegates of the account `desk`, and why some may be missing. */
async function deskOf(entries: readonly MemoryEntry[], more: Partial<Memory> = {}) {
  const { records } = await read(config({ type: "ldap", ...both }), { entries, rootDse, ...more });
  const one = records.find(({ email }) => email?.value === "desk@example.org");
  return [one?.delegates?.value, one?.delegatesIncomplete];
}

describe("a uid in a group", () => {
  const kim = person("kim", A);
  const jan = person("jan", A);
  const other = person("jan", B, { mail: "j.berg@example.org" });
  const team2 = desk("posixGroup", { memberUid: ["jan", "kim"] });
  const nobodyKnows = "zivsync cannot identify a member: jan (1 with a uid that several people have).";

  test.each<[string, readonly MemoryEntry[], readonly unknown[]]>([
    ["that two people have", [jan, other, kim, team2], [["kim@example.org"], nobodyKnows]],
    ["the other one first", [other, kim, jan, team2], [["kim@example.org"], nobodyKnows]],
    [
      "that an enabled and a disabled person have",
      [jan, kim, person("jan", B, { mail: "j.berg@example.org", nsAccountLock: "TRUE" }), team2],
      [["kim@example.org"], nobodyKnows],
    ],
    [
      "that somebody has twice, with one address",
      [jan, kim, person("jan", B, { mail: "Jan@example.org" }), team2],
      [["jan@example.org", "kim@example.org"], undefined],
    ],
    [
      "that an entry without an address has, too",
      [person("jan", B, { mail: [] }), jan, kim, person("jan", `ou=unix,${A}`, { mail: [] }), team2],
      [["jan@example.org", "kim@example.org"], undefined],
    ],
  ])("%s", async (_, entries, expected) => {
    expect(await deskOf(entries)).toEqual(expected);
  });

  test("functional accounts alone", async () => {
    const of = config({ type: "ldap", functional: table() });
    const { records } = await read(of, { entries: [jan, other, kim, team2], rootDse });
    expect(records.map((one) => [one.delegates?.value, one.delegatesIncomplete])).toEqual([
      [["kim@example.org"], nobodyKnows],
    ]);
  });

  test("that two people have lets neither through a filter, and leaves neither out", async () => {
    const of = (exclude: boolean) =>
      config({
        type: "ldap",
        personal: table({ conditions: [{ memberOf: [`cn=desk,${A}`], exclude, where: "p.yaml:9:5" }] }),
      });
    for (const exclude of [false, true]) {
      const { records } = await read(of(exclude), {
        entries: [jan, other, kim, person("lee", A), team2],
        rootDse,
      });
      expect(records.map(({ email, problems }) => [email?.value, problems.length])).toEqual([
        ["jan@example.org", 1],
        [exclude ? "lee@example.org" : "kim@example.org", 0],
        ["j.berg@example.org", 1],
      ]);
    }
  });
});

test("a member that is another name for an entry is somebody of whom zivsync cannot tell", async () => {
  const alias = entry(`cn=al,${A}`, { objectClass: ["alias"], aliasedObjectName: `uid=kim,${A}` });
  const group = desk("groupOfNames", { member: [`uid=jan,${A}`, alias.dn] });
  expect(await deskOf([person("jan", A), person("kim", A), alias, group])).toEqual([
    ["jan@example.org"],
    `zivsync cannot identify a member: ${alias.dn} (1 an alias for another entry).`,
  ]);
});

describe("a group that shows nobody", () => {
  const schema = (...objectClasses: string[]) =>
    entry("cn=Subschema", { objectClass: ["subschema"], objectClasses });
  const strict = schema(
    "( 2.5.6.9 NAME 'groupOfNames' DESC 'MUST member' SUP top STRUCTURAL MUST ( member $ cn ) MAY ( owner ) )",
    "( 2.5.6.17 NAME ( 'groupOfUniqueNames' 'gun' ) SUP top STRUCTURAL MUST ( uniqueMember $ cn ) )",
    "( 1.3.6.1.1.1.2.2 NAME 'posixGroup' SUP top STRUCTURAL MUST ( cn $ gidNumber ) MAY ( memberUid ) )",
  );
  const lenient = schema(
    "( 2.5.6.9 NAME 'groupOfNames' DESC 'MUST member' SUP top STRUCTURAL MUST cn MAY ( member $ owner ) )",
  );
  const shown = team("shown", "groupOfNames", { member: `uid=jan,${A}` });
  const hidden =
    "Members may be missing from cn=desk,dc=a,dc=test: its kind of group cannot be without members here, and shows none, so they may not be read.";

  test.each<[string, string, readonly MemoryEntry[], readonly unknown[]]>([
    ["may not be read, where its class needs members", "groupOfNames", [strict], [[], hidden]],
    ["by unique names, the same", "groupOfUniqueNames", [strict], [[], hidden]],
    ["is empty, where its class needs none", "groupOfNames", [lenient], [[], undefined]],
    ["is empty, where the schema says nothing", "groupOfNames", [], [[], undefined]],
  ])("%s", async (_, objectClass, more, expected) => {
    expect(await deskOf([person("jan", A), desk(objectClass, {}), shown, ...more])).toEqual(expected);
  });

  const unseen =
    "Members may be missing from cn=desk,dc=a,dc=test: no entry that was read has anybody in it, so it may be that this may not be read.";

  test.each<[string, string[], readonly MemoryEntry[], readonly unknown[]]>([
    ["as no other of its class does", ["posixGroup"], [], [[], unseen]],
    [
      "as another of its class does not",
      ["posixGroup"],
      [team("x", "posixGroup", { memberUid: "jan" })],
      [[], undefined],
    ],
    ["as others of one of its classes do not", ["groupOfMembers", "posixGroup"], [], [[], undefined]],
  ])("%s", async (_, objectClass, more, expected) => {
    const empty = { ...desk("", {}), attributes: { ...desk("", {}).attributes, objectClass } };
    expect(await deskOf([person("jan", A), shown, empty, ...more])).toEqual(expected);
  });

  test("as no other of its class does, and that a filter names beside one that shows somebody", async () => {
    const unix = team("unix", "posixGroup", {});
    const of = config({ type: "ldap", personal: table({ memberOf: [shown.dn, unix.dn] }) });
    const { complete, findings, records } = await read(of, {
      entries: [person("jan", A), shown, unix],
      rootDse,
    });
    expect([complete, records.length]).toEqual([false, 1]);
    expect(findings.map(({ summary }) => summary)).toEqual([
      `memberOf goes through groups whose members may not all be known: ${unix.dn} (no entry that was read has anybody in it, so it may be that this may not be read). No personal account is removed because of this source.`,
    ]);
  });

  test("inside another group, and inside one that a filter names", async () => {
    const group = desk("groupOfNames", { member: [`uid=jan,${A}`, `cn=inner,${A}`] });
    const entries = [person("jan", A), person("kim", A), group, team("inner", "groupOfNames", {}), strict];
    expect(await deskOf(entries)).toEqual([["jan@example.org"], hidden.replace("cn=desk", "cn=inner")]);
    const of = config({ type: "ldap", personal: table({ memberOf: [group.dn] }) });
    const { complete, findings, records } = await read(of, { entries, rootDse });
    expect([complete, records.length]).toEqual([false, 1]);
    expect(findings.map(({ summary }) => summary)).toEqual([
      `memberOf goes through groups whose members may not all be known: cn=inner,${A} (its kind of group cannot be without members here, and shows none, so they may not be read). No personal account is removed because of this source.`,
    ]);
  });

  test("a schema that may not be read is none", async () => {
    const refuses = { "cn=Subschema": failure("directory-refused", "No.", 50) };
    const entries = [person("jan", A), desk("groupOfNames", {}), shown, strict];
    expect(await deskOf(entries, { refuses })).toEqual([[], undefined]);
  });
});

describe("memberOf", () => {
  const members = team("members", "groupOfNames", { member: [`uid=jan,${A}`, `cn=more,${B}`] });
  const more = team("more", "groupOfNames", { member: `uid=kim,${A}` }, B);
  const entries = [person("jan", A), person("kim", A), person("lee", A), members, more];
  const of = (memberOf: string, narrowing: Partial<DirectoryTable> = { baseDns: [A] }) =>
    config({ type: "ldap", personal: table({ memberOf: [memberOf], ...narrowing }) });
  const noEntry = failure("directory-not-found", "There is no such entry.", 32);

  test.each([members.dn, "members@example.org"])(
    "a tree that is closed does not matter: %s",
    async (name) => {
      const [jan, kim, lee] = [person("jan", A), person("kim", A), person("lee", A)];
      const attributes = { ...members.attributes, mail: ["members@example.org"] };
      const named = [jan, kim, lee, more, { dn: members.dn, attributes }];
      const contexts = { ...rootDse, namingContexts: [A, "dc=closed", B] };
      const reading = await read(of(name), {
        entries: named,
        rootDse: contexts,
        refuses: { "dc=closed": noEntry },
      });
      expect([reading.complete, byAddress(reading, "fullName")]).toEqual([
        true,
        { "jan@example.org": "jan", "kim@example.org": "kim" },
      ]);
    },
  );

  test("a server that does not name its trees, and a group in one that was not searched", async () => {
    const reading = await read(of(members.dn), { entries, rootDse: {} });
    expect([reading.complete, byAddress(reading, "fullName")]).toEqual([
      true,
      { "jan@example.org": "jan", "kim@example.org": "kim" },
    ]);
  });

  test("without baseDns all trees must be there, and with them these", async () => {
    const problems = [noEntry.problem];
    const refuses = { [B]: noEntry };
    expect(await problemsOf(read(of(members.dn, {}), { entries, rootDse, refuses }))).toEqual({
      name: "RemoteError",
      problems,
    });
    const inB = of(members.dn, { baseDns: [`ou=people,${B}`] });
    expect(await problemsOf(read(inB, { entries, rootDse, refuses }))).toEqual({
      name: "RemoteError",
      problems,
    });
  });

  test("a group in it whose members are found by a filter", async () => {
    const dynamic = team("more", "groupOfURLs", { memberURL: `ldap:///${A}??sub?(uid=kim)` }, B);
    const reading = await read(of(members.dn), { entries: [...entries.slice(0, 4), dynamic], rootDse });
    expect([reading.complete, Object.keys(byAddress(reading, "fullName")), reading.findings]).toEqual([
      false,
      ["jan@example.org"],
      [
        {
          code: "source-incomplete",
          severity: "error",
          summary: `memberOf goes through groups whose members may not all be known: cn=more,${B} (its members are found by a filter). No personal account is removed because of this source.`,
          where: { source: "head-office", kind: "personal" },
        },
      ],
    ]);
  });
});
