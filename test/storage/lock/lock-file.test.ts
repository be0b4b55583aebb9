import { watch } from "node:fs";
import {
  mkdir,
  readdir,
  readFile,
  readlink,
  stat,
  symlink,
  truncate,
  utimes,
  writeFile,
} from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import {
  createLockFile,
  idOf,
  LARGEST_LOCK,
  readLockFile,
  renderLock,
} from "../../../src/storage/lock/lock-file.ts";
import { emptyFolder } from "../../support/empty-folder.ts";

const AT = "2026-01-05T08:00:00.000Z";
const OWNER = { pid: 7, host: "one", since: AT, boot: "b", space: "s", start: "1" };

/** A file with this content, touched two seconds after 1970 and a bit. */
async function fileWith(content: string): Promise<string> {
  const path = join(emptyFolder(), "x.lock");
  await writeFile(path, content);
  await utimes(path, 2.5, 2.5);
  return path;
}

describe("what is read", () => {
  test("the owner, the sign of life in milliseconds, and an id that its content alone gives", async () => {
    const content = renderLock(OWNER);
    const path = await fileWith(content);
    const { token } = JSON.parse(content);
    const seen = { kind: "owned", touched: 2_500, id: idOf(content), owner: { ...OWNER, token } };
    expect(await readLockFile(path)).toEqual(seen);
    await utimes(path, 3, 3);
    expect(await readLockFile(path)).toEqual({ ...seen, touched: 3_000 });
  });

  test("a lock as large as one may be", async () => {
    const content = renderLock(OWNER).padEnd(LARGEST_LOCK);
    expect(await readLockFile(await fileWith(content))).toMatchObject({ kind: "owned" });
  });

  test.runIf(process.platform === "linux")("no file stays open", async () => {
    const folder = emptyFolder();
    for (let round = 0; round < 20; round++) {
      const path = join(folder, `${round}`);
      await createLockFile(path, renderLock(OWNER));
      await readLockFile(path);
    }
    const open = await readdir("/proc/self/fd");
    const links = await Promise.all(
      open.map((fd) => readlink(`/proc/self/fd/${fd}`).catch(() => "closed since")),
    );
    expect(links.filter((link) => link.startsWith(folder))).toEqual([]);
  });

  test("nothing where nothing is", async () => {
    expect(await readLockFile(join(emptyFolder(), "x.lock"))).toEqual({ kind: "none" });
  });

  test("no two locks are alike, and neither are their ids", () => {
    const [one, other] = [renderLock(OWNER), renderLock(OWNER)];
    expect(one).not.toBe(other);
    expect(idOf(one)).not.toBe(idOf(other));
    expect(idOf(one)).toMatch(/^[0-9a-f]{16}$/);
    expect(idOf("a", "b")).not.toBe(idOf("a"));
    expect(idOf("a", "b")).not.toBe(idOf("b"));
  });

  test.each([
    ["only what must be said", { pid: 7, host: "one", since: AT }],
    ["a process id of many digits", { ...OWNER, pid: 2 ** 31 }],
    ["no boot", { ...OWNER, boot: undefined }],
  ])("an owner with %s", async (_, owner) => {
    expect(await readLockFile(await fileWith(JSON.stringify(owner)))).toMatchObject({ kind: "owned" });
  });

  test.each([
    ["nothing", ""],
    ["what is not JSON", "{"],
    ["null", "null"],
    ["a text", '"x"'],
    ["a number", "7"],
    ["a list", "[]"],
    ["no process", JSON.stringify({ ...OWNER, pid: undefined })],
    ["a process in a text", JSON.stringify({ ...OWNER, pid: "7" })],
    ["process 0", JSON.stringify({ ...OWNER, pid: 0 })],
    ["all processes", JSON.stringify({ ...OWNER, pid: -1 })],
    ["half a process", JSON.stringify({ ...OWNER, pid: 1.5 })],
    ["no host", JSON.stringify({ ...OWNER, host: undefined })],
    ["a host that is not a text", JSON.stringify({ ...OWNER, host: 7 })],
    ["no beginning", JSON.stringify({ ...OWNER, since: undefined })],
    ["a beginning that is not a text", JSON.stringify({ ...OWNER, since: 7 })],
    ["a boot that is not a text", JSON.stringify({ ...OWNER, boot: 7 })],
    ["a space that is not a text", JSON.stringify({ ...OWNER, space: null })],
    ["a start that is not a text", JSON.stringify({ ...OWNER, start: 7 })],
    ["a lock and more than a lock has", renderLock(OWNER).padEnd(LARGEST_LOCK + 1)],
  ])("a file with %s is not a lock that anybody holds", async (_, content) => {
    const { kind, ...more } = await readLockFile(await fileWith(content));
    expect([kind, more]).toEqual([
      "unclear",
      { touched: 2_500, id: expect.stringMatching(/^[0-9a-f]{16}$/) },
    ]);
  });

  test("a file that is not a lock has another id once it is written to or touched", async () => {
    const path = await fileWith("x");
    const ids: unknown[] = [];
    const look = async () => {
      const seen = await readLockFile(path);
      ids.push("id" in seen && seen.id);
    };
    await look();
    await look();
    expect(ids[0]).toBe(ids[1]);
    await utimes(path, 3, 3);
    await look();
    await writeFile(path, "y");
    await utimes(path, 3, 3);
    await look();
    await truncate(path, LARGEST_LOCK + 1);
    await utimes(path, 3, 3);
    await look();
    await truncate(path, LARGEST_LOCK + 2);
    await utimes(path, 3, 3);
    await look();
    expect(new Set(ids).size).toBe(5);
  });

  test("a folder, and a link, are not opened", async () => {
    const folder = emptyFolder();
    await mkdir(join(folder, "folder"));
    await writeFile(join(folder, "file"), renderLock(OWNER));
    await symlink(join(folder, "file"), join(folder, "link"));
    for (const name of ["folder", "link"])
      expect(await readLockFile(join(folder, name))).toEqual({
        kind: "unusable",
        why: "it is not a regular file",
      });
  });

  test("a place that cannot be looked at is said to be so", async () => {
    const path = join(await fileWith(""), "x.lock");
    expect(await readLockFile(path)).toEqual({
      kind: "unusable",
      why: "it cannot be read: its folder does not exist",
    });
  });
});

