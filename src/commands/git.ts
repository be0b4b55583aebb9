import { execFile } from "node:child_process";
import { dirname } from "node:path";
import { promisify } from "node:util";
import type { Plan } from "../model/plan.ts";

const run = promisify(execFile);

/** The commit, branch and cleanliness of the checkout that holds the configuration; null outside one, or without Git. */
export async function readGit(directory: string): Promise<Plan["configuration"]["git"]> {
  const git = async (...words: string[]) =>
    (await run("git", ["-C", directory, ...words], { encoding: "utf8" })).stdout.trim();
  try {
    const commit = await git("rev-parse", "--verify", "HEAD");
    const branch = await git("rev-parse", "--abbrev-ref", "HEAD");
    const dirty = (await git("status", "--porcelain", "--", ".")) !== "";
    const author = dirty ? git("config", "user.email").catch(() => "") : git("log", "-1", "--format=%ae");
    return { commit, branch, dirty, author: await author };
  } catch {
    return null;
  }
}

/** Does a path lie in a work tree of Git that does not ignore it? Also false where there is no Git to ask. */
export async function isOpenToGit(path: string): Promise<boolean> {
  try {
    await run("git", ["-C", dirname(path), "check-ignore", "--quiet", "--", path]);
    return false;
  } catch (error) {
    // 1: not ignored; 128: no work tree.
    return error instanceof Error && "code" in error && error.code === 1;
  }
}
