// The made-up people of the bench: as a directory has them, as a table has them, and as Zivver has them.
import { createHash } from "node:crypto";
import { once } from "node:events";
import { createWriteStream } from "node:fs";

export const BASE = "dc=example,dc=test";

/** Entries of about 1 KB, as an Active Directory with Exchange has them. */
export function* organization(users) {
  yield { dn: BASE, attributes: { objectClass: ["domain"], dc: "example" } };
  yield { dn: `ou=people,${BASE}`, attributes: { objectClass: ["organizationalUnit"], ou: "people" } };
  for (let i = 0; i < users; i++) {
    const name = `Person ${i}`;
    const hash = createHash("md5").update(name).digest();
    yield {
      dn: `cn=${name},ou=people,${BASE}`,
      attributes: {
        objectClass: ["user"],
        objectCategory: "person",
        sn: `Name${i}`,
        givenName: `Given${i}`,
        displayName: `Given${i} van der Name${i}`,
        mail: `person${i}@example.org`,
        sAMAccountName: `person${i}`,
        userAccountControl: i % 50 === 0 ? "514" : "512",
        accountExpires: "9223372036854775807",
        objectGUID: new Uint8Array(hash),
        proxyAddresses: [
          `SMTP:person${i}@example.org`,
          `smtp:p${i}@example.com`,
          `smtp:given${i}.name@example.org`,
          `SIP:person${i}@example.org`,
          `X500:/o=Example/ou=Exchange Administrative Group/cn=Recipients/cn=${hash.toString("hex")}-person${i}`,
        ],
        title: `Nurse in department ${i % 300} of the hospital`,
        telephoneNumber: `+31 20 555 ${String(i).padStart(6, "0")}`,
        description: "x".repeat(300),
      },
    };
  }
}

const fullName = (i) => `Given${i} van der Name${i}`;
const isActive = (i) => i % 50 !== 0;
const aliases = (i) => [`given${i}.name@example.org`, `p${i}@example.com`];

async function writeLines(file, lines) {
  const out = createWriteStream(file);
  let batch = "";
  for (const line of lines) {
    batch += line;
    if (batch.length < 1 << 20) continue;
    if (!out.write(batch)) await once(out, "drain");
    batch = "";
  }
  out.end(batch);
  await once(out, "finish");
}

/** Zivver's one answer with all users; one in a hundred has another name than the sources say. */
export async function writeLive(file, users) {
  function* answer() {
    yield `{"schemas":["urn:ietf:params:scim:api:messages:2.0:ListResponse"],"totalResults":${users},"Resources":[`;
    for (let i = 0; i < users; i++) yield (i === 0 ? "" : ",") + JSON.stringify(user(i));
    yield "]}";
  }
  await writeLines(file, answer());
}

function user(i) {
  const id = createHash("md5").update(`live ${i}`).digest("hex");
  const address = `person${i}@example.org`;
  return {
    schemas: [
      "urn:ietf:params:scim:schemas:core:2.0:User",
      "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User",
      "urn:ietf:params:scim:schemas:zivver:0.1:User",
    ],
    id,
    userName: address,
    name: { formatted: i % 100 === 1 ? `Former Name${i}` : fullName(i) },
    active: isActive(i),
    phoneNumbers: [{ type: "mobile", value: `+3161${String(i).padStart(7, "0")}` }],
    meta: {
      resourceType: "User",
      created: "2024-02-01T10:00:00Z",
      lastModified: "2026-10-01T10:00:00Z",
      location: `https://app.zivver.com/api/scim/v2/Users/${id}`,
    },
    "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": {
      division: `/Hospital/Department ${i % 300}`,
    },
    "urn:ietf:params:scim:schemas:zivver:0.1:User": {
      aliases: aliases(i),
      delegates: [],
      SsoAccountKeyExists: true,
    },
  };
}

/** An id that a name always has. */
export function guidOf(name) {
  const hex = createHash("md5").update(name).digest("hex");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

/** The same people as Entra ID has them, and mail-enabled security groups of so many members. */
export function tenant(users, groups, members) {
  const people = Array.from({ length: users }, (_, i) => graphUser(i));
  const teams = Array.from({ length: groups }, (_, i) => ({
    id: guidOf(`group ${i}`),
    displayName: `Desk ${i}`,
    mail: `desk${i}@example.org`,
    mailEnabled: true,
    securityEnabled: true,
    groupTypes: [],
    proxyAddresses: [`SMTP:desk${i}@example.org`],
    visibility: null,
  }));
  const within = (group) =>
    Array.from({ length: members }, (_, nth) => people[(group * 37 + nth * 101) % users].id);
  return {
    users: people,
    groups: teams,
    members: Object.fromEntries(teams.map(({ id }, group) => [id, within(group)])),
  };
}

function graphUser(i) {
  const mail = `person${i}@example.org`;
  return {
    id: guidOf(`user ${i}`),
    userPrincipalName: mail,
    userType: "Member",
    mail,
    proxyAddresses: [
      `SMTP:${mail}`,
      ...aliases(i).map((alias) => `smtp:${alias}`),
      `SIP:${mail}`,
      `X500:/o=Example/ou=Exchange Administrative Group/cn=Recipients/cn=${guidOf(mail)}-person${i}`,
    ],
    displayName: fullName(i),
    givenName: `Given${i}`,
    surname: `Name${i}`,
    accountEnabled: isActive(i),
  };
}

/** The same people as a table. */
export async function writeTable(file, users) {
  function* table() {
    yield "Email,Full name,Aliases,Active\n";
    for (let i = 0; i < users; i++)
      yield `person${i}@example.org,${fullName(i)},${aliases(i).join(";")},${isActive(i) ? "yes" : "no"}\n`;
  }
  await writeLines(file, table());
}