describe("what is made", () => {
  /** Too long for the name of a draft beside it, and not for its own: made in place, as where there are no links. */
  const LONG = "x".repeat(240);

  test.each(["x.lock", LONG])("one file, whole, and nothing beside it", async (name) => {
    const folder = emptyFolder();
    expect(await createLockFile(join(folder, name), "content")).toBe(true);
    expect(await readdir(folder)).toEqual([name]);
    expect(await readFile(join(folder, name), "utf8")).toBe("content");
    if (process.platform !== "win32") expect((await stat(join(folder, name))).mode & 0o777).toBe(0o644);
  });

  test.each(["x.lock", LONG])("nothing where something is already", async (name) => {
    const folder = emptyFolder();
    await writeFile(join(folder, name), "another's");
    expect(await createLockFile(join(folder, name), "content")).toBe(false);
    expect(await readdir(folder)).toEqual([name]);
    expect(await readFile(join(folder, name), "utf8")).toBe("another's");
  });

  test.runIf(process.platform === "linux")(
    "under another name first, so that nobody sees a part of it",
    async () => {
      const folder = emptyFolder();
      const names = new Set<string | null>();
      const watcher = watch(folder, (_, name) => names.add(name));
      await createLockFile(join(folder, "x.lock"), "content");
      await expect.poll(() => names.has("x.lock")).toBe(true);
      watcher.close();
      expect([...names].filter((name) => /^x\.lock\.[0-9a-f-]{36}$/.test(name ?? ""))).toHaveLength(1);
    },
  );

  test("an error where nothing can be made", async () => {
    const path = join(emptyFolder(), "missing", "x.lock");
    await expect(createLockFile(path, "content")).rejects.toMatchObject({ code: "ENOENT" });
  });

  test.each(["x.lock", LONG])("no part of a lock where writing it fails half way", async (name) => {
    const folder = emptyFolder();
    const unwritable = 7 as unknown as string;
    await expect(createLockFile(join(folder, name), unwritable)).rejects.toThrow();
    expect(await readdir(folder)).toEqual([]);
  });
});
