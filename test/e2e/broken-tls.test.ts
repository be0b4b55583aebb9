import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { createServer as createTlsServer } from "node:https";
import { type AddressInfo, connect, createServer, type Server } from "node:net";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { API_KEY, workplace } from "../support/cli.ts";

async function listening(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

/**
 * Creates users over TLS. Something between it and its clients answers the first creation in plain text, as middleboxes do that
 * cut a connection: the record layer breaks after the request was carried out.
 */
async function brokenOnce(folder: string): Promise<{ port: number; created: string[] }> {
  const [key, cert] = [join(folder, "key.pem"), join(folder, "ca.pem")];
  const make = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 1 -subj /CN=zivver.test";
  const name = ["-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", cert];
  execFileSync("openssl", [...make.split(" "), ...name], { stdio: "ignore" });
  const users: { id: string; userName: string }[] = [];
  let isBroken = false;
  const tls = createTlsServer(
    { key: readFileSync(key), cert: readFileSync(cert) },
    async (request, response) => {
      let body = "";
      for await (const piece of request) body += piece;
      if (request.method === "POST") {
        users.push({ active: true, ...JSON.parse(body), id: `u${users.length}` });
        isBroken = true;
      }
      const Resources = request.url?.startsWith("/Users") ? users : [];
      response.end(JSON.stringify({ totalResults: Resources.length, Resources }));
    },
  );
  const behind = await listening(tls);
  const front = createServer((client) => {
    const server = connect(behind, "127.0.0.1");
    for (const socket of [client, server]) socket.on("error", () => socket.destroy());
    client.pipe(server);
    server.on("data", (bytes) => {
      if (isBroken) client.end("HTTP/1.1 502 Bad Gateway\r\n\r\n");
      else client.write(bytes);
      isBroken = false;
    });
  });
  const created = () => users.map(({ userName }) => userName);
  return {
    port: await listening(front),
    get created() {
      return created();
    },
  };
}

test("TLS that breaks after a request was sent: it may have been carried out, so it is looked up, and never sent twice", async () => {
  const place = await workplace();
  const server = await brokenOnce(place.folder);
  await place.write({
    "desired-state/organization.yaml": `apiVersion: zivsync/v1
kind: Organization
target: { url: "https://127.0.0.1:${server.port}", apiKey: { env: ZIVVER_API_KEY } }
loginMethod: sso
claimedDomains: [example.org]
protected: [admin@example.org]
`,
    "desired-state/profiles/staff.yaml": `apiVersion: zivsync/v1
kind: Profile
name: staff
manages: { kinds: [personal], include: [{ domain: example.org }] }
sources: [{ name: list, type: spreadsheet, personal: { file: ../users.csv } }]
sync: { personal: {} }
`,
    "desired-state/users.csv":
      "Email;Full name;Account key\nj.doe@example.org;Jane Doe;canary-account-key-1\n",
  });
  const environment = { NODE_EXTRA_CA_CERTS: join(place.folder, "ca.pem"), ZIVVER_API_KEY: API_KEY };
  const run = (...words: string[]) => place.beginWith(environment, ...words).ended;
  expect(await run("plan", "-o", "plan.json")).toMatchObject({ code: 0 });
  const { digest } = JSON.parse(await place.read("plan.json"));
  expect(await run("apply", "plan.json", "--approve", digest)).toMatchObject({
    code: 0,
    out: "Applied 1.\n",
  });
  expect(server.created).toEqual(["j.doe@example.org"]);
});
