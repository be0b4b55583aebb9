import { describe, expect, test } from "vitest";
import { linkOf, NO_ANCHORS } from "../../../src/engine/readings/links.ts";
import { Doubts, type LostFields } from "../../../src/engine/readings/statements.ts";
import type { SourceRecord } from "../../../src/model/account/account.ts";
import { Secret } from "../../../src/model/values/secret.ts";
import { at, desk, deskRecord, known, PLAIN_NAMES, person } from "../../support/engine.ts";

import { ANN, addressesOf, ann, BOB, bob, linksOf, linkTo, row, type World } from "./linked-world.ts";

describe("the anchor of a record", () => {
  test.each<readonly [string, SourceRecord, string | undefined]>([
    ["is named by profile, source, kind and id", row(" 7 "), "staff/hr personal 7"],
    ["of a desk, too", deskRecord(ANN, { id: "7" }), "staff/hr functional 7"],
    ["is none without an id", row(undefined), undefined],
    ["is none with an empty id", row("  "), undefined],
  ])("%s", (_, one, anchor) => {
    expect(linksOf().anchorOf("staff", "hr", one)).toBe(anchor);
  });

  test("is none where nothing is remembered", () => {
    expect(linksOf({ known: null }).anchorOf("staff", "hr", row("7"))).toBeUndefined();
  });
});

describe("the accounts of an anchor", () => {
  const links = linksOf({
    known: [
      known(ANN, { id: "1" }),
      known(BOB, { id: "1" }),
      known("gone@example.org", { id: "1" }),
      known("late@example.org", { id: "2" }),
      known("none@example.org"),
    ],
  });
  const anchor = (id: string) => `staff/hr personal ${id}`;

  test("are the live ones that are linked to it", () => {
    expect(addressesOf(links.accountsOf(anchor("1")))).toEqual([ANN, BOB]);
    expect([links.accountsOf(anchor("2")), links.accountsOf(anchor("3"))]).toEqual([[], []]);
  });

  test("are gone where Zivver has none of them", () => {
    expect(links.goneOf(anchor("2"))?.address).toBe("late@example.org");
    expect([links.goneOf(anchor("1")), links.goneOf(anchor("3"))]).toEqual([undefined, undefined]);
  });
});

describe("what is remembered of an account", () => {
  const memory = known(ANN, { id: "1" });
  const links = linksOf({ known: [memory, known(BOB)] });

  test("is known by the id of the account, under its kind", () => {
    expect([links.memoryOf(ann), links.linkOf(ann)]).toEqual([memory, memory.link]);
    expect([links.linkOf(bob), links.memoryOf(person("c@example.org"))]).toEqual([undefined, undefined]);
    const asDesk = desk(ANN, [], { zivverId: ann.zivverId });
    expect([links.memoryOf(asDesk), links.linkOf(asDesk), links.stateOf(asDesk)]).toEqual([
      undefined,
      undefined,
      "none",
    ]);
  });

  test("is found by any address that the account answers to", () => {
    const withAlias = person(ANN, { aliases: ["alias@example.org"] });
    const found = linksOf({ known: [memory], live: [withAlias, bob] });
    const holder = { live: withAlias, link: memory.link };
    expect(found.holderOf(at(ANN))).toEqual(holder);
    expect(found.holderOf(at("alias@example.org"))).toEqual(holder);
    expect([found.holderOf(at(BOB)), found.holderOf(at("c@example.org"))]).toEqual([undefined, undefined]);
  });
});

