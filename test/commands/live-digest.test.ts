import { createHash } from "node:crypto";
import fc from "fast-check";
import { expect, test } from "vitest";
import { liveDigest } from "../../src/commands/shared/connect.ts";
import type { LiveAccount } from "../../src/model/account/account.ts";
import type { Address } from "../../src/model/values/address.ts";

function account(zivverId: string, fingerprint: string): LiveAccount {
  return {
    kind: "personal",
    zivverId,
    address: "a@example.org" as Address,
    fullName: "A",
    active: true,
    aliases: [],
    delegates: [],
    members: [],
    division: "/",
    phone: "",
    fingerprint,
  };
}

/** What plans made earlier say: SHA-256 over a sorted line for each account. */
function ofSortedLines(live: readonly LiveAccount[]): string {
  const lines = live.map(({ zivverId, fingerprint }) => `${zivverId} ${fingerprint}\n`).sort();
  return `sha256:${createHash("sha256").update(lines.join("")).digest("hex")}`;
}

test("is over the sorted lines of all accounts, whatever their ids and their order", () => {
  // Ids that begin with others, that go on with what sorts before a space, and that two accounts share.
  const id = fc.string({ unit: fc.constantFrom(..."ab \t!é名"), minLength: 1, maxLength: 4 });
  const fingerprint = fc.string({ unit: fc.constantFrom(..."01"), minLength: 2, maxLength: 2 });
  fc.assert(
    fc.property(fc.array(fc.tuple(id, fingerprint), { maxLength: 12 }), (given) => {
      const live = given.map(([zivverId, print]) => account(zivverId, print));
      expect(liveDigest(live)).toBe(ofSortedLines(live));
      expect(liveDigest([...live].reverse())).toBe(ofSortedLines(live));
    }),
    { numRuns: 2000 },
  );
});

test("holds for more accounts than are hashed at once", () => {
  const live = Array.from({ length: 2500 }, (_, at) => account(`id-${(at * 7919) % 2500}`, `f${at}`));
  expect(liveDigest(live)).toBe(ofSortedLines(live));
});
