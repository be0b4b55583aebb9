import { describe, expect, test } from "vitest";
import type { DirectoryConfig } from "../../../../src/model/source-config/directory.ts";
import { config, read, table } from "../builders.ts";
import { entry, type Memory, type MemoryEntry, type Values } from "../memory-session.ts";

/* Members whom no search of the accounts brings, in directories other than Active Directory. */

const ROOT = "DC=corp,DC=example,DC=test";
const GROUPS = `ou=groups,${ROOT}`;
const there = (name: string) => `uid=${name},ou=there,${ROOT}`;
const someone = (name: string, classes: Values, more: Readonly<Record<string, Values>> = {}) =>
  entry(there(name), {
    objectClass: classes,
    uid: name,
    mail: `${name}@example.org`,
    nsAccountLock: "false",
    ...more,
  });
const desk = (more: Readonly<Record<string, Values>>) =>
  entry(`cn=desk,${GROUPS}`, { objectClass: "groupOfNames", cn: "Desk", mail: "desk@example.org", ...more });

const desksAlone: Partial<DirectoryConfig> = { type: "ldap", functional: table({ baseDns: [GROUPS] }) };

async function deskOf(entries: readonly MemoryEntry[], of = desksAlone, memory: Partial<Memory> = {}) {
  const { records, findings } = await read(config(of), { entries, ...memory });
  const one = records.find(({ email }) => email?.value === "desk@example.org");
  const said = findings.filter(({ code }) => code === "member-left-out").map(({ summary }) => summary);
  return { delegates: one?.delegates?.value, incomplete: one?.delegatesIncomplete, said };
}
const nothing = { delegates: [], incomplete: undefined, said: [] };

describe("by name", () => {
  test.each(["person", "organizationalPerson", "inetOrgPerson", "account", "posixAccount"])(
    "an entry of the class %s alone is somebody",
    async (name) => {
      const found = await deskOf([desk({ member: there("jane") }), someone("jane", name)]);
      expect(found).toEqual({ ...nothing, delegates: ["jane@example.org"] });
    },
  );

  test.each<readonly [string, string, object]>([
    [
      "an alias",
      "alias",
      {
        incomplete: `zivsync cannot identify a member: ${there("jane")} (1 an alias for another entry).`,
      },
    ],
    [
      "something else",
      "device",
      {
        said: [
          "1 other entry among its members is not an account of this directory, and left out of the delegates.",
        ],
      },
    ],
    [
      "a user of Active Directory",
      "user",
      {
        said: [
          "1 other entry among its members is not an account of this directory, and left out of the delegates.",
        ],
      },
    ],
  ])("%s is not", async (_, name, expected) => {
    const found = await deskOf([desk({ member: there("jane") }), someone("jane", name)]);
    expect(found).toEqual({ ...nothing, ...expected });
  });

  test("nobody is there", async () => {
    expect(await deskOf([desk({ member: there("gone") })])).toEqual({
      ...nothing,
      incomplete: `zivsync cannot identify a member: ${there("gone")} (1 not found).`,
    });
  });
});

describe("by uid", () => {
  const posix = (...memberUid: readonly string[]) => desk({ objectClass: "posixGroup", memberUid });

  test("is looked for where the accounts of both kinds are", async () => {
    const of = {
      ...desksAlone,
      functional: table({ baseDns: [GROUPS] }),
      personal: table({ baseDns: [`ou=there,${ROOT}`] }),
    };
    expect(await deskOf([posix("Jane"), someone("jane", "person")], of)).toEqual({
      ...nothing,
      delegates: ["jane@example.org"],
    });
  });

  test("is not found elsewhere", async () => {
    expect(await deskOf([posix("jane"), someone("jane", "person")])).toEqual({
      ...nothing,
      incomplete: "zivsync cannot identify a member: jane (1 not found).",
    });
  });

  test("of two people is nobody's, and of a disabled one nobody", async () => {
    const everywhere = { ...desksAlone, functional: table() };
    const twin = entry(`uid=jane,ou=elsewhere,${ROOT}`, {
      objectClass: "person",
      uid: "jane",
      mail: "j@example.org",
      nsAccountLock: "false",
    });
    const kim = someone("kim", "person", { nsAccountLock: "true" });
    expect(await deskOf([posix("jane", "kim"), someone("jane", "person"), twin, kim], everywhere)).toEqual({
      ...nothing,
      incomplete: "zivsync cannot identify a member: jane (1 with a uid that several people have).",
    });
  });

  test("and by name, is the same person once known", async () => {
    const of = { ...desksAlone, functional: table() };
    const both = desk({
      objectClass: ["posixGroup", "groupOfNames"],
      memberUid: "jane",
      member: there("jane"),
    });
    expect(await deskOf([both, someone("jane", "person")], of)).toEqual({
      ...nothing,
      delegates: ["jane@example.org"],
    });
  });
});
