import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { accountAt } from "../../src/simulator/index.ts";
import { startExchange } from "../servers/exchange-online.ts";
import { grant, group, SELF, shared, user } from "../servers/exchange-tenant.ts";
import { type GraphOptions, startGraph } from "../servers/graph.ts";
import { idOf, person, team } from "../sources/entra-id/stage.ts";
import { CLIENT_ID, certificates, SECRET, TENANT_ID } from "../sources/exchange-online/stage.ts";
import { ACCOUNT_KEY, organizationYaml, simulated, workplace } from "../support/cli.ts";
import { GUARDS_OFF, listingOf, planIn } from "./corporation-server.ts";

const certs = certificates();
const boss = person("boss", {
  displayName: "Bo Boss",
  department: "/care",
  employeeId: `${ACCOUNT_KEY}boss`,
});
const of = (name: string, more: object = {}) =>
  person(name, {
    displayName: `${name} Bos`,
    manager: { id: idOf(boss) },
    department: "Nurse",
    employeeId: `${ACCOUNT_KEY}${name}`,
    proxyAddresses: [`SMTP:${name}@example.org`, `smtp:${name}@example.com`],
    ...more,
  });
const ada = of("ada");
const bea = of("bea", { accountEnabled: false });
const cor = of("cor", { department: "Cook" });
const guest = person("guest", { userType: "Guest", userPrincipalName: "g_x#EXT#@example.org" });
const desk = team("desk", { displayName: "Desk" });
const TENANT = {
  users: [boss, ada, bea, cor, guest],
  groups: [desk],
  members: { [idOf(desk)]: [idOf(ada), idOf(cor), idOf(guest)] },
};

type Given = {
  readonly source?: string;
  readonly more?: string;
  readonly files?: Readonly<Record<string, string>>;
  readonly entra?: Partial<GraphOptions["entra"]>;
};

/** An organisation whose people are in Entra ID, and where Lee has left. */
async function organisation({ source = "", more = "", files = {}, entra = {} }: Given = {}) {
  const { all } = certs;
  const known = { tenantId: TENANT_ID, tenantDomain: "example.test", clientId: CLIENT_ID };
  const graph = await startGraph({
    certificate: { cert: all.server.cert, key: all.server.key },
    tenant: TENANT,
    pageSize: 2,
    entra: {
      ...known,
      secret: SECRET,
      roles: ["User.Read.All", "GroupMember.Read.All"],
      ...entra,
    },
  });
  onTestFinished(() => graph.close());
  const simulator = await simulated({
    claimedDomains: ["example.org", "example.com"],
    divisions: ["/care"],
    personal: [
      { address: "ada@example.org", fullName: "Ada" },
      { address: "bea@example.org", fullName: "bea Bos" },
      { address: "lee@example.org", fullName: "Lee Ver" },
    ],
    functional: [
      { address: "desk@example.org", fullName: "Desk", members: ["lee@example.org", "ada@example.org"] },
    ],
  });
  const place = await workplace();
  await place.write({
    "desired-state/ca.pem": all.ca.cert,
    "desired-state/organization.yaml": organizationYaml(
      simulator.url,
      `${GUARDS_OFF}state: { store: file, path: ../state.jsonl }\n`,
    ),
    "desired-state/profiles/all.yaml": `apiVersion: zivsync/v1
kind: Profile
name: all
manages: { kinds: [personal, functional] }
sources:
  - name: entra
    type: entra-id
    tenant: example.test
    baseUrl: ${graph.origin}
    authority: ${graph.origin}
    caFile: ../ca.pem
    map: { accountKey: employeeId, division: manager.department }
${source === "" ? `    auth: { clientId: ${CLIENT_ID}, secret: { env: ENTRA_SECRET } }\n` : source}${more}`,
    ...files,
  });
  const run = (...words: string[]) =>
    place.zivsyncWith({ ENTRA_SECRET: SECRET, EXCHANGE_SECRET: SECRET }, ...words);
  return { graph, place, run, simulator };
}

const inWords = ({ changes }: Awaited<ReturnType<typeof planIn>>) =>
  changes
    .map(({ action, address, fields }) =>
      `${action} ${address} ${fields.map(({ field }) => field).join(" ")}`.trim(),
    )
    .sort();

test("from Entra ID to Zivver and nothing left to do", async () => {
  const { graph, place, run, simulator } = await organisation();
  expect((await run("validate")).code).toBe(0);
  const check = await run("check", "entra", "--json");
  const [{ complete, facts, records }] = JSON.parse(check.out).sources;
  expect([check.code, complete, records]).toEqual([0, true, { personal: 4, functional: 1 }]);
  expect(facts).toContainEqual({ label: "users", value: "5, of which 1 guest left out" });
  expect(facts).toContainEqual({ label: "permissions", value: "GroupMember.Read.All, User.Read.All" });

  const listed = listingOf(await run("records", "--json")).records;
  expect(listed.find(({ email }) => email === "ada@example.org")).toMatchObject({ division: "/care" });
  expect((await run("plan")).code).toBe(0);
  const plan = await planIn(place);
  expect(inWords(plan)).toEqual([
    "create boss@example.org address fullName",
    "create cor@example.org address fullName aliases division",
    "suspend bea@example.org active",
    "suspend lee@example.org active",
    "update ada@example.org fullName aliases division",
    "update desk@example.org delegates",
  ]);
  const explained = await run("explain", "ada@example.com");
  expect(explained.code).toBe(0);
  expect(explained.out).toContain("all / entra: user ada@example.org");
  expect((await run("apply", "plan.json", "--approve", plan.digest)).code).toBe(0);
  expect(accountAt(simulator.world, "cor@example.org")).toMatchObject({
    fullName: "cor Bos",
    aliases: ["cor@example.com"],
    division: "/care",
  });
  expect((await run("plan", "-o", "next.json", "--detailed-exitcode")).code).toBe(0);
  expect(graph.complaints).toEqual([]);
}, 180_000);

