import { describe, expect, test } from "vitest";
import { hasValue, listOf, sameList, sameSet } from "../../../src/engine/desired/field-values.ts";
import type { FieldValue } from "../../../src/model/account/fields.ts";
import { person } from "../../support/engine.ts";

const account = person("a@example.org", {
  aliases: ["x@example.org", "y@example.org"],
  division: "/Care",
  phone: "+31 (20) 123",
});
type Field = Parameters<typeof hasValue>[1];

describe("a live account has a value", () => {
  test.each<readonly [Field, FieldValue, boolean]>([
    ["address", "a@example.org", true],
    ["address", "b@example.org", false],
    ["active", true, true],
    ["active", false, false],
    ["aliases", ["y@example.org", "x@example.org"], true],
    ["aliases", ["x@example.org"], false],
    ["aliases", ["x@example.org", "z@example.org"], false],
    ["aliases", null, false],
    ["accountKey", null, true],
    ["fullName", "Name of a", true],
    ["fullName", "name of a", false],
    ["division", "/Care", true],
    ["division", "/", false],
    ["division", null, false],
    ["phone", "+3120123", true],
    ["phone", "+31 20 124", false],
  ])("%s %j: %s", (field, value, expected) => {
    expect(hasValue(account, field, value)).toBe(expected);
  });

  test("none of a text is what an account without one has", () => {
    const bare = person("a@example.org");
    expect(hasValue(bare, "division", null)).toBe(true);
    expect(hasValue(bare, "phone", null)).toBe(true);
  });
});

test("a list is what is one", () => {
  expect([listOf(["a"]), listOf(null), listOf("a"), listOf(true)]).toEqual([["a"], [], [], []]);
});

describe("lists", () => {
  test.each<readonly [readonly string[], readonly string[], boolean, boolean]>([
    [[], [], true, true],
    [["a", "b"], ["a", "b"], true, true],
    [["a", "b"], ["b", "a"], false, true],
    [["a"], ["a", "b"], false, false],
    [["a", "b"], ["a"], false, false],
    [["a", "b"], ["a", "c"], false, false],
    [["a", "a"], ["a"], false, true],
  ])("%j and %j: equal %s, as sets %s", (a, b, equal, asSets) => {
    expect([sameList(a, b), sameSet(a, b)]).toEqual([equal, asSets]);
  });
});
