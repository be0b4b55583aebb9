import { describe, expect, it, onTestFinished } from "vitest";
import type { Entry } from "../servers/ldif.ts";
import { type OpenLdap, type OpenLdapOptions, startOpenLdap } from "../servers/openldap.ts";
import { startTcpProxy } from "../servers/tcp-proxy.ts";
import { simulated, workplace } from "../support/cli.ts";
import { runs } from "../support/runs.ts";
import {
  type ListedRecord,
  listingOf,
  planIn,
  type SourceGiven,
  withPassword,
  writeDirectory,
} from "./corporation-server.ts";

const BASE = "dc=example,dc=test";
const PASSWORD = "canary-api-key-OpenLDAP";
const SERVICE = `cn=svc-zivsync,ou=service,${BASE}`;
const BIND = `{ user: "${SERVICE}", password: { env: AD_PASSWORD } }`;
const PEOPLE = 1_200;

const uidOf = (index: number) => `u${String(index).padStart(4, "0")}`;
const mailOf = (index: number) => `${uidOf(index)}@example.org`;
const personDn = (index: number) => `uid=${uidOf(index)},ou=people,${BASE}`;
const groupDn = (name: string) => `cn=${name},ou=groups,${BASE}`;
const locked = (index: number) => index % 40 === 7;

const person = (index: number): Entry => ({
  dn: personDn(index),
  attributes: {
    objectClass: ["inetOrgPerson", "extensibleObject"],
    uid: uidOf(index),
    cn: `Cn ${index}`,
    sn: `Sn ${index}`,
    mail: mailOf(index),
    ...(index % 3 ? { displayName: `Søren ${index}` } : {}),
    ...(locked(index) ? { nsAccountLock: "TRUE" } : {}),
  },
});

const group = (name: string, objectClass: string, attributes: Entry["attributes"]): Entry => ({
  dn: groupDn(name),
  attributes: { objectClass: [objectClass, "extensibleObject"], cn: name, ...attributes },
});

const ENTRIES: readonly Entry[] = [
  { dn: BASE, attributes: { objectClass: "domain", dc: "example" } },
  ...["people", "groups", "service"].map(
    (ou): Entry => ({ dn: `ou=${ou},${BASE}`, attributes: { objectClass: "organizationalUnit", ou } }),
  ),
  {
    dn: SERVICE,
    attributes: { objectClass: "person", cn: "svc-zivsync", sn: "service", userPassword: PASSWORD },
  },
  ...Array.from({ length: PEOPLE }, (_, index) => person(index)),
  group("outer", "groupOfNames", { mail: "outer@example.org", member: [groupDn("inner"), personDn(1)] }),
  group("inner", "groupOfNames", { member: [groupDn("outer"), groupDn("unique"), personDn(2), personDn(7)] }),
  group("unique", "groupOfUniqueNames", {
    mail: "unique@example.org",
    uniqueMember: [personDn(3), personDn(4)],
  }),
  group("posix", "posixGroup", {
    mail: "posix@example.org",
    gidNumber: "100",
    memberUid: [uidOf(5), uidOf(6)],
  }),
];

const DELEGATES: Readonly<Record<string, readonly string[]>> = {
  "outer@example.org": [1, 2, 3, 4].map(mailOf),
  "posix@example.org": [5, 6].map(mailOf),
  "unique@example.org": [3, 4].map(mailOf),
};

const CLOSED = ["access to attrs=userPassword by anonymous auth", "access to * by users read by * none"];

async function running(options: Partial<OpenLdapOptions> = {}): Promise<OpenLdap> {
  const server = await startOpenLdap({ entries: ENTRIES, ...options });
  onTestFinished(() => server.close());
  return server;
}

async function run(server: OpenLdap, given: SourceGiven = {}) {
  const place = await workplace();
  const { ldaps, ca } = server;
  const usual = { type: "ldap", urls: [ldaps], ca, bind: BIND } as const;
  await writeDirectory(place, "http://127.0.0.1:9/", { ...usual, ...given });
  return withPassword(place, ["records", "-f", "json"], PASSWORD);
}

const byEmail = ({ email: a }: ListedRecord, { email: b }: ListedRecord) => (a < b ? -1 : 1);

