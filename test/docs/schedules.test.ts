import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { blocksOf } from "./pages.ts";

/** The recipes of docs/schedules.md, as far as they run here: cron's line and its script by `sh`, units by `systemd-analyze verify`. */

const blocks = blocksOf("docs/schedules.md");
const ofLanguage = (language: string) =>
  blocks.filter((block) => block.language === language).map(({ text }) => text);

/** A machine of one's own: a clone, a `zivsync` that ends with `code`, and the script; `night` is cron's line. */
function machine(code: number, { environment = "export ZIVVER_API_KEY=key\n" as string | null } = {}) {
  const root = mkdtempSync(join(tmpdir(), "zivsync-cron-"));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  for (const folder of ["bin", "srv", "etc", "var"]) mkdirSync(join(root, folder));
  const here = (text: string) =>
    text
      .replaceAll("/usr/local/bin/zivsync-nightly", join(root, "bin/zivsync-nightly"))
      .replaceAll("/srv/zivsync", join(root, "srv"))
      .replaceAll("/etc/zivsync", join(root, "etc"))
      .replaceAll("/var/lib/zivsync", join(root, "var"));
  const script = (name: string, text: string) => {
    writeFileSync(join(root, "bin", name), text);
    chmodSync(join(root, "bin", name), 0o755);
  };
  script("git", "#!/bin/sh\necho pulled\n");
  script(
    "zivsync",
    `#!/bin/sh\necho "$PWD $ZIVVER_API_KEY $*"\ntouch "${root}/var/routine.json"\nexit ${code}\n`,
  );
  script("zivsync-nightly", here(ofLanguage("shell")[0] ?? ""));
  if (environment !== null) writeFileSync(join(root, "etc/environment"), environment);
  const line = (ofLanguage("cron")[0] ?? "").split("\n").find((text) => text.startsWith("17 5 "));
  const command = here((line ?? "").replace(/^(?:\S+\s+){5}/, ""));
  const ran = spawnSync("sh", ["-c", command], {
    cwd: "/",
    env: { PATH: `${join(root, "bin")}:/usr/bin:/bin` },
    encoding: "utf8",
  });
  const mailed = `${ran.stdout}${ran.stderr}`.replaceAll(root, "");
  return { root, mailed, log: readFileSync(join(root, "var/sync.txt"), "utf8").replaceAll(root, "") };
}

const SYNCED = "pulled\n/srv key sync --routine /var/routine.json --waiting /var/waiting.json\n";

describe("cron", () => {
  it.each([0, 2])("mails nothing of a night that ends with %i", (code) => {
    const { mailed, log, root } = machine(code);
    expect({ mailed, log }).toEqual({ mailed: "", log: SYNCED });
    expect(statSync(join(root, "var/routine.json")).mode & 0o077).toBe(0);
  });

  it.each([1, 3, 4])("mails what was said where it ends with %i", (code) => {
    expect(machine(code).mailed).toBe(`zivsync ended with ${code}\n${SYNCED}`);
  });

  it("runs nothing without its environment, and mails that", () => {
    expect(machine(0, { environment: null }).mailed).toBe("zivsync ended with 1\n");
  });
});

describe("systemd", () => {
  it("takes the units as they are", () => {
    const root = mkdtempSync(join(tmpdir(), "zivsync-units-"));
    onTestFinished(() => rmSync(root, { recursive: true, force: true }));
    const units = ofLanguage("ini").map((text) => {
      const [, name = ""] = /^# \/etc\/systemd\/system\/(\S+)$/m.exec(text) ?? [];
      writeFileSync(join(root, name), text);
      return join(root, name);
    });
    expect(units.map((unit) => unit.slice(root.length + 1))).toEqual([
      "zivsync.service",
      "zivsync.timer",
      "zivsync-failed.service",
    ]);
    const { status, stdout, stderr } = spawnSync("systemd-analyze", ["verify", "--man=no", ...units], {
      encoding: "utf8",
      env: { PATH: process.env.PATH, SYSTEMD_UNIT_PATH: `${root}:` },
    });
    const ours = `${stdout}${stderr}`.split("\n").filter((line) => line.includes("zivsync"));
    expect({ status, ours }).toEqual({ status: 0, ours: [] });
  });

  it("runs the timer every night", () => {
    const timer = ofLanguage("ini").find((text) => text.includes("[Timer]")) ?? "";
    const [, calendar = ""] = /^OnCalendar=(.*)$/m.exec(timer) ?? [];
    expect(execFileSync("systemd-analyze", ["calendar", calendar], { encoding: "utf8" })).toContain(
      "Normalized form: *-*-* 05:17:00",
    );
  });
});
