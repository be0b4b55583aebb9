import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { annotate, annotationLines, setOutputs, writeSummary } from "../../src/github/run-report.ts";
import type { Problem } from "../../src/model/values/errors.ts";

const folder = await mkdtemp(join(tmpdir(), "zivsync-report-"));
const SUMMARY = join(folder, "summary");
const OUTPUT = join(folder, "output");

beforeAll(async () => {
  await writeFile(SUMMARY, "");
  vi.stubEnv("GITHUB_STEP_SUMMARY", SUMMARY);
  vi.stubEnv("GITHUB_OUTPUT", OUTPUT);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true, force: true });
});

/** What is written to stdout meanwhile. */
async function stdoutOf(work: () => Promise<void>): Promise<string> {
  let text = "";
  const spy = vi.spyOn(process.stdout, "write").mockImplementation((chunk) => {
    text += String(chunk);
    return true;
  });
  try {
    await work();
  } finally {
    spy.mockRestore();
  }
  return text;
}

/** Outputs as a runner reads them: `name<<delimiter`, lines, delimiter. */
function readOutputs(text: string): [string, string][] {
  const lines = text.split("\n");
  const found: [string, string][] = [];
  for (let at = 0; at < lines.length - 1; at += 1) {
    const [name = "", delimiter] = (lines[at] ?? "").split("<<");
    const end = lines.indexOf(delimiter ?? "", at + 1);
    found.push([name, lines.slice(at + 1, end).join("\n")]);
    at = end;
  }
  return found;
}

const HOSTILE = [
  "::add-mask::x",
  "%0A::error::x",
  "a\n::set-output name=digest::x",
  "x\nEOF\ndigest=1\n",
  "ghadelimiter_1\n",
];

describe("summary and outputs", () => {
  it("go to their files, and nothing to the log", async () => {
    await writeFile(OUTPUT, "");
    const written = await stdoutOf(async () => {
      await writeSummary("# One");
      await writeSummary("# Two\n");
      await setOutputs({ digest: "sha256:1", changes: "3" });
    });
    expect(written).toBe("");
    expect(await readFile(SUMMARY, "utf8")).toBe("# One\n# Two\n\n");
    expect(readOutputs(await readFile(OUTPUT, "utf8"))).toEqual([
      ["digest", "sha256:1"],
      ["changes", "3"],
    ]);
  });

  it("no text forges another output", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.constantFrom(...HOSTILE),
          fc.string({ unit: fc.constantFrom("\n", "<<", "a", "=", "_") }),
        ),
        async (text) => {
          await writeFile(OUTPUT, "");
          await setOutputs({ note: text, digest: "right" });
          expect(readOutputs(await readFile(OUTPUT, "utf8"))).toEqual([
            ["note", text],
            ["digest", "right"],
          ]);
        },
      ),
    );
  });

  it("say where they cannot be written, and do nothing outside a runner", async () => {
    vi.stubEnv("GITHUB_OUTPUT", join(folder, "missing"));
    await expect(setOutputs({ digest: "1" })).rejects.toMatchObject({
      problems: [
        {
          code: "file-unwritable",
          where: "GITHUB_OUTPUT",
          message:
            "The file that the runner names there cannot be written, so the run does not show its result.",
          remedy: "Run the step on a runner, or leave the variable unset.",
        },
      ],
    });
    vi.stubEnv("GITHUB_OUTPUT", "");
    expect(await stdoutOf(() => setOutputs({ digest: "1" }))).toBe("");
    vi.stubEnv("GITHUB_OUTPUT", OUTPUT);
  });
});

describe("annotations", () => {
  const problem = (where: string | undefined, message: string, remedy?: string): Problem => ({
    code: "config-shape",
    message,
    ...(where === undefined ? {} : { where }),
    ...(remedy === undefined ? {} : { remedy }),
  });
  const TITLE = "title=zivsync%3A config-shape";

  it.each<[Problem, string]>([
    [
      problem("organization.yaml:5:1", "Wrong."),
      `::error ${TITLE},file=desired-state/organization.yaml,line=5,col=1::Wrong.`,
    ],
    [
      problem("profiles/a, b.yaml:12", "Wrong.", "Write right."),
      `::error ${TITLE},file=desired-state/profiles/a%2C b.yaml,line=12::Wrong.%0AWrite right.`,
    ],
    [problem("../accounts/x.yml:2:3", "Wrong."), `::error ${TITLE},file=accounts/x.yml,line=2,col=3::Wrong.`],
    [problem(undefined, "Wrong."), `::error ${TITLE}::Wrong.`],
    [
      problem('accounts.xlsx, sheet "Users", row 12', "Wrong."),
      `::error ${TITLE}%2C accounts.xlsx%2C sheet "Users"%2C row 12::Wrong.`,
    ],
    [
      problem("a.yaml:1:1,line=9::x", "100 % ::add-mask::x\r\n::stop-commands::y %0A\u001b[31m\u202e"),
      `::error ${TITLE}%2C a.yaml%3A1%3A1%2Cline=9%3A%3Ax::100 %25 ::add-mask::x\\u{d}%0A::stop-commands::y %250A\\u{1b}[31m\\u{202e}`,
    ],
  ])("stand on the line at fault: %o", async (one, line) => {
    expect(await stdoutOf(() => annotate([one], "./desired-state/"))).toBe(`${line}\n`);
    expect(annotationLines([one], "./desired-state/")).toBe(`${line}\n`);
  });

  it("beyond the tenth are counted", async () => {
    const many = Array.from({ length: 25 }, (_, index) => problem(`a.yaml:${index + 1}:1`, "Wrong."));
    const lines = (await stdoutOf(() => annotate(many, ""))).trim().split("\n");
    expect(lines).toHaveLength(10);
    expect(lines.at(-1)).toBe("::error title=zivsync::And 16 more problems: the log names them all.");
  });

  it("no text begins a line of its own", async () => {
    const text = fc.oneof(
      fc.constantFrom(...HOSTILE),
      fc.string({ unit: "binary" }),
      fc.string({ unit: fc.constantFrom("::", "\n", "\r", "%0A", ",", "=", "\u2028") }),
    );
    await fc.assert(
      fc.asyncProperty(text, text, text, async (where, message, remedy) => {
        const written = await stdoutOf(() => annotate([problem(where, message, remedy)], "x"));
        expect(annotationLines([problem(where, message, remedy)], "x")).toBe(written);
        expect(written).toMatch(/^::error [^\r\n]*\n$/);
        const [, properties] = /^::error (.*?)::/.exec(written) ?? [];
        expect(properties?.split(",").every((one) => /^(title|file|line|col)=/.test(one))).toBe(true);
      }),
    );
  });
});
