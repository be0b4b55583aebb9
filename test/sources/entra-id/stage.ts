import { expect, onTestFinished } from "vitest";
import { createSecretReader } from "../../../src/config/secrets/secrets.ts";
import type { Reading } from "../../../src/model/ports.ts";
import type { EntraIdConfig } from "../../../src/model/source-config/entra.ts";
import { createSource } from "../../../src/sources/registry.ts";
import type { Certificates } from "../../servers/certificates.ts";
import { guid } from "../../servers/exchange-tenant.ts";
import {
  type FakeGraph,
  type GraphOptions,
  type GraphTenant,
  type Row,
  startGraph,
} from "../../servers/graph.ts";
import { CLIENT_ID, SECRET, SkippingClock, TENANT_ID } from "../exchange-online/stage.ts";

export const ROLES = ["User.Read.All", "GroupMember.Read.All"];

/** A member of the organisation with an address; `more` goes over it. */
export function person(name: string, more: Row = {}): Row {
  const mail = `${name}@example.org`;
  return {
    id: guid(`user ${name}`),
    userPrincipalName: mail,
    userType: "Member",
    mail,
    proxyAddresses: [`SMTP:${mail}`],
    displayName: name,
    givenName: null,
    surname: null,
    accountEnabled: true,
    ...more,
  };
}

/** A security group with mail. */
export function team(name: string, more: Row = {}): Row {
  const mail = `${name}@example.org`;
  return {
    id: guid(`group ${name}`),
    displayName: name,
    mail,
    mailEnabled: true,
    securityEnabled: true,
    groupTypes: [],
    proxyAddresses: [`SMTP:${mail}`],
    visibility: null,
    ...more,
  };
}

export const idOf = (row: Row): string => String(row.id);

/** A fake Graph that goes when the test ends, and a source that reads it. */
export async function stageGraph(
  { all }: { readonly all: Certificates },
  tenant: Partial<GraphTenant>,
  {
    entra,
    ...options
  }: Partial<Omit<GraphOptions, "entra">> & { readonly entra?: Partial<GraphOptions["entra"]> } = {},
): Promise<{
  readonly graph: FakeGraph;
  readonly read: (more?: Partial<EntraIdConfig>) => Promise<Reading>;
}> {
  const clock = new SkippingClock();
  const graph = await startGraph({
    certificate: { cert: all.server.cert, key: all.server.key },
    tenant: { users: [], groups: [], members: {}, ...tenant },
    now: () => clock.now(),
    ...options,
    entra: {
      tenantId: TENANT_ID,
      tenantDomain: "example.test",
      clientId: CLIENT_ID,
      secret: SECRET,
      roles: ROLES,
      ...entra,
    },
  });
  onTestFinished(() => graph.close());
  const config: EntraIdConfig = {
    type: "entra-id",
    name: "entra",
    where: "profiles/all.yaml:6:5",
    tenant: "example.test",
    credential: { type: "secret", clientId: CLIENT_ID, secret: { env: "ENTRA_SECRET" } },
    baseUrl: graph.origin,
    authority: graph.origin,
    ca: { path: all.ca.certFile, shownAs: "ca.pem" },
    concurrency: 4,
    timeoutMs: 10_000,
    kinds: ["personal", "functional"],
    map: { accountKey: { property: "id", encoding: "text" } },
  };
  return {
    graph,
    async read(more = {}) {
      const readSecret = createSecretReader({ ENTRA_SECRET: SECRET });
      const reading = await createSource({ ...config, ...more }, { readSecret, clock }).read();
      expect(JSON.stringify(reading)).not.toContain("canary-");
      expect(graph.complaints).toEqual([]);
      return reading;
    },
  };
}
