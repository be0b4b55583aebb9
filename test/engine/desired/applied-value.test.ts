import { expect, test } from "vitest";
import { appliedValue } from "../../../src/engine/desired/field-values.ts";
import { desk, person } from "../../support/engine.ts";

const holderOf = (address: string) => (address.endsWith("@example.org") ? `id of ${address}` : undefined);
const account = person("a@example.org", {
  aliases: ["x@example.org"],
  delegates: ["z@example.com", "b@example.org"],
  division: "/Care",
});

test.each([
  ["delegates", ["id of b@example.org", "z@example.com"]],
  ["accountKey", null],
  ["address", "a@example.org"],
  ["active", true],
  ["aliases", ["x@example.org"]],
  ["fullName", "Name of a"],
] as const)("%s is remembered as it is compared", (field, value) => {
  expect(appliedValue(account, field, holderOf)).toEqual(value);
});

test("members of a functional account are ids, in order", () => {
  const members = desk("d@example.org", [], { members: ["b", "a"] });
  expect(appliedValue(members, "delegates", holderOf)).toEqual(["a", "b"]);
});
