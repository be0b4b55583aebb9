import { describe, expect, test } from "vitest";
import { joinByOtherIds, otherIdsOf } from "../../../src/engine/desired/other-ids.ts";
import type { Placed } from "../../../src/engine/desired/records-by-address.ts";
import type { Anchors, LinkState } from "../../../src/engine/readings/links.ts";
import type { LiveAccount, SourceRecord } from "../../../src/model/account/account.ts";
import type { Link } from "../../../src/model/plan/state.ts";
import { at, person, profile, record } from "../../support/engine.ts";

const OLD = "jan@example.org";
const NEW = "jan.berg@example.org";
const JAN = "Jan Berg";
const live = person(OLD, { fullName: JAN });
const link: Link = { profile: "staff", source: "hr", anchor: "hr 1" };

type Given = Parameters<typeof record>[1] & { readonly anchor?: string };
const of = (source: string, address: string, { anchor, ...row }: Given = {}): Placed => ({
  record: record(address, { fullName: JAN, where: `row of ${source}`, ...row }),
  source,
  address: at(address),
  anchor,
});

type State = {
  readonly link?: Link | null;
  readonly state?: LinkState;
  readonly isRenamed?: boolean;
  readonly elsewhere?: readonly string[];
};

/** The state knows "ad 7" as the id that the directory gives Jan, whose account is linked to record 1 of "hr". */
const anchorsOf = ({ state = "present", isRenamed = false, elsewhere = [], ...given }: State = {}) =>
  ({
    knownByOther: (name: string, { anchor }: Placed) =>
      name === "staff" && anchor === "ad 7" ? { live, isRenamed } : undefined,
    linkOf: (one: LiveAccount) =>
      one === live ? (given.link === null ? undefined : (given.link ?? link)) : undefined,
    stateOf: () => state,
    accountsOf: (anchor: string) => (elsewhere.includes(anchor) ? [person("kees@example.org")] : []),
  }) as unknown as Anchors;

const join = (records: readonly Placed[], state?: State) =>
  joinByOtherIds(profile(), records, anchorsOf(state));

const main = of("hr", NEW, { anchor: "hr 1" });
const behind = of("ad", OLD, { anchor: "ad 7" });
const differs = (why: string, given: string, address: string) => ({
  code: "address-mismatch",
  severity: "warning",
  summary: `The record has the address ${given}, and by its id it is ${why}. Correct the address in the source that has the wrong one.`,
  where: { profile: "staff", source: "ad", place: "row of ad", kind: "personal", address },
});
const sameAs = (source: string, address: string) =>
  `the same person as the record of ${source} (row of ${source}) under the address ${address}. That address counts`;

describe("a record whose id the state knows as somebody's", () => {
  test("comes under the address of the record that the account is linked to, and it is said", () => {
    expect(join([main, behind])).toEqual({
      records: [main, { ...behind, person: live, address: NEW, outdated: OLD }],
      findings: [differs(sameAs("hr", NEW), OLD, NEW)],
    });
  });

  test("is that person's, without a word, where the addresses agree", () => {
    const also = of("ad", NEW, { anchor: "ad 7" });
    expect(join([main, also])).toEqual({ records: [main, { ...also, person: live }], findings: [] });
  });

  test("gives the address itself where the linked record is gone", () => {
    expect(join([of("ad", NEW, { anchor: "ad 7" })], { state: "gone" })).toEqual({
      records: [{ ...of("ad", NEW, { anchor: "ad 7" }), person: live }],
      findings: [],
    });
  });

  test("the first of two such records gives the address", () => {
    const first = of("ad", NEW, { anchor: "ad 7" });
    const second = { ...of("ad", OLD, { anchor: "ad 7" }), source: "phones" };
    const { records, findings } = join([first, second], { state: "gone" });
    expect(records).toEqual([
      { ...first, person: live },
      { ...second, person: live, address: NEW, outdated: OLD },
    ]);
    expect(findings.map(({ summary }) => summary)).toEqual([differs(sameAs("ad", NEW), OLD, NEW).summary]);
  });

  test("the account keeps its address while the linked record is unread", () => {
    const changed = of("ad", NEW, { anchor: "ad 7" });
    expect(join([changed], { state: "unread" })).toEqual({
      records: [{ ...changed, person: live, address: OLD, outdated: NEW }],
      findings: [
        differs(
          `the account ${OLD}, whose record in the source that it is linked to could not be read. The account keeps its address until then`,
          NEW,
          OLD,
        ),
      ],
    });
  });

  test("also without a name", () => {
    const nameless = of("ad", OLD, { anchor: "ad 7", fullName: null });
    expect(join([main, nameless]).records[1]).toMatchObject({ person: live, address: NEW });
  });

  test("also under the name that the linked record gives by now", () => {
    const married = of("hr", NEW, { anchor: "hr 1", fullName: "Ria Smit" });
    const also = of("ad", OLD, { anchor: "ad 7", fullName: "Ria Smit" });
    expect(join([married, also]).records[1]).toMatchObject({ person: live, address: NEW });
  });
});

