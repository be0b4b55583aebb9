import { getCountries } from "libphonenumber-js/max";
import { describe, expect, test } from "vitest";
import { PHONE_REGIONS } from "../../src/config/values/phone-region.ts";
import type { SourceRecord } from "../../src/model/account/account.ts";
import type { DeclaredAccount } from "../../src/model/source-config/source-config.ts";
import { readPhoneNumber } from "../../src/sources/records/phones.ts";
import { withPhoneRegion } from "../../src/sources/records/record-phones.ts";
import { createSource } from "../../src/sources/registry.ts";
import { CLOCK } from "../support/clock.ts";
import { plainRecords } from "./reading.ts";

test("the regions that can be configured are those that the library knows", () => {
  expect([...PHONE_REGIONS].sort()).toEqual([...getCountries()].sort());
});

test.each([
  ["020 123 4567", "+31201234567"],
  ["0031 20 123 4567", "+31201234567"],
  ["+31 (0)20 1234567", "+31201234567"],
  ["+31(0)20-123.45.67", "+31201234567"],
  ["(020) 123–4567", "+31201234567"],
  ["tel:+31-20-1234567", "+31201234567"],
  ["TEL: 020 1234567", "+31201234567"],
  ["\u202a+31 20 123 4567\u202c", "+31201234567"],
  // A spreadsheet takes the text for a number, and its zero away.
  ["201234567", "+31201234567"],
  ["31201234567", "+31201234567"],
  [" 06 12345678 ", "+31612345678"],
  ["0800 1234", "+318001234"],
  ["+44 20 7946 0958", "+442079460958"],
  ["0044 20 7946 0958", "+442079460958"],
])("%j is %s in the Netherlands", (text, number) => {
  expect(readPhoneNumber(text, "NL")).toEqual({ number });
});

test("a national number is one of its region", () => {
  expect(readPhoneNumber("020 7946 0958", "GB")).toEqual({ number: "+442079460958" });
  expect(readPhoneNumber("030 901820", "DE")).toEqual({ number: "+4930901820" });
});

test.each([
  ["112", "is not a phone number of NL"],
  ["020 123 456", "is not a phone number of NL"],
  // No operator gives it out, although its length is right.
  ["099 123 4567", "is not a phone number of NL"],
  ["+32 2 1", "is not a phone number of BE"],
  ["7", "is too short for a phone number"],
  ["-", "is not a phone number"],
  ["see the directory", "is not a phone number"],
  ["020 123 4567 (Anna)", "is not a phone number"],
  ["020 123 4567 or 06 12345678", "is not a phone number"],
  ["020 123 4567 / 020 123 4568", "is too long for a phone number"],
  ["+999 20 123 4567", "has no recognisable country"],
  ["020 123 4567 ext. 12", "has an extension, for which E.164 has no place"],
  ["020 123 4567 x12", "has an extension, for which E.164 has no place"],
  ["tel:+31201234567;ext=12", "has an extension, for which E.164 has no place"],
])("%j %s", (text, wrong) => {
  expect(readPhoneNumber(text, "NL")).toEqual({ wrong });
});

describe("a source", () => {
  const account = (email: string, phone?: string): DeclaredAccount => ({
    kind: "personal",
    where: `staff.yaml, ${email}`,
    email,
    fullName: "Name",
    ...(phone === undefined ? {} : { phone }),
  });
  const ACCOUNTS = [
    account("a@example.org", "020 123 4567"),
    account("b@example.org", "12"),
    account("c@example.org", ""),
    account("nobody", "x".repeat(200)),
    account("d@example.org"),
  ];
  const readWith = (given: { readonly phoneRegion?: string }, accounts = ACCOUNTS) =>
    createSource(
      { type: "declared", name: "extra", accounts },
      { readSecret: () => Promise.reject(new Error("no secret is read")), clock: CLOCK, ...given },
    ).read();

  test("gives E.164, and says of each number that is none where it stands", async () => {
    const reading = await readWith({ phoneRegion: "NL" });
    expect(plainRecords(reading).map(({ phone, phoneInvalid }) => [phone, phoneInvalid])).toEqual([
      ["+31201234567", undefined],
      [undefined, true],
      ["", undefined],
      [undefined, true],
      [undefined, undefined],
    ]);
    expect(reading.records[0]?.phone?.origin).toEqual({
      source: "extra",
      where: "staff.yaml, a@example.org",
      attribute: "phone",
    });
    expect(reading.complete).toBe(true);
    expect(reading.findings).toEqual([
      {
        code: "phone-invalid",
        severity: "warning",
        summary:
          '"12" is not a phone number of NL. The phone number of the account is left as it is; correct it at the source.',
        where: {
          source: "extra",
          place: "staff.yaml, b@example.org",
          kind: "personal",
          address: "b@example.org",
        },
      },
      {
        code: "phone-invalid",
        severity: "warning",
        summary: `"${"x".repeat(80)}…" is not a phone number. The phone number of the account is left as it is; correct it at the source.`,
        where: { source: "extra", place: "staff.yaml, nobody", kind: "personal" },
      },
    ]);
  });

  test("is the same except for its phones, digest included, and without a region they are as written", async () => {
    const [bare, regional] = [await readWith({}), await readWith({ phoneRegion: "NL" })];
    expect(plainRecords(bare).map(({ phone }) => phone)).toEqual([
      "020 123 4567",
      "12",
      "",
      "x".repeat(200),
      undefined,
    ]);
    expect({ ...regional, records: [], findings: [] }).toEqual({ ...bare, records: [] });
  });

  test("without a number is passed on as it is", async () => {
    const accounts = [account("c@example.org", " "), account("d@example.org")];
    expect(await readWith({ phoneRegion: "NL" }, accounts)).toEqual(await readWith({}, accounts));
  });

  const origin = { source: "hr", where: "row 1", attribute: "column" };
  test.each([
    ["020 123 4567", { phone: { value: "+31201234567", origin } }],
    ["12", { phoneInvalid: true }],
  ])("keeps what else a record says: %s", async (text, told) => {
    const rest = {
      kind: "personal" as const,
      where: "row 1",
      supplement: false,
      email: { value: "a@example.org", origin },
      delegates: { value: ["b@example.org"], origin },
      delegatesIncomplete: "some may not be read",
      problems: [{ attribute: "id", message: "It cannot be read." }],
    };
    const record: SourceRecord = Object.freeze({ ...rest, phone: { value: text, origin } });
    const reading = { source: "hr", type: "ldap", complete: true, digest: "", findings: [] };
    const source = { name: "hr", type: "ldap", read: async () => ({ ...reading, records: [record] }) };
    const { records } = await withPhoneRegion(source, "NL").read();
    expect(records).toEqual([{ ...rest, ...told }]);
  });
});
