import { execFile, execFileSync } from "node:child_process";
import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { startSimulator, worldFromSeed } from "../../src/simulator/index.ts";
import { writeServedCommand } from "../support/served-command.ts";
import { type Block, blocksOf, PAGES } from "./pages.ts";

const API_KEY = "docs-key-for-the-simulator-only";
const PEOPLE = `Id;Full name;Email;Aliases;Account key;Active;Division;Phone
1;Jane Doe;j.doe@example.org;jane@example.org;key-1;yes;;
2;Kim Roe;k.roe@example.org;;key-2;yes;;
`;
const SHARED = `Full name;Email;Aliases;Delegates
Front desk;desk@example.org;;j.doe@example.org
`;

/** Why a block may stay unrun. Another reason is added here, after somebody has thought about it. */
const REASONS = [
  "test/docs/record-programs runs it",
  "test/sources/json-lines reads such lines",
  "installs packages",
  "needs a person at a terminal",
  "test/docs/schedules runs it",
  "needs Windows",
  "Kubernetes reads it",
  "GitHub reads it",
];

/**
 * A repository in which the blocks of a page run one after the other: `zivsync` and `npx` are the bundle, Zivver is a
 * simulator, and what `zivsync init` leaves to people is filled in after it.
 */
async function stage(): Promise<{ readonly run: (line: string) => Promise<Ran> }> {
  const folder = await mkdtemp(join(tmpdir(), "zivsync-docs-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const simulator = await startSimulator({
    apiKey: API_KEY,
    world: worldFromSeed({ claimedDomains: ["example.org", "example.com"], divisions: ["/"] }),
    rateLimit: null,
  });
  onTestFinished(() => simulator.close());
  const [bin, home, work] = [join(folder, "bin"), join(folder, "home"), join(folder, "work")];
  for (const path of [bin, join(home, ".ssh"), work, join(folder, "fill")]) {
    await mkdir(path, { recursive: true, mode: 0o700 });
  }
  await writeFile(join(folder, "fill", "personal.csv"), PEOPLE);
  await writeFile(join(folder, "fill", "functional.csv"), SHARED);
  const served = join(folder, "zivsync");
  await writeServedCommand(served);
  await writeFile(join(bin, "zivsync"), wrapper(served, join(folder, "fill"), simulator.url));
  await writeFile(join(bin, "npx"), `#!/bin/sh\n[ "$1" = --no ] || exit 9\nshift\nexec "$@"\n`);
  for (const name of ["zivsync", "npx"]) await chmod(join(bin, name), 0o755);
  const environment = {
    PATH: `${bin}:${process.env.PATH}`,
    HOME: home,
    ZIVVER_API_KEY: API_KEY,
    AD_PASSWORD: "docs-password",
    GIT_CONFIG_NOSYSTEM: "1",
  };
  const key = join(home, ".ssh", "id_ed25519");
  execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", "ann@example.org", "-f", key]);
  const run = (line: string): Promise<Ran> =>
    new Promise((resolve) => {
      const options = { cwd: work, env: environment, timeout: 30_000 };
      // Not synchronous: the simulator answers from this very process.
      execFile("bash", ["-c", line], options, (error, stdout, stderr) => {
        const code = error === null ? 0 : typeof error.code === "number" ? error.code : null;
        resolve({ line, code, shown: `${stdout}${stderr}` });
      });
    });
  await run(
    "git init -q . && git config user.name Ben && git config user.email ben@example.org && git commit -q --allow-empty -m Begin",
  );
  return { run };
}

type Ran = { readonly line: string; readonly code: number | null; readonly shown: string };

