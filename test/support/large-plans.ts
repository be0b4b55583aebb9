import type { FieldChange } from "../../src/model/plan/change.ts";
import type { Finding } from "../../src/model/plan/finding.ts";
import type { Plan } from "../../src/model/plan/plan.ts";
import {
  address,
  createChange,
  deleteChange,
  finding,
  guardResult,
  origin,
  planOf,
  reactivateChange,
  sourceSummary,
  suspendChange,
  updateChange,
} from "./plans.ts";

type PlannedChange = Plan["changes"][number];

const DIVISIONS = [
  "/Cardiology",
  "/Emergency",
  "/Pharmacy",
  "/Radiology",
  "/Laboratory",
  "/Town hall/Permits",
  "/Town hall/Taxes",
];
const FIRST = [
  "Anna",
  "Bram",
  "Céline",
  "Dirk",
  "Eva",
  "Farid",
  "Grietje",
  "Hüseyin",
  "Iris",
  "Jan",
  "Karin",
  "Lotte",
];
const LAST = [
  "Bakker",
  "de Vries",
  "Jansen",
  "Müller",
  "van den Berg",
  "Yılmaz",
  "Smit",
  "Visser",
  "Mulder",
  "Öztürk",
];

const person = (at: number) =>
  `person-${String(at).padStart(6, "0")}@${at % 4 === 0 ? "example.com" : "example.org"}`;
const mailbox = (at: number) => `mailbox-${String(at).padStart(5, "0")}@example.org`;
const pick = (from: readonly string[], at: number) => from[at % from.length] ?? "";
const nameOf = (at: number) => `${pick(FIRST, at)} ${pick(LAST, Math.floor(at / FIRST.length))}`;

/** A plan of a hospital and a town hall with so many changes, always the same: every kind of change and of field. */
export function largePlan(count: number): Plan {
  const changes = Array.from({ length: count }, (_, at) => changeOf(at));
  const removals = changes.filter(({ action }) => action === "suspend").length;
  return planOf(changes, {
    sources: [
      sourceSummary({ records: count }),
      sourceSummary({ name: "branch", records: 412, complete: false }),
    ],
    guards: [
      guardResult({ guard: "suspend", measured: removals, of: count, limit: removals + 10 }),
      guardResult({ guard: "delete", kind: "functional", measured: 2, of: 900, limit: 10 }),
      guardResult({ guard: "update", measured: count, of: count, limit: null }),
    ],
    findings: Array.from({ length: Math.ceil(count / 50) }, (_, at) => findingOf(at)),
  });
}

function changeOf(at: number): PlannedChange {
  const where = `accounts.xlsx, sheet "Users", row ${at + 2}`;
  if (at % 20 === 3) return suspendChange(person(at));
  if (at % 500 === 7) return deleteChange(mailbox(at), { kind: "functional" });
  if (at % 50 === 11) return reactivateChange(person(at));
  if (at % 10 === 4) return accessChange(at, where);
  if (at % 3 === 0) return updateChange(person(at), updated(at, where));
  return createChange(person(at), {
    fields: [
      { field: "address", before: null, after: person(at), origin: origin("Email", where) },
      { field: "fullName", before: null, after: nameOf(at), origin: origin("Full name", where) },
      { field: "division", before: null, after: pick(DIVISIONS, at), origin: origin("Division", where) },
      {
        field: "phone",
        before: null,
        after: `+3120${String(at).padStart(7, "0")}`,
        origin: origin("Phone", where),
      },
    ],
  });
}

function updated(at: number, where: string): FieldChange[] {
  const changedIn = at % 2 === 0 ? "source" : "zivver";
  return [
    {
      field: "fullName",
      before: nameOf(at + 1),
      after: nameOf(at),
      origin: origin("Full name", where),
      changedIn,
    },
    {
      field: "division",
      before: pick(DIVISIONS, at + 1),
      after: pick(DIVISIONS, at),
      origin: origin("Division", where),
    },
  ];
}

function accessChange(at: number, where: string): PlannedChange {
  const before = [person(at + 1), person(at + 2), person(3)];
  const after = [person(at + 2), person(at + 5), person(at + 6)];
  return updateChange(
    mailbox(at),
    [{ field: "delegates", before, after, origin: origin("Delegates", where), changedIn: "source" }],
    { kind: "functional", profile: "shared-mailboxes" },
  );
}

function findingOf(at: number): Finding {
  const where = { profile: "staff", source: "head-office", place: `row ${at}`, address: address(person(at)) };
  return at % 2 === 0 ? finding({ where }) : finding({ where, severity: "info", code: "account-unmanaged" });
}
