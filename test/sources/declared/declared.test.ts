import { expect, test } from "vitest";
import type { DeclaredAccount } from "../../../src/model/source-config/source-config.ts";
import { InputError } from "../../../src/model/values/errors.ts";
import { Secret, type SecretRef } from "../../../src/model/values/secret.ts";
import { createSource } from "../../../src/sources/registry.ts";
import { CLOCK } from "../../support/clock.ts";
import { plainRecords, problemsOf } from "../reading.ts";

const KEY = "canary-7f3a";

async function readSecret(ref: SecretRef, where: string): Promise<Secret> {
  if ("env" in ref && ref.env === "SET") return new Secret(KEY);
  throw new InputError([{ code: "secret-missing", where, message: "It is not set.", remedy: "Set it." }]);
}

const declare = (...accounts: readonly DeclaredAccount[]) =>
  createSource({ type: "declared", name: "exceptions", accounts }, { readSecret, clock: CLOCK });

const JANE: DeclaredAccount = {
  kind: "personal",
  where: "accounts/extra.yaml:4:5",
  email: "J.Doe@example.org",
  id: "E1",
  fullName: "Jane Doe",
  aliases: [],
  delegates: ["k@example.org"],
  active: false,
  division: "/care",
  phone: "+31 20 1",
  accountKey: { env: "SET" },
};

test("an entry gives what it says, and where it says it", async () => {
  const reading = await declare(JANE).read();
  expect(plainRecords(reading)).toEqual([
    {
      email: "J.Doe@example.org",
      id: "E1",
      fullName: "Jane Doe",
      aliases: [],
      delegates: ["k@example.org"],
      active: false,
      division: "/care",
      phone: "+31 20 1",
      accountKey: KEY,
    },
  ]);
  expect(reading.records[0]?.aliases?.origin).toEqual({
    source: "exceptions",
    where: JANE.where,
    attribute: "aliases",
  });
  expect({ ...reading, records: [], digest: "" }).toEqual({
    source: "exceptions",
    type: "declared",
    records: [],
    complete: true,
    digest: "",
    findings: [],
    speaks: {
      personal: [
        "email",
        "fullName",
        "aliases",
        "delegates",
        "accountKey",
        "active",
        "division",
        "phone",
        "id",
      ],
    },
  });
});

test("an entry without a full name only adds", async () => {
  const reading = await declare(
    { kind: "functional", where: "x:1:1", email: "desk@example.org" },
    JANE,
  ).read();
  expect(reading.records.map(({ kind, supplement }) => [kind, supplement])).toEqual([
    ["functional", true],
    ["personal", false],
  ]);
  expect(Object.keys(reading.records[0] ?? {})).toEqual(["kind", "where", "supplement", "email", "problems"]);
});

test("the digest follows the entries and holds no secret", async () => {
  const digest = async (account: DeclaredAccount) => (await declare(account).read()).digest;
  expect(await digest(JANE)).toMatch(/^sha256:[0-9a-f]{64}$/);
  expect(await digest({ ...JANE })).toBe(await digest(JANE));
  expect(await digest({ ...JANE, active: true })).not.toBe(await digest(JANE));
  expect(JSON.stringify(await declare(JANE).read())).not.toContain(KEY);
});

test("no entries: nothing may be removed because of this source", async () => {
  const { complete, findings } = await declare().read();
  expect([complete, findings]).toEqual([
    false,
    [
      {
        code: "source-empty",
        severity: "warning",
        summary: "The files declare no account at all, so nothing is removed because of this source.",
        where: { source: "exceptions" },
      },
    ],
  ]);
});

test("every secret that cannot be read is reported", async () => {
  const lost = (where: string) => ({ ...JANE, where, accountKey: { env: "LOST" } });
  expect(await problemsOf(declare(lost("a:1:1"), JANE, lost("b:2:2")).read())).toEqual([
    { code: "secret-missing", where: "a:1:1", message: "It is not set.", remedy: "Set it." },
    { code: "secret-missing", where: "b:2:2", message: "It is not set.", remedy: "Set it." },
  ]);
});

test("what is not trouble with a secret is not taken for one", async () => {
  const broken = () => Promise.reject(new TypeError("a bug"));
  const source = createSource(
    { type: "declared", name: "x", accounts: [JANE] },
    { readSecret: broken, clock: CLOCK },
  );
  await expect(source.read()).rejects.toThrow(TypeError);
});
