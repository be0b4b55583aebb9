import { createHash } from "node:crypto";
import type { Entry } from "./ldif.ts";

/*
 * A hospital to try zivsync on: 60 people and 12 groups. The entries are those of Active Directory; for other servers,
 * which do not make them by themselves, come the attributes that Active Directory adds.
 */

const GIVEN = ["Anna", "Bram", "Chloë", "Daan", "Emre", "Fatima", "Göran", "Hanna", "Ilse", "Jürgen"];
const FAMILY = ["de Vries", "Müller", "Yılmaz", "van den Berg", "Østergård", "O'Neill"];
const WARDS = ["Cardiology", "Surgery", "Radiology", "Pharmacy", "Neurology", "Maternity"];

type Dialect = "active-directory" | "other";

const guidOf = (dn: string) => createHash("sha256").update(dn).digest().subarray(0, 16);

function personAt(index: number, base: string, dialect: Dialect): Entry {
  const number = String(index + 1).padStart(2, "0");
  const given = GIVEN[index % GIVEN.length] ?? "";
  const family = FAMILY[index % FAMILY.length] ?? "";
  const address = `p${number}@example.org`;
  const dn = `CN=p${number},OU=Staff,${base}`;
  const common = {
    objectClass: "user",
    sAMAccountName: `p${number}`,
    userAccountControl: index % 20 === 19 ? "514" : "512",
    accountExpires: "9223372036854775807",
    givenName: given,
    sn: family,
    displayName: `${given} ${family}`,
    department: WARDS[index % WARDS.length] ?? "",
    mail: address,
    proxyAddresses: [`SMTP:${address}`, ...(index % 4 === 0 ? [`smtp:person${number}@example.org`] : [])],
  };
  return { dn, attributes: { ...common, ...added(dialect, dn, `p${number}`, "person") } };
}

function groupAt(index: number, base: string, dialect: Dialect): Entry {
  const ward = WARDS[index % WARDS.length] ?? "";
  const nightShift = index >= WARDS.length;
  const name = nightShift ? `${ward} night shift` : ward;
  const address = `${name.toLowerCase().replaceAll(" ", "-")}@example.org`;
  const dn = groupDn(name, base);
  const people = Array.from({ length: 60 }, (_, one) => one).filter(
    (one) => one % WARDS.length === index % WARDS.length && (one % 3 === 0) === nightShift,
  );
  const members = people.map((one) => `CN=p${String(one + 1).padStart(2, "0")},OU=Staff,${base}`);
  const common = {
    objectClass: "group",
    sAMAccountName: name,
    groupType: "-2147483640",
    displayName: name,
    mail: address,
    proxyAddresses: `SMTP:${address}`,
    // A ward's mail is for its night shift too.
    member: nightShift ? members : [...members, groupDn(`${ward} night shift`, base)],
  };
  return { dn, attributes: { ...common, ...added(dialect, dn, name, "group") } };
}

const groupDn = (name: string, base: string) => `CN=${name},OU=Groups,${base}`;

function added(dialect: Dialect, dn: string, cn: string, category: string) {
  return dialect === "active-directory" ? {} : { cn, objectCategory: category, objectGUID: guidOf(dn) };
}

/** The people and groups under a base that is there, night shifts first: they are members of the wards. */
export function trialHospital(base: string, dialect: Dialect): readonly Entry[] {
  const unit = (ou: string): Entry => ({
    dn: `OU=${ou},${base}`,
    attributes: { objectClass: "organizationalUnit", ou },
  });
  return [
    ...["Staff", "Groups", "Service"].map(unit),
    ...Array.from({ length: 60 }, (_, index) => personAt(index, base, dialect)),
    ...Array.from({ length: 12 }, (_, index) => groupAt(11 - index, base, dialect)),
  ];
}
