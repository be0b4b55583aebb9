import { describe, expect, test } from "vitest";
import type { Kind } from "../../src/model/account/kind.ts";
import type { RecordFilter } from "../../src/model/source-config/filter.ts";
import type { DeclaredAccount } from "../../src/model/source-config/source-config.ts";
import { createSource } from "../../src/sources/registry.ts";
import { CLOCK } from "../support/clock.ts";
import { readTables } from "./reading.ts";

/* What a source speaks of, and what of it may be missing: a kind or a field that it does not show is not said. */

const where = "profiles/all.yaml:7:9";
const PEOPLE = "Email,Full name,Dept\na@example.org,A,Care\n";
const DESKS = "Email,Full name,Delegates\ndesk@example.org,Desk,a@example.org\n";

type Texts = Readonly<Partial<Record<Kind, string>>>;
type Filters = Readonly<Partial<Record<Kind, RecordFilter>>>;

async function tables(texts: Texts, filters: Filters = {}) {
  const kinds = Object.keys(texts) as Kind[];
  const files = Object.fromEntries(kinds.map((kind) => [`${kind}.csv`, texts[kind] ?? ""]));
  const options = kinds.map((kind) => [
    kind,
    { file: `${kind}.csv`, ...(filters[kind] ? { filter: filters[kind] } : {}) },
  ]);
  return said(await readTables(files, Object.fromEntries(options)));
}

function said({ speaks, complete, incompleteKinds, findings }: Awaited<ReturnType<typeof readTables>>) {
  const found = findings.map(({ code, severity, summary, where }) =>
    [code, severity, where.kind, where.place, summary].filter(Boolean).join(" | "),
  );
  return { speaks, complete, ...(incompleteKinds ? { incompleteKinds } : {}), findings: found };
}

describe("tables", () => {
  test("of each table that was asked for, the fields that have a column", async () => {
    expect(await tables({ personal: PEOPLE, functional: DESKS })).toEqual({
      speaks: { personal: ["email", "fullName"], functional: ["email", "fullName", "delegates"] },
      complete: true,
      findings: [],
    });
  });

  test("not of a kind without a table", async () => {
    expect((await tables({ personal: PEOPLE })).speaks).toEqual({ personal: ["email", "fullName"] });
    expect((await tables({ functional: DESKS })).speaks).toEqual({
      functional: ["email", "fullName", "delegates"],
    });
  });

  test.each([
    ["a header row and nothing else", "Email,Full name,Delegates\n", ["email", "fullName", "delegates"]],
    ["nothing at all", "", []],
    ["rows of nothing", "Email\n,\n\n", ["email"]],
  ])("an empty table concerns its kind only: %s", async (_, functional, fields) => {
    expect(await tables({ personal: PEOPLE, functional })).toEqual({
      speaks: { personal: ["email", "fullName"], functional: fields },
      complete: true,
      findings: [
        "source-empty | info | functional | functional.csv | The table of functional accounts gives no record, so no functional account is removed because of this source.",
      ],
    });
  });

  describe("a column of delegates", () => {
    const of = (...delegates: readonly string[]) =>
      `Email,Full name,Delegates\n${delegates.map((one, at) => `desk${at}@example.org,Desk,${one}\n`).join("")}`;
    const SILENT =
      "delegates-incomplete | warning | functional | functional.csv | The column of delegates is empty in every row, as after an export that failed, so it says nothing: the delegates of 2 functional accounts stay as they are. Fill it in, or remove the column.";

    test("that is empty in each of several rows says nothing", async () => {
      const { records, ...reading } = await readTables(
        { "functional.csv": of("", " ") },
        { functional: { file: "functional.csv" } },
      );
      expect(records.map(({ delegates }) => delegates)).toEqual([undefined, undefined]);
      expect(said({ records, ...reading })).toEqual({
        speaks: { functional: ["email", "fullName"] },
        complete: true,
        findings: [SILENT],
      });
    });

    test.each([
      ["is filled in somewhere", of("", "a@example.org"), {}],
      [
        "is filled in where a filter takes nobody",
        of("", "", "a@example.org"),
        { filter: ["desk0*", "desk1*"] },
      ],
      ["cannot be read somewhere", of("", "#N/A"), {}],
      ["is empty in the only row", of(""), {}],
    ])("that %s says `none` where it is empty", async (_, text, { filter }: { filter?: string[] }) => {
      const filters: Filters = filter
        ? { functional: [{ field: "email", values: filter, exclude: false, where }] }
        : {};
      const { speaks, findings } = await tables({ functional: text }, filters);
      expect([speaks, findings]).toEqual([{ functional: ["email", "fullName", "delegates"] }, []]);
    });

    test("of people says `none` where it is empty", async () => {
      const { speaks, findings } = await tables({ personal: of("", "") });
      expect([speaks, findings]).toEqual([{ personal: ["email", "fullName", "delegates"] }, []]);
    });
  });

  test("without any record in either table, nothing is whole", async () => {
    expect(await tables({ personal: "Email\n", functional: "Email\n" })).toEqual({
      speaks: { personal: ["email"], functional: ["email"] },
      complete: false,
      findings: [
        "source-empty | warning | The spreadsheet gives no record at all, so nothing is removed because of it. Look at the file: its export may have failed.",
      ],
    });
  });

  test("a row that names nobody makes all of it incomplete", async () => {
    const { complete, findings } = await tables({ personal: PEOPLE, functional: `${DESKS},Nobody,\n` });
    expect([complete, findings.length]).toEqual([false, 1]);
  });

  test("a filter that takes nothing of a kind concerns that kind only", async () => {
    const filter: RecordFilter = [{ field: "fullName", values: ["Shared *"], exclude: false, where }];
    expect(await tables({ personal: PEOPLE, functional: DESKS }, { functional: filter })).toEqual({
      speaks: { personal: ["email", "fullName"], functional: ["email", "fullName", "delegates"] },
      complete: true,
      incompleteKinds: ["functional"],
      findings: [
        "source-empty | warning | functional | The filter takes none of the 1 functional record. No functional account is removed because of this source.",
      ],
    });
  });

  test("a filter that takes nothing of an empty table and of the other makes all of it incomplete", async () => {
    const filter: RecordFilter = [{ own: "Dept", values: ["Cure"], exclude: false, where }];
    const { complete, incompleteKinds, findings } = await tables(
      { personal: PEOPLE, functional: "Email\n" },
      { personal: filter },
    );
    expect({ complete, incompleteKinds, findings }).toEqual({
      complete: false,
      incompleteKinds: undefined,
      findings: [
        "source-empty | warning | The filter takes none of the 1 record. Nothing is removed because of this source.",
      ],
    });
  });

  test("a filter that leaves out a kind as such says nothing about it", async () => {
    const filter: RecordFilter = [{ field: "kind", values: ["personal"], exclude: false, where }];
    expect(await tables({ personal: PEOPLE, functional: DESKS }, { functional: filter })).toEqual({
      speaks: { personal: ["email", "fullName"] },
      complete: true,
      findings: [],
    });
  });
});