describe("the state of a link", () => {
  const lostId: LostFields = {
    of: (name, source, kind) =>
      name === "staff" && source === "hr" && kind === "personal" ? ["phone", "id"] : [],
    ofAny: () => [],
  };
  const lostPhone: LostFields = { of: () => ["phone"], ofAny: () => [] };
  const doubted = (doubt: Parameters<Doubts["raise"]>[2], kind: "personal" | "functional" = "personal") => {
    const doubts = new Doubts();
    doubts.raise("staff", kind, doubt);
    return doubts;
  };
  const linked = [known(ANN, { id: "1" })];

  test.each<readonly [string, World, string]>([
    ["none", { known: [known(ANN)] }, "none"],
    ["none where nothing is known of the account", { known: [] }, "none"],
    ["present", { known: linked, sources: { hr: [row("1")] } }, "present"],
    [
      "present though not all could be read",
      { known: linked, sources: { hr: [row("1")] }, doubts: doubted("incomplete") },
      "present",
    ],
    ["gone", { known: linked, sources: { hr: [row("2")] } }, "gone"],
    [
      "gone, though some record cannot be matched",
      { known: linked, doubts: doubted("unidentified") },
      "gone",
    ],
    [
      "gone, though another kind is in doubt",
      { known: linked, doubts: doubted("incomplete", "functional") },
      "gone",
    ],
    ["gone, though another field is lost", { known: linked, lost: lostPhone }, "gone"],
    ["unread where not all could be read", { known: linked, doubts: doubted("incomplete") }, "unread"],
    ["unread where its kind is empty", { known: linked, doubts: doubted("empty") }, "unread"],
    ["unread where its source lost the ids", { known: linked, lost: lostId }, "unread"],
    [
      "unread where its profile is not read",
      { known: [known(ANN, { link: linkTo("hr", "1", { profile: "care" }) })] },
      "unread",
    ],
    [
      "retired where its source is not configured",
      { known: [known(ANN, { link: linkTo("former", "1") })] },
      "retired",
    ],
    [
      "retired where its profile is not configured",
      { known: [known(ANN, { link: linkTo("hr", "1", { profile: "old" }) })] },
      "retired",
    ],
  ])("%s", (_, world, state) => {
    expect(linksOf(world).stateOf(ann)).toBe(state);
  });

  test("decides whether the record of an account is awaited that is gone from Zivver", () => {
    const memories = [
      known("present@example.org", { id: "1" }),
      known("gone@example.org", { id: "2" }),
      known("unread@example.org", { link: linkTo("hr", "3", { profile: "care" }) }),
      known("retired@example.org", { link: linkTo("former", "4") }),
      known("unlinked@example.org"),
      known(ANN, { id: "5" }),
    ];
    const links = linksOf({ known: memories, sources: { hr: [row("1"), row("5")] } });
    expect(addressesOf(memories.filter((one) => links.isAwaited(one)))).toEqual([
      "present@example.org",
      "unread@example.org",
      ANN,
    ]);
    expect(addressesOf(links.deleted)).toEqual(["present@example.org", "unread@example.org"]);
    expect(links.deleted).toBe(links.deleted);
  });

  test("of an account that nothing is remembered of, nothing is awaited", () => {
    expect(linksOf({ known: null }).deleted).toEqual([]);
  });
});

test("a profile is incomplete for a kind of which not all could be read", () => {
  const doubts = new Doubts();
  doubts.raise("staff", "personal", "incomplete");
  doubts.raise("staff", "functional", "empty");
  const links = linksOf({ doubts });
  expect([
    links.isIncomplete("staff", "personal"),
    links.isIncomplete("staff", "functional"),
    links.isIncomplete("care", "personal"),
  ]).toEqual([true, false, false]);
});

test("how many records have an anchor is counted in each source", () => {
  const links = linksOf({ sources: { hr: [row("1"), row(" 1"), row("2"), row(undefined)], ad: [row("1")] } });
  expect(
    ["hr personal 1", "hr personal 2", "ad personal 1", "hr personal 3"].map((one) =>
      links.sharing(`staff/${one}`),
    ),
  ).toEqual([2, 1, 1, 0]);
  expect(linksOf({ known: null, sources: { hr: [row("1")] } }).sharing("staff/hr personal 1")).toBe(0);
});

