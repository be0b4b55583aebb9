import { expect, test } from "vitest";
import { firstPlace, groupByAddress, type Placed } from "../../../src/engine/desired/records-by-address.ts";
import { at, record } from "../../support/engine.ts";

const placed = (source: string, address: string, where: string): Placed => ({
  record: record(address, { where }),
  source,
  address: at(address),
  anchor: undefined,
});

const A = "a@example.org";
const B = "b@example.org";

test("a list for each address, by source as they are named first, then by place", () => {
  const hr3 = placed("hr", A, "row 3");
  const hr2 = placed("hr", A, "row 2");
  const ad1 = placed("ad", A, "row 1");
  const others = [placed("ad", B, "row 9"), placed("hr", B, "row 8")] as const;
  expect(groupByAddress([others[1], hr3, ad1, hr2, others[0]])).toEqual([
    [hr2, hr3, ad1],
    [others[1], others[0]],
  ]);
});

test("the order of the records of a source does not matter", () => {
  const [one, two, three] = [placed("hr", A, "1"), placed("hr", A, "2"), placed("hr", B, "3")];
  expect(groupByAddress([three, two, one])).toEqual([[one, two], [three]]);
  expect(groupByAddress([one, two, three])).toEqual([[one, two], [three]]);
});

test("no records make no list", () => {
  expect(groupByAddress([])).toEqual([]);
});

test("a group is at the place of its first record", () => {
  expect(firstPlace([placed("hr", A, "row 2"), placed("ad", A, "row 1")])).toEqual({
    source: "hr",
    place: "row 2",
  });
  expect(firstPlace([])).toEqual({});
});
