import { expect, test } from "vitest";
import { countRequests } from "../../../src/engine/order/request-count.ts";

type Costing = Parameters<typeof countRequests>[0][number];
const one = (given: Partial<Costing> = {}): Costing => ({
  action: "update",
  kind: "personal",
  fields: [1],
  ...given,
});

test.each<{ name: string; changes: readonly Costing[]; expect: number }>([
  { name: "none of nothing", changes: [], expect: 0 },
  { name: "one a change, and four readings", changes: [one(), one()], expect: 6 },
  { name: "one more to give addresses up", changes: [one({ release: {} })], expect: 6 },
  { name: "one to empty a group", changes: [one({ action: "suspend", kind: "functional" })], expect: 5 },
  {
    name: "one more to empty a group that changes otherwise as well",
    changes: [one({ action: "suspend", kind: "functional", fields: [1, 2] })],
    expect: 6,
  },
  {
    name: "not to suspend a person who changes otherwise as well",
    changes: [one({ action: "suspend", fields: [1, 2] })],
    expect: 5,
  },
  {
    name: "not to change a group in two ways",
    changes: [one({ kind: "functional", fields: [1, 2] })],
    expect: 5,
  },
])("requests: $name", ({ changes, expect: requests }) => {
  expect(countRequests(changes)).toBe(requests);
});
