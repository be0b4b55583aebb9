import { describe, expect, test } from "vitest";
import { desiredFields } from "../../../src/engine/desired/fields.ts";
import type { RecordField } from "../../../src/model/account/account.ts";
import type { Kind } from "../../../src/model/account/kind.ts";
import type { Finding } from "../../../src/model/plan/finding.ts";
import type { OrganizationPolicy } from "../../../src/model/plan/policy.ts";
import { at, organization, type ProfileGiven, profile, record } from "../../support/engine.ts";

const A = "a@example.org";
const WHERE = { profile: "staff", kind: "personal", address: at(A) } as const;

type Given = Omit<NonNullable<Parameters<typeof record>[1]>, "kind"> & {
  readonly delegatesIncomplete?: string;
};
type Setting = {
  readonly kind?: Kind;
  readonly active?: boolean;
  readonly held?: readonly RecordField[];
  readonly partial?: readonly RecordField[];
  readonly profile?: ProfileGiven;
  readonly organization?: Partial<OrganizationPolicy>;
};

/** The fields of an account whose records give nothing but this, by their values, and what is said. */
function fieldsOf({ delegatesIncomplete, ...row }: Given, setting: Setting = {}) {
  const { kind = "personal", active = true, held = [], partial = [] } = setting;
  const merged = {
    ...record(A, { fullName: null, accountKey: null, ...row }),
    ...(delegatesIncomplete === undefined ? {} : { delegatesIncomplete }),
  };
  return desiredFields({
    organization: organization({ loginMethod: "password", ...setting.organization }),
    policy: profile(setting.profile),
    address: at(A),
    kind,
    active,
    merged,
    held: new Set(held),
    partial: new Set(partial),
    where: WHERE,
  });
}

const said = (code: string, severity: Finding["severity"], summary: string) => ({
  code,
  severity,
  summary,
  where: WHERE,
});
const given = <T>(attribute: string, value: T) => ({
  value,
  origin: { source: "hr", where: `row of ${A}`, attribute },
});

test("what no record gives is absent", () => {
  const { fields, notes } = fieldsOf({});
  expect([Object.keys(fields), notes]).toEqual([[], []]);
});

describe("texts", () => {
  test("are given in canonical form, with where they come from", () => {
    const row = { id: "1", fullName: " Ann\tDoe ", division: "/x", phone: "+31 (20) 1" };
    expect(fieldsOf(row)).toEqual({
      fields: {
        id: given("id", "1"),
        fullName: given("name", "Ann Doe"),
        division: given("division", "/x"),
        phone: given("phone", "+31201"),
      },
      notes: [],
    });
  });

  test.each<readonly [string, Given, Setting, readonly string[]]>([
    ["a name of control characters is none", { fullName: "\u0007" }, {}, []],
    ["one in doubt is left out", { fullName: "Ann", phone: "1" }, { held: ["phone"] }, ["fullName"]],
    [
      "a functional account has no phone",
      { fullName: "Desk", phone: "1" },
      { kind: "functional" },
      ["fullName"],
    ],
    ["an id that is in doubt is known all the same", { id: "1" }, { held: ["id"] }, ["id"]],
  ])("%s", (_, row, setting, fields) => {
    expect(Object.keys(fieldsOf(row, setting).fields)).toEqual(fields);
  });
});

describe("the division", () => {
  const byRule = (value: string) => ({
    value,
    origin: { source: "profile staff", where: "its division rule", attribute: "division" },
  });
  const byDomain = { "example.org": "/org", "example.com": "/com" };
  test.each<readonly [string, Given, Setting, unknown]>([
    [
      "is the record's own",
      { division: "/own" },
      { profile: { division: { fixed: "/all" } } },
      given("division", "/own"),
    ],
    ["else that of the domain", {}, { profile: { division: { fixed: "/all", byDomain } } }, byRule("/org")],
    [
      "else the fixed one",
      {},
      { profile: { division: { fixed: "/all", byDomain: { "example.com": "/com" } } } },
      byRule("/all"),
    ],
    ["else none", {}, { profile: { division: { byDomain: { "example.com": "/com" } } } }, undefined],
    [
      "none by a rule while it is in doubt",
      {},
      { profile: { division: { fixed: "/all" } }, held: ["division"] },
      undefined,
    ],
  ])("%s", (_, row, setting, division) => {
    expect(fieldsOf(row, setting).fields).toEqual(division === undefined ? {} : { division });
  });

  test("rules give no other field", () => {
    expect(Object.keys(fieldsOf({}, { profile: { division: { fixed: "/all" } } }).fields)).toEqual([
      "division",
    ]);
  });
});

