import { expect, onTestFinished, test } from "vitest";
import { startGraph } from "../servers/graph.ts";
import { idOf, person, ROLES } from "../sources/entra-id/stage.ts";
import { CLIENT_ID, certificates, SECRET, TENANT_ID } from "../sources/exchange-online/stage.ts";
import { organizationYaml, simulated, workplace } from "../support/cli.ts";
import { GUARDS_OFF } from "./corporation-server.ts";

/*
 * `zivsync adopt` in an organisation whose accounts have an ExternalAccountId, with a new state: where it is the object id of one
 * record, the account is that record's, whatever its address is; where not, the command says so, and goes by the address alone.
 */

const certs = certificates();
const STATE = `${GUARDS_OFF}state: { store: file, path: ../state.jsonl }\n`;

/** A person who married, one who is as before, and two with trouble. */
const MARRIED = person("married", { displayName: "Jane Doe" });
const STEADY = person("steady", { displayName: "Steady" });
const TWIN = person("twin", { displayName: "Twin" });
const LOST = person("lost", { displayName: "Lost" });
const PEOPLE = [MARRIED, STEADY, TWIN, LOST];

const account = (name: string, fullName: string, externalId: string) => ({
  address: `${name}@example.org`,
  fullName,
  extra: { ExternalAccountId: externalId },
});
const LIVE = {
  claimedDomains: ["example.org", "example.com"],
  personal: [
    account("maiden", "Jane Doe", idOf(MARRIED).toUpperCase()),
    account("steady", "Steady", idOf(STEADY)),
    account("twin", "Twin", idOf(TWIN)),
    account("twin-old", "Twin", idOf(TWIN)),
    account("lost", "Lost", "00000000-0000-4000-8000-0000000000ff"),
  ],
};
const SAID = {
  linked: ["maiden@example.org", "steady@example.org"],
  ambiguous: ["twin-old@example.org", "twin@example.org"],
  unknown: ["lost@example.org"],
};
const IN_WORDS = `  Linked by ExternalAccountId: maiden@example.org, steady@example.org.
  Matched by address alone, since more than one account or record has their ExternalAccountId: twin-old@example.org,
    twin@example.org.
  Matched by address alone, since their ExternalAccountId is the id of no record: 1 account.
`;

const profile = (source: string) => `apiVersion: zivsync/v1
kind: Profile
name: all
manages: { kinds: [personal] }
sources:
${source}`;

async function entra() {
  const { all } = certs;
  const graph = await startGraph({
    certificate: { cert: all.server.cert, key: all.server.key },
    entra: {
      tenantId: TENANT_ID,
      tenantDomain: "example.test",
      clientId: CLIENT_ID,
      secret: SECRET,
      roles: ROLES,
    },
    tenant: { users: PEOPLE, groups: [], members: {} },
  });
  onTestFinished(() => graph.close());
  return {
    "desired-state/ca.pem": all.ca.cert,
    "desired-state/profiles/all.yaml": profile(`  - name: entra
    type: entra-id
    tenant: example.test
    auth: { clientId: ${CLIENT_ID}, secret: { env: ENTRA_SECRET } }
    map: { accountKey: id }
    functional: false
    baseUrl: ${graph.origin}
    authority: ${graph.origin}
    caFile: ../ca.pem
`),
  };
}

async function records() {
  const lines = PEOPLE.map(({ id, mail, displayName }) =>
    JSON.stringify({ kind: "personal", id, email: mail, fullName: displayName, active: true }),
  );
  return {
    "desired-state/people.jsonl": `${lines.join("\n")}\n{"end":true,"count":${lines.length}}\n`,
    "desired-state/profiles/all.yaml": profile(`  - name: people
    type: records
    file: ../people.jsonl
`),
  };
}

async function staged(files: Record<string, string>) {
  const simulator = await simulated(LIVE);
  const place = await workplace();
  await place.write({
    "desired-state/organization.yaml": organizationYaml(simulator.url, STATE),
    ...files,
  });
  const run = (...words: string[]) => place.zivsyncWith({ ENTRA_SECRET: SECRET }, ...words);
  return { simulator, place, run };
}

test.each([
  ["Entra ID", entra],
  ["records of a program", records],
])("%s: what an object id settles is adopted, what it does not settle is said", async (_, source) => {
  const { simulator, place, run } = await staged(await source());
  const adopted = await run("adopt", "--json");
  expect({ code: adopted.code, err: adopted.err }).toMatchObject({ code: 0 });
  expect(JSON.parse(adopted.out)).toMatchObject({ byExternalId: SAID, live: 5 });
  expect(simulator.log.filter(({ method }) => method !== "GET")).toEqual([]);

  // The account of whoever married is renamed: nobody gets a second one, and none is suspended for it.
  expect(await run("plan")).toMatchObject({ code: 0 });
  const { changes } = JSON.parse(await place.read("plan.json"));
  const about = changes.flatMap(({ action, address, fields }: { [name: string]: unknown }) =>
    /married|maiden/.test(`${address}`)
      ? [`${action} ${address} ${(fields as { field: string }[]).map(({ field }) => field).join()}`]
      : [],
  );
  expect(about).toEqual([expect.stringMatching(/^update married@example\.org address/)]);
});

test("the terminal is told the same, once", async () => {
  const { run } = await staged(await records());
  const first = await run("adopt");
  expect(first.out).toContain(IN_WORDS);
  const second = await run("adopt");
  expect(second.out).not.toContain("Linked by ExternalAccountId: maiden");
});
