import { describe, expect, test } from "vitest";
import type { AttributeMap, DirectoryConfig } from "../../../../src/model/source-config/directory.ts";
import { activeDirectoryRule } from "../../../../src/sources/directory/entries/activity.ts";
import {
  distinct,
  entryReader,
  type ReaderOptions,
} from "../../../../src/sources/directory/entries/entry-reader.ts";
import { giveBeside, type RecordDraft } from "../../../../src/sources/directory/entries/record.ts";
import { record } from "../../../support/engine.ts";
import { config, guid, guidOf, NOW, plain } from "../builders.ts";
import { received, type Values } from "../memory-session.ts";

const rule = activeDirectoryRule(NOW);
const text = (attribute: string) => ({ attribute, encoding: "text" as const });
const LDAP: Partial<DirectoryConfig> = { type: "ldap" };
const readerOf = (of: Partial<DirectoryConfig> = {}, options: Partial<ReaderOptions> = {}) =>
  entryReader(config(of), { kind: "personal", map: {}, rule, ...options });
const recordOf = (
  attributes: Readonly<Record<string, Values>>,
  map: AttributeMap = {},
  of: Partial<DirectoryConfig> = {},
  options: Partial<ReaderOptions> = {},
) => plain(readerOf(of, { map, ...options }).read(received("CN=Jane", attributes)).record);

const WHERE = { kind: "personal", where: "CN=Jane" };
const ENABLED = { userAccountControl: "512", accountExpires: "0" };
const unread = (attribute: string, field: string, message = "Its value holds control characters.") => ({
  attribute,
  message,
  field,
});

describe("a record has what its entry says", () => {
  test("in Active Directory: id and key are the object's", () => {
    const attributes = {
      ...ENABLED,
      objectGUID: guid(1),
      mail: "jane@example.org",
      displayName: "Jane",
      proxyAddresses: ["smtp:z@example.org", "smtp:a@example.org"],
      telephoneNumber: "1",
    };
    expect(recordOf(attributes)).toEqual({
      ...WHERE,
      email: ["jane@example.org", "mail"],
      id: [guidOf(1), "objectGUID"],
      fullName: ["Jane", "displayName"],
      aliases: [["a@example.org", "z@example.org"], "proxyAddresses"],
      active: [true, "userAccountControl"],
      accountKey: [guidOf(1), "objectGUID"],
    });
  });

  test("by the map", () => {
    const map: AttributeMap = {
      id: text("employeeID"),
      fullName: text("cn"),
      active: text("status"),
      division: text("ou"),
      phone: text("tel"),
      accountKey: text("upn"),
    };
    const attributes = {
      employeeID: "7",
      cn: "Jane",
      status: "no",
      ou: "/care",
      tel: "1",
      upn: "jane",
      userAccountControl: "512",
    };
    expect(recordOf(attributes, map)).toEqual({
      ...WHERE,
      id: ["7", "employeeID"],
      fullName: ["Jane", "cn"],
      active: [false, "status"],
      division: ["/care", "ou"],
      phone: ["1", "tel"],
      accountKey: ["jane", "upn"],
    });
  });

  test("in other directories the id is the entry's", () => {
    expect(recordOf({ entryUUID: "u-1", cn: "Jane", sn: "Doe" }, {}, LDAP, { kind: "functional" })).toEqual({
      kind: "functional",
      where: "CN=Jane",
      id: ["u-1", "entryUUID"],
      fullName: ["Jane", "cn"],
      problems: [
        unread(
          "userAccountControl",
          "active",
          "It is not there, or may not be read, so it is not known whether the account is enabled.",
        ),
      ],
    });
  });

  test("a key with another encoding than the id is read on its own", () => {
    const map: AttributeMap = { accountKey: { attribute: "objectGuid", encoding: "hex" } };
    const { accountKey, id } = recordOf({ ...ENABLED, objectGUID: guid(1) }, map) as Record<string, unknown>;
    expect([id, accountKey]).toEqual([
      [guidOf(1), "objectGUID"],
      ["00000000000000000000000000000001", "objectGuid"],
    ]);
  });

  test("a key is the id also where the map writes it otherwise", () => {
    const map: AttributeMap = { id: { attribute: "objectguid", encoding: "guid" } };
    expect(recordOf({ ...ENABLED, objectGUID: guid(1) }, map)).toMatchObject({
      accountKey: [guidOf(1), "objectguid"],
    });
  });

  test("what cannot be read is a problem of its field, and of no other", () => {
    const map: AttributeMap = {
      phone: text("tel"),
      accountKey: text("upn"),
      id: text("nr"),
      division: text("ou"),
    };
    const attributes = { ...ENABLED, nr: "\u0001", tel: "\u0002", upn: "\u0003", ou: "/care", mail: "n/a" };
    expect(recordOf(attributes, map)).toEqual({
      ...WHERE,
      active: [true, "userAccountControl"],
      division: ["/care", "ou"],
      problems: [
        unread("mail", "email", "It does not hold an email address."),
        unread("nr", "id"),
        unread("tel", "phone"),
        unread("upn", "accountKey"),
      ],
    });
  });

  test("without a rule or a map nothing is said of being active, and functional accounts have no key", () => {
    const reader = entryReader(config(), { kind: "functional", map: {} });
    const { record: one, mismatch } = reader.read(
      received("CN=Desk", {
        objectGUID: guid(1),
        mail: "desk@example.org",
        proxyAddresses: "SMTP:d@example.org",
      }),
    );
    expect(plain(one)).toEqual({
      kind: "functional",
      where: "CN=Desk",
      email: ["desk@example.org", "mail"],
      id: [guidOf(1), "objectGUID"],
      aliases: [[], "proxyAddresses"],
    });
    expect([one.supplement, mismatch]).toEqual([false, ["d@example.org"]]);
  });
});