describe("declared accounts", () => {
  const declared = async (accounts: readonly DeclaredAccount[], filters: Filters = {}) =>
    said(
      await createSource(
        { type: "declared", name: "hr", accounts, filters },
        { readSecret: () => Promise.reject(new Error("no secret is read")), clock: CLOCK },
      ).read(),
    );
  const account = (email: string, more: Partial<DeclaredAccount>): DeclaredAccount => ({
    kind: "personal",
    where: "accounts/all.yaml:4:5",
    email,
    ...more,
  });
  const ANN = account("a@example.org", { fullName: "Ann", active: true });
  const DESK = account("desk@example.org", { kind: "functional", fullName: "Desk", delegates: [] });

  test("of the kinds that have entries, the fields that any of them gives", async () => {
    const care = account("b@example.org", { division: "/care" });
    expect(await declared([ANN, care, DESK])).toEqual({
      speaks: {
        personal: ["email", "fullName", "active", "division"],
        functional: ["email", "fullName", "delegates"],
      },
      complete: true,
      findings: [],
    });
  });

  test("a name that cannot be used is given all the same", async () => {
    const { speaks } = await declared([account("a@example.org", { fullName: "A\u200bnn" })]);
    expect(speaks).toEqual({ personal: ["email", "fullName"] });
  });

  test("functional entries alone say nothing about personal accounts", async () => {
    expect((await declared([DESK])).speaks).toEqual({ functional: ["email", "fullName", "delegates"] });
  });

  test("entries that only add say nothing about who there is of their kind", async () => {
    const care = account("b@example.org", { division: "/care" });
    expect(await declared([care, DESK])).toEqual({
      speaks: { functional: ["email", "fullName", "delegates"] },
      complete: true,
      findings: [],
    });
  });

  test("a filter that takes nothing of a kind concerns that kind only", async () => {
    const functional: RecordFilter = [{ field: "email", values: ["x@*"], exclude: false, where }];
    expect(await declared([ANN, DESK], { functional })).toEqual({
      speaks: {
        personal: ["email", "fullName", "active"],
        functional: ["email", "fullName", "delegates"],
      },
      complete: true,
      incompleteKinds: ["functional"],
      findings: [
        "source-empty | warning | functional | The filter takes none of the 1 functional record. No functional account is removed because of this source.",
      ],
    });
  });

  test("a filter that takes nothing at all makes the source incomplete", async () => {
    const nobody: RecordFilter = [{ field: "email", values: ["x@*"], exclude: false, where }];
    const { complete, findings } = await declared([ANN, DESK], { personal: nobody, functional: nobody });
    expect([complete, findings]).toEqual([
      false,
      [
        "source-empty | warning | The filter takes none of the 2 records. Nothing is removed because of this source.",
      ],
    ]);
  });

  test("without entries it speaks of nothing", async () => {
    expect(await declared([])).toEqual({
      speaks: {},
      complete: false,
      findings: [
        "source-empty | warning | The files declare no account at all, so nothing is removed because of this source.",
      ],
    });
  });
});
