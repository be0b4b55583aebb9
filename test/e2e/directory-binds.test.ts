import { describe, expect, it } from "vitest";
import { trueGroups } from "../servers/corporation.ts";
import { SERVICE_PASSWORD } from "../servers/corporation-people.ts";
import { DOMAIN_DN } from "../servers/samba.ts";
import { type Run, workplace } from "../support/cli.ts";
import {
  BIND,
  corporationServer,
  FEW_DN,
  listingOf,
  type SourceGiven,
  withPassword,
  writeDirectory,
} from "./corporation-server.ts";

const server = corporationServer();

async function run(given: SourceGiven, password?: string) {
  const place = await workplace();
  await writeDirectory(place, "http://127.0.0.1:9/", {
    urls: [server.samba.ldaps],
    ca: server.samba.ca,
    ...given,
    more: [`baseDns: "${FEW_DN}"`, ...(given.more ?? [])],
  });
  return withPassword(place, ["records", "-f", "json"], password);
}

const bindAs = (user: string) => `{ user: '${user}', password: { env: AD_PASSWORD } }`;
const desks = trueGroups().filter(({ dn }) => dn.includes("OU=Few"));

describe("ways to a domain controller that give the same records", () => {
  const ways: readonly (readonly [string, (address: string) => SourceGiven])[] = [
    ["a user principal name over ldaps", () => ({ bind: BIND })],
    ["a DN", () => ({ bind: bindAs(`CN=svc-zivsync,OU=Service,${DOMAIN_DN}`) })],
    ["the domain's short name", () => ({ bind: bindAs("CORP\\svc-zivsync") })],
    ["StartTLS", (at) => ({ urls: [`ldap://${at}`], more: ["startTls: true"] })],
    ["the global catalogue over ldaps", (at) => ({ urls: [`ldaps://${at}:3269`] })],
    [
      "the global catalogue with StartTLS",
      (at) => ({ urls: [`ldap://${at}:3268`], more: ["startTls: true"] }),
    ],
    [
      "the second controller when the first is not there",
      (at) => ({ urls: ["ldaps://127.0.0.9", `ldaps://${at}`] }),
    ],
    ["small pages", () => ({ more: ["pageSize: 7"] })],
  ];

  let usual: ReturnType<typeof listingOf>;

  it("the usual one", async () => {
    usual = listingOf(await run({}));
    expect(usual.complete).toBe(true);
    expect(
      usual.records
        .filter(({ kind }) => kind === "functional")
        .map(({ email, delegates }) => [email, delegates?.length])
        .sort(),
    ).toEqual(desks.map(({ address, delegates }) => [address, delegates.length]).sort());
  });

  it.each(ways)("%s", async (_, given) => {
    expect(listingOf(await run(given(server.samba.address)))).toEqual(usual);
  });
});

/** What a server says differs between its versions, except for the number that tells why it refused a bind. */
function withoutDetails({ code, out, err }: Run): Run {
  const said = (_: string, text: string) => `It says: "… ${/data \w+/.exec(text)?.[0] ?? ""}".`;
  return { code, out, err: err.replaceAll(/It says: "([^"]*)"\./g, said) };
}

