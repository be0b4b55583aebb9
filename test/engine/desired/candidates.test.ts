import { describe, expect, test } from "vitest";
import { buildDesiredState } from "../../../src/engine/desired/desired.ts";
import type { Placed } from "../../../src/engine/desired/records-by-address.ts";
import { type Anchors, NO_ANCHORS } from "../../../src/engine/readings/links.ts";
import { Doubts } from "../../../src/engine/readings/statements.ts";
import type { LiveAccount, SourceRecord } from "../../../src/model/account/account.ts";
import type { Reading } from "../../../src/model/ports.ts";
import {
  at,
  desk,
  deskRecord,
  organization,
  type ProfileGiven,
  person,
  profile,
  reading,
  record,
} from "../../support/engine.ts";

const A = "a@example.org";
const B = "b@example.org";

type Setting = {
  readonly profile?: ProfileGiven;
  /** What the state links to the record with this id, whatever source gives it. */
  readonly linked?: Readonly<Record<string, readonly LiveAccount[]>>;
  readonly live?: readonly LiveAccount[];
};

function anchorsOf({ linked, live = [] }: Setting): Anchors {
  if (linked === undefined) return NO_ANCHORS;
  return {
    ...NO_ANCHORS,
    anchorOf: (name, source, { id }) => (id ? `${name}/${source} ${id.value}` : undefined),
    personalAt: (address) => live.find((one) => one.address === address && one.kind === "personal"),
    accountsOf: (anchor) => linked[anchor.slice(anchor.indexOf(" ") + 1)] ?? [],
    holderOf: (address) => {
      const found = live.find((one) => one.address === address);
      return found && { live: found, link: { profile: "staff", source: "hr", anchor: "staff/hr 1" } };
    },
  };
}

function desiredOf(readings: readonly Reading[], setting: Setting = {}) {
  const doubts = new Doubts();
  const state = buildDesiredState({
    organization: organization({ loginMethod: "password" }),
    profiles: [{ policy: profile(setting.profile), readings }],
    anchors: anchorsOf(setting),
    doubts,
  });
  const raised = (["personal", "functional"] as const).filter((kind) => doubts.of("staff", kind));
  return { ...state, raised: raised.map((kind) => `${kind} ${doubts.of("staff", kind)}`) };
}

const hr = (...records: readonly SourceRecord[]) => reading(records);
const ad = (...records: readonly SourceRecord[]) => reading(records, { source: "ad" });
const bare = (email: string | undefined, row: Parameters<typeof record>[1] = {}) =>
  record(email, { fullName: null, accountKey: null, ...row });
const from = (where: string, attribute: string) => ({ source: "hr", where, attribute });

