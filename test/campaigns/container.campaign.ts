import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ensureInstalled } from "../servers/installed.ts";

/*
 * The image of the Containerfile, built by buildah over a base of Debian's packages, and run as a runtime for containers runs it: its
 * file system is read-only, its user is the image's, and only the two volumes can be written. No registry of images is asked.
 */

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const BASE = "docker.io/library/debian:bookworm-slim";
const MOST_BYTES = 64 * 1024 * 1024;

/** Mounts as a runtime does: the image read-only, the volumes, and the kernel's own; then the program as the image's user. */
const RUN = `
set -e
root=$1 home=$2 volumes=$3 user=$4 folder=$5
shift 5
mount --make-rprivate /
mount --bind "$root" "$root"
for volume in $volumes; do mount --bind "$home$volume" "$root$volume"; done
mount -t proc proc "$root/proc"
mount --rbind /dev "$root/dev"
mount -o remount,bind,ro "$root"
exec chroot --userspec="$user" "$root" /usr/bin/env -i -C "$folder" "$@"
`;

let home = "";
let root = "";
let image: {
  readonly User: string;
  readonly Entrypoint: readonly string[];
  readonly Env: readonly string[];
  readonly WorkingDir: string;
  readonly Volumes: Readonly<Record<string, object>>;
};

const quietly = (program: string, words: readonly string[], cwd = ROOT) =>
  execFileSync(program, words, {
    cwd,
    encoding: "utf8",
    maxBuffer: MOST_BYTES,
    stdio: ["ignore", "pipe", "pipe"],
    // What was built for the tests is packed as it is: others use it meanwhile.
    env: { ...process.env, npm_config_ignore_scripts: "true" },
  }).trim();

/** Images and containers of this test alone, and of no other program of the machine. */
const buildah = (...words: string[]) =>
  quietly("buildah", ["--root", join(home, "storage"), "--runroot", join(home, "run"), ...words]);

/** The folders of the image that a runtime gives a volume each. */
const volumes = () => Object.keys(image.Volumes);

/** Runs a program in the container, by default as its entry point and its user. */
function run(words: readonly string[], { entry = image.Entrypoint, user = image.User } = {}) {
  const inside = [root, home, volumes().join(" "), user, image.WorkingDir, ...image.Env];
  const ran = spawnSync("unshare", ["--mount", "sh", "-c", RUN, "sh", ...inside, ...entry, ...words], {
    encoding: "utf8",
    maxBuffer: MOST_BYTES,
  });
  return { code: ran.status, out: ran.stdout, err: ran.stderr };
}

/** Everything in the image but what the kernel gives. */
function filesOf(): string {
  const words = [root, "-xdev", "-type", "f", "-printf", "%P %s %T@\n"];
  return quietly("find", words).split("\n").sort().join("\n");
}

beforeAll(async () => {
  await ensureInstalled(["containers"]);
  home = mkdtempSync(join(tmpdir(), "zivsync-image-"));
  chmodSync(home, 0o755);
  const context = join(home, "context");
  mkdirSync(context);
  cpSync(join(ROOT, "Containerfile"), join(context, "Containerfile"));
  quietly(process.execPath, ["scripts/package.mjs", "--only", "linux-x64", join(context, "packages")]);
  quietly("mmdebstrap", ["--quiet", "--variant=apt", "bookworm", join(home, "base.tar")]);
  const base = buildah("from", "scratch");
  buildah("add", base, join(home, "base.tar"), "/");
  buildah("config", "--env", "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", base);
  buildah("commit", "--rm", base, BASE);
  const file = ["--file", join(context, "Containerfile")];
  buildah("build", "--isolation", "chroot", "--pull-never", "--tag", "zivsync", ...file, context);
  image = JSON.parse(buildah("inspect", "--type", "image", "zivsync")).OCIv1.config;
  root = buildah("mount", buildah("from", "--pull-never", "zivsync"));
  // A new volume begins as the folder that the image has there.
  for (const volume of volumes()) quietly("cp", ["-a", join(root, volume), join(home, volume)]);
}, 900_000);

afterAll(() => {
  buildah("unmount", "--all");
  buildah("rm", "--all");
  rmSync(home, { recursive: true, force: true });
}, 120_000);

describe("the image", () => {
  it("runs as a user without rights, by a program and not by a shell", () => {
    expect(image.User).toBe("10001:10001");
    expect(image.Entrypoint).toEqual(["/opt/zivsync/node", "/opt/zivsync/app/dist/cli.js"]);
    const { out } = run(["-c", "id -u; touch /opt/x"], { entry: ["/bin/sh"] });
    expect(out).toBe("10001\n");
  });

  it("says its version", () => {
    const { version } = JSON.parse(quietly("cat", ["package.json"]));
    expect(run(["--version"])).toEqual({ code: 0, out: `${version}\n`, err: "" });
  });

  it("runs the demo over a file system that even root cannot write to", () => {
    const refused = run(["-c", "touch /opt/x"], { entry: ["/bin/sh"], user: "0:0" });
    expect(refused).toMatchObject({ code: 1, err: expect.stringContaining("Read-only file system") });
    const before = filesOf();
    const demo = run(["demo"]);
    expect(demo).toMatchObject({ code: 0, err: expect.stringContaining("That was the whole way.") });
    expect(filesOf()).toBe(before);
  });

  it("has Git for the state and ssh-keygen for signatures", () => {
    const git = (...words: string[]) => run(words, { entry: ["git"] });
    expect(git("--version").out).toMatch(/^git version 2\./);
    expect(git("init", "--quiet", "--initial-branch=main")).toEqual({ code: 0, out: "", err: "" });
    const init = run(["init", "--domain", "example.org", "--no-workflows"]);
    expect(init).toMatchObject({ code: 0, err: "" });
    expect(run(["-C", "/configuration/desired-state", "validate"])).toMatchObject({ code: 0 });
    const key = ["-q", "-t", "ed25519", "-N", "", "-f", "/plans/key"];
    expect(run(key, { entry: ["ssh-keygen"] })).toEqual({ code: 0, out: "", err: "" });
    const sign = ["-Y", "sign", "-n", "zivsync", "-f", "/plans/key", "/plans/text"];
    writeFileSync(join(home, "plans/text"), "plan", { mode: 0o644 });
    expect(run(sign, { entry: ["ssh-keygen"] }).code).toBe(0);
  });

  it("reaches Zivver over TLS: certificates of authorities are in it", () => {
    expect(quietly("find", [join(root, "etc/ssl/certs/ca-certificates.crt"), "-size", "+100k"])).not.toBe("");
  });

  it("says what to do about a checkout of somebody else, and works as its owner when the runtime is told so", () => {
    const folder = "/configuration/desired-state";
    for (const volume of ["configuration", "plans"])
      execFileSync("chown", ["-R", "1000:1000", join(home, volume)]);
    const planned = run(["-C", folder, "plan"], {
      entry: ["/usr/bin/env", "ZIVVER_API_KEY=x", ...image.Entrypoint],
    });
    expect(planned).toMatchObject({
      code: 1,
      err: expect.stringContaining("git config --global --add safe.directory /configuration"),
    });
    expect(run(["-C", folder, "validate"], { user: "1000:1000" })).toMatchObject({ code: 0 });
    expect(run(["demo"], { user: "1000:1000" })).toMatchObject({ code: 0 });
  });
});
