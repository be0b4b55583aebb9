import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Fact } from "../../src/model/ports.ts";
import {
  addresses,
  EXCHANGE,
  groupDn,
  MAILBOXES,
  mailboxDn,
  ORPHAN_RID,
  personDn,
  SHARED_MAILBOXES,
} from "../servers/exchange.ts";
import { ldifOf } from "../servers/ldif.ts";
import { DOMAIN_DN, type Samba, startSamba } from "../servers/samba.ts";
import { organizationYaml, simulated, type Workplace, workplace } from "../support/cli.ts";
import {
  BIND,
  GUARDS_OFF,
  type ListedRecord,
  listingOf,
  planIn,
  withPassword,
} from "./corporation-server.ts";

const LOADER = fileURLToPath(new URL("../servers/exchange-load.py", import.meta.url));
let samba: Samba;
/** The identifier that Samba gave each entry, by DN; the domain's under "". */
let sids: ReadonlyMap<string, string>;

beforeAll(async () => {
  samba = await startSamba({ entries: EXCHANGE, loader: LOADER });
  const found = await samba.search("(objectSid=*)", "objectSid");
  const pairs = found.map(
    ({ dn, values }) => [dn === DOMAIN_DN ? "" : dn, values("objectsid")[0] ?? ""] as const,
  );
  sids = new Map(pairs);
}, 400_000);
afterAll(() => samba?.close());

const withSids = (text: string) => text.replaceAll(/\{([^}]*)\}/g, (_, dn) => sids.get(dn) ?? dn);

async function place(target = "http://127.0.0.1:9/", more: readonly string[] = []): Promise<Workplace> {
  const made = await workplace();
  const lines = [`urls: ${samba.ldaps}`, `bind: ${BIND}`, `caFile: ${samba.ca}`, ...more];
  await made.write({
    "desired-state/organization.yaml": organizationYaml(target, GUARDS_OFF),
    "desired-state/profiles/all.yaml": `apiVersion: zivsync/v1
kind: Profile
name: all
manages: { kinds: [personal, functional] }
sources:
  - name: exchange
    type: exchange-on-premises
${lines.map((line) => `    ${line}\n`).join("")}`,
  });
  return made;
}

type Listed = ListedRecord & { readonly delegatesIncomplete: string | null };

async function recordsOf(more: readonly string[] = []) {
  const listing = listingOf(await withPassword(await place(undefined, more), ["records", "-f", "json"]));
  return { ...listing, records: listing.records as readonly Listed[] };
}

const byName = (records: readonly Listed[], kind: string) =>
  Object.fromEntries(records.filter((one) => one.kind === kind).map((one) => [one.email, one] as const));

describe("the mailboxes of a domain with Exchange", () => {
  it("are the personal accounts, and those who log on elsewhere are active", async () => {
    const { complete, records } = await recordsOf();
    expect(complete).toBe(true);
    const personal = byName(records, "personal");
    expect(
      Object.fromEntries(Object.entries(personal).map(([email, { active }]) => [email, active])),
    ).toEqual(MAILBOXES);
    expect(personal["ann@example.org"]).toMatchObject({
      place: personDn("ann"),
      fullName: "The ann",
      aliases: ["ann.alias@example.org"],
      accountKey: "set",
    });
  });

  const shared = SHARED_MAILBOXES.map(
    ({ name, delegates, incomplete }) => [name, delegates, incomplete] as const,
  );
  it("are the functional accounts, with those who have full access", async () => {
    const { records, findings } = await recordsOf();
    const functional = byName(records, "functional");
    const seen = Object.values(functional).map(({ email, delegates, delegatesIncomplete }) => [
      email,
      delegates,
      delegatesIncomplete,
    ]);
    expect(seen.sort()).toEqual(
      shared
        .map(([name, delegates, incomplete]) => [
          `${name}@example.org`,
          addresses(delegates),
          incomplete === undefined ? null : withSids(incomplete),
        ])
        .sort(),
    );
    const notes = findings.filter(({ code }) => code !== "delegates-incomplete");
    expect(notes.map(({ code, severity, summary, where }) => [code, severity, summary, where.place])).toEqual(
      [
        [
          "member-left-out",
          "info",
          withSids(
            `{}-${ORPHAN_RID} in its permissions belongs to an account that is there no longer, and left out of the delegates.`,
          ),
          mailboxDn("orphan"),
        ],
      ],
    );
  });

  it("are those of the types that the source names", async () => {
    const { records } = await recordsOf(["mailboxTypes: { personal: [remoteUser], functional: [room] }"]);
    expect(records.map(({ kind, email }) => [kind, email]).sort()).toEqual([
      ["functional", "boardroom@example.org"],
      ["personal", "rem@example.org"],
    ]);
    const before = await recordsOf(["mailboxTypes: { personal: [user, linked] }"]);
    expect(before.records.map(({ email }) => email)).not.toContain("rem@example.org");
  });

  it("let in those for whom automapping is set, where the source says so", async () => {
    const { records } = await recordsOf(["fullAccess: automapping", "functional: { filter: (cn=plain) }"]);
    const { "plain@example.org": plain } = byName(records, "functional");
    expect(plain?.delegates).toEqual(["ann@example.org"]);
  });
});