describe("a person whom a further source knows by an id", () => {
  const others = [{ source: "ad", anchor: "staff/ad personal 7" }];
  const jane = known(ANN, { link: linkTo("hr", "1", { others }) });
  const ask = (world: World, one: SourceRecord = row("7"), source = "ad") => {
    const links = linksOf({ known: [jane], sources: { hr: [], ad: [one] }, ...world });
    return links.knownByOther("staff", { record: one, anchor: links.anchorOf("staff", source, one) });
  };

  test("is the account that has that id beside its link", () => {
    expect(ask({})).toEqual({ live: ann, isRenamed: false });
  });

  test.each<readonly [string, World, SourceRecord]>([
    ["no account has it", { known: [known(ANN, { id: "1" })] }, row("7")],
    ["the id is another", {}, row("8")],
    ["the record has no id", {}, row(undefined)],
    ["two records have the id", { sources: { hr: [], ad: [row("7"), row("7")] } }, row("7")],
    ["an account is linked to it", { known: [jane, known(BOB, { link: linkTo("ad", "7") })] }, row("7")],
    [
      "two accounts have it",
      { known: [jane, known(BOB, { link: linkTo("hr", "2", { others }) })] },
      row("7"),
    ],
    ["the account is gone from Zivver", { live: [bob] }, row("7")],
    ["nothing is remembered", { known: null }, row("7")],
  ])("is nobody where %s", (_, world, one) => {
    expect(ask(world, one)).toBeUndefined();
  });

  test("is nobody of another kind", () => {
    const asDesk = desk(ANN, [], { zivverId: ann.zivverId });
    expect(ask({ live: [asDesk] })).toBeUndefined();
  });

  test("is known by the name that the source had before", () => {
    expect(ask({ sources: { hr: [], entra: [row("7")] } }, row("7"), "entra")).toEqual({
      live: ann,
      isRenamed: true,
    });
  });

  test("also where two accounts name that source, and by one account once", () => {
    const twice = known(BOB, {
      link: linkTo("hr", "2", { others: [{ source: "ad", anchor: "staff/ad personal 8" }] }),
    });
    const world = { known: [jane, twice], sources: { hr: [], entra: [row("7")] } };
    expect(ask(world, row("7"), "entra")).toEqual({ live: ann, isRenamed: true });
  });

  test("also where its profile has another name", () => {
    const old = known(ANN, {
      link: linkTo("hr", "1", { profile: "old", others: [{ source: "ad", anchor: "old/ad personal 7" }] }),
    });
    expect(ask({ known: [old], sources: { ad: [row("7")] } })).toEqual({ live: ann, isRenamed: true });
  });

  test("not by the former source of another profile that is configured", () => {
    const theirs = known(ANN, {
      link: linkTo("hr", "1", {
        profile: "care",
        others: [{ source: "former", anchor: "care/former personal 7" }],
      }),
    });
    expect(ask({ known: [theirs] })).toBeUndefined();
  });
});

describe("the accounts that a source linked under another name", () => {
  const formerly = known(ANN, { link: linkTo("former", "1") });
  const ask = (world: World, one = row("1")) => addressesOf(linksOf(world).formerAccountsOf("staff", one));
  test.each<readonly [string, World, SourceRecord, readonly string[]]>([
    ["are those with the record's id", { known: [formerly] }, row("1"), [ANN]],
    ["not those with another", { known: [formerly] }, row("2"), []],
    ["none without an id", { known: [formerly] }, row(undefined), []],
    ["none of a source that is there", { known: [known(ANN, { id: "1" })] }, row("1"), []],
    [
      "of a profile that is not configured",
      { known: [known(ANN, { link: linkTo("hr", "1", { profile: "old" }) })] },
      row("1"),
      [ANN],
    ],
    [
      "none of another profile that is",
      { known: [known(ANN, { link: linkTo("former", "1", { profile: "care" }) })] },
      row("1"),
      [],
    ],
    ["none where nothing is remembered", { known: null }, row("1"), []],
    [
      "each once, though many accounts name the source",
      { known: [formerly, known(BOB, { link: linkTo("former", "2") })] },
      row("1"),
      [ANN],
    ],
  ])("%s", (_, world, one, addresses) => {
    expect(ask(world, one)).toEqual(addresses);
  });
});

