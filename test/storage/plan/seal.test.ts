import { describe, expect, test } from "vitest";
import { Secret } from "../../../src/model/values/secret.ts";
import { deriveSealKeys, isSealed, sealOf } from "../../../src/storage/plan/seal.ts";
import { planOf, suspendChange } from "../../support/plans.ts";

const keys = deriveSealKeys(new Secret("an API key of the tests"), "https://zivver.test");
const { organization, pseudonyms, ...others } = keys;
const inHex = Object.fromEntries(
  Object.entries({ ...others, ...pseudonyms }).map(([name, key]) => [name, key.toString("hex").slice(0, 16)]),
);

describe("keys made of one secret", () => {
  // Other keys would make every plan, state and approval of before unreadable.
  test("are those of every version", () => {
    expect({ organization, ...inHex }).toEqual({
      organization: "5faf08c85cf5dd35ed385d0f3e34046d",
      seal: "e37ccce346792d44",
      accountKeys: "15507b26e1366562",
      accountKeyDigest: "da34b3d8bb5561ac",
      state: "e22818b589be4e7e",
      anchor: "a63f212f250531ec",
      accountKey: "36b78346ffc25a30",
      value: "66ce1b3481204cab",
    });
  });

  test("are all different ones", () => {
    expect(new Set(Object.values(inHex)).size).toBe(7);
  });

  test("name another organisation for another address", () => {
    const other = deriveSealKeys(new Secret("an API key of the tests"), "https://other.test");
    expect(other.organization === organization).toBe(false);
  });
});

describe("a plan that canonical JSON cannot say", () => {
  const plan = planOf([suspendChange("gone@example.org")], {});

  test("is not sealed", () => {
    expect(isSealed({ ...plan, zivsync: "\ud800", seal: sealOf(plan, keys) }, keys)).toBe(false);
  });

  test("is told from a fault of the program, which is thrown", () => {
    const faulty = Object.defineProperty({ ...plan }, "zivsync", {
      enumerable: true,
      get: () => {
        throw new RangeError("a fault");
      },
    });
    expect(() => isSealed(faulty, keys)).toThrow(new RangeError("a fault"));
  });
});
