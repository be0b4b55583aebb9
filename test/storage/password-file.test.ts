import { access, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { InputError } from "../../src/model/values/errors.ts";
import { createTemporaryPassword, openPasswordFile } from "../../src/storage/password-file.ts";
import { at } from "../support/engine.ts";

const HEADER = "Email,Temporary password,State\r\n";
const A = at("a@example.org");
const B = at("b@example.org");
/** A spreadsheet program would take it for a formula. */
const FORMULA = at("=b@example.org");
const ALL: ReadonlySet<string> = new Set([A, B, FORMULA]);

let folder = "";
let path = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "zivsync-passwords-"));
  path = join(folder, "passwords.csv");
});
afterEach(() => rm(folder, { recursive: true }));

const text = () => readFile(path, "utf8");
const fresh = { resumed: false, addresses: ALL };
const resumed = { resumed: true, addresses: ALL };

async function problemsOf(promise: Promise<unknown>): Promise<unknown> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  return error instanceof InputError ? error.problems : error;
}

test("passwords are long, have every class of signs, no look-alikes, and none comes twice", () => {
  const made = Array.from({ length: 500 }, () => createTemporaryPassword().reveal());
  expect(new Set(made).size).toBe(500);
  for (const password of made) {
    expect(password).toMatch(/^[a-zA-Z2-9!#$%*?]{24}$/);
    expect(password).not.toMatch(/[0Oo1lIi]/);
    for (const some of [/[a-z]/, /[A-Z]/, /[2-9]/, /[!#$%*?]/]) expect(password).toMatch(some);
  }
});

test("a password is in the file before it is given out, as unknown, and only its owner may read it", async () => {
  const file = await openPasswordFile(path, fresh);
  expect(await text()).toBe(HEADER);
  const first = await file.issue(A);
  expect(await text()).toBe(`${HEADER}a@example.org,${first.reveal()},unknown\r\n`);
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  const [second, again] = await Promise.all([file.issue(FORMULA), file.issue(A)]);
  expect(again.reveal()).toBe(first.reveal());
  expect(String(second)).toBe("[secret]");
  expect(await text()).toBe(
    `${HEADER}a@example.org,${first.reveal()},unknown\r\n'=b@example.org,${second.reveal()},unknown\r\n`,
  );
  await file.settle(new Map());
});

test("at the end, lines of accounts that were not created are gone, and the others say what is certain", async () => {
  const file = await openPasswordFile(path, fresh);
  const [a, , b] = [await file.issue(A), await file.issue(FORMULA), await file.issue(B)];
  expect(
    await file.settle(
      new Map([
        [B, "unknown"],
        [A, "created"],
        ["other@example.org", "created"],
      ]),
    ),
  ).toEqual({ created: 1, unknown: 1 });
  expect(await text()).toBe(
    `${HEADER}a@example.org,${a.reveal()},created\r\nb@example.org,${b.reveal()},unknown\r\n`,
  );
  expect((await stat(path)).mode & 0o777).toBe(0o600);
});

test("without a line the file goes", async () => {
  const file = await openPasswordFile(path, fresh);
  await file.issue(A);
  expect(await file.settle(new Map())).toEqual({ created: 0, unknown: 0 });
  await expect(access(path)).rejects.toThrow();
});

test("a resumed run keeps the passwords that are there, and cuts off a torn line", async () => {
  const first = await openPasswordFile(path, fresh);
  const [a, b] = [await first.issue(A), await first.issue(FORMULA)];
  await writeFile(path, `${await text()}b@example.org,torn`, { mode: 0o644 });
  const second = await openPasswordFile(path, resumed);
  expect((await second.issue(A)).reveal()).toBe(a.reveal());
  expect((await second.issue(FORMULA)).reveal()).toBe(b.reveal());
  const late = await second.issue(B);
  expect(await text()).toBe(
    `${HEADER}a@example.org,${a.reveal()},unknown\r\n'=b@example.org,${b.reveal()},unknown\r\nb@example.org,${late.reveal()},unknown\r\n`,
  );
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  await second.settle(new Map([[A, "created"]]));
  const third = await openPasswordFile(path, resumed);
  expect((await third.issue(A)).reveal()).toBe(a.reveal());
});

test.each([
  ["anything, when no earlier run was there", `${HEADER}`, fresh, "."],
  ["a text", "notes\n", resumed, ", and it is none that an earlier run of this plan wrote."],
  ["nothing", "", resumed, ", and it is none that an earlier run of this plan wrote."],
  [
    "passwords of other accounts",
    `${HEADER}z@example.org,${"a".repeat(24)},created\r\n`,
    resumed,
    ", and it is none that an earlier run of this plan wrote.",
  ],
  [
    "passwords that are none of ours",
    `${HEADER}a@example.org,welcome01,created\r\n`,
    resumed,
    ", and it is none that an earlier run of this plan wrote.",
  ],
])("a file that holds %s is left as it is", async (_, content, given, why) => {
  await writeFile(path, content);
  expect(await problemsOf(openPasswordFile(path, given))).toEqual([
    {
      code: "file-unwritable",
      where: path,
      message: `There is such a file already${why} Passwords are never written over anything.`,
      remedy: "Name a file that does not exist.",
    },
  ]);
  expect(await text()).toBe(content);
});

test("a folder that is not there", async () => {
  const where = join(folder, "none", "passwords.csv");
  expect(await problemsOf(openPasswordFile(where, fresh))).toEqual([
    {
      code: "file-unwritable",
      where,
      message:
        "Temporary passwords cannot be written: its folder does not exist. No account is created without its own on disc.",
      remedy: "Check the folder and its permissions.",
    },
  ]);
});
