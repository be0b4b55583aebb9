import { describe, expect, test } from "vitest";
import { bringUpToDate, isSamePerson } from "../../../src/engine/desired/outdated-addresses.ts";
import type { Placed } from "../../../src/engine/desired/records-by-address.ts";
import type { Anchors } from "../../../src/engine/readings/links.ts";
import type { Link } from "../../../src/model/plan/state.ts";
import { at, person, profile, record } from "../../support/engine.ts";

const OLD = "jan@example.org";
const NEW = "jan.berg@example.org";
const JAN = "Jan Berg";
const live = person(OLD, { fullName: JAN });

/** A record of a source at an address, with the anchor of its id. */
const placed = (
  source: string,
  address: string,
  { anchor, ...row }: Parameters<typeof record>[1] & { readonly anchor?: string } = {},
): Placed => ({ record: record(address, { fullName: JAN, ...row }), source, address: at(address), anchor });

/** "hr" renamed Jan, whose account has the old address still; "phones" gives that one. */
const renamed = placed("hr", NEW, { anchor: "1" });
const behind = placed("phones", OLD);
const linked: Link = { profile: "staff", source: "hr", anchor: "1" };

const anchorsOf = (link: Link | undefined, elsewhere: readonly string[] = []) =>
  ({
    holderOf: (address: string) => (address === OLD ? { live, link } : undefined),
    accountsOf: (anchor: string) => (elsewhere.includes(anchor) ? [live] : []),
  }) as unknown as Anchors;

const upToDate = (records: readonly Placed[]) => bringUpToDate(profile(), records, anchorsOf(linked));

/** The link of the account at the old address, and ids that accounts have. */
type Other = { readonly link?: Link | null; readonly elsewhere?: readonly string[] };

describe("a record with the address that somebody had before another source gave a new one", () => {
  test("is that person's, at the new address, and it is said", () => {
    expect(upToDate([renamed, behind])).toEqual({
      records: [renamed, { ...behind, address: NEW, outdated: OLD }],
      findings: [
        {
          code: "address-mismatch",
          severity: "warning",
          summary: `The record still has the address ${OLD}, and by its id the record of hr (row of ${NEW}) is the same person under the address ${NEW}. That address counts. Correct the address in the source that has the wrong one.`,
          where: {
            profile: "staff",
            source: "phones",
            place: `row of ${OLD}`,
            kind: "personal",
            address: NEW,
          },
        },
      ],
    });
  });

  test("also with an id of its own that no account has, and with a name that has changed since", () => {
    const own = placed("phones", OLD, { anchor: "7" });
    expect(upToDate([renamed, own]).records[1]).toMatchObject({ address: NEW });
    const married = placed("hr", NEW, { anchor: "1", fullName: "Jan Smit" });
    const also = placed("phones", OLD, { fullName: "Jan Smit" });
    expect(upToDate([married, also]).records[1]).toMatchObject({ address: NEW });
  });

  const LEFT: readonly (readonly [string, readonly Placed[], Other?])[] = [
    ["where there is one source", [renamed, placed("hr", OLD)]],
    [
      "where the name is another's: it is a newcomer with that address",
      [renamed, placed("phones", OLD, { fullName: "Kees Dijk" })],
    ],
    ["where it has no name", [renamed, placed("phones", OLD, { fullName: null })]],
    ["where it only adds to an account", [renamed, placed("phones", OLD, { supplement: true })]],
    ["where no account has the address", [renamed, placed("phones", "kees@example.org")]],
    ["where the account has no link", [renamed, behind], { link: null }],
    [
      "where it is linked to another profile's record",
      [renamed, behind],
      { link: { ...linked, profile: "care" } },
    ],
    ["where it is linked to this very source", [renamed, behind], { link: { ...linked, source: "phones" } }],
    ["where nobody has that id any more", [placed("hr", NEW, { anchor: "2" }), behind]],
    ["where two have it", [renamed, placed("hr", "j@example.org", { anchor: "1" }), behind]],
    ["where nobody was renamed", [placed("hr", OLD, { anchor: "1" }), behind]],
    [
      "where the source that renamed gives the old address to somebody as well",
      [renamed, placed("hr", OLD, { fullName: "Kees" }), behind],
    ],
    ["where its own source gives the new address as well", [renamed, placed("phones", NEW), behind]],
    [
      "where its own id is that of an account",
      [renamed, placed("phones", OLD, { anchor: "7" })],
      { elsewhere: ["7"] },
    ],
    ["where it is known to be somebody's already", [renamed, { ...behind, person: live }]],
  ];

  test.each(LEFT.map(([why, records, other = {}]) => [why, records, other] as const))(
    "is left at its address: %s",
    (_, records, { link = linked, elsewhere = [] }) => {
      const anchors = anchorsOf(link ?? undefined, elsewhere);
      expect(bringUpToDate(profile(), records, anchors)).toEqual({ records, findings: [] });
    },
  );
});

test.each([
  ["Jan Berg", "jan  berg", true],
  ["Jan Berg", "Jan Smit", true],
  ["Jan Berg", "Kees Berg", false],
  ["Jan Berg", "", false],
] as const)("is %s the same person as %s: %s", (own, name, expected) => {
  expect(isSamePerson(placed("hr", OLD, { fullName: own }), name)).toBe(expected);
});

test("a desk has no given name that it could share", () => {
  const desk = placed("hr", OLD, { kind: "functional", fullName: "Desk North" });
  expect([isSamePerson(desk, "Desk South"), isSamePerson(desk, "Desk North")]).toEqual([false, true]);
});
