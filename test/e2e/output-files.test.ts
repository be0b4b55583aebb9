import { execFileSync } from "node:child_process";
import { symlink } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ACCOUNT_KEY, organizationYaml, PROFILE_YAML, simulated, workplace } from "../support/cli.ts";

/** `-o FILE`, for shells that spoil what is redirected: Windows PowerShell 5.1 changes every letter beyond a to z. */

async function planned() {
  const simulator = await simulated({ claimedDomains: ["example.org"], personal: [] });
  const place = await workplace();
  await place.write({
    "desired-state/organization.yaml": organizationYaml(simulator.url, "guards: { create: off }\n"),
    "desired-state/profiles/all.yaml": PROFILE_YAML.replace("[personal, functional]", "[personal]").replace(
      /^ {4}functional.*\n/m,
      "",
    ),
    "desired-state/users.csv": `Email,Full name,Account key\nnew@example.org,Zoë,${ACCOUNT_KEY}new\n`,
  });
  expect(await place.zivsync("plan")).toMatchObject({ code: 0 });
  return place;
}

it.each([["text"], ["markdown"], ["html"], ["json"]])(
  "show -f %s -o writes what show prints",
  async (format) => {
    const place = await planned();
    const printed = await place.zivsync("show", "plan.json", "-f", format);
    const written = await place.zivsync("show", "plan.json", "-f", format, "-o", "shown");
    expect(written).toEqual({ code: 0, out: "", err: printed.err });
    expect(await place.read("shown")).toBe(printed.out);
    expect(printed.out).toContain("Zoë");
  },
);

it("approve --statement -o writes one line and no line end of Windows", async () => {
  const place = await planned();
  const run = await place.zivsync("approve", "plan.json", "--statement", "-o", "statement");
  expect(run).toMatchObject({ code: 0, out: "" });
  expect(await place.read("statement")).toMatch(/^[^\r\n]+\n$/);
});

it("approve -o without --statement is refused, and writes nothing", async () => {
  const place = await planned();
  expect(await place.zivsync("approve", "plan.json", "-o", "mine")).toEqual({
    code: 1,
    out: "",
    err: `error[usage] --output mine
  Only a statement is written to a file of your own; an approval is written beside the plan.
  Add \`--statement\`, or leave \`--output\` out.
`,
  });
  expect(await place.written()).toEqual(["plan.json"]);
});

describe("a result is not written over a file that zivsync works from", () => {
  const KEPT = {
    "state.jsonl": ["the state", '{"formatVersion":3,"lines":0,"type":"state"}\n'],
    "plan.json.1a2b3c4d.journal": [
      "the journal of an apply",
      '{"type":"begin","at":"2026-01-01T00:00:00Z"}\n',
    ],
    "plan.json.approvals": ["a file of signatures", "{}\n-----BEGIN SSH SIGNATURE-----\nAAAA\n"],
    "other.yaml": ["a file of the configuration", "\ufeff# Ours\r\napiVersion: 'zivsync/v1'\r\n"],
    "other.json": ["a plan", '{"applicable":true}'],
  } as const;
  type Kept = keyof typeof KEPT;
  const LIST = ["accounts", "-f", "csv"];
  const cases: readonly (readonly [words: readonly string[], file: Kept])[] = [
    ...(Object.keys(KEPT) as Kept[]).map((file) => [LIST, file] as const),
    [["accounts", "-f", "xlsx"], "state.jsonl"],
    [["show", "plan.json", "-f", "html"], "other.json"],
    [["approve", "plan.json", "--statement"], "plan.json.approvals"],
    [["plan"], "plan.json.1a2b3c4d.journal"],
    [["plan"], "other.yaml"],
  ];

  it.each(cases)("%j -o %s", async (words, file) => {
    const [what, content] = KEPT[file];
    const place = await planned();
    await place.write({ [file]: content });
    const run = await place.zivsync(...words, "-o", file);
    expect(run.code).toBe(1);
    expect(run.err).toContain(
      `${file}\n  This is ${what}, and it would be lost: what is written takes the place of the file.\n  Name another file.\n`,
    );
    expect(await place.read(file)).toBe(content);
  });

  it("before anything is asked for it", async () => {
    const place = await planned();
    const words = [
      "conformance",
      "--domain",
      "example.org",
      "--yes",
      "-o",
      "desired-state/organization.yaml",
    ];
    const run = await place.zivsync(...words);
    expect(run).toMatchObject({
      code: 1,
      err: expect.stringContaining("This is a file of the configuration"),
    });
    expect(await place.written()).toEqual(["plan.json"]);
  });

  it("not over its own plan, nor over the journal that it exports", async () => {
    const place = await planned();
    const { digest } = JSON.parse(await place.read("plan.json"));
    expect(await place.zivsync("apply", "plan.json", "--approve", digest)).toMatchObject({ code: 0 });
    const journal = (await place.written()).find((file) => file.endsWith(".journal")) ?? "";
    const before = [await place.read("plan.json"), await place.read(journal)];
    for (const words of [
      ["show", "plan.json", "-f", "html", "-o", "plan.json"],
      ["show", "plan.json", "-f", "json", "-o", "./plan.json"],
      ["journal", "export", journal, "-o", journal],
      ["revert", journal, "-o", journal],
    ])
      expect(await place.zivsync(...words)).toMatchObject({ code: 1, out: "" });
    expect([await place.read("plan.json"), await place.read(journal)]).toEqual(before);
  });

  it("nor over a list that a source reads: `accounts -f xlsx` without a name may meet one", async () => {
    const place = await planned();
    const list = await place.read("desired-state/users.csv");
    await place.write({
      "accounts.xlsx": list,
      "desired-state/profiles/all.yaml": (await place.read("desired-state/profiles/all.yaml")).replace(
        "../users.csv",
        "../../accounts.xlsx",
      ),
    });
    await symlink(join(place.folder, "accounts.xlsx"), join(place.folder, "link.csv"));
    for (const words of [
      ["accounts", "-f", "xlsx"],
      ["accounts", "-f", "csv", "-o", "link.csv"],
      ["plan", "-o", "accounts.xlsx"],
    ])
      expect(await place.zivsync(...words)).toMatchObject({
        code: 1,
        err: expect.stringContaining("A source reads this file, and what is written would take its place."),
      });
    expect(await place.read("accounts.xlsx")).toBe(list);
  });

  it("but a plan over a plan, and a report over a report", async () => {
    const place = await planned();
    const asJson = ["show", "plan.json", "-f", "json", "-o", "shown"];
    for (const words of [["plan"], asJson, asJson, ["plan"]])
      expect(await place.zivsync(...words)).toMatchObject({ code: 0 });
  });
});

it.each([
  ["plan", "-o"],
  ["sync", "--routine"],
  ["sync", "--waiting"],
])("%s %s does not wait for a pipe, such as /dev/stdout", async (command, option) => {
  const place = await planned();
  const organization = await place.read("desired-state/organization.yaml");
  await place.write({
    "desired-state/organization.yaml": `${organization}state: { store: file, path: ../state.jsonl }\n`,
  });
  expect(await place.zivsync("adopt")).toMatchObject({ code: 0 });
  const pipe = join(place.folder, "pipe");
  execFileSync("mkfifo", [pipe]);
  expect(await place.zivsync(command, option, pipe)).toMatchObject({
    code: 1,
    err: expect.stringContaining("a pipe, a device or a socket has this name"),
  });
});
