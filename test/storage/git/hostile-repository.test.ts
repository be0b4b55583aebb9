import { execFileSync } from "node:child_process";
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { environmentForPrograms, findProgram } from "../../../src/storage/files/programs.ts";
import { openGitRepository } from "../../../src/storage/git/repository.ts";

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

  /** A checkout with an origin, whose settings name one trap each, and a file with attributes that ask for filters. */
  async function hostileCheckout(settings: Readonly<Record<string, string>>): Promise<string> {
    const origin = join(folder, "origin.git");
    const checkout = join(folder, "checkout");
    git("init", "--quiet", "--bare", "-b", "main", origin);
    git("clone", "--quiet", origin, checkout);
    const here = (...words: string[]) => execFileSync("git", words, { cwd: checkout, stdio: "ignore" });
    await writeFile(join(checkout, ".gitattributes"), "* filter=f diff=d merge=m\nb filter=a=b\n");
    await writeFile(join(checkout, "a"), "one\n");
    await writeFile(join(checkout, "b"), "one\n");
    here("add", ".");
    here("-c", "user.name=Ann", "-c", "user.email=ann@example.org", "commit", "-qm", "Begin");
    here("push", "--quiet", "origin", "HEAD:main");
    for (const [key, value] of Object.entries(settings)) here("config", key, value);
    await writeFile(join(checkout, "a"), "two\n");
    await writeFile(join(checkout, "b"), "two\n");
    return checkout;
  }

  /** Commands of every kind that zivsync gives Git. */
  async function runAll(checkout: string): Promise<void> {
    const { run } = openGitRepository(checkout, { ...process.env, ZIVVER_API_KEY: "s3cret" });
    for (const words of [
      ["status", "--porcelain", "--", "."],
      ["log", "-1", "--format=%ae"],
      ["rev-list", "--format=%ae%n%B", "HEAD", "--", "."],
      ["diff", "--name-only", "--no-ext-diff", "--no-textconv", "-z", "HEAD"],
      ["ls-files", "--others", "-z"],
      ["worktree", "add", "--detach", "--force", join(folder, "tree"), "HEAD"],
      ["ls-remote", "origin", "refs/heads/main"],
      ["fetch", "--no-tags", "origin", "+refs/heads/main:refs/remotes/origin/main"],
      ["push", "--porcelain", "--no-verify", "origin", "HEAD:refs/heads/other"],
    ])
      await run(words).catch((error: Error) => expect(error.message).toBe(""));
  }

  it.each<[string, Record<string, string>?]>([
    ["filter.f.clean"],
    ["filter.f.smudge"],
    ["filter.f.process"],
    ["filter.a=b.clean"],
    ["filter.a=b.smudge"],
    ["core.fsmonitor"],
    ["core.pager"],
    ["pager.log"],
    ["core.editor"],
    ["core.askPass"],
    ["core.alternateRefsCommand"],
    ["diff.external"],
    ["diff.d.command"],
    ["diff.d.textconv"],
    ["merge.m.driver"],
    ["uploadpack.packObjectsHook"],
    ["gpg.program", { "log.showSignature": "true", "push.gpgSign": "true", "commit.gpgSign": "true" }],
    ["alias.status"],
    ["sequence.editor"],
    ["core.gitProxy"],
    ["core.sshCommand"],
    ["credential.helper"],
  ])("runs no program that .git/config names as %s", async (key, more = {}) => {
    const program = await trap("program");
    await runAll(
      await hostileCheckout({ [key]: program, [`${key.replace(/\.\w+$/, "")}.required`]: "false", ...more }),
    );
    expect(await whatRan()).toEqual([]);
  });

  it("runs no filter of a file that .git/config includes, nor of one work tree alone, nor a required one", async () => {
    const program = await trap("program");
    const included = join(folder, "included");
    await writeFile(
      included,
      `[filter "f"]\n\tclean = ${program}\n\tsmudge = ${program}\n\trequired = true\n`,
    );
    await runAll(await hostileCheckout({ "include.path": included }));
    expect(await whatRan()).toEqual([]);
  });

  it("lets the filters of Git LFS run, which a checkout in a workflow sets", async () => {
    const checkout = await hostileCheckout({
      "filter.f.clean": "git-lfs clean -- %f",
      "filter.f.required": "true",
    });
    await mkdir(join(folder, "bin"));
    await writeFile(join(folder, "bin", "git-lfs"), `#!/bin/sh\ntouch "${folder}/ran-lfs"\ncat\n`);
    await chmod(join(folder, "bin", "git-lfs"), 0o755);
    const PATH = [join(folder, "bin"), process.env.PATH].join(delimiter);
    await openGitRepository(checkout, { ...process.env, PATH }).run(["status", "--porcelain"]);
    expect(await whatRan()).toEqual(["ran-lfs"]);
  });

  it.each([
    ["core.sshCommand", "ssh://git.test/repo", {}],
    ["core.sshCommand", "https://git.test/repo", { "url.ssh://git.test/.insteadOf": "https://git.test/" }],
    ["remote.origin.uploadpack", undefined, {}],
  ])("reaches a remote as %s in .git/config says, without a secret", async (key, url, more) => {
    const program = await trap("program");
    const checkout = await hostileCheckout({ [key]: program, ...more });
    if (url !== undefined) execFileSync("git", ["remote", "set-url", "origin", url], { cwd: checkout });
    const environment = { ...process.env, ZIVVER_API_KEY: "s3cret", GITHUB_TOKEN: "t0ken" };
    await openGitRepository(checkout, environment)
      .run(["ls-remote", "origin"])
      .catch(() => "");
    expect(await whatRan()).toEqual(["ran-program"]);
    expect(await readFile(join(folder, "ran-program"), "utf8")).not.toMatch(/s3cret|t0ken/);
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
