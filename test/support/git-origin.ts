import { execFileSync } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { workplace } from "./cli.ts";

/** A new repository in a workplace, whose remote is an empty bare one; `git` runs there as Ann. Both go when the test ends. */
export async function placeWithOrigin() {
  const origin = await mkdtemp(join(tmpdir(), "zivsync-origin-"));
  onTestFinished(() => rm(origin, { recursive: true, force: true }));
  execFileSync("git", ["init", "-q", "--bare", "-b", "main", origin]);
  const place = await workplace();
  const git = (...words: string[]): string =>
    execFileSync("git", ["-c", "user.name=Ann", "-c", "user.email=ann@example.org", ...words], {
      cwd: place.folder,
      env: { PATH: process.env.PATH, HOME: place.folder, GIT_CONFIG_NOSYSTEM: "1" },
      encoding: "utf8",
    }).trim();
  git("init", "-q", "-b", "main");
  git("remote", "add", "origin", origin);
  return { origin, place, git };
}