describe("the record that an account is linked to, under a new id", () => {
  const again = of("hr", OLD, { anchor: "hr 9" });
  const ahead = of("ad", NEW, { anchor: "ad 7" });
  const addressOf = (one: Placed, state?: State) => join([one, ahead], state).records[1]?.address;

  test("is the one of that source with the account's address and name", () => {
    expect([addressOf(again), addressOf(of("hr", OLD))]).toEqual([OLD, OLD]);
  });

  test.each<readonly [string, Placed, State]>([
    ["of another source", of("phones", OLD, { anchor: "hr 9" }), {}],
    ["at another address", of("hr", "j@example.org", { anchor: "hr 9" }), {}],
    ["under another name", of("hr", OLD, { anchor: "hr 9", fullName: "Jan Dijk" }), {}],
    ["without a name", of("hr", OLD, { anchor: "hr 9", fullName: null }), {}],
    ["with another account's id", again, { elsewhere: ["hr 9"] }],
    ["of an account without a link", again, { link: null }],
  ])("is not one %s", (_, one, state) => {
    expect(addressOf(one, state)).toBe(NEW);
  });
});

describe("a record stays where it is", () => {
  test.each<readonly [string, readonly Placed[], State]>([
    ["where the state does not know its id", [main, of("ad", OLD, { anchor: "ad 8" })], {}],
    ["where it has no id", [main, of("ad", OLD)], {}],
    ["where its name is another's", [main, of("ad", OLD, { anchor: "ad 7", fullName: "Kees Dijk" })], {}],
    ["where two of its source have the address", [main, behind, of("ad", OLD, { anchor: "ad 8" })], {}],
    [
      "where two have the id that the account is linked to",
      [main, of("hr", OLD, { anchor: "hr 1" }), behind],
      {},
    ],
    [
      "where its source was renamed and it has no name",
      [main, of("ad", OLD, { anchor: "ad 7", fullName: null })],
      { isRenamed: true },
    ],
    [
      "where its source was renamed and its name differs",
      [main, of("ad", OLD, { anchor: "ad 7", fullName: "Jan Smit" })],
      { isRenamed: true },
    ],
  ])("%s", (_, records, state) => {
    const { records: after, findings } = join(records, state);
    expect([after, findings]).toEqual([records, []]);
  });

  test("in a profile that the state does not know it in", () => {
    const care = profile({ name: "care" });
    expect(joinByOtherIds(care, [main, behind], anchorsOf())).toEqual({
      records: [main, behind],
      findings: [],
    });
  });
});

test("a source that was renamed knows a person by id and whole name", () => {
  expect(join([main, behind], { isRenamed: true }).records[1]).toMatchObject({ person: live, address: NEW });
});

test("two records of two sources with one address are not two people", () => {
  const also = { ...of("phones", OLD) };
  expect(join([main, behind, also]).records[1]).toMatchObject({ person: live, address: NEW });
});

describe("the ids of further records", () => {
  const idOf = (given: SourceRecord) => given.id;
  const first = of("hr", NEW, { anchor: "hr 1", id: "1" });
  const merged = { id: idOf(first.record), fullName: first.record.fullName };
  test.each<readonly [string, readonly Placed[], readonly { source: string; anchor: string }[] | undefined]>([
    ["of one record there are none", [of("ad", NEW, { anchor: "ad 7", id: "7" })], undefined],
    [
      "are kept with their source",
      [first, of("ad", NEW, { anchor: "ad 7", id: "7" })],
      [{ source: "ad", anchor: "ad 7" }],
    ],
    [
      "also of a record without a name",
      [first, of("ad", NEW, { anchor: "ad 7", id: "7", fullName: null })],
      [{ source: "ad", anchor: "ad 7" }],
    ],
    [
      "also of one that shares the given name",
      [first, of("ad", NEW, { anchor: "ad 7", id: "7", fullName: "Jan Smit" })],
      [{ source: "ad", anchor: "ad 7" }],
    ],
    [
      "not of one with another's name",
      [first, of("ad", NEW, { anchor: "ad 7", id: "7", fullName: "Kees Dijk" })],
      undefined,
    ],
    ["not of one without an anchor", [first, of("ad", NEW, { id: "7" })], undefined],
  ])("%s", (_, group, otherIds) => {
    const expected = otherIds === undefined ? {} : { otherIds };
    const { id, fullName } = merged;
    expect(otherIdsOf(group, { ...(id ? { id } : {}), ...(fullName ? { fullName } : {}) })).toEqual(expected);
  });

  test("without any name, all of them count", () => {
    const [one, two] = [
      of("hr", NEW, { anchor: "hr 1", id: "1", fullName: null }),
      of("ad", NEW, { anchor: "ad 7", id: "7", fullName: null }),
    ];
    const { id } = one.record;
    expect(otherIdsOf([one, two], id ? { id } : {})).toEqual({
      otherIds: [{ source: "ad", anchor: "ad 7" }],
    });
  });
});