describe("aliases", () => {
  const strict: ProfileGiven = { aliases: { excludeDomains: ["example.com"], unclaimed: "error" } };
  test("are in order, once, without the address itself and what the profile excludes", () => {
    const aliases = ["Z@example.org", A, "b@example.org", "z@example.org", "x@example.com"];
    expect(fieldsOf({ aliases }, { profile: strict })).toEqual({
      fields: { aliases: given("aliases", ["b@example.org", "z@example.org"]) },
      notes: [],
    });
  });

  test("none are none", () => {
    expect(fieldsOf({ aliases: [] })).toEqual({ fields: { aliases: given("aliases", []) }, notes: [] });
  });

  test("one that is not an address is left out, and none is taken away", () => {
    expect(fieldsOf({ aliases: ["smtp:x", "b@example.org"] })).toEqual({
      fields: { aliases: given("aliases", ["b@example.org"]), aliasesIncomplete: true },
      notes: [
        said(
          "alias-invalid",
          "error",
          'The alias "smtp:x" is not an e-mail address. It is left out, and no alias is taken away.',
        ),
      ],
    });
  });

  test("one outside the claimed domains is left out", () => {
    expect(fieldsOf({ aliases: ["x@example.net"] })).toEqual({
      fields: { aliases: given("aliases", []) },
      notes: [
        said(
          "alias-unclaimed",
          "info",
          "The alias x@example.net lies outside the claimed domains and is left out.",
        ),
      ],
    });
  });

  test("or is an error, where the profile says so: then none is taken away", () => {
    expect(fieldsOf({ aliases: ["x@example.net"] }, { profile: strict })).toEqual({
      fields: { aliases: given("aliases", []), aliasesIncomplete: true },
      notes: [
        said(
          "alias-unclaimed",
          "error",
          "The alias x@example.net lies outside the claimed domains and is left out, and no alias is taken away.",
        ),
      ],
    });
  });

  test.each<readonly [string, Setting]>([
    ["a record's cannot be read", { held: ["aliases"] }],
    ["a source gives none any more", { partial: ["aliases"] }],
  ])("none is taken away where %s", (_, setting) => {
    expect(fieldsOf({ aliases: ["b@example.org"] }, setting)).toEqual({
      fields: { aliases: given("aliases", ["b@example.org"]), aliasesIncomplete: true },
      notes: [],
    });
    expect(fieldsOf({}, setting)).toEqual({ fields: {}, notes: [] });
  });

  test("a doubt about delegates is none about aliases", () => {
    const both = { aliases: [], delegates: [] };
    expect(fieldsOf(both, { held: ["delegates"] }).fields).toEqual({
      aliases: given("aliases", []),
      delegates: given("delegates", []),
      delegatesIncomplete: true,
    });
    expect(fieldsOf(both, { partial: ["aliases"] }).fields).toEqual({
      aliases: given("aliases", []),
      aliasesIncomplete: true,
      delegates: given("delegates", []),
    });
  });
});

describe("delegates", () => {
  test("are in order, once, without the account itself", () => {
    const delegates = ["Z@example.org", A, "b@example.org", "z@example.org", "x@example.net"];
    expect(fieldsOf({ delegates })).toEqual({
      fields: { delegates: given("delegates", ["b@example.org", "x@example.net", "z@example.org"]) },
      notes: [],
    });
  });

  test("one that is not an address is left out, and none is taken away", () => {
    expect(fieldsOf({ delegates: ["nobody", "b@example.org"] })).toEqual({
      fields: { delegates: given("delegates", ["b@example.org"]), delegatesIncomplete: true },
      notes: [
        said(
          "delegate-invalid",
          "error",
          'The delegate "nobody" is not an e-mail address. It is left out, and no delegate is taken away.',
        ),
      ],
    });
  });

  test("a list that may lack some says why, and none is removed", () => {
    expect(fieldsOf({ delegates: [], delegatesIncomplete: "It was cut." })).toEqual({
      fields: { delegates: given("delegates", []), delegatesIncomplete: true },
      notes: [
        said(
          "delegates-incomplete",
          "warning",
          "It was cut. Delegates are added to this account, and none is removed.",
        ),
      ],
    });
  });

  test("are no matter where the profile does not keep them for that kind", () => {
    const row = { delegates: ["nobody"], delegatesIncomplete: "It was cut." };
    const setting = { profile: { personal: { delegates: false } } };
    expect(fieldsOf(row, setting)).toEqual({ fields: {}, notes: [] });
    expect(Object.keys(fieldsOf({ delegates: [] }, { ...setting, kind: "functional" }).fields)).toEqual([
      "delegates",
    ]);
  });

  test("a doubt about aliases is none about delegates", () => {
    expect(fieldsOf({ delegates: [] }, { held: ["aliases"], partial: ["aliases"] }).fields).toEqual({
      delegates: given("delegates", []),
    });
  });
});

describe("the account key", () => {
  const keyOf = (setting: Setting) =>
    fieldsOf({ accountKey: "k" }, setting).fields.accountKey?.value.reveal();
  test.each<readonly [string, Setting, string | undefined]>([
    ["is a person's", {}, "k"],
    ["is a person's who left", { active: false }, "k"],
    ["is no functional account's", { kind: "functional" }, undefined],
    ["is left out while it is in doubt", { held: ["accountKey"] }, undefined],
    ["is there while another field is in doubt", { held: ["phone"] }, "k"],
  ])("%s", (_, setting, key) => {
    expect(keyOf(setting)).toBe(key);
  });

  const sso = { organization: { loginMethod: "sso" } } as const;
  const missing = said(
    "account-key-missing",
    "error",
    "No source gives an account key, and without it the person cannot log in by single sign-on. The account is not created without one; its key in Zivver is left as it is.",
  );
  test.each<readonly [string, Given, Setting, boolean]>([
    ["an active person with single sign-on", {}, sso, true],
    ["with passwords", {}, {}, false],
    ["a functional account", {}, { ...sso, kind: "functional" }, false],
    ["somebody who left", {}, { ...sso, active: false }, false],
    ["somebody who has one", { accountKey: "k" }, sso, false],
    ["somebody whose key is in doubt", {}, { ...sso, held: ["accountKey"] }, false],
    ["somebody whose phone is in doubt", {}, { ...sso, held: ["phone"] }, true],
  ])("is missing: %s", (_, row, setting, isMissing) => {
    expect(fieldsOf(row, setting).notes).toEqual(isMissing ? [missing] : []);
  });
});

test("what is said comes in the order of the fields", () => {
  const row = { aliases: ["x"], delegates: ["y"], delegatesIncomplete: "It was cut." };
  const { notes } = fieldsOf(row, { organization: { loginMethod: "sso" } });
  expect(notes.map(({ code }) => code)).toEqual([
    "alias-invalid",
    "delegate-invalid",
    "delegates-incomplete",
    "account-key-missing",
  ]);
});