describe("one record makes one candidate", () => {
  const its = (one: SourceRecord, source = "hr"): Placed => ({
    record: one,
    source,
    address: at(A),
    anchor: undefined,
  });

  test("with what it gives, and active because it is there", () => {
    const one = bare(" A@Example.org ", { where: "row 2", division: "/x" });
    expect(desiredOf([hr(one)])).toEqual({
      candidates: [
        {
          account: {
            profile: "staff",
            kind: "personal",
            address: A,
            addressOrigin: from("row 2", "email"),
            active: true,
            activeOrigin: from("row 2", "email"),
            activeNotGiven: true,
            division: { value: "/x", origin: from("row 2", "division") },
          },
          records: [its(one)],
          isSeveralPeople: false,
          holds: [],
          notes: [],
        },
      ],
      bystanders: [],
      incompleteSources: new Set(),
      findings: [],
      raised: [],
    });
  });

  test("disabled where it says so, and nothing is held", () => {
    const one = bare(A, { kind: "functional", where: "row 2", active: false });
    const { account } = desiredOf([hr(one)]).candidates[0] ?? {};
    expect(account).toEqual({
      profile: "staff",
      kind: "functional",
      address: A,
      addressOrigin: from("row 2", "email"),
      active: false,
      activeOrigin: from("row 2", "active"),
    });
  });

  test("outside the claimed domains its address is held, and it is said", () => {
    const [candidate] = desiredOf([hr(bare("a@example.net", { where: "row 2" }))]).candidates;
    expect(candidate?.account.held).toEqual(new Set(["email"]));
    expect(candidate?.notes).toEqual([
      {
        code: "address-unclaimed",
        severity: "error",
        summary:
          "The domain example.net is not among the claimed domains of organization.yaml, so Zivver would refuse the address. No account is created under it or renamed to it.",
        where: { profile: "staff", source: "hr", place: "row 2", kind: "personal", address: "a@example.net" },
      },
    ]);
  });

  test("what cannot be read of it is held, and said first", () => {
    const problems = [{ attribute: "Phone", message: "It is an error.", field: "phone" }] as const;
    const one = bare(A, { problems, aliases: ["nothing"] });
    const [candidate] = desiredOf([hr(one)]).candidates;
    expect(candidate?.account.held).toEqual(new Set(["phone"]));
    expect(candidate?.notes.map(({ code }) => code)).toEqual(["record-unreadable", "alias-invalid"]);
  });

  test("one that cannot be read at all is held whole", () => {
    const [candidate] = desiredOf([
      hr(bare(A, { problems: [{ attribute: "Row", message: "It is an error." }] })),
    ]).candidates;
    expect(candidate?.holds.map(({ code }) => code)).toEqual(["record-unreadable"]);
  });
});

describe("several records of one address", () => {
  test("make one candidate, whose address is that of the first account, not of what only adds to it", () => {
    const adds = bare(A, { supplement: true, where: "entry", aliases: ["x@example.org"] });
    const second = bare(A, { where: "row 2" });
    const { candidates } = desiredOf([hr(adds), ad(second)]);
    expect(candidates.map(({ account }) => account.addressOrigin.where)).toEqual(["row 2"]);
    expect(candidates[0]?.account.aliases?.value).toEqual(["x@example.org"]);
    expect(candidates[0]?.records.map(({ record: one }) => one.where)).toEqual(["entry", "row 2"]);
  });

  test("a disabled person beside a functional record is a leaver, and it is said", () => {
    const gone = bare(A, { active: false, where: "row 2" });
    const { candidates } = desiredOf([hr(gone), ad(deskRecord(A))], { linked: {}, live: [person(A)] });
    expect(candidates.map(({ account, records }) => [account.kind, account.active, records.length])).toEqual([
      ["personal", false, 1],
    ]);
    expect(candidates[0]?.notes).toEqual([
      {
        code: "kind-mismatch",
        severity: "error",
        summary:
          "One record says that this is a personal account, and that it is disabled; another that it is a functional one. The personal account is treated as a leaver's, and no functional one is created while it has the address.",
        where: { profile: "staff", source: "hr", place: "row 2", kind: "personal", address: A },
      },
    ]);
  });

  test.each([
    ["no account", {}, "functional"],
    ["an account that is linked to it", { "7": [person(B)] }, "personal"],
  ])("a disabled user of a functional record, with %s", (_, linked, kind) => {
    const user = bare(A, { active: false, id: "7" });
    const { candidates } = desiredOf([hr(user), ad(deskRecord(A))], { linked });
    expect(candidates.map(({ account, notes }) => [account.kind, notes.length])).toEqual([
      [kind, kind === "personal" ? 1 : 0],
    ]);
  });

  test("two people under one address are several", () => {
    const { candidates } = desiredOf([hr(bare(A, { id: "1" }), bare(A, { id: "2" }))]);
    expect(candidates.map(({ isSeveralPeople, holds }) => [isSeveralPeople, holds.length])).toEqual([
      [true, 1],
    ]);
  });

  test("the ids of further sources are kept beside the first", () => {
    const one = record(A, { id: "1" });
    const other = record(A, { id: "7" });
    const { candidates } = desiredOf([hr(one), ad(other)], { linked: {} });
    expect(candidates[0]?.account.otherIds).toEqual([{ source: "ad", anchor: "staff/ad 7" }]);
  });

  test("a record that is behind gives neither the address nor its place", () => {
    const live = person(A, { fullName: "Jan Berg" });
    const renamed = record(B, { id: "1", fullName: "Jan Berg", where: "row 9" });
    const behind = record(A, { fullName: "Jan Berg", where: "dn 1" });
    const setting: Setting = { linked: { 1: [live] }, live: [live] };
    const { candidates, findings } = desiredOf([ad(behind), hr(renamed)], setting);
    expect(candidates.map(({ account }) => [account.address, account.addressOrigin.where])).toEqual([
      [B, "row 9"],
    ]);
    expect(findings.map(({ code }) => code)).toEqual(["address-mismatch"]);
  });
});

