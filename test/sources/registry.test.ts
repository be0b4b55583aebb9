import { expect, test } from "vitest";
import { createSource } from "../../src/sources/registry.ts";
import { CLOCK } from "../support/clock.ts";
import { read } from "./reading.ts";

const noSecret = () => Promise.reject(new Error("no secret is read"));

test("what was read cannot be changed by whoever decides from it", async () => {
  const account = { kind: "personal", where: "accounts/all.yaml:4:5", email: "a@example.org" } as const;
  const declared = { type: "declared", name: "hr", accounts: [{ ...account, fullName: "Jane" }] } as const;
  const phones = { readSecret: noSecret, clock: CLOCK, phoneRegion: "NL" };
  const readings = [
    await read("u.csv", "Email;Name\na@example.org;Jane\n"),
    await createSource(declared, phones).read(),
  ];
  for (const reading of readings) {
    expect([
      reading.records.length,
      Object.isFrozen(reading),
      reading.records.every(Object.isFrozen),
    ]).toEqual([1, true, true]);
  }
});