test("people from Entra ID and shared mailboxes from Exchange Online in one profile", async () => {
  const { all } = certs;
  const people = ["boss", "ada", "bea", "cor"].map((name) =>
    user(`${name}@example.org`, { AccountDisabled: name === "bea" }),
  );
  const mail = group("Mail", people.slice(1, 2));
  const exchange = await startExchange({
    certificate: { cert: all.server.cert, key: all.server.key },
    tenant: {
      mailboxes: [...people, shared("ward@example.org")],
      permissions: { "ward@example.org": [SELF, grant("cor@example.org"), grant("Mail")] },
      groups: [mail],
      recipients: [],
    },
    entra: { tenantId: TENANT_ID, tenantDomain: "example.test", clientId: CLIENT_ID, secret: SECRET },
  });
  onTestFinished(() => exchange.close());
  const { place, run, graph } = await organisation({
    more: `    functional: false
  - name: mailboxes
    type: exchange-online
    tenant: example.test
    auth: { clientId: ${CLIENT_ID}, secret: { env: EXCHANGE_SECRET } }
    baseUrl: ${exchange.origin}
    authority: ${exchange.origin}
    caFile: ../ca.pem
    map: { accountKey: CustomAttribute1 }
`,
  });
  const userOfWard = person("ward", { displayName: "Ward", accountEnabled: false });
  graph.become({ ...TENANT, users: [...TENANT.users, userOfWard] });
  const { code, err } = await run("plan");
  expect({ code, err: err.includes("error") }).toEqual({ code: 0, err: false });
  const plan = await planIn(place);
  expect(inWords(plan).join("\n")).toMatch(/^create ward@example\.org .*delegates/m);
  expect(inWords(plan)).toContain("suspend lee@example.org active");
  const ward = plan.changes.find(({ address }) => address === "ward@example.org");
  expect(ward?.fields.find(({ field }) => field === "delegates")?.after).toEqual([
    "ada@example.org",
    "cor@example.org",
  ]);
  expect(inWords(plan).join()).not.toContain("create desk");
  expect(graph.asked.filter((path) => !path.startsWith("users"))).toEqual([]);
});

test("a filter on a property of users", async () => {
  const { place, run } = await organisation({
    more: "    personal: { filter: [{ field: department, values: [Nurse, /care] }] }\n",
  });
  expect((await run("plan")).code).toBe(0);
  const words = inWords(await planIn(place)).join();
  expect(words).not.toContain("cor@example.org");
  expect(words).toContain("create boss@example.org");
});

describe("how zivsync logs on", () => {
  function keyPair(folder: string): string {
    const [key, certificate] = [join(folder, "app.key"), join(folder, "app.crt")];
    execFileSync(
      "openssl",
      [
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-keyout",
        key,
        "-out",
        certificate,
        "-subj",
        "/CN=app",
      ],
      { stdio: "pipe" },
    );
    return `${readFileSync(key, "utf8")}${readFileSync(certificate, "utf8")}`;
  }

  test("with a certificate", async () => {
    const pem = keyPair(certs.all.folder);
    const { graph, run } = await organisation({
      source: `    auth: { clientId: ${CLIENT_ID}, certificate: ../app.pem }\n`,
      files: { "desired-state/app.pem": pem },
      entra: { certificate: pem.slice(pem.indexOf("-----BEGIN CERTIFICATE")) },
    });
    expect((await run("check", "entra")).code).toBe(0);
    expect(graph.entra.proofs).toEqual(["certificate"]);
  });

  test("with a token of another issuer", async () => {
    const { graph, run } = await organisation({
      source: `    auth: { clientId: ${CLIENT_ID}, tokenFile: ../token }\n`,
      files: { "desired-state/token": "token-of-kubernetes\n" },
      entra: { trusted: "token-of-kubernetes" },
    });
    expect((await run("check", "entra")).code).toBe(0);
    expect(graph.entra.proofs).toEqual(["federated"]);
  });

  test("with a wrong secret, which is shown nowhere", async () => {
    const { place } = await organisation();
    const run = await place.zivsyncWith({ ENTRA_SECRET: "canary-api-key-wrong" }, "plan");
    expect(run).toEqual({
      code: 1,
      out: "",
      err: `error[entra-credentials] profiles/all.yaml:6:5
  Entra ID gave no token: The client secret is wrong (AADSTS7000215). It said "AADSTS7000215: Invalid client secret provided.".
  Put the value of the secret there, not its id; a secret shows its value only when it is made.
`,
    });
  });

  test("to a server whose certificate is not that of the CA: no token is sent", async () => {
    const { place, run, graph } = await organisation();
    await place.write({ "desired-state/ca.pem": certs.all.untrusted.cert });
    const { code, out } = await run("check", "entra");
    expect([code, out.includes("error[entra-tls]"), graph.entra.proofs, graph.asked]).toEqual([
      1,
      true,
      [],
      [],
    ]);
  });
});