describe("entries that only add to an account", () => {
  const adds = bare(A, { supplement: true, where: "entry 3" });
  const alone = {
    code: "supplement-without-account",
    severity: "warning",
    summary:
      "The entry only adds to an account that another source gives, and none gives it. Give it a fullName to make it an account of its own, or take it out.",
    where: { profile: "staff", address: A, source: "hr", place: "entry 3" },
  };
  test.each([
    ["make none where no source gives it", [hr(adds)], [], [alone]],
    ["make none beside declared entries of others", [hr(adds), ad(bare(B))], [B], [alone]],
    ["make one where all is declared", [reading([adds], { type: "declared" })], [A], []],
    [
      "make none where not all is declared",
      [hr(adds), reading([bare(B)], { source: "git", type: "declared" })],
      [B],
      [alone],
    ],
  ])("%s", (_, readings, addresses, said) => {
    const { candidates, findings } = desiredOf(readings);
    expect([candidates.map(({ account }) => account.address), findings]).toEqual([addresses, said]);
  });
});

describe("a record without an address", () => {
  const ann = person("ann@example.org");
  const nobody = bare(undefined, { id: "1", where: "row 2" });
  const without = (given: Partial<Record<"place" | "id", string>> = {}) => ({
    code: "record-without-address",
    severity: "error",
    summary: `The record has no usable email address${given.id ?? ""}, so it cannot be matched to an account. Until it is corrected, or excluded with the source's \`filter\` (a row of totals, for example), no personal account is suspended or deleted because of this source.`,
    where: { profile: "staff", source: "hr", place: given.place ?? "row 2", kind: "personal" },
  });
  const NO_LINK = ", and its id is linked to no account";

  test.each<readonly [string, readonly LiveAccount[]]>([
    ["no account", []],
    ["an account of the other kind", [desk("ann@example.org")]],
    ["two accounts", [ann, person(B)]],
  ])("cannot be matched by an id that is linked to %s", (_, accounts) => {
    const { candidates, findings, incompleteSources, raised } = desiredOf([hr(nobody)], {
      linked: { 1: accounts },
    });
    expect({ candidates, findings, incompleteSources, raised }).toEqual({
      candidates: [],
      findings: [without({ id: NO_LINK })],
      incompleteSources: new Set(["staff/hr"]),
      raised: ["personal unidentified"],
    });
  });

  test("without an id it is said without one, in the order of the places", () => {
    const records = [bare("nobody", { where: "row 8" }), bare(undefined, { where: "row 5" }), bare(A)];
    const { findings, candidates } = desiredOf([hr(...records)]);
    expect(findings).toEqual([without({ place: "row 5" }), without({ place: "row 8" })]);
    expect(candidates.map(({ account }) => account.address)).toEqual([A]);
  });

  test("is the account that its id is linked to, which keeps its address", () => {
    const { candidates, findings, raised } = desiredOf([hr(nobody)], { linked: { 1: [ann] } });
    expect(candidates.map(({ account, notes }) => ({ account, notes }))).toEqual([
      {
        account: {
          profile: "staff",
          kind: "personal",
          address: ann.address,
          addressOrigin: from("row 2", "email"),
          active: true,
          activeOrigin: from("row 2", "email"),
          activeNotGiven: true,
          held: new Set(["email"]),
          id: { value: "1", origin: from("row 2", "id") },
        },
        notes: [
          {
            code: "record-without-address",
            severity: "error",
            summary:
              "The record has no usable email address. Its account is known by its id, and keeps the address that it has.",
            where: {
              profile: "staff",
              kind: "personal",
              address: ann.address,
              source: "hr",
              place: "row 2",
            },
          },
        ],
      },
    ]);
    expect([findings, raised]).toEqual([[], []]);
  });

  test("is said once where the address is what cannot be read", () => {
    const problems = [
      { attribute: "Mail", message: "It is an error.", field: "email" },
      { attribute: "Phone", message: "It is an error.", field: "phone" },
    ] as const;
    const notesOf = (some: typeof problems | readonly [(typeof problems)[1]]) =>
      desiredOf([hr({ ...nobody, problems: some })], { linked: { 1: [ann] } }).candidates[0]?.notes.map(
        ({ code }) => code,
      );
    expect(notesOf(problems)).toEqual(["record-unreadable", "record-unreadable"]);
    expect(notesOf([problems[1]])).toEqual(["record-unreadable", "record-without-address"]);
  });
});

