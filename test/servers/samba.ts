import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readdir, readFile, rename, rm, stat, utimes, writeFile } from "node:fs/promises";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { createAuthority, serverExtensions } from "./authority.ts";
import { type Daemon, startDaemon } from "./daemon.ts";
import { type Entry, ldifOf, readLdif } from "./ldif.ts";
import { accepts, oneAtATime, takePort } from "./ports.ts";

const run = promisify(execFile);
const REALM = "corp.example.test";
export const DOMAIN_DN = "DC=corp,DC=example,DC=test";
export const ADMINISTRATOR_PASSWORD = "Administrator-of-a-trial-1";
const FOLDERS = ["lock", "cache", "run", "ncalrpc", "ntp", "winbind", "bind-dns", "tls"];
const WEEK_MS = 7 * 86_400_000;
const LOCK_PORT = 38_902;
const ADDRESS_LOCK_PORT = 38_903;
const PORTS = [389, 636, 3268, 3269];
const ADDRESSES = ["127.0.0.1", "127.0.0.2", "127.0.0.3", "127.0.0.4"];

export type Samba = {
  readonly address: string;
  /** `ldaps://ADDRESS`, `ldap://ADDRESS`. */
  readonly ldaps: string;
  readonly ldap: string;
  /** Path of the certificate (PEM) to trust. */
  readonly ca: string;
  readonly daemon: Daemon;
  /** What `ldbsearch` reads from the database itself, without LDAP. */
  search(filter: string, ...attributes: readonly string[]): Promise<ReturnType<typeof readLdif>>;
  /** Ends it and removes its folder. */
  close(): Promise<void>;
};

/**
 * The entries that a new domain gets, and the path of `samba-load.py`, which puts them there. `own` ones are for this
 * server alone, and are not kept for the next.
 */
export type SambaSeed = {
  readonly entries: readonly Entry[];
  readonly own?: readonly Entry[];
  readonly loader: string;
};

/** A domain controller of CORP.EXAMPLE.TEST with these entries on a loopback address of its own. Needs root. */
export async function startSamba(seed: SambaSeed): Promise<Samba> {
  const seeded = await seededDomain(seed);
  const { address, release } = await takeAddress();
  const folder = await mkdtemp(join(tmpdir(), "zivsync-samba-"));
  try {
    await run("cp", ["-a", `${seeded}/.`, folder]);
    await writeFile(join(folder, "smb.conf"), configuration(folder, address));
    if (seed.own) await load(folder, ldifOf(seed.own), seed.loader);
    const words = ["-i", "-M", "single", "-s", join(folder, "smb.conf"), "--debug-stdout"];
    const daemon = await startDaemon("samba", words, { host: address, port: 636 });
    const close = async () => {
      await daemon.stop();
      await rm(folder, { recursive: true, force: true });
      await release();
    };
    return {
      address,
      ldaps: `ldaps://${address}`,
      ldap: `ldap://${address}`,
      ca: join(folder, "tls", "ca.pem"),
      daemon,
      search: (filter, ...attributes) => search(folder, filter, attributes),
      close,
    };
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    await release();
    throw error;
  }
}

async function search(folder: string, filter: string, attributes: readonly string[]) {
  const words = ["-H", join(folder, "private", "sam.ldb"), `--configfile=${join(folder, "smb.conf")}`];
  const { stdout } = await run("ldbsearch", [...words, filter, ...attributes], { maxBuffer: 2 ** 28 });
  return readLdif(stdout);
}

