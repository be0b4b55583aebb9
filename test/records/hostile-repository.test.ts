import { execFileSync } from "node:child_process";
import { chmod, mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openGitRepository } from "../../src/records/git-repository.ts";
import { environmentForPrograms, findProgram } from "../../src/records/programs.ts";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "zivsync-hostile-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** A program that leaves a file behind with the environment that it was run with. */
async function trap(name: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, `#!/bin/sh\nenv > "${folder}/ran-${name}"\nexit 0\n`);
  await chmod(path, 0o755);
  return path;
}

async function whatRan(): Promise<readonly string[]> {
  return (await readdir(folder)).filter((name) => name.startsWith("ran-"));
}

function git(...words: string[]): void {
  execFileSync("git", words, { cwd: folder, stdio: "ignore" });
}

describe.skipIf(process.platform === "win32")("a repository that wants to run programs", () => {
  it("runs none where the folder of the configuration is a bare repository itself", async () => {
    const program = await trap("monitor");
    const bare = join(folder, "desired-state");
    git("init", "--quiet", ".");
    git("init", "--quiet", "--bare", "desired-state");
    execFileSync("git", ["config", "core.bare", "false"], { cwd: bare });
    execFileSync("git", ["config", "core.worktree", "."], { cwd: bare });
    execFileSync("git", ["config", "core.fsmonitor", program], { cwd: bare });
    await openGitRepository(bare)
      .run(["status", "--porcelain"])
      .catch(() => "");
    expect(await whatRan()).toEqual([]);
  });

  it("runs no monitor and no hook of a checkout", async () => {
    const program = await trap("monitor");
    git("init", "--quiet", ".");
    git("config", "core.fsmonitor", program);
    await mkdir(join(folder, ".git", "hooks"), { recursive: true });
    const hook = join(folder, ".git", "hooks", "post-index-change");
    await writeFile(hook, `#!/bin/sh\ntouch "${folder}/ran-hook"\n`);
    await chmod(hook, 0o755);
    await openGitRepository(folder).run(["status", "--porcelain"]);
    await openGitRepository(folder).run(["add", "monitor"]);
    expect(await whatRan()).toEqual([]);
  });

  it("fetches by no command, whatever the checkout allows", async () => {
    const program = await trap("ext");
    git("init", "--quiet", ".");
    git("config", "protocol.ext.allow", "always");
    git("remote", "add", "origin", `ext::${program}`);
    await expect(openGitRepository(folder).run(["fetch", "--quiet", "origin"])).rejects.toThrow(
      "transport 'ext' not allowed",
    );
    expect(await whatRan()).toEqual([]);
  });

  it("gives Git no secret", async () => {
    git("init", "--quiet", ".");
    git("config", "alias.environment", "!env");
    const environment = { ...process.env, ZIVVER_API_KEY: "s3cret", GITHUB_TOKEN: "t0ken", LDAP_PW: "pa55" };
    const said = await openGitRepository(folder, environment).run(["environment"]);
    expect(said).toContain("GIT_TERMINAL_PROMPT=0");
    expect(said).not.toMatch(/s3cret|t0ken|pa55/);
  });

  it("takes no git that lies in the present folder or in a relative folder of the PATH", async () => {
    await trap("git");
    const real = await findProgram("git", process.env);
    const PATH = ["", ".", "bin", process.env.PATH].join(delimiter);
    expect(await findProgram("git", { PATH })).toBe(real);
    expect(await findProgram("git", { PATH: ["", ".", "bin"].join(delimiter) })).toBeUndefined();
  });
});

describe("the programs that zivsync starts", () => {
  it("get only what is allowed", () => {
    const kept = { HOME: "/home/ann", SSH_AUTH_SOCK: "/run/agent", GIT_SSH_COMMAND: "ssh -4" };
    const secrets = {
      ZIVVER_API_KEY: "x",
      SEAL_KEY: "x",
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: "x",
      NODE_OPTIONS: "x",
    };
    expect(environmentForPrograms({ ...kept, ...secrets })).toEqual(kept);
  });
});
