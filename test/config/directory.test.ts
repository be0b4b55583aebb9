import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { loadConfiguration } from "../../src/config/load.ts";
import type { SourceConfig } from "../../src/model/source-config/source-config.ts";
import { ORGANIZATION, withFolder } from "./folder.ts";

const profile = (kinds: string, source: string) => `apiVersion: zivsync/v1
kind: Profile
name: staff
manages: { kinds: ${kinds}, include: [{ domain: example.org }] }
sources:
  - name: head-office
${source.replace(/^(?=.)/gm, "    ")}`;

/** The one source of a profile, with the folder of the configuration written as `<folder>`. */
async function built(kinds: string, source: string): Promise<unknown> {
  const files = { "organization.yaml": ORGANIZATION, "profiles/staff.yaml": profile(kinds, source) };
  return withFolder(files, async (folder) => {
    const { profiles } = await loadConfiguration(folder);
    const [config]: readonly SourceConfig[] = profiles[0]?.sources ?? [];
    return JSON.parse(JSON.stringify(config).replaceAll(JSON.stringify(folder).slice(1, -1), "<folder>"));
  });
}

const EVERYWHERE = { baseDns: [], scope: "subtree", memberOf: [], map: {} };

const WHOLE = `type: active-directory
urls: [LDAPS://DC1.corp.example.org/, "ldaps://dc2.corp.example.org:3269"]
startTls: false
bind: { user: 'CORP\\svc-zivsync', password: { env: AD_PASSWORD } }
caFile: ../corp-ca.pem
baseDns: ["DC=corp,DC=example,DC=org"]
scope: oneLevel
filter: >-
  (&
    (department=Care)
    (!(title=Test *))
  )
memberOf: CN=Zivver,OU=Groups,DC=corp,DC=example,DC=org
pageSize: 1000
timeouts: { connect: 5s, answer: 2m }
primary: proxyAddresses
map: { fullName: cn, accountKey: objectGUID }
personal:
  filter: (employeeType=1)
  baseDns: ["OU=Staff,DC=corp,DC=example,DC=org", "OU=Board,DC=corp,DC=example,DC=org"]
  map: { accountKey: { attribute: mS-DS-ConsistencyGuid, encoding: base64 }, phone: mobile;lang-nl }
functional:
  scope: subtree
  memberOf: []
  disabledUsers: { filter: (msExchRecipientTypeDetails=4), map: { delegates: publicDelegates, id: { attribute: 1.2.840.113556.1.4.2 } } }
`;