/** The first loopback address on which nobody has the ports, for this process alone; waits until there is one. */
async function takeAddress() {
  for (;;) {
    for (const address of ADDRESSES) {
      const release = await takePort(address, ADDRESS_LOCK_PORT);
      if (!release) continue;
      const taken = await Promise.all(PORTS.map((port) => accepts(address, port)));
      if (!taken.includes(true)) return { address, release };
      await release();
    }
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

/** A folder with the domain as made and filled once; it is made again only when its ingredients change. */
async function seededDomain({ entries, loader }: SambaSeed): Promise<string> {
  const ldif = ldifOf(entries);
  const { stdout: version } = await run("samba", ["--version"]);
  const ingredients = [version, ldif, await readFile(loader, "utf8"), provisioning("").join(" ")];
  const name = createHash("sha256").update(ingredients.join("\0")).digest("hex").slice(0, 16);
  const shelf = join(tmpdir(), `zivsync-domains-${userInfo().uid}`);
  await mkdir(shelf, { recursive: true, mode: 0o700 });
  if ((await stat(shelf)).uid !== userInfo().uid) throw new Error(`${shelf} belongs to somebody else`);
  const folder = join(shelf, name);
  return oneAtATime(LOCK_PORT, async () => {
    if (await isThere(folder)) {
      await utimes(folder, new Date(), new Date());
      return folder;
    }
    await clearOld(shelf);
    const fresh = await mkdtemp(join(shelf, "fresh-"));
    try {
      await makeDomain(fresh, ldif, loader);
      await rename(fresh, folder);
    } finally {
      await rm(fresh, { recursive: true, force: true });
    }
    return folder;
  });
}

/** Domains that nobody has asked for in a week, and what an aborted making left. */
async function clearOld(shelf: string): Promise<void> {
  for (const name of await readdir(shelf)) {
    const { mtimeMs } = await stat(join(shelf, name));
    if (Date.now() - mtimeMs > WEEK_MS) await rm(join(shelf, name), { recursive: true, force: true });
  }
}

async function makeDomain(folder: string, ldif: string, loader: string): Promise<void> {
  await run("samba-tool", provisioning(folder));
  for (const one of FOLDERS) await mkdir(join(folder, one), { recursive: true });
  const authority = await createAuthority(join(folder, "tls"));
  await authority.issue("server", serverExtensions(ADDRESSES));
  await writeFile(join(folder, "smb.conf"), configuration(folder, "127.0.0.1"));
  await load(folder, ldif, loader);
}

async function load(folder: string, ldif: string, loader: string): Promise<void> {
  const file = join(folder, "load.ldif");
  await writeFile(file, ldif, { mode: 0o600 });
  const database = join(folder, "private", "sam.ldb");
  await run("/usr/bin/python3", [loader, join(folder, "smb.conf"), database, file]);
  await rm(file);
}

const provisioning = (folder: string) => [
  "domain",
  "provision",
  `--realm=${REALM.toUpperCase()}`,
  "--domain=CORP",
  `--adminpass=${ADMINISTRATOR_PASSWORD}`,
  "--server-role=dc",
  "--dns-backend=NONE",
  "--host-name=dc1",
  "--host-ip=127.0.0.1",
  `--targetdir=${folder}`,
  "--option=interfaces=lo",
  "--option=bind interfaces only=yes",
];

/** An address with its width is taken as it is, also where no interface has it. */
function configuration(folder: string, address: string): string {
  return `[global]
netbios name = DC1
workgroup = CORP
realm = ${REALM.toUpperCase()}
server role = active directory domain controller
server services = ldap
dcerpc endpoint servers =
interfaces = ${address}/8
bind interfaces only = yes
private dir = ${folder}/private
lock directory = ${folder}/lock
state directory = ${folder}/state
cache directory = ${folder}/cache
pid directory = ${folder}/run
ncalrpc dir = ${folder}/ncalrpc
ntp signd socket directory = ${folder}/ntp
winbindd socket directory = ${folder}/winbind
binddns dir = ${folder}/bind-dns
log file = ${folder}/log
tls enabled = yes
tls keyfile = ${folder}/tls/server.key
tls certfile = ${folder}/tls/server.pem
tls cafile = ${folder}/tls/ca.pem
ldap server require strong auth = yes
`;
}

async function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
