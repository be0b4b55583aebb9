import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { InputError } from "../../src/errors.ts";
import { MOST_SIGNATURES, readApprovals } from "../../src/records/approval.ts";

const BEGIN = "-----BEGIN SSH SIGNATURE-----";
const ONE = `${BEGIN}\nAAAA\n-----END SSH SIGNATURE-----`;

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "zivsync-signatures-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function read(text: string): Promise<readonly string[]> {
  const path = join(folder, "plan.json.approvals");
  await writeFile(path, text);
  return readApprovals(path);
}

describe("the signatures beside a plan", () => {
  it("are read in order, whatever stands between them", async () => {
    expect(await read(`note\n${ONE}\n\n${ONE.replace("AAAA", "BBBB")}\nend`)).toEqual([
      ONE,
      ONE.replace("AAAA", "BBBB"),
    ]);
  });

  it("are as many as the bound, and one more is refused", async () => {
    expect(await read(`${ONE}\n`.repeat(MOST_SIGNATURES))).toHaveLength(MOST_SIGNATURES);
    const refused = await read(`${ONE}\n`.repeat(MOST_SIGNATURES + 1)).catch((error: unknown) => error);
    expect(refused instanceof InputError && refused.problems).toEqual([
      {
        code: "file-unreadable",
        where: join(folder, "plan.json.approvals"),
        message: "The file holds more than 50 signatures, and no more than that are checked.",
        remedy: "Remove the file, and have the plan signed again.",
      },
    ]);
  });

  it("take no quadratic time where a hundred thousand begin and none ends", async () => {
    expect(await read(`${BEGIN}\n`.repeat(100_000))).toEqual([]);
  }, 5_000);
});
