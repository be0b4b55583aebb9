import { randomBytes } from "node:crypto";
import { ensureInstalled, type ServerName } from "./installed.ts";
import { startOpenLdap } from "./openldap.ts";
import { DOMAIN_DN, startSamba } from "./samba.ts";
import { trialHospital } from "./trial-hospital.ts";

/** A directory that runs until it is closed, and what to write to read it. */
export type Trial = {
  readonly server: "Samba Active Directory" | "OpenLDAP with the attributes of Active Directory";
  /** The folder with the authority's certificate is this path's. */
  readonly ca: string;
  readonly url: string;
  readonly variable: typeof VARIABLE;
  readonly password: string;
  /** A profile that manages both kinds and has the directory as its source. */
  readonly profile: string;
  close(): Promise<void>;
};

const VARIABLE = "DIRECTORY_PASSWORD";
const OPENLDAP_DN = "dc=example,dc=test";

/**
 * Starts a made-up hospital: on Samba where we are root and it is installed or can be, else, or when asked for, on
 * OpenLDAP. `loader` is the path of `samba-load.py`.
 */
export async function startTrial(loader: string, wanted: "any" | "openldap" = "any"): Promise<Trial> {
  // Each of the four sorts of characters that a domain asks for.
  const password = `Aa1-${randomBytes(12).toString("base64url")}`;
  if (wanted === "any" && process.getuid?.() === 0 && (await isInstalled("samba"))) {
    return onSamba(loader, password);
  }
  await ensureInstalled(["openldap"]);
  return onOpenLdap(password);
}

function isInstalled(server: ServerName): Promise<boolean> {
  return ensureInstalled([server]).then(
    () => true,
    () => false,
  );
}

async function onSamba(loader: string, password: string): Promise<Trial> {
  const service = {
    dn: `CN=svc-zivsync,OU=Service,${DOMAIN_DN}`,
    attributes: {
      objectClass: "user",
      sAMAccountName: "svc-zivsync",
      userPrincipalName: "svc-zivsync@corp.example.test",
      userAccountControl: "66048",
      unicodePwd: Buffer.from(`"${password}"`, "utf16le"),
    },
  };
  const entries = trialHospital(DOMAIN_DN, "active-directory");
  const { ldaps: url, ca, close } = await startSamba({ entries, own: [service], loader });
  const profile = profileYaml(url, "svc-zivsync@corp.example.test", ca, DOMAIN_DN);
  return { server: "Samba Active Directory", url, ca, variable: VARIABLE, password, profile, close };
}

async function onOpenLdap(password: string): Promise<Trial> {
  const user = `cn=svc-zivsync,ou=Service,${OPENLDAP_DN}`;
  const entries = [
    { dn: OPENLDAP_DN, attributes: { objectClass: "domain", dc: "example" } },
    ...trialHospital(OPENLDAP_DN, "other"),
    {
      dn: user,
      attributes: { objectClass: "person", cn: "svc-zivsync", sn: "service", userPassword: password },
    },
  ];
  const database = ["access to attrs=userPassword by anonymous auth", "access to * by users read"];
  const { ldaps: url, ca, close } = await startOpenLdap({ entries, database });
  const profile = profileYaml(url, user, ca, OPENLDAP_DN);
  const server = "OpenLDAP with the attributes of Active Directory";
  return { server, url, ca, variable: VARIABLE, password, profile, close };
}

function profileYaml(url: string, user: string, ca: string, base: string): string {
  return `apiVersion: zivsync/v1
kind: Profile
name: hospital
manages: { kinds: [personal, functional] }
sources:
  - name: directory
    type: active-directory
    urls: [${url}]
    bind: { user: "${user}", password: { env: ${VARIABLE} } }
    caFile: ${ca}
    baseDns: ["${base}"]
`;
}