describe("kinds that the profile does not manage", () => {
  const people: Setting = { profile: { manages: { kinds: ["personal"] } } };
  const left = (summary: string) => ({
    code: "record-kind-not-managed",
    severity: "info",
    summary,
    where: { profile: "staff", source: "hr", kind: "functional" },
  });

  test("make no candidate, and name their accounts all the same", () => {
    const one = deskRecord(B);
    const { candidates, bystanders, findings, raised, incompleteSources } = desiredOf(
      [hr(bare(A), one)],
      people,
    );
    expect({ bystanders, findings, raised, incompleteSources }).toEqual({
      bystanders: [
        {
          profile: "staff",
          kind: "functional",
          records: [{ record: one, source: "hr", address: B, anchor: undefined }],
        },
      ],
      findings: [left("1 functional record is left out: the profile manages no functional accounts.")],
      raised: [],
      incompleteSources: new Set(),
    });
    expect(candidates.map(({ account }) => account.address)).toEqual([A]);
  });

  test("are counted; one without an address is no matter", () => {
    const records = [deskRecord(B), deskRecord("c@example.org"), deskRecord("nobody")];
    const { findings, raised } = desiredOf([hr(bare(A), ...records)], people);
    expect(findings).toEqual([
      left("2 functional records are left out: the profile manages no functional accounts."),
    ]);
    expect(raised).toEqual([]);
  });
});

describe("a source", () => {
  const found = {
    code: "source-partial",
    severity: "warning",
    summary: "It was cut.",
    where: { place: "dn" },
  };
  const empty = {
    code: "source-empty",
    severity: "warning",
    summary: "The source gave no record at all, so nothing is removed because of it.",
    where: { profile: "staff", source: "hr" },
  };
  type Row = readonly [string, Reading, readonly unknown[], boolean];
  test.each<Row>([
    ["that was read whole", hr(bare(A)), [], false],
    ["that says that something may be missing", reading([bare(A)], { complete: false }), [], true],
    ["that says so of a kind", reading([bare(A)], { incompleteKinds: ["functional"] }), [], true],
    ["that says so of no kind", reading([bare(A)], { incompleteKinds: [] }), [], false],
    ["that gave nothing", hr(), [empty], true],
    [
      "that says itself that it gave nothing",
      reading([], { findings: [{ ...empty, severity: "error", where: {} } as never] }),
      [{ ...empty, severity: "error" }],
      true,
    ],
    [
      "that gave nothing and found something else",
      reading([], { findings: [found as never] }),
      [{ ...found, where: { profile: "staff", source: "hr", place: "dn" } }, empty],
      true,
    ],
  ])("%s", (_, one, findings, isIncomplete) => {
    const state = desiredOf([one]);
    expect([state.findings, [...state.incompleteSources]]).toEqual([
      findings,
      isIncomplete ? ["staff/hr"] : [],
    ]);
  });
});
