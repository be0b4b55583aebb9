import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { loadConfiguration } from "../../src/config/load.ts";
import { checkShape } from "../../src/config/schema/check.ts";
import { parseYaml } from "../../src/config/yaml/yaml.ts";
import { canonicalJson } from "../../src/model/values/canonical-json.ts";
import { type Problem, ZivsyncError } from "../../src/model/values/errors.ts";
import { runs } from "../support/runs.ts";
import { ACCOUNTS, ORGANIZATION, PROFILE, problemsOf, withFolder } from "./folder.ts";

const KINDS = ["Organization", "Profile", "Accounts"] as const;
const PIECES = [
  "&a ",
  "*a",
  "!t ",
  "- ",
  ": ",
  "{",
  "}",
  "[",
  "]",
  '"',
  "'",
  "#",
  "\t",
  "\n",
  "---\n",
  "|",
  ">",
  "null",
  "\\u",
  "\u0000",
  "é",
  "\ud800",
  "<<: *a",
  "? ",
];

/** A valid file with some pieces cut out and some put in. */
const mutated = fc
  .tuple(
    fc.constantFrom(ORGANIZATION, PROFILE, ACCOUNTS),
    fc.array(fc.tuple(fc.nat(300), fc.nat(8), fc.constantFrom(...PIECES, "")), {
      minLength: 1,
      maxLength: 4,
    }),
  )
  .map(([text, edits]) =>
    edits.reduce<string>((now, [at, cut, piece]) => now.slice(0, at) + piece + now.slice(at + cut), text),
  );

const anyText = fc.oneof(mutated, fc.string({ unit: "binary" }), fc.string(), fc.json());

test("any text is a document of its kind, or has problems with a place in it", () => {
  fc.assert(
    fc.property(anyText, fc.constantFrom(...KINDS), (text, kind) => {
      const problems: Problem[] = [];
      const document = parseYaml(text, "x.yaml", problems);
      const written = document && checkShape(kind, document, problems);
      expect(written === undefined).toBe(problems.length > 0);
      for (const { where, message } of problems) {
        expect(where).toMatch(/^x\.yaml:[1-9]\d*:[1-9]\d*$/);
        expect(message).not.toMatch(/undefined|\[object/);
      }
      if (written !== undefined) canonicalJson(document?.data);
    }),
    { numRuns: runs(500, 4_000) },
  );
});

test("any files give a configuration or problems, and nothing is written", async () => {
  await withFolder({ "profiles/x": "", "accounts/x": "" }, async (directory) => {
    const write = (name: string, text: string) => writeFileSync(join(directory, name), text);
    await fc.assert(
      fc.asyncProperty(mutated, mutated, mutated, async (organization, profile, accounts) => {
        write("organization.yaml", organization);
        write("profiles/a.yaml", profile);
        write("accounts/a.yaml", accounts);
        const result = await loadConfiguration(directory).catch((error: unknown) => error);
        expect(result instanceof ZivsyncError ? result.problems.length : result).toBeTruthy();
        expect(result instanceof Error && !(result instanceof ZivsyncError)).toBe(false);
      }),
      { numRuns: runs(40, 300) },
    );
    expect(readdirSync(directory, { recursive: true }).sort()).toEqual([
      "accounts",
      join("accounts", "a.yaml"),
      join("accounts", "x"),
      "organization.yaml",
      "profiles",
      join("profiles", "a.yaml"),
      join("profiles", "x"),
    ]);
  });
});

describe("a secret that was written in place of its reference is never shown", () => {
  const canary = "c4narY";
  const forms = [
    "X",
    '"X',
    "*X",
    "!X",
    "&X",
    "@X",
    "%X",
    "X: X",
    "{ X }",
    "[X]",
    "{ env: X X }",
    "{ value: X }",
    "{ env: [X] }",
    "{ X: { X: X } }",
    "|\n X",
    "? X",
    "`X`",
    "{ env: A, file: X, X: 1 }",
  ];
  for (const form of forms) {
    test(form, async () => {
      const inline = form.replaceAll("X", canary);
      const problems = await problemsOf({
        "organization.yaml": `${ORGANIZATION.replace("{ env: ZIVVER_API_KEY }", inline)}sealKey: ${inline}\n`,
        "accounts/a.yaml": ACCOUNTS.replace(
          / {2}- .*/,
          `  - email: a@example.org\n    accountKey: ${inline}`,
        ),
      });
      expect(problems.length).toBeGreaterThan(0);
      expect(JSON.stringify(problems)).not.toContain(canary);
    });
  }
});
