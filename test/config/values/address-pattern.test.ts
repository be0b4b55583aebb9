import fc from "fast-check";
import { expect, test } from "vitest";
import { parseAddressPattern } from "../../../src/config/values/address-pattern.ts";
import { matchesPattern, parseAddress } from "../../../src/model/values/address.ts";

const CASES: readonly (readonly [text: string, canonical: string | undefined])[] = [
  ["J.Doe@Example.org", "j.doe@example.org"],
  [" *@Example.org ", "*@example.org"],
  ["*@bücher.example.org", "*@xn--bcher-kva.example.org"],
  ["*@bücher*.example.org", undefined],
  ["Admin@*", "admin@*"],
  ["admin*", "admin*"],
  ["*.example.org", "*.example.org"],
  ["*", "*"],
  ["a@*@example.org", undefined],
  ["* *@example.org", undefined],
  ["*@example", undefined],
  ["jdoe", undefined],
];

for (const [text, canonical] of CASES) {
  test(JSON.stringify(text), () => expect(parseAddressPattern(text)).toBe(canonical));
}

test("an address matches every pattern that is made of it", () => {
  const addresses = fc.constantFrom("j.doe@example.org", "Ä.b@sub.example.org", "x+y@sub.example.com");
  fc.assert(
    fc.property(addresses, fc.nat(30), fc.nat(30), (address, from, to) => {
      const pattern = `${address.slice(0, from)}*${address.slice(Math.max(from, to))}`;
      const parsed = parseAddressPattern(pattern);
      fc.pre(parsed !== undefined);
      expect(matchesPattern(parsed ?? "", parseAddress(address) ?? "")).toBe(true);
    }),
    { numRuns: 500 },
  );
});