describe("the full name", () => {
  const all = { displayName: "D", cn: "C", givenName: "G", sn: "S", name: "N" };
  const without = (...names: readonly string[]) =>
    Object.fromEntries(Object.entries(all).filter(([name]) => !names.includes(name)));
  test.each<readonly [string, Partial<DirectoryConfig>, "personal" | "functional", readonly string[]]>([
    ["of a person", {}, "personal", ["displayName", "givenName, sn", "name"]],
    ["of a person elsewhere", LDAP, "personal", ["displayName", "cn", "givenName, sn"]],
    ["of a functional account", {}, "functional", ["displayName", "cn", "name"]],
    ["of a functional account elsewhere", LDAP, "functional", ["displayName", "cn", "name"]],
  ])("%s", (_, of, kind, expected) => {
    const left: string[] = [];
    const found: unknown[] = [];
    for (const attribute of expected) {
      const { fullName } = recordOf({ ...ENABLED, ...without(...left) }, {}, of, { kind }) as Record<
        string,
        unknown
      >;
      found.push((fullName as readonly string[])[1]);
      left.push(...attribute.split(", "));
    }
    expect(found).toEqual(expected);
  });
});

describe("what is asked for, and what decides a field", () => {
  test("in Active Directory", () => {
    const { attributes, idIsAnchor, fields, attributesOf } = readerOf();
    expect({ attributes, idIsAnchor, fields }).toEqual({
      attributes: [
        "mail",
        "proxyAddresses",
        "objectGUID",
        "displayName",
        "givenName",
        "sn",
        "name",
        "userAccountControl",
        "accountExpires",
      ],
      idIsAnchor: true,
      fields: {
        email: ["mail"],
        id: ["objectGUID"],
        fullName: ["displayName", "givenName", "sn", "name"],
        aliases: ["proxyAddresses"],
        active: ["userAccountControl"],
        accountKey: ["objectGUID"],
      },
    });
    expect([
      attributesOf("kind"),
      attributesOf("aliases"),
      attributesOf("active"),
      attributesOf("phone"),
      attributesOf("email"),
    ]).toEqual([[], ["proxyAddresses", "mail"], ["userAccountControl", "accountExpires"], [], ["mail"]]);
  });

  test("by the map", () => {
    const map: AttributeMap = {
      id: text("nr"),
      active: text("status"),
      phone: text("tel"),
      fullName: text("cn"),
      accountKey: text("upn"),
    };
    const { attributes, idIsAnchor, fields, attributesOf } = readerOf({}, { map });
    expect({ attributes, idIsAnchor, fields }).toEqual({
      attributes: ["mail", "proxyAddresses", "nr", "cn", "tel", "status", "upn"],
      idIsAnchor: false,
      fields: {
        email: ["mail"],
        id: ["nr"],
        fullName: ["cn"],
        phone: ["tel"],
        aliases: ["proxyAddresses"],
        active: ["status"],
        accountKey: ["upn"],
      },
    });
    expect(attributesOf("active")).toEqual(["status"]);
  });

  test("of functional accounts without a rule", () => {
    const { fields, attributesOf } = entryReader(config(LDAP), {
      kind: "functional",
      map: { id: text("ENTRYUUID") },
    });
    expect(fields).toEqual({
      email: ["mail"],
      id: ["ENTRYUUID"],
      fullName: ["displayName", "cn", "name"],
      aliases: ["proxyAddresses", "mailAlternateAddress"],
    });
    expect(attributesOf("active")).toEqual([]);
    expect(readerOf(LDAP, { map: { id: text("ENTRYUUID") } }).idIsAnchor).toBe(true);
  });
});

test("attribute names come once, as they are written first", () => {
  expect(distinct(["mail", "Mail", "cn", "CN", "mail"])).toEqual(["mail", "cn"]);
});

test("what another entry says counts where the record's own says nothing, and could be read", () => {
  const given = (draft: RecordDraft) => {
    giveBeside(draft, "hr", "phone", { value: "1", attribute: "tel" });
    return draft.phone?.value;
  };
  const problem = (field: "phone" | "active") => [{ attribute: "x", message: "y", field }];
  expect([
    given({ ...record("a@example.org") }),
    given({ ...record("a@example.org", { phone: "2" }) }),
    given({ ...record("a@example.org", { problems: problem("phone") }) }),
    given({ ...record("a@example.org", { problems: problem("active") }) }),
  ]).toEqual(["1", "2", undefined, "1"]);
});
