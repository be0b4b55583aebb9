import fc from "fast-check";
import type { FieldName } from "../../src/model/account/fields.ts";
import type { AccountMemory, ReleasedAddress, State } from "../../src/model/plan/state.ts";
import type { Address } from "../../src/model/values/address.ts";
import { HOSTILE } from "./hostile-text.ts";

const FIELDS: readonly FieldName[] = [
  "address",
  "fullName",
  "active",
  "aliases",
  "delegates",
  "division",
  "phone",
  "accountKey",
];

/** Any text but an empty one and half characters, which no reader of zivsync lets in. */
const text = fc
  .oneof(fc.constantFrom(...HOSTILE), fc.string({ unit: "binary", minLength: 1, maxLength: 40 }))
  .filter((found) => found !== "" && !/\p{Cs}/u.test(found));
const hex = (length: number) =>
  fc
    .array(fc.constantFrom(..."0123456789abcdef"), { minLength: length, maxLength: length })
    .map((digits) => digits.join(""));
const hmac = hex(64).map((digits) => `hmac-sha256:${digits}`);
const time = fc
  .date({ min: new Date("2026-01-01"), max: new Date("2030-01-01"), noInvalidDate: true })
  .map((date) => date.toISOString());
const byCode = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

const account: fc.Arbitrary<AccountMemory> = fc.record(
  {
    zivverId: text,
    kind: fc.constantFrom("personal" as const, "functional" as const),
    address: fc.oneof(
      fc.nat(999_999).map((n) => `person-${n}@example.org`),
      text,
    ) as fc.Arbitrary<Address>,
    link: fc.record(
      {
        profile: text,
        source: text,
        anchor: hmac,
        replaced: fc.uniqueArray(hmac, { minLength: 1, maxLength: 3 }),
      },
      { requiredKeys: ["profile", "source", "anchor"] },
    ),
    former: fc
      .uniqueArray(text, { maxLength: 3 })
      .map((addresses) => addresses.sort(byCode)) as unknown as fc.Arbitrary<readonly Address[]>,
    accountKey: fc.record({ digest: hmac, sent: fc.boolean() }),
    fields: fc.dictionary(fc.constantFrom(...FIELDS), hex(16), { noNullPrototype: true }),
    heldBackSince: time,
    heldSince: fc.dictionary(fc.constantFrom("alias-waits" as const, "account-key-twice" as const), time, {
      noNullPrototype: true,
    }),
  },
  { requiredKeys: ["zivverId", "kind", "address"] },
);

const counts = fc.record(
  { create: fc.integer({ min: 1 }), suspend: fc.integer({ min: 1 }), addDelegate: fc.integer({ min: 1 }) },
  { requiredKeys: [] },
);

/** Any state that zivsync could remember, in the order in which it remembers. */
export const anyState: fc.Arbitrary<State> = fc.record(
  {
    accounts: fc
      .uniqueArray(account, { selector: ({ zivverId }) => zivverId, maxLength: 8 })
      .map((accounts) => accounts.sort((a, b) => byCode(a.zivverId, b.zivverId))),
    sources: fc
      .uniqueArray(fc.record({ profile: text, name: text, records: fc.nat() }), {
        selector: ({ profile, name }) => JSON.stringify([profile, name]),
        maxLength: 3,
      })
      .map((sources) => sources.sort((a, b) => byCode(a.profile, b.profile) || byCode(a.name, b.name))),
    applied: fc.array(
      fc.record({
        digest: hex(64).map((digits) => `sha256:${digits}`),
        seal: hmac,
        at: time,
        expiresAt: time,
      }),
      { maxLength: 3 },
    ),
    standing: fc.array(fc.record({ seal: hmac, at: time, counts }), { minLength: 1, maxLength: 3 }),
    released: fc
      .uniqueArray(
        fc.record({
          address: text,
          zivverId: text,
          account: text,
          at: time,
        }) as fc.Arbitrary<ReleasedAddress>,
        { selector: ({ address }) => address, minLength: 1, maxLength: 3 },
      )
      .map((rows) => rows.sort((a, b) => byCode(a.address, b.address))),
  },
  { requiredKeys: ["accounts", "sources", "applied"] },
);

/** A state that knows these accounts by their ids, and nothing else. */
export function stateOf(...ids: readonly string[]): State {
  return {
    accounts: [...ids].sort(byCode).map((zivverId) => ({
      zivverId,
      kind: "personal",
      address: `${zivverId}@example.org` as Address,
    })),
    sources: [],
    applied: [],
  };
}

/** The same state with one account more. */
export function withAccount(id: string): (state: State) => State {
  return (state) => ({ ...state, accounts: [...state.accounts, ...stateOf(id).accounts] });
}