it("a domain is checked, taken over, and a person who joins a nested group is one member of one account", async () => {
  const simulator = await simulated({ claimedDomains: ["example.org", "example.com"] });
  const made = await place(simulator.url);
  const checked = await withPassword(made, ["check", "--json"]);
  expect(checked).toMatchObject({ code: 0, err: "" });
  const [{ facts }] = JSON.parse(checked.out).sources;
  expect(facts.map(({ label, value }: Fact) => [label, value.replace(/ in [\d.]+ s$/, "")])).toEqual([
    ["server", samba.ldaps],
    ["bound as", "svc-zivsync@corp.example.test"],
    ["searched under", DOMAIN_DN],
    ["shared mailboxes", `${SHARED_MAILBOXES.length} entries`],
    ["personal accounts", `${Object.keys(MAILBOXES).length} entries`],
    ["attributes seen on no entry", "givenName, sn (personal accounts; not used, or may not be read)"],
    ["members looked up", expect.stringMatching(/^\d+ entries$/)],
  ]);

  expect((await withPassword(made, ["plan"])).code).toBe(0);
  const plan = await planIn(made);
  const origins = plan.changes.flatMap(({ address, kind, fields }) =>
    kind === "functional"
      ? fields.flatMap(({ field, origin }) => (field === "delegates" ? [[address, origin]] : []))
      : [],
  );
  const withDelegates = SHARED_MAILBOXES.filter(({ delegates }) => delegates.length > 0);
  const descriptor = "msExchMailboxSecurityDescriptor";
  expect(origins.sort()).toEqual(
    withDelegates
      .map(({ name, via }) => [
        `${name}@example.org`,
        {
          source: "exchange",
          where: mailboxDn(name),
          attribute: via ? `${descriptor} via ${via}` : descriptor,
        },
      ])
      .sort(),
  );
  expect((await withPassword(made, ["apply", "plan.json", "--approve", plan.digest])).code).toBe(0);
  expect((await withPassword(made, ["plan", "--detailed-exitcode"])).code).toBe(0);

  await change({ dn: groupDn("desk weekend"), change: "add", attributes: { member: personDn("hal") } });
  expect((await withPassword(made, ["plan", "--detailed-exitcode"])).code).toBe(2);
  const { changes } = await planIn(made);
  expect(changes).toMatchObject([
    {
      action: "update",
      kind: "functional",
      address: "nested@example.org",
      fields: [
        {
          field: "delegates",
          before: addresses(["ann", "eve"]),
          after: addresses(["ann", "eve", "hal"]),
          origin: {
            source: "exchange",
            where: mailboxDn("nested"),
            attribute: `${descriptor} via ${groupDn("desk team")}`,
          },
        },
      ],
    },
  ]);
  expect(changes[0]?.fields).toHaveLength(1);
});

/** A change that an administrator makes in the domain while it runs. */
async function change(entry: Parameters<typeof ldifOf>[0][number]): Promise<void> {
  const folder = dirname(dirname(samba.ca));
  const file = join(folder, "change.ldif");
  await writeFile(file, ldifOf([entry]));
  const words = ["-H", join(folder, "private", "sam.ldb"), `--configfile=${join(folder, "smb.conf")}`, file];
  await promisify(execFile)("ldbmodify", words);
}
