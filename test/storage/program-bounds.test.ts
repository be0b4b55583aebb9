import { execFileSync } from "node:child_process";
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { ZivsyncError } from "../../src/model/values/errors.ts";
import { LARGEST_OUTPUT, sshKeygen } from "../../src/storage/approvals/ssh-keygen.ts";
import { LARGEST_BYTES } from "../../src/storage/files/files.ts";
import {
  GitFailure,
  LARGEST_OUTPUT as LARGEST_OF_GIT,
  openGitRepository,
} from "../../src/storage/git/repository.ts";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "zivsync-programs-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** A program that is the first of its name on the PATH. */
async function fake(name: string, script: string): Promise<void> {
  const path = join(folder, name);
  await writeFile(path, `#!/bin/sh\n${script}\n`);
  await chmod(path, 0o755);
  const { PATH } = process.env;
  process.env.PATH = `${folder}${delimiter}${PATH}`;
  onTestFinished(() => {
    process.env.PATH = PATH;
  });
}

async function said(work: Promise<unknown>): Promise<unknown> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof GitFailure) return error.output;
    if (error instanceof ZivsyncError) return error.problems;
    throw error;
  }
}

const DRIP = "while :; do echo .; sleep 0.05; done";

describe.skipIf(process.platform === "win32")("ssh-keygen", () => {
  const stopped = (message: string) => [
    {
      code: "approval-tool",
      where: "ssh-keygen",
      message,
      remedy: "Run it again. If it stays, look at which program of that name is first on the PATH.",
    },
  ];

  it("may write to the bound (LARGEST_OUTPUT), and no more", async () => {
    await fake("ssh-keygen", 'head -c "$1" /dev/zero');
    const written = (bytes: number) => said(sshKeygen([String(bytes)], ""));
    expect(await written(LARGEST_OUTPUT)).toMatchObject({ code: 0, out: "\0".repeat(LARGEST_OUTPUT) });
    const beyond = stopped("ssh-keygen has written more than any answer of it has, and was stopped.");
    expect(await written(LARGEST_OUTPUT + 1)).toEqual(beyond);
    await fake("ssh-keygen", "exec cat /dev/zero");
    expect(await said(sshKeygen([], ""))).toEqual(beyond);
  });

  it("has a time (longestMs), which what it writes does not lengthen", async () => {
    await fake("ssh-keygen", DRIP);
    expect(await said(sshKeygen([], "", { longestMs: 300 }))).toEqual(
      stopped("ssh-keygen has not ended within 0.3 seconds, and was stopped."),
    );
  });
});

describe.skipIf(process.platform === "win32")("Git", () => {
  it("may write to the bound (largestOutput), and no more", async () => {
    execFileSync("git", ["init", "--quiet", folder]);
    const id = execFileSync("git", ["hash-object", "-w", "--stdin"], {
      cwd: folder,
      input: "x".repeat(100_000),
      encoding: "utf8",
    }).trim();
    const show = (largestOutput: number) =>
      said(openGitRepository(folder, process.env, { largestOutput }).run(["show", id]));
    expect(await show(100_000)).toBe("x".repeat(100_000));
    expect(await show(99_999)).toBe("git show wrote more than zivsync reads, and was stopped");
    expect(LARGEST_OF_GIT).toBe(LARGEST_BYTES);
  });

  it("has a time (longestMs), which what it writes does not lengthen, and one for its silence (silenceMs)", async () => {
    await fake("git", DRIP);
    const drips = openGitRepository(folder, process.env, { longestMs: 300 });
    expect(await said(drips.run(["fetch"]))).toBe(
      "git fetch has not ended within 0.3 seconds, and was stopped",
    );
    await fake("git", "exec sleep 60");
    const hangs = openGitRepository(folder, process.env, { silenceMs: 300 });
    expect(await said(hangs.run(["fetch"]))).toBe("block timeout reached");
  });
});
