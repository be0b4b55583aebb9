import { expect, test } from "vitest";
import { creationsOf } from "../../../../src/engine/apply/accounts/creations.ts";
import type { LiveAccount } from "../../../../src/model/account/account.ts";
import type { Kind } from "../../../../src/model/account/kind.ts";
import type { Action } from "../../../../src/model/plan/change.ts";
import type { OutcomeState } from "../../../../src/model/plan/outcome.ts";
import type { JournalEntry, Step } from "../../../../src/model/ports.ts";
import { at, person } from "../../../support/engine.ts";

const when = "2026-11-23T12:00:00.000Z";
const start = (
  before: LiveAccount | null = null,
  { action = "create", kind = "personal" }: { action?: Action; kind?: Kind } = {},
): JournalEntry => ({
  type: "start",
  at: when,
  change: "c-1",
  step: "change",
  action,
  kind,
  address: at("a@example.org"),
  profile: "staff",
  fields: [],
  before,
});
const done: JournalEntry = { type: "done", at: when, change: "c-1", step: "change", zivverId: "id" };
const error = (uncertain: boolean, step: Step = "change"): JournalEntry => ({
  type: "error",
  at: when,
  change: "c-1",
  step,
  uncertain,
  message: "x",
});
const outcome = (state: OutcomeState): JournalEntry => ({
  type: "outcome",
  at: when,
  outcome: { change: "c-1", state, detail: "" },
});
const begin: JournalEntry = { type: "begin", at: when, digest: "d", seal: "s", zivsync: "0" };
const resume: JournalEntry = { type: "resume", at: when };
const there = person("a@example.org");

test.each<{ name: string; entries: readonly JournalEntry[]; expect: "created" | "unknown" | undefined }>([
  { name: "nothing was sent", entries: [outcome("conflict")], expect: undefined },
  { name: "answered", entries: [start(), done, outcome("applied")], expect: "created" },
  {
    name: "answered, although it is not as planned in the end",
    entries: [start(), done, start(there), error(false), outcome("failed")],
    expect: "created",
  },
  { name: "refused", entries: [start(), error(false), outcome("failed")], expect: undefined },
  { name: "no answer", entries: [start(), error(true), outcome("unknown")], expect: "unknown" },
  {
    name: "no answer, and read back as asked for",
    entries: [start(), error(true), outcome("applied")],
    expect: "created",
  },
  {
    name: "no answer, then refused",
    entries: [start(), error(true), start(), error(false), outcome("failed")],
    expect: "unknown",
  },
  {
    name: "refused, then answered",
    entries: [start(), error(false), outcome("failed"), resume, start(), done],
    expect: "created",
  },
  { name: "the machine died", entries: [start()], expect: "unknown" },
  {
    name: "the machine died, and somebody's account stands there as planned",
    entries: [start(), resume, outcome("already")],
    expect: "unknown",
  },
  {
    name: "the machine died, and somebody's account was changed into what is planned",
    entries: [start(), resume, start(there), done, outcome("applied")],
    expect: "unknown",
  },
  {
    name: "the machine died, and the request was sent again",
    entries: [start(), resume, start(), done, outcome("applied")],
    expect: "created",
  },
  {
    name: "the machine died, and the request sent again was refused",
    entries: [start(), resume, start(), error(false), outcome("failed")],
    expect: "unknown",
  },
  {
    name: "a functional account",
    entries: [start(null, { kind: "functional" }), done, outcome("applied")],
    expect: undefined,
  },
  {
    name: "an account that was there",
    entries: [start(there, { action: "update" }), done, outcome("applied")],
    expect: undefined,
  },
])("what is certain of a new account: $name", ({ entries, expect: state }) => {
  const creations = creationsOf([begin, ...entries]);
  expect([...creations]).toEqual(state === undefined ? [] : [["a@example.org", state]]);
});
