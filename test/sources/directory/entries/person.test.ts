import { describe, expect, test } from "vitest";
import type { AttributeMap } from "../../../../src/model/source-config/directory.ts";
import { activeDirectoryRule } from "../../../../src/sources/directory/entries/activity.ts";
import { personOf, personReader } from "../../../../src/sources/directory/entries/person.ts";
import { record } from "../../../support/engine.ts";
import { config, NOW, table } from "../builders.ts";
import { received, type Values } from "../memory-session.ts";

const JANE = "jane@example.org";
const ENABLED = { userAccountControl: "512", accountExpires: "0" };
const DISABLED = { userAccountControl: "514" };
const person = (address: string) => ({ standing: "person", address });
const nobody = (address?: string) => ({ standing: "nobody", ...(address ? { address } : {}) });
const UNCLEAR = { standing: "unclear" };

const readerOf = (map?: AttributeMap) =>
  personReader(config(map ? { personal: table({ map }) } : {}), activeDirectoryRule(NOW));
const active = { active: { attribute: "x", encoding: "text" as const } };

describe("an entry that is a member", () => {
  type Row = readonly [string, Readonly<Record<string, Values>>, unknown, AttributeMap?];
  const rows: readonly Row[] = [
    ["enabled, with an address", { ...ENABLED, mail: ` ${JANE}` }, person(JANE)],
    ["enabled, without one", ENABLED, nobody()],
    [
      "disabled, with an address, which tells it from others",
      { ...DISABLED, mail: ` ${JANE}` },
      nobody(JANE),
    ],
    ["disabled, without one", DISABLED, nobody()],
    ["nothing says whether it has expired", { userAccountControl: "512", mail: JANE }, person(JANE)],
    ["nothing says whether it is enabled", { mail: JANE }, UNCLEAR],
    ["nothing says so, and it has no address", {}, nobody()],
    ["an address that cannot be read", { ...ENABLED, mail: "n/a" }, UNCLEAR],
    ["disabled, with an address that cannot be read", { ...DISABLED, mail: "n/a" }, nobody()],
    [
      "aliases that cannot be read",
      { ...ENABLED, mail: JANE, "proxyAddresses;range=0-1": "x" },
      person(JANE),
    ],
    ["active by the map", { ...DISABLED, x: "yes", mail: JANE }, person(JANE), active],
    ["not active by the map", { ...ENABLED, x: "no", mail: JANE }, nobody(JANE), active],
    ["nothing by the map", { ...DISABLED, mail: JANE }, person(JANE), active],
    ["neither by the map", { x: "perhaps", mail: JANE }, UNCLEAR, active],
    ["several by the map", { x: ["yes", "no"], mail: JANE }, UNCLEAR, active],
  ];
  test.each(rows.map(([why, attributes, expected, map = {}]) => [why, attributes, expected, map] as const))(
    "%s",
    (_, attributes, expected, map) => {
      expect(readerOf(map).read(received("CN=Jane", attributes))).toEqual(expected);
    },
  );

  test("is asked for its address and whether it is enabled, and no more", () => {
    const addresses = ["mail", "proxyAddresses", "proxyAddresses"];
    expect(readerOf().attributes).toEqual([...addresses, "userAccountControl", "accountExpires"]);
    expect(readerOf(active).attributes).toEqual([...addresses, "x"]);
  });
});

describe("a record that is a member", () => {
  const unread = (field: "email" | "active" | "phone") => ({
    problems: [{ attribute: "x", message: "It cannot be read.", field }],
  });
  test.each([
    ["active", record(JANE, { active: true }), person(JANE)],
    ["not active", record(JANE, { active: false }), nobody(JANE)],
    ["nothing says whether it is active", record(JANE), person(JANE)],
    ["whether it is active cannot be read", record(JANE, unread("active")), UNCLEAR],
    ["its phone number cannot be read", record(JANE, unread("phone")), person(JANE)],
    ["its address cannot be read", record(undefined, unread("email")), UNCLEAR],
    ["it has none", record(undefined), nobody()],
    [
      "whether it is active cannot be read, and it has no address",
      record(undefined, unread("active")),
      nobody(),
    ],
  ])("%s", (_, one, expected) => {
    expect(personOf(one)).toEqual(expected);
  });
});