describe("a directory as the program uses it", () => {
  test("with everything that can be said", async () => {
    const text = { encoding: "text" };
    expect(await built("[personal, functional]", WHOLE)).toEqual({
      type: "active-directory",
      name: "head-office",
      where: "profiles/staff.yaml:6:5",
      urls: ["ldaps://dc1.corp.example.org", "ldaps://dc2.corp.example.org:3269"],
      startTls: false,
      bind: { type: "simple", user: "CORP\\svc-zivsync", password: { env: "AD_PASSWORD" } },
      ca: { path: join("<folder>", "corp-ca.pem"), shownAs: "corp-ca.pem" },
      pageSize: 1000,
      timeouts: { connectMs: 5_000, answerMs: 120_000 },
      primary: "proxyAddresses",
      personal: {
        baseDns: ["OU=Staff,DC=corp,DC=example,DC=org", "OU=Board,DC=corp,DC=example,DC=org"],
        scope: "oneLevel",
        filter: "(employeeType=1)",
        memberOf: ["CN=Zivver,OU=Groups,DC=corp,DC=example,DC=org"],
        map: {
          fullName: { attribute: "cn", ...text },
          accountKey: { attribute: "mS-DS-ConsistencyGuid", encoding: "base64" },
          phone: { attribute: "mobile;lang-nl", ...text },
        },
      },
      functional: {
        baseDns: ["DC=corp,DC=example,DC=org"],
        scope: "subtree",
        filter: "(&(department=Care)(!(title=Test *)))",
        memberOf: [],
        map: {
          fullName: { attribute: "cn", ...text },
          accountKey: { attribute: "objectGUID", encoding: "guid" },
        },
        disabledUsers: {
          filter: "(msExchRecipientTypeDetails=4)",
          map: {
            delegates: { attribute: "publicDelegates", ...text },
            id: { attribute: "1.2.840.113556.1.4.2", ...text },
          },
        },
      },
    });
  });

  test("with the least that can be said", async () => {
    expect(await built("[personal, functional]", "type: ldap\nurls: ldaps://ldap.example.org\n")).toEqual({
      type: "ldap",
      name: "head-office",
      where: "profiles/staff.yaml:6:5",
      urls: ["ldaps://ldap.example.org"],
      startTls: false,
      pageSize: 500,
      timeouts: { connectMs: 10_000, answerMs: 60_000 },
      primary: "mail",
      personal: EVERYWHERE,
      functional: EVERYWHERE,
    });
  });

  test("with a certificate, whose paths are relative to the file they stand in", async () => {
    const source = `type: ldap
urls: ldap://ldap.example.org
startTls: true
bind: { certificate: ../client.pem, key: { file: ../client.key }, passphrase: { env: PASSPHRASE } }
`;
    expect(await built("[personal]", source)).toMatchObject({
      urls: ["ldap://ldap.example.org"],
      startTls: true,
      bind: {
        type: "certificate",
        certificate: { path: join("<folder>", "client.pem"), shownAs: "client.pem" },
        key: { file: join("<folder>", "client.key") },
        passphrase: { env: "PASSPHRASE" },
      },
    });
  });

  const KINDS = [
    { kinds: "[personal, functional]", said: "", read: ["personal", "functional"] },
    { kinds: "[personal]", said: "", read: ["personal"] },
    { kinds: "[functional]", said: "", read: ["functional"] },
    { kinds: "[personal, functional]", said: "functional: false\n", read: ["personal"] },
    { kinds: "[personal, functional]", said: "personal: false\nfunctional: true\n", read: ["functional"] },
    { kinds: "[personal]", said: "functional: false\n", read: ["personal"] },
  ];
  for (const { kinds, said, read } of KINDS) {
    test(`a profile of ${kinds} with ${JSON.stringify(said)} reads ${read.join(" and ")}`, async () => {
      const config = await built(kinds, `type: ldap\nurls: ldaps://ldap.example.org\n${said}`);
      const given = Object.keys(Object(config)).filter((key) => key === "personal" || key === "functional");
      expect(given).toEqual(read);
    });
  }

  const DISABLED = [
    { said: "true", disabledUsers: { map: {} } },
    { said: "false", disabledUsers: undefined },
    { said: "{}", disabledUsers: { map: {} } },
    { said: "{ filter: (a=b) }", disabledUsers: { filter: "(a=b)", map: {} } },
  ];
  for (const { said, disabledUsers } of DISABLED) {
    test(`disabledUsers: ${said}`, async () => {
      const source = `type: ldap\nurls: ldaps://ldap.example.org\nfunctional: { disabledUsers: ${said} }\n`;
      const wanted = disabledUsers === undefined ? EVERYWHERE : { ...EVERYWHERE, disabledUsers };
      expect(Object(await built("[functional]", source)).functional).toEqual(wanted);
    });
  }

  for (const host of ["localhost", "LOCALHOST:3890", "127.0.0.1", "127.1.2.3:389", "[::1]", "[::1]:389"]) {
    test(`ldap://${host} needs no TLS`, async () => {
      const config = await built("[personal]", `type: ldap\nurls: "ldap://${host}"\n`);
      expect(Object(config).urls).toEqual([`ldap://${host.toLowerCase()}`]);
    });
  }
});
