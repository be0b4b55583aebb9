import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { read, root } from "./pages.ts";

type Entry = {
  readonly means: string;
  readonly causes: string;
  readonly then: string;
  readonly exit?: readonly number[];
  readonly severity?: readonly string[];
};
type Groups = readonly { readonly group: string; readonly codes: Readonly<Record<string, Entry>> }[];
const { errors, findings }: { errors: Groups; findings: Groups } = parse(read("docs/codes.yaml"));

const entriesOf = (groups: Groups) => groups.flatMap(({ codes }) => Object.entries(codes));

/** The members of a closed union of texts, as its file declares them. */
function union(file: string, name: string): string[] {
  const [, body = ""] = new RegExp(`export type ${name} =([^;]*);`).exec(read(file)) ?? [];
  return [...body.matchAll(/"([^"]+)"/g)].map(([, member = ""]) => member);
}

describe("pages that are made of data", () => {
  it.each(["docs/reference.md", "docs/codes.md"])("%s is what `npm run docs` makes", (page) => {
    const made = spawnSync(process.execPath, [join(root, "scripts/reference.mjs"), "--print", page], {
      encoding: "utf8",
    });
    expect(made.stderr).toBe("");
    expect(read(page)).toBe(made.stdout);
  });

  it.each([
    ["organization", "organization"],
    ["profile", "profile"],
    ["accounts", "accounts"],
  ])("the reference has every key of the schema of %s", (schema, prefix) => {
    const rows = [...read("docs/reference.md").matchAll(/^\| (?:<a id="([\w-]+)"><\/a>)?\[?`([^`]+)`/gm)];
    const keys = new Set(rows.map(([, , key]) => key));
    expect(rows.some(([, id = ""]) => id.startsWith(`${prefix}-`))).toBe(true);
    const wanted = keysIn(JSON.parse(read(`schemas/${schema}.schema.json`)));
    expect([...wanted].filter((key) => !keys.has(key))).toEqual([]);
  });
});

function keysIn(schema: unknown): Set<string> {
  const keys = new Set<string>();
  const walk = (node: unknown): void => {
    if (typeof node !== "object" || node === null) return;
    for (const [key, value] of Object.entries(node)) {
      if (key === "properties" && !("const" in Object(Object.values(Object(value))[0]))) {
        for (const name of Object.keys(Object(value))) keys.add(name);
      }
      if (key !== "examples") walk(value);
    }
  };
  walk(schema);
  return keys;
}

describe("codes", () => {
  it.each([
    ["errors", errors, "src/model/values/errors.ts", "ErrorCode"],
    ["findings", findings, "src/model/plan/finding.ts", "FindingCode"],
  ] as const)("%s: every code has an entry, and every entry its code", (_, groups, file, name) => {
    const entries = entriesOf(groups).map(([code]) => code);
    expect(entries.length).toBeGreaterThan(30);
    expect([...entries].sort()).toEqual(union(file, name).sort());
  });

  it("say where they can appear, what they mean, why, and what to do", () => {
    const texts = [...entriesOf(errors), ...entriesOf(findings)].flatMap(([code, { means, causes, then }]) =>
      [means, causes, then].map((text) => ({ code, text })),
    );
    expect(texts.filter(({ text }) => !/^\S.{8,}[.)]$/s.test(text?.trim() ?? ""))).toEqual([]);
    const allowed = { exit: [0, 1, 3, 4], severity: ["info", "warning", "error"] };
    const exits = entriesOf(errors).filter(([, { exit }]) => !isPart(exit, allowed.exit));
    const severities = entriesOf(findings).filter(([, { severity }]) => !isPart(severity, allowed.severity));
    expect([...exits, ...severities].map(([code]) => code)).toEqual([]);
  });

  const sources = readdirSync(join(root, "src"), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts"))
    .map((file) => ({ file: file.replaceAll("\\", "/"), text: read(join("src", file)) }));
  const makers = (code: string) =>
    sources.filter(({ file, text }) => file !== "model/plan/finding.ts" && text.includes(`"${code}"`));

  it("are made somewhere, and those of exit code 3 where something is refused", () => {
    const entries = [...entriesOf(errors), ...entriesOf(findings)];
    const unused = entries.filter(([code]) =>
      makers(code).every(({ file }) => file === "model/values/errors.ts"),
    );
    expect(unused.map(([code]) => code)).toEqual(["internal"]);
    const refused = entries.filter(([, { exit }]) => exit?.includes(3)).map(([code]) => code);
    expect(refused.filter((code) => !makers(code).some(({ text }) => /RefusedError/.test(text)))).toEqual([]);
  });

  it("of findings have the severities that the sources give them", () => {
    const wrong = entriesOf(findings).filter(([code, { severity = [] }]) => {
      const near = makers(code).flatMap(({ text }) => {
        const at = [...text.matchAll(new RegExp(`"${code}"`, "g"))].map(({ index }) => index);
        return at.map((index) => text.slice(index, index + 400));
      });
      return severity.some((one) => !near.some((text) => text.includes(`"${one}"`)) && !isHeld(code));
    });
    expect(wrong.map(([code]) => code)).toEqual([]);
  });
});

/** `held` in src/engine/match/match-result.ts makes an error of what it is given. */
const isHeld = (code: string) =>
  [
    "src/engine/match/find-by-link-or-address.ts",
    "src/engine/match/find-renamed-by-link.ts",
    "src/engine/match/find-renamed-by-former-address.ts",
    "src/engine/match/near-ids.ts",
  ].some((file) => new RegExp(`held\\([^)]*"${code}"`).test(read(file)));

function isPart<T>(given: readonly T[] | undefined, allowed: readonly T[]): boolean {
  return given !== undefined && given.length > 0 && given.every((one) => allowed.includes(one));
}
