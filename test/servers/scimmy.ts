import { randomUUID } from "node:crypto";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import express from "express";
import SCIMMY from "scimmy";
import SCIMMYRouters from "scimmy-routers";

/*
 * A SCIM server that was not made for zivsync: scimmy with its routers for express, over maps in memory.
 */

type Resource = { id?: string; userName?: string; displayName?: string; [key: string]: unknown };

export type OtherServer = {
  readonly url: string;
  /** All resources, by collection. */
  readonly users: Map<string, Resource>;
  readonly groups: Map<string, Resource>;
  readonly writes: { readonly method: string; readonly path: string }[];
  close(): Promise<void>;
};

const users = new Map<string, Resource>();
const groups = new Map<string, Resource>();

// scimmy declares its resources once for the whole process.
let isDeclared = false;

function declare(): void {
  if (isDeclared) return;
  isDeclared = true;
  for (const [type, store, key] of [
    [SCIMMY.Resources.User, users, "userName"],
    [SCIMMY.Resources.Group, groups, "displayName"],
  ] as const) {
    const handlers = {
      egress: (resource: { id?: string }) => {
        if (resource.id === undefined) return [...store.values()];
        const found = store.get(resource.id);
        if (found === undefined) throw new SCIMMY.Types.Error(404, "", `Resource ${resource.id} not found`);
        return found;
      },
      ingress: (resource: { id?: string }, data: Resource) => {
        const id = resource.id ?? randomUUID();
        const isTaken = [...store.values()].some((one) => one.id !== id && one[key] === data[key]);
        if (isTaken) throw new SCIMMY.Types.Error(409, "uniqueness", "It is there already");
        const next = { ...store.get(id), ...JSON.parse(JSON.stringify(data)), id };
        store.set(id, next);
        return next;
      },
      degress: (resource: { id?: string }) => {
        if (!store.delete(resource.id ?? "")) throw new SCIMMY.Types.Error(404, "", "Not found");
      },
    };
    // biome-ignore lint/suspicious/noExplicitAny: the declarations of scimmy do not allow for plain objects.
    SCIMMY.Resources.declare(type as any, handlers as any);
  }
}

/** Starts it on a free port of loopback, with these accounts in it. */
export async function startScimmy(apiKey: string, seed: readonly Resource[] = []): Promise<OtherServer> {
  declare();
  users.clear();
  groups.clear();
  for (const one of seed) {
    const id = randomUUID();
    users.set(id, { ...one, id });
  }
  const writes: { method: string; path: string }[] = [];
  const app = express();
  app.use((request, _, next) => {
    if (request.method !== "GET") writes.push({ method: request.method, path: request.path });
    next();
  });
  app.use(
    "/scim",
    // biome-ignore lint/suspicious/noExplicitAny: as above.
    new (SCIMMYRouters as any)({
      type: "bearer",
      handler: (request: { header(name: string): string | undefined }) => {
        if (request.header("Authorization") !== `Bearer ${apiKey}`) throw new Error("Unauthorized");
        return "admin";
      },
    }),
  );
  const server = await new Promise<Server>((resolve) => {
    const started = app.listen(0, "127.0.0.1", () => resolve(started));
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/scim`,
    users,
    groups,
    writes,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
