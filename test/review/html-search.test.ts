import { beforeAll, describe, expect, test } from "vitest";
import { readReportPage } from "../../src/commands/shared/report-page.ts";
import type { Plan } from "../../src/model/plan/plan.ts";
import { buildReportData } from "../../src/review/html/build-data.ts";
import { type AccessEntry, accessOf } from "../../src/review/html/page/access.ts";
import { ACTION_ORDER, KIND_ORDER } from "../../src/review/html/page/report-data.ts";
import { createSearch, createTextSearch, type Filter, fold } from "../../src/review/html/page/search.ts";
import { createChange, deleteChange, origin, planOf, suspendChange, updateChange } from "../support/plans.ts";

let style: string;
beforeAll(async () => {
  ({ style } = await readReportPage(new URL("../../dist/report/", import.meta.url)));
});

const delegates = (
  at: string,
  before: string[],
  after: string[],
  kind: "functional" | "personal" = "functional",
) => updateChange(at, [{ field: "delegates", before, after }], { kind, profile: "shared" });

const PLAN = planOf([
  createChange("eva@example.org", {
    fields: [{ field: "fullName", before: null, after: "Eva Müller", origin: origin("Full name", "row 77") }],
  }),
  updateChange("kim@example.com", [
    { field: "phone", before: "+31201234567", after: null, changedIn: "zivver" },
    { field: "division", before: "/Care", after: "/Cure", changedIn: "source" },
  ]),
  delegates(
    "desk@example.org",
    ["bob@example.org", "gone@example.org"],
    ["bob@example.org", "eva@example.org"],
  ),
  delegates("boss@example.org", [], ["eva@example.org"], "personal"),
  suspendChange("gone@example.org"),
  deleteChange("old@example.org", { kind: "functional" }),
]);

/** The addresses of the changes that a filter finds, in the order of the page. */
function found(plan: Plan, filter: Partial<Filter>): string[] {
  const data = buildReportData(plan, undefined);
  return createSearch(
    data,
    createTextSearch(data.texts).search,
  )({ query: "", ...filter }).map((at) => {
    const address = data.changes[at]?.[2];
    return address === undefined ? "" : (data.texts[address] ?? "");
  });
}

describe("finding changes", () => {
  const personal = KIND_ORDER.indexOf("personal");
  test.each<[string, Partial<Filter>, string[]]>([
    [
      "removals come first",
      {},
      [
        "gone@example.org",
        "old@example.org",
        "eva@example.org",
        "kim@example.com",
        "desk@example.org",
        "boss@example.org",
      ],
    ],
    ["without accents and case", { query: "MULLER" }, ["eva@example.org"]],
    ["with accents", { query: "müller" }, ["eva@example.org"]],
    ["every word, each anywhere", { query: "eva  row 77" }, ["eva@example.org"]],
    ["a value before", { query: "/care" }, ["kim@example.com"]],
    ["a person in a list", { query: "eva@" }, ["eva@example.org", "desk@example.org", "boss@example.org"]],
    ["the name of a field", { query: "phone" }, ["kim@example.com"]],
    ["a number of a change", { query: "c-6" }, ["old@example.org"]],
    ["nothing", { query: "nobody" }, []],
    ["an action", { action: ACTION_ORDER.indexOf("suspend") }, ["gone@example.org"]],
    ["a kind and words", { kind: personal, query: "boss" }, ["boss@example.org"]],
    ["changed in Zivver since", { mark: 2 }, ["kim@example.com"]],
    ["a state, where nothing was applied", { state: 1 }, []],
  ])("%s", (_, filter, addresses) => {
    expect(found(PLAN, filter)).toEqual(addresses);
  });

  test("folding", () => {
    expect(fold("ÉÇÜ ıİ Straße")).toBe("ecu ıi straße");
  });
});

test("who gets access and who loses it, by account and by person", () => {
  const data = buildReportData(PLAN, undefined);
  const access = accessOf(data);
  const text = ({ name, note }: { readonly name: number; readonly note: string }) =>
    `${data.texts[name]}${note === "" ? "" : ` (${note})`}`;
  const written = (entries: readonly AccessEntry[]) =>
    entries.map((entry) => [text(entry), entry.loses.map(text), entry.gets.map(text)]);
  expect(written(access.byAccount)).toEqual([
    ["boss@example.org (personal account)", [], ["eva@example.org (new)"]],
    ["desk@example.org", ["gone@example.org (suspended by this plan)"], ["eva@example.org (new)"]],
  ]);
  expect(written(access.byPerson)).toEqual([
    ["eva@example.org (new)", [], ["desk@example.org", "boss@example.org (personal account)"]],
    ["gone@example.org (suspended by this plan)", ["desk@example.org"], []],
  ]);
  expect([access.gets, access.loses]).toEqual([2, 1]);
});

describe("contrast (WCAG 2.2, 1.4.3 and 1.4.11)", () => {
  const TEXT = 4.5;
  const DRAWN = 3;
  const kinds = ["create", "update", "suspend", "delete", "reactivate"];
  const pairs: readonly (readonly [string, string, number])[] = [
    ...["page", "surface", "plain-tint"].flatMap((ground) => [
      ["text", ground, TEXT] as const,
      ["quiet", ground, TEXT] as const,
    ]),
    ...["page", "surface"].map((ground) => ["accent", ground, TEXT] as const),
    ...kinds.flatMap((kind) => [
      [kind, `${kind}-tint`, TEXT] as const,
      [kind, "surface", TEXT] as const,
      [kind, "plain-tint", DRAWN] as const,
    ]),
    ["edge", "surface", DRAWN],
  ];

  /** The colours of a theme, as the page's style sets them: those of the light one, and the dark one's over them. */
  function colours(theme: "light" | "dark"): ReadonlyMap<string, string> {
    const roots = [...style.matchAll(/:root\{([^}]*)\}/g)].map(([, body = ""]) => body);
    const used = theme === "light" ? roots.slice(0, 1) : roots.slice(0, 2);
    return new Map(
      used.flatMap((body) =>
        [...body.matchAll(/--([\w-]+):\s*(#\w+)/g)].map(([, name = "", hex = ""]) => [name, hex]),
      ),
    );
  }

  function luminance(hex: string): number {
    const digits = hex.length === 4 ? hex.replace(/\w/g, "$&$&") : hex;
    const [red = 0, green = 0, blue = 0] = [1, 3, 5]
      .map((at) => Number.parseInt(digits.slice(at, at + 2), 16) / 255)
      .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  }

  test.each(["light", "dark"] as const)("%s", (theme) => {
    const set = colours(theme);
    const weak = pairs.flatMap(([front, back, least]) => {
      const [low = 0, high = 0] = [luminance(set.get(front) ?? ""), luminance(set.get(back) ?? "")].sort(
        (a, b) => a - b,
      );
      const contrast = (high + 0.05) / (low + 0.05);
      return contrast >= least ? [] : [`${front} on ${back}: ${contrast.toFixed(2)}`];
    });
    expect(weak).toEqual([]);
    expect(set.size).toBe(18);
    expect(luminance(set.get("page") ?? "") > 0.5).toBe(theme === "light");
  });
});