describe("ways that a domain controller refuses", () => {
  const problem = (code: string, message: string, remedy: string) =>
    `error[${code}] profiles/all.yaml:6:5\n  ${message}\n  ${remedy}\n`;
  const failed = (err: string) => ({ code: 1, out: "", err });
  const refusal = (given: SourceGiven, password?: string) => run(given, password).then(withoutDetails);

  it("a password without TLS", async () => {
    const { address, ldap } = server.samba;
    expect(address).toMatch(/^127\./);
    const message = `${ldap} refused the bind as "svc-zivsync@corp.example.test", because it wants a connection that is encrypted or signed (strongerAuthRequired, 8). It says: "… ".`;
    expect(await refusal({ urls: [ldap] })).toEqual(
      failed(problem("directory-tls", message, "Use ldaps://, or ldap:// with startTls: true.")),
    );
  });

  const AGAIN = "Check the password. Trying again and again can lock the account.";
  const binds: readonly (readonly [
    why: string,
    name: string,
    password: string,
    says: string,
    remedy: string,
  ])[] = [
    ["a wrong password", "svc-zivsync", "wrong", "the password is wrong. 52e", AGAIN],
    ["a user that is not there", "svc-nobody", "any", "the password is wrong. 52e", AGAIN],
    ["a disabled account", "svc-disabled", SERVICE_PASSWORD, "it is disabled. 533", "Enable this account."],
    [
      "an expired account",
      "svc-expired",
      SERVICE_PASSWORD,
      "the account has expired. 701",
      "Give this account a later end date, or none.",
    ],
    [
      "a password that must be changed",
      "svc-must-change",
      SERVICE_PASSWORD,
      "it must change its password first. 773",
      'Take "must change password at next logon" off this account.',
    ],
  ];
  const credentials = (url: string, name: string, says: string, remedy: string) => {
    const words = says.replace(/ (\w+)$/, ' It says: "… data $1".');
    const message = `${url} refused the bind as "${name}@corp.example.test": ${words}`;
    return failed(problem("directory-credentials", message, remedy));
  };
  const as = (name: string): SourceGiven => ({ bind: bindAs(`${name}@corp.example.test`) });

  it.each(binds)("%s", async (_, name, password, says, remedy) => {
    expect(await refusal(as(name), password)).toEqual(credentials(server.samba.ldaps, name, says, remedy));
  });

  it("an account that is locked after three wrong passwords", async () => {
    for (let nth = 0; nth < 3; nth += 1) expect((await run(as("svc-locked"), "wrong")).code).toBe(1);
    const says = "it is locked out after too many wrong passwords. 775";
    expect(await refusal(as("svc-locked"))).toEqual(
      credentials(server.samba.ldaps, "svc-locked", says, "Unlock this account, and check the password."),
    );
  });

  it("a certificate of an authority that is not trusted", async () => {
    const place = await workplace();
    const { ldaps } = server.samba;
    await writeDirectory(place, "http://127.0.0.1:9/", { urls: [ldaps] });
    const message = `No trusted TLS connection to ${ldaps}: its certificate comes from an authority that is not trusted here (UNABLE_TO_VERIFY_LEAF_SIGNATURE).`;
    const remedy =
      "Name the file with the certificates (PEM) of the authority that signed it in caFile. Verification cannot be switched off.";
    expect(await withPassword(place, ["records"])).toEqual(failed(problem("directory-tls", message, remedy)));
  });

  const NETWORK =
    "Check urls, the network and the firewall between here and the directory, then run zivsync again.";

  it("TLS on a port without", async () => {
    const url = `ldaps://${server.samba.address}:389`;
    const message = `${url} hung up before a connection stood (ECONNRESET), as a directory without a certificate does where TLS is expected.`;
    expect(await refusal({ urls: [url] })).toEqual(
      failed(problem("directory-unreachable", message, NETWORK)),
    );
  });

  it("a base that is not there", async () => {
    const base = `OU=Nowhere,${DOMAIN_DN}`;
    const message = `${server.samba.ldaps} has no entry "${base}", or does not show it to this account. It says: "… ".`;
    const remedy = "Check baseDns, and that the account in bind may read there.";
    expect(await refusal({ more: [`personal: { baseDns: "${base}" }`] })).toEqual(
      failed(problem("directory-not-found", message, remedy)),
    );
  });

  it("no controller that answers: each is named", async () => {
    const urls = ["ldaps://127.0.0.9", "ldaps://127.0.0.9:6360"];
    const problems = urls.map((url) =>
      problem(
        "directory-unreachable",
        `${url} refused the connection (ECONNREFUSED): no directory listens there.`,
        NETWORK,
      ),
    );
    expect(await refusal({ urls })).toEqual(failed(`${problems.join("\n")}\n2 problems.\n`));
  });
});
