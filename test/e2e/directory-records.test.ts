import { describe, expect, it } from "vitest";
import type { Fact } from "../../src/model/ports.ts";
import { compareText } from "../../src/model/values/text.ts";
import { peopleIn, trueGroups } from "../servers/corporation.ts";
import { PEOPLE_OF_THE_CORPORATION } from "../servers/corporation-people.ts";
import { DOMAIN_DN } from "../servers/samba.ts";
import { simulated, workplace } from "../support/cli.ts";
import { runs } from "../support/runs.ts";
import {
  corporationServer,
  FEW_DN,
  type ListedRecord,
  listingOf,
  planIn,
  type SourceGiven,
  withPassword,
  writeDirectory,
} from "./corporation-server.ts";

const server = corporationServer();

/** What `zivsync records` gives of the corporation. */
async function recordsOf(given: SourceGiven = {}) {
  const place = await workplace();
  const { ldaps, ca } = server.samba;
  await writeDirectory(place, "http://127.0.0.1:9/", { urls: [ldaps], ca, ...given });
  return listingOf(await withPassword(place, ["records", "-f", "json"]));
}

/** The id that the database itself has of each address, by another way than LDAP. */
async function guids(): Promise<ReadonlyMap<string, string>> {
  const found = await server.samba.search("(mail=*)", "objectGUID", "mail");
  const one = (values: readonly string[]) => values[0] ?? "";
  return new Map(
    found.map((entry) => [one(entry.values("mail")).toLowerCase(), one(entry.values("objectguid"))]),
  );
}

const byEmail = (a: { readonly email: string }, b: { readonly email: string }) =>
  compareText(a.email, b.email);
const sorted = (addresses: readonly string[] | null) => addresses?.map((one) => one.toLowerCase()).sort();

/** An address that stands among the aliases too says nothing more. */
function seen({ email: written, fullName, active, aliases, id, accountKey }: ListedRecord) {
  const email = written.toLowerCase();
  const others = sorted(aliases)?.filter((alias) => alias !== email);
  return { email, fullName, active, aliases: others, id, accountKey };
}

function truePeople(ids: ReadonlyMap<string, string>, which = (_dn: string) => true) {
  const people = PEOPLE_OF_THE_CORPORATION.flatMap(({ entry, truth }) => {
    if (truth === undefined || !which(entry.dn)) return [];
    const { address: email, fullName, active, aliases } = truth;
    return [{ email, fullName, active, aliases: [...aliases], id: ids.get(email), accountKey: "set" }];
  });
  return people.sort(byEmail);
}

