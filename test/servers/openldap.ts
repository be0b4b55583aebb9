import { execFile } from "node:child_process";
import { copyFile, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { AD_SCHEMA } from "./ad-schema.ts";
import { type Certificate, CLIENT_EXTENSIONS, createAuthority, serverExtensions } from "./authority.ts";
import { type Daemon, startDaemon } from "./daemon.ts";
import { type Entry, ldifOf, readLdif } from "./ldif.ts";
import { freePort } from "./ports.ts";

const run = promisify(execFile);
const HOST = "127.0.0.1";
const SUFFIX = "dc=example,dc=test";

export type OpenLdapOptions = {
  /** Everything under `dc=example,dc=test`, that entry included. */
  readonly entries: readonly Entry[];
  /** Lines of slapd.conf for the database. Without `access`, everybody may read; without `sizelimit`, all of it. */
  readonly database?: readonly string[];
  /** Binds with a client certificate of our authority become this DN; `$1` stands for its common name. */
  readonly certificateUser?: string;
};

export type OpenLdap = {
  readonly ldaps: string;
  readonly ldap: string;
  /** Path of the certificate (PEM) to trust. */
  readonly ca: string;
  readonly daemon: Daemon;
  /** What `slapcat` reads from the database itself, without LDAP. */
  dump(): Promise<ReturnType<typeof readLdif>>;
  /** A certificate with which a client can say who it is. */
  clientCertificate(name: string): Promise<Certificate>;
  close(): Promise<void>;
};

/** OpenLDAP on 127.0.0.1, plain and TLS, with the attributes of Active Directory. Any user may run it. */
export async function startOpenLdap(options: OpenLdapOptions): Promise<OpenLdap> {
  const folder = await mkdtemp(join(tmpdir(), "zivsync-openldap-"));
  try {
    const authority = await createAuthority(folder);
    const server = await authority.issue("server", serverExtensions([HOST]));
    const conf = await writeConfiguration(folder, options, authority.ca, server);
    await writeFile(join(folder, "data.ldif"), ldifOf(options.entries));
    await run("/usr/sbin/slapadd", ["-q", "-f", conf, "-l", join(folder, "data.ldif")]);
    // A copy, because AppArmor lets the installed one read no folder but its own.
    const slapd = join(folder, "slapd");
    await copyFile("/usr/sbin/slapd", slapd);
    const { ldap, ldaps, daemon } = await onFreePorts(slapd, conf);
    const close = async () => {
      await daemon.stop();
      await rm(folder, { recursive: true, force: true });
    };
    const clientCertificate = (name: string) => authority.issue(name, CLIENT_EXTENSIONS);
    const dump = async () => {
      const { stdout } = await run("/usr/sbin/slapcat", ["-f", conf], { maxBuffer: 2 ** 28 });
      return readLdif(stdout);
    };
    return { ldap, ldaps, ca: authority.ca, daemon, dump, clientCertificate, close };
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

/** Between looking for a free port and taking it somebody else may take it: then on others. */
async function onFreePorts(slapd: string, conf: string, tries = 3) {
  const port = await freePort();
  const tlsPort = await freePort();
  const ldap = `ldap://${HOST}:${port}`;
  const ldaps = `ldaps://${HOST}:${tlsPort}`;
  const words = ["-d", "0", "-f", conf, "-h", `${ldap}/ ${ldaps}/`];
  try {
    return { ldap, ldaps, daemon: await startDaemon(slapd, words, { host: HOST, port: tlsPort }) };
  } catch (error) {
    if (tries === 1) throw error;
    return onFreePorts(slapd, conf, tries - 1);
  }
}

async function writeConfiguration(
  folder: string,
  { database = [], certificateUser }: OpenLdapOptions,
  ca: string,
  server: Certificate,
): Promise<string> {
  const conf = join(folder, "slapd.conf");
  await mkdir(join(folder, "db"));
  await writeFile(join(folder, "ad.schema"), AD_SCHEMA);
  const says = (word: string) => database.some((line) => line.startsWith(`${word} `));
  const lines = [
    ...["core", "cosine", "inetorgperson", "nis"].map((name) => `include /etc/ldap/schema/${name}.schema`),
    `include ${folder}/ad.schema`,
    "modulepath /usr/lib/ldap",
    "moduleload back_mdb.so",
    `pidfile ${folder}/slapd.pid`,
    `TLSCACertificateFile ${ca}`,
    `TLSCertificateFile ${server.certificate}`,
    `TLSCertificateKeyFile ${server.key}`,
    "TLSVerifyClient try",
    ...(certificateUser ? [`authz-regexp "^cn=([^,]+),o=zivsync trial$" "${certificateUser}"`] : []),
    "database mdb",
    `suffix "${SUFFIX}"`,
    `directory ${folder}/db`,
    "maxsize 1073741824",
    "index objectClass,mail,uid,member eq",
    ...(says("access") ? [] : ["access to * by * read"]),
    ...(says("sizelimit") ? [] : ["sizelimit unlimited"]),
    ...database,
  ];
  await writeFile(conf, `${lines.join("\n")}\n`);
  return conf;
}
