import { expect, test } from "vitest";
import { accountName, inWords, leftOut } from "../../../src/engine/apply/result.ts";
import type { LiveAccount } from "../../../src/model/account/account.ts";
import type { Change } from "../../../src/model/plan/change.ts";
import { RemoteError } from "../../../src/model/values/errors.ts";
import { person } from "../../support/engine.ts";
import { creating, field, updating } from "./by-hand.ts";

const a = person("a@example.org", { fullName: "Ann" });
const rename = updating(a, [field("fullName", "Ann", "Anna"), field("address", a.address, "b@example.org")]);

test.each<{ name: string; change: Change; account?: LiveAccount; expect: string }>([
  { name: "as it is", change: rename, account: a, expect: "Ann (a@example.org)" },
  { name: "as the plan knew it, where it is gone", change: rename, expect: "Ann (b@example.org)" },
  {
    name: "as the plan creates it",
    change: creating("n@example.org", [field("fullName", null, "New")]),
    expect: "New (n@example.org)",
  },
  {
    name: "by its address, where no name is known",
    change: creating("n@example.org"),
    expect: "n@example.org",
  },
  {
    name: "by its address, where its name is empty",
    change: rename,
    account: person("a@example.org", { fullName: "" }),
    expect: "a@example.org",
  },
  {
    name: "by its address once, where its name is the address",
    change: rename,
    account: person("a@example.org", { fullName: "a@example.org" }),
    expect: "a@example.org",
  },
])("an account is named $name", ({ change, account, expect: name }) => {
  expect(accountName(change, account)).toBe(name);
});

test("delegates who are gone are named", () => {
  expect(leftOut(["a@example.org", "b@example.org"])).toBe(
    "Gone from Zivver, and so left out of the delegates: a@example.org, b@example.org. Check whether they still need access.",
  );
});

test("an error is said with what to do, problem by problem", () => {
  const error = new RemoteError([
    { code: "target-refused", message: "No.", remedy: "Ask." },
    { code: "target-refused", message: "No again." },
  ]);
  expect(inWords(error)).toBe("No. Ask. No again.");
});
