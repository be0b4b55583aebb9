import { describe, expect, test } from "vitest";
import { decide } from "../../src/engine/decide/decide.ts";
import { buildPlan } from "../../src/engine/plan/plan.ts";
import { forgetFields } from "../../src/engine/state/adopt.ts";
import { idOf, inputOf, known, person, reading, record, type Setting } from "../support/engine.ts";

const ANN = "ann@example.org";
const BOB = "bob@example.org";
const fields = { active: "active true", aliases: 'aliases ["a@example.org"]', fullName: "fullName" };
const setting: Setting = {
  readings: [reading([record(ANN, { id: "1" }), record(BOB, { id: "2" })])],
  live: [person(ANN, { aliases: ["a@example.org"] }), person(BOB, { aliases: ["b@example.org"] })],
  known: [known(ANN, { id: "1", fields }), known(BOB, { id: "2", fields })],
};

const input = inputOf(setting);
const memory = input.memory;
if (memory === undefined) throw new Error("the setting has a state");
const codesOf = (state = memory.state) =>
  buildPlan({ ...input, memory: { ...memory, state } }).body.findings.map(
    ({ code, where }) => `${code} ${where.address}`,
  );

describe("fields that no source gives any more", () => {
  test("are reported until they are forgotten", () => {
    expect(codesOf()).toEqual([`field-not-given ${ANN}`, `field-not-given ${BOB}`]);
  });

  test("are forgotten of all accounts, and what is given is kept", () => {
    const after = forgetFields(memory.state, decide(input), input.readings);
    expect(after.accounts.map((account) => account.fields)).toEqual([
      { active: fields.active, fullName: fields.fullName },
      { active: fields.active, fullName: fields.fullName },
    ]);
    expect(codesOf(after)).toEqual([]);
  });

  test("are forgotten of the accounts that are named", () => {
    const after = forgetFields(memory.state, decide(input), input.readings, new Set([idOf(ANN)]));
    expect(codesOf(after)).toEqual([`field-not-given ${BOB}`]);
  });

  test("are forgotten of a source as a whole", () => {
    const sources = [
      {
        profile: "staff",
        name: "hr",
        records: 2,
        fields: { personal: ["email" as const, "phone" as const] },
      },
    ];
    const before = { ...memory.state, accounts: [], sources };
    expect(codesOf(before)).toEqual(["field-lost undefined"]);
    const after = forgetFields(
      before,
      decide({ ...input, memory: { ...memory, state: before } }),
      input.readings,
    );
    expect(codesOf(after)).toEqual([]);
  });

  test("are forgotten of a source that is not configured any more", () => {
    const gave = { personal: ["email" as const], functional: ["email" as const] };
    const sources = [{ profile: "staff", name: "former-hr", records: 2, fields: gave }];
    const before = { ...memory.state, sources };
    const after = forgetFields(
      before,
      decide({ ...input, memory: { ...memory, state: before } }),
      input.readings,
    );
    expect(after.sources).toEqual([{ profile: "staff", name: "former-hr", records: 2 }]);
  });
});