describe("the records of a domain of 5,200 people and 340 groups", () => {
  it("are what the domain controller's own database says", async () => {
    const ids = await guids();
    const { complete, records, findings } = await recordsOf();
    expect(complete).toBe(true);
    const personal = records.filter(({ kind }) => kind === "personal");
    expect(personal.map(seen).sort(byEmail)).toEqual(truePeople(ids));

    const groups = trueGroups();
    const functional = records.filter(({ kind }) => kind === "functional");
    expect(
      functional
        .map(({ email, fullName, delegates, id }) => ({ email, fullName, delegates: sorted(delegates), id }))
        .sort(byEmail),
    ).toEqual(
      groups
        .map(({ address: email, fullName, delegates }) => ({
          email,
          fullName,
          delegates,
          id: ids.get(email),
        }))
        .sort(byEmail),
    );
    expect(Math.max(...groups.map(({ delegates }) => delegates.length))).toBeGreaterThan(4_500);

    const told = findings.map(({ code, where }) => `${code} ${where.address ?? where.place}`).sort();
    const mismatches = PEOPLE_OF_THE_CORPORATION.flatMap(({ entry, truth }) => {
      const proxies = entry.attributes.proxyAddresses;
      const primary = Array.isArray(proxies) ? proxies.find((value) => value.startsWith("SMTP:")) : undefined;
      const differs = primary !== undefined && primary.toLowerCase() !== `smtp:${truth?.address}`;
      return differs ? [`address-mismatch ${entry.dn}`] : [];
    });
    expect(mismatches.length).toBeGreaterThan(5);
    const incomplete = groups.filter(({ incomplete }) => incomplete).map(({ address }) => address);
    expect(told).toEqual(
      [
        ...mismatches,
        ...incomplete.map((address) => `delegates-incomplete ${address}`),
        `member-left-out CN=mixed,OU=Groups,${DOMAIN_DN}`,
      ].sort(),
    );
  });

  it.each([
    ["in the groups in it, and in circles of them", "zivver-users"],
    ["as their primary group", "of-primary"],
  ] as const)("are those in a group, %s", async (_, group) => {
    const memberOf = `memberOf: "CN=${group},OU=Groups,${DOMAIN_DN}"`;
    const more = [`personal: { ${memberOf} }`, "functional: false"];
    const { complete, records } = await recordsOf({ more });
    expect(complete).toBe(true);
    const expected = peopleIn(group);
    expect(expected.length).toBeGreaterThan(2);
    expect(sorted(records.map(({ email }) => email))).toEqual(expected);
  });

  it("are functional ones for disabled users, where the source says so", async () => {
    const few = (dn: string) => dn.includes("OU=Few");
    const { records } = await recordsOf({
      more: [`baseDns: "OU=Few,${DOMAIN_DN}"`, "functional: { disabledUsers: true }"],
    });
    const people = PEOPLE_OF_THE_CORPORATION.filter(({ entry }) => few(entry.dn));
    const switchedOff = people.flatMap(({ entry, truth }) =>
      truth && entry.attributes.userAccountControl === "514" ? [truth.address] : [],
    );
    expect(switchedOff.length).toBeGreaterThan(10);
    const desks = trueGroups().filter(({ dn }) => few(dn));
    const of = (wanted: string) =>
      sorted(records.filter(({ kind }) => kind === wanted).map(({ email }) => email));
    expect(of("functional")).toEqual([...switchedOff, ...desks.map(({ address }) => address)].sort());
    expect(of("personal")).toEqual(
      people
        .flatMap(({ truth }) => (truth && !switchedOff.includes(truth.address) ? [truth.address] : []))
        .sort(),
    );
  });

  it("have their address from proxyAddresses, where the source says so", async () => {
    const odd = (dn: string) => dn.includes("OU=Odd");
    const { complete, records } = await recordsOf({
      more: ["primary: proxyAddresses", `personal: { baseDns: "OU=Odd,${DOMAIN_DN}" }`, "functional: false"],
    });
    expect(complete).toBe(true);
    expect(records.map(seen).sort(byEmail)).toEqual(truePeople(await guids(), odd));
  });

  it("leave nothing to do where everything is live already", async () => {
    // A tenth of the domain, or all of it.
    const under = [FEW_DN, DOMAIN_DN][runs(0, 1)] ?? "";
    const people = PEOPLE_OF_THE_CORPORATION.flatMap(({ entry, truth }) =>
      truth && entry.dn.endsWith(under) ? [truth] : [],
    );
    const groups = trueGroups().filter(({ dn }) => dn.endsWith(under));
    expect([people.length > 300, groups.length > 10]).toEqual([true, true]);
    const simulator = await simulated({
      claimedDomains: ["example.org", "example.com"],
      personal: people,
      functional: groups.map((group) => ({ ...group, members: group.delegates })),
    });
    const place = await workplace();
    const { ldaps, ca } = server.samba;
    await writeDirectory(place, simulator.url, { urls: [ldaps], ca, more: [`baseDns: "${under}"`] });
    const run = await withPassword(place, ["plan", "--detailed-exitcode"]);
    expect(run.code).toBe(0);
    const { sources, changes, summary } = await planIn(place);
    const records = people.length + groups.length;
    expect(sources).toMatchObject([{ complete: true, records }]);
    expect({ changes, unchanged: summary.unchanged }).toEqual({ changes: [], unchanged: records });
  });

  it("are checked, taken over by plan and apply, and then nothing is left to do", async () => {
    const simulator = await simulated({ claimedDomains: ["example.org", "example.com"] });
    const place = await workplace();
    const { ldaps, ca } = server.samba;
    const more = [`baseDns: ["OU=Few,${DOMAIN_DN}", "OU=Odd,${DOMAIN_DN}"]`];
    await writeDirectory(place, simulator.url, { urls: [ldaps], ca, more });

    const checked = await withPassword(place, ["check", "--json"]);
    expect(checked).toMatchObject({ code: 0, err: "" });
    const [{ facts }] = JSON.parse(checked.out).sources;
    expect(facts.map(({ label, value }: Fact) => [label, value.replace(/ in [\d.]+ s$/, "")])).toEqual([
      ["server", ldaps],
      ["bound as", "svc-zivsync@corp.example.test"],
      ["searched under", `OU=Few,${DOMAIN_DN}; OU=Odd,${DOMAIN_DN}`],
      ["personal accounts", "410 entries"],
      ["groups", "20 entries"],
      ["members looked up", "6 entries"],
    ]);

    expect((await withPassword(place, ["plan"])).code).toBe(0);
    const plan = await planIn(place);
    const here = (dn: string) => /OU=(Few|Odd)/.test(dn);
    const people = PEOPLE_OF_THE_CORPORATION.filter(({ entry, truth }) => truth?.active && here(entry.dn));
    const groups = trueGroups().filter(({ dn }) => here(dn));
    expect(plan.sources).toMatchObject([{ complete: true }]);
    expect(plan.summary).toMatchObject({ create: people.length + groups.length, update: 0, suspend: 0 });

    const applied = await withPassword(place, ["apply", "plan.json", "--approve", plan.digest]);
    expect(applied.code).toBe(0);
    const again = await withPassword(place, ["plan", "--detailed-exitcode", "-o", "again.json"]);
    expect(again.code).toBe(0);
    expect(JSON.parse(await place.read("again.json")).changes).toEqual([]);
  });
});
