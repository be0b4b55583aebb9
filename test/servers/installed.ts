import { spawnSync } from "node:child_process";
import { accessSync, constants, existsSync, rmSync, writeFileSync } from "node:fs";
import { userInfo } from "node:os";
import { oneAtATime } from "./ports.ts";

/**
 * The servers that tests and trials run, the browser that opens reports, the shells that complete commands, what runs programs
 * of Windows, what makes them, what builds images of containers, and the client that benchmarks compare with.
 */
export type ServerName =
  | "samba"
  | "openldap"
  | "ldapsearch"
  | "chromium"
  | "shells"
  | "wine"
  | "mingw"
  | "containers";

/** Debian's; on Ubuntu the package of this name asks for snap, and a Chrome that is there already does. */
const BROWSERS = ["/usr/bin/google-chrome", "/usr/bin/chromium"];

/** The browser to run, as is. */
export function browserPath(): string {
  return BROWSERS.find((file) => existsSync(file)) ?? "/usr/bin/chromium";
}

type Needed = { readonly files: readonly string[]; readonly packages: readonly string[] };

/** Files by which each is known to be there whole, and the packages of Debian and Ubuntu that bring them. */
const NEEDED: Readonly<Record<ServerName, Needed>> = {
  samba: {
    files: [
      "/usr/sbin/samba",
      "/usr/bin/samba-tool",
      "/usr/bin/ldbsearch",
      "/usr/share/samba/setup/provision.ldif",
      "/usr/lib/python3/dist-packages/samba/samdb.py",
      "/usr/bin/openssl",
      "/usr/bin/setpriv",
    ],
    packages: [
      "samba",
      "winbind",
      "krb5-user",
      "ldb-tools",
      "python3-samba",
      "samba-dsdb-modules",
      "samba-ad-provision",
      "samba-vfs-modules",
      "openssl",
    ],
  },
  openldap: {
    files: [
      "/usr/sbin/slapd",
      "/usr/sbin/slapadd",
      "/usr/sbin/slapcat",
      "/usr/bin/openssl",
      "/usr/bin/setpriv",
    ],
    packages: ["slapd", "openssl"],
  },
  chromium: { files: [browserPath()], packages: ["chromium"] },
  shells: { files: ["/bin/bash", "/usr/bin/zsh", "/usr/bin/fish"], packages: ["bash", "zsh", "fish"] },
  wine: { files: ["/usr/bin/wine"], packages: ["wine", "wine64"] },
  mingw: {
    files: [
      "/usr/bin/x86_64-w64-mingw32-gcc",
      "/usr/x86_64-w64-mingw32/lib/libz.a",
      "/usr/bin/dpkg-source",
      "/usr/bin/make",
      "/usr/share/keyrings/debian-archive-keyring.gpg",
    ],
    packages: ["gcc-mingw-w64-x86-64-win32", "libz-mingw-w64-dev", "dpkg-dev", "debian-archive-keyring"],
  },
  containers: {
    files: [
      "/usr/bin/buildah",
      "/usr/bin/mmdebstrap",
      "/usr/share/keyrings/debian-archive-keyring.gpg",
      "/usr/bin/unshare",
    ],
    packages: ["buildah", "mmdebstrap", "debian-archive-keyring"],
  },
  ldapsearch: { files: ["/usr/bin/ldapsearch"], packages: ["ldap-utils"] },
};

/** Since Samba 4.20 the domain controller has a package of its own. */
const LATER_SAMBA = "samba-ad-dc";
const LOCK_PORT = 38_901;
const NO_SERVICES = "/usr/sbin/policy-rc.d";

export function missingFiles(server: ServerName): readonly string[] {
  return NEEDED[server].files.filter((file) => !existsSync(file));
}

/**
 * Installs what the servers need where this is Debian or Ubuntu and we are root, one process at a time; costs nothing
 * when all is there. Throws, with the command to run, where it cannot.
 */
export async function ensureInstalled(servers: readonly ServerName[]): Promise<void> {
  if (servers.every((server) => missingFiles(server).length === 0)) return;
  await oneAtATime(LOCK_PORT, async () => {
    for (const server of servers) install(server);
  });
}

function install(server: ServerName): void {
  const missing = missingFiles(server);
  if (missing.length === 0) return;
  const { packages } = NEEDED[server];
  const advice = `Install it as root: apt-get update && apt-get install --no-install-recommends ${packages.join(" ")}`;
  if (userInfo().uid !== 0 || !isThere("/usr/bin/apt-get")) {
    throw new Error(`${server} is not installed: there is no ${missing.join(", no ")}.\n${advice}`);
  }
  const silenced = silenceServices();
  try {
    const said = [apt("update"), apt("install", "-y", "--no-install-recommends", ...packages)];
    if (!isThere("/usr/sbin/samba") && server === "samba")
      said.push(apt("install", "-y", "--no-install-recommends", LATER_SAMBA));
    const still = missingFiles(server);
    if (still.length > 0)
      throw new Error(
        `${server} could not be installed: there is no ${still.join(", no ")}.\n${said.join("")}`,
      );
  } finally {
    if (silenced) rmSync(NO_SERVICES);
  }
}

/** The packages would start servers of their own, on the very ports that ours need. */
function silenceServices(): boolean {
  if (existsSync(NO_SERVICES)) return false;
  writeFileSync(NO_SERVICES, "#!/bin/sh\nexit 101\n", { mode: 0o755 });
  return true;
}

function apt(...words: readonly string[]): string {
  const run = spawnSync("apt-get", ["-q", ...words], {
    encoding: "utf8",
    env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
  });
  return `$ apt-get ${words.join(" ")}\n${run.stdout.slice(-2_000)}${run.stderr.slice(-2_000)}`;
}

function isThere(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