/** After `init`: the lists, where Zivver is, and Ann among the approvers. */
const wrapper = (served: string, fill: string, url: string) => `#!/bin/bash
${served} "$@"
code=$?
for folder in desired-state */desired-state; do
  [ -f "$folder/organization.yaml" ] && ! grep -q '^  url:' "$folder/organization.yaml" || continue
  sed -i 's|^target:|target:\\n  url: ${url}|' "$folder/organization.yaml"
  echo 'protected: [admin@example.org]' >> "$folder/organization.yaml"
  [ -d "$folder/sources" ] && cp ${fill}/* "$folder/sources/"
  echo "ann@example.org $(cut -d' ' -f1,2 ~/.ssh/id_ed25519.pub)" > "$folder/approvers"
  git add -A && git commit -qm Configure && git update-ref refs/remotes/origin/main HEAD
done
exit $code
`;

/** What stands for a value of the reader's own becomes the value. */
function filledIn(line: string): string {
  return line
    .replace(/sha256:(?:…|0{64})/, "$(node -p 'require(\"./plan.json\").digest')")
    .replaceAll("plan.json.….journal", "plan.json.*.journal");
}

const linesOf = ({ text }: Block) => text.split("\n").filter((line) => line.replace(/#.*/, "").trim() !== "");

/** Other pages tell of a configuration that is there already. */
const BEFORE: Readonly<Record<string, string>> = {
  "docs/schedules.md": "zivsync init --source spreadsheet --domain example.org --no-workflows",
  "docs/unattended.md": "zivsync init --source spreadsheet --domain example.org --no-workflows",
};

/** The first plan of a state is for people. */
const isSyncOfNew = (page: string, line: string) =>
  page === "docs/schedules.md" && line.startsWith("zivsync sync");

const runnable = (page: string) =>
  blocksOf(page).filter(({ language, notRun }) => language === "sh" && notRun === undefined);
/** The commands of README.md run below, as the ordinary day. */
const pages = PAGES.filter((page) => page !== "README.md" && runnable(page).length > 0);

describe("shell blocks of the documentation", () => {
  it.each(pages)("%s: run one after the other", async (page) => {
    const { run } = await stage();
    const before = BEFORE[page];
    if (before !== undefined) expect(await run(before)).toMatchObject({ code: 0 });
    const lines = runnable(page).flatMap(linesOf);
    expect(lines).not.toEqual([]);
    for (const line of lines) {
      const ran = await run(filledIn(line));
      const fine = line.includes("--detailed-exitcode") || isSyncOfNew(page, line) ? 2 : 0;
      expect(ran).toMatchObject({ code: fine });
    }
  });

  it("of the ordinary day do what they say", async () => {
    const { run } = await stage();
    const shown: Ran[] = [];
    const lines = runnable("README.md").flatMap(linesOf);
    expect(lines).not.toEqual([]);
    for (const line of lines) {
      const ran = await run(filledIn(line));
      expect(ran).toMatchObject({ code: line.includes("--detailed-exitcode") ? 2 : 0 });
      shown.push(ran);
    }
    const outputOf = (word: string) => shown.find(({ line }) => line.includes(word))?.shown ?? "";
    expect(outputOf("explain")).toContain("j.doe@example.org");
    expect(outputOf("plan -o")).toContain("3 to create");
    expect(outputOf("approve")).toContain("ann@example.org");
    expect(outputOf("zivsync apply")).toContain("Applied 3.");
    expect(outputOf("zivsync revert")).toContain("3 to suspend");
  });

  it("that are not run say why", () => {
    const blocks = PAGES.flatMap(blocksOf);
    const runs = (block: Block) => ["sh", "yaml"].includes(block.language);
    const silent = blocks.filter((block) => !runs(block) && block.notRun === undefined);
    expect(silent.map(({ page, line, language }) => `${page}:${line} ${language}`)).toEqual([]);
    const reasons = blocks.flatMap(({ notRun }) => notRun ?? []);
    expect(reasons.filter((reason) => !REASONS.includes(reason))).toEqual([]);
    expect(REASONS.filter((reason) => !reasons.includes(reason))).toEqual([]);
    expect(reasons).toHaveLength(26);
  });
});
