import { expect, test } from "vitest";
import { isTemporary, temporaryAddress } from "../../../../src/engine/decide/actions/temporary-address.ts";
import { at } from "../../../support/engine.ts";

const zivverId = "1A2b-3c4d-5e6f-7a8b";
const account = { zivverId, address: at("own@example.org") };

test("an address on the way has part of the id, in small letters, and the domain of the account", () => {
  expect(temporaryAddress(account, () => true)).toBe("zivsync-1a2b3c4d5e6f@example.org");
});

test("where it is taken, it is numbered until one is free", () => {
  const taken = new Set(["zivsync-1a2b3c4d5e6f@example.org", "zivsync-1a2b3c4d5e6f-2@example.org"]);
  expect(temporaryAddress(account, (address) => !taken.has(address))).toBe(
    "zivsync-1a2b3c4d5e6f-3@example.org",
  );
});

test.each([
  ["zivsync-1a2b3c4d5e6f@example.org", true],
  ["zivsync-1a2b3c4d5e6f@example.com", true],
  ["zivsync-1a2b3c4d5e6f-2@example.org", true],
  ["zivsync-1a2b3c4d5e6f-12@example.org", true],
  ["zivsync-1a2b3c4d5e6f-@example.org", false],
  ["zivsync-1a2b3c4d5e6f-a1@example.org", false],
  ["zivsync-1a2b3c4d5e6f-1a@example.org", false],
  ["zivsync-1a2b3c4d5e6fa@example.org", false],
  ["x-zivsync-1a2b3c4d5e6f-2@example.org", false],
  ["zivsync-000000000000-2@example.org", false],
  ["2@example.org", false],
  ["own@example.org", false],
])("%s was made for the account: %s", (address, expected) => {
  expect(isTemporary(at(address), zivverId)).toBe(expected);
});
