import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { InputError } from "../../../src/model/values/errors.ts";
import { MOST_SIGNATURES, readApprovals, type Signed } from "../../../src/storage/approvals/signatures.ts";
import { type Statement, statementDoubt, statementText } from "../../../src/storage/approvals/statement.ts";

const BEGIN = "-----BEGIN SSH SIGNATURE-----";
const ONE = `${BEGIN}\nAAAA\n-----END SSH SIGNATURE-----`;

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "zivsync-signatures-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function read(text: string): Promise<readonly Signed[]> {
  const path = join(folder, "plan.json.approvals");
  await writeFile(path, text);
  return readApprovals(path);
}

const statement: Statement = {
  formatVersion: 2,
  digest: "sha256:00",
  organization: "0123456789abcdef",
  signedAt: "2026-11-23T12:00:00.000Z",
  until: "2026-11-23T13:00:00.000Z",
};
const LINE = statementText(statement).trim();

describe("the signatures beside a plan", () => {
  it.each([
    ["after its statement", `${LINE}\n${ONE}`],
    ["with the line ends of Windows", `${LINE}\r\n${ONE}`],
    ["after a blank line, indented", `  ${LINE}\n\n${ONE}`],
    ["after the last of two statements", `${LINE.replace("12:00", "11:00")}\n${LINE}\n${ONE}`],
    ["where the one before has no line break at its end", `x\n${ONE}${LINE}\n${ONE}`],
  ])("has its statement: %s", async (_, text) => {
    expect((await read(text)).at(-1)).toEqual({ statement, signature: ONE });
  });

  it.each([
    ["none", ONE],
    ["a word between the two", `${LINE}\nHello\n${ONE}`],
    ["one that belongs to the signature before", `${LINE}\n${ONE}\n${ONE}`],
    ["other spaces", `${LINE.replace(",", ", ")}\n${ONE}`],
    [
      "another order of keys",
      `{"until":"2026-11-23T13:00:00.000Z",${LINE.slice(1).replace(/,"until".*/, "}")}\n${ONE}`,
    ],
    ["one key more", `${LINE.replace("{", '{"a":1,')}\n${ONE}`],
    ["one key twice", `${LINE.replace("{", '{"digest":"sha256:11",')}\n${ONE}`],
    ["another version", `${LINE.replace(":2,", ":3,")}\n${ONE}`],
    ["no time", `${LINE.replace("12:00:00.000Z", "25:00:00.000Z")}\n${ONE}`],
    ["a time without its milliseconds", `${LINE.replace("12:00:00.000Z", "12:00:00Z")}\n${ONE}`],
    ["a long one", `${LINE.replace("sha256:00", `sha256:${"0".repeat(2_000)}`)}\n${ONE}`],
    ["no object", `[${LINE}]\n${ONE}`],
    ["half a character", `${LINE.replace("sha256:00", "sha256:\\ud800")}\n${ONE}`],
  ])("has no statement: %s", async (_, text) => {
    expect((await read(text)).at(-1)).toEqual({ statement: undefined, signature: ONE });
  });

  it("are read in order, whatever stands between them", async () => {
    const found = await read(`note\n${ONE}\n\n${ONE.replace("AAAA", "BBBB")}\nend`);
    expect(found.map(({ signature }) => signature)).toEqual([ONE, ONE.replace("AAAA", "BBBB")]);
  });

  it("are as many as the bound, and one more is refused", async () => {
    expect(await read(`${ONE}\n`.repeat(MOST_SIGNATURES))).toHaveLength(MOST_SIGNATURES);
    const refused = await read(`${ONE}\n`.repeat(MOST_SIGNATURES + 1)).catch((error: unknown) => error);
    expect(refused instanceof InputError && refused.problems).toEqual([
      {
        code: "approval-too-many",
        where: join(folder, "plan.json.approvals"),
        message: "The file holds more than 50 signatures, and no more than that are checked.",
        remedy: "Remove the file, and have the plan signed again.",
      },
    ]);
  });

  it("do not end within their own first line", async () => {
    expect(await read("-----BEGIN SSH SIGNATURE-----END SSH SIGNATURE-----\n")).toEqual([]);
  });

  it("take no quadratic time where a hundred thousand begin and none ends", async () => {
    expect(await read(`${BEGIN}\n`.repeat(100_000))).toEqual([]);
  }, 5_000);
});

describe("a statement", () => {
  const hour = 3_600_000;
  const demand = (at: string, given: object = {}) => ({
    digest: statement.digest,
    organization: statement.organization,
    expiresMs: hour,
    now: Date.parse(`2026-11-23T${at}Z`),
    ...given,
  });
  it.each([
    ["when it is signed", statement, demand("12:00:00.000"), undefined],
    ["in its last millisecond", statement, demand("12:59:59.999"), undefined],
    ["on a clock that is five minutes slow", statement, demand("11:55:00.000"), undefined],
    [
      "at its end",
      statement,
      demand("13:00:00.000"),
      "signed it at 2026-11-23T12:00:00.000Z, and that held until 2026-11-23T13:00:00.000Z",
    ],
    [
      "before it was signed",
      statement,
      demand("11:54:59.999"),
      "signed it at 2026-11-23T12:00:00.000Z, and by the clock of this machine that is still to come",
    ],
    [
      "for longer than the configuration allows",
      { ...statement, until: "2099-01-01T00:00:00.000Z" },
      demand("13:00:00.000"),
      "signed it at 2026-11-23T12:00:00.000Z, and that held until 2026-11-23T13:00:00.000Z",
    ],
    [
      "until before it was signed",
      { ...statement, until: "2026-11-23T11:00:00.000Z" },
      demand("12:00:00.000"),
      "signed it at 2026-11-23T12:00:00.000Z, and that held until 2026-11-23T11:00:00.000Z",
    ],
    ["of another plan", statement, demand("12:00:00.000", { digest: "sha256:11" }), "signed another plan"],
    [
      "of another organisation",
      statement,
      demand("12:00:00.000", { organization: "fedcba9876543210" }),
      "signed a plan of another organisation",
    ],
  ])("%s", (_, given, against, doubt) => {
    expect(statementDoubt(given, against)).toBe(doubt);
  });
});
