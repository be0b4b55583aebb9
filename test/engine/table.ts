import { expect, test } from "vitest";
import { linesOf, type Setting } from "../support/engine.ts";

export type Case = Setting & {
  readonly name: string;
  readonly expect: { readonly changes?: readonly string[]; readonly findings?: readonly string[] };
};

/** One test a case: the lines of its changes and of its findings, none where none are given. */
export function planTable(cases: readonly Case[]): void {
  test.each(cases)("$name", ({ expect: expected, ...setting }) => {
    expect(linesOf(setting)).toEqual({ changes: expected.changes ?? [], findings: expected.findings ?? [] });
  });
}

/** The line of a create without anything but address and name. */
export function created(address: string): string {
  return `create ${address} address: - → ${address}; fullName: - → Name of ${address.slice(0, address.indexOf("@"))}`;
}

export function suspended(address: string): string {
  return `suspend ${address} active: true → false`;
}
