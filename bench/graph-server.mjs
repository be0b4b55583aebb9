// A Graph with made-up people and groups, with the token endpoint of Entra ID, over HTTPS. A process of its own, so that what it
// costs is not counted as ours. Usage: by `fork`, with USERS, GROUPS, MEMBERS and SECRET; sends where it answers, and, asked
// for `pages`, the URLs of all pages that were fetched since it was last asked, with a token for them.
import { loadTypeScript } from "../scripts/load-typescript.mjs";
import { path } from "./figures.mjs";
import { guidOf, tenant } from "./people.mjs";

const [users, groups, members] = process.argv.slice(2, 5).map(Number);
const { startGraph } = await loadTypeScript(path("test/servers/graph.ts"));
const { makeCertificates } = await loadTypeScript(path("test/servers/certificates.ts"));
const certificates = makeCertificates();
const pages = [];
const graph = await startGraph({
  certificate: { cert: certificates.server.cert, key: certificates.server.key },
  tenant: tenant(users, groups, members),
  entra: {
    tenantId: guidOf("tenant"),
    tenantDomain: "example.test",
    clientId: guidOf("application"),
    secret: process.argv[5],
    roles: ["User.Read.All", "GroupMember.Read.All", "Member.Read.Hidden"],
  },
  fault: ({ url }) => {
    pages.push(url.href);
    return undefined;
  },
});
process.on("message", () => {
  process.send({ pages: pages.splice(0), token: graph.entra.issue(graph.origin).access_token });
});
process.on("disconnect", () => {
  certificates.remove();
  process.exit();
});
process.send({ origin: graph.origin, ca: certificates.ca.certFile });