describe("linked accounts whose record is not there", () => {
  const ask = (world: World, source = "hr", ofProfile = "staff") => {
    const links = linksOf(world);
    return [links.hasUnanswered, addressesOf(links.unansweredOf(ofProfile, source, "personal"))] as const;
  };
  test.each<readonly [string, World, boolean, readonly string[]]>([
    [
      "are those of that source that are gone",
      { known: [known(ANN, { id: "1" }), known(BOB, { id: "2" })], sources: { hr: [row("2")] } },
      true,
      [ANN],
    ],
    [
      "none where all are there",
      { known: [known(ANN, { id: "1" })], sources: { hr: [row("1")] } },
      false,
      [],
    ],
    ["none without links", { known: [known(ANN)] }, false, []],
    [
      "not those of another source",
      { known: [known(ANN, { link: linkTo("ad", "1") })], sources: { hr: [], ad: [] } },
      true,
      [],
    ],
    [
      "not those of the source beside it",
      {
        known: [known(ANN, { link: linkTo("ad", "1") }), known(BOB, { id: "2" })],
        sources: { hr: [], ad: [] },
      },
      true,
      [BOB],
    ],
    [
      "not those of a source of that name in another profile",
      { known: [known(ANN, { link: linkTo("hr", "1", { profile: "care" }) }), known(BOB, { id: "2" })] },
      true,
      [BOB],
    ],
    [
      "not desks",
      {
        known: [known(ANN, { id: "1", kind: "functional" }), known(BOB, { id: "2" })],
        live: [desk(ANN), bob],
      },
      true,
      [BOB],
    ],
    ["not one that is gone from Zivver", { known: [known("gone@example.org", { id: "1" })] }, true, []],
    [
      "none of which the source is not configured, though they are unanswered",
      { known: [known(ANN, { link: linkTo("former", "1") })] },
      true,
      [],
    ],
  ])("%s", (_, world, hasUnanswered, addresses) => {
    expect(ask(world)).toEqual([hasUnanswered, addresses]);
  });

  test("are not said gone where they could not be read", () => {
    const doubts = new Doubts();
    doubts.raise("staff", "personal", "incomplete");
    expect(ask({ known: [known(ANN, { id: "1" })], doubts })).toEqual([true, []]);
  });

  test("are found once, however often somebody asks", () => {
    const links = linksOf({ known: [known(ANN, { id: "1" })] });
    const first = links.unansweredOf("staff", "hr", "personal");
    expect(links.unansweredOf("staff", "hr", "personal")).toBe(first);
  });

  test("a source that was renamed is reason enough to look for ids", () => {
    const records = [row("1")];
    const links = linksOf({ known: [known(ANN, { link: linkTo("former", "1") })], sources: { hr: records } });
    expect(links.hasUnanswered).toBe(true);
    const present = linksOf({ known: [known(ANN, { id: "1" })], sources: { hr: records } });
    expect(present.hasUnanswered).toBe(false);
  });
});

test("the digest of a key is named by its account, and by the key", () => {
  const links = linksOf();
  const key = new Secret("k");
  expect([
    links.keyDigest("1", key),
    links.keyDigest("1", key),
    links.keyDigest("2", key),
    links.keyDigest("2", new Secret("l")),
  ]).toEqual(["1 k", "1 k", "2 k", "2 l"]);
  expect(linksOf({ known: null }).keyDigest("1", key)).toBe("");
});

describe("the link that an account has from now on", () => {
  const id = (value: string) => ({ value, origin: { source: "hr", where: "row 2", attribute: "id" } });
  const desired = { profile: "staff", kind: "personal" } as const;
  const others = [
    { source: "hr", anchor: "staff/hr personal 2" },
    { source: "ad", anchor: "staff/ad personal 7" },
  ];
  const link = { profile: "staff", source: "hr", anchor: "staff/hr personal 1" };

  test("is the id, its source, and what other sources call it", () => {
    expect(linkOf({ ...desired, id: id(" 1 ") }, PLAIN_NAMES)).toEqual(link);
    expect(linkOf({ ...desired, id: id("1"), otherIds: others }, PLAIN_NAMES)).toEqual({
      ...link,
      others: [others[1]],
    });
    expect(linkOf({ ...desired, id: id("1"), otherIds: others.slice(0, 1) }, PLAIN_NAMES)).toEqual(link);
  });

  test("is none without an id", () => {
    expect([linkOf(desired, PLAIN_NAMES), linkOf({ ...desired, id: id(" ") }, PLAIN_NAMES)]).toEqual([
      undefined,
      undefined,
    ]);
  });
});

test("where nothing is remembered, nothing is linked", () => {
  expect({
    anchor: NO_ANCHORS.anchorOf("staff", "hr", row("1")),
    accounts: NO_ANCHORS.accountsOf("staff/hr personal 1"),
    other: NO_ANCHORS.knownByOther("staff", { record: row("1"), anchor: "x" }),
    link: NO_ANCHORS.linkOf(ann),
    state: NO_ANCHORS.stateOf(ann),
    holder: NO_ANCHORS.holderOf(at(ANN)),
  }).toEqual({
    anchor: undefined,
    accounts: [],
    other: undefined,
    link: undefined,
    state: "none",
    holder: undefined,
  });
});
