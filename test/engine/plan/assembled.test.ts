import { describe, expect, test } from "vitest";
import { sortFindings } from "../../../src/engine/plan/assemble.ts";
import type { Finding } from "../../../src/model/plan/finding.ts";
import { Secret } from "../../../src/model/values/secret.ts";
import { inLine, person, planOf, record } from "../../support/engine.ts";

/* Changes as a plan has them, member by member, and findings in their order. */

const A = "a@example.org";
const B = "b@example.org";
const origin = (address: string, attribute: string) => ({
  source: "hr",
  where: `row of ${address}`,
  attribute,
});

describe("accounts that swap aliases", () => {
  const a = person(A, { aliases: ["x@example.org"] });
  const b = person(B, { aliases: ["y@example.org"] });
  const swap = (one: string | null, other: string | null) =>
    planOf({
      organization: { loginMethod: one === null ? "password" : "sso" },
      desired: [
        record(A, { aliases: ["y@example.org"], accountKey: one }),
        record(B, { aliases: ["x@example.org"], accountKey: other }),
      ],
      live: [a, b],
    }).body.changes;
  const change = (account: typeof a, before: string, after: string) => ({
    kind: "personal",
    address: account.address,
    profile: "staff",
    zivverId: account.zivverId,
    base: account.fingerprint,
    action: "update",
    fields: [
      { field: "aliases", before: [before], after: [after], origin: origin(account.address, "aliases") },
    ],
  });
  const first = { ...change(b, "y@example.org", "x@example.org"), id: "c-1", needs: [] };
  const second = {
    ...change(a, "x@example.org", "y@example.org"),
    id: "c-2",
    needs: ["c-1"],
    release: { address: A, aliases: [] },
  };

  test("one of them gives its own up first; keys go along", () => {
    expect(swap("key of a", "key of b")).toStrictEqual([
      { ...first, accountKey: new Secret("key of b") },
      { ...second, accountKey: new Secret("key of a") },
    ]);
  });

  test("without keys, none is written", () => {
    expect(swap(null, null)).toStrictEqual([first, second]);
  });
});

test("an account that only gives its address up sends its key along, since its aliases are written with it", () => {
  const { changes } = planOf({
    desired: [record(B, { id: "1", fullName: "Name of a" }), record(A, { id: "2", fullName: "Name of b" })],
    live: [person(A), person(B)],
    known: [
      {
        zivverId: `id-${A}`,
        kind: "personal",
        address: person(A).address,
        link: { profile: "staff", source: "hr", anchor: "staff/hr personal 1" },
      },
      {
        zivverId: `id-${B}`,
        kind: "personal",
        address: person(B).address,
        link: { profile: "staff", source: "hr", anchor: "staff/hr personal 2" },
      },
    ],
  }).body;
  expect(changes.map(inLine)).toEqual([
    `update ${B} address: ${A} → ${B}`,
    `update ${A} address: ${B} → ${A}`,
  ]);
  expect(changes.map((change) => ["release" in change, "accountKey" in change])).toEqual([
    [false, false],
    [true, true],
  ]);
});

describe("findings are sorted", () => {
  const finding = (given: Partial<Finding>): Finding => ({
    code: "alias-waits",
    severity: "warning",
    summary: "s",
    where: {},
    ...given,
  });
  const grave = finding({ severity: "error", code: "alias-waits", summary: "grave" });
  const light = finding({ severity: "info", code: "account-key-missing", summary: "light" });
  const where = (given: Finding["where"], summary = "s") => finding({ where: given, summary });

  test.each<{ name: string; sorted: readonly Finding[] }>([
    { name: "by gravity, whatever their codes", sorted: [grave, finding({ code: "address-taken" }), light] },
    {
      name: "then by code",
      sorted: [
        finding({ code: "address-taken", summary: "z" }),
        finding({ code: "alias-waits", summary: "a" }),
      ],
    },
    {
      name: "then by profile",
      sorted: [where({}, "z"), where({ profile: "a", source: "z" }), where({ profile: "b", source: "a" })],
    },
    {
      name: "then by source",
      sorted: [where({ source: "a", address: "z" }), where({ source: "b", address: "a" })],
    },
    {
      name: "then by address, digits by their number",
      sorted: [where({ address: "p2", place: "z" }), where({ address: "p10", place: "a" })],
    },
    { name: "then by place", sorted: [where({ place: "row 2" }, "z"), where({ place: "row 10" }, "a")] },
    { name: "then by what they say", sorted: [where({}, "a"), where({}, "b")] },
    {
      name: "by one part after the other: what ends one is not taken for the beginning of the next",
      sorted: [where({ profile: "a", source: "z" }), where({ profile: "az" })],
    },
  ])("$name", ({ sorted }) => {
    expect(sortFindings(sorted.toReversed())).toEqual(sorted);
    expect(sortFindings(sorted)).toEqual(sorted);
  });
});