describe("OpenLDAP", () => {
  it("is read in full: people, groups of every class, and who is in them", async () => {
    const server = await running({ database: CLOSED });
    const uuids = new Map((await server.dump()).map((entry) => [entry.dn, entry.values("entryuuid")[0]]));
    const { complete, records, findings } = listingOf(await run(server));
    expect({ complete, findings }).toEqual({ complete: true, findings: [] });
    const of = (wanted: string) => records.filter(({ kind }) => kind === wanted).sort(byEmail);
    expect(
      of("personal").map(({ place, email, fullName, active, id }) => ({
        place,
        email,
        fullName,
        active,
        id,
      })),
    ).toEqual(
      Array.from({ length: PEOPLE }, (_, index) => ({
        place: personDn(index),
        email: mailOf(index),
        fullName: index % 3 ? `Søren ${index}` : `Cn ${index}`,
        active: !locked(index),
        id: uuids.get(personDn(index)),
      })),
    );
    expect(Object.fromEntries(of("functional").map(({ email, delegates }) => [email, delegates]))).toEqual(
      DELEGATES,
    );
  });

  it("is read the same way over StartTLS, without a name, by a client certificate, and in small pages", async () => {
    const closed = await running({ database: CLOSED, certificateUser: SERVICE });
    const { certificate, key } = await closed.clientCertificate("svc-zivsync");
    const usual = listingOf(await run(closed));
    expect(usual.records).toHaveLength(PEOPLE + 3);
    const more = ["startTls: true"];
    expect(listingOf(await run(closed, { urls: [closed.ldap], more }))).toEqual(usual);
    expect(listingOf(await run(closed, { more: ["pageSize: 9"] }))).toEqual(usual);
    const bind = `{ certificate: ${certificate}, key: { file: ${key} } }`;
    expect(listingOf(await run(closed, { bind }))).toEqual(usual);
    expect(listingOf(await run(closed, { bind, urls: [closed.ldap], more }))).toEqual(usual);
    const open = await running();
    const nameless = listingOf(await run(open, { bind: null }));
    const bare = (records: readonly ListedRecord[]) => records.map(({ id: _, ...rest }) => rest);
    expect(bare(nameless.records)).toEqual(bare(usual.records));
  });

  it("shows nothing to a stranger, and then nothing is known", async () => {
    const server = await running({ database: CLOSED });
    expect(await run(server, { bind: null })).toEqual({
      code: 1,
      out: "",
      err: `error[directory-not-found] profiles/all.yaml:6:5
  ${server.ldaps} has no entry "${BASE}", or does not show it to this account.
  Check baseDns, and that the account in bind may read there.
`,
    });
  });

  it.each([
    ["sizelimit 500", 500],
    ["sizelimit size.soft=200 size.hard=500 size.prtotal=700", 700],
  ])("with `%s` gives %d entries, and is known not to have given all", async (limit, entries) => {
    const server = await running({ database: [limit] });
    const { complete, records, findings } = listingOf(await run(server));
    expect({ complete, records: records.length, findings }).toEqual({
      complete: false,
      records: entries,
      findings: [
        {
          code: "source-incomplete",
          severity: "error",
          summary: `${server.ldaps} stopped: its size limit was reached (sizeLimitExceeded, 4). Ask for a higher limit (or none) for this account, or lower pageSize. Nothing is removed because of this source.`,
          where: { profile: "all", source: "directory" },
        },
      ],
    });
  });

  it("with `sizelimit size.pr=100` is read in pages of 100", async () => {
    const server = await running({ database: ["sizelimit size.pr=100 size.prtotal=unlimited"] });
    const { complete, records } = listingOf(await run(server, { more: ["pageSize: 100"] }));
    expect({ complete, records: records.length }).toEqual({ complete: true, records: PEOPLE + 3 });
  });

  it.each([
    [
      "sizelimit size.pr=100",
      'gives no pages of this size (adminLimitExceeded, 11). It says: "illegal pagedResults page size".',
      "Lower pageSize.",
    ],
    [
      "sizelimit size.prtotal=disabled",
      'stopped: an administrative limit was reached (adminLimitExceeded, 11). It says: "pagedResults control not allowed".',
      "Ask for higher limits for this account, or make the searches of this source smaller.",
    ],
  ])("with `%s` refuses pages of 500", async (limit, message, remedy) => {
    const server = await running({ database: [limit] });
    expect(await run(server)).toEqual({
      code: 1,
      out: "",
      err: `error[directory-refused] profiles/all.yaml:6:5
  ${server.ldaps} ${message}
  ${remedy}
`,
    });
  });

  it.each([0.1, 0.5, 0.9].filter((share) => share === 0.5 || runs(0, 1) === 1))(
    "that dies at %d of the reading leaves it incomplete",
    async (share) => {
      const through = async (cut?: number) => {
        const server = await running();
        const to = { host: "127.0.0.1", port: Number(new URL(server.ldaps).port) };
        const how = () => void server.daemon.stop("SIGKILL");
        const proxy = await startTcpProxy(to, cut === undefined ? undefined : { after: cut, how });
        onTestFinished(() => proxy.close());
        const simulator = await simulated({
          claimedDomains: ["example.org"],
          personal: Array.from({ length: PEOPLE + 5 }, (_, index) => ({
            address: mailOf(index),
            fullName: `Cn ${index}`,
          })),
        });
        const place = await workplace();
        const urls = [`ldaps://127.0.0.1:${proxy.port}`];
        const more = ["pageSize: 50"];
        await writeDirectory(place, simulator.url, { type: "ldap", urls, ca: server.ca, bind: null, more });
        expect((await withPassword(place, ["plan"])).code).toBe(0);
        return { bytes: proxy.passed(), plan: await planIn(place) };
      };
      const whole = await through();
      expect(whole.plan.summary.suspend).toBe(30 + 5);
      const { plan } = await through(Math.floor(whole.bytes * share));
      expect(plan.sources).toMatchObject([{ complete: false }]);
      expect(plan.sources[0]?.records).toBeGreaterThan(0);
      expect(plan.summary).toMatchObject({ suspend: 0, delete: 0 });
    },
  );
});
