import { describe, expect, test } from "vitest";
import { known } from "../../support/engine.ts";

import { ANN, addressesOf, ann, BOB, linksOf, linkTo, row, type World } from "./linked-world.ts";

describe("an id that is nearly the one that an account is linked to", () => {
  const near = (remembered: string, given: string | undefined, world: World = {}) =>
    addressesOf(
      linksOf({ known: [known(ANN, { id: remembered })], ...world }).nearAccountsOf(
        "staff",
        "hr",
        row(given),
      ),
    );

  test.each<readonly [string, string, string]>([
    ["leading zeros were lost", "007", "7"],
    ["leading zeros were added", "7", "007"],
    ["one zero of several was lost", "007", "07"],
    ["up to twelve digits", "000000000007", "7"],
    ["a fraction of zero was added", "7", "7.0"],
    ["a fraction of zeros, with a comma", "7", "7,00"],
    ["zeros and a fraction", "0012", "12.0"],
    ["a number of zeros only", "000", "0"],
    ["lower case", "abc-1", "ABC-1"],
    ["upper case", "ABC-1", "abc-1"],
    ["brackets were added", "a1b2", "{a1b2}"],
    ["brackets were lost", "{a1b2}", "a1b2"],
    ["brackets and case", "A1B2", "{a1b2}"],
    ["brackets in lower case", "{a1b2}", "{A1B2}"],
  ])("%s: %s, and now %s", (_, remembered, given) => {
    expect(near(remembered, given)).toEqual([ANN]);
  });

  test.each<readonly [string, string, string | undefined]>([
    ["another number", "7", "8"],
    ["zeros at the end", "7", "70"],
    ["a fraction that is not zero", "7", "7.1"],
    ["more digits than any id has", "0000000000007", "7"],
    ["zeros before letters", "0a1", "00a1"],
    ["a bracket at one end", "a1b2", "{a1b2"],
    ["zeros in the middle", "107", "17"],
    ["zeros in the middle, the other way", "17", "107"],
    ["a fraction behind letters", "a7", "a7.0"],
    ["a fraction and more", "7", "7.0a"],
    ["letters behind a number", "07a", "7a "],
    ["brackets in the middle", "ab", "a{b}"],
    ["brackets before the end", "a1b2", "{a1}b2"],
    ["the very id", "7", "7"],
    ["no id", "7", undefined],
    ["an empty id", "7", " "],
  ])("not %s: %s, and now %s", (_, remembered, given) => {
    expect(near(remembered, given)).toEqual([]);
  });

  test("not while the record of that account is there", () => {
    const linked = [known(ANN, { id: "007" }), known(BOB, { id: "9" })];
    expect(near("", "7", { known: linked, sources: { hr: [row("007")] } })).toEqual([]);
    expect(near("", "7", { known: linked, sources: { hr: [row("8")] } })).toEqual([ANN]);
  });

  test("not where no record of that source and kind is missing", () => {
    expect(
      near("", "7", { known: [known(ANN, { link: linkTo("ad", "007") })], sources: { hr: [], ad: [] } }),
    ).toEqual([]);
    expect(near("", "7", { known: null })).toEqual([]);
  });

  test("an account is found by an id that it was linked to before, once", () => {
    const replaced = ["staff/hr personal 7", "staff/hr personal 0007"];
    const back = known(ANN, { link: linkTo("hr", "0007", { replaced }) });
    expect(near("", "7", { known: [back] })).toEqual([ANN]);
    const other = known(BOB, { link: linkTo("hr", "abc", { replaced: ["staff/hr personal 7"] }) });
    expect(near("", "7", { known: [back, other] })).toEqual([ANN, BOB]);
    expect(near("", "8", { known: [other] })).toEqual([]);
    expect(near("", "7", { known: [other], live: [ann] })).toEqual([]);
  });
});
