// An OpenLDAP server with the made-up people, its account that may read them, and what zivsync asks such a server by default.
import { randomUUID } from "node:crypto";
import { loadTypeScript } from "../scripts/load-typescript.mjs";
import { path } from "./figures.mjs";
import { BASE, organization } from "./people.mjs";

const PAGE = 500;
const READER = `cn=reader,${BASE}`;
const FILTER = "(&(objectCategory=person)(objectClass=user)(mail=*))";
const ATTRIBUTES =
  "mail proxyAddresses objectGUID displayName givenName sn name userAccountControl accountExpires";

/**
 * Starts the server. `source` is the same directory as a source of a profile, `search` the command that reads the same with
 * ldapsearch, `bare` what `bare.mjs` wants to know of it; all of them want `environment`.
 */
export async function startDirectory(users) {
  const { ensureInstalled } = await loadTypeScript(path("test/servers/installed.ts"));
  await ensureInstalled(["openldap", "ldapsearch"]);
  const { startOpenLdap } = await loadTypeScript(path("test/servers/openldap.ts"));
  const password = randomUUID();
  const server = await startOpenLdap({
    entries: [...organization(users)],
    database: ["index objectCategory eq", `rootdn "${READER}"`, `rootpw ${password}`],
  });
  const paged = ["-b", BASE, "-E", `pr=${PAGE}/noprompt`];
  return {
    pageSize: PAGE,
    source: `{ name: directory, type: active-directory, urls: "${server.ldaps}", caFile: "${server.ca}", bind: { user: "${READER}", password: { env: READER_PASSWORD } }, baseDns: "${BASE}", pageSize: ${PAGE} }`,
    search: [
      ...["ldapsearch", "-x", "-LLL", "-o", "ldif-wrap=no", "-H", server.ldaps, ...paged],
      ...[FILTER, ...ATTRIBUTES.split(" ")],
    ],
    bare: {
      url: server.ldaps,
      ca: server.ca,
      user: READER,
      base: BASE,
      filter: FILTER,
      attributes: ATTRIBUTES.split(" "),
      pageSize: PAGE,
    },
    environment: { READER_PASSWORD: password, LDAPTLS_CACERT: server.ca },
    close: () => server.close(),
  };
}
